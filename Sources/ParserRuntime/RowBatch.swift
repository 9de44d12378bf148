/// Rows on their way to the database: a flat, growing buffer that a writer binds straight into prepared statements.
///
/// The buffer is a sequence of items. Each begins with a UInt16, a number of 13 bits and a tag of 3. A row begins with an
/// item that has the number of its table and, as a UInt32, the bytes of its values; then for each value that is not NULL
/// follows an item with the number of its column and the value: integers and floats are 8 bytes; text and blobs a UInt32
/// length and their bytes. Numbers are in host byte order and unaligned: the buffer never leaves the process.
public final class RowBatch {
  /// What an item is.
  @usableFromInline
  enum Tag: UInt16 {
    case row, integer, real, text, blob

    /// Bits of it; a table or a column has those above.
    @usableFromInline static var width: Int { 3 }

    /// The head of an item.
    @inlinable
    func head(_ number: Int) -> UInt16 { UInt16(truncatingIfNeeded: number << Self.width) | rawValue }
  }

  /// Bytes of the item that a row begins with.
  @usableFromInline static var rowHeadSize: Int { 6 }

  // Every row that is written touches these a few times. None of them is ever lent to anybody, so accesses cannot
  // overlap; looking out for that at run time would cost more than writing a value does.
  @usableFromInline @exclusivity(unchecked) var start: UnsafeMutableRawPointer
  /// Where the next item goes.
  @usableFromInline @exclusivity(unchecked) var cursor: UnsafeMutableRawPointer
  @usableFromInline @exclusivity(unchecked) var limit: UnsafeMutableRawPointer
  @usableFromInline @exclusivity(unchecked) var rows = 0
  /// For each table the id that its next row gets.
  @usableFromInline @exclusivity(unchecked) var nextIDs: [Int64]
  /// Groups of rows that are not to be stored, a bit for each of `SpecificationInfo.details`.
  @exclusivity(unchecked) public var omittedDetails: UInt64 = 0

  /// - Parameter nextIDs: the first free id of each table, by table number.
  public init(nextIDs: [Int64], capacity: Int = 1 << 16) {
    self.nextIDs = nextIDs
    start = .allocate(byteCount: capacity, alignment: 8)
    cursor = start
    limit = start + capacity
  }

  /// An empty batch that goes on with the ids of `former`.
  public convenience init(after former: RowBatch) {
    self.init(nextIDs: former.nextIDs, capacity: former.limit - former.start)
    omittedDetails = former.omittedDetails
  }

  deinit { start.deallocate() }

  /// Empties the batch, which goes on with the ids of `former`.
  public func restart(after former: RowBatch) {
    cursor = start
    rows = 0
    nextIDs = former.nextIDs
    omittedDetails = former.omittedDetails
  }

  /// Bytes in use.
  @inlinable public var byteCount: Int { cursor - start }
  /// Rows begun so far.
  @inlinable public var rowCount: Int { rows }

  // MARK: Writing

  /// Whether rows of a group are to be stored.
  @inlinable
  public func stores(detail: Int) -> Bool { omittedDetails & (1 << UInt64(detail)) == 0 }

  /// Reserves the id of a row that is yet to be written.
  @inlinable
  public func newID(table: Int) -> Int64 {
    defer { nextIDs[table] += 1 }
    return nextIDs[table]
  }

  /// Begins a row; its id is column 0. The row is part of the batch when it is ended, before which no other may be begun.
  @inlinable
  public func begin(table: Int, id: Int64) -> RowWriter { RowWriter(self, table: table, id: id) }

  /// Makes room for `count` bytes behind `used` ones, which are kept.
  @usableFromInline @inline(never)
  func grow(_ count: Int, used: Int) {
    let capacity = max((limit - start) * 2, used + count)
    let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 8)
    larger.copyMemory(from: start, byteCount: used)
    cursor = larger + byteCount
    start.deallocate()
    (start, limit) = (larger, larger + capacity)
  }
}
