import ParserRuntime
import Testing

/// Whatever is asked of a stream, it answers or throws: it never traps, and never reads outside of its window.
@Suite struct HostileStreamTests {
  private static let numbers = [
    Int.min, .min + 1, -65, -64, -1, 0, 1, 2, 3, 7, 8, 31, 63, 64, 65, 1 << 32, .max - 1, .max,
  ]

  private static func step(_ stream: ByteStream, _ random: inout SeededGenerator) throws(ParseError) -> [UInt8]? {
    let number =
      Int.random(in: 0..<3, using: &random) == 0
      ? numbers[Int.random(in: 0..<numbers.count, using: &random)] : Int.random(in: -2...20, using: &random)
    let terminator = random.bytes(Int.random(in: 0...3, using: &random)).map { $0 & 3 }
    func flag() -> Bool { Bool.random(using: &random) }
    switch Int.random(in: 0..<15, using: &random) {
    case 0: try stream.seek(to: number)
    case 1: stream.alignToByte()
    case 2: _ = try stream.readBitsBE(number)
    case 3: _ = try stream.readBitsLE(number)
    case 4: return try stream.readBytes(number)
    case 5: return try stream.readBytesToEnd()
    case 6:
      return try stream.readBytes(until: terminator, include: flag(), consume: flag(), required: flag())
    case 7:
      let inner = try stream.substream(until: terminator, include: flag(), consume: flag(), required: flag())
      return try inner.readBytesToEnd()
    case 8: return try stream.substream(number).readBytesToEnd()
    case 9: return try stream.substreamToEnd().readBytesToEnd()
    case 10: return try stream.require(contents: terminator)
    case 11: _ = try stream.readF4be() + stream.readF8le()
    case 12: _ = (try stream.readU2le(), try stream.readS4be())
    case 13: _ = (try stream.readU1(), try stream.readS1())
    default: _ = (try stream.readS8le(), try stream.readU8be())
    }
    return nil
  }

  @Test(arguments: 0..<300)
  func `random calls on windows of cut streams`(seed: Int) throws {
    var random = SeededGenerator(seed)
    // Bytes outside of the window are larger than all inside, so that a read beyond it shows.
    let size = Int.random(in: 0...40, using: &random)
    let content = random.bytes(size).map { $0 & 3 }
    let outer = ByteStream([0xFF, 0xFE, 0xFD] + content + [0xFC, 0xFB])
    try outer.seek(to: 3)
    let stream = try outer.substream(size)
    var refusals = 0
    for _ in 0..<200 {
      let (before, wasAtEnd) = (stream.position, stream.isAtEnd)
      do throws(ParseError) {
        let bytes = try Self.step(stream, &random)
        #expect(bytes?.allSatisfy { $0 < 4 } ?? true)
        #expect(!wasAtEnd || bytes?.isEmpty ?? true)
      } catch {
        refusals += 1
        #expect((3...3 + size).contains(error.offset) && error.field.isEmpty)
        if case .notEqual = error.reason { continue }
        // A step may have read one number before the one that failed.
        #expect(stream.position >= before)
      }
      #expect(stream.position >= 0 && stream.size == size)
    }
    #expect(refusals > 0 && outer.position == 3 + size)
  }
}
