import Testing

@testable import ParserGen

@Suite struct SchemaTests {
  @Test func `views are checked against the tables, at their line`() {
    let text = "meta: {id: a, -sql: {views: a.sql}}\nseq:\n  - {id: x, type: u1}\n"
    func problems(_ sql: String) -> [String] {
      compile(text, files: ["a.sql": sql]).diagnostics.map { "\($0.location.file):\($0.location.line): \($0.message)" }
    }
    #expect(problems("CREATE VIEW v AS\nSELECT x FROM message;\n").isEmpty)
    #expect(
      problems("-- A comment.\n\nCREATE VIEW v AS\nSELECT y FROM message;\n") == [
        "a.sql:3: the view 'v': no such column: y"
      ])
    #expect(problems("CREATE VIEW v AS\nSELEC x;\n") == ["a.sql:2: near \"SELEC\": syntax error"])
    #expect(
      problems("CREATE VIEW v AS SELECT 1;\nDROP TABLE message;\n") == [
        "a.sql:2: only CREATE VIEW may stand in this file"
      ])
  }

  @Test func `ClickHouse's views are those of a file of their own`() {
    let text = "meta: {id: a, -sql: {clickhouse-views: b.sql}}\nseq:\n  - {id: x, type: u1}\n"
    func compiled(_ sql: String) -> (views: [String], problems: [String]) {
      let result = compile(text, files: ["b.sql": sql])
      let specification = result.files.first { $0.name.hasSuffix("+Specification.swift") }?.text ?? ""
      let views = specification.split(separator: "\n").filter { $0.contains("SpecificationInfo.View(") }
      return (
        views.map { String($0.drop { $0 == " " }) },
        result.diagnostics.map { "\($0.location.file):\($0.location.line): \($0.message)" }
      )
    }
    let good = compiled(
      "-- One; and more.\nCREATE VIEW v AS SELECT x FROM message;\n\ncreate view w as select ';' AS y;\n-- End.\n")
    #expect(good.problems.isEmpty)
    #expect(
      good.views == [
        #"SpecificationInfo.View("v", "CREATE VIEW v AS SELECT x FROM message"),"#,
        #"SpecificationInfo.View("w", "create view w as select ';' AS y"),"#,
      ])
    #expect(
      compiled("CREATE VIEW v AS SELECT 1;\n\nDROP TABLE message").problems == [
        "b.sql:3: only CREATE VIEW name AS … may stand in this file"
      ])
    #expect(
      compile(text).diagnostics.map(\.message) == ["cannot read 'b.sql'"])
  }

  @Test func `a table is of one group of details, and there are not too many groups`() {
    func problems(_ text: String) -> [String] { compile(text).diagnostics.map { "\($0.location.line): \($0.message)" } }
    let one = """
      meta: {id: a}
      seq:
        - {id: x, type: part, repeat: expr, repeat-expr: 2, -sql: {table: t, detail: more}}
        - {id: y, type: part, repeat: expr, repeat-expr: 2, -sql: {table: t, detail: other}}
      types:
        part: {seq: [{id: z, type: u1}]}
      """
    #expect(problems(one) == ["4: rows of 't' are of the detail 'more' elsewhere; give all the same"])
    let many = (0..<65).map { "  - {id: x\($0), type: part, repeat: eos, -sql: {table: t\($0), detail: d\($0)}}\n" }
    let all = "meta: {id: a}\nseq:\n\(many.joined())types:\n  part: {seq: [{id: z, type: u1}]}\n"
    #expect(problems(all) == ["67: there are more than 64 details; use fewer names"])
  }

  @Test func `docs stand beside the columns`() {
    let text = """
      meta: {id: a, endian: le}
      doc: |
        What it is.
        More of it.
      seq:
        - {id: x, type: u2, doc: How many.}
      """
    let sql = compile(text).sql
    #expect(sql.contains("CREATE TABLE \"message\" ( /* What it is */\n"))
    #expect(sql.contains("\"x\" INTEGER /* How many */\n"))
  }

  @Test func `columns of nested types that would clash get their field's name in front`() {
    let text = """
      meta: {id: a}
      seq: [{id: from, type: point}, {id: to, type: point}]
      types:
        point: {seq: [{id: x, type: u1}]}
      """
    let sql = compile(text).sql
    #expect(sql.contains("\"x\" INTEGER,\n  \"to_x\" INTEGER"))
  }

  @Test func `a column that is asked for by name is of one type`() {
    func problems(_ type: String) -> [String] {
      let text = """
        meta: {id: a, encoding: ASCII}
        seq:
          - {id: kind, type: u1}
          - {id: body, type: {switch-on: kind, cases: {1: one, 2: two}}}
        types:
          one: {-sql: {table: t}, seq: [{id: v, type: u1, -sql: {column: x}}]}
          two: {-sql: {table: t}, seq: [{id: w, type: \(type), -sql: {column: x}}]}
        """
      return compile(text).diagnostics.filter { $0.severity == .error }.map(\.message)
    }
    #expect(problems("u1").isEmpty)
    #expect(problems("strz") == ["the column 'x' of 't' is INTEGER in one case and TEXT in another"])
  }

  @Test func `the values of a list have a table where the description asks for it`() {
    func text(_ sql: String, type: String = "type: u2") -> String {
      """
      meta: {id: a, endian: be, encoding: UTF-8}
      seq:
        - {id: xs, \(type), repeat: expr, repeat-expr: 3, -sql: \(sql)}
      """
    }
    func compiled(_ text: String, _ dialect: SchemaDialect) -> Generator.Result {
      var emitted: Set<String> = []
      return Generator { $0 == "t.ksy" ? text : nil }.generate("t.ksy", emitted: &emitted, dialect: dialect)
    }
    for (sql, table, column) in [
      ("{by_value: true}", "message_xs", "xs"), ("{by_value: x}", "message_x", "x"),
      ("{column: ys, by_value: true}", "message_ys", "ys"),
    ] {
      let server = compiled(text(sql), .clickhousePlain)
      #expect(server.sql.contains("CREATE TABLE IF NOT EXISTS \"\(table)\" (\n  \"message_id\" Int64"))
      #expect(server.sql.contains("ORDER BY (\"\(column)\", \"time_us\", \"message_id\")"))
      #expect(server.files.contains { $0.text.contains("byValue: \"\(column)\"") })
      // The list itself stays where it is, and SQLite's tables are what they were.
      #expect(server.sql.contains("_count\" UInt32"))
      let without = text(sql.contains("ys") ? "{column: ys}" : "{}")
      #expect(compiled(text(sql), .sqlite).sql == compiled(without, .sqlite).sql)
    }
    for (sql, type) in [("{by_value: false}", "type: u2"), ("{}", "type: u2"), ("{as: text}", "type: strz")] {
      let server = compiled(text(sql, type: type), .clickhouse)
      #expect(server.diagnostics.isEmpty && !server.sql.contains("message_xs"))
    }
    func problems(_ text: String) -> [String] { compile(text).diagnostics.map(\.message) }
    #expect(problems(text("{by_value: X-y}"))[0].contains("is no SQL name"))
    let texts = problems(text("{by_value: true}", type: "type: strz"))
    #expect(texts.map { $0.prefix(33) } == ["'by_value' is for lists of number"])
    let wrong = [
      "{id: b, type: u1, -sql: {by_value: true}}", "{id: b, type: p, -sql: {by_value: true}}",
      "{id: b, type: p, repeat: eos, -sql: {by_value: true}}",
    ]
    for field in wrong {
      let text = "meta: {id: a}\nseq: [\(field)]\ntypes: {p: {seq: [{id: q, type: u1}]}}\n"
      #expect(problems(text).map { $0.prefix(40) } == ["'by_value' is for a list that is one col"], "\(field)")
    }
    let taken = """
      meta: {id: a, endian: be}
      seq:
        - {id: xs, type: u2, repeat: expr, repeat-expr: 3, -sql: {by_value: x}}
        - {id: ps, type: p, repeat: expr, repeat-expr: 3, -sql: {table: message_x}}
      types: {p: {seq: [{id: q, type: u1}]}}
      """
    #expect(problems(taken).map { $0.prefix(37) } == ["there is a table 'message_x' already;"])
  }

  @Test func `the fingerprint follows every file`() {
    func fingerprint(_ number: String, _ view: String) -> Substring? {
      let text = "meta: {id: a, imports: [b], -sql: {views: a.sql}}\n"
      let files = [
        "b.ksy": "meta: {id: b}\nseq: [{id: x, contents: [\(number)]}]\n", "a.sql": "CREATE VIEW v AS SELECT \(view)",
      ]
      return compile(text, files: files).files.last?.text.split(separator: "fingerprint: ").last?.prefix(18)
    }
    #expect(fingerprint("1", "1") == fingerprint("1", "1"))
    #expect(fingerprint("1", "1") != fingerprint("2", "1"))
    #expect(fingerprint("1", "1") != fingerprint("1", "2"))
  }
}

@Suite struct ImportTests {
  @Test func `problems of an imported file are told with its name`() {
    let result = compile(
      "meta: {id: a, imports: [b]}\n", files: ["b.ksy": "meta: {id: b}\nseq:\n  - {id: x, type: u2}\n"])
    #expect(result.diagnostics.map(\.location) == [SourceLocation(file: "b.ksy", line: 3, column: 19)])
  }

  @Test func `files that import one another are read once`() {
    let result = compile(
      "meta: {id: t, imports: [b]}\nseq: [{id: x, type: b}]\n",
      files: ["b.ksy": "meta: {id: b, imports: [t]}\nseq: [{id: y, type: u1}]\n"])
    #expect(result.diagnostics.isEmpty && result.files.count == 3)
  }
}
