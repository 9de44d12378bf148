import LayerBuilding
import ParserRuntime
import Testing

@testable import Capture

/// Datagrams on their way out of packets.
@Suite struct DatagramTests {
  private struct Found: Equatable {
    var source: String
    var destination: String
    var payload: [UInt8]
    var length: Int
    var tunnel: UInt64 = 0
  }

  private static let payload = [UInt8](1...40)
  private let frames = UDPFrames()

  private func decode(
    _ type: UInt16, _ frame: [UInt8], _ decoder: inout TransportDecoder, wireLength: Int? = nil
  ) -> Found? {
    frame.withUnsafeBytes { bytes in
      var found: Found?
      let packet = Packet(
        linkType: LinkType(number: type), time: 0, bytes: bytes, wireLength: wireLength ?? frame.count)
      decoder.decode(packet) { _ in
      } datagram: { datagram in
        found = Found(
          source: "\(datagram.source)", destination: "\(datagram.destination)", payload: [UInt8](datagram.payload),
          length: datagram.payloadLength, tunnel: datagram.tunnel)
      }
      return found
    }
  }

  private func decode(_ packet: [UInt8]) -> (found: Found?, counts: PacketCounts) {
    var decoder = TransportDecoder(transports: [.tcp, .udp])
    return (decode(101, packet, &decoder), decoder.counts)
  }

  @Test func `a datagram is the same under every link type and in every tunnel`() {
    for link in LayerBuilder.links {
      for version in [4, 6] {
        let datagram = LayerBuilder.ip(version, 17, frames.datagram(Self.payload))
        for tunnel in [nil] + LayerBuilder.tunnels.map(Optional.some) {
          let inner = tunnel.map { LayerBuilder.tunneled(datagram, in: $0, version: 4) } ?? datagram
          var decoder = TransportDecoder(transports: [.udp])
          let found = decode(link.type, link.wrap(inner), &decoder)
          let place: Comment = "\(link), \(tunnel?.description ?? "no tunnel"), IPv\(version)"
          #expect(found?.source == (version == 4 ? "10.0.0.1:50000" : "[::1]:50000"), place)
          #expect(found?.destination == (version == 4 ? "10.0.0.2:4711" : "[::2]:4711"), place)
          #expect(found?.payload == Self.payload && found?.length == 40 && decoder.counts.datagrams == 1, place)
        }
      }
    }
  }

  @Test func `who asks for one transport gets no other`() {
    let datagram = frames.packet(frames.datagram(Self.payload))
    let segment = LayerBuilder.ip(4, 6, LayerBuilder.tcp(Self.payload))
    for (transport, segments, datagrams) in [(Transport.tcp, 1, 0), (.udp, 0, 1)] {
      var decoder = TransportDecoder(transports: [transport])
      _ = decode(101, datagram, &decoder)
      _ = decode(101, segment, &decoder)
      #expect(decoder.counts.segments == segments && decoder.counts.datagrams == datagrams)
      #expect(decoder.counts.other == 1)
    }
  }

  @Test func `ports of tunnels carry datagrams too, where they are no tunnel`() {
    // The flag of a valid network identifier is not set.
    let plain = decode(LayerBuilder.ip(4, 17, UDPFrames(server: 4789).datagram([UInt8](0..<8))))
    #expect(plain.found?.payload == [UInt8](0..<8) && plain.counts.encapsulations.found.isEmpty)
    // A control message of Geneve is of the outer network.
    let control = decode(LayerBuilder.ip(4, 17, UDPFrames(server: 6081).datagram([0, 0x80, 0x65, 0x58, 0, 0, 7, 0])))
    #expect(control.found?.tunnel == 0 && control.found?.length == 8)
  }

  @Test func `tunnels tell networks apart`() {
    let inner = frames.packet(frames.datagram(Self.payload))
    let tunnels = [1, 2, 1].map { decode(LayerBuilder.ip(4, 17, LayerBuilder.vxlan($0)(inner))).found?.tunnel }
    #expect(tunnels[0] != tunnels[1] && tunnels[0] == tunnels[2] && tunnels[0] != 0)
  }

  @Test func `the length of the header tells the payload from padding, and is refused where it lies`() {
    let padded = frames.packet(frames.datagram([1, 2, 3, 4], length: 10))
    #expect(decode(padded).found?.payload == [1, 2])
    for length in [7, 1, 13, 65_535] {
      let lying = decode(frames.packet(frames.datagram([1, 2, 3, 4], length: length)))
      #expect(lying.found == nil && lying.counts.malformed == 1, "\(length)")
    }
    #expect(decode(frames.packet(frames.datagram([1, 2, 3, 4], length: 0))).found?.payload == [1, 2, 3, 4])
    #expect(decode(frames.packet([1, 2, 3])).counts.malformed == 1)
    #expect(decode(frames.packet(frames.datagram([]))).found?.length == 0)
  }

  @Test func `what the snapshot length cut is missing, by as much as was on the wire`() {
    let frame = LayerBuilder.ethernet(frames.packet(frames.datagram(Self.payload)))
    var decoder = TransportDecoder(transports: [.udp])
    let cut = decode(1, Array(frame.dropLast(30)), &decoder, wireLength: frame.count)
    #expect(cut?.payload == Array(Self.payload.prefix(10)) && cut?.length == 40)
    for count in 0..<42 { #expect(decode(1, Array(frame.prefix(count)), &decoder, wireLength: frame.count) == nil) }
  }

  @Test(arguments: [[0, 1], [1, 0]]) func `fragments come together in any order`(order: [Int]) {
    let datagram = frames.datagram(Self.payload)
    let parts = [
      LayerBuilder.ip(4, 17, Array(datagram[..<24]), fragment: 0x2000),
      LayerBuilder.ip(4, 17, Array(datagram[24...]), fragment: 3),
    ]
    var decoder = TransportDecoder(transports: [.tcp, .udp])
    #expect(decode(101, parts[order[0]], &decoder) == nil)
    #expect(decode(101, parts[order[1]], &decoder)?.payload == Self.payload)
    #expect(decoder.counts.fragments == 1 && decoder.counts.datagrams == 1)
  }

  @Test
  func `a wrong checksum drops a datagram only if that is wanted, never one that has none or is left to the device`() {
    // By hand: the pseudo header, the header, and four bytes.
    let pseudo: UInt16 = 0x0A00 + 0x0001 + 0x0A00 + 0x0002 + 17 + 12
    let sum = UInt32(pseudo) + 50_000 + 4711 + 12 + 0x0102 + 0x0304
    let good = ~UInt16((sum & 0xFFFF) + (sum >> 16))
    for (checksum, isTaken) in [(good, true), (good ^ 1, false), (0, true), (pseudo, true), (pseudo - 12, true)] {
      let packet = frames.packet(frames.datagram([1, 2, 3, 4], checksum: checksum))
      var strict = TransportDecoder(checksums: .drop, transports: [.udp])
      #expect((decode(101, packet, &strict) != nil) == isTaken, "\(checksum)")
      #expect(strict.counts.badChecksums == (isTaken ? 0 : 1))
      #expect(decode(packet).found != nil)
    }
    // Of what is not there completely nothing can be said.
    let wrong = frames.packet(frames.datagram([1, 2, 3, 4], checksum: good ^ 1))
    var strict = TransportDecoder(checksums: .drop, transports: [.udp])
    #expect(decode(101, Array(wrong.dropLast()), &strict, wireLength: wrong.count)?.payload == [1, 2, 3])
  }
}
