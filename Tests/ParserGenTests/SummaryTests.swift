import ParserRuntime
import Testing

@testable import ParserGen

/// What `-sql: {summary: …}` becomes, and what there is without it.
@Suite struct SummaryTests {
  /// The lines of a description's messages, as they stand in the parser.
  private func summaries(_ text: String) throws -> [String] {
    let result = compile(text)
    try #require(result.diagnostics.allSatisfy { $0.severity == .warning }, "\(result.diagnostics)")
    let specification = try #require(result.files.first { $0.name.hasSuffix("+Specification.swift") }?.text)
    return specification.split(separator: "\n").filter { $0.contains("SpecificationInfo.Summary(") }.map {
      String($0.drop { $0 == " " })
    }
  }

  private func summary(_ text: String) throws -> String {
    let all = try summaries(text)
    try #require(all.count == 1)
    let start = "SpecificationInfo.Summary(directions: [0, 1], "
    try #require(all[0].hasPrefix(start))
    return String(all[0].dropFirst(start.count).dropLast(2))
  }

  // Row 0 is that of `message`, whose own columns come after the engine's eight.

  @Test func `values are columns, constants and what is computed from them`() throws {
    let text = """
      meta: {id: a, endian: be}
      -sql: {summary: 'x {x} {kind}{is_last ? "." : ""} {kind == kind::two and not is_last} {-(x + 2)}'}
      seq: [{id: x, type: u1}, {id: k, type: u1, -sql: none}, {id: flags, type: u1}, {id: raw, type: u1}]
      instances:
        kind: {value: raw & 0x0f, enum: kind}
        is_last: {value: (flags & 1) != 0}
      enums: {kind: {1: one, 2: two}}
      """
    let kind = ".operation(.bitAnd, .column(row: 0, 10), .number(15))"
    let isLast = ".operation(.notEqual, .operation(.bitAnd, .column(row: 0, 9), .number(1)), .number(0))"
    let isTwo = ".operation(.and, .operation(.equal, \(kind), .number(2)), .not(\(isLast)))"
    // It is long, and so a constant of its own.
    #expect(try summary(text) == "summaryPart0")
    let parts = try #require(compile(text).files.last?.text.split(separator: "\n").last { $0.contains("summaryPart0") })
    #expect(
      parts.hasSuffix(
        "= .line([.text(\"x \"), .column(row: 0, 8), .text(\" \"), .name(\(kind), names: 0), "
          + ".choice(\(isLast), .text(\".\"), .text(\"\")), .text(\" \"), .word(\(isTwo)), .text(\" \"), "
          + ".minus(.operation(.add, .column(row: 0, 8), .number(2)))])"))
    let small = "meta: {id: a, endian: be}\nseq: [{id: x, type: u8}]\n-sql: {summary: '{x == 0xffffffffffffffff}'}\n"
    #expect(
      try summary(small) == ".line([.word(.operation(.equal, .unsigned(row: 0, 8), .number(18446744073709551615)))])")
  }

  @Test func `an interpolated string in a summary is whole or not there`() throws {
    let text = """
      meta: {id: a}
      -sql: {summary: 'x{f" y {y}"}'}
      seq: [{id: x, type: u1}, {id: y, type: u1, if: x == 1}]
      """
    #expect(try summary(text) == ".line([.text(\"x\"), .joined([.text(\" y \"), .column(row: 0, 9)])])")
    // Of bytes, which have a text here.
    #expect(
      try summary(text.replacing("{id: y, type: u1", with: "{id: y, size: 2"))
        == ".line([.text(\"x\"), .joined([.text(\" y \"), .column(row: 0, 9)])])")
  }

  @Test func `what a message holds is told by its own summary, chosen as it was`() throws {
    let text = """
      meta: {id: a}
      -sql: {summary: '{body}'}
      seq:
        - {id: kind, type: u1}
        - {id: body, type: {switch-on: kind, cases: {1: one, 2: one, 3: two}}}
      types:
        one: {-sql: {summary: 'of {_root.kind}: {n}'}, seq: [{id: n, type: u1}]}
        two: {-sql: {table: none, summary: '{m}'}, seq: [{id: m, type: u1}]}
      """
    // Tables: message and one; the second type's column is in the message's row.
    #expect(
      try summary(text)
        == ".line([.cases(of: .column(row: 0, 8), [SummaryCase([1, 2], .content(of: 0, table: 1, "
        + ".line([.text(\"of \"), .column(row: 0, 8), .text(\": \"), .column(row: 1, 2)]))), "
        + "SummaryCase([3], .line([.column(row: 0, 9)]))])])")
  }

  @Test func `parameters are what they were given, and casts name a case`() throws {
    let text = """
      meta: {id: a}
      -sql: {summary: '{part} {part.body.as<two>.m}'}
      seq: [{id: kind, type: u1}, {id: part, type: part(kind)}]
      types:
        part:
          -sql: {summary: '{which}'}
          params: [{id: which, type: u1}]
          seq: [{id: body, type: {switch-on: which, cases: {1: one, 2: two}}}]
        one: {seq: [{id: n, type: u1}]}
        two: {seq: [{id: m, type: u1}]}
      """
    #expect(
      try summary(text)
        == ".line([.line([.column(row: 0, 8)]), .text(\" \"), "
        + ".cases(of: .column(row: 0, 8), [SummaryCase([2], .column(row: 0, 10))])])")
  }

  @Test func `lists are their first elements, and their size`() throws {
    let text = """
      meta: {id: a}
      -sql: {summary: '{list.size} of {list}; {numbers.size} {numbers}; {few.size}'}
      seq:
        - {id: n, type: u1}
        - {id: list, type: element, repeat: expr, repeat-expr: n * 2}
        - {id: numbers, type: u1, repeat: expr, repeat-expr: n}
        - {id: few, type: u1, repeat: eos, -sql: {count: none}}
      types: {element: {-sql: {summary: 'e {e}'}, seq: [{id: e, type: u1}]}}
      """
    #expect(
      try summary(text)
        == ".line([.operation(.multiply, .column(row: 0, 8), .number(2)), .text(\" of \"), "
        + ".elements(table: 1, .line([.text(\"e \"), .column(row: 1, 3)])), .text(\"; \"), .column(row: 0, 10), "
        + ".text(\" \"), .column(row: 0, 9), .text(\"; \"), .count(row: 0, 11)])")
  }

  @Test func `a column's own name means the column`() throws {
    let text = """
      meta: {id: a}
      -sql: {summary: '{x_hex} {x}', computed: [{column: both, from: both, as: text}]}
      seq: [{id: x, size: 1, -sql: [{column: x}, {column: x_hex, as: hex}]}]
      """
    #expect(try summary(text) == ".line([.column(row: 0, 10), .text(\" \"), .column(row: 0, 9)])")
    #expect(
      try summary(text.replacing("'{x_hex} {x}'", with: "'{both}'")) == ".line([.column(row: 0, 8)])")
  }

  @Test func `without a summary the first fields of the content are told, but for long bytes`() throws {
    let text = """
      meta: {id: a}
      seq:
        - {id: kind, type: u1}
        - {id: body, type: {switch-on: kind, cases: {1: one}}}
      enums: {e: {1: x}}
      types:
        one:
          seq:
            - {id: signature, size: 64}
            - {id: a, type: u1, enum: e}
            - {id: rest, size: 2}
            - {id: b, type: b1}
            - {id: c, type: u1}
            - {id: d, type: u1}
      """
    let line = try summary(text)
    #expect(line.contains("content(of: 0, table: 1") || line.contains("summaryPart"))
    let file = try #require(compile(text).files.last?.text)
    #expect(file.contains(".joined([.text(\"a \"), .name(.column(row: 1, 3), names: 0)])"))
    #expect(file.contains(".joined([.text(\"rest \"), .column(row: 1, 4)])"))
    #expect(file.contains(".joined([.text(\"b \"), .word(.column(row: 1, 5))])"))
    #expect(file.contains(".joined([.text(\"c \"), .column(row: 1, 6)])"))
    #expect(!file.contains(".text(\"d \")") && !file.contains(".text(\"signature \")"))
  }

  @Test func `messages of the two sides have lines of their own`() throws {
    let text = """
      meta: {id: a, -stream: {ports: [1], initiator: ask, responder: tell}}
      types:
        ask: {seq: [{id: x, type: u1}]}
        tell: {-sql: {summary: 'y {y}'}, seq: [{id: y, type: u1}]}
      """
    #expect(
      try summaries(text) == [
        "SpecificationInfo.Summary(directions: [0], .line([.joined([.text(\"x \"), .column(row: 0, 8)])])),",
        "SpecificationInfo.Summary(directions: [1], .line([.text(\"y \"), .column(row: 0, 9)])),",
      ])
  }

  @Test func `a summary that no message's line shows is warned of`() {
    let text = """
      meta: {id: a}
      -sql: {summary: '{x}'}
      seq:
        - {id: x, type: u1}
        - {id: part, type: part}
      types:
        part: {-sql: {summary: 'p {p}'}, seq: [{id: p, type: u1}]}
        other: {-sql: {summary: other}}
      """
    let result = compile(text)
    #expect(
      result.diagnostics.map { "\($0)" } == [
        "t.ksy:7:26: warning: no message's line shows a 'part': name the field that holds it in the summary of what is around "
          + "it, as '{field}' (/types/part/-sql/summary)",
        "t.ksy:8:27: warning: no message's line shows a 'other': name the field that holds it in the summary of what is around "
          + "it, as '{field}' (/types/other/-sql/summary)",
      ])
    #expect(!result.files.isEmpty)
  }
}
