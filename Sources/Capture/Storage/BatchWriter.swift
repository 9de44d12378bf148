import CSQLite
import GRDB
import ParserRuntime

/// Inserts batches of rows. Values are bound from the batch's memory through the raw statements, without a copy: this
/// is where an import spends its time.
final class BatchWriter {
  /// Rows after which a transaction is committed; it is committed after half a second anyway, since they have waited
  /// before.
  private static let commitRows = 100_000
  private static let commitTime = Duration.milliseconds(500)

  private let database: Database
  private let info: SpecificationInfo
  /// One for each table of the description, then those of the engine.
  private let statements: [Statement]
  private var isOpen = false
  private var pendingRows = 0
  private var begun: ContinuousClock.Instant
  private let now: () -> ContinuousClock.Instant
  private(set) var rowCount = 0

  /// - Parameter now: the clock that transactions are timed by.
  init(
    _ database: Database, _ info: SpecificationInfo, now: @escaping () -> ContinuousClock.Instant = { .now }
  ) throws {
    self.database = database
    self.info = info
    self.now = now
    begun = now()
    let tables = info.tables.map { table in
      let columns = table.columns.map { "\"\($0)\"" }.joined(separator: ", ")
      let values = (1...table.columns.count).map { "?\($0)" }.joined(separator: ", ")
      return "INSERT INTO \"\(table.name)\" (\(columns)) VALUES (\(values))"
    }
    statements = try (tables + EngineRows.Statement.allCases.map(\.sql)).map { try database.makeStatement(sql: $0) }
  }

  /// Inserts all rows of a batch, and commits if it is time.
  func write(_ batch: RowBatch) throws(CaptureError) {
    if !isOpen {
      try execute("BEGIN IMMEDIATE")
      isOpen = true
      begun = now()
    }
    try batch.forEachRow { table, values throws(CaptureError) in
      let statement = statements[table].sqliteStatement
      sqlite3_clear_bindings(statement)
      while let (column, value) = values.next() {
        let result = bind(value, to: statement, Int32(truncatingIfNeeded: column + 1))
        if result != SQLITE_OK { throw bindingFailure(result, table, column) }
      }
      let result = sqlite3_step(statement)
      sqlite3_reset(statement)
      if result != SQLITE_DONE { throw failure() }
    }
    pendingRows += batch.rowCount
    rowCount += batch.rowCount
    if pendingRows >= Self.commitRows { try commit() } else { try commitIfDue() }
  }

  /// Commits if the open transaction is old.
  private func commitIfDue() throws(CaptureError) {
    if isOpen, begun.duration(to: now()) >= Self.commitTime { try commit() }
  }

  func commit() throws(CaptureError) {
    guard isOpen else { return }
    try execute("COMMIT")
    isOpen = false
    pendingRows = 0
  }

  /// Keeps what an interrupted transaction has, as far as that can be written.
  func salvage() {
    guard isOpen, sqlite3_get_autocommit(database.sqliteConnection) == 0 else { return }
    do throws(CaptureError) { try commit() } catch { try? execute("ROLLBACK") }
  }

  /// - Returns: SQLite's result code; `SQLITE_TOOBIG` for a value that is longer than SQLite's limit.
  private func bind(_ value: RowBatch.Value, to statement: OpaquePointer, _ index: Int32) -> Int32 {
    // SQLITE_STATIC (a nil destructor): the batch outlives the step that reads the value.
    switch value {
    case .integer(let value): sqlite3_bind_int64(statement, index, value)
    case .real(let value): sqlite3_bind_double(statement, index, value)
    case .text(let bytes):
      sqlite3_bind_text64(
        statement, index, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), UInt64(bytes.count), nil,
        UInt8(SQLITE_UTF8))
    case .blob(let bytes): sqlite3_bind_blob64(statement, index, bytes.baseAddress, UInt64(bytes.count), nil)
    }
  }

  private func execute(_ sql: String) throws(CaptureError) {
    if sqlite3_exec(database.sqliteConnection, sql, nil, nil, nil) != SQLITE_OK { throw failure() }
  }

  private func bindingFailure(_ result: Int32, _ table: Int, _ column: Int) -> CaptureError {
    let name = columnName(table, column)
    let reason = sqlite3_errstr(result).map { String(cString: $0) } ?? "error \(result)"
    let remedy = result == SQLITE_TOOBIG ? "; a value has at most \(lengthLimit) bytes" : ""
    return CaptureError("cannot write to the database: \(name): \(reason)\(remedy)")
  }

  /// A column, with its table in front, by their numbers in a batch.
  private func columnName(_ table: Int, _ column: Int) -> String {
    if info.tables.indices.contains(table) {
      let table = info.tables[table]
      return "\(table.name).\(table.columns.indices.contains(column) ? table.columns[column] : "\(column)")"
    }
    guard let statement = EngineRows.Statement(rawValue: table - info.tables.count) else { return "table \(table)" }
    let columns = statement.columns
    return "\(statement.target).\(columns.indices.contains(column) ? columns[column] : "\(column)")"
  }

  private var lengthLimit: Int32 { sqlite3_limit(database.sqliteConnection, SQLITE_LIMIT_LENGTH, -1) }

  private func failure() -> CaptureError {
    if sqlite3_errcode(database.sqliteConnection) & 0xFF == SQLITE_FULL {
      return CaptureError(
        "cannot write to the database: the disk is full: free space, or name a file on another disk")
    }
    let message = sqlite3_errmsg(database.sqliteConnection).map { String(cString: $0) } ?? "unknown error"
    return CaptureError("cannot write to the database: \(message)")
  }
}
