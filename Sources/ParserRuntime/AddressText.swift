/// The text of an internet address, made in place: IPv4 of 4 bytes or of 16 where it is mapped into IPv6, IPv6 of others of
/// 16 as RFC 5952 wants it. Other lengths are shown in hex.
struct AddressText {
  // Eight groups of four digits, and a colon between them: 39; hex of up to 22 bytes.
  private var storage = InlineArray<44, UInt8>(repeating: 0)
  private var count = 0
  /// Where the text does not fit.
  private var longText: [UInt8] = []

  init(_ bytes: UnsafeRawBufferPointer) {
    switch bytes.count {
    case 4: addDecimal(bytes, from: 0)
    case 16:
      let isMapped =
        bytes.loadUnaligned(as: UInt64.self) == 0
        && UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)) == 0xFFFF
      if isMapped { addDecimal(bytes, from: 12) } else { addGroups(bytes) }
    default: longText = Array(hexText(bytes).utf8)
    }
  }

  /// Calls `body` with the characters.
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    guard longText.isEmpty else { return longText.withUnsafeBytes(body) }
    return withUnsafeBytes(of: storage) { body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
  }

  /// Four numbers with dots between them.
  private mutating func addDecimal(_ bytes: UnsafeRawBufferPointer, from start: Int) {
    for index in 0..<4 {
      if index > 0 { add(0x2E) }
      let number = bytes[start + index]
      if number >= 100 { add(0x30 + number / 100) }
      if number >= 10 { add(0x30 + number / 10 % 10) }
      add(0x30 + number % 10)
    }
  }

  private mutating func addGroups(_ bytes: UnsafeRawBufferPointer) {
    // The longest run of at least two zero groups, the first of equals, becomes '::'.
    var best = 0..<0
    var start = 0
    while start < 8 {
      var end = start
      while end < 8, group(end, of: bytes) == 0 { end += 1 }
      if end - start > max(best.count, 1) { best = start..<end }
      start = max(end, start + 1)
    }
    var index = 0
    while index < 8 {
      if !best.isEmpty, index == best.lowerBound {
        add(0x3A)
        add(0x3A)
        index = best.upperBound
        continue
      }
      if index > 0, index != best.upperBound { add(0x3A) }
      addHex(group(index, of: bytes))
      index += 1
    }
  }

  private func group(_ index: Int, of bytes: UnsafeRawBufferPointer) -> UInt16 {
    UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
  }

  /// Lower-case digits, without zeros in front.
  private mutating func addHex(_ value: UInt16) {
    var shift = 12
    while shift > 0, value >> UInt16(shift) == 0 { shift -= 4 }
    while shift >= 0 {
      let digit = UInt8(truncatingIfNeeded: value >> UInt16(shift) & 15)
      add(digit < 10 ? 0x30 + digit : 0x57 + digit)
      shift -= 4
    }
  }

  private mutating func add(_ character: UInt8) {
    storage[count] = character
    count += 1
  }
}
