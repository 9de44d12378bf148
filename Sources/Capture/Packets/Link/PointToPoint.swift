/// PPP (RFC 1661, RFC 1662), PPPoE (RFC 2516) and Cisco's HDLC.
enum PointToPoint {
  /// A frame with address and control or without; in HDLC framing the address tells Cisco's from PPP.
  static func frame(_ rest: inout FrameSlice) -> Layer {
    guard let first = rest.bytes.first else { return .malformed }
    switch first {
    case 0x0F, 0x8F: return ciscoHDLC(&rest)
    case 0xFF:
      guard rest.count >= 2, rest[1] == 0x03 else { return rest.count < 2 ? .malformed : .other }
      return rest.drop(2) ? .pppProtocol : .malformed
    default: return .pppProtocol
    }
  }

  /// As pppd of Linux records it: a direction instead of the address.
  static func daemonFrame(_ rest: inout FrameSlice) -> Layer {
    guard rest.drop(1) else { return .malformed }
    if rest.bytes.first == 0x03 { _ = rest.drop(1) }
    return .pppProtocol
  }

  static func ciscoHDLC(_ rest: inout FrameSlice) -> Layer {
    guard rest.count >= 4 else { return .malformed }
    let type = rest.big16(2)
    return rest.drop(4) ? .etherType(type) : .malformed
  }

  static func payload(_ rest: inout FrameSlice) -> Layer {
    guard let first = rest.bytes.first else { return .malformed }
    // The protocol's number may be compressed to the byte that is odd.
    let isCompressed = first & 1 == 1
    guard isCompressed || rest.count >= 2 else { return .malformed }
    let number = isCompressed ? UInt16(first) : rest.big16(0)
    guard rest.drop(isCompressed ? 1 : 2) else { return .malformed }
    switch number {
    case 0x0021, 0x0057: return .ip
    case 0x0281, 0x0283: return .mpls
    case 0x0053: return .encrypted
    default: return .other
    }
  }

  static func session(_ rest: inout FrameSlice, _ path: inout LayerPath) -> Layer {
    guard rest.count >= 6 else { return .malformed }
    path.note(.pppoe)
    // Version and type 1, and the code of session data.
    guard rest[0] == 0x11, rest[1] == 0 else { return .other }
    let length = Int(rest.big16(4))
    guard rest.drop(6), rest.limit(to: length) else { return .malformed }
    return .pppProtocol
  }
}
