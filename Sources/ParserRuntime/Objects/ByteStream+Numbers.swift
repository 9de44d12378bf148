// Numbers of whole bytes. All of these forget the bits left over.

extension ByteStream {
  /// An unsigned byte.
  public func readU1() throws(ParseError) -> UInt8 { try load() }

  /// An unsigned integer of 2 bytes, little-endian.
  public func readU2le() throws(ParseError) -> UInt16 { UInt16(littleEndian: try load()) }

  /// An unsigned integer of 2 bytes, big-endian.
  public func readU2be() throws(ParseError) -> UInt16 { UInt16(bigEndian: try load()) }

  /// An unsigned integer of 4 bytes, little-endian.
  public func readU4le() throws(ParseError) -> UInt32 { UInt32(littleEndian: try load()) }

  /// An unsigned integer of 4 bytes, big-endian.
  public func readU4be() throws(ParseError) -> UInt32 { UInt32(bigEndian: try load()) }

  /// An unsigned integer of 8 bytes, little-endian.
  public func readU8le() throws(ParseError) -> UInt64 { UInt64(littleEndian: try load()) }

  /// An unsigned integer of 8 bytes, big-endian.
  public func readU8be() throws(ParseError) -> UInt64 { UInt64(bigEndian: try load()) }

  /// A signed byte.
  public func readS1() throws(ParseError) -> Int8 { try load() }

  /// A signed integer of 2 bytes, little-endian.
  public func readS2le() throws(ParseError) -> Int16 { Int16(littleEndian: try load()) }

  /// A signed integer of 2 bytes, big-endian.
  public func readS2be() throws(ParseError) -> Int16 { Int16(bigEndian: try load()) }

  /// A signed integer of 4 bytes, little-endian.
  public func readS4le() throws(ParseError) -> Int32 { Int32(littleEndian: try load()) }

  /// A signed integer of 4 bytes, big-endian.
  public func readS4be() throws(ParseError) -> Int32 { Int32(bigEndian: try load()) }

  /// A signed integer of 8 bytes, little-endian.
  public func readS8le() throws(ParseError) -> Int { Int(littleEndian: try load()) }

  /// A signed integer of 8 bytes, big-endian.
  public func readS8be() throws(ParseError) -> Int { Int(bigEndian: try load()) }

  /// An IEEE 754 number of single precision, little-endian.
  public func readF4le() throws(ParseError) -> Double { Double(Float(bitPattern: try readU4le())) }

  /// An IEEE 754 number of single precision, big-endian.
  public func readF4be() throws(ParseError) -> Double { Double(Float(bitPattern: try readU4be())) }

  /// An IEEE 754 number of double precision, little-endian.
  public func readF8le() throws(ParseError) -> Double { Double(bitPattern: try readU8le()) }

  /// An IEEE 754 number of double precision, big-endian.
  public func readF8be() throws(ParseError) -> Double { Double(bitPattern: try readU8be()) }

  private func load<I: FixedWidthInteger & BitwiseCopyable>() throws(ParseError) -> I {
    let first = try take(MemoryLayout<I>.size)
    alignToByte()
    return source.bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: first, as: I.self) }
  }
}
