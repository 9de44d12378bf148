import Capture
import ClickHouseSchema
import Foundation
import NanoParser
import ParserRuntime
import Testing

@testable import ClickHouseStore

/// The sample captures in a file of SQLite's, and the same rows in a server.
struct CopiedStore {
  /// A sensor's number; ids begin with it, so none of them is a number that JavaScript can hold.
  static let sensor: Int64 = 500

  let server: ClickHouseServer
  let file: DatabaseFile
  let store: ClickHouseStore
  private let folder: TestFolder

  static let samples = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Samples")

  /// One for all tests, which only read.
  static let shared = Result {
    let copied = try CopiedStore()
    AtEnd.run { [url = copied.folder.url] in try? FileManager.default.removeItem(at: url) }
    return copied
  }

  private init() throws {
    folder = try TestFolder()
    server = try ClickHouseServer.shared.get()
    file = DatabaseFile(path: folder.path("a.db"), info: NanoSpecification.info)
    var options = DecodingOptions()
    options.storesBytes = true
    let captures = ["node-v24-bootstrap.pcap", "node-v25-ascending.pcap"].map { Self.samples.appending(path: $0).path }
    _ = try Importer(into: file, as: NanoSpecification.self, options: options).run(captures)
    store = try server.store()
    try store.prepare()
    try RowCopier(from: file.queries, to: server.client()).run()
  }
}

extension ClickHouseServer {
  func address(user: String = "default", database: String = "nano") throws -> ClickHouseAddress {
    try ClickHouseAddress("clickhouse://\(user)@127.0.0.1:\(port)/\(database)")
  }

  func store(user: String = "default", database: String = "nano") throws -> ClickHouseStore {
    try ClickHouseStore(try address(user: user, database: database), for: NanoSpecification.info)
  }

  func client(database: String = "nano") throws -> ClickHouseClient {
    try ClickHouseClient(try address(database: database))
  }
}

/// Puts the rows of a file into a server by INSERT … VALUES: slow, but no code of the store's has a part in it.
private struct RowCopier {
  private let engine: any QueryEngine
  private let client: ClickHouseClient
  /// The time of each message, and each connection's row.
  private var times: [Int64: Int64] = [:]
  private var flows: [Int64: [String: QueryValue]] = [:]

  init(from engine: any QueryEngine, to client: ClickHouseClient) throws {
    self.engine = engine
    self.client = client
    for row in try rows("message") { times[row["id"].number] = row["time_us"].number }
    for row in try rows("flow") { flows[row["id"].number] = row }
  }

  func run() throws {
    var seen: Set<String> = []
    for (source, table) in zip(NanoSpecification.info.batchTables, ClickHouseLayout(NanoSpecification.info).tables)
    where seen.insert(source.name).inserted {
      let rows = try rows(source.name)
      for start in stride(from: 0, to: rows.count, by: 5000) {
        let values = rows[start..<min(start + 5000, rows.count)].map { row in
          "(\(table.columns.map { ReadingStatement.literal(value($0, of: row, source)) }.joined(separator: ",")))"
        }
        let columns = table.columns.map { ClickHouseText.name($0.name) }.joined(separator: ",")
        let statement =
          "INSERT INTO \(ClickHouseText.name(table.name)) (\(columns)) VALUES \(values.joined(separator: ","))"
        _ = try client.execute(ClickHouseRequest(statement, timeout: .seconds(300)))
      }
    }
  }

  private func rows(_ table: String) throws -> [[String: QueryValue]] {
    let cursor = try engine.rows(RowRequest(table), QueryControl())
    var rows: [[String: QueryValue]] = []
    while try cursor.step() {
      rows.append(Dictionary(zip(cursor.columns, cursor.row)) { first, _ in first })
    }
    return rows
  }

  private func value(
    _ column: ClickHouseColumn, of row: [String: QueryValue], _ table: SpecificationInfo.Table
  ) -> QueryValue {
    switch column.source {
    case .batch(let number):
      let column = table.columns[number]
      return column.isID ? row[column.name].shifted : row[column.name] ?? .null
    case .sensor: return .integer(CopiedStore.sensor)
    case .time:
      return .integer(times[(row["packet_id"] ?? row["message_id"]).number] ?? 0)
    case .flow(let column):
      let value = flows[row["flow_id"].number]?[column.definition.name]
      return column == .run ? value.shifted : value ?? .null
    // Only tables of values have those, and none is copied.
    case .value: return .null
    case .version: return .integer(1)
    case .droppedRows: return .integer(0)
    }
  }
}

extension SpecificationInfo.Column {
  /// Whether values are ids, which are others in a store that many sensors share.
  var isID: Bool {
    switch role {
    case .key, .reference, .content: true
    case .value, .contentTable: false
    }
  }
}

extension QueryValue? {
  fileprivate var number: Int64 { if case .integer(let value)? = self { value } else { 0 } }

  /// An id of a file as the sensor would have given it.
  var shifted: QueryValue {
    guard case .integer(let value)? = self else { return self ?? .null }
    return .integer(CopiedStore.sensor << 48 | value)
  }
}
