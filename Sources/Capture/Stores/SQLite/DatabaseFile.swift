public import ParserRuntime
import Foundation
import GRDB

/// A store that is a file of SQLite's. While a process writes to it no other can.
public struct DatabaseFile: CaptureStore {
  /// The file's path.
  public let path: String
  private let info: SpecificationInfo

  /// - Parameters:
  ///   - path: of the file, which need not exist.
  ///   - info: of the description whose tables it has, or gets.
  public init(path: String, info: SpecificationInfo) {
    self.path = path
    self.info = info
  }

  public var name: String { path }
  public var exists: Bool { FileManager.default.fileExists(atPath: path) }

  /// Bytes of the file and its write-ahead log.
  public var size: Int { CaptureDatabase.size(of: path) }
  public var queries: any QueryEngine { SQLiteQueries(path: path, info: info) }
  public var definition: [String] {
    let schema = SQLiteSchema(info)
    return schema.tableStatements + schema.indexStatements + schema.viewStatements
  }

  /// Whether a file is a database of SQLite's, by how it begins.
  static func isDatabase(_ path: String) -> Bool {
    FileHandle(forReadingAtPath: path).map { $0.readData(ofLength: 15) } == Data("SQLite format 3".utf8)
  }

  public func prepare() throws(CaptureError) {
    try CaptureDatabase(path: path, name: path, info: info).close()
  }

  public func open(for use: StoreUse) throws(CaptureError) -> any StoreSession {
    switch use {
    case .making where !exists: try CaptureDatabase(new: path, info: info)
    case .making, .sharing: try CaptureDatabase(path: path, name: path, info: info)
    }
  }

  /// Removes everything that is in it. Those who have it open see the old state until they open it again.
  public func removeData() throws(CaptureError) {
    do {
      let lock = try WriteLock(path: path, name: path)
      // The old file keeps its content for those who have it open; the name goes to a new one. The log goes last: SQLite
      // drops one without a database, but a database without its log can be damaged.
      for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: path + suffix) {
        try FileManager.default.removeItem(atPath: path + suffix)
      }
      // What was removed does not come back after a power cut.
      try DurableFile.synchronizeFolder(of: path)
      withExtendedLifetime(lock) {}
    } catch let error as CaptureError {
      throw error
    } catch let error as FileFailure {
      throw CaptureError(error.description)
    } catch {
      throw CaptureError("\(path): cannot be removed: \(error.localizedDescription)")
    }
    try prepare()
  }

  public func makeIndices() throws(CaptureError) {
    let database = try CaptureDatabase(path: path, name: path, info: info)
    do {
      try database.withWriter { db in
        for index in SQLiteSchema(info).suggestedIndices { try db.execute(sql: index.statement) }
        try db.execute(sql: "PRAGMA optimize")
      }
    } catch {
      throw CaptureDatabase.failure(error, path)
    }
    try database.close()
  }
}
