public import ParserRuntime
import Foundation
import GRDB

/// A database's file, for what is done with it besides writing rows. All of it needs the right to write, so none of it
/// works while another process captures or imports into the file.
public struct DatabaseFile: Sendable {
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

  /// Whether there is such a file now.
  public var exists: Bool { FileManager.default.fileExists(atPath: path) }

  /// Bytes of the file and its write-ahead log.
  public var size: Int { CaptureDatabase.size(of: path) }

  /// Makes the file if there is none, and its tables.
  /// - Throws: Where the file cannot be opened or written, or has tables of another description.
  public func prepare() throws(CaptureError) {
    try changing { try $0.close() }
  }

  /// Removes everything that is in it. Those who have it open see the old state until they open it again.
  /// - Throws: Where another process writes to it, or where it cannot be removed or made anew.
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

  /// Runs statements that make indices.
  /// - Throws: Where another process writes to the file, or where a statement fails.
  public func makeIndices(_ statements: [String]) throws(CaptureError) {
    try changing { store in
      try store.withWriter { db in
        for statement in statements { try db.execute(sql: statement) }
        try db.execute(sql: "PRAGMA optimize")
      }
      try store.close()
    }
  }

  private func changing(_ body: (CaptureDatabase) throws -> Void) throws(CaptureError) {
    do {
      try body(try CaptureDatabase(path: path, name: path, info: info))
    } catch let error as CaptureError {
      throw error
    } catch {
      throw CaptureDatabase.failure(error, path)
    }
  }
}
