/// Of many ids every so many and the last one, each with its number: as SQLite's own window functions would give them, in a
/// third of the time.
///
/// `@unchecked Sendable`: it may go from thread to thread, one at a time; whoever has it sees to that.
final class FenceCursor: ResultCursor, @unchecked Sendable {
  let columns = ["id", "n"]
  private(set) var isTruncated = false

  private let ids: QueryCursor
  private let stride: Int64
  private let limit: Int
  private var (id, number) = (Int64(0), Int64(0))
  private var (isOver, count) = (false, 0)

  /// - Parameters:
  ///   - ids: all of them, in the first column.
  ///   - stride: from one that is told to the next, beginning with the first of all.
  ///   - limit: of rows; nil for none.
  init(_ ids: QueryCursor, every stride: Int, limit: Int?) {
    self.ids = ids
    self.stride = Int64(max(1, stride))
    self.limit = limit ?? .max
  }

  func step() throws(QueryError) -> Bool {
    guard !isOver else { return false }
    let former = number
    while try ids.step() {
      guard case .integer(let next) = ids.borrowed(0) else { continue }
      (id, number) = (next, number + 1)
      if (number - 1) % stride == 0 { return tell() }
    }
    isOver = true
    return number > former ? tell() : false
  }

  private func tell() -> Bool {
    isTruncated = count == limit
    isOver = isOver || isTruncated
    count += isTruncated ? 0 : 1
    return !isTruncated
  }

  func borrowed(_ column: Int) -> BorrowedValue { .integer(column == 0 ? id : number) }
}
