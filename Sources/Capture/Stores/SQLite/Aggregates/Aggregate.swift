/// What is made of a statement's rows where SQLite itself would take longer.
enum Aggregate: Hashable {
  /// See `FenceCursor`.
  case fences(every: Int)
  /// See `TrafficCursor`.
  case traffic(from: Int64, width: Int64)

  /// - Returns: nil where the statement's rows are the answer.
  init?(_ question: StoreQuestion) {
    switch question {
    case .fences(_, from: _, let every): self = .fences(every: every)
    case .overview(.traffic(let start, let width), _): self = .traffic(from: start, width: width)
    default: return nil
    }
  }

  /// - Parameter limit: of rows of the answer; nil for none.
  func cursor(_ rows: QueryCursor, limit: Int?) -> any ResultCursor {
    switch self {
    case .fences(let every): FenceCursor(rows, every: every, limit: limit)
    case .traffic(let start, let width): TrafficCursor(rows, from: start, width: width, limit: limit)
    }
  }
}
