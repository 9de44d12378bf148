import Foundation
import Testing

/// What the filter that a live capture has by default lets through.
@Suite(.serialized, .enabled(if: Cable.isPossible)) struct LiveFilterTests {
  private typealias Bytes = [UInt8]

  private static let addresses: Bytes = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2]
  private static let vlan: Bytes = [0x81, 0, 0, 5]
  private static let qinq: Bytes = [0x88, 0xA8, 0, 7, 0x81, 0, 0, 5]
  private static let messages = 10

  /// The TCP segment in two fragments, as IPv4 or as IPv6 has them.
  private static func fragments(_ datagram: Bytes, version: Int, id: UInt8) -> [Bytes] {
    let segment = Bytes(datagram[20...])
    guard segment.count > 80 else { return version == 4 ? [datagram] : [ipv6(6, segment)] }
    let parts = [(segment[..<80], 0, true), (segment[80...], 80, false)]
    return parts.map { part, offset, hasMore in
      if version == 6 { return ipv6(44, [6, 0, 0, UInt8(offset) | (hasMore ? 1 : 0), 0, 0, 0, id] + part) }
      let header: Bytes = [0x45, 0, 0, UInt8(20 + part.count), 0, id, hasMore ? 0x20 : 0, UInt8(offset / 8)]
      return header + datagram[8..<20] + part
    }
  }

  /// The payload of the TCP segment as a datagram of UDP, whole or in two fragments.
  private static func inUDP(_ datagram: Bytes, isFragmented: Bool, id: UInt8) -> [Bytes] {
    let payload = datagram[40...]
    guard !payload.isEmpty else { return [] }
    let udp = datagram[20..<24] + [0, UInt8(8 + payload.count), 0, 0] + payload
    let parts = isFragmented ? [(udp.prefix(80), 0, true), (udp.dropFirst(80), 80, false)] : [(udp, 0, false)]
    return parts.map { part, offset, hasMore in
      let header: Bytes = [0x45, 0, 0, UInt8(20 + part.count), 0, id, hasMore ? 0x20 : 0, UInt8(offset / 8), 64, 17]
      return header + datagram[10..<20] + part
    }
  }

  private static func ipv6(_ next: UInt8, _ payload: Bytes) -> Bytes {
    let zeros = Bytes(repeating: 0, count: 13)
    return [0x60, 0, 0, 0, 0, UInt8(payload.count), next, 64, 0x20, 1] + zeros + [1, 0x20, 1] + zeros + [2] + payload
  }

  private static func frame(_ datagram: Bytes, _ tags: Bytes) -> Bytes {
    addresses + tags + (datagram[0] >> 4 == 4 ? [0x08, 0] : [0x86, 0xDD]) + datagram
  }

  @Test(arguments: [[], vlan, qinq] as [[UInt8]], [0, 4, 6])
  func `fragments and tags pass`(tags: [UInt8], fragmented: Int) throws {
    let found = try transports([22, 22, 18], tags) { datagram, id in
      fragmented == 0 ? [datagram] : Self.fragments(datagram, version: fragmented, id: id)
    }
    #expect(found == Array(repeating: "tcp", count: Self.messages))
  }

  @Test(arguments: [[], vlan, qinq] as [[UInt8]], [false, true])
  func `datagrams pass, with tags and in fragments`(tags: [UInt8], isFragmented: Bool) throws {
    let found = try transports([18, 18, 17], tags) { Self.inUDP($0, isFragmented: isFragmented, id: $1) }
    #expect(found == Array(repeating: "udp", count: Self.messages))
  }

  /// What carried each message, by a live capture of keepalives.
  /// - Parameters:
  ///   - versions: of the protocol, in the messages' heads.
  ///   - packets: those that a TCP segment in IPv4 is sent as; the number is another for each.
  private func transports(
    _ versions: Bytes, _ tags: Bytes, _ packets: (_ datagram: Bytes, _ id: UInt8) -> [Bytes]
  ) throws -> [String?] {
    let folder = try TemporaryFolder()
    let keepalive = [0x52, 0x43] + versions + [2, 0, 0] + Bytes(repeating: 0, count: 144)
    let (plain, capture) = (folder.path("plain.pcap"), folder.path("frames.pcap"))
    try CaptureFile.write(Array(repeating: (direction: 0, bytes: keepalive), count: Self.messages), to: plain)
    var id: UInt8 = 0
    try CaptureFile.reframe(plain, to: capture) { datagram in
      id += 1
      return packets(datagram, id).map { Self.frame($0, tags) }
    }
    let cable = try Cable()
    let database = folder.path("live.db")
    let process = try cable.capture(into: database, filter: nil, ["--no-console"])
    try cable.replay(capture, packetsPerSecond: 200)
    try wait(60) { (try? Database(database).count("SELECT count(*) FROM message")) == Self.messages }
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return try Database(database).values("SELECT transport FROM message JOIN flow ON flow.id = flow_id")
  }
}
