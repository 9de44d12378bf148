/// In which order bits are taken from a byte.
enum BitOrder {
  /// The most significant first; a number goes on in the high bits of the next byte.
  case big
  /// The least significant first; a number goes on in the low bits of the next byte.
  case little
}

extension ByteStream {
  /// Reads `count` bits (0 to 64), the most significant first. What is left of the last byte is there for the next call;
  /// after bits were read in the other order it is forgotten first.
  public func readBitsBE(_ count: Int) throws(ParseError) -> UInt64 {
    var (value, available) = try bits(count, .big) { value, _, byte in value << 8 | byte }
    available -= count
    keep(value & (1 << available - 1), available)
    value >>= available
    return UInt64(truncatingIfNeeded: value)
  }

  /// Reads `count` bits (0 to 64), the least significant first; else as `readBitsBE(_:)`.
  public func readBitsLE(_ count: Int) throws(ParseError) -> UInt64 {
    let (value, available) = try bits(count, .little) { value, available, byte in value | byte << available }
    keep(value >> count, available - count)
    return UInt64(truncatingIfNeeded: value & (1 << count - 1))
  }

  /// The bits left over and those of as many bytes as `count` bits need besides: 71 bits at most.
  private func bits(
    _ count: Int, _ order: BitOrder, _ append: (_ value: UInt128, _ available: Int, _ byte: UInt128) -> UInt128
  ) throws(ParseError) -> (value: UInt128, available: Int) {
    guard count >= 0 else { throw fail(.negativeSize(count)) }
    guard count <= 64 else { throw fail(.overflow) }
    var (value, available) = order == bitOrder ? (UInt128(bits), bitCount) : (0, 0)
    let needed = (max(0, count - available) + 7) / 8
    let first = try take(needed)
    for index in first..<first + needed {
      value = append(value, available, UInt128(source.bytes[index]))
      available += 8
    }
    bitOrder = order
    return (value, available)
  }

  private func keep(_ value: UInt128, _ count: Int) {
    bits = UInt64(truncatingIfNeeded: value)
    bitCount = count
  }
}
