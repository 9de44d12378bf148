extension Bytes {
  /// More than this is not decompressed: a few bytes of input must not fill the memory.
  public static let maximumInflatedSize = 1 << 30

  /// Decompresses zlib's format (RFC 1950), as `process: zlib` asks for it. What follows its end is ignored.
  /// - Throws: `undecodable` where the data are damaged, end early or are too many, or where the system has no zlib.
  public static func inflate(_ bytes: [UInt8]) throws(ParseError) -> [UInt8] {
    try inflate(bytes, limit: maximumInflatedSize)
  }

  static func inflate(_ bytes: [UInt8], limit: Int) throws(ParseError) -> [UInt8] {
    guard let uncompress = CompressionLibrary.uncompress else {
      throw failure("zlib: the library libz.so.1 cannot be loaded; install zlib1g")
    }
    // The size is nowhere in the data: what does not fit is decompressed again into twice the room.
    var room = Swift.min(limit, Swift.max(4 * bytes.count, 1 << 12))
    while true {
      var count = UInt(room)
      var status: Int32 = 0
      let output = [UInt8](unsafeUninitializedCapacity: room) { buffer, used in
        status = bytes.withUnsafeBufferPointer {
          uncompress(buffer.baseAddress, &count, $0.baseAddress, UInt($0.count))
        }
        used = status == CompressionLibrary.ok ? Int(count) : 0
      }
      switch status {
      case CompressionLibrary.ok: return output
      // There was no room left, so more of it may help.
      case CompressionLibrary.bufferError where count == UInt(room) && room < limit:
        room = Swift.min(limit, 2 * room)
      case CompressionLibrary.bufferError where count == UInt(room): throw failure("zlib: more than \(limit) bytes")
      case CompressionLibrary.dataError, CompressionLibrary.bufferError:
        throw failure("zlib: the data are damaged or end early")
      default: throw failure("zlib: error \(status)")
      }
    }
  }

  private static func failure(_ problem: String) -> ParseError {
    ParseError(.undecodable(problem), field: "", offset: 0)
  }
}
