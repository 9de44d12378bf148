import Foundation

/// A file operation that the system refused.
public struct FileFailure: Error, CustomStringConvertible {
  /// What was to be done with the file.
  public enum Operation: String, Sendable {
    case create = "cannot be created"
    case open = "cannot be opened"
    case write = "cannot be written"
    case synchronize = "cannot be written to the disk"
    case close = "cannot be closed"
    case rename = "cannot be given its name"
    case remove = "cannot be removed"
  }

  public var operation: Operation
  public var path: String
  /// The value of `errno`.
  public var code: Int32

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
