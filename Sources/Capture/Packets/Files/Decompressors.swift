import CCompression

final class GzipDecompressor: Decompressor {
  private var stream = z_stream()
  private var isInitialized: Bool
  private var hasEnded = false

  init() {
    // 15 bits of window, and 16 for a gzip header.
    isInitialized = inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
  }

  deinit { if isInitialized { inflateEnd(&stream) } }

  func step(
    _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer, isLast: Bool
  ) -> DecompressionStep {
    guard isInitialized else { return DecompressionStep(failure: "zlib has no memory") }
    guard !input.isEmpty else { return DecompressionStep(isComplete: hasEnded) }
    if hasEnded {
      // Another member may follow; what pads a file to a block of its medium is no member.
      if input[0] == 0 { return DecompressionStep(used: input.count, isComplete: true) }
      inflateReset(&stream)
      hasEnded = false
    }
    stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
    stream.avail_in = UInt32(clamping: input.count)
    stream.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.avail_out = UInt32(clamping: output.count)
    let (offered, room) = (Int(stream.avail_in), Int(stream.avail_out))
    let result = inflate(&stream, Z_NO_FLUSH)
    var step = DecompressionStep(used: offered - Int(stream.avail_in), made: room - Int(stream.avail_out))
    hasEnded = result == Z_STREAM_END
    step.isComplete = hasEnded
    if ![Z_OK, Z_STREAM_END, Z_BUF_ERROR].contains(result) {
      step.failure = "the gzip data is damaged" + (stream.msg.map { " (\(String(cString: $0)))" } ?? "")
    }
    return step
  }
}

final class ZstdDecompressor: Decompressor {
  /// Bytes of the shortest frame header.
  private static let headerLength = 5

  private let stream = ZSTD_createDStream()
  /// Bytes to the end of the block that comes: given more, zstd loses all of what it was given where the rest is damaged.
  private var expected = headerLength

  deinit { ZSTD_freeDStream(stream) }

  func step(
    _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer, isLast: Bool
  ) -> DecompressionStep {
    var source = ZSTD_inBuffer(src: input.baseAddress, size: min(input.count, expected), pos: 0)
    var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    let result = ZSTD_decompressStream(stream, &target, &source)
    var step = DecompressionStep(used: source.pos, made: target.pos, isComplete: result == 0)
    expected = max(result, Self.headerLength)
    if ZSTD_isError(result) != 0 {
      step.failure = "the zstd data is damaged (\(String(cString: ZSTD_getErrorName(result))))"
    }
    return step
  }
}

final class LZ4Decompressor: Decompressor {
  /// Bytes of the shortest frame header.
  private static let headerLength = 7

  private var context: OpaquePointer?
  /// Bytes to the end of the block that comes; see `ZstdDecompressor`.
  private var expected = headerLength
  private var failure: String?

  init() {
    let result = LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))
    if LZ4F_isError(result) != 0 { failure = "lz4 has no memory" }
  }

  deinit { LZ4F_freeDecompressionContext(context) }

  func step(
    _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer, isLast: Bool
  ) -> DecompressionStep {
    if let failure { return DecompressionStep(failure: failure) }
    var (used, made) = (min(input.count, expected), output.count)
    let result = LZ4F_decompress(context, output.baseAddress, &made, input.baseAddress, &used, nil)
    guard LZ4F_isError(result) == 0 else {
      failure = "the lz4 data is damaged (\(String(cString: LZ4F_getErrorName(result))))"
      return DecompressionStep(failure: failure)
    }
    expected = max(result, Self.headerLength)
    return DecompressionStep(used: used, made: made, isComplete: result == 0)
  }
}

final class XZDecompressor: Decompressor {
  /// Memory that a dictionary may take, in bytes: that of the highest level, many times.
  private static let memoryLimit: UInt64 = 1 << 30
  /// LZMA_CONCATENATED, a macro that Swift cannot see: streams may be joined.
  private static let concatenated: UInt32 = 0x08

  private var stream = lzma_stream()
  private let isInitialized: Bool

  init() {
    isInitialized = lzma_stream_decoder(&stream, Self.memoryLimit, Self.concatenated) == LZMA_OK
  }

  deinit { lzma_end(&stream) }

  func step(
    _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer, isLast: Bool
  ) -> DecompressionStep {
    guard isInitialized else { return DecompressionStep(failure: "lzma has no memory") }
    stream.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.avail_in = input.count
    stream.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.avail_out = output.count
    let result = lzma_code(&stream, isLast ? LZMA_FINISH : LZMA_RUN)
    var step = DecompressionStep(used: input.count - stream.avail_in, made: output.count - stream.avail_out)
    switch result {
    case LZMA_OK: break
    case LZMA_STREAM_END: step.isComplete = true
    // No progress is possible: the input is cut off.
    case LZMA_BUF_ERROR: break
    case LZMA_MEMLIMIT_ERROR: step.failure = "the xz data needs more than 1 GB of memory"
    default: step.failure = "the xz data is damaged (error \(result.rawValue))"
    }
    return step
  }
}
