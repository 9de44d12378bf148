import ParserRuntime
import Testing

@Suite struct WireTests {
  private static func bytes(last: UInt8, tail: [UInt8]) -> [UInt8] {
    // version 5, urgent, kind 0x7ff; after 9; low 5 and high 0x1234 from the lowest bit
    let bits: [UInt8] = [0x5F, 0xFF, 9, 0xA5, 0x91]
    let masked = utf8("mask").map { $0 ^ 0x5A }
    let rotated = utf8("rot").map { $0 << 5 | $0 >> 3 }
    let keyed: [UInt8] = [7 ^ 1, 1 ^ 2, 2 ^ 1, 3 ^ 2]
    // 0x0d 0x0a is no terminator at an odd place
    let lines: [UInt8] = [0x41, 0x0D, 0x0A, 0x42, 0x0D, 0x0A]
    let part = utf8("\u{1}ab,c   ")
    return bits + masked + rotated + keyed + lines + part + [0xC1, 0xC2] + [2, 8, 9] + [5, 0b0001_1011, 0b1100_0000]
      + [last] + tail
  }

  private func message(_ bytes: [UInt8]) throws -> (value: Wire, reader: ByteReader) {
    try parse(bytes) { reader throws(ParseError) in try Wire(from: &reader) }
  }

  /// Behind `last` 1: the choice, the number beside it, and as many bytes as the first word says (its last two bits).
  private static let whole = bytes(last: 1, tail: [0x12, 0x34, 77, 1, 2, 3])

  @Test func `bits of both orders, each group from a new byte on`() throws {
    let (value, reader) = try message(Self.whole)
    #expect(value.version == 5 && value.isUrgent && value.kind == .bye && value.after == 9)
    #expect(value.low == 5 && value.high == 0x1234)
    #expect(value.flags == [0, 1, 2, 3, 3] && value.last == 1)
    #expect(reader.position == Self.whole.count)
  }

  @Test func `transformed bytes, also those of a type`() throws {
    let (value, _) = try message(Self.whole)
    #expect(value.masked == utf8("mask") && value.rotated == utf8("rot"))
    #expect(value.keyed.first == 7 && value.keyed.rest == [1, 2, 3] && value.keyed.sum == 16)
  }

  @Test func `terminators of several bytes, padding, encodings of the C library`() throws {
    let (value, _) = try message(Self.whole)
    #expect(value.lines == [0x41, 0x0D, 0x0A, 0x42] && value.part.first == 1 && value.part.rest == utf8("ab"))
    #expect(value.greek == "\u{391}\u{392}" && value.data == [8, 9])
  }

  @Test func `switches of numbers are a number, others an enum`() throws {
    let (value, _) = try message(Self.whole)
    #expect(value.choice == 0x1234 && value.mixed?.asU1 == 77 && value.mixed?.asStrz == nil)
    let (other, _) = try message(Self.bytes(last: 2, tail: [0xFF, 77, 1, 2, 3] + [UInt8](repeating: 6, count: 60)))
    #expect(other.choice == -1)
    #expect(try other.beyond == 6)
    let (none, _) = try message(Self.bytes(last: 0, tail: [1, 2, 3]))
    #expect(none.choice == nil && none.mixed == nil)
  }

  @Test func `instances by place and by value, and what an instance cannot be`() throws {
    let (value, reader) = try message(Self.whole)
    #expect(try value.firstWord == 0x5FFF)
    #expect(value.byPlace == [1, 2, 3])
    #expect(try value.far?.left == 9 && value.beyond == nil)
    #expect(try value.farLeft == 9)
    #expect(value.label == "v5 of 2047" && value.pairSize == 2)
    #expect(try value.wrong == 0x5F)
    #expect(reader.issues.map(\.path) == ["wrong"] && reader.issues.map(\.offset) == [0])
  }

  @Test func `an instance beyond the bytes waits for them, and fails alone where there are none`() throws {
    let bytes = Self.bytes(last: 2, tail: [0xFF, 77, 1, 2, 3])
    let waiting = try #require(
      failure(bytes, isComplete: false) { reader throws(ParseError) in try Wire(from: &reader) })
    guard case .needsMoreBytes(let count) = waiting.reason else {
      Issue.record("unexpected \(waiting)")
      return
    }
    #expect(count == 101 || count == 100)
    let (value, reader) = try message(bytes)
    #expect(throws: ParseError.self) { try value.beyond }
    #expect(reader.position == bytes.count)
  }

  @Test func `every shorter stream that may go on asks for more`() {
    for count in 0..<Self.whole.count {
      let error = failure(Array(Self.whole[..<count]), isComplete: false) { reader throws(ParseError) in
        try Wire(from: &reader)
      }
      guard case .needsMoreBytes(let wanted)? = error?.reason else {
        Issue.record("\(count): \(String(describing: error))")
        return
      }
      #expect(wanted > count)
    }
  }

  @Test func `no bytes make a parser fall`() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      var bytes = Self.whole
      for _ in 0..<3 {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
      }
      _ = failure(bytes) { reader throws(ParseError) in try Wire(from: &reader) }
    }
  }

  @Test func `a trace has transformed bytes where they are, and instances where they were read`() throws {
    var tree = FieldTree()
    _ = try parse(Self.whole) { reader throws(ParseError) in
      try WireSpecification.trace(&reader, tree: &tree)
    }
    let root = try #require(tree.nodes.first)
    func node(_ name: String) -> FieldNode? { root.children.first { $0.name == name } }
    let keyed = try #require(node("keyed"))
    #expect(keyed.offset == 12 && keyed.length == 4)
    #expect(keyed.children.prefix(2).allSatisfy { $0.offset == 12 && $0.length == 4 })
    #expect(node("version").map { [$0.offset, $0.length] } == [0, 1])
    #expect(node("kind").map { [$0.offset, $0.length] } == [0, 2])
    #expect(node("far").map { [$0.offset, $0.length] } == [2, 2])
    #expect(root.children.allSatisfy { $0.offset + $0.length <= Self.whole.count })
  }

  @Test func `a column holds the number or the text`() throws {
    for (last, tail, expected) in [
      (UInt8(1), [UInt8]([0x12, 0x34, 77, 1, 2, 3]), "mixed=77"), (3, [0, 0, 0, 1, 77, 1, 2, 3], "mixed=77"),
    ] {
      let batch = RowBatch(nextIDs: WireSpecification.info.tables.map { _ in 1 })
      _ = try parse(Self.bytes(last: last, tail: tail)) { reader throws(ParseError) in
        try WireSpecification.decode(
          &reader, Envelope(flow: 1, direction: 0, time: 0, streamOffset: 0), into: batch)
      }
      #expect(
        rows(batch, WireSpecification.info).contains { $0.contains(expected) && $0.contains("label='v5 of 2047'") })
    }
  }
}
