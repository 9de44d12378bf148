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
