import ParserRuntime

/// BPF expressions (pcap-filter(7)) for the traffic on a protocol's ports.
struct PortFilter {
  /// Empty for every port.
  let ports: [UInt16]
  let transports: [Transport]

  init(ports: [UInt16], transports: [Transport] = [.tcp]) {
    self.ports = ports
    self.transports = transports
  }

  /// - Parameter takesAllPorts: whether the ports do not count, as where flows are told by what they carry.
  init(_ info: SpecificationInfo, takesAllPorts: Bool = false) {
    self.init(ports: takesAllPorts ? [] : info.ports, transports: info.transports)
  }

  /// Packets that show a port.
  private var plain: String {
    let parts = transports.flatMap { transport in
      ports.isEmpty ? [transport.rawValue] : ports.map { "\(transport.rawValue) port \($0)" }
    }
    return parts.joined(separator: " or ")
  }

  /// Whole packets, and the fragments of IP datagrams, which except for the first of IPv4 show no port.
  private var packets: String {
    let protocols = transports.map { "ip proto \($0.number)" }.joined(separator: " or ")
    let fragment = "\(transports.count > 1 ? "(\(protocols))" : protocols) and ip[6:2] & 0x1fff != 0"
    return "\(plain) or (\(fragment)) or ip6 proto 44"
  }

  /// What a live capture takes if nothing else is asked for: plain packets, and with one VLAN tag or two.
  ///
  /// Tunnels are left out: their ports and protocols are all that the kernel could tell them by, so on a host of a
  /// virtual network every packet of every protocol would come up here. A mirror's receiver asks for them by a filter.
  func live(on linkType: LinkType) -> String {
    // libpcap refuses `vlan` on links that have no tags.
    guard linkType == .ethernet else { return packets }
    // `vlan` moves all that follows it in the expression, also behind an `or`.
    return "\(packets) or (vlan and (\(packets) or (vlan and (\(packets)))))"
  }

  /// An expression that lets the ports' traffic through in the given encapsulations.
  ///
  /// Where BPF can look inside (tags), it asks for the ports; of tunnels everything is taken.
  func advice(for encapsulations: [Encapsulation]) -> String {
    let inner = max(ports.count, 1) * transports.count > 1 ? "(\(plain))" : plain
    var parts: [String] = []
    for encapsulation in encapsulations {
      guard let expression = Self.expression(encapsulation), !parts.contains(expression) else { continue }
      parts.append(expression)
    }
    // Last, because they move what follows.
    if encapsulations.contains(.qinq) {
      parts.append("(vlan and (\(plain) or (vlan and \(inner))))")
    } else if encapsulations.contains(.vlan) {
      parts.append(parts.isEmpty ? "vlan and \(inner)" : "(vlan and \(inner))")
    }
    return parts.isEmpty ? plain : parts.joined(separator: " or ")
  }

  private static func expression(_ encapsulation: Encapsulation) -> String? {
    switch encapsulation {
    case .vlan, .qinq: nil
    case .providerBackboneBridge: "ether proto 0x88e7"
    case .vnTag: "ether proto 0x8926"
    case .eTag: "ether proto 0x893f"
    case .ciscoMetadata: "ether proto 0x8909"
    case .macSec: "ether proto 0x88e5"
    case .mpls: "ether proto 0x8847 or ether proto 0x8848"
    case .pppoe: "ether proto 0x8864"
    case .ipInIP: "proto 4 or proto 41"
    case .gre, .nvgre, .erspan: "proto 47"
    case .etherIP: "proto 97"
    case .vxlan: "udp port 4789 or udp port 8472"
    case .geneve: "udp port 6081"
    case .gtp: "udp port 2152"
    case .tzsp: "udp port 37008"
    case .teredo: "udp port 3544"
    case .l2tp: "udp port 1701"
    }
  }
}

extension Transport {
  /// Its number in the header of IP.
  fileprivate var number: Int {
    switch self {
    case .tcp: 6
    case .udp: 17
    }
  }
}
