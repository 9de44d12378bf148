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
