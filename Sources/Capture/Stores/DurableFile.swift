import CLinux
public import Foundation

/// Files that survive a crash of the system or a power cut: whoever finds one under its name finds all of it.
///
/// The order does it: the content reaches the disk before the file gets its name (`fsync` of the file, then `rename`),
/// and the name reaches the disk before anybody is told of success (`fsync` of the folder). See fsync(2).
public enum DurableFile {
  /// Writes a file as a whole: under another name first, then under its own. Where that fails, what was there before
  /// is still there. What is no regular file (a pipe, a device) is written to directly.
  /// - Parameters:
  ///   - permissions: of a new file; the process's file mode creation mask takes some away.
  ///   - isNew: whether a file of that name is an error (`EEXIST`), instead of being replaced.
  public static func write(
    _ data: Data, to path: String, permissions: UInt32 = 0o666, isNew: Bool = false
  ) throws(FileFailure) {
    try data.withUnsafeBytes { bytes in
      Result { () throws(FileFailure) in try write([bytes], to: path, permissions: permissions, isNew: isNew) }
    }.get()
  }

  /// Writes a file as a whole, from parts of its content that lie in several places.
  public static func write(
    _ parts: [UnsafeRawBufferPointer], to path: String, permissions: UInt32 = 0o666, isNew: Bool = false
  ) throws(FileFailure) {
    let file = try DurableOutput(path, permissions: permissions, isNew: isNew)
    try file.write(parts)
    try file.finish()
  }

  /// Gives a complete file, which nobody has open for writing, its name.
  /// - Throws: with the code `EEXIST` where there is a file of that name; it is left as it is.
  static func publish(_ temporary: String, as path: String) throws(FileFailure) {
    let descriptor = open(temporary, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(.open, temporary) }
    try finish(descriptor, path) { () throws(FileFailure) in try synchronize(descriptor, path) }
    try renameExclusively(temporary, to: path)
    try synchronizeFolder(of: path)
  }

  /// Makes what was created, renamed and removed in a file's folder durable.
  static func synchronizeFolder(of path: String) throws(FileFailure) {
    let folder = (path as NSString).deletingLastPathComponent
    let name = folder.isEmpty ? "." : folder
    let descriptor = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    // A folder may be writable and not readable; then this cannot be done.
    guard descriptor >= 0 else { return }
    try finish(descriptor, name) { () throws(FileFailure) in try synchronize(descriptor, name) }
  }

  /// Writes what the system holds of an open file to the disk.
  static func synchronize(_ descriptor: Int32, _ path: String) throws(FileFailure) {
    while fsync(descriptor) != 0 {
      switch errno {
      case EINTR: continue
      // Pipes, and the folders of some network file systems: there is nothing to be synchronized.
      case EINVAL, ENOTSUP: return
      default: throw failure(.synchronize, path)
      }
    }
  }

  // MARK: Steps

  /// Renames a file without ever replacing one.
  static func renameExclusively(_ old: String, to new: String) throws(FileFailure) {
    if rename_exclusively(old, new) == 0 { return }
    guard [EINVAL, ENOSYS, ENOTSUP].contains(errno) else { throw failure(.rename, new) }
    // File systems that cannot do it in one step can make a second name, which also fails where that is taken.
    guard link(old, new) == 0 else { throw failure(.rename, new) }
    if unlink(old) != 0 { throw failure(.remove, old) }
  }

  static func write(
    _ parts: [UnsafeRawBufferPointer], _ descriptor: Int32, _ path: String
  ) throws(FileFailure) {
    var rest = parts.filter { !$0.isEmpty }.map {
      iovec(iov_base: UnsafeMutableRawPointer(mutating: $0.baseAddress), iov_len: $0.count)
    }[...]
    while !rest.isEmpty {
      // Linux takes no more at once: UIO_MAXIOV.
      var count = rest.prefix(1024).withUnsafeBufferPointer { writev(descriptor, $0.baseAddress, Int32($0.count)) }
      if count == 0 || count < 0 && errno != EINTR { throw failure(.write, path) }
      while count > 0, let part = rest.first {
        if count < part.iov_len {
          rest[rest.startIndex].iov_base = part.iov_base.map { $0 + count }
          rest[rest.startIndex].iov_len -= count
        } else {
          rest.removeFirst()
        }
        count -= part.iov_len
      }
    }
  }

  /// Runs `body` and closes the file; some file systems tell only then that writing has failed.
  static func finish(
    _ descriptor: Int32, _ path: String, _ body: () throws(FileFailure) -> Void
  ) throws(FileFailure) {
    do throws(FileFailure) {
      try body()
    } catch {
      close(descriptor)
      throw error
    }
    // After EINTR Linux has closed the descriptor all the same.
    if close(descriptor) != 0, errno != EINTR { throw failure(.close, path) }
  }

  static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  static func failure(_ operation: FileFailure.Operation, _ path: String) -> FileFailure {
    FileFailure(operation: operation, path: path, code: errno)
  }
}
