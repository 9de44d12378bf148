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
    case .utf8: String(decoding: bytes, as: UTF8.self)
    case .ascii: Self.singleBytes(bytes) { _ in replacement }
    case .latin1: Self.singleBytes(bytes) { UInt32($0) }
    case .utf16(let order): Self.utf16(bytes, order)
    case .utf32(let order): Self.utf32(bytes, order)
    case .library(let name): LibraryDecoder.decode(bytes, encoding: name)
    }
  }

  /// An encoding that is ASCII, and something else above it.
  private static func singleBytes(_ bytes: [UInt8], _ other: (UInt8) -> UInt32) -> String {
    if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
    return String(codePoints: bytes.count) { output in
      for byte in bytes { output.append(byte < 0x80 ? UInt32(byte) : other(byte)) }
    }
  }

  private static func utf16(_ bytes: [UInt8], _ order: ByteOrder) -> String {
    if order == .marked, let text = marked(bytes, [0xFF, 0xFE], [0xFE, 0xFF], utf16) { return text }
    let count = bytes.count / 2
    return String(codePoints: count + 1) { output in
      var index = 0
      while index < count {
        let unit: UInt16 = Self.unit(bytes, index, order)
        index += 1
        guard UTF16.isSurrogate(unit) else {
          output.append(UInt32(unit))
          continue
        }
        let next: UInt16 = index < count ? Self.unit(bytes, index, order) : 0
        if UTF16.isLeadSurrogate(unit), UTF16.isTrailSurrogate(next) {
          output.append(0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(next) - 0xDC00))
          index += 1
        } else {
          output.append(replacement)
        }
      }
      if bytes.count % 2 != 0 { output.append(replacement) }
    }
  }

  private static func utf32(_ bytes: [UInt8], _ order: ByteOrder) -> String {
    if order == .marked, let text = marked(bytes, [0xFF, 0xFE, 0, 0], [0, 0, 0xFE, 0xFF], utf32) { return text }
    return String(codePoints: bytes.count / 4 + 1) { output in
      for index in 0..<bytes.count / 4 {
        let unit: UInt32 = Self.unit(bytes, index, order)
        output.append(Unicode.Scalar(unit)?.value ?? replacement)
      }
      if bytes.count % 4 != 0 { output.append(replacement) }
    }
  }

  private static func unit<Unit: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: [UInt8], _ index: Int, _ order: ByteOrder
  ) -> Unit {
    let size = MemoryLayout<Unit>.size
    let unit = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index * size, as: Unit.self) }
    return order == .big ? Unit(bigEndian: unit) : Unit(littleEndian: unit)
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

/// What stands for bytes that are no text.
private let replacement: UInt32 = 0xFFFD
