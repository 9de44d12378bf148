import ParserRuntime
import Testing

/// The reader of messages: its bounds, and the errors just beyond them.
@Suite struct ReaderTests {
  private func read<Value>(
    _ bytes: [UInt8], isComplete: Bool = true, _ body: (inout ByteReader) throws(ParseError) -> Value
  ) -> Result<Value, ParseError> {
    bytes.withUnsafeBytes { bytes in
      var reader = ByteReader(bytes, isComplete: isComplete)
      return Result { () throws(ParseError) in try body(&reader) }
    }
  }

  private func error<Value>(_ result: Result<Value, ParseError>) -> ParseError? {
    if case .failure(let error) = result { error } else { nil }
  }

  @Test func `the size is known when the stream has ended, and not before`() throws {
    let size = { (reader: inout ByteReader) throws(ParseError) in try reader.size() }
    #expect(try read([1, 2, 3], size).get() == 3)
    let early = try #require(error(read([1, 2, 3], isComplete: false, size)))
    guard case .needsMoreBytes(atLeast: 4) = early.reason else {
      Issue.record("unexpected \(early)")
      return
    }
  }

  @Test func `the field that does not fit is named, and those that do are not`() {
    func field(_ count: Int) -> String? {
      error(
        read([UInt8](repeating: 0, count: count)) { reader throws(ParseError) in
          _ = try reader.run(9, "a:2 b:3 c:4")
        })?.field
    }
    #expect((0...9).map(field) == ["a", "a", "b", "b", "b", "c", "c", "c", "c", nil])
  }

  @Test func `types are nested as deep as the limit, side by side as often as one likes`() throws {
    func nested(_ depth: Int) -> String? {
      error(read([]) { reader throws(ParseError) in for _ in 0..<depth { try reader.enter("x") } })?.kind
    }
    #expect(nested(ByteReader.maximumDepth) == nil && nested(ByteReader.maximumDepth + 1) == "nested too deeply")
    let flat = read([]) { reader throws(ParseError) in
      for _ in 0..<10 * ByteReader.maximumDepth {
        try reader.enter("x")
        reader.leave()
      }
    }
    #expect(error(flat) == nil)
  }

  @Test func `a list takes no more elements than there can be`() {
    func kind(_ count: Int, _ size: Int) -> String? {
      error(read([1, 2, 3, 4, 5, 6]) { reader throws(ParseError) in try reader.require(count, of: size, "x") })?.kind
    }
    #expect(kind(3, 2) == nil && kind(4, 2) == "end of stream" && kind(-1, 2) == "negative size")
    #expect(kind(.max, 2) == "end of stream" && kind(.max, 0) == nil)
  }
}

/// Bytes as text, and what is none.
@Suite struct TextEncodingTests {
  private func text(_ bytes: [UInt8], _ encoding: TextEncoding) -> String? { try? bytes.text(encoding) }

  @Test func `what an encoding does not have is no text`() {
    #expect(text([0x41, 0x7F], .ascii) == "A\u{7F}" && text([0x41, 0x80], .ascii) == nil)
    #expect(text([0xC3, 0xA9], .ascii) == nil)
    #expect(text([0xC3, 0xA9], .utf8) == "é" && text([0xC3], .utf8) == nil && text([0x80], .utf8) == nil)
    #expect(text([0x41, 0, 0xAC, 0x20], .utf16Little) == "A€" && text([0x41, 0, 0xAC], .utf16Little) == nil)
    #expect(text([0, 0x41], .utf16Big) == "A" && text([0], .utf16Big) == nil && text([0xD8, 0], .utf16Big) == nil)
    #expect(text([0xE9, 0xFF], .latin1) == "éÿ")
  }

  @Test func `padding goes from the end alone`() {
    for (bytes, stripped) in [
      ([1, 0, 2, 0, 0], [1, 0, 2]), ([0, 0, 1], [0, 0, 1]), ([0, 0], []), ([], []), ([1], [1]), ([0, 1, 0], [0, 1]),
    ] as [([UInt8], [UInt8])] { #expect(bytes.strippingPadding(0) == stripped) }
  }

  @Test func `an address is mapped where both bytes before it say so`() {
    func mapped(_ high: UInt8, _ low: UInt8, first: UInt8 = 0) -> String {
      ipText([first] + [UInt8](repeating: 0, count: 9) + [high, low, 10, 0, 0, 1])
    }
    #expect(mapped(0xFF, 0xFF) == "10.0.0.1")
    #expect(mapped(0xFF, 0) == "::ff00:a00:1" && mapped(0, 0xFF) == "::ff:a00:1")
    #expect(mapped(0xFF, 0xFF, first: 1) == "100::ffff:a00:1")
  }
}

/// Operators of expressions, which do what Kaitai's do, or throw.
@Suite struct CheckedTests {
  private func value(_ body: () throws(ParseError) -> Int) -> Int? { try? body() }

  @Test func `quotients go down, and remainders are not negative`() {
    for (a, b, quotient, rest) in [
      (7, 2, 3, 1), (-7, 2, -4, 1), (-8, 2, -4, 0), (0, 3, 0, 0), (.min, 2, .min / 2, 0), (-1, .max, -1, .max - 1),
    ] {
      #expect(value { () throws(ParseError) in try Checked.divide(a, b) } == quotient)
      #expect(value { () throws(ParseError) in try Checked.modulo(a, b) } == rest)
    }
    #expect(value { () throws(ParseError) in try Checked.divide(7, -2) } == -4)
    #expect(value { () throws(ParseError) in try Checked.divide(-7, -2) } == 3)
    for b in [0, -1, -2] { #expect(value { () throws(ParseError) in try Checked.modulo(7, b) } == nil, "\(b)") }
    #expect(value { () throws(ParseError) in try Checked.divide(7, 0) } == nil)
    #expect(value { () throws(ParseError) in try Checked.divide(.min, -1) } == nil)
  }

  @Test func `no bit is lost`() {
    #expect(value { () throws(ParseError) in try Checked.shiftLeft(1, 62) } == 1 << 62)
    #expect(value { () throws(ParseError) in try Checked.shiftLeft(1, 63) } == nil)
    #expect(value { () throws(ParseError) in try Checked.shiftLeft(3, 62) } == nil)
    #expect(value { () throws(ParseError) in try Checked.shiftLeft(-1, 63) } == .min)
    for count in [-1, 64] { #expect(value { () throws(ParseError) in try Checked.shiftLeft(1, count) } == nil) }
    #expect(value { () throws(ParseError) in try Checked.add(.max, 1) } == nil)
    #expect(value { () throws(ParseError) in try Checked.subtract(.min, 1) } == nil)
    #expect(value { () throws(ParseError) in try Checked.multiply(.max, 2) } == nil)
  }

  @Test func `an element is one of those that there are`() throws {
    let fixed = try #require(FixedBytes<3>([5, 6, 7]))
    #expect(try fixed.element(0) == 5 && fixed.element(2) == 7)
    for index in [-1, 3, .max, .min] {
      #expect(throws: ParseError.self) { try fixed.element(index) }
      #expect(throws: ParseError.self) { try [5, 6, 7].element(index) }
    }
  }
}
