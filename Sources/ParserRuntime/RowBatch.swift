/// Rows on their way to the database: a flat, growing buffer that a writer binds straight into prepared statements.
///
/// A row is `table: UInt16, values: UInt16`, then for each value that is not NULL
/// `column: UInt8, tag: UInt8, payload`. Integers and floats are 8 bytes; text and blobs a UInt32 length and their
/// bytes. Numbers are in host byte order and unaligned: the buffer never leaves the process.
public final class RowBatch {
  /// What a value's payload is.
  @usableFromInline
  enum Tag: UInt8 { case integer, real, text, blob }

  @usableFromInline var buffer: UnsafeMutableRawPointer
  @usableFromInline var capacity: Int
  @usableFromInline var used = 0
  @usableFromInline var begun = 0
  /// For each table the id that its next row gets.
  @usableFromInline var nextIDs: [Int64]
  @usableFromInline var rowStart = 0
  @usableFromInline var textStart = 0
  /// Groups of rows that are not to be stored, a bit for each of `SpecificationInfo.details`.
  public var omittedDetails: UInt64 = 0

  /// - Parameter nextIDs: the first free id of each table, by table number.
  public init(nextIDs: [Int64], capacity: Int = 1 << 16) {
    self.nextIDs = nextIDs
    self.capacity = capacity
    buffer = .allocate(byteCount: capacity, alignment: 8)
  }

  /// An empty batch that goes on with the ids of `former`.
  public convenience init(after former: RowBatch) {
    self.init(nextIDs: former.nextIDs, capacity: former.capacity)
    omittedDetails = former.omittedDetails
  }

  deinit { buffer.deallocate() }

  /// Bytes in use.
  @inlinable public var byteCount: Int { used }
  /// Rows begun so far.
  @inlinable public var rowCount: Int { begun }

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
    rowStart = used
    reserve(4)
    buffer.storeBytes(of: UInt16(truncatingIfNeeded: table), toByteOffset: used, as: UInt16.self)
    buffer.storeBytes(of: 0, toByteOffset: used + 2, as: UInt16.self)
    used += 4
    begun += 1
    integer(0, id)
  }

  /// A column's integer; unsigned 64-bit values keep their bits.
  @inlinable
  public func integer(_ column: Int, _ value: some FixedWidthInteger) {
    fixed(column, .integer, UInt64(bitPattern: Int64(truncatingIfNeeded: value)))
  }

  /// A column's truth: 1 or 0.
  @inlinable
  public func boolean(_ column: Int, _ value: Bool) { integer(column, value ? 1 : 0) }

  /// A column's floating-point number, as 8 bytes.
  @inlinable
  public func real(_ column: Int, _ value: some BinaryFloatingPoint) {
    fixed(column, .real, Double(value).bitPattern)
  }

  /// A column's text.
  public func text(_ column: Int, _ value: String) {
    beginText(column)
    append(value)
    endText()
  }

  /// A column's byte string.
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
    let length = UInt32(truncatingIfNeeded: used - textStart - 4)
    buffer.storeBytes(of: length, toByteOffset: textStart, as: UInt32.self)
  }

  // MARK: Bytes

  private func begin(_ column: Int, _ tag: Tag) {
    reserve(6)
    header(column, tag)
    textStart = used
    used += 4
  }

  func append(_ bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress else { return }
    reserve(bytes.count)
    (buffer + byteCount).copyMemory(from: source, byteCount: bytes.count)
    used += bytes.count
  }

  /// Room for `count` bytes of text, which the caller fills completely.
  func grow(_ count: Int) -> UnsafeMutablePointer<UInt8> {
    reserve(count)
    defer { used += count }
    return (buffer + byteCount).assumingMemoryBound(to: UInt8.self)
  }

  @usableFromInline
  func fixed(_ column: Int, _ tag: Tag, _ bits: UInt64) {
    reserve(10)
    header(column, tag)
    buffer.storeBytes(of: bits, toByteOffset: used, as: UInt64.self)
    used += 8
  }

  private func header(_ column: Int, _ tag: Tag) {
    buffer.storeBytes(of: UInt8(truncatingIfNeeded: column), toByteOffset: used, as: UInt8.self)
    buffer.storeBytes(of: tag.rawValue, toByteOffset: used + 1, as: UInt8.self)
    used += 2
    let values = buffer.loadUnaligned(fromByteOffset: rowStart + 2, as: UInt16.self)
    buffer.storeBytes(of: values &+ 1, toByteOffset: rowStart + 2, as: UInt16.self)
  }

  @usableFromInline
  func reserve(_ count: Int) {
    if used + count > capacity { expand(count) }
  }

  private func expand(_ count: Int) {
    capacity = max(capacity * 2, used + count)
    let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 8)
    larger.copyMemory(from: buffer, byteCount: used)
    buffer.deallocate()
    buffer = larger
  }
}

// MARK: - Reading

extension RowBatch {
  /// A value as it lies in the batch; buffers are valid as long as the batch is neither changed nor freed.
  public enum Value {
    /// A signed integer of 64 bits.
    case integer(Int64)
    /// A floating-point number.
    case real(Double)
    /// UTF-8.
    case text(UnsafeRawBufferPointer)
    /// The bytes of a byte string.
    case blob(UnsafeRawBufferPointer)
  }

  /// Calls `row` with the table of each row in order, and a reader that hands out the row's values.
  public func forEachRow<Failure: Error>(_ row: (Int, inout RowValues) throws(Failure) -> Void) throws(Failure) {
    var position = 0
    while position < used {
      let table = Int(buffer.loadUnaligned(fromByteOffset: position, as: UInt16.self))
      let count = Int(buffer.loadUnaligned(fromByteOffset: position + 2, as: UInt16.self))
      var values = RowValues(cursor: UnsafeRawPointer(buffer) + position + 4, remaining: count)
      try row(table, &values)
      while values.next() != nil {}
      position = UnsafeRawPointer(buffer).distance(to: values.cursor)
    }
  }
}

/// The values of one row, in the order in which they were written.
public struct RowValues {
  var cursor: UnsafeRawPointer
  var remaining: Int

  /// The next column and its value; columns that do not come are NULL.
  public mutating func next() -> (column: Int, value: RowBatch.Value)? {
    guard remaining > 0 else { return nil }
    remaining -= 1
    let column = Int(cursor.load(as: UInt8.self))
    let tag = RowBatch.Tag(rawValue: cursor.load(fromByteOffset: 1, as: UInt8.self))
    cursor += 2
    switch tag {
    case .integer:
      defer { cursor += 8 }
      return (column, .integer(cursor.loadUnaligned(as: Int64.self)))
    case .real:
      defer { cursor += 8 }
      return (column, .real(cursor.loadUnaligned(as: Double.self)))
    case .text, .blob, nil:
      let length = Int(cursor.loadUnaligned(as: UInt32.self))
      let bytes = UnsafeRawBufferPointer(start: cursor + 4, count: length)
      cursor += 4 + length
      return (column, tag == .text ? .text(bytes) : .blob(bytes))
    }
  }
}
