import Foundation
import LayerBuilding
import NanoParser
import ParserRuntime
import Testing

@testable import Capture

private typealias Packet = Connection.Packet

/// Connections and flows of datagrams that are told by what they carry.
@Suite struct DetectionTests {
  /// A message of Nano's of 152 bytes.
  private func keepalive(_ byte: UInt8 = 1) -> [UInt8] {
    [0x52, 0x43, 19, 19, 18, 2, 0, 0] + [UInt8](repeating: byte, count: 144)
  }
  private func said(_ direction: Int, _ offset: Int, _ bytes: [UInt8], after acknowledged: Int = 0, time: Int64 = 0)
    -> Packet
  {
    Packet(direction: direction, offset: offset, bytes: bytes, acknowledged: acknowledged, time: time)
  }

  /// Expects the rows that the same packets make where they are known to be of the protocol.
  /// - Parameter port: of the run that knows it; by default the same, where every port counts.
  @discardableResult
  private func expectDetection(
    _ packets: [Packet], as specification: any Specification.Type = NanoSpecification.self, port: UInt16 = 17_075,
    _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) -> DetectionRun {
    let found = DetectionRun(packets, as: specification)
    let known = DetectionRun(packets, port: port, as: specification, detects: port != 17_075)
    #expect(known.counts.candidates == 0 && known.counts.messages.total > 0, comment, sourceLocation: sourceLocation)
    #expect(found.rows == known.rows, comment, sourceLocation: sourceLocation)
    #expect(found.flows.allSatisfy { $0.hasSuffix(" 1") }, comment, sourceLocation: sourceLocation)
    #expect(found.counts.candidates == 1 && found.counts.detected == 1, comment, sourceLocation: sourceLocation)
    #expect(found.counts.flows == 1, comment, sourceLocation: sourceLocation)
    return found
  }

  private func expectNothing(
    _ packets: [Packet], as specification: any Specification.Type = NanoSpecification.self,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let run = DetectionRun(packets, as: specification)
    #expect(run.rows.isEmpty && run.counts.messages.total == 0, sourceLocation: sourceLocation)
    #expect(run.counts.flows == 0 && run.counts.issues == 0, sourceLocation: sourceLocation)
    #expect(run.counts.candidates == 1 && run.counts.detected == 0, sourceLocation: sourceLocation)
  }

  // MARK: What confirms a connection

  @Test func `two messages in a row make the rows of a known port, from the first packet on`() {
    let closed = [
      Packet(direction: 0, offset: 304, flags: [.fin, .ack], acknowledged: 0, time: 9),
      Packet(direction: 1, offset: 0, flags: [.fin, .ack], acknowledged: 305, time: 9),
    ]
    let talk = [said(0, 0, keepalive(1), time: 5), said(0, 152, keepalive(2), time: 7)]
    let run = expectDetection(Connection.handshake + talk + closed, port: 7075)
    #expect(run.counts.messages.total == 2 && run.rows.count { $0.hasPrefix("flow ") } == 2)
    #expect(run.rows.contains { $0.hasPrefix("flow_event") && $0.hasSuffix("open connection") })
    #expect(run.rows.contains { $0.hasSuffix("close connection") })
  }

  @Test func `one message is none, one in each direction are two`() {
    expectNothing(Connection.handshake + [said(0, 0, keepalive())])
    expectNothing(Connection.handshake + [said(0, 0, keepalive() + keepalive().dropLast())])
    expectDetection(Connection.handshake + [said(0, 0, keepalive()), said(1, 0, keepalive(), after: 152)])
  }

  @Test func `messages that hold not every constraint, or do not follow each other, confirm nothing`() {
    // A length and a body of four bytes; the value is 1000 at the most.
    let good: [UInt8] = [4, 0x47, 1, 0, 5]
    let bad: [UInt8] = [4, 0x47, 1, 0xFF, 5]
    func gauge(_ bytes: [UInt8]) -> [Packet] { Connection.handshake + [said(0, 0, bytes)] }
    let gauges = GaugeSpecification.self
    expectNothing(gauge(good + bad), as: gauges)
    expectNothing(gauge(bad + bad + bad), as: gauges)
    expectNothing(gauge(bad + good + bad + good), as: gauges)
    expectDetection(gauge(good + good), as: gauges)
    expectDetection(gauge(bad + good + good), as: gauges)
    // A byte is missing between them.
    let gap = [said(0, 0, good), said(0, 6, good), Packet(direction: 1, offset: 0, acknowledged: 11)]
    expectNothing(Connection.handshake + gap, as: gauges)
  }

  @Test func `a message and the whole of its answer confirm a connection`() {
    // frontier_req: start, age, count; frontiers of 64 bytes until one of zeros.
    let request =
      [0x52, 0x43, 19, 19, 18, 8, 0, 0] + [UInt8](repeating: 0, count: 32) + [UInt8](repeating: 0xFF, count: 8)
    let answer = [UInt8](repeating: 7, count: 128)
    let end = [UInt8](repeating: 0, count: 64)
    let asked = Connection.handshake + [said(0, 0, request)]
    expectDetection(asked + [said(1, 0, answer + end, after: 48)])
    expectNothing(asked + [said(1, 0, answer, after: 48)])
    expectNothing(asked + [said(1, 0, end, after: 48)])
    // An answer that goes on is enough where it is long.
    let entries = Evidence.convincingEntries
    func long(_ count: Int) -> [Packet] {
      asked + (0..<count).map { said(1, 64 * $0, [UInt8](repeating: 7, count: 64), after: 48) }
    }
    expectDetection(long(entries))
    expectNothing(long(entries - 1))
  }

  // MARK: Where a message begins

  @Test func `a connection met in its middle is found behind the rest of a message`() {
    let rest = Array(keepalive().dropFirst(20))
    expectDetection([said(0, 1000, rest + keepalive() + keepalive())])
    // What is behind the first of them must be there too.
    expectNothing([said(0, 1000, rest + keepalive() + keepalive().dropLast())])
    expectDetection([said(1, 1000, rest), said(0, 10, keepalive()), said(1, 1132, keepalive() + keepalive())])
  }

  @Test func `a head that segments cut is found`() {
    let bytes = [9, 9] + keepalive() + keepalive() + keepalive()
    for size in [1, 2, 3, 7, 100, 151, 153] {
      let packets = stride(from: 0, to: bytes.count, by: size).map {
        said(0, 500 + $0, Array(bytes[$0..<min($0 + size, bytes.count)]))
      }
      expectDetection(packets, "\(size)")
    }
  }

  @Test func `one direction is enough where the capture lacks the other`() {
    expectDetection([said(0, 0, keepalive(), after: 5), said(0, 152, keepalive(), after: 500)])
    let closed = [Packet(direction: 1, offset: 304, flags: [.fin, .ack], acknowledged: 9)]
    expectDetection([said(1, 0, keepalive(), after: 5), said(1, 152, keepalive(), after: 9)] + closed)
  }

  @Test func `bytes out of order, missing or repeated are what they are on a known port`() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<40 {
      let streams = [
        (0..<6).flatMap { keepalive(UInt8($0)) }, (0..<4).flatMap { keepalive(UInt8($0)) } + keepalive().prefix(50),
      ]
      var packets = Bool.random(using: &random) ? Connection.handshake : []
      var sent = [0, 0]
      var time: Int64 = 0
      while sent[0] < streams[0].count || sent[1] < streams[1].count {
        let direction = sent[0] >= streams[0].count ? 1 : sent[1] >= streams[1].count ? 0 : Int.random(in: 0...1)
        let end = min(sent[direction] + Int.random(in: 1...300), streams[direction].count)
        time += Int64.random(in: 0...50_000)
        let packet = said(
          direction, sent[direction], Array(streams[direction][sent[direction]..<end]), after: sent[1 - direction],
          time: time)
        if Int.random(in: 0..<12) > 0 { packets.append(packet) }
        if Int.random(in: 0..<12) == 0 { packets.append(packet) }
        if Int.random(in: 0..<8) == 0, packets.count > 5 { packets.swapAt(packets.count - 1, packets.count - 2) }
        sent[direction] = end
      }
      let known = DetectionRun(packets, detects: false)
      let found = DetectionRun(packets)
      // With much missing there may be no two in a row.
      if found.counts.detected > 0 { #expect(found.rows == known.rows) } else { #expect(found.rows.isEmpty) }
    }
  }

  // MARK: What is of something else

  @Test func `nothing is stored of what is of something else`() {
    let request = Array("GET / HTTP/1.1\r\nHost: example.net\r\n\r\n".utf8)
    let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nRC".utf8)
    let talk = [
      said(0, 0, request), said(1, 0, answer, after: request.count),
      Packet(direction: 0, offset: request.count, flags: [.fin, .ack], acknowledged: answer.count),
      Packet(direction: 1, offset: answer.count, flags: [.fin, .ack], acknowledged: request.count + 1),
      said(1, answer.count, [1, 2, 3]),
    ]
    expectNothing(Connection.handshake + talk)
    expectNothing(talk)
    expectNothing(Array(talk.prefix(1)))
  }

  private static let limits = CandidateLimits(NanoSpecification.info)

  /// Bytes in segments that a packet can hold.
  private func segments(_ bytes: [UInt8]) -> [Packet] {
    stride(from: 0, to: bytes.count, by: 40_000).map {
      said(0, $0, Array(bytes[$0..<min($0 + 40_000, bytes.count)]))
    }
  }

  @Test(arguments: [limits.bytes - 1, limits.bytes, limits.bytes + 1])
  func `who has shown so much without a message is not looked at any more`(count: Int) {
    let foreign = segments([UInt8](repeating: 0, count: count))
    let packets = Connection.handshake + foreign + [said(0, count, keepalive() + keepalive() + keepalive())]
    if count > Self.limits.bytes { expectNothing(packets) } else { expectDetection(packets) }
  }

  @Test func `two messages of the greatest length are enough`() {
    // asc_pull_ack with frontiers of 64 bytes, until one of zeros.
    let payload = [UInt8](repeating: 5, count: 64 * 1000) + [UInt8](repeating: 0, count: 64)
    let head: [UInt8] = [0x52, 0x43, 21, 21, 21, 15, UInt8(payload.count & 0xFF), UInt8(payload.count >> 8)]
    let message = head + [3, 0, 0, 0, 0, 0, 0, 0, 9] + payload
    let run = expectDetection(Connection.handshake + segments(message + message), port: 7075)
    #expect(run.counts.messages.total == 2)
    #expect(CandidateLimits(GaugeSpecification.info).bytes == 1 << 16)
  }

  @Test func `small pieces are looked at up to a number`() {
    for count in [Self.limits.pieces - 1, Self.limits.pieces + 1] {
      let foreign = (0..<count).map { said(0, $0, [0]) }
      let packets = Connection.handshake + foreign + [said(0, count, keepalive() + keepalive() + keepalive())]
      if count > Self.limits.pieces { expectNothing(packets) } else { expectDetection(packets) }
    }
  }

  @Test func `another connection between the same endpoints is looked at again`() {
    let foreign = [UInt8](repeating: 0, count: Self.limits.bytes + 1)
    let first = Connection.handshake + segments(foreign)
    let late = [said(0, foreign.count, keepalive() + keepalive(), time: 10)]
    expectNothing(first + late)
    let syns = Connection.handshake.map { packet in
      var packet = packet
      packet.offset += 1_000_000
      packet.time = 20
      if packet.flags.contains(.ack) { packet.acknowledged = packet.direction == 1 ? 1_000_000 : 1_000_000 }
      return packet
    }
    let second = syns + [said(0, 1_000_000, keepalive() + keepalive(), after: 1_000_000, time: 30)]
    let run = DetectionRun(first + late + second)
    #expect(run.counts.candidates == 2 && run.counts.detected == 1 && run.counts.messages.total == 2)
  }

  @Test func `a description that says nothing of how messages begin cannot tell them`() throws {
    var options = DecodingOptions()
    try options.check(SingleGauge.self)
    options.detects = true
    try options.check(NanoSpecification.self)
    try options.check(GaugeSpecification.self)
    let error = #expect(throws: CaptureError.self) { try options.check(SingleGauge.self) }
    #expect(error?.description.contains("connections of 'gauge' cannot be told by their bytes") == true)
    #expect(error?.description.contains("'valid'") == true)
    #expect(throws: CaptureError.self) {
      try MessageReader(["none"], as: SingleGauge.self, options: options).run { _ in true }
    }
    #expect(throws: CaptureError.self) { try Validator(of: SingleGauge.self, options: options).run(["none"]) }
    #expect(throws: CaptureError.self) {
      try Importer(into: "none.db", as: SingleGauge.self, options: options).run(["none"])
    }
  }

  // MARK: Sides

  private let hello = Array("HI".utf8) + [1]
  private let welcome = Array("YO".utf8)
  private func order(_ number: UInt8) -> [UInt8] { [0x4F, 0, number, 1, 1, 5] }
  private func reply(_ number: UInt8) -> [UInt8] { [0x52, 0, number, 2] + Array("ok".utf8) + [7] }

  @Test func `each side is held against what it speaks, by state`() {
    let dialogue = DialogueSpecification.self
    expectDetection(
      Connection.handshake + [said(0, 0, hello), said(1, 0, welcome, after: 3), said(0, 3, order(1), after: 2)],
      as: dialogue)
    // The client says what only servers say.
    expectNothing(Connection.handshake + [said(0, 0, welcome + welcome + welcome)], as: dialogue)
  }

  @Test func `of a connection met in its middle the messages tell who opened it`() {
    let dialogue = DialogueSpecification.self
    let run = expectDetection(
      [
        said(1, 50, reply(1), after: 106), said(0, 106, order(2), after: 57), said(1, 57, reply(2), after: 112),
        Packet(direction: 0, offset: 112, flags: [.fin, .ack], acknowledged: 64, time: 9),
        Packet(direction: 1, offset: 64, flags: [.fin, .ack], acknowledged: 113, time: 9),
      ], as: dialogue, port: 4100)
    #expect(run.flows.allSatisfy { $0 == "50000 17075 1" }, "\(run.flows)")
    #expect(run.rows.contains { $0.contains("bytes_forward=6 bytes_backward=14") }, "\(run.rows)")
    // Who speaks first is the initiator as far as nothing else tells.
    let forward = expectDetection([said(0, 106, order(2) + order(3), after: 57)], as: dialogue, port: 4100)
    #expect(forward.flows.allSatisfy { $0 == "50000 17075 1" })
  }

  @Test func `messages of a connection whose sides were turned are found in the capture again`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "nanocap-detection-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (capture, database) = (folder.appending(path: "a.pcap").path, folder.appending(path: "a.db").path)
    let packets = [
      said(1, 50, reply(1), after: 106), said(0, 106, order(2), after: 57), said(1, 57, reply(2), after: 112),
    ]
    let frames = packets.map { DetectionRun.frame($0, port: 17_075) }
    try Data(CaptureBytes.pcap(frames, isNanoseconds: true)).write(to: URL(filePath: capture))
    var options = DecodingOptions()
    options.detects = true
    let dialogue = DialogueSpecification.self
    let summary = try #require(try Importer(into: database, as: dialogue, options: options).run([capture]).first)
    #expect(summary.decoding.detected == 1 && summary.decoding.messages.total == 3)
    var units: [TracedUnit] = []
    let (missing, _) = try StoredMessages(database: database, as: dialogue).run(where: nil, limit: 10) {
      units.append($0)
      return true
    }
    #expect(missing == 0 && units.map(\.bytes) == [reply(1), order(2), reply(2)])
    #expect(units.map(\.direction) == [1, 0, 1] && units.allSatisfy { $0.initiator == "10.0.0.1:50000" })

    let identity = try #require(try PacketFile(path: capture, filter: nil).identity)
    let run = StoredRun(
      id: 1,
      rows: [
        ["id": .integer(1), "kind": .text("import"), "source": .text(capture), "source_identity": .text(identity)]
      ])
    let extractor = try #require(StreamExtractor(run))
    for (direction, offset, expected) in [(1, 7, reply(2)), (0, 0, order(2))] {
      let bytes = try extractor.bytes(
        of: StreamExtractor.Connection(
          initiator: ("10.0.0.1", 50_000), responder: ("10.0.0.2", 17_075), opened: 1_700_000_000_000_000),
        direction: direction, offset: Int64(offset), count: expected.count, servicePorts: [4100]
      ) { true }
      #expect(bytes == expected, "\(direction)")
    }
  }
}
