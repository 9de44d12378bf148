import Capture
import DequeModule
import Foundation
import NIOCore

/// The folder in which sealed batches wait until the server has them: what is here is neither lost when this program is
/// killed nor when the server is away.
///
/// `@unchecked Sendable`: all state is read and written with the condition's lock held. Files are written by the one
/// thread that makes rows, and removed by the one that sends them.
final class Spool: @unchecked Sendable {
  /// A batch in the folder.
  struct Entry: Sendable {
    var batch: SealedBatch
    /// Bytes of the file.
    var size: Int
    var sealed: Date
    /// Whether it is not known if the rows were sent before: a former process may have done that.
    var isUncertain: Bool
  }

  /// How much waits.
  struct Backlog: Sendable, Equatable {
    var batches = 0
    var bytes = 0
    var rows = 0
    /// When the oldest batch was sealed.
    var oldest: Date?
    /// Batches that the server will never take.
    var rejected = 0
  }

  let folder: String
  let rejectedFolder: String
  /// Bytes of all files, above which no more rows are taken.
  let limit: Int
  private let condition = NSCondition()
  private var entries: Deque<Entry> = []
  private var bytes = 0
  private var rows = 0
  private var rejected = 0
  private var nextSequence = 1

  /// Opens the folder, and finds what a former process has left there.
  /// - Parameters:
  ///   - folder: is made if there is none; batches that are set aside go to another one beside it.
  ///   - limit: bytes of all files, above which no more rows are taken.
  init(folder: String, limit: Int) throws(CaptureError) {
    self.folder = folder
    self.limit = limit
    rejectedFolder = (folder as NSString).deletingLastPathComponent + "/rejected"
    let files = FileManager.default
    do {
      for path in [folder, rejectedFolder] {
        try files.createDirectory(
          atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      }
      rejected = try files.contentsOfDirectory(atPath: rejectedFolder).count { SealedBatch(fileName: $0) != nil }
      for name in try files.contentsOfDirectory(atPath: folder).sorted() {
        let path = folder + "/" + name
        // It was being written when the process ended, and nobody was told that it is there.
        if name.hasSuffix(".new") { try? files.removeItem(atPath: path) }
        guard let batch = SealedBatch(fileName: name) else { continue }
        let attributes = try files.attributesOfItem(atPath: path)
        append(
          Entry(
            batch: batch, size: attributes[.size] as? Int ?? 0,
            sealed: attributes[.modificationDate] as? Date ?? Date(), isUncertain: true))
      }
    } catch {
      throw CaptureError("\(folder): cannot be used as the spool: \(error.localizedDescription)")
    }
    entries.sort { $0.batch.sequence < $1.batch.sequence }
    nextSequence = (entries.last?.batch.sequence ?? 0) + 1
  }

  private func append(_ entry: Entry) {
    entries.append(entry)
    bytes += entry.size
    rows += entry.batch.rows
  }

  var backlog: Backlog { condition.withLock { currentBacklog } }

  private var currentBacklog: Backlog {
    Backlog(batches: entries.count, bytes: bytes, rows: rows, oldest: entries.first?.sealed, rejected: rejected)
  }

  // MARK: The thread that makes rows

  /// Whether more rows may come, when so many bytes are already on the way here.
  func hasRoom(besides pending: Int) -> Bool { condition.withLock { bytes + pending < limit } }

  /// Seals a batch: from now on it is known to be there, whatever happens to this process or machine.
  /// - Parameter isUncertain: whether a former process may have sealed and sent the same rows in a batch like this one.
  func seal(_ buffer: RowBuffer, _ level: Gzip.Level, isUncertain: Bool = false) throws(FileFailure) {
    let batch = SealedBatch(sequence: condition.withLock { nextSequence }, buffer)
    let size = try Gzip.pack(buffer.bytes, comment: SealedBatch.Statements(buffer).comment, level) { parts in
      Result { () throws(FileFailure) in
        try DurableFile.write(parts, to: path(batch), permissions: 0o600, isNew: true)
        return parts.reduce(0) { $0 + $1.count }
      }
    }.get()
    condition.change {
      nextSequence += 1
      append(Entry(batch: batch, size: size, sealed: Date(), isUncertain: isUncertain))
    }
  }

  // MARK: Waiting

  /// Waits while a condition holds, which is looked at whenever a batch comes or goes, and at `wake`.
  /// - Parameter seconds: how long at the most.
  func wait(_ seconds: TimeInterval, while isWanted: (Backlog) -> Bool) {
    let limit = Date(timeIntervalSinceNow: seconds)
    condition.lock()
    defer { condition.unlock() }
    while isWanted(currentBacklog), condition.wait(until: limit) {}
  }

  /// Lets whoever waits look again.
  func wake() { condition.change {} }

  // MARK: The thread that sends

  /// The batch that has waited longest.
  var oldest: Entry? { condition.withLock { entries.first } }

  /// Reads a batch.
  /// - Parameter body: gets the body of the request that the batch is sent with, in the memory that it has.
  /// - Returns: The batch's statements.
  func read(_ entry: Entry, into body: inout ByteBuffer) throws(FileFailure) -> SealedBatch.Statements {
    let path = path(entry.batch)
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileFailure(operation: .open, path: path, code: errno) }
    defer { close(descriptor) }
    body.clear()
    body.reserveCapacity(entry.size + 1)
    var count = 0
    repeat {
      count = body.writeWithUnsafeMutableBytes(minimumWritableBytes: 1) { bytes in
        max(0, Glibc.read(descriptor, bytes.baseAddress, bytes.count))
      }
    } while count > 0
    guard let comment = Gzip.comment(body.readableBytesView),
      let statements = SealedBatch.Statements(comment: comment)
    else { throw FileFailure(operation: .open, path: path, code: EBADMSG) }
    return statements
  }

  /// Forgets a batch that the server has.
  func remove(_ entry: Entry) {
    // Should that fail, the server is asked for it at the next start, and says that it has it.
    unlink(path(entry.batch))
    forget(entry)
  }

  /// Sets a batch aside that the server does not take.
  /// - Parameter reason: is written beside it.
  func reject(_ entry: Entry, _ reason: String) {
    let target = rejectedFolder + "/" + entry.batch.name + SealedBatch.suffix
    try? DurableFile.write(Data((reason + "\n").utf8), to: target + ".reason", permissions: 0o600)
    rename(path(entry.batch), target)
    condition.change { rejected += 1 }
    forget(entry)
  }

  private func forget(_ entry: Entry) {
    condition.change {
      guard let place = entries.firstIndex(where: { $0.batch.sequence == entry.batch.sequence }) else { return }
      entries.remove(at: place)
      bytes -= entry.size
      rows -= entry.batch.rows
    }
  }

  // MARK: Steps

  private func path(_ batch: SealedBatch) -> String { folder + "/" + batch.name + SealedBatch.suffix }
}
