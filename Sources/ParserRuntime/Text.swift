/// Character encodings that descriptions can name.
public enum TextEncoding: String, Sendable, CaseIterable {
  /// US-ASCII.
  case ascii = "ASCII"
  /// UTF-8.
  case utf8 = "UTF-8"
  /// UTF-16, little-endian.
  case utf16Little = "UTF-16LE"
  /// UTF-16, big-endian.
  case utf16Big = "UTF-16BE"
  /// ISO-8859-1.
  case latin1 = "ISO-8859-1"
}

extension ByteString {
  /// The bytes as text; throws where they are none in this encoding.
  public func text(_ encoding: TextEncoding) throws(ParseError) -> String {
    let bytes = bytes
    let text: String? =
      switch encoding {
      case .ascii: bytes.allSatisfy { $0 < 0x80 } ? String(validating: bytes, as: UTF8.self) : nil
      case .utf8: String(validating: bytes, as: UTF8.self)
      case .utf16Little: utf16(bytes, low: 0)
      case .utf16Big: utf16(bytes, low: 1)
      case .latin1: String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
      }
    guard let text else { throw ParseError(.invalidText(encoding: encoding.rawValue), field: "", offset: 0) }
    return text
  }

  /// Without the padding bytes at the end.
  public func strippingPadding(_ pad: UInt8) -> [UInt8] {
    let bytes = bytes
    return [UInt8](bytes[..<((bytes.lastIndex { $0 != pad } ?? -1) + 1)])
  }

  /// Up to the terminator, if there is one.
  public func terminated(by terminator: UInt8, include: Bool) -> [UInt8] {
    let bytes = bytes
    guard let index = bytes.firstIndex(of: terminator) else { return bytes }
    return [UInt8](bytes[..<(include ? index + 1 : index)])
  }

  /// Up to a terminator of several bytes, which is looked for at multiples of its length.
  public func terminated(by terminator: [UInt8], include: Bool) -> [UInt8] {
    withBytes { bytes in
      guard let index = firstIndex(of: terminator, in: bytes) else { return [UInt8](bytes) }
      return [UInt8](bytes[..<(include ? index + terminator.count : index)])
    }
  }
}

private func utf16(_ bytes: [UInt8], low: Int) -> String? {
  guard bytes.count.isMultiple(of: 2) else { return nil }
  let units = stride(from: 0, to: bytes.count, by: 2).map { index in
    UInt16(bytes[index + low]) | UInt16(bytes[index + 1 - low]) << 8
  }
  return String(validating: units, as: UTF16.self)
}

extension String {
  /// Kaitai's `substring(from, to)`: characters `from` up to, not including, `to`.
  public func substring(_ from: Int, _ to: Int) throws(ParseError) -> String {
    guard 0 <= from, from <= to, to <= count else {
      throw ParseError(.index(to, count: count), field: "", offset: 0)
    }
    return String(dropFirst(from).prefix(to - from))
  }

  /// Kaitai's `to_i(radix)`.
  public func integer(radix: Int) throws(ParseError) -> Int {
    guard (2...36).contains(radix), let value = Int(self, radix: radix) else {
      throw ParseError(.invalid("'\(self)' is no integer"), field: "", offset: 0)
    }
    return value
  }
}
