import Foundation
import GRDB
import LayerBuilding
import ParserRuntime
import Testing

@testable import Capture

/// Requests and answers that find each other by a key, from a capture file to the rows.
@Suite struct AnswerTests {
  private typealias Bytes = [UInt8]

  private let folder: TemporaryFolder
  private let capture: String
  private let database: String

  init() throws {
    folder = try TemporaryFolder()
    capture = folder.path("a.pcap")
    database = folder.path("a.db")
  }

  // MARK: Messages

  private static func message(_ kind: UInt8, _ number: UInt16, _ body: Bytes = []) -> Bytes {
    [0x58, kind, UInt8(number >> 8), UInt8(number & 0xFF)] + body
  }
  private static func ask(_ number: UInt16) -> Bytes { message(1, number) }
  private static func order(_ key: Int64) -> Bytes {
    message(2, 0, (0..<8).map { UInt8(truncatingIfNeeded: key >> (56 - 8 * $0)) })
  }
  private static func tell(_ number: UInt16) -> Bytes { message(3, number, [0x61]) }
  /// Two units follow it in a stream.
  private static func call(_ token: String) -> Bytes { message(4, 0, [UInt8(token.utf8.count)] + token.utf8) }
  private static func name(_ token: String) -> Bytes { message(5, 0, [UInt8(token.utf8.count)] + token.utf8) }
  private static func ping(_ number: UInt16) -> Bytes { message(6, number) }
  private static func knock(_ door: UInt8, isFirst: Bool) -> Bytes { message(7, 0, [isFirst ? 1 : 0, door]) }

  /// What a side says, at a time in milliseconds.
  private typealias Turn = (time: Int64, isAnswer: Bool, bytes: Bytes)

  private func write(_ turns: [Turn], over transport: Transport, lost: Int? = nil) throws {
    var records: [CaptureBytes.Record] = []
    switch transport {
    case .udp:
      records = turns.map { UDPFrames().record($0.time, $0.bytes, isAnswer: $0.isAnswer) }
    case .tcp:
      var frames = TCPFrames()
      records = frames.handshake
      records += turns.map { frames.record($0.time, $0.bytes, isAnswer: $0.isAnswer) }
    }
    if let lost { records.remove(at: lost + (transport == .tcp ? 2 : 0)) }
    try write(records)
  }

  private func write(_ records: [CaptureBytes.Record]) throws {
    try Data(CaptureBytes.pcap(records, isNanoseconds: true)).write(to: URL(filePath: capture))
  }

  /// Requests, their answers, and the milliseconds between them.
  private static let pairs = "SELECT request_message_id, message_id, delay_us / 1000 FROM message_answer ORDER BY 1"

  /// The answers of a conversation: the numbers of request and answer, and the milliseconds between them.
  /// - Parameter lost: the number of the turn whose packet is not in the capture.
  private func answers(_ turns: [Turn], over transport: Transport = .udp, lost: Int? = nil) throws -> [String] {
    try write(turns, over: transport, lost: lost)
    try? FileManager.default.removeItem(atPath: database)
    _ = try Importer(into: database, as: ExchangeSpecification.self).run([capture])
    return try lines(
      """
      SELECT a.request_message_id || ' ' || a.message_id || ' ' || (a.delay_us / 1000) || (a.time_us <> m.time_us)
      FROM message_answer a JOIN message m ON m.id = a.message_id ORDER BY a.message_id
      """
    ).map { line in
      #expect(line.hasSuffix("0"), "the time is that of the answer")
      return String(line.dropLast())
    }
  }

  private func lines(_ sql: String) throws -> [String] {
    let cursor = try QueryCursor(sql, on: ReadConnection(path: database), limits: QueryLimits())
    var lines: [String] = []
    while try cursor.step() {
      lines.append(
        cursor.row.map { value in
          switch value {
          case .integer(let number): "\(number)"
          case .text(let text): text
          default: "-"
          }
        }.joined(separator: " "))
    }
    return lines
  }

  // MARK: Who answers whom

  @Test(arguments: [Transport.udp, .tcp])
  func `answers are found in any order, in both directions`(transport: Transport) throws {
    let turns: [Turn] = [
      (0, false, Self.ask(1)), (1, false, Self.ask(2)), (2, true, Self.ask(1)), (3, true, Self.tell(2)),
      (5, false, Self.tell(1)), (9, true, Self.tell(1)),
    ]
    #expect(try answers(turns, over: transport) == ["2 4 2", "3 5 3", "1 6 9"])
    #expect(try lines("SELECT count(*) FROM decode_issue") == ["0"])
  }

  @Test func `several messages of one packet are as those of several`() throws {
    let turns: [Turn] = [(0, false, Self.ask(1) + Self.ask(2)), (4, true, Self.tell(2) + Self.tell(1))]
    for transport in [Transport.udp, .tcp] { #expect(try answers(turns, over: transport) == ["2 3 4", "1 4 4"]) }
  }

  @Test func `a key is used again once it is answered, and an answer is told once`() throws {
    let turns: [Turn] = [
      (0, false, Self.ask(7)), (1, true, Self.tell(7)), (2, true, Self.tell(7)), (3, false, Self.ask(7)),
      (7, true, Self.tell(7)),
    ]
    #expect(try answers(turns) == ["1 2 1", "4 5 4"])
  }

  @Test
  func `of requests with one key the latest is answered, and what is sent again has waited from the first time on`()
    throws
  {
    let key: Bytes = [0, 0, 0, 0, 0, 0, 0, 5]
    let turns: [Turn] = [
      (0, false, Self.message(2, 1, key)), (10, false, Self.message(2, 2, key)), (13, true, Self.tell(5)),
      (20, false, Self.message(2, 3, key)), (30, false, Self.message(2, 3, key)), (35, true, Self.tell(5)),
      (36, true, Self.tell(5)),
    ]
    for transport in [Transport.udp, .tcp] { #expect(try answers(turns, over: transport) == ["2 3 3", "4 6 15"]) }
  }

  @Test func `requests of several types have one type of answers, and keys of any width are one`() throws {
    let turns: [Turn] = [
      (0, false, Self.order(300)), (1, false, Self.order(-1)), (2, true, Self.tell(300)), (3, true, Self.tell(0xFFFF)),
    ]
    // -1 of 64 bits is not 0xFFFF of 16.
    #expect(try answers(turns) == ["1 3 2"])
  }

  @Test func `a type of answers is looked for by itself`() throws {
    // The ping waits for a ping, whatever else has its number.
    let turns: [Turn] = [
      (0, false, Self.ping(1)), (1, true, Self.tell(1)), (2, false, Self.ask(1)), (3, true, Self.ping(1)),
      (4, true, Self.tell(1)),
    ]
    #expect(try answers(turns) == ["1 4 3", "3 5 2"])
  }

  @Test func `of a type that answers itself the first of a key asks, and an answer is no request`() throws {
    let turns: [Turn] = [
      (0, false, Self.ping(1)), (1, true, Self.ping(1)), (2, false, Self.ping(1)), (3, false, Self.ping(2)),
      (5, true, Self.ping(1)),
    ]
    #expect(try answers(turns) == ["1 2 1", "3 5 3"])
  }

  @Test func `where a condition tells requests, an answer without one is none`() throws {
    let turns: [Turn] = [
      (0, true, Self.knock(1, isFirst: false)), (1, false, Self.knock(1, isFirst: true)),
      (2, false, Self.knock(7, isFirst: true)), (3, true, Self.knock(1, isFirst: true)),
      (4, true, Self.knock(7, isFirst: false)), (5, true, Self.knock(1, isFirst: false)),
      (6, false, Self.knock(1, isFirst: false)),
    ]
    #expect(try answers(turns) == ["3 5 2", "2 6 4", "4 7 3"])
  }

  @Test(arguments: 0..<20)
  func `any cut into segments and any order of them gives the same answers`(round: Int) throws {
    var frames = TCPFrames()
    var records = frames.handshake
    var expected: [String] = []
    for number in 1...UInt16(12) {
      let asks = (0..<3).map { Self.ask(10 * number + $0) }
      let answered = (0..<3).map { 10 * number + $0 }.shuffled()
      expected += answered.map { "\($0) \($0)" }
      for (bytes, isAnswer) in [(asks.flatMap(\.self), false), (answered.flatMap(Self.tell), true)] {
        var rest = bytes[...]
        while !rest.isEmpty {
          let part = rest.prefix(Int.random(in: 1...12))
          rest = rest.dropFirst(part.count)
          records.append(frames.record(Int64(records.count), Array(part), isAnswer: isAnswer))
        }
      }
    }
    // A segment may be captured behind some that were sent after it, of either side.
    let order = records.indices.map { (key: $0 < 2 ? -1 : $0 + Int.random(in: 0...(round % 3) * 4), index: $0) }
      .sorted { ($0.key, $0.index) < ($1.key, $1.index) }
    let mixed = order.enumerated().map { place, item in
      var record = records[item.index]
      record.time = records[place].time
      return record
    }
    try write(mixed)
    _ = try Importer(into: database, as: ExchangeSpecification.self).run([capture])
    let found = try lines(
      """
      SELECT q.number, r.number FROM message_answer a JOIN message q ON q.id = a.request_message_id
      JOIN message r ON r.id = a.message_id WHERE r.direction = 1 AND q.direction = 0 ORDER BY r.stream_offset
      """)
    #expect(found == expected)
  }

  // MARK: Keys

  @Test func `bytes are keys up to a length, and a message without one is matched by nothing`() throws {
    let longest = String(repeating: "k", count: MatchKey.maximumLength)
    let turns: [Turn] = [
      (0, false, Self.call("")), (1, true, Self.name("")), (2, false, Self.call("ab")), (3, false, Self.call("abc")),
      (4, true, Self.name("abc")), (5, true, Self.name("ab")), (6, false, Self.call(longest)),
      (7, true, Self.name(longest)), (8, false, Self.call(longest + "k")), (9, true, Self.name(longest + "k")),
    ]
    #expect(try answers(turns) == ["4 5 1", "3 6 3", "7 8 1"])
    #expect(try lines("SELECT count(*) FROM message") == ["10"])
  }

  @Test func `a key may be the same for all, or bytes of a fixed size`() throws {
    let turns: [Turn] = [
      (0, false, Self.message(9, 4)), (2, true, Self.message(10, 5, [1])), (3, true, Self.message(10, 5, [1])),
      (4, false, Self.message(11, 0, [1, 1] + "abc".utf8)), (5, false, Self.message(11, 0, [1, 1] + "abd".utf8)),
      (7, true, Self.message(11, 0, [0] + "abd".utf8)), (8, true, Self.message(11, 0, [1, 0] + "abc".utf8)),
      (9, false, Self.message(12, 0, [0x54])), (10, true, Self.message(13, 0, [0x54])),
    ]
    #expect(try answers(turns) == ["1 2 2", "5 6 2", "4 7 4", "8 9 1"])
  }

  @Test func `of several keys of a message the first that is there counts`() throws {
    let turns: [Turn] = [
      (0, false, Self.message(14, 0, [1, 0, 8, 0, 9])), (1, true, Self.tell(9)), (3, true, Self.tell(8)),
      (4, false, Self.message(14, 0, [0, 0, 9])), (9, true, Self.tell(9)),
    ]
    #expect(try answers(turns) == ["1 3 3", "4 5 5"])
  }

  @Test func `a request may be followed by a stream of its own`() throws {
    let turns: [Turn] = [
      (0, false, Self.call("ab") + [1, 2] + Self.ask(1)), (1, true, Self.name("ab") + Self.tell(1)),
    ]
    #expect(try answers(turns, over: .tcp) == ["1 3 1", "2 4 1"])
    #expect(try lines("SELECT event FROM flow_event WHERE event LIKE 'end %'").count == 1)
  }

  // MARK: What is missing

  @Test(arguments: [Transport.udp, .tcp])
  func `a request that is not in the capture has no answer, the others have`(transport: Transport) throws {
    let turns: [Turn] = [
      (0, false, Self.ask(1)), (1, false, Self.ask(2)), (2, false, Self.ask(3)), (3, true, Self.tell(1)),
      (4, true, Self.tell(2)), (5, true, Self.tell(3)), (6, false, Self.ask(4)), (8, true, Self.tell(4)),
    ]
    try #require(try answers(turns, over: transport).count == 4)
    #expect(try answers(turns, over: transport, lost: 1).count == 3)
    #expect(
      try lines(
        """
        SELECT q.number, r.number, a.delay_us / 1000 FROM message_answer a JOIN message q ON q.id = a.request_message_id
        JOIN message r ON r.id = a.message_id ORDER BY 1
        """) == ["1 1 3", "3 3 3", "4 4 2"])
  }

  @Test func `what cannot be parsed answers nothing`() throws {
    let turns: [Turn] = [(0, false, Self.ask(1)), (1, true, [0x58, 3, 0, 1]), (2, true, Self.tell(1))]
    #expect(try answers(turns) == ["1 2 2"])
  }

  @Test func `a flow's keys are its own`() throws {
    let other = UDPFrames(client: 50_001)
    let records = [
      UDPFrames().record(0, Self.ask(1)), other.record(1, Self.tell(1), isAnswer: true),
      UDPFrames().record(2, Self.tell(1), isAnswer: true),
    ]
    try write(records)
    _ = try Importer(into: database, as: ExchangeSpecification.self).run([capture])
    #expect(try lines("SELECT request_message_id, message_id FROM message_answer") == ["1 3"])
  }

  @Test func `where the description says hosts, the answer may come in another flow between them`() throws {
    // The server answers on a connection that it has opened itself, and asks there too.
    let own = UDPFrames()
    let back = UDPFrames(client: 4711, server: 60_000)
    let records = [
      own.record(0, Self.ask(1)), back.record(3, Self.tell(1) + Self.ask(1), isAnswer: true),
      own.record(4, Self.ask(2)), own.record(5, Self.tell(1)), own.record(6, Self.tell(2), isAnswer: true),
    ]
    try write(records)
    for (specification, expected) in [
      (ExchangeSpecification.self, ["4 6 2"]), (HostExchange.self, ["1 2 3", "3 5 2", "4 6 2"]),
    ] as [(any Specification.Type, [String])] {
      try? FileManager.default.removeItem(atPath: database)
      _ = try Importer(into: database, as: specification).run([capture])
      #expect(
        try lines("SELECT request_message_id, message_id, delay_us / 1000 FROM message_answer ORDER BY 2") == expected,
        "\(specification)")
    }
  }

  @Test func `hosts of the same addresses are others in another virtual network`() throws {
    let back = UDPFrames(client: 4711, server: 60_000)
    func record(_ time: Int64, _ frames: UDPFrames, _ payload: Bytes, isAnswer: Bool = false, in network: Int)
      -> CaptureBytes.Record
    {
      let inner = frames.packet(frames.datagram(payload, isAnswer: isAnswer), isAnswer: isAnswer)
      return CaptureBytes.Record(
        time: time * 1_000_000, bytes: LayerBuilder.ethernet(LayerBuilder.ip(4, 17, LayerBuilder.vxlan(network)(inner)))
      )
    }
    let records = [
      record(0, UDPFrames(), Self.ask(1), in: 7), record(1, back, Self.tell(1), isAnswer: true, in: 8),
      record(3, back, Self.tell(1), isAnswer: true, in: 7),
    ]
    try write(records)
    _ = try Importer(into: database, as: HostExchange.self).run([capture])
    #expect(try lines(Self.pairs) == ["1 3 3"])
  }

  // MARK: Flows that are decoded late

  @Test func `a request whose flow was detected late has the answer that came on another flow meanwhile`() throws {
    let candidate = UDPFrames(server: 14_711)
    let back = UDPFrames(client: 4711, server: 60_000)
    try write([
      candidate.record(0, Self.ask(1)), back.record(3, Self.tell(1), isAnswer: true),
      candidate.record(5, Self.ask(2)), back.record(6, Self.tell(2), isAnswer: true),
    ])
    var options = DecodingOptions()
    options.detects = true
    _ = try Importer(into: database, as: HostExchange.self, options: options).run([capture])
    #expect(try lines(Self.pairs) == ["2 1 3", "3 4 1"])
    #expect(
      try lines("SELECT a.time_us = m.time_us FROM message_answer a JOIN message m ON m.id = a.message_id") == [
        "1", "1",
      ])
    var units: [TracedUnit] = []
    try MessageReader([capture], as: HostExchange.self, options: options).run { unit in
      units.append(unit)
      return true
    }
    #expect(units.map { $0.answeredBy?.number } == [nil, 1, nil, nil] && units[1].answeredBy?.delay == 3000)
    #expect(units.map { $0.answers?.number } == [nil, nil, nil, 3])
  }

  @Test func `a request of a connection met in its middle has the answer that came on another flow meanwhile`() throws {
    var joined = TCPFrames()
    let back = UDPFrames(client: 4711, server: 60_000)
    try write([
      joined.record(0, Self.ask(1)), back.record(50, Self.tell(1), isAnswer: true), joined.record(200, Self.ask(2)),
    ])
    _ = try Importer(into: database, as: HostExchange.self).run([capture])
    #expect(try lines(Self.pairs) == ["2 1 50"])
  }

  @Test func `what was captured before a request is no answer to it`() throws {
    let turns: [Turn] = [(0, true, Self.tell(1)), (1, false, Self.ask(1)), (2, true, Self.tell(1))]
    for transport in [Transport.udp, .tcp] { #expect(try answers(turns, over: transport) == ["2 3 1"]) }
  }

  // MARK: Field by field

  @Test func `decoding tells who answers whom, of a capture as far as it is read`() throws {
    let turns: [Turn] = [(0, false, Self.ask(1)), (1, false, Self.ask(2)), (3, true, Self.tell(1))]
    for transport in [Transport.udp, .tcp] {
      try #require(try answers(turns, over: transport) == ["1 3 3"])
      var units: [TracedUnit] = []
      _ = try MessageReader([capture], as: ExchangeSpecification.self).run { unit in
        units.append(unit)
        return true
      }
      #expect(units.map { $0.answers?.number } == [nil, nil, 1] && units[2].answers?.delay == 3000)
      #expect(units.allSatisfy { $0.answeredBy == nil })
      let store = Stores.store(named: database, for: ExchangeSpecification.info)
      units = []
      _ = try StoredMessages(store.queries, as: ExchangeSpecification.self).run(where: [], limit: 10) { unit in
        units.append(unit)
        return true
      }
      #expect(units.map { $0.answers?.number } == [nil, nil, 1])
      #expect(units.map { $0.answeredBy?.number } == [3, nil, nil] && units[0].answeredBy?.delay == 3000)
    }
  }

  @Test func `a store that has no answers yet is read without them, and one that cannot be read is told`() throws {
    try #require(try answers([(0, false, Self.ask(1)), (1, true, Self.tell(1))]).count == 1)
    let store = Stores.store(named: database, for: ExchangeSpecification.info)
    func numbers() throws -> [Int?] {
      var units: [TracedUnit] = []
      _ = try StoredMessages(store.queries, as: ExchangeSpecification.self).run(where: [], limit: 10) { unit in
        units.append(unit)
        return true
      }
      return units.map { $0.answers?.number }
    }
    #expect(try numbers() == [nil, 1])
    let connection = try DatabaseQueue(path: database)
    try connection.write { try $0.execute(sql: "DROP TABLE message_answer") }
    #expect(try numbers() == [nil, nil])
    let overflow = "abs(-9223372036854775808 + message.id - message.id)"
    try connection.write { database in
      try database.execute(
        sql: """
          CREATE VIEW message_answer AS
          SELECT id AS message_id, time_us, \(overflow) AS request_message_id, 1 AS delay_us FROM message
          """)
    }
    #expect(throws: QueryError.self) { try numbers() }
  }

  @Test func `the description tells its requests`() {
    let info = ExchangeSpecification.info
    #expect(info.matchScope == .flow && info.requestTables == ["order"], "of those that have tables and always a key")
    #expect(GaugeSpecification.info.matchScope == nil && GaugeSpecification.info.requestTables.isEmpty)
  }
}

/// The same messages, whose answers may come in any flow between two hosts.
private enum HostExchange: Specification {
  static let info: SpecificationInfo = {
    let exchange = ExchangeSpecification.info
    return SpecificationInfo(
      name: exchange.name, fingerprint: exchange.fingerprint, program: exchange.program, ports: exchange.ports,
      transports: exchange.transports, datagramContent: exchange.datagramContent,
      maximumMessageLength: exchange.maximumMessageLength, headLength: exchange.headLength,
      messageKinds: exchange.messageKinds, matchScope: .hosts, tables: exchange.tables, details: exchange.details,
      nameTables: exchange.nameTables, views: exchange.views, typeColumn: exchange.typeColumn,
      lookups: exchange.lookups, outline: exchange.outline)
  }()

  static func parse<Trace: ParseTrace>(
    _ reader: inout ByteReader, _ trace: inout Trace
  ) throws(ParseError) -> Exchange { try ExchangeSpecification.parse(&reader, &trace) }
  static func kind(of message: Exchange) -> Int { ExchangeSpecification.kind(of: message) }
  static func responses(to message: Exchange) throws(ParseError) -> Responses {
    try ExchangeSpecification.responses(to: message)
  }
  static func store(_ message: Exchange, _ envelope: Envelope, length: Int, in rows: RowBatch) -> StoredMessage {
    ExchangeSpecification.store(message, envelope, length: length, in: rows)
  }
  static func canBegin(with bytes: UnsafeRawBufferPointer) -> Bool { ExchangeSpecification.canBegin(with: bytes) }
  static var hasConstrainedHead: Bool { ExchangeSpecification.hasConstrainedHead }
}
