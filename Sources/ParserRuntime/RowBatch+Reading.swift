extension RowBatch {
  /// A value as it lies in the batch; buffers are valid as long as the batch is neither changed nor freed.
  @frozen
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
  @inlinable
  public func forEachRow<Failure: Error>(_ row: (Int, inout RowValues) throws(Failure) -> Void) throws(Failure) {
    var place = UnsafeRawPointer(start)
    while place < UnsafeRawPointer(cursor) {
      let head = place.loadUnaligned(as: UInt16.self)
      let size = Int(place.loadUnaligned(fromByteOffset: 2, as: UInt32.self))
      var values = RowValues(cursor: place + Self.rowHeadSize, count: size)
      place = values.end
      try row(Int(head >> Tag.width), &values)
    }
  }
}

/// The values of one row, in the order in which they were written.
public struct RowValues {
  /// Behind the last item that was read.
  @usableFromInline var cursor: UnsafeRawPointer
  @usableFromInline let end: UnsafeRawPointer

  @inlinable
  init(cursor: UnsafeRawPointer, count: Int) {
    self.cursor = cursor
    end = cursor + count
  }

  /// The next column and its value; columns that do not come are NULL.
  @inlinable
  public mutating func next() -> (column: Int, value: RowBatch.Value)? {
    guard cursor < end else { return nil }
    let head = cursor.loadUnaligned(as: UInt16.self)
    let column = Int(head >> RowBatch.Tag.width)
    switch RowBatch.Tag(rawValue: head & 7) {
    case .integer:
      defer { cursor += 10 }
      return (column, .integer(cursor.loadUnaligned(fromByteOffset: 2, as: Int64.self)))
    case .real:
      defer { cursor += 10 }
      return (column, .real(cursor.loadUnaligned(fromByteOffset: 2, as: Double.self)))
    case .text: return (column, .text(bytes()))
    case .blob: return (column, .blob(bytes()))
    case .row, nil: return nil
    }
  }

  @inlinable
  mutating func bytes() -> UnsafeRawBufferPointer {
    let count = Int(cursor.loadUnaligned(fromByteOffset: 2, as: UInt32.self))
    defer { cursor += 6 + count }
    return UnsafeRawBufferPointer(start: cursor + 6, count: count)
  }
}
