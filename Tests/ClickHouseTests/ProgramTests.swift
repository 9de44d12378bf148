import Foundation
import Testing

@testable import ClickHouseStore

/// The program on a store of ClickHouse's.
@Suite struct ProgramTests {
  private let server: ClickHouseServer
  private let folder: TestFolder

  init() throws {
    server = try ClickHouseServer()
    folder = try TestFolder()
  }

  private func nanocap(_ arguments: String..., environment: [String: String] = [:]) throws -> ProgramRun {
    try ProgramRun.ended(arguments, environment: environment, in: folder)
  }

  private var name: String { "clickhouse://default@127.0.0.1:\(server.port)/nano" }

  @Test func `a store is made, checked and asked`() throws {
    let missing = try nanocap("store", "check", "--store", name)
    #expect(missing.status == 1 && missing.errors.contains("nanocap store create"))
    let refused = try nanocap("serve", "--store", name, "--port", "0")
    #expect(refused.status == 1 && refused.errors.contains("nanocap store create"))
    let made = try nanocap("store", "create", "--store", name)
    #expect(made.status == 0, "\(made.errors)")
    #expect(try nanocap("store", "check", "--store", name).status == 0)
    #expect(try nanocap("store", "migrate", "--store", name).status == 0)
    let found = try nanocap(
      "query", "select count(*) as n, max(value) as m from enum_message_type", "--store", name, "--format", "json")
    #expect(found.output.contains("\"n\":") && found.status == 0, "\(found.errors)")
    let wrong = try nanocap("query", "select nothing", "--store", name)
    #expect(wrong.status == 1 && wrong.errors.contains("nothing"))
    _ = try server.client().execute(ClickHouseRequest("ALTER TABLE vote DROP COLUMN vbh"))
    let differs = try nanocap("store", "check", "--store", name)
    #expect(differs.status == 1 && differs.errors.contains("vote lacks the column vbh"))
  }

  @Test func `the schema is that of the server`() throws {
    let plain = try nanocap("schema", "--store", name)
    #expect(plain.status == 0 && plain.output.contains("ENGINE = MergeTree") && !plain.output.contains("CODEC"))
    #expect(try nanocap("schema").output.contains("INTEGER PRIMARY KEY"))
    // A server that is away is not needed for it.
    let current = try nanocap("schema", "--store", "clickhouse://127.0.0.1:1/nano", "--cluster", "east")
    #expect(current.output.contains("CODEC(Delta, ZSTD(1))"))
  }

  @Test func `a store and a file are not both written to`() throws {
    let both = try nanocap("query", "select 1", "--store", name, "--database", "x.db")
    #expect(both.status == 1 && both.errors.contains("rows are kept in one of them"))
    let config = folder.path("nanocap.config")
    try #"{"database": "x.db", "store": "\#(name)"}"#.write(toFile: config, atomically: true, encoding: .utf8)
    #expect(try nanocap("query", "select 1").errors.contains("rows are kept in one of them"))
    // What is nearer counts.
    try #"{"database": "x.db"}"#.write(toFile: config, atomically: true, encoding: .utf8)
    #expect(try nanocap("store", "create", "--store", name).status == 0)
    #expect(try nanocap("query", "select 42", "--store", name).output.contains("42"))
    try #"{"store": "\#(name)"}"#.write(toFile: config, atomically: true, encoding: .utf8)
    #expect(try nanocap("query", "select 43").output.contains("43"))
    #expect(try nanocap("query", "select 1", "--database", "no.db").errors.contains("no.db"))
  }

  @Test func `a password comes from a file or the environment, and is never shown`() throws {
    let secret = ClickHouseServer.password
    let name = "clickhouse://secret@127.0.0.1:\(server.port)/nano"
    let file = folder.path("password")
    try "\(secret)\n".write(toFile: file, atomically: true, encoding: .utf8)
    #expect(try nanocap("store", "create", "--store", name, "--store-password-file", file).status == 0)
    let environment = ["NANOCAP_STORE_PASSWORD": secret]
    let found = try nanocap("query", "select 1", "--store", name, environment: environment)
    #expect(found.status == 0 && found.errors.isEmpty, "\(found.errors)")
    let shown = try nanocap("config", "show", "--store", name, environment: environment)
    #expect(shown.status == 0 && !shown.output.contains(secret) && !shown.errors.contains(secret))
    for wrong in ["", "wrong"] {
      let refused = try nanocap("query", "select 1", "--store", name, environment: ["NANOCAP_STORE_PASSWORD": wrong])
      #expect(refused.status == 1 && !refused.errors.contains("select"))
    }
    let inAddress = try nanocap(
      "query", "select 1", "--store", "clickhouse://secret:\(secret)@127.0.0.1:\(server.port)/nano")
    #expect(inAddress.status == 1 && !inAddress.errors.contains(secret))
    #expect(!server.log.contains(secret))
  }

  @Test func `what is sent is smaller where it is compressed`() throws {
    #expect(try nanocap("store", "create", "--store", name).status == 0)
    let line = try UnreliableLine(to: server.port, seed: 1)
    defer { line.stop() }
    line.repair()
    let sample = CopiedStore.samples.appending(path: "node-v24-bootstrap.pcap").path
    func sent(_ settings: String...) throws -> Int {
      let before = line.sentBytes
      let run = try ProgramRun.ended(
        ["import", sample, "--again", "--store", "clickhouse://127.0.0.1:\(line.port)/nano"]
          + settings.flatMap { ["--set", $0] }, in: folder)
      #expect(run.status == 0, "\(run.errors)")
      return line.sentBytes - before
    }
    let plain = try sent()
    #expect(try sent("store_compress=true") < plain * 2 / 3)
    #expect(try nanocap("query", "select count() as n from message", "--store", name).output.contains("2882"))
    let wrong = try nanocap("import", sample, "--store", name, "--set", "store_seal_seconds=0")
    #expect(wrong.status != 0 && wrong.errors.contains("store_seal_seconds"))
  }

  @Test func `a file's rows are sent to a store, and not a second time`() throws {
    let sample = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Samples/node-v24-bootstrap.pcap").path
    #expect(try nanocap("import", sample, "--database", "a.db").status == 0)
    #expect(try nanocap("push", "a.db").errors.contains("no store is named"))
    #expect(try nanocap("push", "a.db", "--store", name).errors.contains("nanocap store create"))
    #expect(try nanocap("store", "create", "--store", name).status == 0)
    let counted = "select count() as n, uniqExact(id) as ids from message"
    for pushed in ["1,441 messages", "0 messages"] {
      let run = try nanocap("push", "a.db", "--store", name)
      #expect(run.status == 0 && run.output.contains(pushed), "\(run.errors) \(run.output)")
      #expect(try nanocap("query", counted, "--store", name, "--format", "csv").output.contains("1441,1441"))
    }
    for (file, reason) in [(sample, "is no database"), ("none.db", "there is no such file")] {
      let run = try nanocap("push", file, "--store", name)
      #expect(run.status == 1 && run.errors.contains(reason), "\(run.errors)")
    }
  }
}
