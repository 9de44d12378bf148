// How field values become column text: the formats that `-sql: {as: …}` names.

extension RowWriter {
  /// `as: hex`: two upper-case digits for each byte.
  @inlinable
  public mutating func hex(_ column: Int, _ value: some ByteString) {
    value.withBytes { hex(column, $0) }
  }

  /// `as: hex` of an integer: all digits of its width.
  @inlinable
  public mutating func hex(_ column: Int, _ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.bigEndian) { hex(column, $0) }
  }

  /// Two upper-case digits for each byte, as a part of the text that was begun.
  @inlinable
  public mutating func appendHex(_ value: some ByteString) {
    value.withBytes { appendHex($0) }
  }

  /// All digits of an integer's width, as a part of the text that was begun.
  @inlinable
  public mutating func appendHex(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.bigEndian) { appendHex($0) }
  }

  @inlinable
  mutating func hex(_ column: Int, _ bytes: UnsafeRawBufferPointer) {
    writeHex(bytes, to: text(column, count: 2 * bytes.count))
  }

  @inlinable
  mutating func appendHex(_ bytes: UnsafeRawBufferPointer) {
    writeHex(bytes, to: room(2 * bytes.count))
  }

  /// `as: decimal`: a big-endian unsigned number of any width.
  @inlinable
  public mutating func decimal(_ column: Int, _ value: some ByteString) {
    value.withBytes { decimal(column, $0) }
  }

  /// `as: decimal` of an integer.
  public mutating func decimal(_ column: Int, _ value: some FixedWidthInteger) { text(column, String(value)) }

  @usableFromInline
  mutating func decimal(_ column: Int, _ bytes: UnsafeRawBufferPointer) {
    guard bytes.count <= 16 else { return text(column, decimalText([UInt8](bytes))) }
    text(column, upTo: DecimalDigits.capacity) { DecimalDigits.write(bigEndian: bytes, to: $0) }
  }

  /// `as: ip`: 4 bytes as IPv4; 16 bytes as IPv6, or as IPv4 where mapped; others in hex.
  @inlinable
  public mutating func ip(_ column: Int, _ value: some ByteString) {
    value.withBytes { ip(column, $0) }
  }

  @usableFromInline
  mutating func ip(_ column: Int, _ bytes: UnsafeRawBufferPointer) {
    guard AddressText.isAddress(bytes) else { return hex(column, bytes) }
    text(column, upTo: AddressText.capacity) { AddressText.write(bytes, to: $0) }
  }

  /// `as: text` of bytes: UTF-8, or ISO-8859-1 where they are none.
  public mutating func text(_ column: Int, _ value: some ByteString) {
    text(column, (try? value.text(.utf8)) ?? value.bytes.map { String(Unicode.Scalar($0)) }.joined())
  }

  /// `as: text` of an integer: its decimal digits.
  public mutating func text(_ column: Int, _ value: some FixedWidthInteger) { text(column, String(value)) }
}

/// The decimal digits of a big-endian unsigned number of any width.
public func decimalText(_ value: some ByteString) -> String {
  if value.byteCount <= 16 {
    return value.withBytes { bytes in
      text(upTo: DecimalDigits.capacity) { DecimalDigits.write(bigEndian: bytes, to: $0) }
    }
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
    guard AddressText.isAddress(bytes) else { return hexText(bytes) }
    return text(upTo: AddressText.capacity) { AddressText.write(bytes, to: $0) }
  }
}

/// A text of at most `capacity` characters, all of them ASCII; `write` tells how many it has written.
private func text(upTo capacity: Int, _ write: (UnsafeMutableRawPointer) -> Int) -> String {
  String(unsafeUninitializedCapacity: capacity) { output in
    guard let place = output.baseAddress else { return 0 }
    return write(place)
  }
}
