import Foundation

/// A new database that is written under another name, `NAME.importing`, until it is complete.
///
/// It is written without a journal and without synchronization, so a crash leaves it useless; under its own name there
/// is only ever a whole database that is on the disk.
final class DatabasePublication {
  /// Where the database is written.
  let temporaryPath: String
  private let path: String
  /// Keeps other imports into the same database away. Held until the file has its name.
  let lock: WriteLock
  /// Whether the temporary file is this object's to remove.
  private var isPending = true

  /// Claims the temporary name, and empties what an import that was killed has left there.
  /// - Throws: where another import into the same database runs.
  init(of path: String) throws(CaptureError) {
    self.path = path
    temporaryPath = path + ".importing"
    lock = try WriteLock(path: temporaryPath, name: path)
    do throws(FileFailure) {
      try Self.removeLogs(of: temporaryPath)
      guard truncate(temporaryPath, 0) == 0 else {
        throw FileFailure(operation: .write, path: temporaryPath, code: errno)
      }
    } catch {
      throw CaptureError(error.description)
    }
  }

  /// Gives the database, which SQLite has closed, its name.
  /// - Throws: where a file of that name has appeared meanwhile; the temporary file is then kept.
  func publish() throws(CaptureError) {
    do throws(FileFailure) {
      // SQLite removes its log when it closes the file; one that is left holds a part of the database.
      guard access(temporaryPath + "-wal", F_OK) != 0 else {
        throw FileFailure(operation: .close, path: temporaryPath, code: EBUSY)
      }
      try DurableFile.publish(temporaryPath, as: path)
      isPending = false
    } catch {
      guard error.code == EEXIST else { throw CaptureError(error.description) }
      isPending = false
      throw CaptureError(
        "\(path): appeared while the import ran; what was imported is in \(temporaryPath): rename that to keep it")
    }
  }

  /// Removes what was written, unless it has been published.
  func discard() {
    guard isPending else { return }
    isPending = false
    unlink(temporaryPath)
    try? Self.removeLogs(of: temporaryPath)
  }

  private static func removeLogs(of path: String) throws(FileFailure) {
    for suffix in ["-wal", "-shm", "-journal"] where unlink(path + suffix) != 0 && errno != ENOENT {
      throw FileFailure(operation: .remove, path: path + suffix, code: errno)
    }
  }
}
