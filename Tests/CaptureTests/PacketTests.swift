import Testing

@testable import Capture

@Suite struct LinkLayerTests {
  static let ipv4: [UInt8] =
    [0x45, 0, 0, 44, 0, 0, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2] + tcp
  static let tcp: [UInt8] = [0xC3, 0x50, 0x1B, 0xA3, 0, 0, 0, 5, 0, 0, 0, 9, 0x50, 0x18, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]

  private func segment(_ link: LinkType, _ frame: [UInt8], wireLength: Int? = nil) -> (
    source: String, sequence: UInt32, payload: [UInt8], length: Int
  )? {
    var decoder = TransportDecoder()
    return segment(link, frame, &decoder, wireLength: wireLength)
  }

  private func segment(
    _ link: LinkType, _ frame: [UInt8], _ decoder: inout TransportDecoder, wireLength: Int? = nil
  ) -> (source: String, sequence: UInt32, payload: [UInt8], length: Int)? {
    frame.withUnsafeBytes { frame in
      var found: (String, UInt32, [UInt8], Int)?
      decoder.decode(Packet(linkType: link, time: 0, bytes: frame, wireLength: wireLength ?? frame.count)) { segment in
        found = (
          "\(segment.source.address):\(segment.source.port)", segment.sequence, [UInt8](segment.payload),
          segment.payloadLength
        )
      }
      return found
    }
  }

  private static let mac = [UInt8](repeating: 2, count: 12)

  @Test(
    arguments: [
      (.ethernet, mac + [0x08, 0x00]), (.ethernet, mac + [0x81, 0x00, 0, 5, 0x08, 0x00]),
      (.ethernet, mac + [0x88, 0xA8, 0, 9, 0x81, 0x00, 0, 5, 0x08, 0x00]),
      (.linuxCooked, [0, 0, 0, 1, 0, 6, 2, 2, 2, 2, 2, 2, 0, 0, 0x08, 0x00]),
      (.linuxCooked2, [0x08, 0x00, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 2, 2, 2, 2, 2, 0, 0]), (.raw, []), (.ipv4, []),
      (.null, [2, 0, 0, 0]), (.null, [0, 0, 0, 2]), (.loop, [0, 0, 0, 2]),
    ] as [(LinkType, [UInt8])])
  func `IP is found in every link layer`(link: LinkType, header: [UInt8]) throws {
    let found = try #require(segment(link, header + Self.ipv4))
    #expect(found.source == "10.0.0.1:50000" && found.sequence == 5 && found.payload == [1, 2, 3, 4])
  }

  @Test func `padding of short frames is no payload, and what the snapshot length cut is missing`() throws {
    let frame = Self.mac + [0x08, 0x00] + Self.ipv4
    #expect(segment(.ethernet, frame + [0, 0, 0, 0, 0, 0])?.payload == [1, 2, 3, 4])
    let cut = try #require(segment(.ethernet, Array(frame.dropLast(3)), wireLength: frame.count))
    #expect(cut.payload == [1] && cut.length == 4)
  }

  @Test func `IPv6 with extension headers`() throws {
    let addresses = [UInt8](repeating: 0, count: 15) + [1] + [UInt8](repeating: 0, count: 15) + [2]
    func packet(_ next: UInt8, _ extensions: [UInt8]) -> [UInt8] {
      [0x60, 0, 0, 0, 0, UInt8(extensions.count + Self.tcp.count), next, 64] + addresses + extensions + Self.tcp
    }
    #expect(segment(.raw, packet(6, []))?.source == "::1:50000")
    let hopByHop: [UInt8] = [60, 1] + [UInt8](repeating: 0, count: 14)
    let destination: [UInt8] = [6, 0] + [UInt8](repeating: 0, count: 6)
    #expect(segment(.raw, packet(0, hopByHop + destination))?.payload == [1, 2, 3, 4])
    let authentication: [UInt8] = [6, 4] + [UInt8](repeating: 0, count: 22)
    #expect(segment(.raw, packet(51, authentication))?.payload == [1, 2, 3, 4])
    #expect(segment(.raw, packet(44, [6, 0, 0, 1, 0, 0, 0, 1])) == nil, "a fragment is no whole segment")
  }

  @Test func `an IP length beyond the packet is a lie, and the packet is refused`() {
    var frame = Self.mac + [0x08, 0x00] + Self.ipv4
    frame[14 + 3] = 200
    var decoder = TransportDecoder()
    #expect(segment(.ethernet, frame, &decoder) == nil && decoder.counts.malformed == 1)
  }

  @Test func `an ICMP error that quotes a segment is none`() {
    var quoting: [UInt8] = Self.ipv4
    quoting[9] = 1
    var decoder = TransportDecoder()
    #expect(segment(.raw, quoting, &decoder) == nil && decoder.counts.other == 1)
  }

  // MARK: Checksums

  /// The segment of `ipv4` with a checksum in its place.
  private func withChecksum(_ checksum: UInt16) -> [UInt8] {
    var packet = Self.ipv4
    (packet[36], packet[37]) = (UInt8(checksum >> 8), UInt8(checksum & 0xFF))
    return packet
  }

  @Test func `a wrong checksum drops a segment only if that is wanted, never one that the device is to sum up`() {
    // By hand: the pseudo header's sum is 0x1420 with the length 24, all words of the segment add up to 0x3368.
    let pseudo: UInt16 = 0x0A00 + 0x0001 + 0x0A00 + 0x0002 + 6 + 24
    let words: UInt32 = 0xC350 + 0x1BA3 + 5 + 9 + 0x5018 + 0x0102 + 0x0304
    let sum = UInt32(pseudo) + words
    let good = ~UInt16((sum & 0xFFFF) + (sum >> 16))
    for (checksum, isTaken) in [(good, true), (good ^ 1, false), (pseudo, true), (0, true), (pseudo - 24, true)] {
      var strict = TransportDecoder(checksums: .drop)
      #expect((segment(.raw, withChecksum(checksum), &strict) != nil) == isTaken, "\(checksum)")
      #expect(strict.counts.badChecksums == (isTaken ? 0 : 1))
      #expect(segment(.raw, withChecksum(checksum)) != nil)
    }
  }

  // MARK: Fragments

  /// An IPv4 fragment of the segment, `range` in bytes of the IP payload.
  private func fragment(_ range: Range<Int>, of tcp: [UInt8], hasMore: Bool, id: UInt8 = 7) -> [UInt8] {
    let position = UInt16(range.lowerBound / 8) | (hasMore ? 0x2000 : 0)
    return [0x45, 0, 0, UInt8(20 + range.count), 0, id, UInt8(position >> 8), UInt8(position & 0xFF), 64, 6, 0, 0]
      + [10, 0, 0, 1, 10, 0, 0, 2] + tcp[range]
  }

  private static let long = tcp + [UInt8](5...100)

  @Test(arguments: [[0, 1, 2], [2, 1, 0], [1, 0, 2], [0, 0, 2, 1], [2, 0, 2, 1]])
  func `fragments come together in any order, and twice`(order: [Int]) {
    let parts = [0..<48, 48..<96, 96..<Self.long.count]
    var decoder = TransportDecoder()
    var found: [UInt8]?
    for index in order {
      #expect(found == nil)
      let part = fragment(parts[index], of: Self.long, hasMore: index < 2)
      found = segment(.raw, part, &decoder)?.payload
    }
    #expect(found == [UInt8](1...100))
  }

  @Test func `overlapping fragments: the first to arrive win`() {
    var other = Self.long
    other[40...] = ArraySlice(repeating: 0xEE, count: other.count - 40)
    var decoder = TransportDecoder()
    #expect(segment(.raw, fragment(48..<96, of: Self.long, hasMore: true), &decoder) == nil)
    #expect(segment(.raw, fragment(32..<64, of: other, hasMore: true), &decoder) == nil)
    #expect(segment(.raw, fragment(88..<Self.long.count, of: other, hasMore: false), &decoder) == nil)
    let whole = segment(.raw, fragment(0..<40, of: Self.long, hasMore: true), &decoder)?.payload
    let expected =
      Self.long[20..<40] + [UInt8](repeating: 0xEE, count: 8) + Self.long[48..<96] + [UInt8](repeating: 0xEE, count: 24)
    #expect(whole == Array(expected))
  }

  @Test func `fragments of different datagrams do not mix, and floods are bounded`() {
    var decoder = TransportDecoder()
    #expect(segment(.raw, fragment(0..<48, of: Self.long, hasMore: true, id: 1), &decoder) == nil)
    #expect(segment(.raw, fragment(48..<Self.long.count, of: Self.long, hasMore: false, id: 2), &decoder) == nil)
    for id in 0..<3000 {
      var part = fragment(0..<48, of: Self.long, hasMore: true)
      (part[4], part[5], part[15]) = (UInt8(id >> 8), UInt8(id & 0xFF), 9)
      #expect(segment(.raw, part, &decoder) == nil)
    }
    #expect(
      segment(.raw, fragment(48..<Self.long.count, of: Self.long, hasMore: false, id: 1), &decoder) == nil,
      "the oldest went first")
  }

  @Test func `packets that lie about lengths are refused, never read past their end`() {
    for index in Self.ipv4.indices {
      for value: UInt8 in [0, 1, 5, 0x0F, 0x40, 0x4F, 0x60, 0x7F, 0x80, 0xF0, 0xFF] {
        var packet = Self.ipv4
        packet[index] = value
        for count in [packet.count, packet.count - 1, 33, 21, 20, 19, 1, 0] {
          _ = segment(.raw, Array(packet.prefix(count)))
        }
      }
    }
    #expect(segment(.raw, [0x45]) == nil && segment(.ethernet, [1, 2, 3]) == nil)
  }

  @Test func `other link types are refused`() {
    #expect(!LinkType(number: 189).isSupported && LinkType(number: 189).name == "USB_LINUX")
  }
}
