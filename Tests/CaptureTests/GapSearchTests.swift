import NanoParser
import ParserRuntime
import Testing

@testable import Capture

private typealias Packet = Connection.Packet

/// How the way back is found behind missing bytes: what is counted off, and what is taken for a message or an entry.
@Suite struct GapSearchTests {
  private static func message(_ type: UInt8, _ extensions: UInt16, _ body: [UInt8]) -> [UInt8] {
    [0x52, 0x43, 19, 19, 18, type, UInt8(extensions & 0xFF), UInt8(extensions >> 8)] + body
  }

  /// Bytes of which none is a block's type.
  private static func filled(_ count: Int) -> [UInt8] { (0..<count).map { UInt8($0 % 100) | 0x80 } }

  private static func block(_ type: UInt8, _ size: Int) -> [UInt8] { [type] + filled(size) }

  private let keepalive = message(2, 0, filled(144))
  private let vote = message(5, 0x4100, filled(104 + 128))
  private let pull = message(6, 0, filled(64))

  /// Decodes streams of which parts are missing: a request and what answers it.
  private func decode(
    _ request: [UInt8], missing: Range<Int>? = nil, answer: [UInt8] = [], missingAnswer: Range<Int>? = nil,
    as specification: any Specification.Type = NanoSpecification.self
  ) -> DecodingRun {
    func packets(_ bytes: [UInt8], _ missing: Range<Int>?, _ direction: Int, _ acknowledged: Int) -> [Packet] {
      let gap = missing ?? bytes.count..<bytes.count
      return [0..<gap.lowerBound, gap.upperBound..<bytes.count].filter { !$0.isEmpty }.map {
        Packet(direction: direction, offset: $0.lowerBound, bytes: Array(bytes[$0]), acknowledged: acknowledged)
      }
    }
    return DecodingRun(
      Connection.handshake + packets(request, missing, 0, 0) + packets(answer, missingAnswer, 1, request.count),
      as: specification)
  }

  private func count(_ table: String, _ run: DecodingRun) -> Int { run.rows.count { $0.hasPrefix("\(table):") } }

  /// The kinds of issues, each once.
  private func kinds(_ run: DecodingRun) -> Set<String> {
    let known = ["gap", "after gap", "incomplete", "unexpected contents", "invalid value"]
    let rows = run.rows.filter { $0.hasPrefix("engine 2") }
    return Set(known.filter { kind in rows.contains { $0.contains("\"\(kind)\"") } })
  }

  // MARK: Counting off

  @Test func `a gap that ends with its message needs no search, whatever follows`() {
    let garbage = [UInt8](repeating: 0xEE, count: 40)
    let end = keepalive.count + vote.count
    let bytes = keepalive + vote + garbage + keepalive + keepalive
    let run = decode(bytes, missing: keepalive.count + 20..<end)
    #expect(count("message", run) == 3 && kinds(run) == ["gap", "incomplete", "unexpected contents"])
    // A byte less, and one more, into what is no message.
    #expect(kinds(decode(bytes, missing: keepalive.count + 20..<end - 1)).contains("unexpected contents"))
    #expect(kinds(decode(bytes, missing: keepalive.count + 20..<end + 1)).contains("after gap"))
  }

  @Test func `a length that hides in a gap is not guessed, though it would do with zeros in it`() {
    // The state of a node that keeps it to itself has no bytes.
    let telemetry = Self.message(13, 202, Self.filled(202))
    #expect(count("message", decode(Self.message(13, 0, []) + keepalive)) == 2)
    for missing in [6..<7, 6..<8] {
      let start = keepalive.count
      let run = decode(
        keepalive + telemetry + keepalive + keepalive,
        missing: start + missing.lowerBound..<start + missing.upperBound)
      #expect(count("message", run) == 3 && kinds(run) == ["gap", "incomplete", "after gap"], "\(missing)")
    }
  }

  @Test func `of entries that are all alike only those go that a gap cuts`() {
    let entries = (0..<10).flatMap { [UInt8](repeating: UInt8($0 + 1), count: 64) }
    let answer = entries + [UInt8](repeating: 0, count: 64) + keepalive
    let request = Self.message(8, 0, Self.filled(40))
    for (gap, cut) in [
      (128..<256, 2), (100..<128, 1), (100..<256, 3), (128..<255, 2), (128..<257, 3), (127..<256, 3), (128..<129, 1),
    ] {
      let run = decode(request, answer: answer, missingAnswer: gap)
      #expect(count("frontier_response", run) == 10 - cut && count("message", run) == 2, "\(gap)")
    }
  }

  // MARK: Searching for messages

  @Test func `what may be the head of another message confirms none until the head is whole`() {
    let start = vote.count
    let small = Self.message(12, 0, [])
    func run(_ next: [UInt8]) -> DecodingRun {
      DecodingRun(
        Connection.handshake + [
          Packet(direction: 0, offset: start, bytes: small + next.prefix(1)),
          Packet(direction: 0, offset: start + small.count + 1, bytes: next.dropFirst() + keepalive + keepalive),
        ])
    }
    #expect(count("message", run(keepalive)) == 4)
    #expect(count("message", run([0x52] + Self.filled(30))) == 2, "the first was no message")
  }

  @Test func `an entry that violates a constraint confirms no message`() {
    let push = Self.message(7, 0, [])
    func run(_ last: UInt8, as specification: any Specification.Type) -> DecodingRun {
      var bytes = push + Self.block(6, 216)
      bytes[bytes.count - 1] = last
      return decode(vote + bytes + [1] + keepalive, missing: 0..<vote.count, as: specification)
    }
    #expect(count("bulk_push_entry", run(0xFF, as: NanoSpecification.self)) == 1)
    #expect(count("bulk_push_entry", run(0x80, as: Strict.self)) == 1)
    let violated = run(0xFF, as: Strict.self)
    #expect(count("bulk_push_entry", violated) == 0 && count("message", violated) == 1)
  }

  // MARK: Searching for entries

  /// Six blocks, of which a gap cuts the second and the third, and what stands where in them.
  private func blocks(_ changes: [(place: Int, value: UInt8)] = [], as specification: any Specification.Type)
    -> DecodingRun
  {
    let sizes: [(UInt8, Int)] = [(6, 216), (2, 152), (3, 136), (4, 168), (5, 136), (6, 216)]
    var answer = sizes.flatMap { Self.block($0, $1) } + [1] + keepalive
    for (place, value) in changes { answer[place] = value }
    return decode(pull, answer: answer, missingAnswer: 360..<400, as: specification)
  }

  @Test func `one entry that fits is an accident`() {
    #expect(count("bulk_pull_response", blocks(as: NanoSpecification.self)) == 4)
    // A block of 217 bytes could begin here, but what is behind it is none.
    #expect(count("bulk_pull_response", blocks([(410, 6)], as: NanoSpecification.self)) == 4)
    // Two, of 137 and 169 bytes, and again nothing behind.
    #expect(count("bulk_pull_response", blocks([(410, 3), (547, 4)], as: NanoSpecification.self)) == 4)
  }

  @Test func `entries that may begin anywhere are no place to go on`() {
    // All bytes are the type of a block, so blocks could begin at each.
    let block = [UInt8](repeating: 6, count: 217)
    let small = (0..<60).flatMap { _ in Self.message(12, 0, []) }
    let answer = block + block + block + block + block + [1] + small
    let run = decode(pull, answer: answer, missingAnswer: 300..<500)
    // The first; and the last two, whose end tells them.
    #expect(count("bulk_pull_response", run) == 3 && count("message", run) == 61)
  }

  @Test func `an entry that violates a constraint is not where the stream goes on`() {
    // The last byte of the fourth block: of the third only a part is there.
    let last = 217 + 153 + 137 + 169 - 1
    #expect(count("bulk_pull_response", blocks(as: Strict.self)) == 4)
    #expect(count("bulk_pull_response", blocks([(last, 0xFF)], as: NanoSpecification.self)) == 4)
    #expect(count("bulk_pull_response", blocks([(last, 0xFF)], as: Strict.self)) == 3)
    // The same with the fifth: three in a row have to hold.
    #expect(count("bulk_pull_response", blocks([(last + 137, 0xFF)], as: NanoSpecification.self)) == 4)
    #expect(count("bulk_pull_response", blocks([(last + 137, 0xFF)], as: Strict.self)) == 2)
  }
}

/// Nano's description, with a constraint more: no entry of a stream ends with 0xFF.
private enum Strict: Specification {
  static var info: SpecificationInfo { NanoSpecification.info }

  static func parse<Trace: ParseTrace>(
    _ reader: inout ByteReader, _ trace: inout Trace
  ) throws(ParseError) -> Nano {
    try NanoSpecification.parse(&reader, &trace)
  }

  static func kind(of message: Nano) -> Int { NanoSpecification.kind(of: message) }

  static func responses(to message: Nano) throws(ParseError) -> Responses {
    let responses = try NanoSpecification.responses(to: message)
    guard case .streams(let answer, let continuation, _, _) = responses else { return .none }
    return .streams(answer: answer.map(StrictStream.init), continuation: continuation.map(StrictStream.init))
  }

  static func store(_ message: Nano, _ envelope: Envelope, length: Int, in rows: RowBatch) -> StoredMessage {
    NanoSpecification.store(message, envelope, length: length, in: rows)
  }

  static func canBegin(with bytes: UnsafeRawBufferPointer) -> Bool { NanoSpecification.canBegin(with: bytes) }
}

private struct StrictStream: ResponseStream {
  var stream: any ResponseStream

  var isFinished: Bool { stream.isFinished }

  mutating func follow(_ message: StoredMessage) { stream.follow(message) }

  mutating func parseUnit<Trace: ParseTrace>(
    _ reader: inout ByteReader, _ trace: inout Trace, into rows: RowBatch?
  ) throws(ParseError) -> UnitKind {
    let start = reader
    let kind = try stream.parseUnit(&reader, &trace, into: rows)
    check(&reader, from: start)
    return kind
  }

  private func check(_ reader: inout ByteReader, from start: ByteReader) {
    var unit = start
    guard let bytes = try? unit.bytes(reader.position - start.position, "unit"), bytes.last == 0xFF else { return }
    reader.issues.append(Issue(kind: "invalid value", path: "last", offset: reader.offset - 1, length: 1, detail: ""))
  }
}
