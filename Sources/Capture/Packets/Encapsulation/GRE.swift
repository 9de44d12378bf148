/// Generic routing encapsulation (RFC 1701, RFC 2784, RFC 2890) and what is built on it: NVGRE (RFC 7637), ERSPAN, PPTP
/// (RFC 2637).
enum GRE {
  private static let checksum: UInt16 = 0x8000
  private static let routing: UInt16 = 0x4000
  private static let key: UInt16 = 0x2000
  private static let sequence: UInt16 = 0x1000
  private static let acknowledgment: UInt16 = 0x0080

  static func header(_ rest: inout FrameSlice, _ path: inout LayerPath) -> Layer {
    guard rest.count >= 4 else { return .malformed }
    let flags = rest.big16(0)
    let type = rest.big16(2)
    path.note(.gre)
    guard flags & 0x7 == 0 else { return flags & 0x7 == 1 ? pptp(flags, type, &rest) : .other }
    // A checksum and the place of the active route share a word, which is there for either.
    var length = 4 + (flags & (checksum | routing) != 0 ? 4 : 0)
    if flags & key != 0 {
      guard rest.count >= length + 4 else { return .malformed }
      enter(rest.big32(length), type, &path)
      length += 4
    }
    if flags & sequence != 0 { length += 4 }
    guard rest.drop(length), flags & routing == 0 || dropRoutes(&rest) else { return .malformed }
    switch type {
    case 0x88BE:
      path.note(.erspan)
      // Type I has no header of its own, and no sequence number.
      return flags & sequence != 0 ? erspan(&rest) : .ethernet
    case 0x22EB:
      path.note(.erspan)
      return erspan(&rest)
    default: return .etherType(type)
    }
  }

  /// Takes off the source routes of RFC 1701: each has an address family, an offset and its length, and the last has
  /// neither family nor length.
  private static func dropRoutes(_ rest: inout FrameSlice) -> Bool {
    while rest.count >= 4 {
      let (family, length) = (rest.big16(0), Int(rest[3]))
      guard rest.drop(4 + length) else { return false }
      if family == 0, length == 0 { return true }
    }
    return false
  }

  private static func enter(_ key: UInt32, _ type: UInt16, _ path: inout LayerPath) {
    // Mirrors of the two directions may have different keys.
    guard type != 0x88BE, type != 0x22EB else { return }
    // NVGRE's key is a network's number, of which those below 0x1000 are reserved, and 8 bits of the flow.
    if type == 0x6558, key >> 8 >= 0x1000 {
      path.enter(.nvgre, network: key >> 8)
    } else {
      path.enter(.gre, network: key)
    }
  }

  /// Version 1 carries PPP; the key is a length and a number of the call, which differs by direction.
  private static func pptp(_ flags: UInt16, _ type: UInt16, _ rest: inout FrameSlice) -> Layer {
    guard type == 0x880B, flags & key != 0, flags & routing == 0 else { return .other }
    // Without a sequence number there is no payload.
    guard flags & sequence != 0 else { return .other }
    guard rest.drop(12 + (flags & acknowledgment != 0 ? 4 : 0)) else { return .malformed }
    return .ppp
  }

  /// Types II and III, told by their version (draft-foschiano-erspan).
  private static func erspan(_ rest: inout FrameSlice) -> Layer {
    guard rest.count >= 8 else { return .malformed }
    let isTruncated = rest[2] & 0x04 != 0
    switch rest[0] >> 4 {
    case 1:
      guard rest.drop(8) else { return .malformed }
      rest.isCut = rest.isCut || isTruncated
      return .ethernet
    case 2:
      guard rest.count >= 12 else { return .malformed }
      let details = rest.big16(10)
      // Frame type 0 is Ethernet, 2 IP; the last bit tells of a subheader.
      guard rest.drop(details & 1 != 0 ? 20 : 12) else { return .malformed }
      rest.isCut = rest.isCut || isTruncated
      switch details >> 10 & 0x1F {
      case 0: return .ethernet
      case 2: return .ip
      default: return .other
      }
    default: return .other
    }
  }

  /// Ethernet in IP (RFC 3378).
  static func etherIP(_ rest: inout FrameSlice, _ path: inout LayerPath) -> Layer {
    guard rest.count >= 2, rest[0] >> 4 == 3 else { return .malformed }
    path.note(.etherIP)
    return rest.drop(2) ? .ethernet : .malformed
  }
}
