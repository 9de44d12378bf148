import LayerBuilding
import Testing

@testable import Capture

/// TCP's checksum, against one that is computed here in another way.
@Suite struct ChecksumTests {
  /// The one's complement sum of RFC 1071, word by word with the carry at once; an odd last byte is a word's first.
  private func sum(_ bytes: [UInt8]) -> UInt16 {
    var total: UInt16 = 0
    for place in stride(from: 0, to: bytes.count, by: 2) {
      let low = place + 1 < bytes.count ? bytes[place + 1] : 0
      let (sum, hasCarry) = total.addingReportingOverflow(UInt16(bytes[place]) << 8 | UInt16(low))
      total = sum + (hasCarry ? 1 : 0)
    }
    return total
  }

  /// The pseudo header: addresses, protocol and length (RFC 9293, section 3.1; RFC 8200, section 8.1).
  private func pseudoHeader(_ datagram: [UInt8], _ version: Int, length: Int) -> [UInt8] {
    version == 4
      ? datagram[12..<20] + [0, 6] + LayerBuilder.big16(length)
      : datagram[8..<40] + LayerBuilder.big32(length) + [0, 0, 0, 6]
  }

  /// A segment with a right checksum, and the datagram that it is in.
  private func segment(_ version: Int, payload: [UInt8]) -> (bytes: [UInt8], datagram: [UInt8], pseudo: [UInt8]) {
    var bytes = LayerBuilder.tcp(payload)
    let datagram = LayerBuilder.ip(version, 6, bytes)
    let pseudo = pseudoHeader(datagram, version, length: bytes.count)
    let checksum = ~sum(pseudo + bytes)
    (bytes[16], bytes[17]) = (UInt8(checksum >> 8), UInt8(checksum & 0xFF))
    return (bytes, datagram, pseudo)
  }

  private func isGood(_ bytes: [UInt8], in datagram: [UInt8]) -> Bool {
    guard let ip = datagram.withUnsafeBytes({ IPHeader($0, wireLength: datagram.count) }) else { return false }
    return bytes.withUnsafeBytes { TransportChecksum.isGood(segment: $0, ip) }
  }

  @Test(arguments: [4, 6], 0..<40)
  func `every bit counts, whatever the length`(version: Int, count: Int) {
    let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + 200) }
    let (bytes, datagram, _) = segment(version, payload: payload)
    #expect(isGood(bytes, in: datagram))
    for place in bytes.indices where !(16..<18).contains(place) {
      for bit in 0..<8 {
        var other = bytes
        other[place] ^= 1 << UInt8(bit)
        #expect(!isGood(other, in: datagram), "bit \(bit) of byte \(place)")
      }
    }
  }

  @Test(arguments: [4, 6]) func `a segment that the capture has cut off is not dropped for its checksum`(version: Int) {
    var datagram = LayerBuilder.ip(version, 6, segment(version, payload: [1, 2, 3, 4]).bytes)
    datagram[datagram.count - 1] ^= 0xFF
    func segments(_ count: Int) -> Int {
      datagram.prefix(count).withUnsafeBytes { bytes in
        var decoder = TransportDecoder(checksums: .drop)
        decoder.decode(
          Packet(linkType: LinkType(number: 101), time: 0, bytes: bytes, wireLength: datagram.count)
        ) { _ in }
        return decoder.counts.segments
      }
    }
    #expect(segments(datagram.count) == 0 && segments(datagram.count - 1) == 1)
  }

  @Test(arguments: [4, 6]) func `what is left to the device is no error`(version: Int) {
    var (bytes, datagram, pseudo) = segment(version, payload: [1, 2, 3])
    func set(_ value: UInt16) { (bytes[16], bytes[17]) = (UInt8(value >> 8), UInt8(value & 0xFF)) }
    let withoutLength = version == 4 ? pseudo.dropLast(2) + [0, 0] : pseudo[..<32] + [0, 0, 0, 0, 0, 0, 0, 6]
    for value in [0, sum(pseudo), sum([UInt8](withoutLength))] {
      set(value)
      #expect(isGood(bytes, in: datagram), "\(value)")
    }
    for value in [1, sum(pseudo) &+ 1, ~sum(pseudo)] {
      set(value)
      #expect(!isGood(bytes, in: datagram), "\(value)")
    }
    // Of a header that is not there completely nothing can be said.
    #expect(!isGood(Array(bytes.prefix(19)), in: datagram))
  }
}
