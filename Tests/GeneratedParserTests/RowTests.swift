import ParserRuntime
import Testing

/// What a batch holds, as text: table, then column=value of every value that is not NULL.
func rows(_ batch: RowBatch, _ info: SpecificationInfo) -> [String] {
  var lines: [String] = []
  batch.forEachRow { table, values in
    var parts: [(column: Int, text: String)] = []
    while let (column, value) = values.next() {
      let text =
        switch value {
        case .integer(let number): "\(number)"
        case .real(let number): "\(number)"
        case .text(let bytes): "'\(String(decoding: bytes, as: UTF8.self))'"
        case .blob(let bytes): "x\(bytes.map { $0 }.description)"
        }
      parts.append((column, "\(info.tables[table].columns[column].name)=\(text)"))
    }
    let columns = parts.sorted { $0.column < $1.column }.map(\.text)
    lines.append("\(info.tables[table].name): \(columns.joined(separator: " "))")
  }
  return lines
}

@Suite struct RowTests {
  let info = ChatSpecification.info
  let batch: RowBatch
  let envelope = Envelope(flow: 9, direction: 1, time: 5, streamOffset: 100)

  init() { batch = RowBatch(nextIDs: ChatSpecification.info.tables.map { _ in 1 }) }

  private func decode(_ bytes: [UInt8]) throws -> DecodedMessage {
    try parse(bytes) { reader throws(ParseError) in
      try ChatSpecification.decode(&reader, envelope, into: batch)
    }.value
  }

  @Test func `defaults give a table for each body, columns for fields, child tables for lists of types`() throws {
    let message: [UInt8] =
      utf8("CH") + [1, 0, 7] + utf8("it's\0") + [2, 0, 5, 1, 0] + [1, 2] + utf8("a\0") + [3] + utf8("b\0") + [4]
      + [0x3F, 0xC0, 0, 0] + [0xAB, 0xCD] + [1, 2]
    let decoded = try decode(message)
    #expect(info.messageKinds[decoded.kind] == "say" && decoded.responses.answer == nil)
    #expect(
      rows(batch, info) == [
        "say: id=1 packet_id=1 text='it's' numbers='5,256' numbers_count=2 happy=1 user=2 temperature=1.5 key='ABCD' raw=x[1, 2]",
        "say_tags: id=1 packet_id=1 say_id=1 position=0 word='a' weight=3",
        "say_tags: id=2 packet_id=1 say_id=1 position=1 word='b' weight=4",
        "message: id=1 flow_id=9 direction=1 time_us=5 stream_offset=100 length=\(message.count) "
          + "content_table='say' content_id=1 kind=1 user=7",
      ])
  }

  @Test func `a body without fields has no table`() throws {
    #expect(info.messageKinds[try decode(utf8("CH") + [3, 0, 7]).kind] == "ping")
    #expect(rows(batch, info).count == 1)
    #expect(!info.tables.contains { $0.name == "ping" })
  }

  @Test func `an absent part leaves its columns NULL`() throws {
    _ = try decode(utf8("CH") + [1, 0, 7] + utf8("\0") + [1, 0, 5] + utf8("a\0") + [3] + [0, 0, 0, 0, 0, 0, 0, 0])
    #expect(
      rows(batch, info)[0]
        == "say: id=1 packet_id=1 text='' numbers='5' numbers_count=1 temperature=0.0 key='0000' raw=x[0, 0]")
  }

  @Test func `an index and the lookup tables of enums are in the schema`() {
    let indexed = info.tables.flatMap { table in
      table.columns.filter(\.isIndexed).map { "\(table.name).\($0.name)" }
    }
    #expect(indexed == ["say.text"])
    #expect(info.nameTables.first { $0.name == "enum_kind" }?.entries.contains(.init(2, "ask")) == true)
  }

  @Test func `columns tell what values they have, and whether rows may lack them`() throws {
    func facts(_ name: String) throws -> [String] {
      let table = try #require(info.tables.first { $0.name == name })
      return table.columns.map { "\($0.name) \($0.type) \($0.role)\($0.isNullable ? " or NULL" : "")" }
    }
    #expect(
      try facts("say") == [
        "id signed(64) key", "packet_id signed(64) reference(to: \"message\")", "text text value", "numbers text value",
        "numbers_count unsigned(32) value", "happy unsigned(8) value or NULL", "user unsigned(8) value or NULL",
        "temperature real value", "key text value", "raw blob value",
      ])
    #expect(
      try facts("say_tags").prefix(4) == [
        "id signed(64) key", "packet_id signed(64) reference(to: \"message\")",
        "say_id signed(64) reference(to: \"say\") or NULL", "position unsigned(32) value or NULL",
      ])
    #expect(
      try facts("message").suffix(4) == [
        "content_table text contentTable or NULL", "content_id signed(64) content or NULL", "kind unsigned(8) value",
        "user unsigned(16) value",
      ])
  }

  @Test func `nothing is written of a message that fails`() {
    #expect(throws: ParseError.self) { try decode(utf8("CH") + [1, 0, 7] + utf8("text\0") + [200, 1]) }
    #expect(batch.rowCount == 0)
  }

  // MARK: Response streams

  private func units(_ stream: inout any ResponseStream, _ bytes: [UInt8]) throws -> [UnitKind] {
    var kinds: [UnitKind] = []
    var rest = bytes[...]
    while !stream.isFinished, !rest.isEmpty {
      var next = stream
      let (kind, reader) = try parse(Array(rest)) { reader throws(ParseError) in
        try next.decodeUnit(&reader, into: batch)
      }
      stream = next
      kinds.append(kind)
      rest = rest.dropFirst(reader.position)
    }
    #expect(rest.isEmpty)
    return kinds
  }

  @Test func `units of a stream are rows that name their request, and skip what a condition rules out`() throws {
    var stream = try #require(try decode(utf8("CH") + [2, 0, 7, 3]).responses.answer)
    let kinds = try units(&stream, [2] + utf8("one\0two\0") + [5, 6, 0])
    #expect(stream.isFinished && kinds.count == 6 && kinds.last == .terminator)
    #expect(
      rows(batch, info).dropFirst(2) == [
        "answer_count: id=1 packet_id=1 ask_id=1 count=2",
        "answer_lines: id=1 packet_id=1 ask_id=1 position=0 text='one'",
        "answer_lines: id=2 packet_id=1 ask_id=1 position=1 text='two'",
        "answer_checks: id=1 packet_id=1 ask_id=1 position=0 checks=5",
        "answer_checks: id=2 packet_id=1 ask_id=1 position=1 checks=6",
      ])
  }

  @Test func `parameters of the request decide about the stream`() throws {
    var stream = try #require(try decode(utf8("CH") + [2, 0, 7, 9]).responses.answer)
    _ = try units(&stream, [0] + utf8("note\0") + [0])
    #expect(stream.isFinished)
    #expect(rows(batch, info).contains("answer_note: id=1 packet_id=1 ask_id=1 note='note'"))
  }

  @Test func `a unit that is not whole changes nothing, whatever it passed over`() throws {
    var stream = try #require(try decode(utf8("CH") + [2, 0, 7, 3]).responses.answer)
    _ = try units(&stream, [1])
    let written = batch.rowCount
    // The note is passed over before the line is seen to be cut.
    for end in [0, 2] {
      let part = Array(utf8("one\0")[..<end])
      part.withUnsafeBytes { bytes in
        var reader = ByteReader(bytes, isComplete: false)
        #expect(throws: ParseError.self) { try stream.decodeUnit(&reader, into: batch) }
        var (watched, tree) = (ByteReader(bytes, isComplete: false), FieldTree())
        #expect(throws: ParseError.self) { try stream.traceUnit(&watched, tree: &tree, into: batch) }
        #expect(tree.nodes.first?.conditions.map(\.holds) == [false], "the stream stands before the note")
      }
    }
    #expect(batch.rowCount == written)
    _ = try units(&stream, utf8("one\0") + [0])
    #expect(stream.isFinished && batch.rowCount == written + 1)
  }

  @Test func `without a batch a message and its units are parsed and not stored`() throws {
    let message = try parse(utf8("CH") + [2, 0, 7, 3]) { reader throws(ParseError) in
      try ChatSpecification.decode(&reader, envelope, into: nil)
    }.value
    #expect(info.messageKinds[message.kind] == "ask" && message.id == 0)
    var stream = try #require(message.responses.answer)
    _ = try parse([1]) { reader throws(ParseError) in try stream.decodeUnit(&reader, into: nil) }
    #expect(batch.rowCount == 0 && batch.newID(table: 0) == 1)
  }

  @Test func `a terminator that is kept is a row too`() throws {
    var stream = try #require(try decode(utf8("CH") + [4, 0, 7] + utf8("x\0")).responses.continuation)
    _ = try units(&stream, [2, 0xAA, 0xBB, 0])
    #expect(
      rows(batch, info).suffix(2) == [
        "parts_part: id=1 packet_id=1 offer_id=1 position=0 size=2 data='AABB'",
        "parts_part: id=2 packet_id=1 offer_id=1 position=1 size=0 data=''",
      ])
  }

  // MARK: Heads

  @Test func `a message can begin only where constants and enums allow it`() {
    func canBegin(_ bytes: [UInt8]) -> Bool { bytes.withUnsafeBytes { ChatSpecification.canBegin(with: $0) } }
    #expect(canBegin(utf8("CH") + [1, 0, 0]) && canBegin(utf8("C")) && canBegin([]))
    #expect(!canBegin(utf8("CX")) && !canBegin(utf8("CH") + [9]))
    #expect(ChatSpecification.hasConstrainedHead)
    #expect(info.headLength == 5 && info.ports == [4000] && info.maximumMessageLength == 4096)
  }
}
