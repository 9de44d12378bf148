import CSQLite
import Foundation

/// Reads a database with SQLite alone, as any client would.
final class Database {
  typealias Row = [String: String?]

  private var handle: OpaquePointer?

  struct Failure: Error { var message: String }

  init(_ path: String) throws {
    guard sqlite3_open_v2(path, &handle, SQLITE_OPEN_READONLY, nil) == SQLITE_OK else {
      throw Failure(message: "cannot open \(path)")
    }
    sqlite3_busy_timeout(handle, 10_000)
  }

  deinit { sqlite3_close(handle) }

  /// All rows, every value as text.
  func rows(_ sql: String) throws -> [Row] {
    var statement: OpaquePointer?
    guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else {
      throw Failure(message: String(cString: sqlite3_errmsg(handle)))
    }
    defer { sqlite3_finalize(statement) }
    var rows: [Row] = []
    while sqlite3_step(statement) == SQLITE_ROW {
      var row: Row = [:]
      for column in 0..<sqlite3_column_count(statement) {
        let value: String? = sqlite3_column_text(statement, column).map { String(cString: $0) }
        row.updateValue(value, forKey: String(cString: sqlite3_column_name(statement, column)))
      }
      rows.append(row)
    }
    return rows
  }

  /// The values of the first column.
  func values(_ sql: String) throws -> [String?] {
    var statement: OpaquePointer?
    guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else {
      throw Failure(message: String(cString: sqlite3_errmsg(handle)))
    }
    defer { sqlite3_finalize(statement) }
    var values: [String?] = []
    while sqlite3_step(statement) == SQLITE_ROW {
      values.append(sqlite3_column_text(statement, 0).map { String(cString: $0) })
    }
    return values
  }

  func count(_ sql: String) throws -> Int { try values(sql).first.flatMap { $0.flatMap { Int($0) } } ?? -1 }
}
