import Testing

@testable import ParserGen

/// Sizes that are known before anything is parsed, and what generated code makes of them.
@Suite struct SizeTests {
  /// Asks the model of a description about it.
  private func ask<Answer>(_ text: String, _ question: (Model) throws -> Answer) throws -> Answer {
    let diagnostics = Diagnostics()
    let generator = Generator { $0 == "t.ksy" ? text : nil }
    let model = try #require(generator.model("t.ksy", diagnostics).model)
    #expect(!diagnostics.sorted.contains { $0.severity == .error }, "\(diagnostics.sorted)")
    return try question(model)
  }

  /// The fixed size and the least size of a type with these fields.
  private func sizes(_ fields: String, types: String = "") throws -> [Int?] {
    try ask("meta: {id: a, endian: be, encoding: ASCII}\nseq:\n\(fields)\n\(types)") { model in
      [model.root.fixedSize, model.root.minimumSize]
    }
  }

  @Test func `what is always there has a size`() throws {
    #expect(try sizes("  - {id: x, type: u2}\n  - {id: y, size: 5}\n  - {id: z, contents: abc}") == [10, 10])
    #expect(try sizes("  - {id: x, type: u2, repeat: expr, repeat-expr: 3}") == [6, 6])
    let pair = "types:\n  pair: {seq: [{id: a, type: u1}, {id: b, type: u4}]}\n"
    #expect(try sizes("  - {id: x, type: pair, repeat: expr, repeat-expr: 2}", types: pair) == [10, 10])
  }

  @Test func `what may be absent has none, whatever it holds`() throws {
    #expect(try sizes("  - {id: x, type: u1}\n  - {id: y, type: u2, if: x == 1}") == [nil, 1])
    let part = "types:\n  part: {seq: [{id: a, type: u1}, {id: b, type: u2, if: a == 1}]}\n"
    #expect(try sizes("  - {id: x, type: part}\n  - {id: y, type: part}", types: part) == [nil, 2])
    #expect(try sizes("  - {id: x, type: part, repeat: expr, repeat-expr: 3}", types: part) == [nil, 0])
    #expect(try sizes("  - {id: x, type: part, if: true}", types: part) == [nil, 0])
  }

  @Test func `what ends by a terminator or by the bytes has none`() throws {
    #expect(try sizes("  - {id: x, type: u1}\n  - {id: y, terminator: 0}") == [nil, 1])
    #expect(try sizes("  - {id: x, type: u1}\n  - {id: y, type: strz}") == [nil, 1])
    #expect(try sizes("  - {id: x, type: u1}\n  - {id: y, size-eos: true}") == [nil, 1])
    #expect(try sizes("  - {id: x, type: u1}\n  - {id: y, size: x}") == [nil, 1])
    let part = "types:\n  part: {seq: [{id: a, type: u1}]}\n"
    // The type's own size says nothing of the bytes up to the terminator.
    #expect(try sizes("  - {id: x, type: part, terminator: 0}", types: part) == [nil, 0])
    // But what has a size has it with its terminator and all.
    #expect(try sizes("  - {id: x, size: 7, terminator: 0}") == [7, 7])
  }

  @Test func `bits fill bytes, and other fields begin at a byte`() throws {
    #expect(try sizes("  - {id: x, type: b3}\n  - {id: y, type: b4}") == [1, 0])
    #expect(try sizes("  - {id: x, type: b5}\n  - {id: y, type: b4}") == [2, 1])
    #expect(try sizes("  - {id: x, type: b3}\n  - {id: y, type: u2}\n  - {id: z, type: b1}").first == 4)
  }

  @Test func `elements of a counted list are as small as the smallest`() throws {
    let types = """
      types:
        part: {seq: [{id: a, type: u1}, {id: b, type: u4, if: a == 1}, {id: c, type: u2}]}
        maybe: {seq: [{id: a, type: u4, if: false}]}
      """
    let fields = "  - {id: n, type: u1}\n  - {id: x, type: part, repeat: expr, repeat-expr: n}\n"
    let more = "  - {id: y, type: maybe, repeat: expr, repeat-expr: n}\n"
    try ask("meta: {id: a, endian: be}\nseq:\n\(fields)\(more)\(types)\n") { model in
      #expect(model.root.fields.map(\.minimumElementSize) == [1, 3, 0])
      #expect(model.root.fields.map(\.elementSize) == [1, nil, nil])
    }
  }

  // MARK: Storage

  @Test func `short byte strings and lists are stored in the value, longer ones are arrays`() throws {
    func storage(_ field: String) throws -> [Int?] {
      try ask("meta: {id: a, endian: be}\nseq:\n  - \(field)\n") { model in
        [model.root.fields[0].inlineByteCount, model.root.fields[0].inlineElementCount]
      }
    }
    #expect(try storage("{id: x, size: 1}") == [1, nil])
    #expect(try storage("{id: x, size: 256}") == [256, nil])
    #expect(try storage("{id: x, size: 257}") == [nil, nil])
    #expect(try storage("{id: x, size: 8, terminator: 0}") == [nil, nil])
    #expect(try storage("{id: x, type: u2, repeat: expr, repeat-expr: 64}") == [nil, 64])
    #expect(try storage("{id: x, type: u2, repeat: expr, repeat-expr: 65}") == [nil, nil])
  }

  @Test func `only what is always there is read in one run`() throws {
    try ask("meta: {id: a, endian: be}\nseq: [{id: x, type: u2}, {id: y, type: u2, if: x == 1}, {id: z, size: 3}]\n") {
      #expect($0.root.fields.map(\.runSize) == [2, nil, 3])
    }
  }

  // MARK: Heads

  /// What is known of a message before it is parsed.
  private struct Head {
    struct Item {
      var offset: Int
      var ranges: [ClosedRange<Int128>] = []
    }

    var length: Int
    var items: [Item]
  }

  private func head(_ fields: String) throws -> Head {
    let part = "types:\n  part: {seq: [{id: a, type: u1}]}\n"
    let text = "meta: {id: a, endian: be, -stream: {transport: tcp, ports: [1]}}\nseq:\n\(fields)\n\(part)"
    return try ask(text) { model in
      let head = MessageHead(model.root)
      let items = head.items.map { item -> Head.Item in
        guard case .ranges(let ranges, _, _, _)? = item.allowed else { return Head.Item(offset: item.offset) }
        return Head.Item(offset: item.offset, ranges: ranges)
      }
      return Head(length: head.length, items: items)
    }
  }

  @Test func `the head ends at the first field whose place is not known`() throws {
    let fields = "  - {id: x, type: u2}\n  - {id: y, type: u1}\n"
    #expect(try head(fields).length == 3)
    #expect(try head(fields + "  - {id: z, type: part}\n").length == 4)
    for end in ["if: x == 1", "repeat: expr, repeat-expr: 2"] {
      let head = try head(fields + "  - {id: z, type: u1, \(end)}\n  - {id: last, type: u1, valid: 7}\n")
      #expect(head.length == 3 && head.items.map(\.offset) == [0, 2], "\(end)")
      #expect(try self.head(fields + "  - {id: z, type: part, \(end)}\n").length == 3, "\(end)")
    }
  }

  @Test func `constraints tell which values a message can begin with`() throws {
    func allowed(_ valid: String, _ type: String = "u1") throws -> [ClosedRange<Int128>] {
      try head("  - {id: x, type: \(type), valid: \(valid)}").items[0].ranges
    }
    #expect(try allowed("7") == [7...7])
    #expect(try allowed("{any-of: [1, 3]}") == [1...1, 3...3])
    #expect(try allowed("{min: 5, max: 9}") == [5...9])
    #expect(try allowed("{min: 5}") == [5...255] && allowed("{max: 9}") == [0...9])
    #expect(try allowed("{max: 9}", "s2") == [-32768...9])
    #expect(try allowed("{expr: _ == 3}").isEmpty)
  }

  // MARK: Layout

  @Test func `what decides about the bytes behind it ends the message where it is wrong`() throws {
    let text = """
      meta: {id: a, endian: be}
      seq:
        - {id: flag, type: u1}
        - {id: count, type: u1}
        - {id: size, type: u1}
        - {id: other, type: u1}
        - {id: kind, type: u1}
        - {id: a, type: u1, if: flag == 1}
        - {id: b, type: u1, repeat: expr, repeat-expr: twice}
        - {id: c, size: size}
        - {id: d, type: u1, repeat: until, repeat-until: _ == 0 or end == 7}
        - {id: e, size: 4, type: {switch-on: kind, cases: {1: u1}}}
        - {id: end, type: u1}
      instances:
        twice: {value: count * 2}
      """
    try ask(text) { model in
      let deciding = (model.root.fields + model.root.instances).filter(\.decidesLayout).map(\.name)
      #expect(deciding == ["flag", "count", "size", "end", "twice"])
    }
  }
}
