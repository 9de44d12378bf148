/// What descriptions do with byte strings.
public enum Bytes {
  /// Without the padding bytes at the end.
  public static func stripRight(_ bytes: [UInt8], padding: UInt8) -> [UInt8] {
    guard bytes.last == padding else { return bytes }
    return [UInt8](bytes[..<((bytes.lastIndex { $0 != padding } ?? -1) + 1)])
  }

  /// Up to the terminator, if there is one. A terminator of `n` bytes is looked for at multiples of `n`.
  /// - Parameter include: whether the terminator belongs to the result.
  public static func terminate(_ bytes: [UInt8], by terminator: [UInt8], include: Bool) -> [UInt8] {
    guard let length = bytes.withUnsafeBufferPointer({ length(before: terminator, in: $0) }) else { return bytes }
    return [UInt8](bytes[..<(length + (include ? terminator.count : 0))])
  }

  /// How many bytes come before the terminator; `nil` if it is not there.
  static func length(before terminator: [UInt8], in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    if terminator.count == 1 { return bytes.firstIndex(of: terminator[0]) }
    if terminator.isEmpty { return 0 }
    return stride(from: 0, through: bytes.count - terminator.count, by: terminator.count).first { start in
      terminator.indices.allSatisfy { bytes[start + $0] == terminator[$0] }
    }
  }

  /// Byte-wise lexicographic order: negative when `left` comes first, 0 when both are the same.
  public static func compare(_ left: [UInt8], _ right: [UInt8]) -> Int { left.compare(right) }

  /// Whether both hold the same bytes.
  public static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool { left == right }

  /// The smallest byte; throws if there is none.
  public static func min(_ bytes: [UInt8]) throws(ParseError) -> UInt8 { try some(bytes.min()) }

  /// The largest byte; throws if there is none.
  public static func max(_ bytes: [UInt8]) throws(ParseError) -> UInt8 { try some(bytes.max()) }

  /// The first byte; throws if there is none.
  public static func first(_ bytes: [UInt8]) throws(ParseError) -> UInt8 { try some(bytes.first) }

  /// The last byte; throws if there is none.
  public static func last(_ bytes: [UInt8]) throws(ParseError) -> UInt8 { try some(bytes.last) }

  private static func some(_ byte: UInt8?) throws(ParseError) -> UInt8 {
    guard let byte else { throw ParseError(.index(0, count: 0), field: "", offset: 0) }
    return byte
  }
}
