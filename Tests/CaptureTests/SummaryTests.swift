import ParserRuntime
import Testing

@testable import Capture

/// Messages told in a line, whatever rows there are.
@Suite struct SummaryTests {
  private typealias Expression = SummaryExpression

  /// `message` with a number, a text and bytes, and two tables of contents.
  private static func info(_ line: SummaryExpression, directions: [Int] = [0, 1]) -> SpecificationInfo {
    let link = SpecificationInfo.Column("packet_id", .signed(64), role: .reference(to: "message"))
    func content(_ name: String) -> SpecificationInfo.Table {
      SpecificationInfo.Table(
        name,
        [
          .init("id", .signed(64), role: .key), link,
          .init("content_table", .text, role: .contentTable, isNullable: true),
          .init("content_id", .signed(64), role: .content, isNullable: true), .init("word", .text),
        ])
    }
    let own: [SpecificationInfo.Column] = [.init("n", .unsigned(64)), .init("t", .text), .init("b", .blob)]
    return SpecificationInfo(
      name: "a", fingerprint: "", program: .init(name: "a"), ports: [], maximumMessageLength: 1, headLength: 0,
      messageKinds: [],
      tables: [SpecificationInfo.Table("message", EngineTables.messageColumns + own), content("c"), content("d")],
      details: [], nameTables: [.init("enum_k", [.init(1, "one"), .init(-1, "other")])], views: [], typeColumn: nil,
      lookups: [], summaries: [.init(directions: directions, line)],
      outline: DescriptionOutline(title: nil, sources: [], types: [], enumerations: []))
  }

  /// The line of message 1.
  private func line(
    _ expression: SummaryExpression, _ values: [Int: QueryValue] = [:],
    _ others: [(Int, Int64, Int64, [Int: QueryValue])] = []
  ) -> String? {
    let info = Self.info(expression)
    var rows = SummaryRows(SummaryColumns(info))
    rows.add(SummaryRow(table: 0, values: values), .init(table: 0, message: 1, id: 1))
    for (table, message, id, values) in others {
      rows.add(SummaryRow(table: table, values: values), .init(table: table, message: message, id: id))
    }
    return SummaryEvaluation(info).line(of: 1, in: rows)
  }

  private func number(_ expression: SummaryExpression) -> String? { line(.line([expression])) }

  @Test func `operators are Kaitai's, and have no result where there is none`() {
    func result(_ sign: SummaryOperator, _ left: Int128, _ right: Int128) -> String? {
      number(.operation(sign, .number(left), .number(right)))
    }
    #expect(result(.divide, -7, 2) == "-4" && result(.divide, 7, -2) == "-4" && result(.divide, 7, 2) == "3")
    #expect(result(.modulo, -7, 2) == "1" && result(.modulo, 7, 4) == "3")
    #expect(result(.shiftLeft, 3, 4) == "48" && result(.shiftRight, 48, 4) == "3")
    #expect(result(.bitXor, 6, 3) == "5" && result(.less, 1, 2) == "1" && result(.greaterOrEqual, 1, 2) == "0")
    for (sign, left, right) in [
      (SummaryOperator.divide, 1, 0), (.modulo, 1, 0), (.divide, Int128.min, -1), (.modulo, .min, -1),
      (.add, .max, 1), (.subtract, .min, 1), (.multiply, .max, 2), (.shiftLeft, 1, -1), (.shiftLeft, 1, 64),
      (.shiftLeft, .max, 63), (.shiftRight, 1, 128), (.shiftRight, 1, .min),
    ] as [(SummaryOperator, Int128, Int128)] {
      #expect(result(sign, left, right) == nil, "\(left) \(sign) \(right)")
    }
    #expect(number(.minus(.number(.min))) == nil && number(.complement(.number(0))) == "-1")
    // What decides alone does not wait for what is missing.
    #expect(number(.operation(.or, .number(1), .column(row: 0, 8))) == "1")
    #expect(number(.operation(.and, .number(0), .column(row: 0, 8))) == "0")
    #expect(number(.operation(.and, .number(1), .column(row: 0, 8))) == nil)
    #expect(number(.operation(.equal, .text("a"), .text("a"))) == "1")
    #expect(number(.operation(.less, .text("a"), .number(1))) == nil)
  }

  @Test func `what is not there is left out, and words around nothing are`() {
    let line = Expression.line([.text("n "), .column(row: 0, 8), .text(" t "), .column(row: 0, 9)])
    #expect(self.line(line, [8: .integer(5)]) == "n 5 t")
    #expect(self.line(line) == nil)
    #expect(self.line(.line([.text("only words")])) == "only words")
    #expect(self.line(.line([.text("a"), .joined([.text(" n "), .column(row: 0, 8)]), .number(1)])) == "a1")
    #expect(self.line(.line([])) == nil && self.line(.line([.text("")])) == nil)
    #expect(self.line(.first([.column(row: 0, 8), .column(row: 0, 9)]), [9: .text("t")]) == "t")
    let cases = Expression.cases(
      of: .column(row: 0, 8), [SummaryCase(nil, .text("rest")), SummaryCase([1, 2], .text("some"))])
    #expect(self.line(cases, [8: .integer(2)]) == "some" && self.line(cases, [8: .integer(3)]) == "rest")
    #expect(self.line(cases) == nil)
  }

  @Test func `numbers beyond 63 bits, names and lists are what they mean`() {
    #expect(line(.unsigned(row: 0, 8), [8: .integer(-1)]) == "18446744073709551615")
    #expect(line(.column(row: 0, 8), [8: .integer(.min)]) == "-9223372036854775808")
    #expect(line(.name(.column(row: 0, 8), names: 0), [8: .integer(1)]) == "one")
    #expect(line(.name(.column(row: 0, 8), names: 0), [8: .integer(7)]) == "7")
    #expect(line(.name(.number(1 << 70), names: 9)) == "1180591620717411303424")
    #expect(line(.word(.number(2))) == "true" && line(.word(.number(0))) == "false")
    #expect(line(.count(row: 0, 9), [9: .text("")]) == "0" && line(.count(row: 0, 9), [9: .text("1,2,3")]) == "3")
    #expect(line(.column(row: 0, 10), [10: .blob([1, 0xAB])]) == "01AB")
  }

  @Test func `a line is one line, however its values look`() {
    let hostile = "a\r\n\u{1B}[31mb\u{202E}c\u{2028}d  e\0"
    let line = self.line(.line([.text("t "), .column(row: 0, 9)]), [9: .text(hostile)])
    #expect(line == "t a\u{FFFD}\u{FFFD}\u{FFFD}[31mb\u{FFFD}c\u{FFFD}d e\u{FFFD}")
    let long = self.line(.column(row: 0, 9), [9: .text(String(repeating: "x", count: 100_000))])
    #expect(long == String(repeating: "x", count: SummaryText.maximumValue) + "…")
    let bytes = self.line(.column(row: 0, 10), [10: .blob([UInt8](repeating: 7, count: 100_000))])
    #expect(bytes?.count == SummaryText.maximumValue + 1)
    // One character of many scalars is as long as they are.
    let marks = self.line(.column(row: 0, 9), [9: .text("a" + String(repeating: "\u{301}", count: 5000))])
    #expect(marks?.unicodeScalars.count == SummaryText.maximumValue + 1)
    let many = Expression.line((0..<50).map { _ in .column(row: 0, 9) })
    #expect(self.line(many, [9: .text(String(repeating: "y", count: 90))])?.count == SummaryText.maximumLine + 1)
    #expect(SummaryText.line(" a \n\t b ") == "a b")
  }

  @Test func `contents are found in their table, and those of their content`() {
    let word = Expression.content(of: 0, table: 1, .line([.column(row: 1, 4), .text(" in "), .column(row: 0, 8)]))
    func reference(_ table: QueryValue, _ id: QueryValue) -> [Int: QueryValue] {
      [6: table, 7: id, 8: .integer(3)]
    }
    let content: [(Int, Int64, Int64, [Int: QueryValue])] = [
      (1, 1, 5, [4: .text("w"), 2: .text("d"), 3: .integer(9)]), (2, 1, 9, [4: .text("inner")]),
      (1, 2, 6, [4: .text("of another message")]),
    ]
    #expect(line(word, reference(.text("c"), .integer(5)), content) == "w in 3")
    let inner = Expression.content(of: 0, table: 1, .content(of: 1, table: 2, .column(row: 2, 4)))
    #expect(line(inner, reference(.text("c"), .integer(5)), content) == "inner")
    for (table, id) in [
      (QueryValue.text("d"), QueryValue.integer(5)), (.text("none"), .integer(5)), (.null, .null),
      (.text("c"), .integer(6)), (.text("c"), .integer(77)), (.integer(1), .text("x")),
    ] {
      #expect(line(word, reference(table, id), content) == nil, "\(table) \(id)")
    }
    // Rows that no expression can name.
    #expect(line(.column(row: 7, 4)) == nil && line(.content(of: 3, table: 1, .text("x"))) == nil)
  }

  @Test func `lists are told by their first elements`() {
    let list = Expression.elements(table: 1, .line([.column(row: 1, 4)]))
    func told(_ count: Int, from first: Int64 = 5) -> String? {
      let elements = (0..<count).map { place in
        (1, Int64(1), first &+ Int64(place), [4: QueryValue.text("w\(place)")])
      }
      return line(list, [6: .text("c"), 7: .integer(first)], elements)
    }
    #expect(told(0) == nil && told(1) == "w0" && told(4) == "w0, w1, w2, w3")
    #expect(told(5) == "w0, w1, w2, w3, …" && told(100) == "w0, w1, w2, w3, …")
    // Those that have nothing to tell are passed over.
    let some = Expression.elements(
      table: 1, .choice(.operation(.equal, .column(row: 1, 4), .text("w1")), .text(""), .column(row: 1, 4)))
    let elements = (0..<3).map { (1, Int64(1), Int64($0), [4: QueryValue.text("w\($0)")]) }
    #expect(line(some, [6: .text("c"), 7: .integer(0)], elements) == "w0, w2")
    // Where ids end.
    #expect(told(1, from: .max) == "w0")
  }

  @Test func `of a message's direction the first line counts`() {
    let info = Self.info(.text("from the initiator"), directions: [0])
    for (direction, line) in [(0, "from the initiator"), (1, nil)] as [(Int64, String?)] {
      var rows = SummaryRows(SummaryColumns(info))
      rows.add(SummaryRow(table: 0, values: [2: .integer(direction)]), .init(table: 0, message: 1, id: 1))
      #expect(SummaryEvaluation(info).line(of: 1, in: rows) == line)
    }
    #expect(SummaryEvaluation(info).line(of: 1, in: SummaryRows(SummaryColumns(info))) == nil)
  }

  @Test func `only what lines are made of is asked for`() {
    let line = Expression.line([
      .column(row: 0, 9), .content(of: 0, table: 1, .content(of: 1, table: 2, .column(row: 2, 4))),
      .elements(table: 1, .column(row: 0, 8)),
    ])
    let columns = SummaryColumns(Self.info(line))
    #expect(columns.columns == [0: [0, 2, 6, 7, 8, 9], 1: [0, 1, 2, 3], 2: [0, 1, 2, 3, 4]])
    #expect(columns.contents == [1, 2] && columns.lists == [1])
  }
}
