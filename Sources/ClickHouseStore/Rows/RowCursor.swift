import ParserRuntime

/// Writes values in the format RowBinary, to where there is room for them.
struct RowCursor {
  /// Where the next value goes.
  private(set) var place: UnsafeMutableRawPointer

  init(_ place: UnsafeMutableRawPointer) { self.place = place }

  @inline(__always)
  mutating func write(_ value: some FixedWidthInteger) {
    place.storeBytes(of: value.littleEndian, as: type(of: value).self)
    place += MemoryLayout.size(ofValue: value)
  }

  /// A number.
  @inline(__always)
  mutating func write(_ value: Int64, as kind: TablePlan.Column.Kind) {
    switch kind {
    case .int8: write(Int8(truncatingIfNeeded: value))
    case .int16: write(Int16(truncatingIfNeeded: value))
    case .int32: write(Int32(truncatingIfNeeded: value))
    case .int64: write(value)
    case .real: write(Double(value).bitPattern)
    case .bytes: write(text: "\(value)")
    }
  }

  @inline(__always)
  mutating func write(_ value: RowBatch.Value, as kind: TablePlan.Column.Kind) {
    switch value {
    case .integer(let value): write(value, as: kind)
    case .text(let bytes), .blob(let bytes):
      if kind == .bytes { write(bytes: bytes) } else { writeNothing(as: kind) }
    case .real(let value):
      switch kind {
      case .real: write(value.bitPattern)
      case .bytes: write(text: "\(value)")
      case .int8, .int16, .int32, .int64: write(Int64(exactly: value.rounded(.towardZero)) ?? 0, as: kind)
      }
    }
  }

  /// 0, or the empty text.
  @inline(__always)
  mutating func writeNothing(as kind: TablePlan.Column.Kind) {
    if kind == .bytes { write(UInt8(0)) } else { write(0, as: kind) }
  }

  /// A text, or bytes, with the length in front.
  @inline(__always)
  mutating func write(bytes: UnsafeRawBufferPointer) {
    var count = bytes.count
    while count >= 0x80 {
      write(UInt8(truncatingIfNeeded: count) | 0x80)
      count >>= 7
    }
    write(UInt8(truncatingIfNeeded: count))
    append(bytes)
  }

  @inline(never)
  private mutating func write(text: String) {
    var text = text
    text.withUTF8 { write(bytes: UnsafeRawBufferPointer($0)) }
  }

  /// Bytes as they are.
  @inline(__always)
  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    place.copyMemory(from: start, byteCount: bytes.count)
    place += bytes.count
  }
}
