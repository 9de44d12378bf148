import CLinux
import Foundation

/// A file that is written bit by bit, and has its name only once it is whole: until then it has another, and what was there
/// before is still there. What is no regular file (a pipe, a device) is written to directly.
public final class DurableOutput {
  private let path: String
  /// Of the file that is to be replaced; the file's own where there is none.
  private let target: String
  /// Where it is written; nil where it is no regular file.
  private let temporary: String?
  private let isNew: Bool
  private let descriptor: Int32
  private var isFinished = false

  /// Begins a file.
  /// - Parameters:
  ///   - permissions: of a new file; the process's file mode creation mask takes some away.
  ///   - isNew: whether a file of that name is an error (`EEXIST`), instead of being replaced.
  public init(_ path: String, permissions: UInt32 = 0o666, isNew: Bool = false) throws(FileFailure) {
    self.path = path
    self.isNew = isNew
    var status = stat()
    let exists = stat(path, &status) == 0
    guard !exists || status.st_mode & S_IFMT == S_IFREG else {
      (target, temporary) = (path, nil)
      let descriptor = open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw DurableFile.failure(.open, path) }
      self.descriptor = descriptor
      return
    }
    // A link stays one: its target is replaced.
    target = exists ? DurableFile.resolved(path) : path
    let temporary = "\(target).\(getpid()).new"
    self.temporary = temporary
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, permissions)
    // What could not be made here is none of ours: before the object is complete, its end removes nothing.
    guard descriptor >= 0 else { throw DurableFile.failure(.create, path) }
    self.descriptor = descriptor
    if exists, fchmod(descriptor, status.st_mode & 0o7777) != 0 {
      throw DurableFile.failure(.create, path)
    }
  }

  // What was not finished leaves nothing behind.
  deinit {
    guard !isFinished else { return }
    close(descriptor)
    discard()
  }

  private func discard() {
    if let temporary { unlink(temporary) }
  }

  /// Writes what comes next.
  public func write(_ parts: [UnsafeRawBufferPointer]) throws(FileFailure) {
    try DurableFile.write(parts, descriptor, path)
  }

  /// Ends the file, and gives it its name. Nothing can be written afterwards.
  public func finish() throws(FileFailure) {
    isFinished = true
    do throws(FileFailure) {
      try DurableFile.finish(descriptor, path) { () throws(FileFailure) in
        if temporary != nil { try DurableFile.synchronize(descriptor, path) }
      }
      guard let temporary else { return }
      if isNew {
        try DurableFile.renameExclusively(temporary, to: target)
      } else if rename(temporary, target) != 0 {
        throw DurableFile.failure(.rename, path)
      }
    } catch {
      discard()
      throw error
    }
    try DurableFile.synchronizeFolder(of: target)
  }
}
