import CLibPcap

/// A link-layer header type, by its number in capture files (https://www.tcpdump.org/linktypes.html).
struct LinkType: Hashable, Sendable {
  let number: UInt16

  init(number: UInt16) { self.number = number }

  /// - Parameter dlt: libpcap's number in memory, which for some types differs between systems.
  init(dlt: Int32) {
    switch dlt {
    // 12 and 14 are raw IP of BSD and OpenBSD, and stay what a file of theirs says.
    case DLT_RAW where DLT_RAW != 14: number = 101
    case DLT_ENC: number = 109
    default: number = UInt16(clamping: dlt)
    }
  }

  /// libpcap's number of this type on this system.
  var dlt: Int32 {
    switch number {
    case 12, 14, 101: DLT_RAW
    case 109: DLT_ENC
    default: Int32(number)
    }
  }

  /// Such as `IEEE802_11_RADIO`; the number where libpcap knows no name.
  var name: String { pcap_datalink_val_to_name(dlt).map { String(cString: $0) } ?? "\(number)" }

  /// Whether IP is found in frames of this type.
  var isSupported: Bool { Layer(self) != nil }
}

extension LinkType {
  /// Why packets of a type cannot be read, and what to do.
  var refusal: String {
    "link type \(name) (\(number)) carries no IP that can be read; supported are Ethernet, Linux cooked, raw IP, "
      + "loopback, PPP, Cisco HDLC, 802.11 with or without radiotap, PKTAP, NFLOG, PFLOG, ENC and IP over InfiniBand; "
      + "capture on the interface that has the IP traffic, or convert the file to one of these types"
  }

  static let null = LinkType(number: 0)
  static let ethernet = LinkType(number: 1)
  static let raw = LinkType(number: 101)
  static let loop = LinkType(number: 108)
  static let linuxCooked = LinkType(number: 113)
  static let ipv4 = LinkType(number: 228)
  static let ipv6 = LinkType(number: 229)
  static let linuxCooked2 = LinkType(number: 276)
}
