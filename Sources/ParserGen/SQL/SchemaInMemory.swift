import CSQLite

/// An empty SQLite database with a description's tables, which what authors write in SQL is held against.
final class SchemaInMemory {
  let handle: OpaquePointer

  /// - Parameters:
  ///   - statements: that make tables, and views where those are wanted.
  ///   - complain: is told why there is no database.
  init?(_ statements: [String], complain: (String) -> Void) {
    var database: OpaquePointer?
    guard sqlite3_open(":memory:", &database) == SQLITE_OK, let database else {
      sqlite3_close(database)
      complain("no memory for SQLite")
      return nil
    }
    handle = database
    for statement in statements where sqlite3_exec(database, statement, nil, nil, nil) != SQLITE_OK {
      complain("\(message) in: \(statement)")
      return nil
    }
  }

  deinit { sqlite3_close(handle) }

  /// What is wrong with a statement that is to read; nil if it does.
  /// - Returns: The line in the statement, from 0, and what goes on after "the query 'name'".
  func problem(ofReading sql: String) -> (line: Int, text: String)? {
    var statement: OpaquePointer?
    defer { sqlite3_finalize(statement) }
    guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else {
      return (sql.utf8.prefix(errorOffset).count { $0 == 0x0A }, ": \(message)")
    }
    return sqlite3_stmt_readonly(statement) == 0 ? (0, " does more than read") : nil
  }

  /// What the parameters of a statement are called, with the sign before them; of those without a name `?`.
  func parameters(of sql: String) -> [String] {
    var statement: OpaquePointer?
    defer { sqlite3_finalize(statement) }
    guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else { return [] }
    return (0..<sqlite3_bind_parameter_count(statement)).map { place in
      sqlite3_bind_parameter_name(statement, place + 1).map { String(cString: $0) } ?? "?"
    }
  }

  /// How many columns the result of a statement has; 0 where it cannot be run.
  func columnCount(of sql: String) -> Int {
    var statement: OpaquePointer?
    defer { sqlite3_finalize(statement) }
    guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else { return 0 }
    return Int(sqlite3_column_count(statement))
  }

  /// What SQLite says of the last error.
  var message: String { String(cString: sqlite3_errmsg(handle)) }

  /// The place of the last error in its statement, in bytes.
  var errorOffset: Int { max(0, Int(sqlite3_error_offset(handle))) }
}
