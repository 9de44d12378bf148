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

  /// What SQLite says of the last error.
  var message: String { String(cString: sqlite3_errmsg(handle)) }

  /// The place of the last error in its statement, in bytes.
  var errorOffset: Int { max(0, Int(sqlite3_error_offset(handle))) }
}
