import DequeModule
import Foundation
import ParserRuntime

/// A bounded queue of batches between the thread that decodes and the one that writes.
///
/// `@unchecked Sendable`: all state is read and written with the condition's lock held, and a batch that is put in is
/// not touched again by the thread that put it in, unless the other has given it back.
final class RowQueue: @unchecked Sendable {
  private let condition = NSCondition()
  private let capacity: Int
  private var batches: Deque<RowBatch> = []
  /// Batches that have been written, whose memory can be used again.
  private var spares: [RowBatch] = []
  private var isClosed = false
  private var failure: CaptureError?

  /// - Parameter capacity: batches that wait at the most.
  init(capacity: Int) { self.capacity = capacity }

  /// How often somebody is told that the queue is still full, in seconds.
  private static let waitTime = 0.2

  /// Puts a batch in; waits while the queue is full.
  /// - Parameter waiting: called now and then while it is full.
  /// - Throws: What made the writer give up.
  func put(_ batch: RowBatch, waiting: () -> Void = {}) throws(CaptureError) {
    condition.lock()
    defer { condition.unlock() }
    var limit = Date(timeIntervalSinceNow: Self.waitTime)
    while batches.count >= capacity, failure == nil {
      if condition.wait(until: limit) { continue }
      condition.unlock()
      waiting()
      condition.lock()
      limit = Date(timeIntervalSinceNow: Self.waitTime)
    }
    if let failure { throw failure }
    batches.append(batch)
    condition.broadcast()
  }

  /// Whether a batch put in now would have to wait.
  var isFull: Bool { condition.withLock { batches.count >= capacity } }

  /// Batches that wait.
  var count: Int { condition.withLock { batches.count } }

  /// Takes the batch that has waited longest.
  /// - Returns: nil once the queue is closed and empty, or after `timeout` seconds without any batch.
  func take(timeout: TimeInterval) -> (batch: RowBatch?, isFinished: Bool) {
    condition.lock()
    defer { condition.unlock() }
    let limit = Date(timeIntervalSinceNow: timeout)
    while batches.isEmpty, !isClosed, condition.wait(until: limit) {}
    defer { condition.broadcast() }
    return batches.isEmpty ? (nil, isClosed) : (batches.removeFirst(), false)
  }

  /// Gives back a batch that has been written.
  func giveBack(_ batch: RowBatch) {
    condition.withLock { if spares.count < capacity { spares.append(batch) } }
  }

  /// A batch that has been written; nil where there is none.
  func takeSpare() -> RowBatch? { condition.withLock { spares.popLast() } }

  /// No more batches will come.
  func close() { condition.change { isClosed = true } }

  /// The writer has given up; whoever puts a batch in learns why.
  func fail(_ error: CaptureError) {
    condition.change {
      failure = failure ?? error
      batches = []
    }
  }

  /// What made the writer give up.
  var error: CaptureError? { condition.withLock { failure } }
}
