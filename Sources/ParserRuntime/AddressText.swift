/// The text of an internet address: IPv4 of 4 bytes or of 16 where it is mapped into IPv6, IPv6 of others of 16 as RFC 5952
/// wants it.
struct AddressText {
  /// Characters at the most: eight groups of four digits, and a colon between them.
  static let capacity = 39

  private let place: UnsafeMutableRawPointer
  private var count = 0

  /// Whether bytes are an address.
  static func isAddress(_ bytes: UnsafeRawBufferPointer) -> Bool { bytes.count == 4 || bytes.count == 16 }

  /// Writes the text of an address.
  /// - Returns: How many characters it has.
  static func write(_ address: UnsafeRawBufferPointer, to place: UnsafeMutableRawPointer) -> Int {
    var text = AddressText(place: place)
    let isMapped =
      address.count == 16 && address.loadUnaligned(as: UInt64.self) == 0
      && UInt32(bigEndian: address.loadUnaligned(fromByteOffset: 8, as: UInt32.self)) == 0xFFFF
    if isMapped || address.count == 4 {
      text.addDecimal(address, from: address.count - 4)
    } else {
      text.addGroups(address)
    }
    return text.count
  }

  private init(place: UnsafeMutableRawPointer) { self.place = place }

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
    place.storeBytes(of: character, toByteOffset: count, as: UInt8.self)
    count += 1
  }
}
