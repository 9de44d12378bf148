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
    case 4 where first & 0xF >= 5 && !isEthernet(rest, at: 0), 6 where !isEthernet(rest, at: 0): return .ip
    case 0 where isEthernet(rest, at: 4) || !isEthernet(rest, at: 0):
      // The control word of a pseudowire (RFC 4385).
      return rest.drop(4) ? .ethernet : .malformed
    default: return .ethernet
    }
  }

  /// Whether a frame that begins at `place` would have a type that IP is found behind.
  private static func isEthernet(_ rest: FrameSlice, at place: Int) -> Bool {
    guard rest.count >= place + 34, Ethernet.isCarrier(rest.big16(place + 12)) else { return false }
    let version = rest[place + 14] >> 4
    switch rest.big16(place + 12) {
    case 0x0800: return version == 4
    case 0x86DD: return version == 6
    default: return true
    }
  }
}
