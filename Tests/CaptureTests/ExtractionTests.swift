import Foundation
import LayerBuilding
import NanoParser
import ParserRuntime
import Testing

@testable import Capture

/// Messages found again in the capture that they came from.
@Suite struct ExtractionTests {
  private static let lost = 240

  private let folder: TemporaryFolder
  private let capture: String
  private let database: String

  private static func keepalive(_ filling: UInt8) -> [UInt8] {
    [0x52, 0x43, 19, 19, 18, 2, 0, 0] + [UInt8](repeating: filling, count: 144)
  }

  /// A frame of a client's connection to Nano's port; the client is always at the same one.
  private static func frame(
    _ milliseconds: Int64, sequence: Int, acknowledgment: Int, flags: UInt8, isAnswer: Bool = false,
    _ payload: [UInt8] = []
  ) -> CaptureBytes.Record {
    let ports: [UInt8] = isAnswer ? [0x1B, 0xA3, 0xC3, 0x50] : [0xC3, 0x50, 0x1B, 0xA3]
    let numbers = LayerBuilder.big32(sequence) + LayerBuilder.big32(acknowledgment)
    let segment = ports + numbers + [0x50, flags, 0xFF, 0xFF, 0, 0, 0, 0] + payload
    var datagram = LayerBuilder.ip(4, 6, segment)
    if isAnswer { datagram.replaceSubrange(12..<20, with: [10, 0, 0, 2, 10, 0, 0, 1]) }
    return CaptureBytes.Record(
      time: 1_700_000_000_000_000_000 + milliseconds * 1_000_000, bytes: LayerBuilder.ethernet(datagram))
  }

  /// A connection that begins with a handshake, sends pieces of its stream, and ends.
  private static func connection(
    _ milliseconds: Int64, isn: Int, _ pieces: [(offset: Int, bytes: [UInt8])]
  ) -> [CaptureBytes.Record] {
    let end = (pieces.last.map { $0.offset + $0.bytes.count } ?? 0) + isn + 1
    let answer = isn + 7_000_000
    let begin = [
      frame(milliseconds, sequence: isn, acknowledgment: 0, flags: 0x02),
      frame(milliseconds + 1, sequence: answer, acknowledgment: isn + 1, flags: 0x12, isAnswer: true),
      frame(milliseconds + 2, sequence: isn + 1, acknowledgment: answer + 1, flags: 0x10),
    ]
    let data = pieces.enumerated().map { index, piece in
      frame(
        milliseconds + 3 + Int64(index), sequence: isn + 1 + piece.offset, acknowledgment: answer + 1, flags: 0x18,
        piece.bytes)
    }
    return begin + data + [
      frame(milliseconds + 20, sequence: end, acknowledgment: answer + 1, flags: 0x11),
      frame(milliseconds + 21, sequence: answer + 1, acknowledgment: end + 1, flags: 0x11, isAnswer: true),
      frame(milliseconds + 22, sequence: end + 1, acknowledgment: answer + 2, flags: 0x10),
    ]
  }

  /// Two connections of the same ports; of the second a part of the stream is not in the capture.
  init() throws {
    folder = try TemporaryFolder()
    capture = folder.path("a.pcap")
    database = folder.path("a.db")
    let second = [(offset: 0, bytes: Self.keepalive(2)), (offset: 152 + Self.lost, bytes: Self.keepalive(3))]
    let records =
      Self.connection(0, isn: 1000, [(offset: 0, bytes: Self.keepalive(1))])
      + Self.connection(1000, isn: 900_000, second)
    try Data(CaptureBytes.pcap(records, isNanoseconds: true)).write(to: URL(filePath: capture))
    _ = try Importer(into: database, as: NanoSpecification.self).run([capture])
  }

  private func rows(_ sql: String) throws -> [[QueryValue]] {
    let cursor = try QueryCursor(sql, on: ReadConnection(path: database), limits: QueryLimits())
    var rows: [[QueryValue]] = []
    while try cursor.step() { rows.append(cursor.row) }
    return rows
  }

  @Test func `every message has its own bytes, though connections have the same ports and bytes are missing`() throws {
    #expect(
      try rows("SELECT f.id, stream_offset FROM message m JOIN flow f ON f.id = m.flow_id ORDER BY m.id") == [
        [.integer(1), .integer(0)], [.integer(2), .integer(0)], [.integer(2), .integer(152 + Int64(Self.lost))],
      ])
    #expect(try rows("SELECT lost_bytes FROM flow ORDER BY id") == [[.integer(0)], [.integer(Int64(Self.lost))]])
    var found: [[UInt8]] = []
    let (missing, reason) = try StoredMessages(database: database, as: NanoSpecification.self).run(
      where: nil, limit: 10
    ) { unit in
      found.append(unit.bytes)
      return true
    }
    #expect(missing == 0 && reason == nil && found == [1, 2, 3].map(Self.keepalive))
  }

  @Test func `a piece of a stream is that of its connection and direction, and is whole or none`() throws {
    let columns = ["id", "kind", "source", "source_identity", "filter", "overlaps", "checksums"]
    let run = try rows("SELECT \(columns.joined(separator: ", ")) FROM run").map {
      Dictionary(uniqueKeysWithValues: zip(columns, $0))
    }
    let extractor = try #require(StreamExtractor(StoredRun(id: 1, rows: run)))
    let opened = try rows("SELECT opened_us FROM flow ORDER BY id").map { row -> Int64 in
      if case .integer(let time) = row[0] { time } else { 0 }
    }
    func bytes(_ opened: Int64, _ offset: Int64, _ count: Int, direction: Int = 0) throws -> [UInt8]? {
      try extractor.bytes(
        of: StreamExtractor.Connection(initiator: ("10.0.0.1", 50_000), responder: ("10.0.0.2", 7075), opened: opened),
        direction: direction, offset: offset, count: count, servicePorts: [7075], goesOn: { true })
    }
    #expect(try bytes(opened[0], 0, 152) == Self.keepalive(1))
    #expect(try bytes(opened[1], 0, 152) == Self.keepalive(2))
    #expect(try bytes(opened[1], 10, 20) == Array(Self.keepalive(2)[10..<30]))
    let behind = 152 + Int64(Self.lost)
    #expect(try bytes(opened[1], behind, 152) == Self.keepalive(3))
    #expect(try bytes(opened[1], behind + 100, 52) == Array(Self.keepalive(3)[100...]))
    for (offset, count) in [(152, 1), (151, 2), (behind - 1, 2), (behind, 153), (0, 153)] as [(Int64, Int)] {
      #expect(try bytes(opened[1], offset, count) == nil, "\(count) from \(offset)")
    }
    #expect(try bytes(opened[0], 0, 153) == nil)
    #expect(try bytes(opened[0] + 1, 0, 152) == nil, "there is no such connection")
    #expect(try bytes(opened[0], 0, 152, direction: 1) == nil)
  }

  @Test func `violated constraints are told with their message alone, and only messages are numbered`() throws {
    // A bulk_pull whose reserved byte is not zero, an empty answer, and another message.
    let key = [UInt8](repeating: 7, count: 32)
    let pull: [UInt8] = [0x52, 0x43, 19, 19, 18, 6, 1, 0] + key + key + [1, 2, 0, 0, 0, 0, 0, 0]
    let isn = 5000
    let answer = isn + 7_000_000
    let records = [
      Self.frame(0, sequence: isn, acknowledgment: 0, flags: 0x02),
      Self.frame(1, sequence: answer, acknowledgment: isn + 1, flags: 0x12, isAnswer: true),
      Self.frame(2, sequence: isn + 1, acknowledgment: answer + 1, flags: 0x18, pull),
      Self.frame(3, sequence: answer + 1, acknowledgment: isn + 81, flags: 0x18, isAnswer: true, [1]),
      Self.frame(4, sequence: isn + 81, acknowledgment: answer + 2, flags: 0x18, Self.keepalive(1)),
    ]
    try Data(CaptureBytes.pcap(records)).write(to: URL(filePath: capture))
    var units: [TracedUnit] = []
    try MessageReader([capture], as: NanoSpecification.self).run { unit in
      units.append(unit)
      return true
    }
    #expect(units.map(\.name) == ["bulk_pull", "bulk_pull_response", "keepalive"])
    #expect(units.map(\.number) == [1, nil, 2] && units.map(\.isResponse) == [false, true, false])
    #expect(units.map { $0.issues.map(\.path) } == [["body.extended.zero"], [], []])
    #expect(units.map(\.frame) == [3, 4, 5] && units.map(\.direction) == [0, 1, 0])
    #expect(units[1].source == "10.0.0.2:7075" && units[1].destination == "10.0.0.1:50000")
  }

  @Test func `reading ends when nobody wants more`() throws {
    var count = 0
    try MessageReader([capture], as: NanoSpecification.self).run { _ in
      count += 1
      return count < 2
    }
    #expect(count == 2)
  }

  @Test func `another file of that name has no bytes of the run`() throws {
    let file = URL(filePath: capture)
    try (try Data(contentsOf: file) + [0]).write(to: file)
    let (missing, reason) = try StoredMessages(database: database, as: NanoSpecification.self).run(
      where: nil, limit: 10
    ) { _ in true }
    #expect(missing == 3 && reason?.contains("is not the capture that was imported") == true)
  }
}
