/// A stack of MPLS labels (RFC 3032), and what it carries, which nothing in it tells.
enum MPLS {
  static func labels(_ rest: inout FrameSlice, _ path: inout LayerPath) -> Layer {
    path.note(.mpls)
    var isBottom = false
    while !isBottom {
      guard rest.count >= 4 else { return .malformed }
      isBottom = rest[2] & 1 != 0
      guard rest.drop(4) else { return .malformed }
    }
    guard let first = rest.bytes.first else { return .malformed }
    // The first half byte tells IP (RFC 4928), but an Ethernet address may begin so too.
    switch first >> 4 {
    case 4 where first & 0xF >= 5, 6: return isDatagram(rest) || !isEthernet(rest, at: 0) ? .ip : .ethernet
    case 0 where hasControlWord(rest): return rest.drop(4) ? .ethernet : .malformed
    default: return .ethernet
    }
  }

  /// Whether the control word of a pseudowire (RFC 4385) stands before the frame: mostly zeros, as is no address.
  private static func hasControlWord(_ rest: FrameSlice) -> Bool {
    switch (isEthernet(rest, at: 0), isEthernet(rest, at: 4)) {
    case (true, false): false
    case (true, true): rest.big16(0) == 0
    case (false, _): true
    }
  }

  /// Whether the rest is as long as the header of IP says, if it is one.
  private static func isDatagram(_ rest: FrameSlice) -> Bool {
    guard rest.count >= 20 else { return false }
    let length = rest[0] >> 4 == 4 ? Int(rest.big16(2)) : 40 + Int(rest.big16(4))
    return length == rest.wireLength
  }

  /// Whether a frame that begins at `place` would have a type that IP is found behind, and what fits the type.
  private static func isEthernet(_ rest: FrameSlice, at place: Int) -> Bool {
    var type = place + 12
    while rest.count >= type + 22 {
      let next = type + 2
      switch rest.big16(type) {
      case 0x0800: return rest[next] >> 4 == 4
      case 0x86DD: return rest[next] >> 4 == 6
      case 0x8100, 0x88A8: type += 4
      // Version and type 1, and the code of session data.
      case 0x8864: return rest.big16(next) == 0x1100
      // Of Ethernet and IP.
      case 0x0806: return rest.big32(next) == 0x0001_0800
      case 0x8847, 0x8848, 0x88E7: return true
      default: return false
      }
    }
    return false
  }
}
