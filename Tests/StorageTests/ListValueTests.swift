import Foundation
import GRDB
import NanoParser
import ParserRuntime
import Testing

@testable import Capture

/// Rows are found by the values of their lists, and by a table of these where it was made.
@Suite struct ListValueTests {
  private let folder: Folder
  private let store: DatabaseFile
  private let info = NanoSpecification.info

  init() throws {
    folder = try Folder()
    store = DatabaseFile(path: folder.path("a.db"), info: info)
  }

  private func imports(_ name: String) throws {
    let samples = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Samples")
    _ = try Importer(into: store, as: NanoSpecification.self).run([samples.appending(path: name).path], again: true)
  }

  private func rows(_ sql: String) throws -> [[QueryValue]] {
    let cursor = try store.queries.query(sql, .none, QueryControl())
    var rows: [[QueryValue]] = []
    while try cursor.step() { rows.append(cursor.row) }
    return rows
  }

  /// What the table should have, by the lists themselves.
  private func expected() throws -> Set<[QueryValue]> {
    let votes = try rows("SELECT id, packet_id, hashes FROM vote WHERE hashes <> ''")
    return Set(
      votes.flatMap { vote in
        vote[2].resultText.split(separator: ",").map { [.text(String($0)), vote[0], vote[1]] }
      })
  }

  private func expectTable() throws {
    let found = try rows("SELECT hash, vote_id, packet_id FROM vote_hash")
    let expected = try expected()
    #expect(Set(found) == expected && found.count == expected.count && !expected.isEmpty)
  }

  @Test func `the table of a list's values follows the rows`() throws {
    try imports("node-v24-bootstrap.pcap")
    try store.makeIndices()
    try expectTable()
    let before = try rows("SELECT count(*) FROM vote_hash")
    try imports("node-v25-ascending.pcap")
    try expectTable()
    #expect(try rows("SELECT count(*) FROM vote_hash") != before)
    // What is there is not made a second time.
    try store.makeIndices()
    try expectTable()
    #expect(try store.queries.indices(QueryControl()).allSatisfy(\.exists))
    let database = try CaptureDatabase(path: store.path, name: store.path, info: info)
    try database.withWriter { db in
      let count = try #require(try Int64.fetchOne(db, sql: "SELECT count(*) FROM vote_hash"))
      let middle = try #require(try Int64.fetchOne(db, sql: "SELECT (min(time_us) + max(time_us)) / 2 FROM message"))
      let window = try RollingWindow(db, info, Retention(seconds: 10), time: { Double(middle) / 1e6 + 10 })
      while try window.removePortion() {}
      let left = try #require(try Int64.fetchOne(db, sql: "SELECT count(*) FROM vote_hash"))
      #expect(left > 0 && left < count)
    }
    try database.close()
    try expectTable()
  }

  @Test func `a list without values has none in the table`() throws {
    try imports("node-v24-bootstrap.pcap")
    func write(_ sql: String) throws {
      let database = try CaptureDatabase(path: store.path, name: store.path, info: info)
      try database.withWriter { try $0.execute(sql: sql) }
      try database.close()
    }
    try write("UPDATE vote SET hashes = '' WHERE id = (SELECT min(id) FROM vote WHERE hashes <> '')")
    try store.makeIndices()
    try expectTable()
    for list in ["''", "NULL"] {
      try write(
        "INSERT INTO vote (id, packet_id, hashes) SELECT max(id) + 1, min(packet_id), \(list) FROM vote")
      try expectTable()
    }
  }

  @Test func `a table that could not be made whole is not there`() throws {
    try imports("node-v24-bootstrap.pcap")
    let database = try CaptureDatabase(path: store.path, name: store.path, info: info)
    try database.withWriter { db in
      try db.execute(sql: "CREATE TRIGGER vote_hash_delete AFTER DELETE ON vote BEGIN SELECT 1; END")
    }
    try database.close()
    #expect(throws: CaptureError.self) { try store.makeIndices() }
    #expect(try store.queries.indices(QueryControl()).first { $0.name == "vote_hash" }?.exists == false)
  }

  @Test func `answers are the same with the table and without`() throws {
    try imports("node-v24-bootstrap.pcap")
    try imports("node-v25-ascending.pcap")
    let lists = try rows("SELECT hashes FROM vote WHERE instr(hashes, ',') ORDER BY id")
    let hashes = Set(lists.prefix(40).compactMap { $0[0].resultText.split(separator: ",").last.map(String.init) })
    let texts = hashes.sorted().prefix(5) + [String(repeating: "0", count: 64), "A", ",", ""]
    let kind = try #require(info.valueKinds.first { $0.name == "block_hash" })
    let votes = try #require(kind.queries.first { $0.title == "Who voted when" })
    func answers() throws -> [[[QueryValue]]] {
      try texts.flatMap { text in
        let search = ValueSearch(text, in: info, .kinds)
        var filter = MessageFilter()
        let isHash = !text.isEmpty && text != ","
        let condition = !isHash ? "type == keepalive" : "vote.hashes == \"\(text)\" and not vote.hashes == \"1\""
        filter.condition = try FilterLanguage(info).condition(condition)
        let questions: [StoreQuestion] = [
          .places(search), .occurrences(search, limit: 100), .messages(filter, from: 0, limit: 1000),
        ]
        let cursors =
          try questions.map { try store.queries.answer($0, QueryControl()) }
          + [
            store.queries.rows(RowRequest("message", where: [.message(try #require(filter.condition))]), QueryControl())
          ]
        let answered = try cursors.map { cursor in
          var rows: [[QueryValue]] = []
          while try cursor.step() { rows.append(cursor.row) }
          return rows
        }
        let parameters = QueryParameters.named(["value": .text(text)])
        return try answered + [
          rows(store.queries.statement(votes, parameters, QueryControl())),
          rows(store.queries.statement(.messages(filter))),
        ]
      }
    }
    let without = try answers()
    #expect(without.prefix(6).allSatisfy { !$0.isEmpty })
    try store.makeIndices()
    #expect(try answers() == without)
    #expect(try store.queries.statement(votes, .named(["value": .text("A")]), QueryControl()).contains("vote_hash"))
  }

  @Test func `a subquery stands for a table that is not there`() throws {
    let missing = ValueTables(of: info.valueLists, names: [])
    let own = "select 1 from vote_hash where hash = :value"
    let completed = missing.complete(own, ["value", "key"])
    #expect(completed.hasPrefix("WITH vote_hash AS (SELECT") && completed.hasSuffix("\n" + own))
    #expect(completed.contains(":value AS") && completed.contains(" UNION ALL ") && completed.contains(":key AS"))
    #expect(
      missing.complete("with recursive x as (\(own)) select * from x", ["value"])
        .hasPrefix("with recursive vote_hash AS (SELECT"))
    for other in ["select vote_hash_x from vote", "select my_vote_hash from t", "select 1"] {
      #expect(missing.complete(other, ["value"]) == other)
    }
    #expect(missing.complete(own, []) == own)
    #expect(ValueTables(of: info.valueLists, names: ["vote_hash"]).complete(own, ["value"]) == own)
  }
}
