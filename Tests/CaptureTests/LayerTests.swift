import LayerBuilding
import Testing

@testable import Capture

private typealias Builder = LayerBuilder

@Suite struct LayerTests {
  private static let payload = [UInt8](1...40)

  private struct Found: Equatable {
    var source: String
    var sequence: UInt32
    var payload: [UInt8]
    var length: Int
    var tunnel: UInt64
  }

  private func decode(
    _ type: UInt16, _ frame: [UInt8], _ decoder: inout TransportDecoder, wireLength: Int? = nil
  ) -> Found? {
    frame.withUnsafeBytes { bytes in
      var found: Found?
      let packet = Packet(
        linkType: LinkType(number: type), time: 0, bytes: bytes, wireLength: wireLength ?? frame.count)
      decoder.decode(packet) { segment in
        found = Found(
          source: "\(segment.source)", sequence: segment.sequence, payload: [UInt8](segment.payload),
          length: segment.payloadLength, tunnel: segment.tunnel)
      }
      return found
    }
  }

  private func decode(_ type: UInt16, _ frame: [UInt8]) -> Found? {
    var decoder = TransportDecoder()
    return decode(type, frame, &decoder)
  }

  private static func datagram(_ version: Int) -> [UInt8] { Builder.ip(version, 6, Builder.tcp(payload)) }

  /// Frames under every link type, plain and in every tunnel over both versions of IP.
  private static func forEachFrame(
    _ body: (_ link: Builder.Link, _ tunnel: Builder.Tunnel?, _ version: Int, _ frame: [UInt8]) -> Void
  ) {
    for link in Builder.links {
      for version in [4, 6] {
        body(link, nil, version, link.wrap(datagram(version)))
        for tunnel in Builder.tunnels {
          for outer in [4, 6] {
            body(link, tunnel, version, link.wrap(Builder.tunneled(datagram(version), in: tunnel, version: outer)))
          }
        }
      }
    }
  }

  private func sum(_ counts: PacketCounts) -> Int {
    counts.segments + counts.other + counts.fragments + counts.malformed + counts.badChecksums + counts.encrypted
      + counts.tooDeep
  }

  @Test func `a segment is the same under every link type and in every tunnel`() {
    Self.forEachFrame { link, tunnel, version, frame in
      var decoder = TransportDecoder()
      let found = decode(link.type, frame, &decoder)
      let place: Comment = "\(link), \(tunnel?.description ?? "no tunnel"), IPv\(version)"
      #expect(found?.source == (version == 4 ? "10.0.0.1:50000" : "[::1]:50000"), place)
      #expect(found?.payload == Self.payload && found?.length == 40 && found?.sequence == 5, place)
      let counts = decoder.counts.encapsulations
      if let tunnel { #expect(counts[tunnel.encapsulation] == 1, place) }
      if let encapsulation = link.encapsulation { #expect(counts[encapsulation] == 1, place) }
    }
  }

  @Test func `tunnels in tunnels`() {
    for first in Builder.tunnels {
      for second in Builder.tunnels {
        for (version, middle, outer) in [(4, 4, 4), (4, 6, 4), (6, 4, 6), (6, 6, 6)] {
          let inner = Builder.tunneled(Self.datagram(version), in: first, version: middle)
          let frame = Builder.ethernet(Builder.tunneled(inner, in: second, version: outer))
          #expect(decode(1, frame)?.payload == Self.payload, "\(first) in \(second)")
        }
      }
    }
  }

  @Test func `what the snapshot length cut is missing, by as much as was on the wire`() {
    Self.forEachFrame { link, tunnel, version, frame in
      // The log's own length does not tell what the wire had.
      var decoder = TransportDecoder()
      for count in frame.indices {
        let found = decode(link.type, Array(frame.prefix(count)), &decoder, wireLength: frame.count)
        guard let found else { continue }
        if found.length != 40 || found.payload != Array(Self.payload.prefix(found.payload.count)) {
          Issue.record("\(link), \(tunnel?.description ?? "no tunnel"), IPv\(version), cut at \(count)")
        }
      }
      #expect(sum(decoder.counts) == frame.count)
    }
  }

  @Test func `bytes that lie are never read past their end, and every frame counts once`() {
    var decoder = TransportDecoder(checksums: .drop)
    var frames = 0
    Self.forEachFrame { link, _, version, frame in
      guard version == 4 else { return }
      for index in frame.indices.dropLast(40) {
        for value: UInt8 in [0, 0xFF, frame[index] ^ 0x41] {
          var frame = frame
          frame[index] = value
          let found = decode(link.type, frame, &decoder)
          frames += 1
          if let found, found.payload.count > found.length { Issue.record("\(link) at \(index)") }
        }
      }
    }
    #expect(sum(decoder.counts) == frames)
  }

  /// Types of Ethernet that IP is found behind: 0x0806 is an address that begins with 8.6, and a length of 2,054 bytes.
  private static let carriers = [0x0800, 0x0806, 0x8100, 0x8847, 0x8864, 0x88A8, 0x88E7]

  @Test(arguments: carriers) func `addresses and lengths that look like types of Ethernet mislead nobody behind MPLS`(
    type: Int
  ) throws {
    let payload = [UInt8](repeating: 1, count: type - 40)
    var datagrams = [4, 6].map { Builder.ip($0, 6, Builder.tcp($0 == 4 ? payload : Self.payload)) }
    // The first bytes of the source in IPv4, its third group in IPv6, and IPv6's flow label.
    let places = [12, 12, 2]
    datagrams.append(datagrams[1])
    for (datagram, place) in zip(datagrams, places) {
      var datagram = datagram
      datagram.replaceSubrange(place..<place + 2, with: Builder.big16(type))
      for name in ["MPLS", "MPLS pseudowire", "MPLS pseudowire with a control word"] {
        let link = try #require(Builder.links.first { $0.description == name })
        let found = decode(link.type, link.wrap(datagram))
        #expect(found?.length == datagram.count - (datagram[0] >> 4 == 4 ? 40 : 60), "\(name), at \(place)")
      }
    }
  }

  @Test func `networks are apart, and what only marks a path is not`() {
    func tunnel(_ number: UInt8, _ wrap: ([UInt8]) -> [UInt8]) -> UInt64? {
      decode(101, Builder.ip(4, number, wrap(Self.datagram(4))))?.tunnel
    }
    let networks: [(UInt8, (Int) -> ([UInt8]) -> [UInt8])] = [
      (17, { Builder.vxlan($0) }), (17, { Builder.geneve($0) }), (47, { Builder.gre($0) }),
      (47, { Builder.nvgre(0x5000 + $0, flow: 1) }),
    ]
    var seen: Set<UInt64?> = [0]
    for (number, wrap) in networks {
      for network in 1...3 { #expect(seen.insert(tunnel(number, wrap(network))).inserted) }
      #expect(tunnel(number, wrap(1)) == tunnel(number, wrap(1)))
    }
    #expect(tunnel(47, Builder.nvgre(0x5000, flow: 1)) == tunnel(47, Builder.nvgre(0x5000, flow: 2)))
    for endpoint in 1...2 {
      #expect(tunnel(17, Builder.gtp(endpoint)) == 0 && tunnel(47, Builder.erspan3(endpoint)) == 0)
    }
  }

  @Test func `fragments come together outside of tunnels and inside, each tunnel's own`() throws {
    let segment = Builder.tcp(Self.payload)
    let inner = [
      Builder.ip(4, 6, Array(segment[..<32]), fragment: 0x2000), Builder.ip(4, 6, Array(segment[32...]), fragment: 4),
    ]
    var decoder = TransportDecoder()
    #expect(decode(1, Builder.ethernet(Builder.ip(4, 17, Builder.vxlan(1)(inner[0]))), &decoder) == nil)
    #expect(decode(1, Builder.ethernet(Builder.ip(4, 17, Builder.vxlan(2)(inner[1]))), &decoder) == nil)
    #expect(decode(1, Builder.ethernet(inner[1]), &decoder) == nil)
    let whole = decode(1, Builder.ethernet(Builder.ip(4, 17, Builder.vxlan(1)(inner[1]))), &decoder)
    #expect(whole?.payload == Self.payload)
    // The tunnel's own datagrams are fragmented, and what they carry too.
    var both = TransportDecoder()
    var last: Found?
    for (id, part) in inner.enumerated() {
      let datagram = Builder.vxlan(1)(part)
      var outer = [
        Builder.ip(4, 17, Array(datagram[..<40]), fragment: 0x2000),
        Builder.ip(4, 17, Array(datagram[40...]), fragment: 5),
      ]
      for index in outer.indices {
        outer[index][5] = UInt8(20 + id)
        last = decode(1, Builder.ethernet(outer[index]), &both)
      }
    }
    #expect(last?.payload == Self.payload && both.counts.fragments == 3 && both.counts.segments == 1)
  }

  @Test func `source routes that do not end are malformed`() {
    for routes in [[], [0, 0, 0], [8, 0, 0, 4, 1, 2, 3, 4], [8, 0, 0, 200, 1, 2, 3, 4]] as [[UInt8]] {
      var decoder = TransportDecoder()
      let frame = Builder.ip(4, 47, [0x40, 0, 8, 0] + Builder.zeros(4) + routes)
      #expect(decode(101, frame, &decoder) == nil && decoder.counts.malformed == 1)
    }
  }

  // MARK: Jumbograms

  /// An IPv6 datagram of a segment with `count` bytes, whose length is in a hop-by-hop option.
  /// - Parameter stated: the payload's length, if it is not to be the true one.
  private func jumbogram(_ count: Int, stated: Int? = nil) -> [UInt8] {
    let segment = Builder.tcp([UInt8](repeating: 7, count: count))
    // Padding in both forms stands before the option, which must stand 2 bytes behind a multiple of 4.
    let length = Builder.big32(stated ?? 16 + segment.count)
    let options = [6, 1, 0, 1, 3, 9, 9, 9] + [1, 0] + [0xC2, 4] + length
    return [0x60, 0, 0, 0, 0, 0, 0, 64] + Builder.zeros(15) + [1] + Builder.zeros(15) + [2] + options + segment
  }

  @Test func `a jumbogram ends where its option says`() {
    let found = decode(101, jumbogram(100_000) + [1, 2, 3, 4])
    #expect(found?.length == 100_000 && found?.payload == [UInt8](repeating: 7, count: 100_000))
    var decoder = TransportDecoder()
    let cut = decode(101, Array(jumbogram(100_000).prefix(200)), &decoder, wireLength: 100_076)
    #expect(cut?.length == 100_000 && cut?.payload.count == 124)
  }

  @Test(arguments: [100_037, 70, 0, Int(UInt32.max)]) func `a jumbogram that lies of its length is refused`(
    stated: Int
  ) {
    var decoder = TransportDecoder()
    #expect(decode(101, jumbogram(100_000, stated: stated), &decoder) == nil && decoder.counts.malformed == 1)
  }

  @Test func `depth is bounded`() {
    var datagram = Self.datagram(4)
    for _ in 0..<100 { datagram = Builder.ip(4, 4, datagram) }
    var decoder = TransportDecoder()
    #expect(decode(101, datagram, &decoder) == nil && decoder.counts.tooDeep == 1)
  }

  @Test func `so many layers are followed, and not one more`() {
    for (around, isFound) in [(TransportDecoder.maximumDepth - 1, true), (TransportDecoder.maximumDepth, false)] {
      var datagram = Self.datagram(4)
      for _ in 0..<around { datagram = Builder.ip(4, 4, datagram) }
      #expect((decode(101, datagram) != nil) == isFound)
    }
  }

  @Test func `the part of a frame that is not followed to its end is told, whatever the others are`() throws {
    let aggregate = try #require(Builder.links.first { $0.description == "802.11 aggregate" })
    var datagram = Self.datagram(4)
    for _ in 0..<100 { datagram = Builder.ip(4, 4, datagram) }
    var decoder = TransportDecoder()
    // Its first subframe is of a protocol that nobody knows.
    #expect(decode(aggregate.type, aggregate.wrap(datagram), &decoder) == nil)
    #expect(decoder.counts.tooDeep == 1 && sum(decoder.counts) == 1)
  }

  @Test func `protected frames are counted`() {
    var decoder = TransportDecoder()
    #expect(decode(105, [0x08, 0x41] + [UInt8](repeating: 0, count: 60), &decoder) == nil)
    #expect(decoder.counts.encrypted == 1)
  }

  @Test func `a link type that is refused is named with its number`() {
    #expect(LinkType(number: 189).refusal.hasPrefix("link type USB_LINUX (189) carries no IP"))
    #expect(Builder.links.allSatisfy { LinkType(number: $0.type).isSupported })
  }
}
