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
  /// The statement that removes them.
  let removal: String
  /// The servers that are told; nil for any.
  let hosts: [ClickHouseAddress.Host?]
}

extension StoreTables {
  /// What the tables have of days that are past, in the order of days.
  /// - Throws: Where the servers cannot be asked, or are those of a cluster that is not named.
  func days(before end: UTCDay) throws(CaptureError) -> [StoredDay] {
    let schema = try schema()
    try checkCluster()
    let hosts = try shardHosts(schema)
    let tables = Dictionary(schema.dailyTables.map { (schema.storedName($0), $0) }) { first, _ in first }
    // Of a shard's replicas one is asked.
    let parts = cluster.map { "cluster(\(ClickHouseText.literal($0)), system.parts)" } ?? "system.parts"
    let found = try rows(
      "SELECT table, partition, sum(rows), sum(bytes) FROM \(parts) WHERE active AND database = "
        + "\(ClickHouseText.literal(client.address.database)) GROUP BY table, partition ORDER BY partition, table")
    return found.compactMap { row in
      guard row.count == 4, let table = tables[row[0]], let day = UTCDay(row[1]), day < end,
        let partition = Int(day.text)
      else { return nil }
      return StoredDay(
        day: day, table: table.name, rows: Int(row[2]) ?? 0, bytes: Int(row[3]) ?? 0,
        removal: schema.removal(of: partition, from: table), hosts: hosts)
    }
  }

  /// Removes them.
  func drop(_ stored: StoredDay) throws(CaptureError) {
    for host in stored.hosts { try execute(stored.removal, on: host) }
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

  private func rows(_ statement: String) throws(CaptureError) -> [[String]] {
    try asking { () throws(ClickHouseFailure) in
      try systemRows(statement)
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
