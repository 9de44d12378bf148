// Integers of any number of bits, as Kaitai reads them: the bits that a byte has left over are read next, until the next
// field that is not made of bits begins with a new byte.
extension ByteReader {
  /// Offset of the byte in which the next bit is, from the message's first byte.
  public var bitOffset: Int { leftBits > 0 ? offset - 1 : offset }

  /// Forgets the bits that the last byte has left over.
  @inlinable
  public mutating func alignToByte() { leftBits = 0 }

  /// Takes the next `count` bits, 0 to 64.
  /// - Parameter isBigEndian: whether the first bit is a byte's highest, and the value's highest. Where that changes, a
  ///   new byte begins.
  public mutating func bits(
    _ count: Int, isBigEndian: Bool, _ field: StaticString
  ) throws(ParseError) -> UInt64 {
    if leftBitsAreBigEndian != isBigEndian { leftBits = 0 }
    leftBitsAreBigEndian = isBigEndian
    let needed = max(0, (count - Int(leftBits) + 7) / 8)
    guard needed <= remaining else { throw shortage(of: needed, field) }
    var value: UInt64 = 0
    var taken = 0
    while taken < count {
      if leftBits == 0 {
        leftByte = base.load(fromByteOffset: position, as: UInt8.self)
        cursor += 1
        leftBits = 8
      }
      let part = min(count - taken, Int(leftBits))
      let mask = UInt64(1) << part - 1
      if isBigEndian {
        value = value << part | UInt64(leftByte) >> (Int(leftBits) - part) & mask
      } else {
        value |= (UInt64(leftByte) >> (8 - leftBits) & mask) << taken
      }
      leftBits -= UInt8(part)
      taken += part
    }
    return value
  }
}
