import ClickHouseSchema

/// Rows of one table and one UTC day as they go to the server, in the format RowBinary: values one after another, integers
/// with the lowest byte first, texts with their length in front.
final class RowBuffer {
  /// Values of a column by which the server finds the rows again.
  struct Range: Equatable {
    var first = Int64.max
    var last = Int64.min

    @inline(__always)
    mutating func include(_ value: Int64) {
      if value < first { first = value }
      if value > last { last = value }
    }
  }

  /// Where they go to.
  let table: ClickHouseTable
  /// The day, as the server counts it; nil where the table is not kept by days.
  private(set) var day: UTCDay?
  /// When the first row came.
  private(set) var begun: ContinuousClock.Instant
  private var start: UnsafeMutableRawPointer
  private(set) var byteCount = 0
  private var capacity: Int
  private(set) var rowCount = 0
  private(set) var ids = Range()
  /// Of the column that the table is ordered by before the id, where there is one.
  private(set) var groups = Range()
  private(set) var times = Range()

  /// - Parameter capacity: bytes that there is room for at first.
  init(_ table: ClickHouseTable, day: UTCDay?, begun: ContinuousClock.Instant, capacity: Int = 1 << 16) {
    self.table = table
    self.day = day
    self.begun = begun
    self.capacity = capacity
    start = .allocate(byteCount: capacity, alignment: 16)
  }

  deinit { start.deallocate() }

  /// Begins anew, without rows, in the same memory.
  func restart(day: UTCDay?, begun: ContinuousClock.Instant) {
    (self.day, self.begun) = (day, begun)
    (byteCount, rowCount) = (0, 0)
    (ids, groups, times) = (Range(), Range(), Range())
  }

  /// Valid until a row is added.
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: byteCount) }

  /// Makes room for a row.
  /// - Parameter size: what it has at the most.
  /// - Returns: Where it is to be written.
  @inline(__always)
  func room(_ size: Int) -> UnsafeMutableRawPointer {
    if capacity - byteCount < size { grow(size) }
    return start + byteCount
  }

  @inline(never)
  private func grow(_ size: Int) {
    capacity = max(capacity * 2, byteCount + size)
    let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
    larger.copyMemory(from: start, byteCount: byteCount)
    start.deallocate()
    start = larger
  }

  /// Adds the row that was written.
  /// - Parameter end: behind its last byte.
  @inline(__always)
  func add(upTo end: UnsafeMutableRawPointer, id: Int64, group: Int64, time: Int64) {
    byteCount = end - start
    rowCount += 1
    ids.include(id)
    groups.include(group)
    times.include(time)
  }
}
