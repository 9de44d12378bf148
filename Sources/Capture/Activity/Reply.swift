import Synchronization

/// Who is told, once, whether something could be started.
public final class Reply: Sendable {
  private let continuation: Mutex<CheckedContinuation<Void, any Error>?>

  init(_ continuation: CheckedContinuation<Void, any Error>) { self.continuation = Mutex(continuation) }

  func succeed() { take()?.resume() }

  func answer(_ result: Result<Void, CaptureError>) { take()?.resume(with: result.mapError { $0 }) }

  /// - Returns: Whether anybody still waited.
  @discardableResult
  func fail(_ error: CaptureError) -> Bool {
    guard let waiting = take() else { return false }
    waiting.resume(throwing: error)
    return true
  }

  private func take() -> CheckedContinuation<Void, any Error>? {
    continuation.withLock { waiting in
      defer { waiting = nil }
      return waiting
    }
  }
}
