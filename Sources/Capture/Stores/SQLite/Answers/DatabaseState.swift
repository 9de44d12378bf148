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
  private struct Watched {
    var connection: ReadConnection
    var file: UInt64
  }

  private let path: String
  private let watched = Mutex<(current: Watched?, count: Int)>((nil, 0))

  /// - Parameter path: of the file.
  init(path: String) { self.path = path }

  /// The state that the database is in now; nil where that cannot be told, as of one that may only be read.
  var state: DatabaseState? {
    watched.withLock { watched in
      let file = DatabaseFile.number(ofFile: path)
      if watched.current?.file != file {
        watched.current = (try? ReadConnection(path: path)).map { Watched(connection: $0, file: file) }
        watched.count += 1
      }
      guard let connection = watched.current?.connection, !connection.isImmutable, let version = connection.dataVersion
      else { return nil }
      return DatabaseState(connection: watched.count, version: version)
    }
  }
}
