import Capture
import Foundation

/// What commands print much to.
enum StandardOutput {
  /// - Throws: Where it cannot be written, such as to a full disk.
  static func write(_ data: Data) throws(CaptureError) {
    do {
      try FileHandle.standardOutput.write(contentsOf: data)
    } catch {
      throw CaptureError("standard output cannot be written: \(error.localizedDescription)")
    }
  }
}
