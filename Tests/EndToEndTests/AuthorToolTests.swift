import Foundation
import Testing

/// `parsergen` as its users have it: through the command line, and what it writes given to the programs it is for.
@Suite struct AuthorToolTests {
  private let folder: TemporaryFolder
  private static let nano = Place.root.appending(path: "protocol/nano.ksy").path

  init() throws { folder = try TemporaryFolder() }

  private func parsergen(_ arguments: String...) throws -> Outcome {
    try run(Place.programs.appending(path: "parsergen"), arguments)
  }

  private func description(_ text: String, _ name: String = "test.ksy") throws -> String {
    let path = folder.path(name)
    try Data(text.utf8).write(to: URL(filePath: path))
    return path
  }

  // MARK: check

  private struct Problem: Decodable {
    var file: String, line: Int, column: Int, severity: String, message: String, path: String?
  }

  @Test func `problems can be read by machines`() throws {
    let path = try description("meta: {id: test, endian: le}\nseq:\n  - id: a\n    type: u3\n  - id: b\n    size: c\n")
    let outcome = try parsergen("check", path, "--format", "json")
    #expect(outcome.status == 1)
    let problems = try JSONDecoder().decode([Problem].self, from: Data(outcome.output.utf8))
    #expect(problems.map(\.line) == [4, 6] && problems.allSatisfy { $0.file == path && $0.severity == "error" })
    #expect(problems.first?.column == 11 && problems.first?.path == "/seq/0/type")
    let clean = try parsergen("check", Self.nano, "--format", "json")
    #expect(clean.status == 0 && clean.output.trimmingCharacters(in: .whitespacesAndNewlines).hasPrefix("["))
    let remarks = try JSONDecoder().decode([Problem].self, from: Data(clean.output.utf8))
    #expect(remarks.allSatisfy { $0.severity == "warning" })
    for command in ["docs", "graph", "wireshark", "sql"] {
      let outcome = try parsergen(command, path)
      #expect(outcome.status == 1 && outcome.errors.contains(":4:11: error: unknown type 'u3'"), "\(command)")
      #expect(outcome.output.isEmpty)
    }
    #expect(try parsergen("docs", folder.path("none.ksy")).errors.contains("cannot read"))
  }

  @Test func `style is remarked on, and no mistake`() throws {
    let path = try description("meta: {id: test}\nseq:\n  - {id: n, type: u1}\n  - {id: data, size: n}\n")
    let remark = "\(path):3:10: warning: 'n' is the size of 'data': name it 'len_data' (/seq/0/id)"
    let outcome = try parsergen("check", path)
    #expect(outcome.status == 0 && outcome.errors == remark + "\n")
    let documents = try parsergen("check", path, "--format", "json")
    let problems = try JSONDecoder().decode([Problem].self, from: Data(documents.output.utf8))
    #expect(documents.status == 0 && problems.map(\.severity) == ["warning"] && problems.first?.path == "/seq/0/id")
    let generated = try parsergen("generate", path, "--output", folder.path("generated"))
    #expect(generated.status == 0 && generated.errors.isEmpty, "a build is not the place for it")
  }

  @Test func `imports are found in import paths`() throws {
    let path = try description("meta: {id: test, imports: [/common/part]}\nseq:\n  - {id: a, type: part}\n")
    let common = folder.path("library/common")
    try FileManager.default.createDirectory(atPath: common, withIntermediateDirectories: true)
    try Data("meta: {id: part}\nseq:\n  - {id: b, type: u1}\n".utf8).write(to: URL(filePath: common + "/part.ksy"))
    let paths = ["--import-path", folder.path("none"), "--import-path", folder.path("library")]
    for command in [["check"], ["generate", "--output", folder.path("generated")], ["sql"], ["docs"]] {
      let outcome = try run(Place.programs.appending(path: "parsergen"), command + [path] + paths)
      #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(command): \(outcome.errors)")
    }
    let lost = try parsergen("check", path)
    #expect(lost.status == 1)
    #expect(
      lost.errors
        == "\(path):1:28: error: no import path is given in which to find '/common/part' (/meta/imports/0)\n")
  }

  // MARK: sql

  @Test func `PostgreSQL takes the tables`() throws {
    let sql = try parsergen("sql", Self.nano, "--dialect", "postgresql").output
    let server = try #require(
      try FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql").sorted().last.map {
        "/usr/lib/postgresql/\($0)/bin"
      })
    // PostgreSQL refuses to be root.
    let user = getuid() == 0 ? ["runuser", "-u", "postgres", "--"] : []
    let home = folder.path("postgres")
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    if getuid() == 0 {
      try system("chown", "postgres", home)
      try system("chmod", "755", folder.url.path)
    }
    let made = try run(
      URL(filePath: "/usr/bin/env"),
      user + ["\(server)/initdb", "-D", "\(home)/data", "-N", "-A", "trust", "-E", "UTF8"])
    try #require(made.status == 0, "\(made.errors)")
    let script = folder.url.appending(path: "script.sql")
    // A lookup is filled twice, as it is whenever a description is used again.
    let again = sql.components(separatedBy: ";\n\n").first { $0.hasPrefix("INSERT INTO enum_network") } ?? ""
    let query = "SELECT count(*) AS columns FROM information_schema.columns WHERE table_name = 'vote'"
    try Data((sql + again + ";\n\n" + query + ";\n\n").utf8).write(to: script)
    let outcome = try run(
      URL(filePath: "/usr/bin/env"), user + ["\(server)/postgres", "--single", "-j", "-D", "\(home)/data", "postgres"],
      input: script)
    #expect(!outcome.errors.contains("ERROR"), "\(outcome.errors)")
    let sqlite = folder.path("tables.db")
    let tables = folder.url.appending(path: "tables.sql")
    try Data(try parsergen("sql", Self.nano).output.utf8).write(to: tables)
    #expect(try run(URL(filePath: "/usr/bin/env"), ["sqlite3", sqlite], input: tables).status == 0)
    let columns = try Database(sqlite).count("SELECT count(*) FROM pragma_table_info('vote')")
    #expect(outcome.output.contains("columns = \"\(columns)\""), "\(outcome.output.suffix(500))")
  }

  @Test func `the program makes the tables that are printed, and that views are checked against`() throws {
    func statements(_ text: String) -> [String] {
      text.components(separatedBy: ";\n").map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
        // The names of enums' values are put in when a database is opened.
        .filter { !$0.isEmpty && !$0.hasPrefix("INSERT") }
    }
    let printed = statements(try parsergen("sql", Self.nano).output)
    let made = statements(try nanocap("schema").output)
    #expect(printed.count > 30 && printed == made)
  }

  @Test func `ClickHouse's tables have its types, engines and comments`() throws {
    let sql = try parsergen("sql", Self.nano, "--dialect", "clickhouse").output
    let statements = sql.components(separatedBy: ";\n\n")
    let vote = try #require(statements.first { $0.hasPrefix("CREATE TABLE IF NOT EXISTS \"vote\"") })
    #expect(vote.contains("\"id\" Int64 CODEC(Delta, ZSTD(1)),"))
    #expect(vote.contains("\"account\" String COMMENT 'The representative' CODEC(ZSTD(1))"))
    #expect(vote.contains("\"hashes\" Nullable(String) COMMENT") && vote.contains("\"sensor\" UInt16"))
    #expect(vote.contains("PARTITION BY toYYYYMMDD(") && vote.contains("ORDER BY (\"packet_id\", \"id\")"))
    #expect(vote.hasSuffix("COMMENT 'A representative\\'s vote'"))
    #expect(!sql.contains("INTEGER") && !sql.contains("TEXT") && !sql.contains("/*") && !sql.contains("OR REPLACE"))
    #expect(sql.contains("CREATE VIEW IF NOT EXISTS \"packet\" AS SELECT"))
    let plain = try parsergen("sql", Self.nano, "--dialect", "clickhouse-plain").output
    #expect(plain.contains("\"id\" Int64,") && !plain.contains("CODEC") && !plain.contains("LowCardinality"))
    #expect(try parsergen("sql", Self.nano, "--dialect", "oracle").status == 64)
  }

  @Test func `ClickHouse's store makes the tables that are printed`() throws {
    // A store that is away gets what servers of today get.
    func schema(byValue: Bool) throws -> String {
      try nanocap(
        "schema", "--store", "clickhouse://127.0.0.1:1/nano", "--set", "store_by_value=\(byValue)"
      ).output
    }
    let (made, without) = (try schema(byValue: true), try schema(byValue: false))
    let printed = try parsergen("sql", Self.nano, "--dialect", "clickhouse").output
    func statements(_ text: String) -> [String] {
      text.components(separatedBy: ";\n").map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }.filter {
        !$0.isEmpty
      }
    }
    #expect(statements(made).count > 50 && statements(made) == statements(printed))
    // Of the tables of values a store has none that is not asked for.
    #expect(statements(made).filter { !$0.contains("vote_hash") } == statements(without))
    #expect(statements(made).count == statements(without).count + 1)
  }

  // MARK: docs and graph

  @Test func `the reference has every type, field and enum, and pictures with their places`() throws {
    let markdown = try parsergen("docs", Self.nano).output
    let html = try parsergen("docs", Self.nano, "--format", "html").output
    let schema = try parsergen("sql", Self.nano).output
    #expect(!schema.isEmpty)
    let ksy = try String(contentsOfFile: Self.nano, encoding: .utf8)
    for match in ksy.matches(of: #/- id: ([a-z0-9_]+)/#) {
      #expect(markdown.contains("`\(match.1)`") && html.contains("<code>\(match.1)</code>"), "\(match.1)")
    }
    let links = Set(html.matches(of: /href="#([^"]+)"/).map { String($0.1) })
    let anchors = Set(html.matches(of: /id="([^"]+)"/).map { String($0.1) })
    #expect(links.count > 40 && links.isSubset(of: anchors), "\(links.subtracting(anchors))")
    let header = try #require(markdown.range(of: "### header\n"))
    let section = markdown[header.upperBound...].prefix(1500)
    #expect(section.contains("Always 8 bytes.") && section.contains("| 6 | 2 | `extensions` | u2le |"))
    #expect(section.contains("     0 | magic  | networ…|"))
    // Behind 32 + 32 + 32 bytes comes the balance, then the link.
    let state = try #require(markdown.range(of: "### block_state\n"))
    let picture = markdown[state.upperBound...].prefix(1500)
    #expect(picture.contains("    96 | balance (16 bytes)") && picture.contains("   112 | link (32 bytes)"))
    #expect(picture.contains("   208 | work  "), "\(picture)")
    #expect(markdown.contains("`message_type::keepalive`: [msg_keepalive](#msg_keepalive)"))
  }

  @Test func `Graphviz draws the graph`() throws {
    let graph = folder.url.appending(path: "nano.dot")
    #expect(try parsergen("graph", Self.nano, "--output", graph.path).status == 0)
    let svg = try system("dot", "-Tsvg", graph.path)
    #expect(svg.status == 0 && svg.errors.isEmpty, "\(svg.errors)")
    for type in ["header", "msg_asc_pull_ack", "frontier_response"] { #expect(svg.output.contains(">\(type)</text>")) }
    #expect(svg.output.contains("answered by") && svg.output.contains("message_type::publish"))
  }

  // MARK: compare

  @Test func `a comparison tells wire, tables and migration`() throws {
    let text = try String(contentsOfFile: Self.nano, encoding: .utf8)
    try FileManager.default.copyItem(
      atPath: Place.root.appending(path: "protocol/nano.views.sql").path, toPath: folder.path("nano.views.sql"))
    func compare(_ old: String, _ new: String, _ status: Int32 = 0) throws -> String {
      let path = try description(text.replacing(old, with: new), "new.ksy")
      let outcome = try parsergen("compare", Self.nano, path, "--exit-code")
      #expect(outcome.status == status, "\(outcome.errors)")
      return outcome.output
    }
    let docs = try compare("doc: The letter R.", "doc: Always the letter R.")
    #expect(docs.contains("Wire: nothing") && docs.contains("Schema: the tables are the same"))
    let size = try compare("      - id: port\n        type: u2\n", "      - id: port\n        type: u4be\n", 1)
    #expect(size.contains("~ peer.port: type u2le -> u4be") && size.contains("~ peer: bytes 18 -> 20"))
    #expect(size.contains("are extended when they are opened"))
    let mask = try compare("(extensions & 0x0f00) >> 8", "(extensions & 0x0700) >> 8", 1)
    #expect(mask.contains("~ header.block_type: value (extensions & 0xf00) >> 8 -> (extensions & 0x700) >> 8"))
    let field = try compare(
      "      - id: age\n", "      - id: depth\n        type: u1\n        doc: New.\n      - id: age\n", 1)
    #expect(
      field.contains("+ msg_frontier_req.depth (type u1)")
        && field.contains("+ frontier_request.depth (column INTEGER)"))
    #expect(field.contains("~ msg_frontier_req: fields start, age, count -> start, depth, age, count"))
    let renamed = try compare("-sql: {column: msg_type}", "-sql: {column: kind}", 1)
    #expect(renamed.contains("- message.msg_type (column INTEGER)") && renamed.contains("Wire: nothing"))
    #expect(renamed.contains("cannot be written to with the new one"))
    let missing = try compare("        'message_type::publish': msg_publish\n", "", 1)
    #expect(missing.contains("- nano.body: case message_type::publish msg_publish"))
    let stream = try compare("{answered-by: frontier_response}", "{followed-by: frontier_response}", 1)
    #expect(stream.contains("- msg_frontier_req: answered-by frontier_response"))

    struct Comparison: Decodable {
      struct Change: Decodable { var place: String, aspect: String, before: String?, after: String? }
      var wire: [Change], schema: [Change], obstacles: [String]
    }
    let path = try description(text.replacing("    0x41: {id: dev,", with: "    0x44: {id: dev,"), "new.ksy")
    let json = try parsergen("compare", Self.nano, path, "--format", "json")
    #expect(json.status == 0)
    let comparison = try JSONDecoder().decode(Comparison.self, from: Data(json.output.utf8))
    #expect(comparison.schema.isEmpty && comparison.obstacles.isEmpty && comparison.wire.count == 1)
    let change = try #require(comparison.wire.first)
    #expect(change.place == "network::dev" && change.before == "65" && change.after == "68")
  }

  @Test func `what a comparison says of databases is what happens to them`() throws {
    let path = folder.path("old.db")
    try nanocap("import", Place.samples.appending(path: "node-v25-ascending.pcap").path, "--database", path)
    // The same difference in the other direction: the database has a column that the description lacks.
    try system(
      "sqlite3", path, "DROP VIEW packet; DROP VIEW connection; ALTER TABLE vote RENAME COLUMN sequence TO number")
    let outcome = try nanocap(
      "import", Place.samples.appending(path: "node-v25-ascending.pcap").path, "--database", path)
    let text = try String(contentsOfFile: Self.nano, encoding: .utf8)
    try FileManager.default.copyItem(
      atPath: Place.root.appending(path: "protocol/nano.views.sql").path, toPath: folder.path("nano.views.sql"))
    let old = try description(text.replacing("{column: sequence}", with: "{column: number}"), "old.ksy")
    let told = try parsergen("compare", old, Self.nano).output
    #expect(outcome.status == 1 && outcome.errors.contains("vote has a column number that the description lacks"))
    #expect(told.contains("vote has a column number that the new description lacks"))
  }
}
