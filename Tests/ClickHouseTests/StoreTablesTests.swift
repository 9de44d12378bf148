import Capture
import ClickHouseSchema
import Foundation
import NanoParser
import ParserRuntime
import Testing

@testable import ClickHouseStore

/// How a store's tables are made, looked at and added to.
@Suite struct StoreTablesTests {
  private let server: ClickHouseServer

  init() throws { server = try ClickHouseServer() }

  @Test func `a store is made once, and again without harm`() throws {
    let store = try server.store()
    #expect(!store.exists)
    let none = #expect(throws: CaptureError.self) { try store.differences() }
    #expect(none?.description.contains("nanocap store create") == true)
    try store.prepare()
    #expect(store.exists)
    try store.prepare()
    #expect(try store.differences().isEmpty)
    #expect(try store.migrate().isEmpty)
    // Names of values are there once, however often they were put in.
    for names in NanoSpecification.info.nameTables {
      let count = try rows(store.queries.counts(of: names.name, by: [], QueryControl()))
      #expect(count == [[.integer(Int64(names.entries.count))]], "\(names.name)")
    }
  }

  @Test func `what is printed is what is made`() throws {
    let store = try server.store()
    try store.prepare()
    let other = try server.store(database: "printed")
    let client = try server.client(database: "printed")
    var create = ClickHouseRequest("CREATE DATABASE printed")
    create.inDatabase = false
    _ = try client.execute(create)
    for statement in other.definition { _ = try client.execute(ClickHouseRequest(statement)) }
    #expect(try other.differences().isEmpty)
    func tables(_ store: ClickHouseStore, _ database: String) throws -> [[String]] {
      try rows(
        store.queries.query(
          "select name, engine, create_table_query from system.tables where database = currentDatabase() order by name",
          .none, QueryControl())
      ).map { $0.map { $0.resultText.replacing("\(database).", with: "") } }
    }
    #expect(try tables(store, "nano") == tables(other, "printed"))
    #expect(try rows(other.queries.counts(of: "enum_message_type", by: [], QueryControl())) != [[.integer(0)]])
  }

  @Test func `missing tables and columns are named and added, and rows stay`() throws {
    let store = try server.store()
    try store.prepare()
    let client = try server.client()
    for statement in [
      "INSERT INTO vote (id, packet_id, account) VALUES (7, 6, 'a')", "ALTER TABLE vote DROP COLUMN vbh",
      "DROP TABLE telemetry", "DROP TABLE packet", "ALTER TABLE enum_message_type DELETE WHERE value = 5",
    ] { _ = try client.execute(ClickHouseRequest(statement)) }
    // The server removes rows after it has answered.
    #expect(
      try holds { try client.value("SELECT count() FROM enum_message_type WHERE value = 5") == "0" })
    #expect(
      try store.differences() == [
        "the table telemetry is missing", "vote lacks the column vbh", "the view packet is missing",
      ])
    let refused = #expect(throws: CaptureError.self) { _ = try store.open(for: .sharing) }
    #expect(refused?.description.contains("nanocap store migrate") == true)
    #expect(try store.migrate().count == 3)
    #expect(try store.differences().isEmpty)
    let kept = try rows(
      store.queries.rows(RowRequest("vote", columns: ["id", "account", "vbh"]), QueryControl()))
    #expect(kept == [[.integer(7), .text("a"), .integer(0)]])
    let names = RowRequest("enum_message_type", columns: ["name"], where: [.equal("value", .integer(5))])
    #expect(try rows(store.queries.rows(names, QueryControl())) == [[.text("confirm_ack")]])
  }

  @Test func `what cannot be added is named, and nothing is changed`() throws {
    let store = try server.store()
    try store.prepare()
    let client = try server.client()
    for statement in [
      "ALTER TABLE vote DROP COLUMN account", "ALTER TABLE vote ADD COLUMN account UInt8",
      "ALTER TABLE message ADD COLUMN more String", "DROP TABLE telemetry",
    ] { _ = try client.execute(ClickHouseRequest(statement)) }
    let error = #expect(throws: CaptureError.self) { _ = try store.migrate() }
    #expect(error?.description.contains("vote.account is UInt8, not String") == true)
    #expect(error?.description.contains("message has a column more that the description lacks") == true)
    #expect(try store.differences().contains("the table telemetry is missing"))
  }

  @Test func `all sensors' rows are not removed from here`() throws {
    let store = try server.store()
    #expect(throws: CaptureError.self) { try store.removeData() }
  }

  @Test func `rows that are replaced are shown once`() throws {
    let store = try server.store()
    try store.prepare()
    let client = try server.client()
    for (version, closed) in [(1, "NULL"), (2, "5000000"), (1, "NULL")] {
      _ = try client.execute(
        ClickHouseRequest(
          "INSERT INTO flow_state (id, run_id, opened_us, closed_us, version) VALUES (3, 1, 1000000, \(closed), \(version))"
        ))
    }
    #expect(
      try rows(store.queries.query("select id, closed_us from flow", .none, QueryControl())) == [
        [.integer(3), .integer(5_000_000)]
      ])
    #expect(try rows(store.queries.rows(RowRequest("flow"), QueryControl())).count == 1)
    #expect(try rows(store.queries.counts(of: "flow", by: [], QueryControl())) == [[.integer(1)]])
    #expect(
      try rows(store.queries.answer(.flowTotals(address: nil, MessageFilter()), QueryControl()))[0][0] == .integer(1))
  }
}
