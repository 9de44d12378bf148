extension Text {
  /// The bytes as text.
  /// - Parameter encoding: its name as Kaitai lists it, or one of the common other names, in any case.
  /// - Returns: the text; bytes that are none in this encoding are replaced by U+FFFD.
  /// - Throws: `unknownEncoding`, also for no bytes.
  public static func decode(_ bytes: [UInt8], encoding: String) throws(ParseError) -> String {
    guard let text = TextDecoder(named: encoding)?.decode(bytes) else {
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
    // 0xFF begins nothing in UTF-8, so each of them is replaced by itself.
    case .ascii: String(decoding: Self.isASCII(bytes) ? bytes : bytes.map { $0 < 0x80 ? $0 : 0xFF }, as: UTF8.self)
    case .utf8: String(decoding: bytes, as: UTF8.self)
    case .latin1: Self.isASCII(bytes) ? String(decoding: bytes, as: UTF8.self) : Self.latin1(bytes)
    case .utf16(let order): Self.utf16(bytes, order)
    case .utf32(let order): Self.utf32(bytes, order)
    case .library(let name): LibraryDecoder.decode(bytes, encoding: name)
    }
  }

  private static func isASCII(_ bytes: [UInt8]) -> Bool { bytes.allSatisfy { $0 < 0x80 } }

  private static func latin1(_ bytes: [UInt8]) -> String {
    String(unsafeUninitializedCapacity: 2 * bytes.count) { output in
      var length = 0
      for byte in bytes {
        if byte < 0x80 {
          output[length] = byte
          length += 1
        } else {
          output[length] = 0xC0 | byte >> 6
          output[length + 1] = 0x80 | byte & 0x3F
          length += 2
        }
      }
      return length
    }
  }

  private static func utf16(_ bytes: [UInt8], _ order: ByteOrder) -> String {
    if order == .marked, let text = marked(bytes, [0xFF, 0xFE], [0xFE, 0xFF], utf16) { return text }
    let text = String(decoding: units(bytes, order) as [UInt16], as: UTF16.self)
    return bytes.count.isMultiple(of: 2) ? text : text + "\u{FFFD}"
  }

  private static func utf32(_ bytes: [UInt8], _ order: ByteOrder) -> String {
    if order == .marked, let text = marked(bytes, [0xFF, 0xFE, 0, 0], [0, 0, 0xFE, 0xFF], utf32) { return text }
    var scalars = String.UnicodeScalarView()
    for unit in units(bytes, order) as [UInt32] { scalars.append(Unicode.Scalar(unit) ?? "\u{FFFD}") }
    return bytes.count.isMultiple(of: 4) ? String(scalars) : String(scalars) + "\u{FFFD}"
  }

  /// The whole units; what is left at the end is none.
  private static func units<Unit: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: [UInt8], _ order: ByteOrder
  ) -> [Unit] {
    let size = MemoryLayout<Unit>.size
    return bytes.withUnsafeBytes { bytes in
      (0..<bytes.count / size).map { index in
        let unit = bytes.loadUnaligned(fromByteOffset: index * size, as: Unit.self)
        return order == .big ? Unit(bigEndian: unit) : Unit(littleEndian: unit)
      }
    }
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
