/// Ethernet frames (IEEE 802.3), and what stands behind an EtherType, tags among it.
enum Ethernet {
  @inline(__always)
  static func header(_ rest: inout FrameSlice) -> Layer {
    guard rest.count >= 14 else { return .malformed }
    let type = rest.big16(12)
    guard rest.drop(14) else { return .malformed }
    // Most frames carry IP, and need no second look.
    return type == 0x0800 || type == 0x86DD ? .ip : .etherType(type)
  }

  static func payload(_ type: UInt16, _ rest: inout FrameSlice, _ path: inout LayerPath) -> Layer {
    switch type {
    case 0x0800, 0x86DD: return .ip
    // 802.1Q, 802.1ad and its older numbers: the tag, then another type.
    case 0x8100, 0x88A8, 0x9100, 0x9200, 0x9300:
      path.note(path.encapsulations.contains(.vlan) ? .qinq : .vlan)
      return tag(4, &rest)
    case 0x8847, 0x8848: return .mpls
    case 0x8864: return .pppoe
    case 0x880B: return .pppProtocol
    // 802.1ah (provider backbone bridge): a tag with the service's number, then the customer's frame.
    case 0x88E7:
      path.note(.providerBackboneBridge)
      return rest.drop(4) ? .ethernet : .malformed
    case 0x8926:
      path.note(.vnTag)
      return tag(6, &rest)
    // 802.1BR.
    case 0x893F:
      path.note(.eTag)
      return tag(8, &rest)
    // Cisco metadata: version, length, options and a security group tag.
    case 0x8909:
      path.note(.ciscoMetadata)
      return tag(8, &rest)
    case 0x88E5: return macSec(&rest, &path)
    case 0x6558: return .ethernet
    // A length instead of a type; what follows is padding.
    case 0...1500: return rest.limit(to: Int(type)) ? .llc : .malformed
    case 0x8870: return .llc
    default: return .other
    }
  }

  /// A tag of `length` bytes, whose last two are the next type.
  private static func tag(_ length: Int, _ rest: inout FrameSlice) -> Layer {
    guard rest.count >= length else { return .malformed }
    let type = rest.big16(length - 2)
    return rest.drop(length) ? .etherType(type) : .malformed
  }

  /// IEEE 802.1AE: readable where it only protects against changes.
  private static func macSec(_ rest: inout FrameSlice, _ path: inout LayerPath) -> Layer {
    guard rest.count >= 6 else { return .malformed }
    path.note(.macSec)
    // Bits of the first byte: secure channel identifier present, encrypted, changed.
    let control = rest[0]
    if control & 0x0C != 0 { return .encrypted }
    let length = control & 0x20 != 0 ? 14 : 6
    guard rest.limit(to: rest.wireLength - 16) else { return .malformed }
    return tag(length + 2, &rest)
  }
}

/// Logical link control (IEEE 802.2) with the subnetwork access protocol.
enum LogicalLink {
  static func header(_ rest: inout FrameSlice) -> Layer {
    guard rest.count >= 3 else { return .malformed }
    // Unnumbered information to the service access point of IP.
    if rest[0] == 0x06, rest[1] == 0x06, rest[2] == 0x03 { return rest.drop(3) ? .ip : .malformed }
    guard rest[0] == 0xAA, rest[1] == 0xAA, rest[2] == 0x03 else { return .other }
    guard rest.count >= 8 else { return .malformed }
    let organization = rest.big32(2) & 0x00FF_FFFF
    let type = rest.big16(6)
    guard rest.drop(8) else { return .malformed }
    switch organization {
    // RFC 1042, and its form for bridges.
    case 0x000000, 0x0000F8: return type > 1500 ? .etherType(type) : .other
    default: return .other
    }
  }
}
