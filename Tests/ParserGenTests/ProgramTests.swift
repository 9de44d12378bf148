import Testing

@testable import ParserGen

/// `meta/-program`: what a program for the protocol is called.
@Suite struct ProgramTests {
  private let fields = "seq:\n  - {id: x, type: u1}\n"

  private func problems(_ program: String, files: [String: String] = [:]) -> [String] {
    compile("meta:\n  id: a\n  -program: \(program)\n\(fields)", files: files).diagnostics.map {
      "\($0.location.file):\($0.location.line):\($0.location.column): \($0.message)"
    }
  }

  /// What the generated parser says, line by line.
  private func facts(_ meta: String, files: [String: String] = [:]) throws -> [String] {
    let result = compile("meta:\n  id: thermo\n\(meta)\(fields)", files: files)
    #expect(result.diagnostics.isEmpty, "\(result.diagnostics)")
    let text = try #require(result.files.first { $0.name.hasSuffix("+Specification.swift") }).text
    let lines = text.split(separator: "\n").map { $0.drop { $0 == " " } }
    let start = try #require(lines.firstIndex { $0.hasPrefix("program:") })
    let end = try #require(lines.firstIndex { $0.hasPrefix("ports:") })
    return lines[(start + 1)..<end].map(String.init)
  }

  @Test func `without a word of the author all comes from the description's id and title`() throws {
    let bare = try facts("")
    #expect(bare[0].hasPrefix(#"name: "thermocap", version: ""#) && bare[0].hasSuffix(#"protocolName: "thermo","#))
    #expect(bare.dropFirst() == ["queries: [", "]),"])
    #expect(try facts("  title: Thermometers\n")[0].hasSuffix(#"protocolName: "Thermometers","#))
    #expect(try facts("  endian: be\n")[0] != bare[0], "the version tells the description")
  }

  @Test func `what the author says is what the program is called`() throws {
    let program = """
        -program:
          name: warm-cap
          version: 1.10
          title: Thermo
          doc: Shows how warm it is.
          configuration: warm.json
          environment: WARM
          console-port: 9000
          queries: q.sql
          clickhouse-queries: c.sql

      """
    let queries = """
      -- Of this file.

      -- How warm it is,
      -- and how often
      select x, count(*)
      from message group by x; -- Not a name.
      -- Other words
      select x from message where x & 1;
      """
    let others = "-- Other words\nselect x from message where bitAnd(x, 1) = 1"
    #expect(
      try facts(program, files: ["q.sql": queries, "c.sql": others]) == [
        #"name: "warm-cap", version: "1.10", protocolName: "Thermo","#, #"summary: "Shows how warm it is.","#,
        #"configurationFile: "warm.json","#, #"environmentPrefix: "WARM","#, "consolePort: 9000,", "queries: [",
        #"SpecificationInfo.Query("How warm it is, and how often", "select x, count(*)\nfrom message group by x"),"#,
        #"SpecificationInfo.Query("Other words", "select x from message where x & 1", "#
          + #"clickHouse: "select x from message where bitAnd(x, 1) = 1"),"#, "]),",
      ])
  }

  @Test(
    arguments: [
      ("{nmae: b}", "3:14: unknown key 'nmae' in '-program'; did you mean 'name'?"),
      ("{console_port: 1}", "3:14: unknown key 'console_port' in '-program'; did you mean 'console-port'?"),
      ("acap", "3:13: '-program' must be a mapping, not a scalar"),
      ("{name: [b]}", "3:20: 'name' must be a text, not a list"),
      ("{name: B}", "3:20: 'name' is lower-case letters, digits, '-' and '_', a letter first, such as thermocap"),
      ("{name: ../b}", "3:20: 'name' is lower-case letters, digits, '-' and '_', a letter first, such as thermocap"),
      (#"{title: "a\nb"}"#, "3:21: 'title' is one line of text"),
      (#"{doc: ""}"#, "3:19: 'doc' is one line of text"),
      ("{version: {}}", "3:23: 'version' must be a text, not a mapping"),
      ("{configuration: /etc/a}", "3:29: 'configuration' is the name of a file, without a folder"),
      ("{configuration: ..}", "3:29: 'configuration' is the name of a file, without a folder"),
      ("{environment: a}", "3:27: 'environment' is capital letters, digits and '_', a letter first"),
      ("{console-port: 0}", "3:28: a port is an integer from 1 to 65535"),
      ("{console-port: 65536}", "3:28: a port is an integer from 1 to 65535"),
      ("{queries: q.sql}", "3:23: cannot read 'q.sql'"),
      ("{clickhouse-queries: c.sql}", "3:34: 'clickhouse-queries' needs 'queries', whose names it uses"),
    ])
  func `what is wrong is told at its place`(program: String, problem: String) {
    #expect(problems(program) == ["t.ksy:" + problem])
  }

  @Test func `the key stands in 'meta' and nowhere else`() {
    let text = "meta: {id: a}\n\(fields)types:\n  t:\n    -program: {name: b}\n    seq: [{id: y, type: u1}]\n"
    #expect(
      compile(text).diagnostics.map { "\($0.location.line): \($0.message)" } == ["6: unknown key '-program' in a type"])
  }

  @Test func `queries are held against tables and views, at their lines`() {
    func told(_ queries: String, _ others: String? = nil) -> [String] {
      var files = ["q.sql": queries, "v.sql": "CREATE VIEW v AS SELECT x AS y FROM message;"]
      files["c.sql"] = others
      let keys = "{queries: q.sql\(others == nil ? "" : ", clickhouse-queries: c.sql")}\n  -sql: {views: v.sql}"
      return problems(keys, files: files)
    }
    #expect(told("-- One\nselect x from message;\n-- Two\nselect y from v;\n", "-- Two\nselect 1").isEmpty)
    #expect(told("-- One\nselect x,\n  z from message;") == ["q.sql:3:1: the query 'One': no such column: z"])
    #expect(told("-- One\ndelete from message;") == ["q.sql:2:1: the query 'One' does more than read"])
    #expect(
      told("select 1;\n\n-- A remark.\n\nselect 2;").map { $0.prefix(40) } == [
        "q.sql:1:1: a query needs a comment above", "q.sql:5:1: a query needs a comment above",
      ])
    #expect(told("-- One\nselect 1;\n-- One\nselect 2;") == ["q.sql:4:1: there are two queries 'One'"])
    #expect(
      told("-- Votes\nselect 1;", "-- Vote\nselect 1;") == [
        "c.sql:2:1: there is no query 'Vote' in q.sql; did you mean 'Votes'?"
      ])
  }
}
