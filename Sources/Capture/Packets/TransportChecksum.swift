/// What is done about segments and datagrams with a wrong checksum of TCP or UDP.
public enum ChecksumPolicy: String, Sendable, CaseIterable {
  /// They are taken as they are: the checksum is not looked at.
  case ignore
  /// They are dropped and counted, as their receiver does. A datagram's zero stands for none.
  case drop
}

/// The checksum of TCP (RFC 9293, section 3.1) and UDP (RFC 768), with the pseudo header of IPv4 or IPv6 (RFC 8200,
/// section 8.1).
enum TransportChecksum {
  /// Whether a segment's checksum is right, or left to the network device: the sending host's own capture then has zero
  /// in its place, or the pseudo header's sum, with the length or without.
  /// - Parameter bytes: the whole segment, header included.
  static func isGood(segment bytes: UnsafeRawBufferPointer, _ ip: IPHeader) -> Bool {
    bytes.count >= 20 && isGood(bytes, ip, transport: 6, at: 16)
  }

  /// Whether a datagram's checksum is right, left to the network device, or zero, for none.
  /// - Parameter bytes: the whole datagram, header included.
  static func isGood(datagram bytes: UnsafeRawBufferPointer, _ ip: IPHeader) -> Bool {
    bytes.count >= UDPHeader.length && isGood(bytes, ip, transport: 17, at: 6)
  }

  /// - Parameters:
  ///   - transport: number of the protocol.
  ///   - place: of the checksum in the header.
  private static func isGood(
    _ bytes: UnsafeRawBufferPointer, _ ip: IPHeader, transport: UInt64, at place: Int
  ) -> Bool {
    let stated = UInt64(bytes.big16(place))
    let addresses = sum(ip.source) + sum(ip.destination) + transport
    let pseudo = addresses + UInt64(bytes.count)
    if fold(pseudo + sum(bytes)) == 0xFFFF { return true }
    return stated == 0 || stated == fold(pseudo) || stated == fold(addresses)
  }

  /// The checksum of a segment or a datagram in whose checksum there are zeros.
  /// - Parameter transport: number of the protocol.
  static func value(_ bytes: UnsafeRawBufferPointer, from: IPAddress, to: IPAddress, transport: UInt8) -> UInt16 {
    let pseudo = sum(from) + sum(to) + UInt64(transport) + UInt64(bytes.count)
    return ~UInt16(truncatingIfNeeded: fold(pseudo + sum(bytes)))
  }

  /// The checksum of an IPv4 header in whose checksum there are zeros (RFC 791).
  static func value(ofHeader bytes: UnsafeRawBufferPointer) -> UInt16 {
    ~UInt16(truncatingIfNeeded: fold(sum(bytes)))
  }

  private static func sum(_ address: IPAddress) -> UInt64 {
    [address.high, address.low].reduce(0) { total, half in
      stride(from: 0, to: 64, by: 16).reduce(total) { $0 + half >> UInt64($1) & 0xFFFF }
    }
  }

  private static func sum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var total: UInt64 = 0
    for place in stride(from: 0, to: bytes.count - 1, by: 2) { total += UInt64(bytes.big16(place)) }
    return bytes.count % 2 == 0 ? total : total + UInt64(bytes[bytes.count - 1]) << 8
  }

  private static func fold(_ sum: UInt64) -> UInt64 {
    var sum = sum
    while sum > 0xFFFF { sum = (sum & 0xFFFF) + sum >> 16 }
    return sum
  }
}
