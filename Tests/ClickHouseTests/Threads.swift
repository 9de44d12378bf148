import Foundation
import Synchronization

/// Runs what mostly waits on a thread of its own: tests share a few, one for each processor.
func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: Swift.Result { try body() }) }
  }
}

/// Threads that do the same at the same time, each with a number of its own.
final class Workers<Output: Sendable>: Sendable {
  private let count: Int
  private let results = Mutex<[Int: Result<Output, any Error>]>([:])
  private let ended = DispatchSemaphore(value: 0)

  /// Starts them.
  init(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Output) {
    self.count = count
    for number in 0..<count {
      Thread.detachNewThread { [self] in
        let result = Result { try body(number) }
        results.withLock { $0[number] = result }
        ended.signal()
      }
    }
  }

  /// Waits for the end of all of them.
  /// - Returns: What they have come to, in their order.
  func wait() throws -> [Output] {
    for _ in 0..<count { ended.wait() }
    let results = results.withLock { $0 }
    return try results.sorted { $0.key < $1.key }.map { try $0.value.get() }
  }
}

/// What tells threads to end.
final class Flag: Sendable {
  private let value = Atomic(false)

  var isRaised: Bool { value.load(ordering: .relaxed) }

  func raise() { value.store(true, ordering: .relaxed) }
}
