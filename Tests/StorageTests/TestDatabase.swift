import Foundation
import NanoParser
import ParserRuntime

@testable import Capture

/// A folder for a test's files, removed with this object.
final class Folder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "nanocap-storage-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(path: name).path }

  /// The names of all files, in order.
  var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []).sorted() }

  func write(_ bytes: [UInt8], _ name: String) throws -> String {
    try Data(bytes).write(to: url.appending(path: name))
    return path(name)
  }

  /// A new database with Nano's tables.
  func store(_ name: String = "a.db") throws -> CaptureDatabase {
    try CaptureDatabase(path: path(name), name: name, info: NanoSpecification.info)
  }
}

/// Rows of `message_bytes`, with ids from `first`.
func batch(_ ids: Range<Int64>) -> RowBatch {
  let info = NanoSpecification.info
  let rows = RowBatch(nextIDs: .unused(for: info))
  let engine = EngineRows(after: info.tables)
  for id in ids { [1, 2, 3].withUnsafeBytes { engine.bytes(rows, message: id, $0) } }
  return rows
}

/// How many rows of `message_bytes` a reader finds that comes now.
func storedRows(_ path: String) throws -> Int {
  let connection = try ReadConnection(path: path)
  let cursor = try QueryCursor("SELECT count(*) FROM message_bytes", on: connection, limits: QueryLimits())
  guard try cursor.step(), case .integer(let count) = cursor.value(0) else { return -1 }
  return Int(count)
}

/// Waits until something holds that another thread brings about.
/// - Returns: Whether it did so at all.
func holds(_ condition: () throws -> Bool) rethrows -> Bool {
  for _ in 0..<12000 {
    if try condition() { return true }
    Thread.sleep(forTimeInterval: 0.01)
  }
  return false
}
