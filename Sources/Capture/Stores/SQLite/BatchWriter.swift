import CSQLite
import GRDB
import ParserRuntime

/// Writes batches of rows: this is where an import spends its time.
final class BatchWriter: RowSink {
  /// Rows after which a transaction is committed; it is committed after half a second anyway, since they have waited
  /// before.
  private static let commitRows = 100_000
  private static let commitTime = Duration.milliseconds(500)

  private let database: Database
  /// Those that rows name by number.
  private let tables: [SpecificationInfo.Table]
  /// One for each table of the description, then those of the engine.
  private let statements: [RowStatement]
  /// The order in which tables are written: where that is interrupted, no row refers to one that is not there.
  /// Connections come first, then what messages hold, then messages, and last what tells of both.
  private let order: [Int]
  /// The rows of a batch by table.
  private var rows: [[RowValues]]
  private var isOpen = false
  private var pendingRows = 0
  private var begun: ContinuousClock.Instant
  private let now: () -> ContinuousClock.Instant
  private let committed: () -> Void
  /// Removes what is too old between transactions; nil where all is kept.
  private let window: RollingWindow?
  private(set) var rowCount = 0

  /// - Parameters:
  ///   - now: the clock that transactions are timed by.
  ///   - window: removes what is too old between transactions; nil where all is kept.
  ///   - committed: is called after each transaction.
  init(
    _ database: Database, _ info: SpecificationInfo, now: @escaping () -> ContinuousClock.Instant = { .now },
    window: RollingWindow? = nil, committed: @escaping () -> Void = {}
  ) throws {
    self.database = database
    self.now = now
    self.window = window
    self.committed = committed
    begun = now()
    tables = info.batchTables
    let inserts = info.tables.map { RowStatement.Kind.insert(into: $0.name, columns: $0.columnNames) }
    let engine = EngineRows.Kind.allCases.map { kind in
      kind.replaces
        ? RowStatement.Kind.update(kind.table.name, columns: kind.table.columnNames)
        : .insert(into: kind.table.name, columns: kind.table.columnNames)
    }
    statements = try (inserts + engine).map { try RowStatement(database, $0) }
    let flow = info.tables.count + EngineRows.Kind.flow.rawValue
    order = [flow] + info.tables.indices.reversed() + (info.tables.count..<statements.count).filter { $0 != flow }
    rows = [[RowValues]](repeating: [], count: statements.count)
  }

  /// Inserts all rows of a batch, and commits if it is time.
  func write(_ batch: RowBatch) throws(CaptureError) {
    if !isOpen {
      try execute("BEGIN IMMEDIATE")
      isOpen = true
      begun = now()
    }
    // Table by table: SQLite is faster where one row goes next to the last.
    batch.forEachRow { table, values in rows[table].append(values) }
    for (place, table) in order.enumerated() where !rows[table].isEmpty {
      var written = 0
      do throws(RowStatement.Failure) {
        try statements[table].run(rows[table], written: &written)
      } catch {
        let reason = failure(error, table)
        rows[table].removeLast(rows[table].count - written)
        withdraw(order[...place])
        throw reason
      }
    }
    for table in order { rows[table].removeAll(keepingCapacity: true) }
    pendingRows += batch.rowCount
    rowCount += batch.rowCount
    if pendingRows >= Self.commitRows { try commit() } else { try commitIfDue() }
  }

  /// Takes back what was written of a batch that broke off: else rows could be left of a message that is not there. Where
  /// that fails too, nothing of the transaction stays.
  private func withdraw(_ written: ArraySlice<Int>) {
    defer { for table in rows.indices { rows[table] = [] } }
    guard sqlite3_get_autocommit(database.sqliteConnection) == 0 else { return isOpen = false }
    do throws(CaptureError) {
      for table in written where statements[table].isInsert {
        for var row in rows[table] {
          guard case .integer(let id)? = row.next()?.value else { continue }
          try execute("DELETE FROM \"\(tables[table].name)\" WHERE \"\(tables[table].columns[0].name)\" = \(id)")
        }
      }
    } catch {
      try? execute("ROLLBACK")
      isOpen = false
    }
  }

  /// Commits if the open transaction is old.
  private func commitIfDue() throws(CaptureError) {
    if isOpen, begun.duration(to: now()) >= Self.commitTime { try commit() }
  }

  func commit() throws(CaptureError) {
    if isOpen {
      try execute("COMMIT")
      isOpen = false
      pendingRows = 0
      committed()
    }
    do {
      try window?.advance()
    } catch {
      throw failure()
    }
  }

  /// Keeps the batches of an interrupted transaction that are whole, as far as they can be written.
  func salvage() {
    guard isOpen, sqlite3_get_autocommit(database.sqliteConnection) == 0 else { return }
    do throws(CaptureError) { try commit() } catch { try? execute("ROLLBACK") }
  }

  private func execute(_ sql: String) throws(CaptureError) {
    if sqlite3_exec(database.sqliteConnection, sql, nil, nil, nil) != SQLITE_OK { throw failure() }
  }

  private func failure(_ error: RowStatement.Failure, _ table: Int) -> CaptureError {
    guard case .value(let column, let result) = error else { return failure() }
    let name = columnName(table, column)
    let reason = sqlite3_errstr(result).map { String(cString: $0) } ?? "error \(result)"
    let remedy = result == SQLITE_TOOBIG ? "; a value has at most \(lengthLimit) bytes" : ""
    return CaptureError("cannot write to the database: \(name): \(reason)\(remedy)")
  }

  /// A column, with its table in front, by their numbers in a batch.
  private func columnName(_ table: Int, _ column: Int) -> String {
    guard tables.indices.contains(table) else { return "table \(table)" }
    let table = tables[table]
    return "\(table.name).\(table.columns.indices.contains(column) ? table.columns[column].name : "\(column)")"
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
