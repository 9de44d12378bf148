import CZlib

extension Bytes {
  /// More than this is not decompressed: a few bytes of input must not fill the memory.
  public static let maximumInflatedSize = 1 << 30

  /// Decompresses zlib's format (RFC 1950), as `process: zlib` asks for it. What follows its end is ignored.
  public static func inflate(_ bytes: [UInt8]) throws(ParseError) -> [UInt8] {
    try inflate(bytes, limit: maximumInflatedSize)
  }

  static func inflate(_ bytes: [UInt8], limit: Int) throws(ParseError) -> [UInt8] {
    var stream = z_stream()
    guard inflateInit_(&stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw failure("zlib cannot be initialised")
    }
    defer { inflateEnd(&stream) }
    // zlib reads the input through a pointer that is not const, and never writes to it.
    var (input, output) = (bytes, [UInt8]())
    let problem = input.withUnsafeMutableBufferPointer { input in
      run(&stream, input, into: &output, limit: limit)
    }
    if let problem { throw failure(problem) }
    return output
  }

  /// Says what is wrong, or `nil` when the data have been decompressed to their end.
  private static func run(
    _ stream: inout z_stream, _ input: UnsafeMutableBufferPointer<UInt8>, into output: inout [UInt8], limit: Int
  ) -> String? {
    var buffer = [UInt8](repeating: 0, count: Swift.min(Swift.max(4 * input.count, 1 << 12), 1 << 16))
    var rest = input[...]
    while true {
      if stream.avail_in == 0 {
        // zlib counts in 32 bits.
        let part = UnsafeMutableBufferPointer(rebasing: rest.prefix(1 << 30))
        (stream.next_in, stream.avail_in) = (part.baseAddress, UInt32(part.count))
        rest = rest.dropFirst(part.count)
      }
      let (status, count) = buffer.withUnsafeMutableBufferPointer { buffer in
        (stream.next_out, stream.avail_out) = (buffer.baseAddress, UInt32(buffer.count))
        return (CZlib.inflate(&stream, Z_NO_FLUSH), buffer.count - Int(stream.avail_out))
      }
      output += buffer[..<count]
      if output.count > limit { return "zlib: more than \(limit) bytes" }
      switch status {
      case Z_STREAM_END: return nil
      case Z_OK: continue
      case Z_BUF_ERROR: return "zlib: the data end early"
      case Z_NEED_DICT: return "zlib: a preset dictionary is needed"
      default: return "zlib: " + (stream.msg.map { String(cString: $0) } ?? "error \(status)")
      }
    }
  }

  private static func failure(_ problem: String) -> ParseError {
    ParseError(.undecodable(problem), field: "", offset: 0)
  }
}
