import Foundation
import Synchronization
import ParserRuntime
import Testing

@testable import Capture

/// The bounded queue between decoding and writing.
@Suite struct RowQueueTests {
  /// Counts from any thread.
  private final class Counter: Sendable {
    private let value = Mutex(0)

    var count: Int { value.withLock { $0 } }

    func increment() { value.withLock { $0 += 1 } }
  }

  /// What another thread was told.
  private final class Told: Sendable {
    private let value = Mutex<CaptureError?>(nil)

    var error: CaptureError? { value.withLock { $0 } }

    func note(_ error: CaptureError) { value.withLock { $0 = error } }
  }

  @Test func `it is full with as many batches as it has room for`() throws {
    for capacity in [1, 2, 64] {
      let queue = RowQueue(capacity: capacity)
      for count in 0..<capacity {
        #expect(!queue.isFull && queue.count == count)
        try queue.put(batch(1..<2))
      }
      #expect(queue.isFull && queue.count == capacity)
      _ = queue.take(timeout: 0)
      #expect(!queue.isFull)
    }
  }

  @Test func `whoever brings one more waits until there is room`() throws {
    let queue = RowQueue(capacity: 2)
    let brought = Counter()
    let isDone = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      for id in 1...10 as ClosedRange<Int64> {
        try? queue.put(batch(id..<id + 1))
        brought.increment()
      }
      isDone.signal()
    }
    for taken in 0..<10 {
      // Two wait, and the next one is not brought before one of them is taken.
      let expected = min(10, taken + 2)
      #expect(holds { brought.count >= expected })
      Thread.sleep(forTimeInterval: 0.01)
      #expect(queue.count <= 2 && brought.count == expected)
      #expect(queue.take(timeout: 0).batch != nil)
    }
    isDone.wait()
    #expect(queue.take(timeout: 0).batch == nil)
  }

  @Test func `batches are taken in their order, and the end is told after the last`() throws {
    let queue = RowQueue(capacity: 8)
    for rows in 1...3 as ClosedRange<Int64> { try queue.put(batch(0..<rows)) }
    queue.close()
    for rows in 1...3 {
      #expect(queue.take(timeout: 0).batch?.rowCount == rows)
    }
    #expect(queue.take(timeout: 0).isEnd)
  }

  @Test func `an empty queue is not at its end`() {
    let finding = RowQueue(capacity: 8).take(timeout: 0)
    #expect(finding.batch == nil && !finding.isEnd)
  }

  @Test func `a failure wakes whoever waits, and is told to all who come after; the first one counts`() throws {
    let queue = RowQueue(capacity: 1)
    try queue.put(batch(1..<2))
    let told = Told()
    let isDone = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      do throws(CaptureError) { try queue.put(batch(2..<3)) } catch { told.note(error) }
      isDone.signal()
    }
    queue.fail(CaptureError("first"))
    queue.fail(CaptureError("second"))
    isDone.wait()
    #expect(told.error?.description == "first" && queue.error?.description == "first")
    #expect(throws: CaptureError.self) { try queue.put(batch(3..<4)) }
    // What waited is of no use any more.
    #expect(queue.count == 0)
  }
}

extension RowQueue.Finding {
  fileprivate var batch: RowBatch? { if case .item(.batch(let batch)) = self { batch } else { nil } }
  fileprivate var isEnd: Bool { if case .end = self { true } else { false } }
}
