import DequeModule
import Foundation
import ParserRuntime

/// A bounded queue of batches between the thread that decodes and the one that writes.
///
/// `@unchecked Sendable`: all state is read and written with the condition's lock held, and a batch that is put in is
/// not touched again by the thread that put it in, unless the other has given it back. The session of a rotation's former
/// file is the writer's as the batches are, that of its next file once it is taken.
final class RowQueue: @unchecked Sendable {
  /// What the writer is to do next.
  enum Item {
    case batch(RowBatch)
    /// All that follows goes to another file.
    case rotation(RunRotation)
  }

  /// What is found in the queue.
  enum Finding {
    case item(Item)
    /// Nothing has come, but more may.
    case nothing
    /// No more will come.
    case end
  }

  private let condition = NSCondition()
  private let capacity: Int
  private var items: Deque<Item> = []
  /// Batches that have been written, whose memory can be used again.
  private var spares: [RowBatch] = []
  private var isClosed = false
  private var failure: CaptureError?

  /// - Parameter capacity: items that wait at the most.
  init(capacity: Int) { self.capacity = capacity }

  /// How often somebody is told that the queue is still full, in seconds.
  private static let waitTime = 0.2

  /// Puts a batch in; waits while the queue is full.
  /// - Parameter waiting: called now and then while it is full.
  /// - Throws: What made the writer give up.
  func put(_ batch: RowBatch, waiting: () -> Void = {}) throws(CaptureError) {
    try put(.batch(batch), waiting: waiting)
  }

  /// The same for any item.
  func put(_ item: Item, waiting: () -> Void = {}) throws(CaptureError) {
    condition.lock()
    defer { condition.unlock() }
    var limit = Date(timeIntervalSinceNow: Self.waitTime)
    while items.count >= capacity, failure == nil {
      if condition.wait(until: limit) { continue }
      condition.unlock()
      waiting()
      condition.lock()
      limit = Date(timeIntervalSinceNow: Self.waitTime)
    }
    if let failure { throw failure }
    items.append(item)
    condition.broadcast()
  }

  /// Whether a batch put in now would have to wait.
  var isFull: Bool { condition.withLock { items.count >= capacity } }

  /// Batches that wait.
  var count: Int { condition.withLock { items.count } }

  /// Takes what has waited longest.
  /// - Returns: `nothing` after `timeout` seconds without any.
  func take(timeout: TimeInterval) -> Finding {
    condition.lock()
    defer { condition.unlock() }
    let limit = Date(timeIntervalSinceNow: timeout)
    while items.isEmpty, !isClosed, condition.wait(until: limit) {}
    defer { condition.broadcast() }
    if let item = items.popFirst() { return .item(item) }
    return isClosed ? .end : .nothing
  }

  /// Gives back a batch that has been written.
  func giveBack(_ batch: RowBatch) {
    condition.withLock { if spares.count < capacity { spares.append(batch) } }
  }

  /// A batch that has been written; nil where there is none.
  func takeSpare() -> RowBatch? { condition.withLock { spares.popLast() } }

  /// No more batches will come.
  func close() { condition.change { isClosed = true } }

  /// The writer has given up; whoever puts a batch in learns why. Files that it was to leave are closed.
  func fail(_ error: CaptureError) {
    var dropped: Deque<Item> = []
    condition.change {
      failure = failure ?? error
      swap(&dropped, &items)
    }
    for case .rotation(let rotation) in dropped { try? rotation.finish() }
  }

  /// What made the writer give up.
  var error: CaptureError? { condition.withLock { failure } }
}
