import ClickHouseSchema
import Foundation
import ParserRuntime
import Testing

@testable import Capture
@testable import ClickHouseStore

/// A server with the tables of a store, and what sensors write to it.
final class StoreUnderTest: Sendable {
  let server: ClickHouseServer
  private let client: ClickHouseClient

  init() throws {
    server = try ClickHouseServer()
    client = try ClickHouseClient(try Self.address(server.port))
    var database = ClickHouseRequest("CREATE DATABASE nano")
    database.inDatabase = false
    _ = try client.execute(database)
    for statement in ClickHouseSchema(SampleRows.info, flavour: .plain).statements {
      _ = try client.execute(ClickHouseRequest(statement))
    }
  }

  static func address(_ port: Int) throws -> ClickHouseAddress {
    try ClickHouseAddress("clickhouse://127.0.0.1:\(port)/nano")
  }

  /// Opens the store for writing.
  /// - Parameter port: of what is between; nil for the server's own.
  func session(
    _ folder: String, port: Int? = nil, pace: BatchSender.Pace = StoreUnderTest.pace,
    _ change: (inout SensorOptions) -> Void = { _ in }
  ) throws -> ClickHouseSession {
    var options = SensorOptions(stateFolder: folder)
    // Servers slow down where many small batches come.
    options.sealTime = 0.15
    change(&options)
    return try ClickHouseSession(
      ClickHouseAccess(address: try Self.address(port ?? server.port)), options, info: SampleRows.info, pace: pace)
  }

  /// As the program's, but for pauses that are no longer than it takes to start a server.
  static let pace = BatchSender.Pace(longestPause: 0.1, timeout: .seconds(10), heartbeat: 1)

  /// The only value of a query's result.
  func value(_ query: String) throws -> String { try client.value(query) }

  /// How many rows a table has of those with ids from `first`.
  func count(_ table: String, from first: Int64 = 0, to last: Int64 = .max) throws -> RowCount {
    try client.count(table, from: first, to: last)
  }

  /// Holds what is in all tables that sample rows go to against what a sensor wrote.
  func expect(_ batches: Int, of messages: Int, from first: Int64, _ comment: Comment) throws {
    try client.expect(batches, of: messages, from: first, comment)
  }
}

extension ClickHouseSession {
  /// Writes batches of a connection, and so many messages each, one after another.
  /// - Parameter each: called after each.
  /// - Returns: The first id.
  @discardableResult
  func write(batches: Int, messages: Int, _ each: (Int) throws -> Void = { _ in }) throws -> Int64 {
    let ids = try nextIDs()
    var number = 0
    try withSink { sink in
      try SampleRows.forEachBatch(ids, messages: messages) { rows in
        try sink.write(rows)
        try each(number)
        number += 1
        return number < batches
      }
    }
    return ids[0]
  }

  /// Waits until the store has everything.
  func waitUntilSent() throws {
    // A server that never comes back is not waited for for ever.
    let deadline = ContinuousClock.now + .seconds(300)
    try drain { _ in ContinuousClock.now < deadline }
    #expect(health?.waitingBatches == 0)
  }
}
