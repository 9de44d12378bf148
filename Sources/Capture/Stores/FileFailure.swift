import Foundation

/// A file operation that the system refused.
public struct FileFailure: Error, CustomStringConvertible {
  /// What was to be done with the file.
  public enum Operation: String, Sendable {
    /// To make it.
    case create = "cannot be created"
    /// To open it.
    case open = "cannot be opened"
    /// To write to it.
    case write = "cannot be written"
    /// To have what was written on the disk itself.
    case synchronize = "cannot be written to the disk"
    /// To close it.
    case close = "cannot be closed"
    /// To move it to its final name.
    case rename = "cannot be given its name"
    /// To remove it.
    case remove = "cannot be removed"
  }

  /// What was to be done.
  public var operation: Operation
  /// The file's path.
  public var path: String
  /// The value of `errno`.
  public var code: Int32

  /// - Parameters:
  ///   - operation: what was to be done.
  ///   - path: the file's path.
  ///   - code: the value of `errno`.
  public init(operation: Operation, path: String, code: Int32) {
    self.operation = operation
    self.path = path
    self.code = code
  }

  /// `path: what cannot be done: why; what to do about it`.
  public var description: String {
    "\(path): \(operation.rawValue): \(String(cString: strerror(code)))\(remedy.map { "; " + $0 } ?? "")"
  }

  private var remedy: String? {
    switch code {
    case ENOSPC, EDQUOT: "the disk is full: free space, or name a file on another disk"
    case EACCES, EPERM, EROFS: "name a file in a folder that you may write to"
    case ENOENT, ENOTDIR: "is there such a folder?"
    case EIO: "the disk may be defective: name a file on another disk"
    default: nil
    }
  }
}
