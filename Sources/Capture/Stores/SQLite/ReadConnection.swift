import CSQLite
import Foundation

/// A connection to a database that can only read, whatever SQL it is given: SQLite opens the file read-only, and is
/// asked before each statement what that is about to do.
///
/// `@unchecked Sendable`: SQLite's connections may go from thread to thread, one at a time; `QueryCursor` has it to
/// itself while it exists.
final class ReadConnection: @unchecked Sendable {
  /// Longest text or blob that a query may make, in bytes: what a single step of SQLite can take hold of.
  private static let valueBytes: Int32 = 4 << 20
  private static let sqlBytes: Int32 = 200_000
  /// Steps of SQLite's machine between two looks at the clock.
  private static let watchInterval: Int32 = 100

  let handle: OpaquePointer
  private var queryWatch: QueryWatch?
  private var memory: Int?
  /// What the authorizer has refused.
  fileprivate var refusal: String?
  fileprivate var stop: QueryError?

  /// Whether the file is taken for one that nobody changes, since it may only be read. What is written to it later is not
  /// seen.
  let isImmutable: Bool

  /// The number of the file that is open, which tells it from another one of the name.
  let file: UInt64

  /// Opens a database, also one in a folder or file system that may only be read.
  /// - Parameters:
  ///   - path: an existing database.
  ///   - patience: how long it waits for those who have locked the database.
  /// - Throws: `QueryError` of the kind `database`.
  init(path: String, patience: Duration = DatabaseOpening.usualPatience) throws(QueryError) {
    guard FileManager.default.fileExists(atPath: path) else {
      throw QueryError(.database, "\(path): there is no such database; an import makes one")
    }
    file = DatabaseFile.number(ofFile: path)
    (handle, isImmutable) = try DatabaseOpening(path: path, patience: patience).open()
    restrict()
  }

  deinit { sqlite3_close(handle) }

  private func restrict() {
    // A database from elsewhere may have views that call functions; neither they nor the SQL may reach outside.
    for (flag, value) in [
      (SQLITE_DBCONFIG_DEFENSIVE, 1), (SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0), (SQLITE_DBCONFIG_ENABLE_TRIGGER, 0),
      (SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0),
    ] as [(Int32, Int32)] {
      _ = set_database_flag(handle, flag, value)
    }
    for (limit, value) in [
      (SQLITE_LIMIT_LENGTH, Self.valueBytes), (SQLITE_LIMIT_SQL_LENGTH, Self.sqlBytes), (SQLITE_LIMIT_ATTACHED, 0),
      (SQLITE_LIMIT_WORKER_THREADS, 0), (SQLITE_LIMIT_VDBE_OP, 100_000), (SQLITE_LIMIT_COLUMN, 500),
      (SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 5_000),
    ] {
      sqlite3_limit(handle, limit, value)
    }
    let context = Unmanaged.passUnretained(self).toOpaque()
    sqlite3_set_authorizer(
      handle,
      { context, action, first, second, _, _ in
        guard let context else { return SQLITE_DENY }
        let connection = Unmanaged<ReadConnection>.fromOpaque(context).takeUnretainedValue()
        guard let refusal = QueryPermissions.refusal(of: action, first, second) else { return SQLITE_OK }
        connection.refusal = connection.refusal ?? refusal
        return SQLITE_DENY
      }, context)
    sqlite3_progress_handler(
      handle, Self.watchInterval,
      { context in
        guard let context else { return 1 }
        return Unmanaged<ReadConnection>.fromOpaque(context).takeUnretainedValue().mayGoOn() ? 0 : 1
      }, context)
  }

  /// A number that is another one after anybody has written to the database; nil where it cannot be read.
  var dataVersion: UInt32? {
    // SQLite sees that something was written when it reads.
    guard readsSchema() else { return nil }
    var version: UInt32 = 0
    return sqlite3_file_control(handle, "main", SQLITE_FCNTL_DATA_VERSION, &version) == SQLITE_OK ? version : nil
  }

  private func readsSchema() -> Bool {
    sqlite3_exec(handle, "SELECT 1 FROM sqlite_master LIMIT 1", nil, nil, nil) == SQLITE_OK
  }

  /// Begins to watch over a query.
  func watch(_ limits: QueryLimits, _ cancellation: QueryCancellation?) {
    queryWatch = QueryWatch(QueryControl(limits: limits, cancellation: cancellation))
    memory = limits.memory
    refusal = nil
    stop = nil
    // Makes the connection see a schema that has changed: preparing alone does not, and EXPLAIN would show an old plan.
    _ = readsSchema()
  }

  /// Whether the query that is watched has time left; what ends it is kept for `failure`.
  func mayGoOn() -> Bool {
    do throws(QueryError) {
      try queryWatch?.check()
      if let memory, sqlite3_memory_used() > memory {
        throw QueryError(.limit, "the query needs too much memory and was ended; narrow it")
      }
    } catch {
      stop = error
    }
    return stop == nil
  }

  /// What the last call of SQLite failed with.
  func failure(in sql: String) -> QueryError {
    if let stop { return stop }
    if let refusal { return QueryError(.forbidden, refusal) }
    let code = sqlite3_errcode(handle)
    let offset = Int(sqlite3_error_offset(handle))
    let position = offset >= 0 ? String(decoding: sql.utf8.prefix(offset), as: UTF8.self).count + 1 : nil
    let place = position.map { " (at character \($0))" } ?? ""
    let kind: QueryError.Kind = code & 0xFF == SQLITE_TOOBIG || code & 0xFF == SQLITE_NOMEM ? .limit : .sql
    return QueryError(kind, "\(String(cString: sqlite3_errmsg(handle)))\(place)", position: position)
  }
}

/// What statements may do.
private enum QueryPermissions {
  /// Pragmas that tell something of the schema and change nothing.
  private static let pragmas: Set<String> = [
    "table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list",
    "function_list", "collation_list", "compile_options",
  ]
  private static let functions: Set<String> = [
    "load_extension", "readfile", "writefile", "edit", "fts3_tokenizer", "sqlite_offset",
  ]

  /// - Returns: Why an action is not allowed; nil if it is.
  static func refusal(of action: Int32, _ first: UnsafePointer<CChar>?, _ second: UnsafePointer<CChar>?) -> String? {
    switch action {
    case SQLITE_SELECT, SQLITE_READ, SQLITE_RECURSIVE: nil
    // SQLite asks that when it makes a table-valued function such as json_each known; whoever wants to write there in
    // earnest is refused because the statement writes, and because the file is open for reading only.
    case SQLITE_UPDATE where name(first) == "sqlite_master": nil
    case SQLITE_FUNCTION:
      name(second).flatMap { functions.contains($0) ? "the function \($0) is not allowed in queries" : nil }
    case SQLITE_PRAGMA:
      name(first).flatMap {
        pragmas.contains($0) ? nil : "the pragma \($0) is not allowed: queries can only read"
      }
    case SQLITE_ATTACH, SQLITE_DETACH: "ATTACH and DETACH are not allowed: queries can only read this database"
    default: "queries can only read"
    }
  }

  private static func name(_ text: UnsafePointer<CChar>?) -> String? { text.map { String(cString: $0).lowercased() } }
}
