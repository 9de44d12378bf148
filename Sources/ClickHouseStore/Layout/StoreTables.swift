import Capture
import ClickHouseSchema
import Foundation
import ParserRuntime

/// Makes a store's tables, and holds those that are there against a description.
struct StoreTables {
  let client: ClickHouseClient
  let info: SpecificationInfo
  /// What the servers' configuration calls the cluster; nil for a single server.
  let cluster: String?
  /// Days after which the server removes rows; nil for never.
  var retentionDays: Int?
  /// Whether there are to be tables in which rows are found by the values of lists.
  var findsByValue = false

  /// What is there, and how it differs from what a description asks for.
  struct Comparison {
    /// Tables that are not there.
    var missing: [String] = []
    /// Columns that are not there, with their table.
    var lacking: [(table: ClickHouseSchema.Place, column: ClickHouseColumn)] = []
    /// What cannot be made right by adding something, in words.
    var conflicts: [String] = []
    /// Views that are not there.
    var missingViews: [String] = []
    /// Those of the tables of values that are there: whoever made the store has chosen.
    var valueTables: Set<String> = []

    /// Whether rows can be written and read.
    var isFit: Bool { missing.isEmpty && lacking.isEmpty && conflicts.isEmpty && missingViews.isEmpty }

    /// Each difference in a few words.
    var lines: [String] {
      missing.map { "the table \($0) is missing" }
        + lacking.map { "\($0.table.name) lacks the column \($0.column.name)" } + conflicts
        + missingViews.map { "the view \($0) is missing" }
    }
  }

  /// What the server is to be told.
  func schema() throws(CaptureError) -> ClickHouseSchema {
    let version = try asking { () throws(ClickHouseFailure) in try client.version() }
    return ClickHouseSchema(
      info, flavour: .init(version),
      cluster: cluster.map { ClickHouseSchema.Cluster($0, database: client.address.database) },
      retentionDays: retentionDays, findsByValue: findsByValue)
  }

  /// Makes the database and everything in it that is not there.
  func create() throws(CaptureError) {
    let database = ClickHouseText.name(client.address.database)
    let place = cluster.map { " ON CLUSTER \(ClickHouseText.name($0))" } ?? ""
    if try !hasDatabase() { try execute("CREATE DATABASE IF NOT EXISTS \(database)\(place)", inDatabase: false) }
    let schema = try schema()
    for statement in schema.tableStatements { try execute(statement) }
    try nameValues(schema)
    for statement in schema.viewStatements { try execute(statement) }
  }

  /// Adds tables and columns that are not there, and makes views anew. Nothing that has rows is removed.
  /// - Returns: What was added, each in a few words.
  /// - Throws: Where something differs that cannot be added.
  func migrate() throws(CaptureError) -> [String] {
    guard try hasDatabase() else { throw noDatabase }
    let schema = try schema()
    let found = try compare(schema)
    guard found.conflicts.isEmpty else {
      throw CaptureError(
        "\(name): the tables were made by another version of the description '\(info.name)': "
          + "\(found.conflicts.joined(separator: "; ")). Use another database, or the version that made them")
    }
    let hosts = found.lacking.contains { $0.table.rows == .shard } ? try shardHosts(schema) : []
    for (table, column) in found.lacking {
      for statement in schema.addition(of: column, to: table) {
        for host in table.rows == .shard ? hosts : [nil] { try execute(statement, on: host) }
      }
    }
    for statement in schema.tableStatements { try execute(statement) }
    try nameValues(schema)
    // A view has no rows, and whether it is still the same the server does not tell.
    for statement in schema.viewRemovals + schema.viewStatements { try execute(statement) }
    return found.lines
  }

  /// Holds what is there against the description.
  /// - Throws: Where the server cannot be asked, or has no such database.
  func compare() throws(CaptureError) -> Comparison {
    guard try hasDatabase() else { throw noDatabase }
    return try compare(try schema())
  }

  /// Whether the database has any of the tables.
  func exist() throws(CaptureError) -> Bool {
    guard try hasDatabase() else { return false }
    return try !columns().isEmpty
  }

  private func compare(_ schema: ClickHouseSchema) throws(CaptureError) -> Comparison {
    let there = try columns()
    var found = Comparison()
    let chosen = schema.valueTables.filter { there[$0.name] != nil }
    found.valueTables = Set(chosen.map(\.name))
    let unasked = chosen.filter { !schema.tables.contains($0) }
    for place in schema.places + schema.places(of: unasked) {
      let (name, table) = (place.name, place.table)
      guard let columns = there[name] else {
        found.missing.append(name)
        continue
      }
      for column in table.columns {
        guard let type = columns.first(where: { $0.name == column.name })?.type else {
          found.lacking.append((place, column))
          continue
        }
        // Either flavour's will do: the values are the same.
        if type != column.type.name, type != "LowCardinality(\(column.type.name))" {
          found.conflicts.append("\(name).\(column.name) is \(type), not \(column.type.name)")
        }
      }
      for column in columns where !table.columns.contains(where: { $0.name == column.name }) {
        found.conflicts.append("\(name) has a column \(column.name) that the description lacks")
      }
    }
    found.missingViews =
      ([ClickHouseSchema.sensorTable.view].compactMap(\.self) + schema.views.map(\.name)).filter { there[$0] == nil }
    return found
  }

  /// Puts names for values into their tables where they are not there, or others are.
  private func nameValues(_ schema: ClickHouseSchema) throws(CaptureError) {
    for table in schema.nameTables where !table.entries.isEmpty {
      let rows = try lines(
        "SELECT toString(value), name, ifNull(doc, '') FROM \(ClickHouseText.name(table.name)) FINAL")
      let known = Set(rows)
      let missing = table.entries.filter { !known.contains(["\($0.value)", $0.name, $0.doc ?? ""]) }
      guard !missing.isEmpty else { continue }
      try execute(schema.insertion(table, missing))
      if let merging = schema.merging(table) { try execute(merging) }
    }
  }

  // MARK: The server

  var name: String { client.address.description }

  private var noDatabase: CaptureError {
    CaptureError("\(name): there is no such database; make it with '\(info.program.name) store create'")
  }

  private func hasDatabase() throws(CaptureError) -> Bool {
    let database = ClickHouseText.literal(client.address.database)
    return try !lines("SELECT name FROM system.databases WHERE name = \(database)", inDatabase: false).isEmpty
  }

  /// The columns of everything in the database, by table.
  private func columns() throws(CaptureError) -> [String: [(name: String, type: String)]] {
    let database = ClickHouseText.literal(client.address.database)
    let rows = try lines("SELECT table, name, type FROM system.columns WHERE database = \(database)", inDatabase: false)
    return Dictionary(grouping: rows.filter { $0.count == 3 }) { $0[0] }.mapValues { $0.map { ($0[1], $0[2]) } }
  }

  /// The values of a result, as texts.
  private func lines(_ statement: String, inDatabase: Bool = true) throws(CaptureError) -> [[String]] {
    let query = ClickHouseQueries(client, info)
    do throws(QueryError) {
      return try query.texts(statement, inDatabase: inDatabase)
    } catch {
      throw CaptureError(error.description)
    }
  }

  /// What the servers' own tables say. Not by way of queries, which may not look at other servers.
  /// - Parameters:
  ///   - timeout: how long the answer may take.
  ///   - host: which server; nil for any.
  func systemRows(
    _ statement: String, timeout: Duration = .seconds(300), on host: ClickHouseAddress.Host? = nil
  ) throws(ClickHouseFailure) -> [[String]] {
    var request = ClickHouseRequest(statement, timeout: timeout)
    request.inDatabase = false
    return try client.rows(request, on: host)
  }

  /// Runs a statement on one server.
  /// - Parameter host: which one; nil for any.
  func execute(
    _ statement: String, inDatabase: Bool = true, on host: ClickHouseAddress.Host? = nil
  ) throws(CaptureError) {
    try asking { () throws(ClickHouseFailure) in
      // On a cluster it waits for all servers, which may be busy.
      var request = ClickHouseRequest(statement, timeout: .seconds(300))
      request.inDatabase = inDatabase
      _ = try client.execute(request, on: host)
    }
  }

  func asking<Result>(_ body: () throws(ClickHouseFailure) -> Result) throws(CaptureError) -> Result {
    do throws(ClickHouseFailure) { return try body() } catch { throw CaptureError("\(name): \(error)") }
  }
}

extension ClickHouseSchema.Flavour {
  /// What a server of a version understands.
  init(_ version: ClickHouseVersion) {
    // Of those between 19 and 23 none was tried: codecs, indices, TTL and LowCardinality were all there by then, in part
    // as experiments.
    self = version >= ClickHouseVersion(23, 3) ? .current : .plain
  }
}
