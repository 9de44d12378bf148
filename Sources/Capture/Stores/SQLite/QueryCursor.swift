import CSQLite
import Foundation

/// A statement of SQLite that reads, being run row by row.
///
/// `@unchecked Sendable`: it may go from thread to thread, one at a time; whoever has it sees to that.
final class QueryCursor: ResultCursor, @unchecked Sendable {
  let columns: [String]
  private(set) var isTruncated = false
  /// Called when the connection is free again.
  var whenDone: (() -> Void)?

  private let connection: ReadConnection
  private let sql: String
  private let statement: OpaquePointer
  private let limits: QueryLimits
  private let columnCount: Int32
  private var rowCount = 0
  private var byteCount = 0

  /// Prepares one statement. The connection is the cursor's alone as long as that exists.
  /// - Throws: Where the SQL is none, is more than one statement or wants to write, or where a parameter has no value.
  init(
    _ sql: String, _ parameters: QueryParameters = .none, on connection: ReadConnection, limits: QueryLimits,
    cancellation: QueryCancellation? = nil
  ) throws(QueryError) {
    self.connection = connection
    self.sql = sql
    self.limits = limits
    connection.watch(limits, cancellation)
    statement = try Self.prepare(sql, connection)
    columnCount = sqlite3_column_count(statement)
    let statement = statement
    columns = (0..<columnCount).map { sqlite3_column_name(statement, $0).map { String(cString: $0) } ?? "" }
    // If this throws, `deinit` finalizes the statement.
    try bind(parameters)
  }

  deinit {
    sqlite3_finalize(statement)
    whenDone?()
  }

  /// The statement alone, without what came behind it.
  var text: String { sqlite3_sql(statement).map { String(cString: $0) } ?? sql }

  /// The statement with the values of its parameters in their places.
  var filledSQL: String {
    guard let text = sqlite3_expanded_sql(statement) else { return sql }
    defer { sqlite3_free(text) }
    return String(cString: text)
  }

  func step() throws(QueryError) -> Bool {
    // Short steps never meet the connection's own watch.
    guard connection.mayGoOn() else { throw connection.failure(in: sql) }
    switch sqlite3_step(statement) {
    case SQLITE_ROW: break
    case SQLITE_DONE: return false
    default: throw connection.failure(in: sql)
    }
    guard rowCount < limits.rows ?? .max else {
      isTruncated = true
      return false
    }
    rowCount += 1
    guard let limit = limits.bytes else { return true }
    for column in 0..<columnCount { byteCount += Int(sqlite3_column_bytes(statement, column)) }
    guard byteCount <= limit else {
      throw QueryError(
        .limit, "the result has more than \(limit) bytes; ask for fewer rows or columns, or download it")
    }
    return true
  }

  func borrowed(_ column: Int) -> BorrowedValue {
    let column = Int32(column)
    switch sqlite3_column_type(statement, column) {
    case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, column))
    case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, column))
    case SQLITE_TEXT:
      let text = sqlite3_column_text(statement, column)
      return .text(UnsafeRawBufferPointer(start: text, count: Int(sqlite3_column_bytes(statement, column))))
    case SQLITE_BLOB:
      let blob = sqlite3_column_blob(statement, column)
      return .blob(UnsafeRawBufferPointer(start: blob, count: Int(sqlite3_column_bytes(statement, column))))
    default: return .null
    }
  }

  // MARK: Preparing

  private static func prepare(_ sql: String, _ connection: ReadConnection) throws(QueryError) -> OpaquePointer {
    var statement: OpaquePointer?
    var tail: UnsafePointer<CChar>?
    var rest = ""
    let result = sql.withCString { text in
      let result = sqlite3_prepare_v2(connection.handle, text, -1, &statement, &tail)
      rest = tail.map { String(cString: $0) } ?? ""
      return result
    }
    guard result == SQLITE_OK else { throw connection.failure(in: sql) }
    guard let statement else { throw QueryError(.sql, "there is no SQL to run") }
    guard rest.allSatisfy({ $0.isWhitespace || $0 == ";" }) || isComment(rest, connection) else {
      sqlite3_finalize(statement)
      let second = rest.trimmingCharacters(in: .whitespacesAndNewlines).prefix(20)
      throw QueryError(.sql, "only one SQL statement at a time; the second begins at '\(second)'")
    }
    // What gives no columns is no query, even where it would change nothing.
    guard sqlite3_stmt_readonly(statement) != 0, sqlite3_column_count(statement) > 0 else {
      sqlite3_finalize(statement)
      throw QueryError(.forbidden, "queries can only read")
    }
    return statement
  }

  /// Whether a text holds nothing that SQLite would run.
  private static func isComment(_ sql: String, _ connection: ReadConnection) -> Bool {
    var statement: OpaquePointer?
    defer { sqlite3_finalize(statement) }
    return sqlite3_prepare_v2(connection.handle, sql, -1, &statement, nil) == SQLITE_OK && statement == nil
  }

  private func bind(_ parameters: QueryParameters) throws(QueryError) {
    let count = sqlite3_bind_parameter_count(statement)
    switch parameters {
    case .none:
      guard count == 0 else {
        throw QueryError(.sql, "the query has \(count) parameters without a value; give them as 'parameters'")
      }
    case .list(let values):
      guard values.count == count else {
        throw QueryError(.sql, "the query has \(count) parameters, and \(values.count) values were given")
      }
      for (index, value) in values.enumerated() { try bind(value, Int32(clamping: index + 1)) }
    case .named(let values):
      for index in 0..<count {
        let name = sqlite3_bind_parameter_name(statement, index + 1).map { String(cString: $0) } ?? "?"
        guard let value = values[String(name.dropFirst())] ?? values[name] else {
          throw QueryError(.sql, "the parameter \(name) has no value")
        }
        try bind(value, index + 1)
      }
    }
  }

  private func bind(_ value: QueryValue, _ index: Int32) throws(QueryError) {
    // SQLITE_TRANSIENT: SQLite makes a copy.
    let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    let result =
      switch value {
      case .null: sqlite3_bind_null(statement, index)
      case .integer(let value): sqlite3_bind_int64(statement, index, value)
      case .real(let value): sqlite3_bind_double(statement, index, value)
      case .text(let value):
        sqlite3_bind_text64(statement, index, value, UInt64(value.utf8.count), transient, UInt8(SQLITE_UTF8))
      case .blob(let value): sqlite3_bind_blob64(statement, index, value, UInt64(value.count), transient)
      }
    guard result == SQLITE_OK else {
      let name = sqlite3_bind_parameter_name(statement, index).map { String(cString: $0) } ?? "\(index)"
      let reason = sqlite3_errstr(result).map { String(cString: $0) } ?? "error \(result)"
      throw QueryError(.limit, "the value of the parameter \(name) cannot be used: \(reason)")
    }
  }
}
