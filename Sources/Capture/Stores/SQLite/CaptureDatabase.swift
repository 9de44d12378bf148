import Foundation
import GRDB
import ParserRuntime

/// A database file with the tables of a description.
///
/// One connection writes; readers have connections of their own on snapshots of the write-ahead log, so queries never
/// stop a capture.
struct CaptureDatabase: StoreSession {
  let info: SpecificationInfo
  private let writer: any DatabaseWriter
  private let path: String
  private let name: String
  private let lock: WriteLock
  /// The largest ids of other files, by table, whose rows this one's go on with.
  var formerIDs: [String: Int64] = [:]
  /// Of a new file that gets its name when it is complete.
  private var publication: DatabasePublication?

  /// Opens a file for writing, and makes or migrates its tables.
  /// - Parameter isPrivate: nobody reads the file while it is written, so it can be written faster: without a journal,
  ///   and with indices last. Closing it makes it like any other.
  /// - Parameter name: what to call the file in errors.
  /// - Parameter lock: the file's, if the caller has it already.
  init(
    path: String, name: String, info: SpecificationInfo, isPrivate: Bool = false, lock: WriteLock? = nil
  ) throws(CaptureError) {
    self.info = info
    self.path = path
    self.name = name
    // Held by a process that writes, from before SQLite opens the file until after it has closed it.
    self.lock = if let lock { lock } else { try WriteLock(path: path, name: name) }
    do {
      var configuration = Configuration()
      configuration.busyMode = .timeout(5)
      configuration.prepareDatabase { db in
        // Of a new file; rows come in the order of their ids, and fewer and larger pages are a tenth less work then.
        if !db.configuration.readonly { try db.execute(sql: "PRAGMA page_size = 8192") }
        if isPrivate {
          for pragma in ["journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE"] {
            try db.execute(sql: "PRAGMA \(pragma)")
          }
        } else if !db.configuration.readonly {
          // In WAL mode NORMAL keeps the file consistent whatever happens; a power cut costs the last commits only.
          try db.execute(sql: "PRAGMA synchronous = NORMAL")
          // After 32 MB: each checkpoint waits twice for the disk, and then rows wait.
          try db.execute(sql: "PRAGMA wal_autocheckpoint = 4096")
        }
      }
      writer =
        try isPrivate
        ? DatabaseQueue(path: path, configuration: configuration)
        : DatabasePool(path: path, configuration: configuration)
      try writer.write { db in
        try SchemaMigration(info: info).run(db)
        if !isPrivate { try Self.makeIndices(db, info) }
      }
    } catch {
      throw Self.failure(error, name)
    }
  }

  /// Begins a new file, which nobody sees before it is closed.
  init(new path: String, info: SpecificationInfo) throws(CaptureError) {
    let publication = try DatabasePublication(of: path)
    do throws(CaptureError) {
      try self.init(
        path: publication.temporaryPath, name: path, info: info, isPrivate: true, lock: publication.lock)
      self.publication = publication
    } catch {
      publication.discard()
      throw error
    }
  }

  static func makeIndices(_ db: Database, _ info: SpecificationInfo) throws {
    for statement in SQLiteSchema(info).indexStatements { try db.execute(sql: statement) }
  }

  /// Ends private writing: indices, and write-ahead logging for those who come after.
  private func finishPrivate() throws {
    try writer.writeWithoutTransaction { db in
      // What SQLite sorts an index with; to write rows one after another it needs no more than it has.
      try db.execute(sql: "PRAGMA cache_size = -32768")
      try Self.makeIndices(db, info)
      try db.execute(sql: "PRAGMA locking_mode = NORMAL")
      try db.execute(sql: "PRAGMA journal_mode = WAL")
      try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
    }
  }

  /// Moves what is in the write-ahead log to the file, unless somebody reads an older state for longer than is waited.
  /// SQLite does so by itself only when the last connection is closed, and readers may keep theirs: else a copy of the file
  /// alone would lack rows.
  private func moveLog() throws {
    for _ in 0..<10 {
      let counts = try writer.writeWithoutTransaction { try Row.fetchOne($0, sql: "PRAGMA wal_checkpoint(PASSIVE)") }
      // Pages of the log, and those of them that were moved.
      guard let counts, let pages = counts["log"] as Int?, pages != counts["checkpointed"] else { return }
      Thread.sleep(forTimeInterval: 0.05)
    }
  }

  /// Calls `body` with the writing connection; GRDB runs nothing else on it meanwhile.
  func withWriter<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try writer.writeWithoutTransaction(body)
  }

  /// Calls `body` with the writing connection; what goes wrong is told in this program's words.
  private func writing<Result>(_ body: (Database) throws -> Result) throws(CaptureError) -> Result {
    do {
      return try withWriter(body)
    } catch {
      throw Self.failure(error, name)
    }
  }

  func withSink<Result>(
    keeping retention: Retention, _ body: (any RowSink) throws -> Result
  ) throws -> Result {
    // A new file is synchronized once, in the end.
    let isNew = publication != nil
    return try withWriter { db in
      let window = retention.isLimited ? try RollingWindow(db, info, retention) : nil
      return try body(
        try BatchWriter(db, info, window: window, committed: { if isNew { lock.startWriteback() } }))
    }
  }

  func close() throws(CaptureError) {
    do {
      if publication != nil { try finishPrivate() } else { try? moveLog() }
      try writer.close()
    } catch {
      throw Self.failure(error, name)
    }
    try publication?.publish()
    lock.release()
  }

  func abandon() {
    try? writer.close()
    publication?.discard()
    lock.release()
  }

  /// Bytes of the file and its write-ahead log.
  var size: Int { Self.size(of: path) }

  static func size(of path: String) -> Int {
    ["", "-wal"].reduce(0) { total, suffix in
      let attributes = try? FileManager.default.attributesOfItem(atPath: path + suffix)
      return total + (attributes?[.size] as? Int ?? 0)
    }
  }

  // MARK: Ids and runs

  func nextIDs() throws(CaptureError) -> [Int64] {
    try writing { db in
      try info.tables.map { try nextID(of: $0, db) }
        + EngineRows.Kind.allCases.map { $0.hasNewID ? try nextID(of: $0.table, db) : 1 }
    }
  }

  private func nextID(of table: SpecificationInfo.Table, _ db: Database) throws -> Int64 {
    let last = try Int64.fetchOne(db, sql: "SELECT max(id) FROM \"\(table.name)\"") ?? 0
    return max(last, formerIDs[table.name] ?? 0) + 1
  }

  func formerRuns() throws(CaptureError) -> [FormerRun] {
    try writing { db in
      let rows = try Row.fetchAll(
        db, sql: "SELECT id, source_identity, end_reason FROM run WHERE source_identity IS NOT NULL ORDER BY id")
      return rows.map { row in
        FormerRun(
          id: row["id"], identity: row["source_identity"],
          endReason: (row["end_reason"] as String?).flatMap(EndReason.init(rawValue:)))
      }
    }
  }

  func begin(_ run: RunRecord) throws(CaptureError) -> Int64 {
    try writing { db in
      var run = run
      run.id = max(run.id, try nextID(of: EngineTables.run, db))
      try write(run, .insert(into: EngineTables.run.name, columns: EngineTables.run.columnNames), db)
      return run.id
    }
  }

  func end(_ run: RunRecord) throws(CaptureError) {
    try writing { db in
      try write(run, .update(EngineTables.run.name, columns: EngineTables.run.columnNames), db)
    }
  }

  private func write(_ run: RunRecord, _ kind: RowStatement.Kind, _ db: Database) throws {
    let rows = RowBatch(nextIDs: [], capacity: 1 << 12)
    run.write(to: rows, table: 0)
    var values: [RowValues] = []
    rows.forEachRow { _, row in values.append(row) }
    do {
      try RowStatement(db, kind).run(values)
    } catch is RowStatement.Failure {
      throw DatabaseError(resultCode: db.lastErrorCode, message: db.lastErrorMessage)
    }
    withExtendedLifetime(rows) {}
  }

  static func failure(_ error: any Error, _ path: String) -> CaptureError {
    if let error = error as? CaptureError { return error }
    guard let error = error as? DatabaseError else { return CaptureError("\(path): \(error)") }
    switch error.resultCode {
    case .SQLITE_NOTADB: return CaptureError("\(path): is not a SQLite database")
    case .SQLITE_CANTOPEN:
      return CaptureError("\(path): cannot be opened; is there such a folder, and may you write to it?")
    case .SQLITE_BUSY, .SQLITE_LOCKED: return CaptureError("\(path): another process is writing to it")
    case .SQLITE_READONLY: return CaptureError("\(path): is read-only")
    case .SQLITE_FULL: return CaptureError("\(path): the disk is full: free space, or name a file on another disk")
    default: return CaptureError("\(path): \(error.message ?? "\(error)")")
    }
  }
}
