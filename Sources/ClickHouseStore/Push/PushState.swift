import Capture
import Foundation

/// How far the rows of another store have come, in a file of the sensor's state folder.
///
/// Before rows are sealed the file says up to where they go, and afterwards that this was done. So after an interruption
/// the same rows are sealed again in the same batches, and the server can be asked for each whether it has it.
final class PushState {
  private struct Content: Codable {
    /// What is added to each id of the other store.
    var base: Int64
    /// By table: all rows up to this key, or that belong to messages up to this one, are sealed.
    var done: [String: Int64] = [:]
    /// By table: the same of rows that may be sealed.
    var begun: [String: Int64] = [:]
  }

  private let path: String
  private var content: Content

  /// Goes on where a former process was interrupted.
  /// - Parameters:
  ///   - identity: of the other store.
  ///   - base: what is added to each id, where nothing of the store was sent before.
  init(folder: String, identity: String, base: Int64) throws(CaptureError) {
    path = "\(folder)/push-\(identity).json"
    guard let data = FileManager.default.contents(atPath: path) else {
      content = Content(base: base)
      return
    }
    guard let known = try? JSONDecoder().decode(Content.self, from: data) else {
      throw CaptureError(
        "\(path): cannot be read; without it rows that the store has would be sent a second time. Restore it")
    }
    content = known
  }

  /// What is added to each id of the other store.
  var base: Int64 { content.base }
  /// Whether anything was sent before.
  var isResumed: Bool { !content.begun.isEmpty }

  /// Up to where the rows of a table are sealed; nil where none is.
  func done(_ table: String) -> Int64? { content.done[table] }

  /// Where the batches end that a former process may have sealed.
  func interrupted(_ table: String) -> Int64? {
    guard let end = content.begun[table], end != content.done[table] else { return nil }
    return end
  }

  /// Notes up to where rows are about to be sealed.
  func begin(_ table: String, upTo end: Int64) throws(FileFailure) {
    content.begun[table] = end
    try save()
  }

  /// Notes that they are.
  func finish(_ table: String) throws(FileFailure) {
    content.done[table] = content.begun[table]
    try save()
  }

  private func save() throws(FileFailure) {
    guard let data = try? JSONEncoder().encode(content) else { return }
    try DurableFile.write(data, to: path, permissions: 0o600)
  }
}
