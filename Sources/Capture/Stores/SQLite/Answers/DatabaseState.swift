import Synchronization

/// A state of a database; two that are equal have the same content.
struct DatabaseState: Equatable {
  /// Of the connection that has seen it, by which states are told apart.
  fileprivate var connection: Int
  /// The connection's number for it.
  fileprivate var version: UInt32
}

/// Tells in which state a database is, whoever writes to it.
final class DatabaseWatch: Sendable {
  private let path: String
  private let watched = Mutex<(connection: ReadConnection?, count: Int)>((nil, 0))

  /// - Parameter path: of the file.
  init(path: String) { self.path = path }

  /// The state that the database is in now; nil where that cannot be told, as of one that may only be read.
  var state: DatabaseState? {
    watched.withLock { watched in
      if watched.connection?.file != DatabaseFile.number(ofFile: path) {
        // Why it cannot be opened is told by the question that is asked then.
        watched.connection = try? ReadConnection(path: path)
        watched.count += 1
      }
      guard let connection = watched.connection, !connection.isImmutable, let version = connection.dataVersion else {
        return nil
      }
      return DatabaseState(connection: watched.count, version: version)
    }
  }
}
