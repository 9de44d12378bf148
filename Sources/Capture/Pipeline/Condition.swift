import Foundation

extension NSCondition {
  /// Changes what the lock guards, and lets all who wait look again.
  package func change<Result>(_ body: () throws -> Result) rethrows -> Result {
    try withLock {
      defer { broadcast() }
      return try body()
    }
  }
}
