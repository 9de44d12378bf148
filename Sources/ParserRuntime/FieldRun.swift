/// Fixed-size fields whose bounds have been checked together. Offsets are in bytes from the run's start; the
/// generated code that uses them is the only caller, and it never reaches past the run.
public struct FieldRun {
  @usableFromInline let start: UnsafeRawPointer

  @usableFromInline
  init(start: UnsafeRawPointer) { self.start = start }

  /// `count` bytes as they stand.
  @inlinable
  public func bytes<let count: Int>(_ offset: Int) -> FixedBytes<count> { FixedBytes(at: start + offset) }

  /// An unsigned integer of a byte.
  @inlinable
  public func byte(_ offset: Int) -> UInt8 { start.load(fromByteOffset: offset, as: UInt8.self) }

  /// A signed integer of a byte.
  @inlinable
  public func signedByte(_ offset: Int) -> Int8 { Int8(bitPattern: byte(offset)) }

  /// A little-endian integer of its type's width.
  @inlinable
  public func little<Integer: FixedWidthInteger & BitwiseCopyable>(_ offset: Int) -> Integer {
    Integer(littleEndian: start.loadUnaligned(fromByteOffset: offset, as: Integer.self))
  }

  /// A big-endian integer of its type's width.
  @inlinable
  public func big<Integer: FixedWidthInteger & BitwiseCopyable>(_ offset: Int) -> Integer {
    Integer(bigEndian: start.loadUnaligned(fromByteOffset: offset, as: Integer.self))
  }

  /// A little-endian number of IEEE 754, 4 bytes.
  @inlinable
  public func littleFloat(_ offset: Int) -> Float { Float(bitPattern: little(offset)) }
  /// A big-endian number of IEEE 754, 4 bytes.
  @inlinable
  public func bigFloat(_ offset: Int) -> Float { Float(bitPattern: big(offset)) }
  /// A little-endian number of IEEE 754, 8 bytes.
  @inlinable
  public func littleDouble(_ offset: Int) -> Double { Double(bitPattern: little(offset)) }
  /// A big-endian number of IEEE 754, 8 bytes.
  @inlinable
  public func bigDouble(_ offset: Int) -> Double { Double(bitPattern: big(offset)) }

  /// Whether the bytes at `offset` are exactly these.
  @inlinable
  public func holds(_ expected: StaticString, count: Int, at offset: Int) -> Bool {
    for index in 0..<count where byte(offset + index) != expected.utf8Start[index] { return false }
    return true
  }

  /// The same for contents that are no ASCII text.
  public func holds(_ expected: [UInt8], at offset: Int) -> Bool {
    for (index, value) in expected.enumerated() where byte(offset + index) != value { return false }
    return true
  }
}
