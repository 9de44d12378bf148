import Foundation
import Synchronization

/// What is to be done when the tests' process ends.
enum AtEnd {
  private static let actions = Mutex<[@Sendable () -> Void]>([])
  private static let registration: Void = {
    atexit { for action in AtEnd.actions.withLock({ $0 }) { action() } }
  }()

  static func run(_ action: @escaping @Sendable () -> Void) {
    _ = registration
    actions.withLock { $0.append(action) }
  }
}
