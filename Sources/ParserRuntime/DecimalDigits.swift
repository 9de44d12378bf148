/// The decimal digits of a number of up to 128 bits.
enum DecimalDigits {
  /// Digits at the most.
  static let capacity = 39
  /// The largest power of ten in 64 bits; a remainder has 19 digits.
  private static let limb: UInt64 = 10_000_000_000_000_000_000
  private static let limbDigits = 19

  /// Writes a big-endian number of 16 bytes at the most; the first digit is 0 only if there is no other.
  /// - Returns: How many digits it has.
  static func write(bigEndian bytes: UnsafeRawBufferPointer, to place: UnsafeMutableRawPointer) -> Int {
    guard bytes.count == 16 else {
      return write(bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }, to: place)
    }
    return write(UInt128(bigEndian: bytes.loadUnaligned(as: UInt128.self)), to: place)
  }

  private static func write(_ value: UInt128, to place: UnsafeMutableRawPointer) -> Int {
    let (high, low) = (UInt64(truncatingIfNeeded: value >> 64), UInt64(truncatingIfNeeded: value))
    guard high > 0 else {
      let count = count(low)
      write(low, count, to: place)
      return count
    }
    // Schoolbook division; the quotient of 128 bits has 20 digits at the most.
    let (top, remainder) = high.quotientAndRemainder(dividingBy: limb)
    let (rest, digits) = limb.dividingFullWidth((remainder, low))
    let count = write(UInt128(top) << 64 | UInt128(rest), to: place)
    write(digits, limbDigits, to: place + count)
    return count + limbDigits
  }

  private static func count(_ value: UInt64) -> Int {
    var (count, bound) = (1, UInt64(10))
    while value >= bound {
      count += 1
      let (next, isTooLarge) = bound.multipliedReportingOverflow(by: 10)
      if isTooLarge { break }
      bound = next
    }
    return count
  }

  /// Writes so many digits, with zeros in front.
  private static func write(_ value: UInt64, _ count: Int, to place: UnsafeMutableRawPointer) {
    var (value, end) = (value, count)
    // Two digits at a time: a division waits for the one before it.
    while end >= 2 {
      let (quotient, pair) = value.quotientAndRemainder(dividingBy: 100)
      let digits = UInt8(truncatingIfNeeded: pair)
      end -= 2
      place.storeBytes(of: 0x30 + digits / 10, toByteOffset: end, as: UInt8.self)
      place.storeBytes(of: 0x30 + digits % 10, toByteOffset: end + 1, as: UInt8.self)
      value = quotient
    }
    if end == 1 { place.storeBytes(of: 0x30 + UInt8(truncatingIfNeeded: value), as: UInt8.self) }
  }
}
