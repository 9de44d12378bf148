import ParserRuntime
import Testing

@Suite struct BytesTests {
  private static func bytes(_ text: String) -> [UInt8] { [UInt8](text.utf8) }

  @Test(
    arguments: [
      ("abc@@@", "@", "abc"), ("@a@b@", "@", "@a@b"), ("@@@", "@", ""), ("", "@", ""), ("abc", "@", "abc"),
    ] as [(String, Character, String)])
  func `padding at the end`(text: String, padding: Character, expected: String) {
    #expect(Bytes.stripRight(Self.bytes(text), padding: padding.asciiValue ?? 0) == Self.bytes(expected))
  }

  @Test(
    arguments: [
      ("abc|def", "|", false, "abc"), ("abc|def", "|", true, "abc|"), ("abc", "|", true, "abc"), ("", "|", true, ""),
      ("|", "|", false, ""), ("a||b", "||", false, "a||b"), ("ab||", "||", true, "ab||"), ("ab||", "||", false, "ab"),
      ("abc|", "||", false, "abc|"), ("abcdxyzdef", "xyz", false, "abcdxyzdef"), ("abcxyz", "xyz", false, "abc"),
      ("abc", "", true, ""),
    ])
  func `up to a terminator`(text: String, terminator: String, include: Bool, expected: String) {
    #expect(
      Bytes.terminate(Self.bytes(text), by: Self.bytes(terminator), include: include) == Self.bytes(expected))
  }

  @Test func `xor with a byte and with a key`() throws {
    #expect(try Bytes.xor([0x00, 0xFF, 0x5A], key: 0xFF) == [0xFF, 0x00, 0xA5])
    #expect(try Bytes.xor([1, 2], key: 0) == [1, 2] && Bytes.xor([], key: 255) == [])
    #expect(Bytes.xor([0, 0, 0, 0, 0, 0xFF, 0xFF], key: [1, 2, 3]) == [1, 2, 3, 1, 2, 0xFC, 0xFE])
    #expect(Bytes.xor([1, 2], key: [] as [UInt8]) == [1, 2] && Bytes.xor([9], key: [1, 2, 3]) == [8])
    for key in [-1, 256, Int.min, .max] {
      #expect(failure { () throws(ParseError) in try Bytes.xor([1], key: key) } == "OverflowError @0")
    }
  }

  @Test func `rotations by any count`() {
    let all = [UInt8](0...255)
    for count in [Int.min, -1_000_003, -9, -8, -1, 0, 1, 3, 7, 8, 11, Int.max] {
      let steps = ((count % 8) + 8) % 8
      let expected = all.map { byte in (0..<steps).reduce(byte) { value, _ in value << 1 | value >> 7 } }
      #expect(Bytes.rotateLeft(all, by: count) == expected)
      #expect(Bytes.rotateRight(expected, by: count) == all)
    }
    #expect(Bytes.rotateLeft([0b1000_0001], by: 3) == [0b0000_1100])
    #expect(Bytes.rotateRight([0b1000_0001], by: 3) == [0b0011_0000])
  }

  @Test func `order and single bytes`() throws {
    #expect(Bytes.compare([1, 2], [1, 3]) < 0 && Bytes.compare([2], [1, 3]) > 0 && Bytes.compare([1], [1]) == 0)
    #expect(Bytes.compare([], [0]) < 0 && Bytes.compare([0x80], [0x7F]) > 0 && Bytes.compare([1, 0], [1]) > 0)
    #expect(Bytes.equal([1, 2], [1, 2]) && !Bytes.equal([1, 2], [1]) && Bytes.equal([], []))
    #expect(try Bytes.min([5, 0x80, 3]) == 3 && Bytes.max([5, 0x80, 3]) == 0x80)
    #expect(try Bytes.first([5, 6]) == 5 && Bytes.last([5, 6]) == 6)
    #expect(failure { () throws(ParseError) in try Bytes.min([]) } == "IndexError @0")
    #expect(failure { () throws(ParseError) in try Bytes.max([]) } == "IndexError @0")
    #expect(failure { () throws(ParseError) in try Bytes.first([]) } == "IndexError @0")
    #expect(failure { () throws(ParseError) in try Bytes.last([]) } == "IndexError @0")
  }
}
