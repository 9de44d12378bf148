import CLinux
import CSQLite
import Foundation

/// Opens a database for reading.
///
/// A database with a write-ahead log needs a file of shared memory beside it, which even a reader must make. Where the
/// folder may only be read, SQLite opens it all the same if told that nobody changes it (`immutable=1`, see
/// https://www.sqlite.org/uri.html). That leaves out what is in a journal, so it is only done where there is none.
struct DatabaseOpening {
  let path: String
  /// How long the connection waits for those who have locked the database.
  var patience = usualPatience

  static let usualPatience: Duration = .seconds(5)

  /// - Returns: The connection, and whether the file is taken for one that nobody changes.
  func open() throws(QueryError) -> (handle: OpaquePointer, isImmutable: Bool) {
    do throws(Failure) {
      return (try open(path, 0), false)
    } catch  where error.code == SQLITE_CANTOPEN || error.code == SQLITE_READONLY {
      guard access(path, R_OK) == 0 else {
        throw QueryError(.database, "\(path): may not be read; \(Self.remedy(errno))")
      }
      if let journal { throw unreadable(journal) }
      do throws(Failure) {
        return (try open(immutableURI, SQLITE_OPEN_URI), true)
      } catch {
        throw QueryError(.database, "\(path): \(error.message)")
      }
    } catch {
      throw QueryError(.database, "\(path): \(error.message)")
    }
  }

  /// Whether the file begins as a database does.
  ///
  /// It is SQLite that reads it: this process may have it open, and closing any other descriptor of a file drops all locks
  /// that a process has on it (https://www.sqlite.org/howtocorrupt.html, 2.2). Others would then take it for unused, and
  /// remove its log.
  var isDatabase: Bool {
    var status = stat()
    guard stat(path, &status) == 0, status.st_size > 0 else { return false }
    var opened: OpaquePointer?
    defer { sqlite3_close(opened) }
    guard sqlite3_open_v2(immutableURI, &opened, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, nil) == SQLITE_OK else {
      return false
    }
    switch sqlite3_exec(opened, "PRAGMA schema_version", nil, nil, nil) & 0xFF {
    case SQLITE_OK: return true
    // A damaged one: nobody can work with it, so nothing is lost with its locks.
    case SQLITE_NOTADB, SQLITE_CORRUPT:
      return FileHandle(forReadingAtPath: path).map { $0.readData(ofLength: 15) } == Data("SQLite format 3".utf8)
    default: return false
    }
  }

  private struct Failure: Error {
    /// SQLite's primary result code.
    var code: Int32
    var message: String
  }

  private func open(_ name: String, _ flags: Int32) throws(Failure) -> OpaquePointer {
    var opened: OpaquePointer?
    // Without a mutex: whoever reads has the connection alone, and SQLite would otherwise lock it for each column of a row.
    let all = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | flags
    guard sqlite3_open_v2(name, &opened, all, nil) == SQLITE_OK, let handle = opened else {
      defer { sqlite3_close(opened) }
      throw failure(of: opened)
    }
    sqlite3_busy_timeout(handle, Int32(patience.inSeconds * 1000))
    // Opening reads nothing yet.
    guard sqlite3_exec(handle, "SELECT count(*) FROM sqlite_master", nil, nil, nil) == SQLITE_OK else {
      defer { sqlite3_close(handle) }
      throw failure(of: handle)
    }
    return handle
  }

  private func failure(of handle: OpaquePointer?) -> Failure {
    guard let handle else { return Failure(code: SQLITE_NOMEM, message: "cannot be opened") }
    return Failure(code: sqlite3_errcode(handle) & 0xFF, message: String(cString: sqlite3_errmsg(handle)))
  }

  // MARK: Read-only

  /// A journal with content, of which the database file alone lacks something.
  private var journal: String? {
    ["-wal", "-journal"].map { path + $0 }.first { name in
      var status = stat()
      return stat(name, &status) == 0 && status.st_size > 0
    }
  }

  private func unreadable(_ journal: String) -> QueryError {
    QueryError(
      .database,
      """
      \(path): the last changes are in \(journal), which takes a folder that may be written to; open the database once \
      as a user who may write there, or copy both files to such a folder
      """)
  }

  private static func remedy(_ error: Int32) -> String {
    error == EACCES ? "ask its owner for the right to read it (chmod)" : String(cString: strerror(error))
  }

  /// The file's name as a URI; what means something in one is escaped.
  private var immutableURI: String {
    let allowed = CharacterSet(charactersIn: "/._-").union(.alphanumerics)
    let name = path.addingPercentEncoding(withAllowedCharacters: allowed) ?? path
    return (path.hasPrefix("/") ? "file://" : "file:") + name + "?immutable=1"
  }
}
