/// The headers that systems put before packets where the device has none, or where the packet was taken on its way.
enum HostCapture {
  /// Linux cooked capture, version 1: packet type, hardware type, address length and address, protocol.
  static func linuxCooked(_ rest: inout FrameSlice) -> Layer {
    guard rest.count >= 16 else { return .malformed }
    return cooked(rest.big16(14), 16, &rest)
  }

  /// Version 2: the protocol comes first.
  static func linuxCooked2(_ rest: inout FrameSlice) -> Layer {
    guard rest.count >= 20 else { return .malformed }
    return cooked(rest.big16(0), 20, &rest)
  }

  private static func cooked(_ type: UInt16, _ length: Int, _ rest: inout FrameSlice) -> Layer {
    guard rest.drop(length) else { return .malformed }
    // Small numbers are Linux's own; 4 is a frame with a logical link header.
    return type > 1500 ? .etherType(type) : type == 4 ? .llc : .other
  }

  /// Darwin's PKTAP, little-endian: the header's length, a record type, and the number of what follows.
  static func pktap(_ rest: inout FrameSlice) -> Layer {
    guard rest.count >= 12 else { return .malformed }
    let length = Int(rest.little32(0))
    // 1 is a packet.
    guard rest.little32(4) == 1 else { return .other }
    let type = rest.little32(8)
    guard length >= 12, rest.drop(length), type <= UInt16.max else { return .malformed }
    return Layer(LinkType(number: UInt16(type))) ?? .other
  }

  /// Linux's netfilter log: family, version and resource, then values with length and type in the order of the host.
  static func nflog(_ rest: inout FrameSlice) -> Layer {
    guard rest.count >= 4, rest[1] == 0, rest.drop(4) else { return .malformed }
    while rest.count >= 4 {
      // Types are small, so the byte that is zero tells the order.
      let isLittle = rest[3] & 0x7F == 0
      let length = Int(isLittle ? rest.little16(0) : rest.big16(0))
      let type = (isLittle ? rest.little16(2) : rest.big16(2)) & 0x7FFF
      guard length >= 4 else { return .malformed }
      if type == 9 {
        guard rest.drop(4), rest.limit(to: length - 4) else { return .malformed }
        rest.isCut = true
        return .ip
      }
      guard rest.drop((length + 3) & ~3) else { return .malformed }
    }
    return .other
  }

  /// The log of OpenBSD's packet filter: a header that says its length, without what fills it up to 4 bytes.
  static func pflog(_ rest: inout FrameSlice) -> Layer {
    guard let length = rest.bytes.first, length >= 4, rest.drop((Int(length) + 3) & ~3) else { return .malformed }
    return .ip
  }

  /// IP over InfiniBand (RFC 4391): 40 bytes of global routing, then type and reserved bytes.
  static func ipOverInfiniBand(_ rest: inout FrameSlice) -> Layer {
    guard rest.count >= 44 else { return .malformed }
    let type = rest.big16(40)
    return rest.drop(44) ? .etherType(type) : .malformed
  }
}
