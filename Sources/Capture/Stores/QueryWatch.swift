import CLinux
import Foundation

/// Keeps to the time of a query, and ends it when somebody wants that: in what a store does, and in work that goes on with
/// what the store has.
struct QueryWatch {
  private let cancellation: QueryCancellation?
  /// By `now`.
  private let deadline: Double?

  /// From now on.
  init(_ control: QueryControl) {
    cancellation = control.cancellation
    deadline = control.limits.seconds.map { Self.now + $0 }
  }

  /// Whether the work may go on.
  var goesOn: Bool { cancellation?.isCancelled != true && deadline.map { Self.now < $0 } ?? true }

  /// - Throws: Where the work may not go on.
  func check() throws(QueryError) {
    guard !goesOn else { return }
    throw cancellation?.isCancelled == true ? .cancelled : .timeout
  }

  /// Seconds, by the system's clock that is the quickest to read, since it is read for each row of a result: it advances
  /// every few milliseconds.
  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
