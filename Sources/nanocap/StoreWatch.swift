import Capture
import Logging
import Synchronization

/// Tells once when a store takes no more rows, and once when it does again.
final class StoreWatch: Sendable {
  private let last = Mutex(StoreHealth())

  func note(_ health: StoreHealth?, _ logger: Logger) {
    guard let health else { return }
    let before = last.withLock { last in
      defer { last = health }
      return last
    }
    if let error = health.error, before.error == nil {
      logger.warning("the store takes no rows, they are kept: \(error)")
    } else if health.error == nil, before.error != nil {
      logger.info("the store takes rows again")
    }
    if health.rejectedBatches > before.rejectedBatches {
      logger.error(
        "the store will never take some rows, which are set aside: \(health.error ?? "see the folder rejected")")
    }
    if health.droppedRows > 0, before.droppedRows == 0 {
      logger.warning("rows are dropped: there is no more room to keep them for the store")
    }
  }
}
