extension Text {
  /// The bytes as text.
  /// - Parameter encoding: its name as Kaitai lists it, or one of the common other names, in any case.
  /// - Returns: the text; bytes that are none in this encoding are replaced by U+FFFD.
  /// - Throws: `unknownEncoding`, also for no bytes.
  public static func decode(_ bytes: [UInt8], encoding: String) throws(ParseError) -> String {
    guard let decoder = TextDecoder(named: encoding) else {
      throw ParseError(.unknownEncoding(encoding), field: "", offset: 0)
    }
    guard let text = decoder.decode(bytes) else {
      throw ParseError(.unknownEncoding(encoding), field: "", offset: 0)
    }
    return text
  }
}

/// How bytes become text. What is common is decoded here; the rest is left to the C library's iconv.
enum TextDecoder: Equatable {
  case ascii
  case utf8
  case latin1
  case utf16(ByteOrder)
  case utf32(ByteOrder)
  /// By iconv's name.
  case library(String)

  enum ByteOrder: Equatable {
    case little
    case big
    /// As the byte order mark says, which is left out; little-endian if there is none.
    case marked
  }

  /// `nil` if the encoding is unknown to the C library.
  func decode(_ bytes: [UInt8]) -> String? {
    switch self {
    case .ascii: bytes.allSatisfy { $0 < 0x80 } ? String(decoding: bytes, as: UTF8.self) : Self.ascii(bytes)
    case .utf8: String(decoding: bytes, as: UTF8.self)
    case .latin1: String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    case .utf16(let order): Self.utf16(bytes, order)
    case .utf32(let order): Self.utf32(bytes, order)
    case .library(let name): LibraryDecoder.decode(bytes, encoding: name)
    }
  }

  private static let replacement: Unicode.Scalar = "\u{FFFD}"

  private static func ascii(_ bytes: [UInt8]) -> String {
    String(String.UnicodeScalarView(bytes.map { $0 < 0x80 ? Unicode.Scalar($0) : replacement }))
  }

  private static func utf16(_ bytes: [UInt8], _ order: ByteOrder) -> String {
    if order == .marked, let text = marked(bytes, [0xFF, 0xFE], [0xFE, 0xFF], utf16) { return text }
    let high = order == .big ? 0 : 1
    let units = stride(from: 0, to: bytes.count - 1, by: 2).map { index in
      UInt16(bytes[index + high]) << 8 | UInt16(bytes[index + 1 - high])
    }
    // Half a unit at the end is an error of its own.
    return String(decoding: units, as: UTF16.self) + (bytes.count.isMultiple(of: 2) ? "" : String(replacement))
  }

  private static func utf32(_ bytes: [UInt8], _ order: ByteOrder) -> String {
    if order == .marked, let text = marked(bytes, [0xFF, 0xFE, 0, 0], [0, 0, 0xFE, 0xFF], utf32) { return text }
    var scalars = String.UnicodeScalarView()
    for index in stride(from: 0, to: bytes.count, by: 4) {
      let unit = bytes[index..<min(index + 4, bytes.count)]
      let value = (order == .big ? [UInt8](unit) : unit.reversed()).reduce(0) { $0 << 8 | UInt32($1) }
      scalars.append(unit.count == 4 ? Unicode.Scalar(value) ?? replacement : replacement)
    }
    return String(scalars)
  }

  /// Decodes what follows the mark, if there is one.
  private static func marked(
    _ bytes: [UInt8], _ little: [UInt8], _ big: [UInt8], _ decode: ([UInt8], ByteOrder) -> String
  ) -> String? {
    if bytes.starts(with: little) { return decode([UInt8](bytes.dropFirst(little.count)), .little) }
    if bytes.starts(with: big) { return decode([UInt8](bytes.dropFirst(big.count)), .big) }
    return nil
  }
}
