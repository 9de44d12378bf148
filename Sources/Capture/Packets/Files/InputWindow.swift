/// A window on the bytes of an input, read ahead in large blocks: a reader asks for as many bytes as it needs, looks at
/// them in place, and goes on behind them.
final class InputWindow {
  private let input: any ByteInput
  // Used several times a packet, and never lent to anybody: nothing is gained by looking out for overlapping accesses.
  @exclusivity(unchecked) private var storage: UnsafeMutableRawBufferPointer
  @exclusivity(unchecked) private var start = 0
  @exclusivity(unchecked) private var end = 0
  /// Place of the window's first byte in the (decompressed) input.
  @exclusivity(unchecked) private(set) var offset = 0
  /// Bytes that were moved to make room for others: never many more than were passed.
  private(set) var movedBytes = 0
  private var isAtEnd = false

  /// - Parameter blockSize: bytes that are read ahead; what is asked for may be more.
  init(_ input: any ByteInput, blockSize: Int = 1 << 20) {
    self.input = input
    storage = .allocate(byteCount: blockSize, alignment: 16)
  }

  /// A window on what an input holds, decompressed if need be.
  static func decompressed(_ input: any ByteInput, blockSize: Int = 1 << 20) -> InputWindow {
    let plain = InputWindow(input, blockSize: blockSize)
    _ = plain.has(Compression.magicLength)
    guard let compression = Compression(start: plain.bytes) else { return plain }
    return InputWindow(DecompressedInput(input, compression, start: plain.bytes), blockSize: blockSize)
  }

  deinit { storage.deallocate() }

  /// Bytes of the underlying file that have been passed; ahead of the window where the file is compressed.
  var position: Int { input is DecompressedInput ? input.position : input.position - (end - start) }

  /// Why the input ended before its end; nil where it did not, or has not yet.
  var failure: String? { input.failure }

  /// Whether the input ended because nobody wanted more of it.
  var wasEnded: Bool { input.wasEnded }

  /// The bytes that have been read and not yet been passed.
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage[start..<end]) }

  /// Sees to it that `count` bytes are in the window.
  /// - Returns: Whether they are; false where the input ends before.
  @inline(__always)
  func has(_ count: Int) -> Bool { end - start >= count || fill(count) }

  /// The same without waiting for anybody who writes: what it tells of a file does not depend on how much of it has been
  /// read ahead.
  @inline(__always)
  func hasAlready(_ count: Int) -> Bool { end - start >= count || !input.mayWait && fill(count) }

  private func fill(_ count: Int) -> Bool {
    guard !isAtEnd else { return false }
    makeRoom(count)
    while end - start < count, !isAtEnd {
      let read = input.read(into: UnsafeMutableRawBufferPointer(rebasing: storage[end...]))
      isAtEnd = read == 0
      end += read
    }
    return end - start >= count
  }

  /// Moves what is left to the front, and grows where that is not enough, or where more would be moved than was passed:
  /// damaged records may claim nearly the whole window one after another.
  private func makeRoom(_ count: Int) {
    guard storage.count - start < count else { return }
    let rest = UnsafeRawBufferPointer(rebasing: storage[start..<end])
    movedBytes += rest.count
    if count > storage.count || rest.count > start {
      let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * count, alignment: 16)
      larger.copyMemory(from: rest)
      storage.deallocate()
      storage = larger
    } else {
      // The two may overlap, which is allowed.
      storage.copyMemory(from: rest)
    }
    end -= start
    start = 0
  }

  /// Goes on behind `count` bytes, which are in the window.
  @inline(__always)
  func pass(_ count: Int) {
    start += count
    offset += count
  }

  /// Goes on to the end of the input.
  /// - Returns: How many bytes there were.
  func passAll() -> Int {
    let former = offset
    while has(1) { pass(bytes.count) }
    return offset - former
  }

  /// Goes on behind `count` bytes, wherever they are.
  /// - Returns: Whether the input has them all.
  func skip(_ count: Int) -> Bool {
    var rest = count
    while rest > 0 {
      guard has(1) else { return false }
      let step = min(rest, end - start)
      pass(step)
      rest -= step
    }
    return true
  }
}
