import Foundation
import LayerBuilding
import NanoParser
import ParserRuntime
import Testing

@testable import Capture

/// Messages in datagrams, from a capture file to the rows, and back to their bytes.
@Suite struct DatagramDecodingTests {
  private typealias Bytes = [UInt8]

  private let folder: TemporaryFolder
  private let capture: String
  private let database: String
  private let frames = UDPFrames()

  init() throws {
    folder = try TemporaryFolder()
    capture = folder.path("a.pcap")
    database = folder.path("a.db")
  }

  /// A gauge's message, as a datagram has it.
  private static func message(_ kind: UInt8, _ value: Int) -> Bytes { [0x47, kind] + LayerBuilder.big16(value) }

  /// - Parameter wireLengths: of frames that the snapshot length has cut, by their numbers.
  @discardableResult
  private func importing(
    _ records: [CaptureBytes.Record], as specification: any Specification.Type = GaugeSpecification.self,
    wireLengths: [Int: Int] = [:]
  ) throws -> ImportSummary {
    var file = CaptureBytes.pcap([], isNanoseconds: true)
    for (number, record) in records.enumerated() {
      var bytes = CaptureBytes.pcapRecord(record, isNanoseconds: true)
      if let length = wireLengths[number] {
        bytes.replaceSubrange(12..<16, with: CaptureBytes.number(UInt32(length), false))
      }
      file += bytes
    }
    try Data(file).write(to: URL(filePath: capture))
    return try #require(try Importer(into: database, as: specification).run([capture]).first)
  }

  private func rows(_ sql: String) throws -> [[QueryValue]] {
    let cursor = try QueryCursor(sql, on: ReadConnection(path: database), limits: QueryLimits())
    var rows: [[QueryValue]] = []
    while try cursor.step() { rows.append(cursor.row) }
    return rows
  }

  /// The rows of a query, each as text.
  private func lines(_ sql: String) throws -> [String] {
    try rows(sql).map { row in
      row.map { value in
        switch value {
        case .null: "-"
        case .integer(let number): "\(number)"
        case .text(let text): text
        case .real, .blob: "?"
        }
      }.joined(separator: " ")
    }
  }

  // MARK: Rows

  @Test func `datagrams have the rows that streams have`() throws {
    let records = [
      frames.record(0, Self.message(1, 10)), frames.record(1, Self.message(2, 20), isAnswer: true),
      frames.record(2, Self.message(1, 11) + Self.message(1, 12)),
    ]
    let summary = try importing(records)
    #expect(summary.decoding.flows == 1 && summary.decoding.datagramFlows == 1)
    #expect(summary.decoding.messages.total == 4 && summary.decoding.packets.datagrams == 3)
    #expect(
      try lines("SELECT flow_id, direction, stream_offset, length, value, time_us % 1000000 FROM message ORDER BY id")
        == ["1 0 0 4 10 0", "1 1 0 4 20 1000", "1 0 4 4 11 2000", "1 0 8 4 12 2000"])
    #expect(
      try lines(
        """
        SELECT transport, srcip, srcport, dstip, dstport, close_reason, midstream, packets, bytes_forward,
          bytes_backward, lost_bytes FROM flow
        """) == ["udp 10.0.0.1 50000 10.0.0.2 4711 end of capture 0 3 12 4 0"])
    #expect(try lines("SELECT event FROM flow_event") == ["first datagram"])
    #expect(try rows("SELECT * FROM decode_issue").isEmpty)
  }

  @Test func `a stream has a length before each message`() throws {
    let stream = [4] + Self.message(1, 30) + [4] + Self.message(2, 31)
    let segment = [0xC3, 0x50, 0x12, 0x67] + LayerBuilder.big32(1) + LayerBuilder.big32(1)
    let packet = LayerBuilder.ip(4, 6, segment + [0x50, 0x18, 0, 0, 0, 0, 0, 0] + stream)
    let time = frames.record(5, []).time
    try importing([
      frames.record(0, Self.message(1, 10)), CaptureBytes.Record(time: time, bytes: LayerBuilder.ethernet(packet)),
    ])
    #expect(
      try lines("SELECT flow_id, stream_offset, length, value FROM message ORDER BY value")
        == ["1 0 4 10", "2 0 5 30", "2 5 5 31"])
    #expect(try lines("SELECT transport FROM flow ORDER BY id") == ["udp", "tcp"])
  }

  @Test func `what is behind the only message of a datagram is told`() throws {
    try importing([frames.record(0, Self.message(1, 10) + [1, 2, 3])], as: SingleGauge.self)
    #expect(try lines("SELECT value FROM message") == ["10"])
    #expect(
      try lines("SELECT kind, message_id, stream_offset, length, path, detail FROM decode_issue")
        == ["trailing - 4 3 - bytes behind the message of a datagram"])
  }

  @Test func `what cannot be parsed costs its own datagram only`() throws {
    try importing([
      frames.record(0, Self.message(1, 10) + [0x47, 1]), frames.record(1, [9, 9, 9, 9]),
      frames.record(2, Self.message(1, 11)), frames.record(3, []),
    ])
    #expect(try lines("SELECT value FROM message") == ["10", "11"])
    let issues = try lines("SELECT kind, stream_offset, length, path, time_us % 1000000 FROM decode_issue ORDER BY id")
    #expect(issues == ["end of stream 4 2 body 0", "unexpected contents 6 4 body.magic 1000"])
    #expect(try lines("SELECT packets, bytes_forward FROM flow") == ["4 14"])
  }

  @Test func `datagrams of something else make a row, not one each`() throws {
    let noise = (0..<100).map { frames.record(Int64($0), [7, UInt8($0), 3, 4, 5]) }
    let summary = try importing(noise + [frames.record(200, Self.message(1, 1))] + [frames.record(201, [7, 7, 7, 7])])
    #expect(summary.decoding.issues == 2 && summary.decoding.skippedBytes == 504)
    let issues = try lines("SELECT stream_offset, length, time_us % 1000000, detail FROM decode_issue ORDER BY id")
    #expect(
      issues.count == 2 && issues[0].hasPrefix("0 500 0 ")
        && issues[0].hasSuffix("likewise in 99 more datagrams after it"))
    #expect(issues.last?.hasPrefix("504 4 201000 ") == true && issues.last?.contains("likewise") == false)
  }

  @Test func `violated constraints belong to their message`() throws {
    try importing([frames.record(0, Self.message(1, 10) + Self.message(2, 1001))])
    #expect(try lines("SELECT value FROM message") == ["10", "1001"])
    #expect(
      try lines("SELECT kind, message_id, stream_offset, length, path FROM decode_issue ORDER BY id")
        == ["invalid value 2 6 2 body.value"])
  }

  @Test func `what the snapshot length cut is told, and the messages before it are not lost`() throws {
    let whole = frames.record(0, Self.message(1, 10) + Self.message(1, 11))
    var cut = whole
    cut.bytes.removeLast(3)
    try importing([cut, frames.record(1, Self.message(1, 12))], wireLengths: [0: whole.bytes.count])
    #expect(try lines("SELECT value, stream_offset FROM message") == ["10 0", "12 8"])
    #expect(
      try lines("SELECT kind, stream_offset, length FROM decode_issue ORDER BY id") == ["incomplete 4 1", "gap 5 3"])
    #expect(try lines("SELECT bytes_forward, lost_bytes FROM flow") == ["9 3"])
    #expect(try lines("SELECT event FROM flow_event") == ["first datagram", "gap of 3 bytes"])
  }

  @Test func `a flow that was silent for long is over, and its last datagram has the time of its end`() throws {
    let later = FlowLimits().datagramIdleTime / 1000 + 10
    try importing([frames.record(0, Self.message(1, 1)), frames.record(later, Self.message(1, 2))])
    #expect(try lines("SELECT id, close_reason, closed_us IS NULL FROM flow") == ["1 idle 0", "2 end of capture 1"])
    #expect(
      try lines("SELECT flow_id, event FROM flow_event ORDER BY id")
        == ["1 first datagram", "1 last datagram", "2 first datagram"])
  }

  @Test func `old captures of Nano have a message in each datagram`() throws {
    let nano = UDPFrames(client: 7075, server: 7075)
    let key = Bytes(repeating: 7, count: 32)
    func header(_ type: UInt8, _ extensions: Int) -> Bytes {
      [0x52, 0x43, 17, 16, 13, type] + LayerBuilder.little16(extensions)
    }
    let keepalive = header(2, 0) + Bytes(repeating: 0, count: 144)
    let state = Bytes(repeating: 1, count: 216)
    let vote = key + Bytes(repeating: 2, count: 64) + Bytes(repeating: 3, count: 8)
    let records = [
      nano.record(0, keepalive), nano.record(1, header(3, 0x600) + state, isAnswer: true),
      nano.record(2, header(4, 0x1100) + key + key), nano.record(3, header(5, 0x2100) + vote + key + key),
      nano.record(4, header(10, 1) + key, isAnswer: true), nano.record(5, keepalive + [0]),
      // A request whose answer came by TCP.
      nano.record(6, header(6, 0) + key + key), nano.record(7, header(3, 0x600) + state),
    ]
    let summary = try importing(records, as: NanoSpecification.self)
    #expect(summary.decoding.messages.byName.values.reduce(0, +) == 8 && summary.decoding.datagramFlows == 1)
    #expect(
      try lines("SELECT version_using, msg_type, srcip, srcport, dstip FROM packet ORDER BY id LIMIT 4") == [
        "16 2 10.0.0.1 7075 10.0.0.2", "16 3 10.0.0.2 7075 10.0.0.1", "16 4 10.0.0.1 7075 10.0.0.2",
        "16 5 10.0.0.1 7075 10.0.0.2",
      ])
    #expect(try lines("SELECT hash || root FROM confirm_req_pair").count == 1)
    #expect(try lines("SELECT vote_count, vbh FROM vote") == ["2 1"] && lines("SELECT id FROM block_state").count == 2)
    #expect(try lines("SELECT kind, length FROM decode_issue") == ["trailing 1"])
    #expect(try lines("SELECT event FROM connection ORDER BY id LIMIT 2") == ["first datagram", "keepalive"])
  }

  // MARK: Back to the bytes

  @Test func `messages are found in the capture again, and traced`() throws {
    let later = FlowLimits().datagramIdleTime / 1000 + 10
    let records = [
      frames.record(0, Self.message(1, 1)), frames.record(1, Self.message(2, 2), isAnswer: true),
      frames.record(2, Self.message(1, 3) + Self.message(1, 4)), frames.record(later, Self.message(1, 5)),
    ]
    try importing(records)
    var units: [TracedUnit] = []
    let (missing, _) = try StoredMessages(database: database, as: GaugeSpecification.self).run(where: nil, limit: 10) {
      units.append($0)
      return true
    }
    #expect(missing == 0 && units.map(\.number) == [1, 2, 3, 4, 5] && units.allSatisfy { $0.transport == .udp })
    #expect(units.map { Array($0.bytes.suffix(1)) } == [[1], [2], [3], [4], [5]])
    #expect(units.map(\.frame) == [1, 2, 3, 3, 4] && units[1].source == "10.0.0.2:4711")

    let run = StoredRun(id: 1, rows: try runRows())
    let extractor = try #require(StreamExtractor(run))
    let opened = try rows("SELECT opened_us FROM flow ORDER BY id").compactMap(\.first)
    func bytes(_ transport: Transport, _ flow: Int, _ direction: Int, _ offset: Int64, _ count: Int) throws -> Bytes? {
      guard case .integer(let opened) = opened[flow] else { return nil }
      return try extractor.bytes(
        of: StreamExtractor.Connection(
          initiator: ("10.0.0.1", 50_000), responder: ("10.0.0.2", 4711), transport: transport, opened: opened),
        direction: direction, offset: offset, count: count, servicePorts: [4711]
      ) { true }
    }
    #expect(try bytes(.udp, 0, 0, 8, 4) == Self.message(1, 4) && bytes(.udp, 0, 1, 0, 4) == Self.message(2, 2))
    #expect(try bytes(.udp, 1, 0, 0, 4) == Self.message(1, 5) && bytes(.udp, 0, 0, 4, 8) != nil)
    #expect(try bytes(.tcp, 0, 0, 0, 4) == nil && bytes(.udp, 1, 0, 4, 1) == nil)
  }

  private func runRows() throws -> [[String: QueryValue]] {
    let row = try #require(try rows("SELECT kind, source, source_identity FROM run").first)
    return [["id": .integer(1), "kind": row[0], "source": row[1], "source_identity": row[2]]]
  }

  @Test func `a validation tells what datagrams hold besides messages`() throws {
    let noise = (1...3).flatMap {
      [frames.record(Int64($0), Self.message(1, 1)), frames.record(Int64($0), [8, 8, 8, 8])]
    }
    try importing([frames.record(0, Self.message(1, 10) + [1])] + noise, as: SingleGauge.self)
    let report = try Validator(of: SingleGauge.self).run([capture])
    #expect(report.totals.messages == 4 && report.totals.connections == 1 && report.totals.unreadBytes == 1)
    #expect(report.findings.contains { $0.kind == .unread && $0.message == "bytes behind the message of a datagram" })
    #expect(report.findings.contains { $0.kind == .failure && $0.member == "magic" && $0.count == 3 })
    #expect(!report.findings.contains { $0.kind == .suspect }, "a datagram begins where it begins")
  }

  @Test func `where no datagram is a message, it is told which traffic is there`() throws {
    try importing([UDPFrames(server: 53).record(0, [8, 8, 8, 8])])
    let glance = try #require(TrafficGlance(path: capture, GaugeSpecification.info, filter: nil))
    #expect(
      "\(glance)" == "1 TCP segments or UDP datagrams are there, none on its ports (4711); most are on 53", "\(glance)")
    let filtered = try #require(TrafficGlance(path: capture, SingleGauge.info, filter: "tcp"))
    #expect(filtered.advice == nil && filtered.segments == 1)
    // Where any port counts, none is spoken of.
    let detected = try #require(TrafficGlance(path: capture, GaugeSpecification.info, filter: nil, detects: true))
    #expect(
      "\(detected)" == "1 TCP segments or UDP datagrams are there, but no flow of them has two messages in a row that "
        + "satisfy every constraint of the description")
    let both = try #require(TrafficGlance(path: capture, SingleGauge.info, filter: "tcp", detects: true))
    #expect(
      "\(both)" == "the filter 'tcp' passes none, but 1 UDP datagrams are there: --filter 'udp' would do", "\(both)")
  }
}

/// The same messages, of which a datagram holds one, and streams hold none.
enum SingleGauge: Specification {
  static let info: SpecificationInfo = {
    let gauge = GaugeSpecification.info
    return SpecificationInfo(
      name: gauge.name, fingerprint: gauge.fingerprint, program: gauge.program, ports: gauge.ports,
      transports: [.udp], datagramContent: .one, maximumMessageLength: gauge.maximumMessageLength,
      headLength: gauge.headLength, messageKinds: gauge.messageKinds, tables: gauge.tables, details: gauge.details,
      nameTables: gauge.nameTables, views: gauge.views, typeColumn: gauge.typeColumn, lookups: gauge.lookups,
      outline: gauge.outline)
  }()

  static func parse<Trace: ParseTrace>(_ reader: inout ByteReader, _ trace: inout Trace) throws(ParseError) -> Gauge {
    try GaugeSpecification.parse(&reader, &trace)
  }
  static func kind(of message: Gauge) -> Int { GaugeSpecification.kind(of: message) }
  static func responses(to message: Gauge) throws(ParseError) -> Responses {
    try GaugeSpecification.responses(to: message)
  }
  static func store(_ message: Gauge, _ envelope: Envelope, length: Int, in rows: RowBatch) -> StoredMessage {
    GaugeSpecification.store(message, envelope, length: length, in: rows)
  }
  static func canBegin(with bytes: UnsafeRawBufferPointer) -> Bool { GaugeSpecification.canBegin(with: bytes) }
}
