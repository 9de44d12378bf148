/// Encapsulations in UDP, told by the port that is assigned to them.
enum UDPTunnel {
  /// What a datagram carries; `other` where it is no encapsulation.
  static func payload(_ rest: inout FrameSlice, _ path: inout LayerPath) -> Layer {
    guard let header = UDPHeader(&rest) else { return .malformed }
    return payload(of: header, &rest, &path)
  }

  /// - Parameter rest: what is behind the header.
  static func payload(of header: UDPHeader, _ rest: inout FrameSlice, _ path: inout LayerPath) -> Layer {
    switch header.destination {
    case 4789, 8472: return vxlan(&rest, &path)
    case 6081: return geneve(&rest, &path)
    case 6635: return .mpls
    case 4754: return .gre
    case 2152: return gtp(&rest, &path)
    case 37008: return tzsp(&rest, &path)
    case 1701: return l2tp(&rest, &path)
    case 3544: return teredo(&rest, &path)
    default:
      // Their answers go to any port.
      switch header.source {
      case 2152: return gtp(&rest, &path)
      case 1701: return l2tp(&rest, &path)
      case 3544: return teredo(&rest, &path)
      default: return .other
      }
    }
  }

  /// RFC 7348.
  private static func vxlan(_ rest: inout FrameSlice, _ path: inout LayerPath) -> Layer {
    guard rest.count >= 8 else { return .malformed }
    // The flag of a valid network identifier.
    guard rest[0] & 0x08 != 0 else { return .other }
    path.enter(.vxlan, network: rest.big32(4) >> 8)
    // Mirrors of clouds may cut what they send.
    rest.isCut = true
    return rest.drop(8) ? .ethernet : .malformed
  }

  /// RFC 8926: options in units of 4 bytes.
  private static func geneve(_ rest: inout FrameSlice, _ path: inout LayerPath) -> Layer {
    guard rest.count >= 8 else { return .malformed }
    guard rest[0] >> 6 == 0 else { return .other }
    path.enter(.geneve, network: rest.big32(4) >> 8)
    // Control messages carry no packet.
    guard rest[1] & 0x80 == 0 else { return .other }
    let type = rest.big16(2)
    return rest.drop(8 + Int(rest[0] & 0x3F) * 4) ? .etherType(type) : .malformed
  }

  /// GTP-U (3GPP TS 29.281), version 1: user data, message type 255.
  private static func gtp(_ rest: inout FrameSlice, _ path: inout LayerPath) -> Layer {
    guard rest.count >= 8 else { return .malformed }
    let flags = rest[0]
    guard flags & 0xF0 == 0x30, rest[1] == 0xFF else { return .other }
    path.note(.gtp)
    let length = Int(rest.big16(2))
    guard rest.drop(8), rest.limit(to: length) else { return .malformed }
    if flags & 0x07 != 0 {
      guard rest.count >= 4 else { return .malformed }
      var next = flags & 0x04 != 0 ? rest[3] : 0
      guard rest.drop(4) else { return .malformed }
      // Extension headers: a length in units of 4 bytes, which counts itself, and the next type at the end.
      while next != 0 {
        guard let units = rest.bytes.first, units > 0, rest.count >= Int(units) * 4 else { return .malformed }
        next = rest[Int(units) * 4 - 1]
        guard rest.drop(Int(units) * 4) else { return .malformed }
      }
    }
    guard let version = rest.bytes.first.map({ $0 >> 4 }) else { return .malformed }
    return version == 4 || version == 6 ? .ip : .ethernet
  }

  /// TaZmen Sniffer Protocol: version, type, what is carried, and tagged fields.
  private static func tzsp(_ rest: inout FrameSlice, _ path: inout LayerPath) -> Layer {
    guard rest.count >= 4 else { return .malformed }
    // Received packets, and packets to be sent.
    guard rest[0] == 1, rest[1] <= 1 else { return .other }
    path.note(.tzsp)
    let carried = rest.big16(2)
    guard rest.drop(4) else { return .malformed }
    while true {
      guard let tag = rest.bytes.first else { return .malformed }
      // Padding and the end have no length.
      guard tag > 1 else {
        guard rest.drop(1) else { return .malformed }
        if tag == 1 { break } else { continue }
      }
      guard rest.count >= 2 else { return .malformed }
      // The length before the packet was cut.
      if tag == 41 { rest.isCut = true }
      guard rest.drop(2 + Int(rest[1])) else { return .malformed }
    }
    switch carried {
    case 1: return .ethernet
    case 18: return .wlan(hasFCS: false)
    case 119: return .prism
    case 127: return .avs
    default: return .other
    }
  }

  /// L2TP version 2 (RFC 2661), data messages.
  private static func l2tp(_ rest: inout FrameSlice, _ path: inout LayerPath) -> Layer {
    guard rest.count >= 6 else { return .malformed }
    let flags = rest.big16(0)
    // Bits: control, length, sequence, offset; the last four are the version.
    guard flags & 0x800F == 2 else { return .other }
    path.note(.l2tp)
    var length = 6
    if flags & 0x4000 != 0 {
      guard rest.limit(to: Int(rest.big16(2))) else { return .malformed }
      length += 2
    }
    if flags & 0x0800 != 0 { length += 4 }
    if flags & 0x0200 != 0 {
      guard rest.count >= length + 2 else { return .malformed }
      length += 2 + Int(rest.big16(length))
    }
    return rest.drop(length) ? .ppp : .malformed
  }

  /// RFC 4380: IPv6, after an authentication and an origin indication perhaps.
  private static func teredo(_ rest: inout FrameSlice, _ path: inout LayerPath) -> Layer {
    if rest.count >= 4, rest.big16(0) == 1 {
      guard rest.drop(13 + Int(rest[2]) + Int(rest[3])) else { return .malformed }
    }
    if rest.count >= 8, rest.big16(0) == 0 { _ = rest.drop(8) }
    guard let first = rest.bytes.first, first >> 4 == 6 else { return .other }
    path.note(.teredo)
    return .ip
  }
}
