// How field values become column text: the formats that `-sql: {as: …}` names.

/// The two upper-case hex digits of each byte, as they lie in memory.
private let hexPairs: [UInt16] = (0..<256).map { byte in
  UInt16(littleEndian: UInt16(hexDigit(UInt8(byte >> 4))) | UInt16(hexDigit(UInt8(byte & 15))) << 8)
}

extension RowBatch {
  /// `as: hex`: two upper-case digits for each byte.
  public func hex(_ column: Int, _ value: some ByteString) {
    beginText(column)
    appendHex(value)
    endText()
  }

  /// `as: hex` of an integer: all digits of its width.
  public func hex(_ column: Int, _ value: some FixedWidthInteger) {
    hex(column, bigEndianBytes(value))
  }

  /// Two upper-case digits for each byte, as a part of the text that was begun.
  public func appendHex(_ value: some ByteString) {
    value.withBytes { bytes in
      let output = UnsafeMutableRawPointer(grow(bytes.count * 2))
      hexPairs.withUnsafeBufferPointer { pairs in
        for index in 0..<bytes.count {
          output.storeBytes(of: pairs[Int(bytes[index])], toByteOffset: 2 * index, as: UInt16.self)
        }
      }
    }
  }

  /// All digits of an integer's width, as a part of the text that was begun.
  public func appendHex(_ value: some FixedWidthInteger) { appendHex(bigEndianBytes(value)) }

  /// `as: decimal`: a big-endian unsigned number of any width.
  public func decimal(_ column: Int, _ value: some ByteString) { text(column, decimalText(value)) }

  /// `as: decimal` of an integer.
  public func decimal(_ column: Int, _ value: some FixedWidthInteger) { text(column, String(value)) }

  /// `as: ip`: 4 bytes as IPv4; 16 bytes as IPv6, or as IPv4 where mapped.
  public func ip(_ column: Int, _ value: some ByteString) { text(column, ipText(value)) }

  /// `as: text` of bytes: UTF-8, or ISO-8859-1 where they are none.
  public func text(_ column: Int, _ value: some ByteString) {
    text(column, (try? value.text(.utf8)) ?? value.bytes.map { String(Unicode.Scalar($0)) }.joined())
  }

  /// `as: text` of an integer: its decimal digits.
  public func text(_ column: Int, _ value: some FixedWidthInteger) { text(column, String(value)) }
}

private func bigEndianBytes(_ value: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: value.bigEndian) { [UInt8]($0) }
}

/// The decimal digits of a big-endian unsigned number of any width.
public func decimalText(_ value: some ByteString) -> String {
  if value.byteCount <= 16 {
    return String(value.withBytes { $0.reduce(UInt128(0)) { $0 << 8 | UInt128($1) } })
  }
  // Schoolbook division by 10^18, one limb of digits after another.
  var number = value.bytes
  var limbs: [UInt64] = []
  while number.contains(where: { $0 != 0 }) {
    var rest: UInt128 = 0
    for index in number.indices {
      let current = rest << 8 | UInt128(number[index])
      number[index] = UInt8(truncatingIfNeeded: current / 1_000_000_000_000_000_000)
      rest = current % 1_000_000_000_000_000_000
    }
    limbs.append(UInt64(rest))
  }
  guard let first = limbs.last else { return "0" }
  return limbs.dropLast().reversed().reduce(String(first)) { text, limb in
    let digits = String(limb)
    return text + String(repeating: "0", count: 18 - digits.count) + digits
  }
}

/// Text of an address of 4 or 16 bytes, IPv6 as RFC 5952 wants it; other lengths are shown in hex.
public func ipText(_ value: some ByteString) -> String {
  value.withBytes { bytes in
    switch bytes.count {
    case 4: return bytes.map(String.init).joined(separator: ".")
    case 16 where bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF:
      return bytes[12...].map(String.init).joined(separator: ".")
    case 16: return ipv6Text((0..<8).map { UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1]) })
    default: return hexText(bytes)
    }
  }
}

private func ipv6Text(_ groups: [UInt16]) -> String {
  // The longest run of at least two zero groups, the first of equals, becomes '::'.
  var best = 0..<0
  var start = 0
  while start < 8 {
    var end = start
    while end < 8, groups[end] == 0 { end += 1 }
    if end - start > max(best.count, 1) { best = start..<end }
    start = max(end, start + 1)
  }
  func joined(_ part: ArraySlice<UInt16>) -> String {
    part.map { String($0, radix: 16) }.joined(separator: ":")
  }
  guard !best.isEmpty else { return joined(groups[...]) }
  return joined(groups[..<best.lowerBound]) + "::" + joined(groups[best.upperBound...])
}
