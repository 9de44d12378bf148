package import Capture

/// Builds frames layer by layer, from the inside out.
package enum LayerBuilder {
  package typealias Bytes = [UInt8]
  package typealias Wrap = @Sendable (Bytes) -> Bytes

  package static func big16(_ value: Int) -> Bytes { [UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)] }
  package static func big32(_ value: Int) -> Bytes { big16(value >> 16) + big16(value) }
  package static func little16(_ value: Int) -> Bytes { big16(value).reversed() }
  package static func little32(_ value: Int) -> Bytes { big32(value).reversed() }
  package static func zeros(_ count: Int) -> Bytes { Bytes(repeating: 0, count: count) }

  // MARK: IP

  /// From port 50000 to 7075, sequence number 5.
  package static func tcp(_ payload: Bytes) -> Bytes {
    [0xC3, 0x50, 0x1B, 0xA3, 0, 0, 0, 5, 0, 0, 0, 9, 0x50, 0x18, 0, 0, 0, 0, 0, 0] + payload
  }

  /// - Parameter fragment: the field of flags and offset.
  package static func ip(_ version: Int, _ number: UInt8, _ payload: Bytes, fragment: Int = 0) -> Bytes {
    if version == 4 {
      let addresses: Bytes = [10, 0, 0, 1, 10, 0, 0, 2]
      return [0x45, 0] + big16(20 + payload.count) + [0, 7] + big16(fragment) + [64, number, 0, 0] + addresses + payload
    }
    return [0x60, 0, 0, 0] + big16(payload.count) + [number, 64] + zeros(15) + [1] + zeros(15) + [2] + payload
  }

  package static func udp(_ port: Int, _ payload: Bytes) -> Bytes {
    big16(40000) + big16(port) + big16(8 + payload.count) + [0, 0] + payload
  }

  package static func etherType(_ datagram: Bytes) -> Bytes { datagram[0] >> 4 == 4 ? [0x08, 0x00] : [0x86, 0xDD] }
  package static func ethernet(_ datagram: Bytes) -> Bytes { mac + etherType(datagram) + datagram }
  package static func snap(_ datagram: Bytes) -> Bytes { [0xAA, 0xAA, 3, 0, 0, 0] + etherType(datagram) + datagram }
  package static func ppp(_ datagram: Bytes) -> Bytes { (datagram[0] >> 4 == 4 ? [0, 0x21] : [0, 0x57]) + datagram }
  /// The second half of the destination looks like IPv4's first byte where that could mislead.
  package static let mac: Bytes = [2, 0x45, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2]

  // MARK: What IP datagrams carry

  package struct Tunnel: Sendable, CustomStringConvertible {
    package var description: String
    package var encapsulation: Encapsulation
    /// Number of the IP protocol.
    package var number: UInt8
    package var wrap: Wrap
  }

  package static func vxlan(_ network: Int, port: Int = 4789) -> Wrap {
    { udp(port, [8, 0, 0, 0] + big32(network << 8) + ethernet($0)) }
  }

  package static func geneve(_ network: Int, options: Bytes = []) -> Wrap {
    { udp(6081, [UInt8(options.count / 4), 0, 0x65, 0x58] + big32(network << 8) + options + ethernet($0)) }
  }

  package static func gre(_ key: Int) -> Wrap {
    { [0x20, 0] + etherType($0) + big32(key) + $0 }
  }

  package static func nvgre(_ network: Int, flow: Int) -> Wrap {
    { [0x20, 0, 0x65, 0x58] + big32(network << 8 | flow) + ethernet($0) }
  }

  package static func erspan3(_ session: Int) -> Wrap {
    { [0x10, 0, 0x22, 0xEB] + zeros(4) + [0x20, 0] + big16(session) + zeros(6) + [0, 0] + ethernet($0) }
  }

  package static func gtp(_ endpoint: Int) -> Wrap {
    { udp(2152, [0x30, 0xFF] + big16($0.count) + big32(endpoint) + $0) }
  }

  package static let tunnels: [Tunnel] = [
    Tunnel(description: "VXLAN", encapsulation: .vxlan, number: 17, wrap: vxlan(7)),
    Tunnel(description: "VXLAN of Linux", encapsulation: .vxlan, number: 17, wrap: vxlan(7, port: 8472)),
    Tunnel(description: "Geneve", encapsulation: .geneve, number: 17, wrap: geneve(7)),
    Tunnel(
      description: "Geneve with options", encapsulation: .geneve, number: 17,
      wrap: geneve(7, options: [1, 2, 3, 1, 9, 9, 9, 9])),
    Tunnel(description: "Geneve with IP", encapsulation: .geneve, number: 17) {
      udp(6081, [0, 0] + etherType($0) + zeros(4) + $0)
    },
    Tunnel(description: "GRE", encapsulation: .gre, number: 47) { [0, 0] + etherType($0) + $0 },
    Tunnel(description: "GRE with key", encapsulation: .gre, number: 47, wrap: gre(9)),
    Tunnel(description: "GRE with everything", encapsulation: .gre, number: 47) {
      [0xB0, 0] + etherType($0) + zeros(12) + $0
    },
    Tunnel(description: "GRE with source routes", encapsulation: .gre, number: 47) {
      let routes: Bytes = [8, 0, 0, 8, 10, 0, 0, 3, 10, 0, 0, 4] + [0, 1, 0, 2, 9, 9] + [0, 0, 0, 0]
      return [0x48, 0] + etherType($0) + zeros(4) + routes + $0
    },
    Tunnel(description: "GRE with source routes and everything", encapsulation: .gre, number: 47) {
      [0xF0, 0] + etherType($0) + zeros(12) + [0, 0, 0, 4, 1, 2, 3, 4] + [8, 0, 0, 4, 1, 2, 3, 4] + zeros(4) + $0
    },
    Tunnel(description: "GRE with Ethernet", encapsulation: .gre, number: 47) { [0, 0, 0x65, 0x58] + ethernet($0) },
    Tunnel(description: "GRE with MPLS", encapsulation: .mpls, number: 47) { [0, 0, 0x88, 0x47, 0, 1, 1, 64] + $0 },
    Tunnel(description: "PPTP", encapsulation: .gre, number: 47) {
      [0x30, 0x81, 0x88, 0x0B] + zeros(12) + [0xFF, 3] + ppp($0)
    },
    Tunnel(description: "NVGRE", encapsulation: .nvgre, number: 47, wrap: nvgre(0x5000, flow: 3)),
    Tunnel(description: "ERSPAN I", encapsulation: .erspan, number: 47) { [0, 0, 0x88, 0xBE] + ethernet($0) },
    Tunnel(description: "ERSPAN II", encapsulation: .erspan, number: 47) {
      [0x10, 0, 0x88, 0xBE, 0, 0, 0, 1, 0x10, 0, 0, 5, 0, 0, 0, 0] + ethernet($0)
    },
    Tunnel(description: "ERSPAN III", encapsulation: .erspan, number: 47, wrap: erspan3(5)),
    Tunnel(description: "ERSPAN III with a subheader", encapsulation: .erspan, number: 47) {
      [0x10, 0, 0x22, 0xEB] + zeros(4) + [0x20, 0, 0, 5] + zeros(6) + [0, 1] + zeros(8) + ethernet($0)
    },
    Tunnel(description: "IPv4 in IP", encapsulation: .ipInIP, number: 4) { $0 },
    Tunnel(description: "MPLS in IP", encapsulation: .mpls, number: 137) { [0, 1, 1, 64] + $0 },
    Tunnel(description: "MPLS in UDP", encapsulation: .mpls, number: 17) {
      udp(6635, [0, 1, 0, 64, 0, 2, 1, 64] + $0)
    },
    Tunnel(description: "EtherIP", encapsulation: .etherIP, number: 97) { [0x30, 0] + ethernet($0) },
    Tunnel(description: "GTP-U", encapsulation: .gtp, number: 17, wrap: gtp(1)),
    Tunnel(description: "GTP-U with an extension header", encapsulation: .gtp, number: 17) {
      udp(2152, [0x34, 0xFF] + big16($0.count + 8) + big32(1) + [0, 0, 0, 0x85, 1, 0x10, 9, 0] + $0)
    },
    Tunnel(description: "TZSP", encapsulation: .tzsp, number: 17) {
      udp(37008, [1, 0, 0, 1, 0, 10, 1, 0x80, 1] + ethernet($0))
    },
    Tunnel(description: "TZSP with 802.11", encapsulation: .tzsp, number: 17) {
      udp(37008, [1, 0, 0, 18, 1, 0x08, 1] + zeros(22) + snap($0))
    },
    Tunnel(description: "L2TP", encapsulation: .l2tp, number: 17) {
      udp(1701, [0x40, 2] + big16(12 + $0.count) + [0, 1, 0, 2, 0xFF, 3] + ppp($0))
    },
  ]

  // MARK: What frames begin with

  package struct Link: Sendable, CustomStringConvertible {
    package var description: String
    package var type: UInt16
    package var encapsulation: Encapsulation?
    /// Bytes of the longest datagram.
    package var longest = 65_535
    package var wrap: Wrap
  }

  private static func tagged(_ header: Bytes) -> Wrap { { mac + header + etherType($0) + $0 } }

  package static let links: [Link] = [
    Link(description: "Ethernet", type: 1, wrap: ethernet),
    Link(description: "VLAN", type: 1, encapsulation: .vlan, wrap: tagged([0x81, 0, 0, 5])),
    Link(description: "QinQ", type: 1, encapsulation: .qinq, wrap: tagged([0x88, 0xA8, 0, 9, 0x81, 0, 0, 5])),
    Link(description: "802.1ah", type: 1, encapsulation: .providerBackboneBridge) {
      mac + [0x88, 0xA8, 0, 9, 0x88, 0xE7, 0, 0, 0, 1] + ethernet($0)
    },
    Link(description: "VN-Tag", type: 1, encapsulation: .vnTag, wrap: tagged([0x89, 0x26, 0, 0, 0, 1])),
    Link(description: "802.1BR", type: 1, encapsulation: .eTag, wrap: tagged([0x89, 0x3F] + zeros(6))),
    Link(
      description: "Cisco metadata", type: 1, encapsulation: .ciscoMetadata,
      wrap: tagged([0x89, 0x09, 1, 1, 0, 1, 0, 5])),
    Link(description: "MACsec without encryption", type: 1, encapsulation: .macSec) {
      mac + [0x88, 0xE5, 0x20, 0] + zeros(12) + etherType($0) + $0 + zeros(16)
    },
    Link(description: "MPLS", type: 1, encapsulation: .mpls) { mac + [0x88, 0x47, 0, 1, 0, 64, 0, 2, 1, 64] + $0 },
    Link(description: "MPLS pseudowire", type: 1, encapsulation: .mpls) {
      mac + [0x88, 0x48, 0, 1, 1, 64] + ethernet($0)
    },
    Link(description: "MPLS pseudowire with a control word", type: 1, encapsulation: .mpls) {
      mac + [0x88, 0x47, 0, 1, 1, 64, 0, 0, 0, 0] + ethernet($0)
    },
    Link(description: "PPPoE", type: 1, encapsulation: .pppoe) {
      mac + [0x88, 0x64, 0x11, 0, 0, 1] + big16($0.count + 2) + ppp($0)
    },
    Link(description: "LLC and SNAP", type: 1, longest: 1492) { mac + big16(8 + $0.count) + snap($0) },
    Link(description: "null", type: 0) { [2, 0, 0, 0] + $0 },
    Link(description: "loop", type: 108) { [0, 0, 0, 2] + $0 },
    Link(description: "BSD's raw", type: 12) { $0 }, Link(description: "OpenBSD's raw", type: 14) { $0 },
    Link(description: "raw", type: 101) { $0 },
    Link(description: "cooked", type: 113) { zeros(14) + etherType($0) + $0 },
    Link(description: "cooked 2", type: 276) { etherType($0) + zeros(18) + $0 },
    Link(description: "PPP", type: 9) { [0xFF, 3] + ppp($0) }, Link(description: "bare PPP", type: 9, wrap: ppp),
    Link(description: "PPP with a short protocol", type: 9) { [0xFF, 3] + ppp($0).dropFirst() },
    Link(description: "PPP in HDLC", type: 50) { [0xFF, 3] + ppp($0) },
    Link(description: "Cisco in PPP_HDLC", type: 50) { [0x0F, 0] + etherType($0) + $0 },
    Link(description: "PPPoE session", type: 51, encapsulation: .pppoe) {
      [0x11, 0, 0, 1] + big16($0.count + 2) + ppp($0)
    },
    Link(description: "Cisco HDLC", type: 104) { [0x0F, 0] + etherType($0) + $0 },
    Link(description: "pppd", type: 166) { [0, 3] + ppp($0) },
    Link(description: "PPP with direction", type: 204) { [1, 0xFF, 3] + ppp($0) },
    Link(description: "802.11", type: 105) { [0x08, 1] + zeros(22) + snap($0) },
    Link(description: "802.11 with QoS", type: 105) { [0x88, 2] + zeros(24) + snap($0) },
    Link(description: "802.11 with four addresses", type: 105) { [0x88, 3] + zeros(30) + snap($0) },
    Link(description: "802.11 aggregate", type: 105) {
      [0x88, 1] + zeros(22) + [0x80, 0] + zeros(12) + big16(6) + [0xAA, 0xAA, 3, 0, 0, 0] + mac + big16(8 + $0.count)
        + snap($0)
    },
    Link(description: "radiotap", type: 127) { [0, 0, 8, 0] + zeros(4) + [0x08, 1] + zeros(22) + snap($0) },
    Link(description: "radiotap with timer, frame check and padding", type: 127) {
      [0, 0, 17, 0, 3, 0, 0, 0] + zeros(8) + [0x30, 0x88, 1] + zeros(24) + [0, 0] + snap($0) + [1, 2, 3, 4]
    },
    Link(description: "Prism", type: 119) {
      little32(0x44) + little32(144) + zeros(136) + [0x08, 1] + zeros(22) + snap($0)
    },
    Link(description: "AVS", type: 163) {
      [0x80, 0x21, 0x10, 1, 0, 0, 0, 64] + zeros(56) + [0x08, 1] + zeros(22) + snap($0)
    },
    Link(description: "PKTAP", type: 258) { little32(108) + little32(1) + little32(1) + zeros(96) + ethernet($0) },
    Link(description: "NFLOG", type: 239) {
      [2, 0, 0, 0] + little16(5) + little16(10) + [0x61, 0, 0, 0] + little16(4 + $0.count) + little16(9) + $0
    },
    Link(description: "NFLOG of another host", type: 239) {
      [2, 0, 0, 0] + big16(5) + big16(10) + [0x61, 0, 0, 0] + big16(4 + $0.count) + big16(9) + $0
    },
    Link(description: "PFLOG", type: 117) { [61, 2] + zeros(62) + $0 },
    Link(description: "ENC", type: 109) { [2, 0, 0, 0] + zeros(8) + $0 },
    Link(description: "InfiniBand", type: 242) { zeros(40) + etherType($0) + [0, 0] + $0 },
  ]

  /// A datagram of the outer version that carries another.
  package static func tunneled(_ inner: Bytes, in tunnel: Tunnel, version: Int) -> Bytes {
    let number = tunnel.number == 4 && inner[0] >> 4 == 6 ? 41 : tunnel.number
    return ip(version, number, tunnel.wrap(inner))
  }
}
