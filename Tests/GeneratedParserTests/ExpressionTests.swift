import ParserRuntime
import Testing

@Suite struct ExpressionTests {
  static func bytes(_ a: UInt8 = 7, big: [UInt8] = [0x78, 0x56, 0x34, 0x12, 0, 0, 0, 0x80]) -> [UInt8] {
    [a, 0xFB] + big + utf8("hello!\0") + [1, 2, 3, 4] + [30, 10, 20] + [2] + [0, 0, 0, 0, 0, 0, 0x0E, 0x40]
      + (a == 7 ? [0x39, 0x05] : []) + (a == 200 ? [5] : [])
  }

  let value: Expressions

  init() throws {
    value = try parse(Self.bytes()) { reader throws(ParseError) in try Expressions(from: &reader) }.value
  }

  @Test func `integer operators`() throws {
    #expect(value.sum == -3 && value.precedence == 13 && value.shifted == 113)
    #expect(try value.negativeDivision == -3, "rounds towards negative infinity")
    #expect(try value.negativeModulo == 3, "is never negative")
    #expect(value.masked == 0x1234 && value.flipped == ~7 ^ 10)
  }

  @Test func `integers that leave 64 bits are an error, never a trap`() throws {
    #expect(try value.bigPlusOne == 0x8000_0000_1234_5679)
    #expect(throws: ParseError.self) { try value.product }
    let full = try parse(Self.bytes(big: Array(repeating: 0xFF, count: 8))) { reader throws(ParseError) in
      try Expressions(from: &reader)
    }.value
    #expect(throws: ParseError.self) { try full.bigPlusOne }
    #expect(full.bigEqual && !value.bigEqual)
  }

  @Test func `comparisons and conditions`() throws {
    #expect(value.compared && value.sameBytes && value.lessBytes && value.sameText && value.singleQuoted)
    #expect(value.ternary == "seven" && value.nestedTernary == 70)
    #expect(value.isSeven == 1)
  }

  @Test func `enums`() {
    #expect(value.colorNumber == 3 && !value.isRed && value.namedColor == .green)
  }

  @Test func `methods of strings, bytes and lists`() throws {
    #expect(value.textLength == 6 && value.textReverse == "!olleh" && value.textOfNumber == "7")
    #expect(value.textPart == "el")
    #expect(try value.numberOfText == 42)
    #expect(try value.hexOfText == 255)
    #expect(try value.dataText == "\u{1}\u{2}\u{3}\u{4}")
    #expect(value.dataLength == 4 && value.count == 3)
    #expect(try value.dataSecond == 2)
    #expect(try [value.first, value.last, value.smallest, value.largest, value.second] == [30, 20, 10, 30, 10])
    #expect(try value.literalList == "b")
    #expect(throws: ParseError.self) { try value.outside }
  }

  @Test func `floating-point numbers`() throws {
    #expect(try value.whole == 3)
    #expect(value.half == 1.875)
  }

  @Test func `casts and optional fields`() throws {
    #expect(try value.side == 1337)
    #expect(try value.sideChecked == 1337)
    #expect(throws: ParseError.self) { try value.missing }
    let other = try parse(Self.bytes(200)) { reader throws(ParseError) in try Expressions(from: &reader) }.value
    #expect(try other.missing == 6)
    #expect(try other.sideChecked == nil)
    #expect(throws: ParseError.self) { try other.side }
  }
}

@Suite struct AncestorTests {
  @Test func `members of ancestors, parameters, recursion and imports`() throws {
    let bytes: [UInt8] =
      [2] + [3] + [1, 2, 3, 4, 5, 6] + [9, 9, 9, 9] + [0x34, 0x12]
      + [1, 2, 2, 0, 3, 1, 4, 0] + [0x01, 0x02] + [0, 1, 0, 2]
    let (value, reader) = try parse(bytes) { reader throws(ParseError) in try Ancestors(from: &reader) }
    #expect(value.outer.inner.items.map(\.data) == [[1, 2, 3], [4, 5, 6]])
    #expect(value.outer.inner.padding == [9, 9, 9, 9] && value.outer.doubled == 4)
    #expect(value.outer.inner.items[0].siblings == 4)
    #expect(value.outer.other.wide == 0x1234 && value.outer.other.ofParent == 4)
    #expect(value.tree.children.map(\.value) == [2, 3] && value.tree.children[1].children[0].value == 4)
    #expect(value.shared.number == 0x0102 && value.point.coordinates == [1, 2])
    #expect(reader.position == bytes.count)
  }

  @Test func `recursion on the wire ends with an error, not with the stack`() throws {
    let bytes: [UInt8] = [0, 0] + [] + [0] + Array(repeating: 1, count: 100_000)
    let error = try #require(failure(bytes) { reader throws(ParseError) in try Ancestors(from: &reader) })
    #expect(error.kind == "nested too deeply")
  }
}

@Suite struct ConstraintTests {
  static let good: [UInt8] = [5, 5, 0xFF, 0xF6, 3, 0x30, 8, 1, 0, 1, 2, 2, 7, 7, 1, 9]

  @Test func `what is allowed gives no issue`() throws {
    let (_, reader) = try parse(Self.good) { reader throws(ParseError) in try Constraints(from: &reader) }
    #expect(reader.issues.isEmpty)
  }

  @Test(
    arguments: [
      (0, 6, ["equal", "equal_to_other"]), (1, 4, ["equal_to_other"]), (3, 0xF5, ["bounded"]), (4, 2, ["at_least"]),
      (5, 3, ["listed"]), (6, 7, ["even"]), (7, 9, ["mode"]), (8, 2, ["lax"]), (10, 3, ["bytes"]), (15, 10, ["each"]),
      (4, 90, ["total"]),
    ] as [(Int, UInt8, [String])])
  func `a violated constraint is an issue at its field, and the message goes on`(
    index: Int, value: UInt8, fields: [String]
  ) throws {
    var bytes = Self.good
    bytes[index] = value
    let (message, reader) = try parse(bytes) { reader throws(ParseError) in try Constraints(from: &reader) }
    #expect(reader.issues.map(\.path) == fields)
    #expect(message.data == [7, 7])
    if fields != ["total"] {
      #expect(
        reader.issues.contains { ($0.offset..<$0.offset + $0.length).contains(index) || $0.path == "equal_to_other" })
    }
  }

  @Test func `a violated constraint that decides the layout ends the message`() throws {
    var bytes = Self.good
    bytes[11] = 5
    let error = try #require(failure(bytes) { reader throws(ParseError) in try Constraints(from: &reader) })
    #expect(error.field == "size" && error.offset == 11 && error.description == "5 is not at most 4")
  }
}
