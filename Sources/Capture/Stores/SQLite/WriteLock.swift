import CLinux
import Foundation
import Synchronization

/// Keeps a second process from writing to a database, until it is released or this object is no more.
///
/// The lock is one of `flock`, which SQLite's own locks know nothing of. The file stays open until SQLite has closed it:
/// closing any descriptor of a file drops all of SQLite's locks on it.
final class WriteLock {
  /// Of the file. As it is the only one that stays open, what is to be asked of the system goes by it.
  private var descriptor: Int32
  private let file: FileNumber

  /// - Parameters:
  ///   - path: the file to lock; it is made if there is none.
  ///   - name: what to call it in errors.
  init(path: String, name: String) throws(CaptureError) {
    var descriptor: Int32
    let busy = CaptureError(
      "\(name): another process is writing to it; wait for it, stop it, or name another file with --database")
    // To open and close what this process writes to would drop SQLite's locks on it.
    guard !Self.isHeld(path) else { throw busy }
    repeat {
      descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else {
        switch errno {
        case EISDIR: throw CaptureError("\(name): is a folder; name a database file")
        case ENOENT, EACCES, ENOTDIR:
          throw CaptureError("\(name): cannot be opened; is there such a folder, and may you write to it?")
        default: throw CaptureError("\(name): \(String(cString: strerror(errno)))")
        }
      }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        close(descriptor)
        throw busy
      }
      // Between opening and locking, who held the lock may have renamed or removed the file.
    } while !Self.isFile(descriptor, at: path)
    self.descriptor = descriptor
    file = Self.number(of: descriptor)
    Self.held.withLock { _ = $0.insert(file) }
  }

  deinit { release() }

  /// Lets others write.
  func release() {
    guard descriptor >= 0 else { return }
    close(descriptor)
    descriptor = -1
    Self.held.withLock { _ = $0.remove(file) }
  }

  /// The files that this process has locked.
  private static let held = Mutex<Set<FileNumber>>([])

  private struct FileNumber: Hashable {
    let device: dev_t
    let file: ino_t

    init(_ status: stat) { (device, file) = (status.st_dev, status.st_ino) }
  }

  private static func number(of descriptor: Int32) -> FileNumber {
    var status = stat()
    fstat(descriptor, &status)
    return FileNumber(status)
  }

  private static func isHeld(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && held.withLock { $0.contains(FileNumber(status)) }
  }

  /// Tells the system to write what it holds of the file to the disk, without waiting for it: whoever synchronizes the
  /// file in the end has little left to wait for.
  func startWriteback() {
    // Where the file system cannot do it, the end has to.
    _ = start_writeback(descriptor)
  }

  /// Whether an open file is the one of that name. It is closed if not.
  private static func isFile(_ descriptor: Int32, at path: String) -> Bool {
    var (opened, named) = (stat(), stat())
    if fstat(descriptor, &opened) == 0, stat(path, &named) == 0, opened.st_ino == named.st_ino,
      opened.st_dev == named.st_dev
    {
      return true
    }
    close(descriptor)
    return false
  }
}
