/// A processor of one's own: what `process: name(arguments)` of a description calls.
public protocol ByteProcessor {
  /// The bytes that `bytes` stand for.
  func decode(_ bytes: [UInt8]) throws(ParseError) -> [UInt8]
}

extension Bytes {
  /// What a processor of one's own makes of bytes. It is made after the bytes have been read, as everything that its
  /// arguments say is evaluated then.
  public static func decode(_ bytes: [UInt8], by processor: some ByteProcessor) throws(ParseError) -> [UInt8] {
    try processor.decode(bytes)
  }

  /// Each byte xor `key`, which must be a byte.
  public static func xor(_ bytes: [UInt8], key: Int) throws(ParseError) -> [UInt8] {
    guard let key = UInt8(exactly: key) else { throw ParseError(.overflow, field: "", offset: 0) }
    return bytes.map { $0 ^ key }
  }

  /// Each byte xor the byte of `key` at its place; the key is repeated as often as needed. An empty key changes nothing.
  public static func xor(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
    guard !key.isEmpty else { return bytes }
    var (result, place) = (bytes, 0)
    for index in result.indices {
      result[index] ^= key[place]
      place += 1
      if place == key.count { place = 0 }
    }
    return result
  }

  /// Each byte rotated by a number of bits, modulo 8; a negative one rotates to the right.
  public static func rotateLeft(_ bytes: [UInt8], by count: Int) -> [UInt8] {
    let left = UInt8(truncatingIfNeeded: count) & 7
    return bytes.map { $0 << left | $0 >> (8 - left) }
  }

  /// Each byte rotated by a number of bits, modulo 8; a negative one rotates to the left.
  public static func rotateRight(_ bytes: [UInt8], by count: Int) -> [UInt8] { rotateLeft(bytes, by: 0 &- count) }
}
