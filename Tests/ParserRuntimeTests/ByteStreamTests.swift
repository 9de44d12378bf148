import ParserRuntime
import Testing

@Suite struct ByteStreamTests {
  @Test func `numbers of each width and byte order`() throws {
    let stream = ByteStream([0x81, 0x92, 0xA3, 0xB4, 0xC5, 0xD6, 0xE7, 0xF8])
    func read<Value>(_ read: (ByteStream) throws(ParseError) -> Value, _ size: Int) throws -> Value {
      try stream.seek(to: 0)
      let value = try read(stream)
      #expect(stream.position == size)
      return value
    }
    #expect(try read({ s throws(ParseError) in try s.readU1() }, 1) == 0x81)
    #expect(try read({ s throws(ParseError) in try s.readU2le() }, 2) == 0x9281)
    #expect(try read({ s throws(ParseError) in try s.readU2be() }, 2) == 0x8192)
    #expect(try read({ s throws(ParseError) in try s.readU4le() }, 4) == 0xB4A3_9281)
    #expect(try read({ s throws(ParseError) in try s.readU4be() }, 4) == 0x8192_A3B4)
    #expect(try read({ s throws(ParseError) in try s.readU8le() }, 8) == 0xF8E7_D6C5_B4A3_9281)
    #expect(try read({ s throws(ParseError) in try s.readU8be() }, 8) == 0x8192_A3B4_C5D6_E7F8)
    #expect(try read({ s throws(ParseError) in try s.readS1() }, 1) == -127)
    #expect(try read({ s throws(ParseError) in try s.readS2le() }, 2) == -0x6D7F)
    #expect(try read({ s throws(ParseError) in try s.readS2be() }, 2) == -0x7E6E)
    #expect(try read({ s throws(ParseError) in try s.readS4le() }, 4) == -0x4B5C_6D7F)
    #expect(try read({ s throws(ParseError) in try s.readS4be() }, 4) == -0x7E6D_5C4C)
    #expect(try read({ s throws(ParseError) in try s.readS8le() }, 8) == -0x0718_293A_4B5C_6D7F)
    #expect(try read({ s throws(ParseError) in try s.readS8be() }, 8) == -0x7E6D_5C4B_3A29_1808)
  }

  @Test func `floating-point numbers`() throws {
    let numbers = ByteStream(
      [0x00, 0x00, 0xC0, 0x3F, 0x3F, 0xC0, 0x00, 0x00]
        + [0, 0, 0, 0, 0, 0, 0xF8, 0x3F, 0x3F, 0xF8, 0, 0, 0, 0, 0, 0] + [0xCD, 0xCC, 0xCC, 0x3D])
    #expect(try numbers.readF4le() == 1.5 && numbers.readF4be() == 1.5)
    #expect(try numbers.readF8le() == 1.5 && numbers.readF8be() == 1.5)
    #expect(try numbers.readF4le() == Double(Float(0.1)), "single precision widens without a change")
    #expect(numbers.isAtEnd)
    let special = ByteStream([0x7F, 0xC0, 0, 0, 0xFF, 0x80, 0, 0, 0x80, 0, 0, 0])
    #expect(try special.readF4be().isNaN && special.readF4be() == -.infinity && special.readF4be().sign == .minus)
  }

  @Test func `each kind of number needs all of its bytes, and an error moves nothing`() {
    let reads: [(Int, (ByteStream) throws(ParseError) -> Void)] = [
      (1, { s throws(ParseError) in _ = try s.readU1() }), (1, { s throws(ParseError) in _ = try s.readS1() }),
      (2, { s throws(ParseError) in _ = try s.readU2le() }), (2, { s throws(ParseError) in _ = try s.readS2be() }),
      (4, { s throws(ParseError) in _ = try s.readU4be() }), (4, { s throws(ParseError) in _ = try s.readF4le() }),
      (8, { s throws(ParseError) in _ = try s.readS8le() }), (8, { s throws(ParseError) in _ = try s.readF8be() }),
    ]
    for (size, read) in reads {
      for length in 0..<size {
        let stream = ByteStream([UInt8](repeating: 7, count: length))
        #expect(failure { () throws(ParseError) in try read(stream) } == "EndOfStreamError @0")
        #expect(stream.position == 0)
      }
    }
  }

  @Test func `a position beyond the end is an error only when something is read`() throws {
    let stream = ByteStream([1, 2, 3])
    for position in [3, 4, 1000, Int.max] {
      try stream.seek(to: position)
      #expect(stream.position == position && stream.isAtEnd && stream.size == 3)
      #expect(failure(stream.readU1) == "EndOfStreamError @3")
      #expect(failure { () throws(ParseError) in try stream.readBitsBE(1) } == "EndOfStreamError @3")
      #expect(failure { () throws(ParseError) in try stream.readBytes(1) } == "EndOfStreamError @3")
      #expect(try stream.readBytes(0) == [] && stream.readBytesToEnd() == [] && stream.substreamToEnd().size == 0)
      #expect(try stream.substream(0).size == 0)
      #expect(try stream.readBytes(until: [0], include: true, consume: true, required: false) == [])
      #expect(stream.position == position)
    }
    try stream.seek(to: 1)
    #expect(try stream.readU1() == 2)
    #expect(failure { () throws(ParseError) in try stream.seek(to: -1) } == "EndOfStreamError @2")
    #expect(failure { () throws(ParseError) in try stream.seek(to: .min) } == "EndOfStreamError @2")
    #expect(stream.position == 2)
  }

  @Test(arguments: [-1, 4, 1000, Int.max, Int.min])
  func `sizes that do not fit are errors`(count: Int) {
    let stream = ByteStream([1, 2, 3])
    #expect(failure { () throws(ParseError) in try stream.readBytes(count) } == "EndOfStreamError @0")
    #expect(failure { () throws(ParseError) in try stream.substream(count) } == "EndOfStreamError @0")
    #expect(stream.position == 0)
  }

  @Test func `bytes and the rest`() throws {
    let stream = ByteStream([1, 2, 3, 4, 5])
    #expect(try stream.readBytes(2) == [1, 2] && stream.readBytes(0) == [] && stream.position == 2)
    #expect(try !stream.isAtEnd && stream.readBytesToEnd() == [3, 4, 5] && stream.isAtEnd)
    #expect(try stream.readBytesToEnd() == [])
    #expect(ByteStream([]).isAtEnd && ByteStream([]).size == 0)
  }

  /// Bytes, terminator, include, consume, required; what is read, and the position after it. No position: an error.
  @Test(
    arguments: [
      ("foo|bar", "|", false, true, true, "foo", 4), ("foo|bar", "|", true, true, true, "foo|", 4),
      ("foo|bar", "|", false, false, true, "foo", 3), ("foo|bar", "|", true, false, true, "foo|", 3),
      ("|bar", "|", false, true, true, "", 1), ("foobar", "|", false, true, true, "", nil),
      ("foobar", "|", true, true, false, "foobar", 6), ("", "|", false, true, false, "", 0),
      ("", "|", false, true, true, "", nil), ("foo|", "|", false, true, true, "foo", 4),
      // Two bytes are looked for at even places only.
      ("a||bb||c", "||", false, true, true, "a||bb|", nil), ("ab||cd", "||", false, true, true, "ab", 4),
      ("ab||cd", "||", true, false, true, "ab||", 2), ("a||b", "||", false, true, false, "a||b", 4),
      ("abc", "||", false, true, false, "abc", 3), ("abc", "||", false, true, true, "", nil),
      ("abcxyz", "xyz", false, true, true, "abc", 6), ("abxyzc", "xyz", false, true, false, "abxyzc", 6),
      ("xy", "xyz", false, true, false, "xy", 2), ("abc", "", false, true, true, "", 0),
    ] as [(String, String, Bool, Bool, Bool, String, Int?)])
  func terminators(
    text: String, terminator: String, include: Bool, consume: Bool, required: Bool, expected: String, position: Int?
  ) throws {
    for window in [false, true] {
      let outer = ByteStream([UInt8]("..\(text)\(terminator)".utf8))
      try outer.seek(to: 2)
      let stream = try outer.substream(text.utf8.count)
      func read() throws(ParseError) -> [UInt8] {
        let end = [UInt8](terminator.utf8)
        return window
          ? try stream.substream(until: end, include: include, consume: consume, required: required).readBytesToEnd()
          : try stream.readBytes(until: end, include: include, consume: consume, required: required)
      }
      if let position {
        #expect(try String(decoding: read(), as: UTF8.self) == expected)
        #expect(stream.position == position)
      } else {
        #expect(failure(read) == "EndOfStreamError @2" && stream.position == 0)
      }
    }
  }

  @Test func `terminators are looked for from where reading begins`() throws {
    let stream = ByteStream([9, 1, 0, 0, 0, 2])
    #expect(try stream.readU1() == 9)
    #expect(try stream.readBytes(until: [0, 0], include: false, consume: true, required: true) == [1, 0])
    #expect(stream.position == 5)
  }

  @Test func `windows share the source, and errors tell where in it`() throws {
    let stream = ByteStream([UInt8](0..<20))
    try stream.seek(to: 4)
    let outer = try stream.substream(10)
    #expect(stream.position == 14 && outer.start == 4 && outer.size == 10 && outer.source === stream.source)
    try outer.seek(to: 3)
    let inner = try outer.substream(4)
    #expect(inner.start == 7 && inner.size == 4 && outer.position == 7)
    #expect(try inner.readU2be() == 0x0708 && outer.position == 7, "positions are independent")
    #expect(failure(inner.readU4le) == "EndOfStreamError @9")
    #expect(failure { () throws(ParseError) in try outer.substream(4) } == "EndOfStreamError @11")
    #expect(try inner.readBytesToEnd() == [9, 10] && inner.isAtEnd)
    let rest = outer.substreamToEnd()
    #expect(rest.start == 11 && rest.size == 3 && outer.isAtEnd)
    #expect(try rest.substream(1).readU1() == 11)
    let ended = try rest.substream(until: [13], include: false, consume: false, required: true)
    #expect(ended.start == 12 && ended.size == 1)
    try outer.seek(to: 50)
    #expect(outer.substreamToEnd().start == 14, "a window beyond the end is at the end")
  }

  @Test func `whoever holds a stream sees its position`() throws {
    let stream = ByteStream([1, 2, 3])
    let same = stream
    #expect(try stream.readU1() == 1 && same.readU1() == 2 && stream.position == 2)
  }

  @Test func `fixed contents`() throws {
    let stream = ByteStream([0x89, 0x50, 0x4E, 0x47])
    #expect(try stream.require(contents: [0x89, 0x50]) == [0x89, 0x50])
    #expect(try stream.require(contents: []) == [])
    let other: [UInt8] = [0x4E, 0x48]
    #expect(failure { () throws(ParseError) in try stream.require(contents: other) } == "ValidationNotEqualError @2")
    #expect(stream.position == 4, "contents are read, then compared")
    #expect(failure { () throws(ParseError) in try stream.require(contents: [0]) } == "EndOfStreamError @4")
    do throws(ParseError) {
      _ = try ByteStream([1, 2]).require(contents: [1, 3])
    } catch {
      #expect(error.description == "0102 instead of 0103" && error.field.isEmpty)
    }
  }
}
