public import Capture
import ClickHouseSchema
import ParserRuntime

/// The rows of one day in one of a store's tables.
public struct StoredDay: Sendable, Equatable {
  /// The day, in UTC.
  public var day: UTCDay
  /// The table that has them.
  public var table: String
  /// How many there are.
  public var rows: Int
  /// What they take up on the servers' disks, each row once.
  public var bytes: Int
}

extension StoreTables {
  /// What the tables have of days that are past, in the order of days.
  /// - Throws: Where the servers cannot be asked, or are those of a cluster that is not named.
  func days(before end: UTCDay) throws(CaptureError) -> [StoredDay] {
    let schema = try schema()
    try checkCluster()
    let tables = Dictionary(schema.dailyTables.map { (schema.storedName($0), $0.name) }) { first, _ in first }
    // Of a shard's replicas one is asked.
    let parts = cluster.map { "cluster(\(ClickHouseText.literal($0)), system.parts)" } ?? "system.parts"
    let found = try rows(
      "SELECT table, partition, sum(rows), sum(bytes) FROM \(parts) WHERE active AND database = "
        + "\(ClickHouseText.literal(client.address.database)) GROUP BY table, partition ORDER BY partition, table")
    return found.compactMap { row in
      guard row.count == 4, let table = tables[row[0]], let day = UTCDay(row[1]), day < end else { return nil }
      return StoredDay(day: day, table: table, rows: Int(row[2]) ?? 0, bytes: Int(row[3]) ?? 0)
    }
  }

  /// Removes them.
  func drop(_ stored: StoredDay) throws(CaptureError) {
    let schema = try schema()
    guard let table = schema.dailyTables.first(where: { $0.name == stored.table }), let day = Int(stored.day.text)
    else { return }
    try execute(schema.removal(of: day, from: table))
  }

  /// Without the cluster's name its servers would look as if they had nothing.
  private func checkCluster() throws(CaptureError) {
    let database = ClickHouseText.literal(client.address.database)
    let engines = try rows(
      "SELECT engine FROM system.tables WHERE database = \(database) AND name = 'message'")
    guard let engine = engines.first?.first else { throw noTables }
    guard (engine == "Distributed") == (cluster != nil) else {
      throw CaptureError(
        cluster == nil
          ? "\(name): the tables are those of a cluster, so name it with --cluster"
          : "\(name): the tables are those of a single server, so leave out --cluster")
    }
  }

  private var noTables: CaptureError {
    CaptureError("\(name): has no tables; make them with '\(info.program.name) store create'")
  }

  /// The lines of an answer. Not by way of queries, which may not look at other servers.
  private func rows(_ statement: String) throws(CaptureError) -> [[String]] {
    let text = try asking { () throws(ClickHouseFailure) in
      var request = ClickHouseRequest(statement + " FORMAT TabSeparated", timeout: .seconds(300))
      request.inDatabase = false
      return try client.text(request)
    }
    return text.split(separator: "\n").map { line in
      line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
  }
}

extension ClickHouseSchema {
  /// Tables whose rows are kept by days, also those that a store need not have.
  fileprivate var dailyTables: [ClickHouseTable] {
    (tables + valueTables.filter { !tables.contains($0) }).filter { $0.timeColumn != nil }
  }
}

extension ClickHouseStore {
  /// What its tables have of days that are past, in the order of days.
  /// - Throws: Where the servers cannot be asked, or are those of a cluster that is not named.
  public func days(before end: UTCDay) throws(CaptureError) -> [StoredDay] { try tables.days(before: end) }

  /// Removes the rows of a day from a table, for all sensors. There is no way back.
  /// - Throws: Where the server refuses, or cannot be asked.
  public func drop(_ stored: StoredDay) throws(CaptureError) { try tables.drop(stored) }
}
