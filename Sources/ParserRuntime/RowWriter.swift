/// Writes the values of one row, each column once; those that are not written are NULL.
///
/// It has the batch's place in its own hands until it is ended, so that values of a row cost no more than their bytes.
public struct RowWriter: ~Copyable {
  // Whoever writes a row has the batch as well, so that it need not be retained for each row.
  @usableFromInline unowned(unsafe) let batch: RowBatch
  @usableFromInline var cursor: UnsafeMutableRawPointer
  @usableFromInline var limit: UnsafeMutableRawPointer
  /// The row's id.
  public let id: Int64
  /// Offset in the batch of the text that was begun.
  @usableFromInline var textStart = 0

  @inlinable
  init(_ batch: RowBatch, table: Int, id: Int64) {
    self.batch = batch
    self.id = id
    cursor = batch.cursor
    limit = batch.limit
    let place = room(RowBatch.rowHeadSize + 10)
    place.storeBytes(of: RowBatch.Tag.row.head(table), as: UInt16.self)
    place.storeBytes(of: RowBatch.Tag.integer.head(0), toByteOffset: RowBatch.rowHeadSize, as: UInt16.self)
    place.storeBytes(of: id, toByteOffset: RowBatch.rowHeadSize + 2, as: Int64.self)
  }

  /// Adds the row to the batch.
  @inlinable
  public consuming func end() {
    let size = cursor - batch.cursor - RowBatch.rowHeadSize
    batch.cursor.storeBytes(of: UInt32(truncatingIfNeeded: size), toByteOffset: 2, as: UInt32.self)
    batch.cursor = cursor
    batch.rows += 1
  }

  // MARK: Values

  /// A column's integer; unsigned 64-bit values keep their bits.
  @inlinable
  public mutating func integer(_ column: Int, _ value: some FixedWidthInteger) {
    number(column, .integer, UInt64(bitPattern: Int64(truncatingIfNeeded: value)))
  }

  /// A column's truth: 1 or 0.
  @inlinable
  public mutating func boolean(_ column: Int, _ value: Bool) { integer(column, value ? 1 : 0) }

  /// A column's floating-point number, as 8 bytes.
  @inlinable
  public mutating func real(_ column: Int, _ value: some BinaryFloatingPoint) {
    number(column, .real, Double(value).bitPattern)
  }

  /// A column's text.
  public mutating func text(_ column: Int, _ value: String) {
    var value = value
    value.withUTF8 { item(column, .text, UnsafeRawBufferPointer($0)) }
  }

  /// A column's text, as UTF-8 that is copied.
  public mutating func text(_ column: Int, utf8 bytes: UnsafeRawBufferPointer) { item(column, .text, bytes) }

  /// A column's byte string.
  @inlinable
  public mutating func blob(_ column: Int, _ value: some ByteString) {
    value.withBytes { blob(column, $0) }
  }

  /// A column's byte string, which is copied.
  public mutating func blob(_ column: Int, _ bytes: UnsafeRawBufferPointer) { item(column, .blob, bytes) }

  // MARK: Texts in parts

  /// Begins a text that is written in parts; `endText` ends it.
  @inlinable
  public mutating func beginText(_ column: Int) {
    _ = item(column, .text, count: 0)
    textStart = cursor - batch.start
  }

  /// A part of the text that was begun.
  public mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      UnsafeMutableRawBufferPointer(start: room(bytes.count), count: bytes.count)
        .copyMemory(from: UnsafeRawBufferPointer(bytes))
    }
  }

  /// A comma between two parts of the text that was begun.
  @inlinable
  public mutating func appendComma() { room(1).storeBytes(of: 0x2C, as: UInt8.self) }

  /// Ends the text that was begun.
  @inlinable
  public mutating func endText() {
    let text = batch.start + textStart
    (text - 4).storeBytes(of: UInt32(truncatingIfNeeded: cursor - text), as: UInt32.self)
  }

  // MARK: Bytes

  /// A text of `count` bytes as a whole, which the caller fills completely.
  @inlinable
  mutating func text(_ column: Int, count: Int) -> UnsafeMutableRawPointer { item(column, .text, count: count) }

  /// A text of at most `capacity` bytes as a whole; `write` tells how many it has written.
  mutating func text(_ column: Int, upTo capacity: Int, _ write: (UnsafeMutableRawPointer) -> Int) {
    beginText(column)
    let place = room(capacity)
    cursor = place + write(place)
    endText()
  }

  /// A text or blob, which the caller fills completely.
  @inlinable
  mutating func item(_ column: Int, _ tag: RowBatch.Tag, count: Int) -> UnsafeMutableRawPointer {
    let place = room(6 + count)
    place.storeBytes(of: tag.head(column), as: UInt16.self)
    place.storeBytes(of: UInt32(truncatingIfNeeded: count), toByteOffset: 2, as: UInt32.self)
    return place + 6
  }

  /// A text or blob as a whole, which is copied.
  mutating func item(_ column: Int, _ tag: RowBatch.Tag, _ bytes: UnsafeRawBufferPointer) {
    UnsafeMutableRawBufferPointer(start: item(column, tag, count: bytes.count), count: bytes.count)
      .copyMemory(from: bytes)
  }

  @inlinable
  mutating func number(_ column: Int, _ tag: RowBatch.Tag, _ bits: UInt64) {
    let place = room(10)
    place.storeBytes(of: tag.head(column), as: UInt16.self)
    place.storeBytes(of: bits, toByteOffset: 2, as: UInt64.self)
  }

  /// Takes `count` bytes, which the caller fills completely.
  @inlinable
  mutating func room(_ count: Int) -> UnsafeMutableRawPointer {
    if limit - cursor < count { grow(count) }
    let place = cursor
    cursor = place + count
    return place
  }

  @usableFromInline @inline(never)
  mutating func grow(_ count: Int) {
    let used = cursor - batch.start
    batch.grow(count, used: used)
    cursor = batch.start + used
    limit = batch.limit
  }
}
