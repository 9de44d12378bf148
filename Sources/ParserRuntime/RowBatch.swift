/// Rows on their way to the database: a flat, growing buffer that a writer binds straight into prepared statements.
///
/// The buffer is a sequence of items. Each begins with a UInt16, a number of 13 bits and a tag of 3. A row is an item
/// with the number of its table; then for each value that is not NULL follows one with the number of its column and the
/// value: integers and floats are 8 bytes; text and blobs a UInt32 length and their bytes. Numbers are in host byte order
/// and unaligned: the buffer never leaves the process.
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

  // Every value that is written touches these a few times. None of them is ever lent to anybody, so accesses cannot
  // overlap; looking out for that at run time would cost more than writing the value does.
  @usableFromInline @exclusivity(unchecked) var start: UnsafeMutableRawPointer
  /// Where the next item goes.
  @usableFromInline @exclusivity(unchecked) var cursor: UnsafeMutableRawPointer
  @usableFromInline @exclusivity(unchecked) var limit: UnsafeMutableRawPointer
  /// Offset of the length of the text or blob that was begun.
  @exclusivity(unchecked) private var textStart = 0
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

  /// Begins a row; its id is column 0.
  @inlinable
  public func begin(table: Int, id: Int64) {
    let place = room(12)
    place.storeBytes(of: Tag.row.head(table), as: UInt16.self)
    place.storeBytes(of: Tag.integer.head(0), toByteOffset: 2, as: UInt16.self)
    place.storeBytes(of: id, toByteOffset: 4, as: Int64.self)
    rows += 1
  }

  /// A column's integer; unsigned 64-bit values keep their bits.
  @inlinable
  public func integer(_ column: Int, _ value: some FixedWidthInteger) {
    number(column, .integer, UInt64(bitPattern: Int64(truncatingIfNeeded: value)))
  }

  /// A column's truth: 1 or 0.
  @inlinable
  public func boolean(_ column: Int, _ value: Bool) { integer(column, value ? 1 : 0) }

  /// A column's floating-point number, as 8 bytes.
  @inlinable
  public func real(_ column: Int, _ value: some BinaryFloatingPoint) {
    number(column, .real, Double(value).bitPattern)
  }

  /// A column's text.
  public func text(_ column: Int, _ value: String) {
    beginText(column)
    append(value)
    endText()
  }

  /// A column's byte string.
  @inlinable
  public func blob(_ column: Int, _ value: some ByteString) {
    value.withBytes { blob(column, $0) }
  }

  /// A column's byte string, which is copied.
  public func blob(_ column: Int, _ bytes: UnsafeRawBufferPointer) {
    begin(column, .blob)
    append(bytes)
    endText()
  }

  /// Begins a text that is written in parts; `endText` ends it.
  public func beginText(_ column: Int) { begin(column, .text) }

  /// A part of the text that was begun.
  public func append(_ text: String) {
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  /// Ends the text that was begun.
  public func endText() {
    let place = start + textStart
    place.storeBytes(of: UInt32(truncatingIfNeeded: cursor - place - 4), as: UInt32.self)
  }

  // MARK: Bytes

  private func begin(_ column: Int, _ tag: Tag) {
    let place = room(6)
    place.storeBytes(of: tag.head(column), as: UInt16.self)
    textStart = byteCount - 4
  }

  func append(_ bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress else { return }
    room(bytes.count).copyMemory(from: source, byteCount: bytes.count)
  }

  /// A text of `count` bytes as a whole, which the caller fills completely.
  func text(_ column: Int, count: Int) -> UnsafeMutableRawPointer {
    let place = room(6 + count)
    place.storeBytes(of: Tag.text.head(column), as: UInt16.self)
    place.storeBytes(of: UInt32(truncatingIfNeeded: count), toByteOffset: 2, as: UInt32.self)
    return place + 6
  }

  @inlinable
  func number(_ column: Int, _ tag: Tag, _ bits: UInt64) {
    let place = room(10)
    place.storeBytes(of: tag.head(column), as: UInt16.self)
    place.storeBytes(of: bits, toByteOffset: 2, as: UInt64.self)
  }

  /// Takes `count` bytes, which the caller fills completely.
  @inlinable
  func room(_ count: Int) -> UnsafeMutableRawPointer {
    if limit - cursor < count { grow(count) }
    let place = cursor
    cursor = place + count
    return place
  }

  @usableFromInline @inline(never)
  func grow(_ count: Int) {
    let used = byteCount
    let capacity = max((limit - start) * 2, used + count)
    let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 8)
    larger.copyMemory(from: start, byteCount: used)
    start.deallocate()
    (start, cursor, limit) = (larger, larger + used, larger + capacity)
  }
}
