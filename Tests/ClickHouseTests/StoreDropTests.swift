import Foundation
import NanoParser
import Testing

@testable import Capture
@testable import ClickHouseStore

/// Days that are past are removed from a store whose server does not do that by itself.
@Suite struct StoreDropTests {
  private let server: ClickHouseServer
  private let folder: TestFolder

  init() throws {
    server = try ClickHouseServer()
    folder = try TestFolder()
  }

  private var address: String { "clickhouse://default@127.0.0.1:\(server.port)/nano" }

  private func program(_ arguments: String...) throws -> ProgramRun {
    let run = try ProgramRun(arguments + ["--store", address], in: folder)
    run.wait()
    return run
  }

  /// A store with two messages, a vote, its hashes and a connection on each of these days.
  private func filled(_ days: ClosedRange<Int64>, on server: ClickHouseServer) throws -> ClickHouseStore {
    var options = ClickHouseStore.Options()
    options.findsByValue = true
    let store = try ClickHouseStore(try server.address(), for: NanoSpecification.info, options: options)
    try store.prepare()
    let client = try server.client()
    for day in days {
      let time = SampleRows.noon + day * SampleRows.day
      for statement in [
        "INSERT INTO message (id, time_us) VALUES (\(2 * day + 100), \(time)), (\(2 * day + 101), \(time))",
        "INSERT INTO vote (id, time_us) VALUES (\(day + 100), \(time))",
        "INSERT INTO vote_hash (vote_id, hash, time_us) VALUES (\(day + 100), 'A', \(time)), (\(day + 100), 'B', \(time))",
        "INSERT INTO flow_state (id, opened_us) VALUES (\(day + 100), \(time))",
        "INSERT INTO run_state (id) VALUES (\(day + 100))",
      ] { _ = try client.execute(ClickHouseRequest(statement)) }
    }
    return store
  }

  private func counts(_ server: ClickHouseServer) throws -> [Int64] {
    try ["message", "vote", "vote_hash", "flow_state", "run_state"].map {
      try server.client().integer(ClickHouseRequest("SELECT count() FROM \($0)"))
    }
  }

  @Test func `days that are past go from all tables, and nothing else`() throws {
    // 2026-11-23 to 2026-11-27.
    let store = try filled(-3...1, on: server)
    let end = try #require(UTCDay("2026-11-25"))
    let found = try store.days(before: end)
    #expect(Set(found.map(\.day.description)) == ["2026-11-23", "2026-11-24"])
    #expect(Set(found.map(\.table)) == ["message", "vote", "vote_hash", "flow_state"])
    #expect(found.filter { $0.table == "message" }.map(\.rows) == [2, 2] && found.allSatisfy { $0.bytes > 0 })
    for stored in found { try store.drop(stored) }
    #expect(try store.days(before: end).isEmpty)
    #expect(try counts(server) == [6, 3, 6, 3, 5])
    let first = try server.client().integer(ClickHouseRequest("SELECT min(time_us) FROM message"))
    #expect(first == SampleRows.noon - SampleRows.day)
  }

  @Test func `the command tells what it removes, and removes nothing in a trial`() throws {
    _ = try filled(-2_000...(-1_997), on: server)
    let before = try counts(server)
    let trial = try program("store", "drop", "--before", "2021-06-07", "--dry-run")
    #expect(trial.status == 0, "\(trial.errors)")
    #expect(trial.output.split(separator: "\n").count == 2 && trial.output.contains("2021-06-05: 6 rows in 4 tables"))
    #expect(trial.output.contains("would be removed"))
    #expect(try counts(server) == before)
    let run = try program("store", "drop", "--before", "20210607")
    #expect(run.status == 0 && run.output.contains("bytes removed") && run.errors.isEmpty, "\(run.errors)")
    #expect(try counts(server) == [4, 2, 4, 2, 4])
    let again = try program("store", "drop", "--before", "2021-06-07")
    #expect(again.status == 0 && again.output.contains("there is nothing from before 2021-06-07"))
    // All of it is older than that.
    #expect(try program("store", "drop", "--keep-days", "1").status == 0)
    #expect(try counts(server) == [0, 0, 0, 0, 4])
  }

  @Test func `what is no day in the past is refused, and nothing is removed`() throws {
    _ = try filled(-2_000...(-1_999), on: server)
    let before = try counts(server)
    for arguments in [
      [], ["--before", "2026-02-30"], ["--before", "yesterday"], ["--before", "2026-8-1"], ["--before", "2099-01-01"],
      ["--keep-days", "0"], ["--keep-days", "-3"], ["--keep-days", "x"],
      ["--before", "2021-06-07", "--keep-days", "3"],
    ] {
      let run = try ProgramRun(["store", "drop", "--store", address] + arguments, in: folder)
      run.wait()
      #expect(run.status != 0 && !run.errors.isEmpty, "\(arguments)")
    }
    let cluster = try program("store", "drop", "--before", "2021-06-07", "--cluster", "east")
    #expect(cluster.status == 1 && cluster.errors.contains("leave out --cluster"))
    #expect(try counts(server) == before)
  }

  @Test func `what a server does not remove is told, and the exit status says so`() throws {
    let strict = try ClickHouseServer(extra: "<max_partition_size_to_drop>400</max_partition_size_to_drop>")
    _ = try filled(-2_000...(-2_000), on: strict)
    let address = "clickhouse://default@127.0.0.1:\(strict.port)/nano"
    let run = try ProgramRun(["store", "drop", "--store", address, "--before", "2021-06-07"], in: folder)
    run.wait()
    let left = try counts(strict)
    #expect(run.status == 1 && run.errors.contains("partitions are still there"), "\(run.errors)")
    #expect(run.errors.contains("2021-06-05 of message: ") && run.errors.contains("359"))
    #expect(left[0] == 2)
  }

  @Test func `days are those of the calendar`() {
    var day: UTCDay? = UTCDay("1970-01-01")
    var days = 0
    while let known = day, known.description < "2106-01-01" {
      guard UTCDay(known.description) == known, UTCDay(known.text) == known else {
        Issue.record("\(known)")
        break
      }
      day = known.advanced(by: 1)
      days += 1
    }
    #expect(days == 49_673)
    for text in [
      "1900-02-29", "1970-00-01", "2026-02-29", "2026-11-31", "2026-1-01", "+2026-1-1", "2026--1-1", "", "２０２６1126",
    ] {
      #expect(UTCDay(text) == nil, "\(text)")
    }
    #expect(UTCDay("2024-02-29")?.advanced(by: 366)?.description == "2025-03-01")
    #expect(UTCDay("1970-01-02")?.advanced(by: -2) == nil)
  }
}
