import ParserRuntime
import Testing

@Suite struct BitReadingTests {
  @Test func `the most significant bit first`() throws {
    let stream = ByteStream([0b1011_0011, 0b0101_1100, 0xFF])
    #expect(try stream.readBitsBE(1) == 1 && stream.readBitsBE(3) == 0b011 && stream.position == 1)
    #expect(try stream.readBitsBE(8) == 0b0011_0101 && stream.position == 2)
    #expect(try stream.readBitsBE(4) == 0b1100 && stream.readBitsBE(0) == 0)
    #expect(try stream.readBitsBE(8) == 0xFF && stream.isAtEnd)
  }

  @Test func `the least significant bit first`() throws {
    let stream = ByteStream([0b1011_0011, 0b0101_1100, 0xFF])
    #expect(try stream.readBitsLE(1) == 1 && stream.readBitsLE(3) == 0b001 && stream.position == 1)
    #expect(try stream.readBitsLE(8) == 0b1100_1011 && stream.position == 2)
    #expect(try stream.readBitsLE(4) == 0b0101 && stream.readBitsLE(0) == 0)
    #expect(try stream.readBitsLE(8) == 0xFF && stream.isAtEnd)
  }

  @Test func `64 bits across nine bytes`() throws {
    let bytes: [UInt8] = [0x0F, 0x12, 0x34, 0x56, 0x78, 0x9A, 0xBC, 0xDE, 0xF0]
    let big = ByteStream(bytes)
    #expect(try big.readBitsBE(4) == 0 && big.readBitsBE(64) == 0xF123_4567_89AB_CDEF && big.readBitsBE(4) == 0)
    let little = ByteStream(bytes)
    #expect(try little.readBitsLE(4) == 0xF && little.readBitsLE(64) == 0x0DEB_C9A7_8563_4120)
    #expect(try little.readBitsLE(4) == 0xF && little.isAtEnd)
  }

  @Test func `bits that are left over are no end, and the position is after their byte`() throws {
    let stream = ByteStream([0xA5])
    #expect(try stream.readBitsBE(3) == 0b101)
    #expect(!stream.isAtEnd && stream.position == 1 && stream.offset == 1)
    stream.alignToByte()
    #expect(stream.isAtEnd)
  }

  @Test func `reading bytes, seeking and changing the order forget them`() throws {
    func after(_ step: (ByteStream) throws -> Void) throws -> UInt64 {
      let stream = ByteStream([0xF0, 0x0F, 0xF0, 0x0F, 1, 2, 3, 4, 5, 6])
      _ = try stream.readBitsBE(2)
      try step(stream)
      return try stream.readBitsBE(4)
    }
    #expect(try after { _ in } == 0b1100)
    #expect(try after { _ = try $0.readU1() } == 0xF)
    #expect(try after { _ = try $0.readBytes(0) } == 0)
    #expect(try after { _ = try $0.substream(1) } == 0xF)
    #expect(try after { _ = try $0.readBytes(until: [0xF0], include: false, consume: false, required: true) } == 0xF)
    #expect(try after { try $0.seek(to: 0) } == 0xF)
    #expect(try after { $0.alignToByte() } == 0)
    #expect(try after { _ = try $0.readBitsLE(4) } == 0xF, "and back to the first order")
  }

  @Test func `an error leaves them as they were`() throws {
    let stream = ByteStream([0b1010_0110])
    #expect(try stream.readBitsBE(3) == 0b101)
    #expect(failure { () throws(ParseError) in try stream.readBitsBE(6) } == "EndOfStreamError @1")
    #expect(failure { () throws(ParseError) in try stream.readBitsLE(1) } == "EndOfStreamError @1")
    #expect(failure { () throws(ParseError) in try stream.readBitsBE(-1) } == "EndOfStreamError @1")
    #expect(failure { () throws(ParseError) in try stream.readBitsBE(65) } == "OverflowError @1")
    #expect(failure { () throws(ParseError) in try stream.readBitsLE(.max) } == "OverflowError @1")
    #expect(failure(stream.readU1) == "EndOfStreamError @1")
    #expect(try stream.readBitsBE(5) == 0b00110)
  }

  /// Against a list of single bits, as each order takes them from the bytes.
  @Test(arguments: 0..<200)
  func `any widths in any order, mixed with bytes`(seed: Int) throws {
    var random = SeededGenerator(seed)
    let bytes = random.bytes(200)
    let stream = ByteStream(bytes)
    let big = bytes.flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 } }
    let little = bytes.flatMap { byte in (0..<8).map { byte >> $0 & 1 } }
    var (place, isLittle) = (0, false)
    func align() { place = (place + 7) / 8 * 8 }
    while true {
      let kind = Int.random(in: 0..<8, using: &random)
      if kind == 0 {
        align()
        guard place < big.count else { break }
        #expect(try stream.readU1() == bytes[place / 8])
        place += 8
      } else if kind == 1 {
        stream.alignToByte()
        align()
      } else if kind == 2 {
        place = Int.random(in: 0...bytes.count, using: &random) * 8
        try stream.seek(to: place / 8)
        if Bool.random(using: &random) { break }
      } else {
        let turns = Int.random(in: 0..<6, using: &random) == 0
        let width = Int.random(in: 0...64, using: &random)
        if turns { isLittle.toggle() }
        // Reading no bits in the other order is enough to forget those that are left over.
        if turns { align() }
        guard place + width <= big.count else {
          #expect(throws: ParseError.self) { try isLittle ? stream.readBitsLE(width) : stream.readBitsBE(width) }
          break
        }
        let bits = (isLittle ? little : big)[place..<place + width]
        let expected = (isLittle ? bits.reversed() : [UInt8](bits)).reduce(UInt64(0)) { $0 << 1 | UInt64($1) }
        #expect(try (isLittle ? stream.readBitsLE(width) : stream.readBitsBE(width)) == expected)
        place += width
      }
      #expect(stream.position == (place + 7) / 8)
      #expect(stream.isAtEnd == (place == big.count))
    }
  }
}
