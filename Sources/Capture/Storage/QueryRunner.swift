import CSQLite
import Foundation

/// A value of a query's result.
public enum QueryValue: Sendable, Equatable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case blob([UInt8])
}

/// Runs SQL on a connection that can only read, row by row.
public final class QueryRunner {
  private let database: OpaquePointer

  /// - Parameter path: an existing database.
  public init(path: String) throws(CaptureError) {
    guard FileManager.default.fileExists(atPath: path) else {
      throw CaptureError("\(path): there is no such database; make one with 'nanocap import'")
    }
    var database: OpaquePointer?
    guard sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, nil) == SQLITE_OK, let database else {
      defer { sqlite3_close(database) }
      throw CaptureError("\(path): \(database.map { String(cString: sqlite3_errmsg($0)) } ?? "cannot be opened")")
    }
    self.database = database
    sqlite3_busy_timeout(database, 5000)
    guard sqlite3_exec(database, "SELECT count(*) FROM sqlite_master", nil, nil, nil) == SQLITE_OK else {
      let message = String(cString: sqlite3_errmsg(database))
      throw CaptureError("\(path): \(message)")
    }
  }

  deinit { sqlite3_close(database) }

  /// Runs one statement that reads.
  /// - Parameters:
  ///   - columns: called once with the names of the result's columns.
  ///   - row: called with each row.
  public func run(
    _ sql: String, columns: ([String]) throws -> Void, row: ([QueryValue]) throws -> Void
  ) throws {
    let statement = try prepare(sql)
    defer { sqlite3_finalize(statement) }
    let count = sqlite3_column_count(statement)
    try columns((0..<count).map { sqlite3_column_name(statement, $0).map { String(cString: $0) } ?? "" })
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW: try row((0..<count).map { value(statement, $0) })
      case SQLITE_DONE: return
      default: throw failure()
      }
    }
  }

  private func prepare(_ sql: String) throws(CaptureError) -> OpaquePointer {
    var statement: OpaquePointer?
    var tail: UnsafePointer<CChar>?
    var rest = ""
    let result = sql.withCString { text in
      let result = sqlite3_prepare_v2(database, text, -1, &statement, &tail)
      rest = tail.map { String(cString: $0) } ?? ""
      return result
    }
    guard result == SQLITE_OK else { throw failure() }
    guard let statement else { throw CaptureError("there is no SQL to run") }
    guard rest.allSatisfy({ $0.isWhitespace || $0 == ";" }) else {
      sqlite3_finalize(statement)
      throw CaptureError(
        "only one SQL statement at a time; the second begins at '\(rest.trimmingCharacters(in: .whitespacesAndNewlines).prefix(20))'"
      )
    }
    guard sqlite3_stmt_readonly(statement) != 0 else {
      sqlite3_finalize(statement)
      throw CaptureError("queries can only read")
    }
    return statement
  }

  private func value(_ statement: OpaquePointer, _ column: Int32) -> QueryValue {
    switch sqlite3_column_type(statement, column) {
    case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, column))
    case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, column))
    case SQLITE_TEXT:
      let count = Int(sqlite3_column_bytes(statement, column))
      let bytes = UnsafeBufferPointer(start: sqlite3_column_text(statement, column), count: count)
      return .text(String(decoding: bytes, as: UTF8.self))
    case SQLITE_BLOB:
      let count = Int(sqlite3_column_bytes(statement, column))
      return .blob([UInt8](UnsafeRawBufferPointer(start: sqlite3_column_blob(statement, column), count: count)))
    default: return .null
    }
  }

  private func failure() -> CaptureError {
    let offset = Int(sqlite3_error_offset(database))
    let place = offset >= 0 ? " (at character \(offset + 1))" : ""
    return CaptureError("\(String(cString: sqlite3_errmsg(database)))\(place)")
  }
}
