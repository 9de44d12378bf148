import ParserRuntime
import Testing

@testable import ParserGen

/// `kind`: columns that hold the same sort of value, and queries about one.
@Suite struct KindTests {
  private func problems(_ text: String, files: [String: String] = [:]) -> [String] {
    compile(text, files: files).diagnostics.map {
      "\($0.location.file):\($0.location.line):\($0.location.column): \($0.message)"
    }
  }

  /// Lines of what is known of the description besides its parser.
  private func specification(_ text: String, files: [String: String] = [:]) throws -> [String] {
    let result = compile(text, files: files)
    #expect(result.diagnostics.isEmpty, "\(result.diagnostics)")
    let file = try #require(result.files.first { $0.name.hasSuffix("+Specification.swift") })
    return file.text.split(separator: "\n").map { String($0.drop { $0 == " " }) }
  }

  // MARK: Columns

  @Test func `kinds are carried to the columns of fields, instances, lists and Swift properties`() throws {
    let text = """
      meta: {id: a, endian: be}
      -sql: {computed: [{column: sum, from: total, as: hex, kind: digest}]}
      seq:
        - {id: x, size: 4, -sql: {kind: digest}}
        - {id: y, size: 4, -sql: [{column: y, kind: [digest, key]}, {column: y_ip, as: ip, kind: host}]}
        - {id: zs, type: u2, repeat: expr, repeat-expr: 2, -sql: {count: none, kind: port}}
        - {id: ws, type: u2, repeat: expr, repeat-expr: 2}
      instances:
        half: {value: 'zs[0] / 2', -sql: {kind: port}}
      """
    let lines = try specification(text)
    let column = { (name: String) in lines.first { $0.hasPrefix(#"SpecificationInfo.Column("\#(name)""#) } ?? "" }
    #expect(column("sum").contains(#"kinds: ["digest"]"#))
    #expect(column("x") == #"SpecificationInfo.Column("x", .text, kinds: ["digest"]),"#)
    #expect(column("y") == #"SpecificationInfo.Column("y", .text, kinds: ["digest", "key"]),"#)
    #expect(column("y_ip") == #"SpecificationInfo.Column("y_ip", .text, kinds: ["host"]),"#)
    #expect(column("zs") == #"SpecificationInfo.Column("zs", .text, isList: true, kinds: ["port"]),"#)
    #expect(column("ws") == #"SpecificationInfo.Column("ws", .text, isList: true),"#)
    #expect(column("half").contains(#"kinds: ["port"]"#))
    // The tables are what they would be without.
    #expect(compile(text).sql == compile(text.replacing(#/(, )?kind: (\[.*?\]|\w+)/#, with: "")).sql)
    #expect(!lines.contains { $0.contains("valueKinds") })
  }

  @Test func `fields that share a column add to its kinds`() throws {
    let text = """
      meta: {id: a}
      seq:
        - {id: kind, type: u1}
        - {id: body, type: {switch-on: kind, cases: {1: one, 2: two}}}
      types:
        one: {-sql: {table: t}, seq: [{id: v, size: 2, -sql: {column: x, kind: left}}]}
        two: {-sql: {table: t}, seq: [{id: w, size: 2, -sql: {column: x, kind: [right, left]}}]}
      """
    #expect(
      try specification(text).contains { $0.contains(#""x", .text"#) && $0.contains(#"kinds: ["left", "right"]"#) })
  }

  @Test(
    arguments: [
      ("{id: x, size: 2, -sql: {kind: Big-one}}", "35", "'Big-one' is no name: lower-case letters, digits and '_' a"),
      ("{id: x, size: 2, -sql: {kind: [k, k]}}", "39", "the kind 'k' is named twice"),
      ("{id: x, size: 2, -sql: {kind: {}}}", "35", "'kind' must be a text, not a mapping"),
      ("{id: x, contents: ab, -sql: {kind: k}}", "40", "'kind' is for a value that is a column, and this one"),
      ("{id: x, type: t, -sql: {kind: k}}", "35", "'kind' is for a value that is a column, and this one"),
      ("{id: x, type: t, repeat: eos, -sql: {kind: k}}", "48", "'kind' is for a value that is a column, and this one"),
      ("{size: 2, -sql: {kind: k}}", "28", "'kind' is for a value that is a column, and this one"),
    ])
  func `what is wrong is told at its place`(field: String, column: String, problem: String) {
    let told = problems("meta: {id: a}\nseq:\n  - \(field)\ntypes: {t: {seq: [{id: y, type: u1}]}}\n")
    #expect(told.count == 1 && told[0].hasPrefix("t.ksy:3:\(column): \(problem)"), "\(told)")
  }

  @Test func `a kind within what is not stored is a warning, and in a type that nobody uses is none`() {
    let text =
      "meta: {id: a}\nseq:\n  - {id: x, type: t, -sql: none}\ntypes:\n  t: {seq: [{id: y, size: 1, -sql: {kind: k}}]}\n"
    #expect(problems(text).map { $0.prefix(42) } == ["t.ksy:5:43: 'kind' is for a value that is "])
    #expect(compile(text).diagnostics.map(\.severity) == [.warning])
    #expect(problems(text.replacing("type: t, -sql: none", with: "size: 1")).isEmpty)
  }

  // MARK: What is said of kinds

  private let fields = "seq:\n  - {id: x, size: 2, -sql: {kind: digest}}\n  - {id: y, size: 2, -sql: {kind: host}}\n"

  @Test func `docs, spellings and queries are carried to the program`() throws {
    let meta = """
      meta:
        id: a
        -sql:
          kinds:
            digest: {doc: What it comes to., spellings: {short: Digest.short, long: Digest.long}}
          value-queries: q.sql
          clickhouse-value-queries: c.sql

      """
    let files = [
      "q.sql": """
      -- Of this file.

      -- digest: Where it came from
      -- The first
      -- and the last.
      select id from message where x = :short or x = :value;
      -- address: Flows
      select id from flow where srcip = :value;
      """, "c.sql": "-- digest: Where it came from\nselect id from message where x in (:short, :long)",
    ]
    let lines = try specification(meta + fields, files: files)
    let start = try #require(lines.firstIndex { $0.hasPrefix("static let valueKinds") })
    #expect(lines.contains("valueKinds: valueKinds,"))
    #expect(
      Array(lines[(start + 1)...].prefix(while: { $0 != "]" })) == [
        "SpecificationInfo.ValueKind(", #""digest", doc: "What it comes to.","#, "spellings: [",
        #"SpecificationInfo.Spelling("short", Digest.short),"#, #"SpecificationInfo.Spelling("long", Digest.long),"#,
        "],", "queries: [", "SpecificationInfo.TitledQuery(",
        #""Where it came from", doc: "The first and the last.", "#
          + #""select id from message where x = :short or x = :value", "#
          + #"clickHouse: "select id from message where x in (:short, :long)"),"#, "]),",
        "SpecificationInfo.ValueKind(", #""address","#, "spellings: [", "],", "queries: [",
        "SpecificationInfo.TitledQuery(", #""Flows", "select id from flow where srcip = :value"),"#, "]),",
      ])
  }

  @Test(
    arguments: [
      ("{kinds: {disgest: {}}}", "3:18: no column has values of the kind 'disgest'; did you mean 'digest'?"),
      (
        "{kinds: {Digest: {}}}",
        "3:18: 'Digest' is no name: lower-case letters, digits and '_' are allowed, a letter first"
      ),
      ("{kinds: {digest: {dok: x}}}", "3:27: unknown key 'dok' in a kind; did you mean 'doc'?"),
      ("{kinds: [digest]}", "3:17: 'kinds' must be a mapping, not a list"),
      (
        "{kinds: {digest: {spellings: {short: a-b}}}}",
        "3:46: a spelling is the name of a Swift function, such as Sensor.text"
      ),
      (
        "{kinds: {digest: {spellings: {value: a}}}}",
        "3:39: ':value' is the value itself; give the spelling another name"
      ),
      ("{value-queries: q.sql}", "3:25: cannot read 'q.sql'"),
      (
        "{clickhouse-value-queries: c.sql}",
        "3:36: 'clickhouse-value-queries' needs 'value-queries', whose names it uses"
      ),
    ])
  func `what is wrong of kinds is told at its place`(sql: String, problem: String) {
    #expect(problems("meta:\n  id: a\n  -sql: \(sql)\n\(fields)").contains("t.ksy:" + problem))
  }

  @Test func `queries are held against tables, kinds and parameters, at their lines`() {
    func told(_ queries: String, _ others: String? = nil) -> [String] {
      let more = others == nil ? "" : ", clickhouse-value-queries: c.sql"
      let sql = "{kinds: {digest: {spellings: {short: D.short}}}, value-queries: q.sql\(more)}"
      return problems(
        "meta:\n  id: a\n  -sql: \(sql)\n\(fields)", files: ["q.sql": queries, "c.sql": others ?? ""])
    }
    let good = "-- digest: One\nselect x from message where x = :value;\n"
    #expect(told(good, "-- digest: One\nselect x from message where x = :short ? 1 : 2").isEmpty)
    #expect(
      told("-- digest: One\nselect x,\n  z from message where x = :value;") == [
        "q.sql:3:1: the query 'digest: One': no such column: z"
      ])
    #expect(
      told("-- digest: One\ndelete from message where x = :value;") == [
        "q.sql:2:1: the query 'digest: One' does more than read"
      ])
    #expect(
      told("-- digest: One\nselect 1;") == [
        "q.sql:2:1: the query 'digest: One' does not ask about the value: it lacks :value"
      ])
    #expect(
      told("-- digest: One\nselect :shrot;") == [
        "q.sql:2:1: the query 'digest: One' has a parameter :shrot, which nobody gives a value; did you mean ':short'?"
      ])
    #expect(
      told("-- host: One\nselect :short;").map { $0.prefix(51) } == [
        "q.sql:2:1: the query 'host: One' has a parameter :s"
      ])
    #expect(
      told("-- digest: One\nselect ?;").map { $0.prefix(53) } == [
        "q.sql:2:1: the query 'digest: One' has a parameter ?,"
      ])
    #expect(
      told("-- digset: One\nselect :value;") == [
        "q.sql:2:1: no column has values of the kind 'digset'; did you mean 'digest'?"
      ])
    for comment in ["-- One", "", "-- :One", "-- digest:", "-- Di gest: One"] {
      #expect(
        told("\(comment)\nselect :value;").map { $0.prefix(50) } == [
          "q.sql:2:1: a query needs a comment above it with t"
        ],
        "\(comment)")
    }
    #expect(told(good + good) == ["q.sql:4:1: there are two queries 'digest: One'"])
    #expect(
      told(good, "-- digest: On\nselect :value") == [
        "c.sql:2:1: there is no query 'digest: On' in q.sql; did you mean 'digest: One'?"
      ])
    #expect(
      told(good, "-- digest: One\nselect :long") == [
        "c.sql:2:1: the query 'digest: One' has a parameter :long, which nobody gives a value"
      ])
  }

  // MARK: Elsewhere

  @Test func `references and comparisons know kinds`() throws {
    let text = "meta: {id: a}\nseq:\n  - {id: x, size: 2, -sql: {kind: digest}}\n"
    let texts = ["a.ksy": text, "b.ksy": text.replacing("digest", with: "[digest, key]")]
    let generator = Generator { texts[$0] }
    #expect(generator.reference("b.ksy", isHTML: false).text.contains("kind digest<br>kind key"))
    let comparison = try #require(generator.compare("a.ksy", "b.ksy").0)
    #expect(comparison.text.contains("~ message.x: kind digest -> digest, key") && comparison.migrates)
  }
}
