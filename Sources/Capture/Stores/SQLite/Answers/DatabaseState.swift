import Synchronization

/// A state of a database; two that are equal have the same content.
struct DatabaseState: Comparable {
  /// How many were seen before it.
  fileprivate var number: Int

  static func < (left: DatabaseState, right: DatabaseState) -> Bool { left.number < right.number }
}

/// Tells in which state a database is, whoever writes to it.
final class DatabaseWatch: Sendable {
  private struct Watched {
    var connection: ReadConnection?
    /// The connection's number for the state that was seen last.
    var version: UInt32?
    var state = DatabaseState(number: 0)
  }

  private let path: String
  private let watched = Mutex(Watched())

  /// - Parameter path: of the file.
  init(path: String) { self.path = path }

  /// The state that the database is in now; nil where that cannot be told, as of one that may only be read, or that
  /// somebody has locked: it is not waited for.
  var state: DatabaseState? {
    watched.withLock { watched in
      if watched.connection?.file != DatabaseFile.number(ofFile: path) {
        // Why it cannot be opened is told by the question that is asked then.
        watched.connection = try? ReadConnection(path: path, patience: .zero)
        watched.version = nil
      }
      guard let connection = watched.connection, !connection.isImmutable, let version = connection.dataVersion else {
        return nil
      }
      if version != watched.version {
        watched.version = version
        watched.state.number += 1
      }
      return watched.state
    }
  }
}
