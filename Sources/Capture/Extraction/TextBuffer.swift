import ParserRuntime

/// Text in UTF-8 that is put together of small pieces, in memory that is used again.
struct TextBuffer: ~Copyable {
  private var start = UnsafeMutableRawPointer.allocate(byteCount: initialCapacity, alignment: 16)
  private var capacity = initialCapacity
  private(set) var count = 0

  private static let initialCapacity = 1 << 15

  deinit { start.deallocate() }

  /// Empties the buffer, and keeps its memory.
  mutating func removeAll() { count = 0 }

  /// Calls `body` with the text.
  func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeRawBufferPointer(start: start, count: count))
  }

  // MARK: Pieces

  @inline(__always)
  mutating func append(_ text: StaticString) {
    let count = text.utf8CodeUnitCount
    room(count).copyMemory(from: text.utf8Start, byteCount: count)
  }

  mutating func append(text: String) {
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress else { return }
    room(bytes.count).copyMemory(from: source, byteCount: bytes.count)
  }

  mutating func append(spaces: Int) {
    room(spaces).initializeMemory(as: UInt8.self, repeating: 0x20, count: spaces)
  }

  /// Two upper-case digits for each byte.
  mutating func append(hex bytes: UnsafeRawBufferPointer) { writeHex(bytes, to: room(2 * bytes.count)) }

  /// - Parameter width: spaces before the digits make so many characters at least.
  mutating func append(_ number: Int, width: Int = 0) {
    append(magnitude: UInt64(number.magnitude), isNegative: number < 0, width: width)
  }

  mutating func append(_ number: Int128) {
    guard let magnitude = UInt64(exactly: number.magnitude) else { return append(text: "\(number)") }
    append(magnitude: magnitude, isNegative: number < 0, width: 0)
  }

  private mutating func append(magnitude: UInt64, isNegative: Bool, width: Int) {
    // A sign and the twenty digits of 64 bits.
    withUnsafeTemporaryAllocation(byteCount: 21, alignment: 1) { digits in
      var start = digits.count
      var rest = magnitude
      repeat {
        start -= 1
        digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      } while rest > 0
      if isNegative {
        start -= 1
        digits[start] = UInt8(ascii: "-")
      }
      let length = digits.count - start
      let padding = max(0, width - length)
      let place = room(padding + length)
      for index in 0..<padding { place.storeBytes(of: 0x20, toByteOffset: index, as: UInt8.self) }
      for index in 0..<length {
        place.storeBytes(of: digits[start + index], toByteOffset: padding + index, as: UInt8.self)
      }
    }
  }

  /// Text as it stands between the quotation marks of a JSON string.
  mutating func append(escaping text: UnsafeRawBufferPointer) {
    var start = 0
    for (place, byte) in text.enumerated() where byte < 0x20 || byte == 0x22 || byte == 0x5C {
      append(UnsafeRawBufferPointer(rebasing: text[start..<place]))
      start = place + 1
      switch byte {
      case 0x08: append("\\b")
      case 0x09: append("\\t")
      case 0x0A: append("\\n")
      case 0x0C: append("\\f")
      case 0x0D: append("\\r")
      case 0x22: append("\\\"")
      case 0x5C: append("\\\\")
      default:
        let digits = String(byte, radix: 16)
        append("\\u00")
        if digits.utf8.count == 1 { append("0") }
        append(text: digits)
      }
    }
    append(UnsafeRawBufferPointer(rebasing: text[start...]))
  }

  mutating func append(escaping text: String) {
    var text = text
    text.withUTF8 { append(escaping: UnsafeRawBufferPointer($0)) }
  }

  /// The place of so many more bytes, which the caller writes.
  @inline(__always)
  private mutating func room(_ bytes: Int) -> UnsafeMutableRawPointer {
    if capacity - count < bytes { grow(by: bytes) }
    defer { count += bytes }
    return start + count
  }

  @inline(never)
  private mutating func grow(by bytes: Int) {
    capacity = 2 * (count + bytes)
    let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
    larger.copyMemory(from: start, byteCount: count)
    start.deallocate()
    start = larger
  }
}

/// Texts that are appended again and again, by number.
struct TextPieces {
  private var bytes: [UInt8] = []
  private var places: [Range<Int>] = []

  var count: Int { places.count }

  mutating func add(_ text: [UInt8]) {
    places.append(bytes.count..<bytes.count + text.count)
    bytes += text
  }

  func isEmpty(_ number: Int) -> Bool { places[number].isEmpty }

  func append(_ number: Int, to text: inout TextBuffer) {
    bytes.withUnsafeBytes { text.append(UnsafeRawBufferPointer(rebasing: $0[places[number]])) }
  }
}
