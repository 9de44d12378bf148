/// How a capture file is compressed. It is told by its first bytes, not by its name.
enum Compression: CaseIterable {
  /// RFC 1952.
  case gzip
  /// RFC 8878.
  case zstd
  /// The LZ4 frame format.
  case lz4
  /// The .xz file format.
  case xz

  private var magic: [UInt8] {
    switch self {
    case .gzip: [0x1F, 0x8B]
    case .zstd: [0x28, 0xB5, 0x2F, 0xFD]
    case .lz4: [0x04, 0x22, 0x4D, 0x18]
    case .xz: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]
    }
  }

  /// Bytes that tell the compression.
  static let magicLength = 6

  /// - Parameter start: the first bytes of a file.
  init?(start: UnsafeRawBufferPointer) {
    guard let found = Self.allCases.first(where: { start.starts(with: $0.magic) }) else { return nil }
    self = found
  }

  func makeDecompressor() -> any Decompressor {
    switch self {
    case .gzip: GzipDecompressor()
    case .zstd: ZstdDecompressor()
    case .lz4: LZ4Decompressor()
    case .xz: XZDecompressor()
    }
  }
}

/// What a step of decompression did.
struct DecompressionStep {
  /// Bytes taken from the input, and put into the output.
  var used = 0
  var made = 0
  /// Whether the compressed data may end here. More may follow: files are joined that way.
  var isComplete = false
  /// Why nothing more can be decompressed.
  var failure: String?
}

/// Decompresses data piece by piece; what comes out of damaged data before the damage counts.
protocol Decompressor: AnyObject {
  /// Takes as much of `input` as has room in `output`.
  /// - Parameter isLast: whether no more input follows.
  func step(
    _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer, isLast: Bool
  ) -> DecompressionStep
}

/// The decompressed bytes of another input.
final class DecompressedInput: ByteInput {
  private static let blockSize = 1 << 17

  private let input: any ByteInput
  private let decompressor: any Decompressor
  private let block: UnsafeMutableRawBufferPointer
  private var unread: Range<Int>
  private var isLast = false
  /// Whether the compressed data may end where it has been read to.
  private var isComplete = false
  private(set) var failure: String?

  /// - Parameter start: bytes that have been read from `input` already.
  init(_ input: any ByteInput, _ compression: Compression, start: UnsafeRawBufferPointer) {
    self.input = input
    decompressor = compression.makeDecompressor()
    block = .allocate(byteCount: max(Self.blockSize, start.count), alignment: 16)
    block.copyMemory(from: start)
    unread = 0..<start.count
  }

  deinit { block.deallocate() }

  var mayWait: Bool { input.mayWait }
  var wasEnded: Bool { input.wasEnded }
  var position: Int { input.position - unread.count }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    while failure == nil {
      if unread.isEmpty, !isLast {
        let count = input.read(into: block)
        unread = 0..<count
        isLast = count == 0
      }
      let step = decompressor.step(UnsafeRawBufferPointer(rebasing: block[unread]), buffer, isLast: isLast)
      unread = min(unread.lowerBound + step.used, unread.upperBound)..<unread.upperBound
      if step.used > 0 || step.made > 0 || step.isComplete { isComplete = step.isComplete }
      failure = step.failure ?? (isLast ? input.failure : nil)
      if step.made > 0 { return step.made }
      if isLast, step.used == 0 {
        if !isComplete { failure = failure ?? "the compressed data is cut off" }
        return 0
      }
    }
    return 0
  }
}
