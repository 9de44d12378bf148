import Capture
import Foundation

/// That the disk has no room for a batch. Where nothing waits there for the server, only somebody else can make some.
struct RoomLack: Sendable, Equatable, CustomStringConvertible {
  /// The spool's folder.
  var folder: String
  /// What the disk has free.
  var freeBytes: Int
  /// What the batch needs at the most.
  var neededBytes: Int
  /// The value of `errno`.
  var code: Int32

  /// - Parameter failure: what the system refused; nil where it was something else than room.
  init?(_ failure: FileFailure, folder: String, neededBytes: Int) {
    guard [ENOSPC, EDQUOT, EFBIG].contains(failure.code) else { return nil }
    self.folder = folder
    self.neededBytes = neededBytes
    code = failure.code
    var status = statvfs()
    freeBytes = statvfs(folder, &status) == 0 ? Int(status.f_bavail) * Int(status.f_frsize) : 0
  }

  var description: String {
    let what =
      code == ENOSPC
      ? "there are \(freeBytes) bytes free, and a batch needs \(neededBytes)"
      : "a batch needs \(neededBytes) bytes, and may not have them: \(String(cString: strerror(code)))"
    return "the spool's folder \(folder): \(what); make room, or name a folder on a larger disk (store_state)"
  }
}
