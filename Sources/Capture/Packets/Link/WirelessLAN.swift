/// Frames of IEEE 802.11, and the headers that capturing puts before them.
enum WirelessLAN {
  static func frame(_ rest: inout FrameSlice, hasFCS: Bool, isPadded: Bool = false) -> Layer {
    guard rest.count >= 2 else { return .malformed }
    let (control, flags) = (rest[0], rest[1])
    // Version 0, a data frame, and not one of the subtypes without data.
    guard control & 0x0F == 0x08, control & 0x40 == 0 else { return .other }
    if flags & 0x40 != 0 { return .encrypted }
    var length = 24
    // Four addresses between access points.
    if flags & 0x03 == 0x03 { length += 6 }
    let hasQoS = control & 0x80 != 0
    let qosPlace = length
    if hasQoS { length += 2 }
    // High throughput control.
    if hasQoS, flags & 0x80 != 0 { length += 4 }
    guard rest.count >= length else { return .malformed }
    // Parts of frames are not put together.
    if flags & 0x04 != 0 || rest.little16(22) & 0x0F != 0 { return .other }
    let isAggregate = hasQoS && rest[qosPlace] & 0x80 != 0
    if isPadded { length = (length + 3) & ~3 }
    if hasFCS { guard rest.limit(to: rest.wireLength - 4) else { return .malformed } }
    guard rest.drop(length) else { return .malformed }
    return isAggregate ? .aggregate : .llc
  }

  /// http://www.radiotap.org: little-endian; of the fields only the flags count here.
  static func radiotap(_ rest: inout FrameSlice) -> Layer {
    guard rest.count >= 8, rest[0] == 0 else { return .malformed }
    let length = Int(rest.little16(2))
    let present = rest.little32(4)
    var place = 8
    var word = present
    while word & 0x8000_0000 != 0 {
      guard rest.count >= place + 4 else { return .malformed }
      word = rest.little32(place)
      place += 4
    }
    // The timer stands before the flags, at a multiple of its 8 bytes.
    if present & 1 != 0 { place = (place + 7) & ~7 + 8 }
    var flags: UInt8 = 0
    if present & 2 != 0 {
      guard place < length, place < rest.count else { return .malformed }
      flags = rest[place]
    }
    guard length >= 8, rest.drop(length) else { return .malformed }
    // A frame that failed its check says nothing.
    if flags & 0x40 != 0 { return .malformed }
    return frame(&rest, hasFCS: flags & 0x10 != 0, isPadded: flags & 0x20 != 0)
  }

  static func prism(_ rest: inout FrameSlice) -> Layer {
    guard rest.count >= 8 else { return .malformed }
    if rest.big32(0) & 0xFFFF_F000 == 0x8021_1000 { return avs(&rest) }
    // Message code and length, in the byte order of the capturing host.
    let length = min(rest.little32(4), rest.big32(4))
    guard length >= 8, rest.drop(Int(length)) else { return .malformed }
    return frame(&rest, hasFCS: false)
  }

  static func avs(_ rest: inout FrameSlice) -> Layer {
    guard rest.count >= 8 else { return .malformed }
    let length = Int(rest.big32(4))
    guard length >= 8, rest.drop(length) else { return .malformed }
    return frame(&rest, hasFCS: false)
  }

  /// Takes the first subframe off an aggregate: two addresses, a length, and the data, filled up to 4 bytes.
  /// - Returns: nil at the end, or where the rest contradicts itself.
  static func subframe(_ rest: inout FrameSlice) -> FrameSlice? {
    guard rest.count >= 14 else { return nil }
    let length = Int(rest.big16(12))
    guard rest.drop(14), length > 0 else { return nil }
    var subframe = rest
    guard subframe.limit(to: length) else { return nil }
    // 14 bytes went before.
    let filled = (length + 14 + 3) & ~3 - 14
    if !rest.drop(filled) { _ = rest.drop(rest.count) }
    return subframe
  }
}
