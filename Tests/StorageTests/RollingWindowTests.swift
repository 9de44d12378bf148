import Foundation
import GRDB
import NanoParser
import ParserRuntime
import Testing

@testable import Capture

/// What is kept of a capture that never ends.
@Suite struct RollingWindowTests {
  private let folder: Folder
  private let info = NanoSpecification.info
  private static let samples = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Samples")

  init() throws { folder = try Folder() }

  /// A database with the messages of a capture, so many times.
  private func imported(_ sample: String = "node-v24-bootstrap.pcap", times: Int = 1) throws -> CaptureDatabase {
    let store = DatabaseFile(path: folder.path("a.db"), info: info)
    let importer = Importer(into: store, as: NanoSpecification.self)
    for _ in 0..<times { _ = try importer.run([Self.samples.appending(path: sample).path], again: true) }
    return try folder.store()
  }

  private func count(_ db: Database, _ sql: String) throws -> Int { try Int.fetchOne(db, sql: sql) ?? -1 }

  /// Rows that refer to one that is not there, by table and column.
  private func dangling(_ db: Database) throws -> [String] {
    try (info.tables + EngineTables.all).flatMap { table in
      try table.columns.compactMap { column in
        guard case .reference(let target) = column.role else { return nil }
        let lost = try count(
          db,
          """
          SELECT count(*) FROM "\(table.name)" WHERE "\(column.name)" NOT NULL
          AND "\(column.name)" NOT IN (SELECT id FROM "\(target)")
          """)
        return lost == 0 ? nil : "\(lost) of \(table.name).\(column.name)"
      }
    }
  }

  private func rows(_ db: Database) throws -> Int {
    try (info.tables + [EngineTables.flow, EngineTables.flowEvent, EngineTables.decodeIssue])
      .reduce(0) { try $0 + count(db, "SELECT count(*) FROM \"\($1.name)\"") }
  }

  // MARK: Time

  @Test func `what is older goes, what is not stays, and references are whole at each step`() throws {
    let store = try imported()
    try store.withWriter { db in
      #expect(try dangling(db) == [])
      let (first, last) = try (
        count(db, "SELECT min(time_us) FROM message"), count(db, "SELECT max(time_us) FROM message")
      )
      let middle = (first + last) / 2
      let kept = try Int.fetchAll(db, sql: "SELECT id FROM message WHERE time_us >= \(middle) ORDER BY id")
      let peers = try Int.fetchAll(
        db,
        sql: """
          SELECT k.id FROM keepalive_host k JOIN message m ON m.id = k.packet_id WHERE m.time_us >= \(middle) ORDER BY 1
          """)
      try #require(!kept.isEmpty && !peers.isEmpty)
      // A time that is exactly so long after the middle.
      let window = try RollingWindow(
        db, info, Retention(seconds: 10), portion: 100, time: { Double(middle) / 1e6 + 10 })
      var portions = 0
      while try window.removePortion() {
        portions += 1
        #expect(try dangling(db) == [])
      }
      #expect(portions > 1)
      #expect(try Int.fetchAll(db, sql: "SELECT id FROM message ORDER BY id") == kept)
      #expect(try Int.fetchAll(db, sql: "SELECT id FROM keepalive_host ORDER BY id") == peers)
      #expect(try count(db, "SELECT count(*) FROM flow_event WHERE time_us < \(middle)") == 0)
      #expect(try count(db, "SELECT count(*) FROM decode_issue WHERE time_us < \(middle)") == 0)
      #expect(try count(db, "SELECT count(*) FROM flow WHERE closed_us < \(middle)") == 0)
      #expect(try String.fetchAll(db, sql: "PRAGMA integrity_check") == ["ok"])
    }
    try store.close()
  }

  @Test func `an answer is told as long as its request is there`() throws {
    let store = try imported("node-v25-ascending.pcap")
    try store.withWriter { db in
      let answers = "SELECT count(*) FROM message_answer"
      let (all, middle) = try (
        count(db, answers), count(db, "SELECT time_us FROM message_answer ORDER BY time_us LIMIT 1 OFFSET 30")
      )
      let kept = try count(
        db,
        """
        \(answers) a JOIN message q ON q.id = a.request_message_id WHERE q.id >= (
          SELECT min(id) FROM message WHERE time_us >= \(middle))
        """)
      try #require(all > 60 && kept > 10 && kept < all)
      let window = try RollingWindow(
        db, info, Retention(seconds: 10), portion: 7, time: { Double(middle) / 1e6 + 10 })
      while try window.removePortion() {
        #expect(try dangling(db) == [])
        #expect(try count(db, "\(answers) WHERE message_id NOT IN (SELECT id FROM message)") == 0)
      }
      #expect(try count(db, answers) == kept)
    }
    try store.close()
  }

  @Test func `in the end nothing is left but the runs`() throws {
    let store = try imported(times: 2)
    try store.withWriter { db in
      #expect(try rows(db) > 5_000)
      // Connections that outlived their run are over with the next one.
      try db.execute(sql: "UPDATE flow SET closed_us = NULL, close_reason = NULL WHERE run_id = 1 AND id % 2 = 0")
      let window = try RollingWindow(db, info, Retention(seconds: 1), time: { 4e9 })
      while try window.removePortion() {}
      #expect(try rows(db) == 0)
      #expect(try count(db, "SELECT count(*) FROM run") == 2)
    }
    try store.close()
  }

  @Test func `connections stay while they are open, and while there is anything of them`() throws {
    let store = try imported()
    try store.withWriter { db in
      try db.execute(
        sql: """
          DELETE FROM flow_event; DELETE FROM decode_issue; DELETE FROM message;
          UPDATE flow SET closed_us = NULL, close_reason = NULL WHERE id = (SELECT min(id) FROM flow);
          INSERT INTO flow_event (id, flow_id, time_us) SELECT 1, max(id), 3000000000000000 FROM flow
          """)
      let wanted = try Int.fetchAll(db, sql: "SELECT min(id) FROM flow UNION SELECT max(id) FROM flow ORDER BY 1")
      let window = try RollingWindow(db, info, Retention(seconds: 1), time: { 2e9 })
      while try window.removePortion() {}
      #expect(try Int.fetchAll(db, sql: "SELECT id FROM flow ORDER BY id") == wanted)
    }
    try store.close()
  }

  @Test func `connections are looked through only where some have ended`() throws {
    let store = try folder.store()
    try store.withWriter { db in
      // A message each second, one connection that is open all the time, and one that ends with the last but one hundred.
      try db.execute(
        sql: """
          INSERT INTO run (id, kind) VALUES (1, 'live');
          INSERT INTO flow (id, run_id, opened_us) VALUES (1, 1, 0);
          INSERT INTO flow (id, run_id, opened_us, closed_us) VALUES (2, 1, 0, 900000000);
          WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
          INSERT INTO message (id, flow_id, time_us) SELECT i, 1 + (i <= 900 AND i % 2), i * 1000000 FROM n;
          """)
      let window = try RollingWindow(db, info, Retention(seconds: 10), portion: 10, time: { 1000 })
      var portions = 0
      while try window.removePortion() { portions += 1 }
      #expect(portions > 90 && window.flowSearches > 0)
      #expect(window.flowSearches < 5, "\(window.flowSearches) of \(portions)")
      #expect(try Int.fetchAll(db, sql: "SELECT id FROM flow") == [1])
    }
    try store.close()
  }

  // MARK: Size

  @Test func `the oldest go while there is too much, and the space is used again`() throws {
    let store = try imported(times: 4)
    try store.withWriter { db in
      func used() throws -> Int {
        try (count(db, "PRAGMA page_count") - count(db, "PRAGMA freelist_count")) * count(db, "PRAGMA page_size")
      }
      let (before, last) = try (used(), count(db, "SELECT max(id) FROM message"))
      // Half of a small limit is for rows.
      let window = try RollingWindow(db, info, Retention(bytes: before), portion: 200)
      var steps = 0
      while try window.removePortion() {
        steps += 1
        #expect(try dangling(db) == [])
      }
      #expect(try steps > 0 && used() <= before / 2)
      #expect(try count(db, "SELECT max(id) FROM message") == last)
      // No more than a portion beyond what was needed.
      #expect(try used() > before / 4)
      let pages = try count(db, "PRAGMA page_count")
      try db.execute(sql: "CREATE TABLE more (x); INSERT INTO more VALUES (zeroblob(\(before / 8)))")
      #expect(try count(db, "PRAGMA page_count") == pages)
    }
    try store.close()
  }

  @Test func `connections without a message go too`() throws {
    let store = try folder.store()
    try store.withWriter { db in
      try db.execute(
        sql: """
          INSERT INTO run (id, kind) VALUES (1, 'live');
          WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
          INSERT INTO flow (id, run_id, opened_us, closed_us, srcip) SELECT i, 1, i * 10, i * 10 + 5, hex(zeroblob(20)) FROM n;
          INSERT INTO flow_event (id, flow_id, time_us, event) SELECT id, id, opened_us, 'opened' FROM flow
          """)
      let window = try RollingWindow(db, info, Retention(bytes: 2_000_000))
      while try window.removePortion() {}
      let left = try count(db, "SELECT count(*) FROM flow_event")
      #expect(left > 0 && left < 15_000)
      #expect(try abs(count(db, "SELECT count(*) FROM flow") - left) <= 1)
      #expect(try dangling(db) == [])
    }
    try store.close()
  }

  // MARK: Beside a capture

  @Test func `a sink keeps to the window, and without one keeps all`() throws {
    let store = try imported()
    let before = try store.withWriter { try rows($0) }
    try store.withSink { try $0.commit() }
    #expect(try store.withWriter { try rows($0) } == before)
    // Time enough for all of it, in several calls.
    #expect(
      try holds {
        try store.withSink(keeping: Retention(seconds: 1)) { try $0.commit() }
        return try store.withWriter { try rows($0) } == 0
      })
    try store.close()
  }
}
