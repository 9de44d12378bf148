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

  /// Packs bytes.
  /// - Parameters:
  ///   - comment: goes into the header, where only those find it who look for it; contains no zero byte.
  ///   - body: is called with what the packed bytes consist of, one part after another; those of the level `stored` are the
  ///     given bytes where they lie.
  static func pack<Result>(
    _ bytes: UnsafeRawBufferPointer, comment: String, _ level: Level, _ body: ([UnsafeRawBufferPointer]) -> Result
  ) -> Result {
    // Magic number, deflate, a comment follows, no time, no hint on the level, made on Unix: RFC 1952.
    var frame: [UInt8] = [0x1F, 0x8B, 8, 0x10, 0, 0, 0, 0, 0, 3]
    frame += comment.utf8
    frame.append(0)
    // Where the given bytes are put between those of the frame.
    var blocks: [(place: Int, bytes: Range<Int>)] = []
    switch level {
    case .stored: blocks = store(bytes.count, &frame)
    case .fast: deflate(bytes, &frame)
    }
    append(checksum(bytes), &frame)
    append(UInt32(truncatingIfNeeded: bytes.count), &frame)
    return frame.withUnsafeBytes { frame in
      var parts: [UnsafeRawBufferPointer] = []
      var place = 0
      for block in blocks {
        parts.append(UnsafeRawBufferPointer(rebasing: frame[place..<block.place]))
        parts.append(UnsafeRawBufferPointer(rebasing: bytes[block.bytes]))
        place = block.place
      }
      parts.append(UnsafeRawBufferPointer(rebasing: frame[place...]))
      return body(parts)
    }
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

  /// The heads of blocks that are no smaller than what is in them: RFC 1951.
  private static func store(_ count: Int, _ frame: inout [UInt8]) -> [(place: Int, bytes: Range<Int>)] {
    var blocks: [(place: Int, bytes: Range<Int>)] = []
    var place = 0
    repeat {
      let end = min(place + 0xFFFF, count)
      let size = UInt16(end - place)
      frame.append(end == count ? 1 : 0)
      for number in [size, ~size] { frame += [UInt8(number & 0xFF), UInt8(number >> 8)] }
      blocks.append((frame.count, place..<end))
      place = end
    } while place < count
    return blocks
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
