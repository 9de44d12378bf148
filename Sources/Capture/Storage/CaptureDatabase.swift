import Foundation
import GRDB
import ParserRuntime

/// A database file with the tables of a description.
///
/// One connection writes; readers have connections of their own on snapshots of the write-ahead log, so queries never
/// stop a capture.
struct CaptureDatabase {
  let info: SpecificationInfo
  private let writer: any DatabaseWriter
  private let path: String
  private let lock: WriteLock

  /// Opens a file for writing, and makes or migrates its tables.
  /// - Parameter isPrivate: nobody reads the file while it is written, so it can be written faster: without a journal,
  ///   and with indices last. `finishPrivate` makes it like any other.
  /// - Parameter name: what to call the file in errors.
  /// - Parameter lock: the file's, if the caller has it already.
  init(
    path: String, name: String, info: SpecificationInfo, isPrivate: Bool = false, lock: WriteLock? = nil
  ) throws(CaptureError) {
    self.info = info
    self.path = path
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
    } catch let error as CaptureError {
      throw error
    } catch {
      throw Self.failure(error, name)
    }
  }

  static func makeIndices(_ db: Database, _ info: SpecificationInfo) throws {
    for statement in SQLiteSchema(info).indexStatements { try db.execute(sql: statement) }
  }

  /// Ends private writing: indices, and write-ahead logging for those who come after.
  func finishPrivate() throws {
    try writer.writeWithoutTransaction { db in
      // What SQLite sorts an index with; to write rows one after another it needs no more than it has.
      try db.execute(sql: "PRAGMA cache_size = -32768")
      try Self.makeIndices(db, info)
      try db.execute(sql: "PRAGMA locking_mode = NORMAL")
      try db.execute(sql: "PRAGMA journal_mode = WAL")
      try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
    }
  }

  /// Calls `body` with the writing connection; GRDB runs nothing else on it meanwhile.
  func withWriter<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try writer.writeWithoutTransaction(body)
  }

  func close() throws { try writer.close() }

  /// Bytes of the file and its write-ahead log.
  var fileSize: Int { Self.size(of: path) }

  static func size(of path: String) -> Int {
    ["", "-wal"].reduce(0) { total, suffix in
      let attributes = try? FileManager.default.attributesOfItem(atPath: path + suffix)
      return total + (attributes?[.size] as? Int ?? 0)
    }
  }

  /// The first free id of each table that a batch can name.
  func nextIDs() throws -> [Int64] {
    let tables = info.tables.map { $0.name as String? } + EngineRows.Statement.allCases.map(\.table)
    return try withWriter { db in
      try tables.map { table in
        guard let table else { return 1 }
        return try (Int64.fetchOne(db, sql: "SELECT max(id) FROM \"\(table)\"") ?? 0) + 1
      }
    }
  }

  static func failure(_ error: any Error, _ path: String) -> CaptureError {
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
