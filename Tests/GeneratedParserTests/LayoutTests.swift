import ParserRuntime
import Testing

@Suite struct NumberTests {
  @Test func `numbers of every size, sign and byte order`() throws {
    let bytes: [UInt8] =
      [200, 0xFF, 0x12, 0x34, 0xFE, 0xFF, 0x78, 0x56, 0x34, 0x12, 0xFF, 0xFF, 0xFF, 0xFD]
      + [0xFF, 0, 0, 0, 0, 0, 0, 1] + [0, 0, 0, 0, 0, 0, 0, 0x80] + [0x3F, 0xC0, 0, 0]
      + [0, 0, 0, 0, 0, 0, 0xF8, 0xBF] + [1, 2, 3, 4, 5] + [0x01, 0x02, 0, 0, 0xC0, 0x3F]
    let (value, reader) = try parse(bytes) { reader throws(ParseError) in try Numbers(from: &reader) }
    #expect(value.a == 200 && value.b == -1 && value.c == 0x1234 && value.d == -2)
    #expect(value.e == 0x1234_5678 && value.f == -3 && value.g == 0xFF00_0000_0000_0001 && value.h == Int.min)
    #expect(value.i == 1.5 && value.j == -1.5 && value.key.bytes == [1, 2, 3, 4, 5])
    #expect(value.tail.x == 0x0201 && value.tail.y == 1.5)
    #expect(reader.position == bytes.count)
  }

  @Test func `a short message names the field that does not fit, and where`() throws {
    let error = try #require(failure([1, 2, 3, 4, 5]) { reader throws(ParseError) in try Numbers(from: &reader) })
    #expect(error.field == "d" && error.offset == 4)
    #expect(error.kind == "end of stream")
  }

  @Test func `a stream that goes on asks for exactly the bytes of the run`() throws {
    let error = try #require(
      failure([1, 2, 3], isComplete: false) { reader throws(ParseError) in try Numbers(from: &reader) })
    guard case .needsMoreBytes(let count) = error.reason else {
      Issue.record("unexpected \(error)")
      return
    }
    #expect(count == 47)
  }
}

@Suite struct LayoutTests {
  static let head: [UInt8] = [0x4C] + utf8("AY") + [0]
  static let body: [UInt8] =
    [1, 3] + utf8("abc") + utf8("zero\0") + utf8("line\n") + utf8("upto,") + utf8("pad     ") + utf8("in\0xyz")
    + [0, 0x41, 0x20, 0xAC] + [0xE9] + [0x34, 0x12] + [1, 2, 3, 4, 5, 6] + [2, 0x01, 0x00, 0x02, 0x00] + [9, 8, 0]
    + [7, 6] + [3, 5, 6, 7] + [2, 0, 0, 1, 0] + [1, 0x0A, 0x0B] + utf8("text\0") + utf8("hi") + [0xFF] + [1, 2, 3]
  static let bytes = head + body

  @Test func `all of it`() throws {
    let (v, reader) = try parse(Self.bytes) { reader throws(ParseError) in try Layout(from: &reader) }
    #expect(v.name == "abc" && v.zeroEnded == "zero" && v.line == "line\n" && v.upTo == utf8("upto"))
    #expect(v.kept == nil && v.comma == 0x2C && v.padded == "pad" && v.inField == "in")
    #expect(v.wide == "A\u{20AC}" && v.latin == "\u{E9}" && v.optional == 0x1234)
    #expect(v.triple.elements.map(\.left) == [1, 3, 5] && v.triple[2].right == 6)
    #expect(v.counted == [1, 2] && v.untilZero == [9, 8, 0] && v.untilIndex == [7, 6])
    #expect(v.box.first == 5 && v.box.all == [6, 7])
    #expect(v.kind == .big && v.byEnum?.asU4be == 256)
    #expect(v.byNumber.asPair?.right == 0x0B && v.byWord.asStr == "hi")
    #expect(v.rest == [1, 2, 3] && reader.issues.isEmpty && reader.position == Self.bytes.count)
  }

  @Test func `every shorter stream that may go on asks for more, and never for less than there is`() {
    for count in 0..<(Self.bytes.count - 3) {
      let error = failure(Array(Self.bytes[..<count]), isComplete: false) { reader throws(ParseError) in
        try Layout(from: &reader)
      }
      guard case .needsMoreBytes(let wanted) = error?.reason else {
        Issue.record("\(count) bytes: \(String(describing: error))")
        continue
      }
      #expect(wanted > count && wanted <= Self.bytes.count, "\(count) bytes")
    }
  }

  @Test func `every shorter stream that has ended is an error with a place`() {
    for count in 0..<(Self.bytes.count - 3) {
      let error = failure(Array(Self.bytes[..<count])) { reader throws(ParseError) in try Layout(from: &reader) }
      #expect(error != nil && error?.kind != "incomplete", "\(count) bytes")
      #expect((error?.offset ?? .max) <= count, "\(count) bytes")
    }
  }

  @Test func `no byte string crashes the parser`() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      var bytes = Self.bytes
      for _ in 0..<Int.random(in: 1...6) {
        bytes[Int.random(in: 4..<bytes.count)] = UInt8.random(in: 0...255, using: &random)
      }
      _ = failure(Array(bytes.prefix(Int.random(in: 0...bytes.count)))) { reader throws(ParseError) in
        try Layout(from: &reader)
      }
    }
  }

  @Test func `wrong contents are an error at their place`() throws {
    let error = try #require(
      failure([0x4C, 0x41, 0x58, 0, 0, 0]) { reader throws(ParseError) in try Layout(from: &reader) })
    #expect(error.kind == "unexpected contents" && error.field == "magic")
  }

  @Test func `a switch without a matching case has no value, or the raw bytes where a size is given`() throws {
    var bytes = Self.bytes
    // kind 'nothing' has no case, so the four bytes of by_enum go.
    let kind = try #require(bytes.indices.first { Array(bytes[$0...].prefix(5)) == [2, 0, 0, 1, 0] })
    bytes.replaceSubrange(kind..<kind + 5, with: [4])
    let word = try #require(bytes.indices.first { Array(bytes[$0...].prefix(5)) == utf8("text\0") })
    bytes.replaceSubrange(word..<word + 4, with: utf8("else"))
    let (value, _) = try parse(bytes) { reader throws(ParseError) in try Layout(from: &reader) }
    #expect(value.byEnum == nil && value.byWord.asRawBytes == utf8("hi"))
  }

  @Test func `the trace shows every field with its place`() throws {
    var tree = FieldTree()
    _ = try parse(Self.bytes) { reader throws(ParseError) in try Layout(from: &reader, trace: &tree) }
    let nodes = Dictionary(grouping: tree.nodes, by: \.name)
    #expect(nodes["name"]?.first?.value == .text("abc") && nodes["name"]?.first?.offset == 6)
    #expect(nodes["triple"]?.map(\.index) == [0, 1, 2])
    #expect(nodes["triple"]?.last?.children.map(\.name) == ["left", "right"])
    #expect(nodes["kind"]?.first?.value == .enumeration(2, name: "big"))
    // Fields lie one behind the other: none is missed, none counted twice. Terminators and gaps belong to fields.
    let covered = tree.nodes.reduce(0) { $0 + $1.length }
    #expect(covered == Self.bytes.count, "fields without a name are shown too")
  }
}
