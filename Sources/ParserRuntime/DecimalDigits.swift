/// The decimal digits of a number of up to 128 bits, made in place.
struct DecimalDigits {
  private static let capacity = 39
  /// The largest power of ten in 64 bits; a remainder has 19 digits.
  private static let limb: UInt64 = 10_000_000_000_000_000_000
  private static let limbDigits = 19

  /// Filled from the end.
  private var storage = InlineArray<39, UInt8>(repeating: 0)
  private var start = capacity

  init(_ value: UInt128) {
    var (high, low) = (UInt64(truncatingIfNeeded: value >> 64), UInt64(truncatingIfNeeded: value))
    while high > 0 {
      // Schoolbook division.
      let (quotient, remainder) = high.quotientAndRemainder(dividingBy: Self.limb)
      let digits: UInt64
      (low, digits) = Self.limb.dividingFullWidth((remainder, low))
      high = quotient
      let end = start - Self.limbDigits
      add(digits)
      while start > end { add(digit: 0) }
    }
    add(low)
    if start == Self.capacity { add(digit: 0) }
  }

  /// The digits of a big-endian number of 16 bytes at the most.
  init(bigEndian bytes: UnsafeRawBufferPointer) {
    guard bytes.count == 16 else {
      self.init(bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) })
      return
    }
    self.init(UInt128(bigEndian: bytes.loadUnaligned(as: UInt128.self)))
  }

  private mutating func add(_ value: UInt64) {
    var value = value
    // Two digits at a time: a division waits for the one before it.
    while value >= 100 {
      let (quotient, pair) = value.quotientAndRemainder(dividingBy: 100)
      let digits = UInt8(truncatingIfNeeded: pair)
      add(digit: digits % 10)
      add(digit: digits / 10)
      value = quotient
    }
    while value > 0 {
      add(digit: UInt8(truncatingIfNeeded: value % 10))
      value /= 10
    }
  }

  private mutating func add(digit: UInt8) {
    start -= 1
    storage[start] = 0x30 + digit
  }

  /// Calls `body` with the digits, the first of which is 0 only if there is no other.
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withUnsafeBytes(of: storage) { body(UnsafeRawBufferPointer(rebasing: $0[start...])) }
  }
}
