/// What is done about segments with a wrong TCP checksum.
public enum ChecksumPolicy: String, Sendable, CaseIterable {
  /// They are taken as they are: the checksum is not looked at.
  case ignore
  /// They are dropped and counted, as their receiver does.
  case drop
}

/// TCP's checksum (RFC 9293, section 3.1), with the pseudo header of IPv4 or IPv6 (RFC 8200, section 8.1).
enum TCPChecksum {
  /// Whether the checksum is right, or left to the network device: the sending host's own capture then has zero in
  /// its place, or the pseudo header's sum, with the length or without.
  /// - Parameter bytes: the whole segment, header included.
  static func isGood(_ bytes: UnsafeRawBufferPointer, _ ip: IPHeader) -> Bool {
    guard bytes.count >= 20 else { return false }
    let stated = UInt64(bytes.big16(16))
    let addresses = sum(ip.source) + sum(ip.destination) + 6
    let pseudo = addresses + UInt64(bytes.count)
    if fold(pseudo + sum(bytes)) == 0xFFFF { return true }
    return stated == 0 || stated == fold(pseudo) || stated == fold(addresses)
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
