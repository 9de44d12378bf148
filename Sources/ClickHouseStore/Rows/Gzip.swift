import CCompression

/// Bodies of requests as gzip makes them: of a body that was cut, or of which a bit was lost, the server then takes no row,
/// because the checksum at the end is not right.
enum Gzip {
  /// How bytes are packed.
  enum Level: Sendable {
    /// They are copied: as fast as the memory.
    case stored
    /// As small as it gets without much work: for lines slower than this machine.
    case fast
  }

  /// - Parameter comment: goes into the header, where only those find it who look for it; contains no zero byte.
  static func pack(_ bytes: UnsafeRawBufferPointer, comment: String, _ level: Level) -> [UInt8] {
    var packed: [UInt8] = []
    // Magic number, deflate, a comment follows, no time, no hint on the level, made on Unix: RFC 1952.
    packed.reserveCapacity(bytes.count + bytes.count / 4096 + comment.utf8.count + 64)
    packed += [0x1F, 0x8B, 8, 0x10, 0, 0, 0, 0, 0, 3]
    packed += comment.utf8
    packed.append(0)
    switch level {
    case .stored: store(bytes, &packed)
    case .fast: deflate(bytes, &packed)
    }
    append(checksum(bytes), &packed)
    append(UInt32(truncatingIfNeeded: bytes.count), &packed)
    return packed
  }

  /// The comment in a header that `pack` made; nil where it is none.
  static func comment(_ packed: some Sequence<UInt8>) -> String? {
    var rest = packed.makeIterator()
    var head: [UInt8] = []
    while head.count < 10, let byte = rest.next() { head.append(byte) }
    guard head.starts(with: [0x1F, 0x8B, 8, 0x10]) else { return nil }
    var comment: [UInt8] = []
    while let byte = rest.next() {
      if byte == 0 { return String(validating: comment, as: UTF8.self) }
      comment.append(byte)
    }
    return nil
  }

  /// Blocks that are no smaller than what is in them: RFC 1951.
  private static func store(_ bytes: UnsafeRawBufferPointer, _ packed: inout [UInt8]) {
    var rest = bytes[...]
    repeat {
      let block = rest.prefix(0xFFFF)
      rest = rest.dropFirst(block.count)
      let count = UInt16(block.count)
      packed.append(rest.isEmpty ? 1 : 0)
      for number in [count, ~count] { packed += [UInt8(number & 0xFF), UInt8(number >> 8)] }
      packed.append(contentsOf: block)
    } while !rest.isEmpty
  }

  private static func deflate(_ bytes: UnsafeRawBufferPointer, _ packed: inout [UInt8]) {
    var stream = z_stream()
    // Negative: without a header, which is here already.
    let result = deflateInit2_(
      &stream, 1, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(result == Z_OK, "zlib has no memory")
    defer { deflateEnd(&stream) }
    var rest = bytes[...]
    let chunk = 1 << 18
    var isOver = false
    while !isOver {
      // zlib only reads it.
      let input = rest.prefix(1 << 30)
      rest = rest.dropFirst(input.count)
      stream.next_in = UnsafeMutablePointer(
        mutating: UnsafeRawBufferPointer(rebasing: input).assumingMemoryBound(to: UInt8.self).baseAddress)
      stream.avail_in = UInt32(input.count)
      repeat {
        let output = [UInt8](unsafeUninitializedCapacity: chunk) { buffer, count in
          stream.next_out = buffer.baseAddress
          stream.avail_out = UInt32(chunk)
          isOver = step(&stream, rest.isEmpty ? Z_FINISH : Z_NO_FLUSH) == Z_STREAM_END
          count = chunk - Int(stream.avail_out)
        }
        packed += output
      } while stream.avail_out == 0 || stream.avail_in > 0
    }
  }

  /// This type has a function of the same name.
  private static func step(_ stream: inout z_stream, _ flush: Int32) -> Int32 {
    CCompression.deflate(&stream, flush)
  }

  private static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    UInt32(truncatingIfNeeded: crc32_z(0, bytes.assumingMemoryBound(to: UInt8.self).baseAddress, bytes.count))
  }

  private static func append(_ number: UInt32, _ packed: inout [UInt8]) {
    for shift: UInt32 in [0, 8, 16, 24] { packed.append(UInt8(truncatingIfNeeded: number >> shift)) }
  }
}
