import Capture
import Logging
import Synchronization

/// Tells once when a store takes no more rows, and once when it does again.
final class StoreWatch: Sendable {
  private let last = Mutex(StoreHealth())

  func note(_ health: StoreHealth?, _ logger: Logger) {
    for (level, text) in news(health) { logger.log(level: level, "\(text)") }
  }

  /// What is to be told since the last time, and how urgent it is.
  func news(_ health: StoreHealth?) -> [(Logger.Level, String)] {
    guard let health else { return [] }
    let before = last.withLock { last in
      defer { last = health }
      return last
    }
    var news: [(Logger.Level, String)] = []
    if let error = health.error, before.error == nil {
      news.append((.warning, "the store takes no rows, they are kept: \(error)"))
    } else if health.error == nil, before.error != nil {
      news.append((.info, "the store takes rows again"))
    }
    if health.rejectedBatches > before.rejectedBatches {
      let reason = health.error ?? "see the folder rejected"
      news.append((.error, "the store will never take some rows, which are set aside: \(reason)"))
    }
    if health.droppedRows > 0, before.droppedRows == 0 {
      news.append((.warning, "rows are dropped: there is no more room to keep them for the store"))
    }
    return news
  }
}
