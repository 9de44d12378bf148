import CLinux
public import ParserRuntime
import Foundation
import GRDB

/// A store that is a file of SQLite's. While a process writes to it no other can.
public struct DatabaseFile: CaptureStore {
  /// The file's path.
  public let path: String
  let info: SpecificationInfo

  /// - Parameters:
  ///   - path: of the file, which need not exist.
  ///   - info: of the description whose tables it has, or gets.
  public init(path: String, info: SpecificationInfo) {
    self.path = path
    self.info = info
  }

  public var name: String { path }
  public var exists: Bool { FileManager.default.fileExists(atPath: path) }

  /// The file's number, which tells it from another one of the name; 0 where there is none.
  public var fileNumber: UInt64 { Self.number(ofFile: path) }

  static func number(ofFile path: String) -> UInt64 {
    var status = stat()
    return stat(path, &status) == 0 ? UInt64(status.st_ino) : 0
  }

  /// Bytes of the file and its write-ahead log.
  public var size: Int { CaptureDatabase.size(of: path) }
  public var queries: any QueryEngine { SQLiteQueries(path: path, info: info) }
  public var definition: [String] {
    let schema = SQLiteSchema(info)
    return schema.tableStatements + schema.indexStatements + schema.viewStatements
  }

  /// Whether a file is a database of SQLite's, by how it begins.
  static func isDatabase(_ path: String) -> Bool { DatabaseOpening(path: path).isDatabase }

  public func prepare() throws(CaptureError) {
    try CaptureDatabase(path: path, name: path, info: info).close()
  }

  public func open(for use: StoreUse) throws(CaptureError) -> any StoreSession {
    switch use {
    case .making where !exists: try CaptureDatabase(new: path, info: info)
    case .making, .sharing: try CaptureDatabase(path: path, name: path, info: info)
    }
  }

  /// Removes everything that is in it. Whoever reads it meanwhile sees the old state or the new one, and never a
  /// database without tables.
  /// - Throws: Where another process writes to it, or where it is no database or cannot be written.
  public func removeData() throws(CaptureError) {
    let lock = try WriteLock(path: path, name: path)
    do {
      if size > 0 { try clear() }
      try CaptureDatabase(path: path, name: path, info: info, lock: lock).close()
    } catch let error as CaptureError {
      throw error
    } catch {
      throw CaptureDatabase.failure(error, path)
    }
  }

  /// Puts an empty database with the tables in the place of all that the file holds, in one transaction.
  private func clear() throws {
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    let file = try DatabaseQueue(path: path, configuration: configuration)
    let pageSize = try file.read { try Int.fetchOne($0, sql: "PRAGMA page_size") } ?? 0
    // Pages that have a write-ahead log keep their size.
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA page_size = \(pageSize)") }
    let empty = try DatabaseQueue(configuration: configuration)
    try empty.write { db in
      try SchemaMigration(info: info).run(db)
      try CaptureDatabase.makeIndices(db, info)
    }
    try empty.backup(to: file)
    // The space is given back at once, unless somebody still reads the old state.
    try file.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint") }
    try file.close()
  }

  public func makeIndices() throws(CaptureError) {
    let database = try CaptureDatabase(path: path, name: path, info: info)
    do {
      try database.withWriter { db in
        for index in SQLiteSchema(info).suggestedIndices {
          // All of it or nothing: what is there is taken for whole.
          try db.inTransaction {
            let isThere = try Bool.fetchOne(
              db, sql: "SELECT 1 FROM sqlite_master WHERE name = ? AND type IN ('index', 'table')",
              arguments: [index.name])
            for statement in isThere == true ? [] : index.statements { try db.execute(sql: statement) }
            return .commit
          }
        }
        // No ANALYZE: with its statistics SQLite reads lists by another index than by their order, and takes 30 times as
        // long for the messages after a time.
      }
    } catch {
      throw CaptureDatabase.failure(error, path)
    }
    try database.close()
  }
}
