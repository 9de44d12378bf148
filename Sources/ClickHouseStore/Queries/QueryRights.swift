import Capture

/// What a user's settings let the program say about a query. Where somebody has made a user that can only read, which is
/// best, the settings are theirs.
enum QueryRights: Sendable {
  /// The user may change settings, and write: each query is told that it may not.
  case all
  /// The user can only read, and may change settings.
  case reading
  /// The user can only read, and has the settings that it has.
  case fixed

  /// - Parameter readonly: the setting's value.
  init(readonly: String) {
    self =
      switch readonly {
      case "0": .all
      case "2": .reading
      default: .fixed
      }
  }

  /// The settings of a query; none of them can be changed by the query itself.
  func settings(_ limits: QueryLimits) -> [(name: String, value: String)] {
    guard self != .fixed else { return [] }
    var settings: [(name: String, value: String)] = []
    if let seconds = limits.seconds {
      settings.append(("max_execution_time", String(max(1, Int(min(seconds, 1e6).rounded(.up))))))
    }
    if let rows = limits.rows {
      // One more, so that it is known whether there are more; the server stops at the end of a block.
      settings.append(("max_result_rows", String(min(rows, Int.max - 1) + 1)))
      settings.append(("result_overflow_mode", "break"))
    }
    if let memory = limits.memory { settings.append(("max_memory_usage", String(memory))) }
    // Rows of a sensor are all on one shard.
    settings.append(("distributed_product_mode", "local"))
    if self == .all { settings.append(("readonly", "1")) }
    return settings
  }
}
