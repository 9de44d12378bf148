import CSQLite
import Foundation
import GRDB
import NanoParser
import ParserRuntime
import Testing

@testable import Capture

/// A value that SQLite does not take is an error, not NULL.
@Suite struct BindingTests {
  private let path = FileManager.default.temporaryDirectory.appending(path: "nanocap-binding-\(UUID().uuidString).db")
    .path

  @Test func `a value that is too long for the database is told with table and column`() throws {
    defer { for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) } }
    let info = NanoSpecification.info
    let store = try CaptureDatabase(path: path, name: path, info: info)
    let rows = RowBatch(nextIDs: .unused(for: info))
    let bytes = [UInt8](repeating: 7, count: 2000)
    bytes.withUnsafeBytes { EngineRows(after: info.tables).bytes(rows, message: 1, $0) }
    try store.withWriter { db in
      let former = sqlite3_limit(db.sqliteConnection, SQLITE_LIMIT_LENGTH, 1999)
      defer { sqlite3_limit(db.sqliteConnection, SQLITE_LIMIT_LENGTH, former) }
      let writer = try BatchWriter(db, info)
      let error = #expect(throws: CaptureError.self) { try writer.write(rows) }
      #expect(error?.description.contains("message_bytes.bytes: string or blob too big") == true, "\(error as Any)")
      #expect(error?.description.contains("1999 bytes") == true)
      writer.salvage()
    }
    try store.withWriter { db in
      let writer = try BatchWriter(db, info)
      try writer.write(rows)
      try writer.commit()
      #expect(try Int.fetchOne(db, sql: "SELECT length(bytes) FROM message_bytes") == 2000)
    }
    try store.close()
  }

  @Test func `a parameter that is too long is told by its name`() throws {
    defer { for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) } }
    try CaptureDatabase(path: path, name: path, info: NanoSpecification.info).close()
    let connection = try ReadConnection(path: path)
    let values = ["text": QueryValue.text(String(repeating: "x", count: 5 << 20))]
    let error = #expect(throws: QueryError.self) {
      _ = try QueryCursor("SELECT length(:text)", .named(values), on: connection, limits: QueryLimits())
    }
    #expect(error?.description.contains(":text cannot be used: string or blob too big") == true, "\(error as Any)")
  }
}
