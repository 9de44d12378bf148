/// What stands at the front of the rest of a frame.
enum Layer {
  // Link layers, by the link type of the capture.
  case ethernet, linuxCooked, linuxCooked2, loopback
  case ppp, pppWithDirection, pppDaemon, pppoe, ciscoHDLC
  case wlan(hasFCS: Bool), radiotap, prism, avs
  case pktap, nflog, pflog, enc, ipoib

  // Within them.
  case etherType(UInt16), llc, pppProtocol
  /// Subframes of an 802.11 frame.
  case aggregate
  case ip, udp, gre, mpls, etherIP

  // Where the way ends.
  case other, malformed, encrypted

  /// nil where frames of the type carry no IP, or in a form that is not known.
  init?(_ type: LinkType) {
    switch type.number {
    case 1: self = .ethernet
    case 12, 14, 101, 228, 229: self = .ip
    case 0, 108: self = .loopback
    case 113: self = .linuxCooked
    case 276: self = .linuxCooked2
    case 9, 50: self = .ppp
    case 51: self = .pppoe
    case 104: self = .ciscoHDLC
    case 105: self = .wlan(hasFCS: false)
    case 109: self = .enc
    case 117: self = .pflog
    case 119: self = .prism
    case 127: self = .radiotap
    case 163: self = .avs
    case 166: self = .pppDaemon
    case 204: self = .pppWithDirection
    case 239: self = .nflog
    case 242: self = .ipoib
    case 258: self = .pktap
    default: return nil
    }
  }

  /// What an IP datagram carries, by its protocol number; nil for what holds no segment. TCP is no layer here: it is
  /// where the way leads.
  init?(ipProtocol: UInt8) {
    switch ipProtocol {
    case 4, 41: self = .ip
    case 17: self = .udp
    case 47: self = .gre
    case 97: self = .etherIP
    case 137: self = .mpls
    default: return nil
    }
  }

  /// Takes this layer's header off the frame and tells what stands behind it.
  func next(_ rest: inout FrameSlice, _ path: inout LayerPath) -> Layer {
    switch self {
    case .ethernet: Ethernet.header(&rest)
    case .etherType(let type): Ethernet.payload(type, &rest, &path)
    case .llc: LogicalLink.header(&rest)
    case .linuxCooked: HostCapture.linuxCooked(&rest)
    case .linuxCooked2: HostCapture.linuxCooked2(&rest)
    case .loopback: rest.drop(4) ? .ip : .malformed
    case .pktap: HostCapture.pktap(&rest)
    case .nflog: HostCapture.nflog(&rest)
    case .pflog: HostCapture.pflog(&rest)
    // Address family, security parameters index and flags, of 4 bytes each.
    case .enc: rest.drop(12) ? .ip : .malformed
    case .ipoib: HostCapture.ipOverInfiniBand(&rest)
    case .ppp: PointToPoint.frame(&rest)
    case .pppWithDirection: rest.drop(1) ? PointToPoint.frame(&rest) : .malformed
    case .pppDaemon: PointToPoint.daemonFrame(&rest)
    case .pppProtocol: PointToPoint.payload(&rest)
    case .pppoe: PointToPoint.session(&rest, &path)
    case .ciscoHDLC: PointToPoint.ciscoHDLC(&rest)
    case .wlan(let hasFCS): WirelessLAN.frame(&rest, hasFCS: hasFCS)
    case .radiotap: WirelessLAN.radiotap(&rest)
    case .prism: WirelessLAN.prism(&rest)
    case .avs: WirelessLAN.avs(&rest)
    case .udp: UDPTunnel.payload(&rest, &path)
    case .gre: GRE.header(&rest, &path)
    case .mpls: MPLS.labels(&rest, &path)
    case .etherIP: GRE.etherIP(&rest, &path)
    case .ip, .aggregate, .other, .malformed, .encrypted: .other
    }
  }
}
