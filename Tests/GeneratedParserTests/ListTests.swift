import ParserRuntime
import Testing

/// Counted lists of what may be absent, constraints on what a repetition needs, types that a terminator ends.
@Suite struct ListTests {
  /// The stream's parts, which tests take apart and change.
  private struct Message {
    var count: UInt8 = 3
    var parts: [UInt8] = [0, 1, 0, 0, 1, 0] + [3, 0, 0, 0, 7] + utf8("x\0")
    var thousands: UInt8 = 2
    var stop: UInt8 = 255
    var numbers: [UInt8] = [1, 2, 255]
    var entries: [UInt8] = [1, 10, 2, 20, 0, 0]
    var lines: [UInt8] = utf8("Aplain\nBincluded\nCkept,Dfirst\nEsecond\n")
    var last: [UInt8] = utf8("Flast\0")

    var bytes: [UInt8] { [count] + parts + [thousands, stop] + numbers + entries + lines + last }
  }

  private func lists(_ message: Message) throws -> (value: Lists, reader: ByteReader) {
    try parse(message.bytes) { reader throws(ParseError) in try Lists(from: &reader) }
  }

  private func failure(_ message: Message) -> ParseError? {
    GeneratedParserTests.failure(message.bytes) { reader throws(ParseError) in try Lists(from: &reader) }
  }

  @Test func `all of it`() throws {
    let (value, reader) = try lists(Message())
    #expect(reader.position == Message().bytes.count && reader.issues.isEmpty)
    #expect(value.parts.map(\.flags) == [0, 1, 3] && value.parts.map(\.number) == [nil, 256, 7])
    #expect(value.parts.map(\.name) == [nil, nil, "x"])
    #expect(value.numbers == [1, 2, 255] && value.entries.map(\.value) == [10, 20, 0])
  }

  @Test func `every shorter stream that may go on asks for more, and one that has ended fails at its end`() {
    let bytes = Message().bytes
    // The last terminator may be missing.
    for count in 0..<bytes.count - 1 {
      let error = GeneratedParserTests.failure(Array(bytes[..<count]), isComplete: false) { reader throws(ParseError) in
        try Lists(from: &reader)
      }
      guard case .needsMoreBytes(let wanted)? = error?.reason else {
        Issue.record("\(count): \(String(describing: error))")
        return
      }
      #expect(wanted > count && wanted <= bytes.count, "\(count)")
    }
    for count in 0..<bytes.count - Message().last.count {
      let error = GeneratedParserTests.failure(Array(bytes[..<count])) { reader throws(ParseError) in
        try Lists(from: &reader)
      }
      #expect(error != nil && (error?.offset ?? .max) <= count, "\(count)")
    }
  }

  // MARK: Counted lists

  @Test func `elements count with the bytes that they have at least`() throws {
    var message = Message()
    message.count = 200
    message.parts = [UInt8](repeating: 0, count: 200)
    #expect(try lists(message).value.parts.count == 200)
    // With all optional fields there would be hundreds of bytes; without any there are as many as elements.
    let bytes = [message.count] + message.parts
    for (end, wanted) in [(201, 202), (200, 201), (100, 201), (1, 201)] {
      let error = GeneratedParserTests.failure(Array(bytes[..<end]), isComplete: false) { reader throws(ParseError) in
        try Lists(from: &reader)
      }
      guard case .needsMoreBytes(atLeast: wanted)? = error?.reason else {
        Issue.record("\(end) bytes: \(error as Any)")
        continue
      }
    }
  }

  @Test func `a count that the bytes cannot hold is an error at once`() throws {
    var message = Message()
    message.count = 200
    message.parts = []
    let error = try #require(failure(message))
    #expect(error.field == "parts" && error.offset == 1 && error.kind == "end of stream")
  }

  @Test func `elements without bytes are as many as are counted, up to a limit`() throws {
    var message = Message()
    for thousands: UInt8 in [0, 2, 65] {
      message.thousands = thousands
      #expect(try lists(message).value.empties.count == Int(thousands) * 1000)
    }
    message.thousands = 66
    #expect(failure(message)?.field == "empties")
  }

  // MARK: What a repetition needs

  @Test func `a wrong count or end mark ends the message, a wrong element does not`() throws {
    var message = Message()
    message.count = 201
    #expect(failure(message)?.field == "count" && failure(message)?.offset == 0)
    message = Message()
    message.stop = 7
    let error = try #require(failure(message))
    #expect(error.field == "stop" && error.offset == 2 + message.parts.count)
    message = Message()
    message.numbers = [1, 10, 9, 255]
    let (value, reader) = try lists(message)
    #expect(value.numbers == [1, 10, 9, 255] && reader.issues.map(\.path) == ["numbers"])
    #expect(reader.issues.first?.offset == 4 + message.parts.count)
  }

  @Test func `a wrong field that ends a list ends the message, another of the element does not`() throws {
    var message = Message()
    message.entries = [1, 10, 4, 20, 0, 0]
    #expect(failure(message)?.field == "kind")
    message.entries = [1, 101, 3, 100, 0, 0]
    let (value, reader) = try lists(message)
    #expect(value.entries.count == 3 && reader.issues.count == 1)
    #expect(reader.issues.first?.offset == 5 + message.parts.count + message.numbers.count - 1)
  }

  @Test func `a list whose end mark never comes takes what there is, and fails at its end`() {
    var message = Message()
    message.numbers = [1, 2, 3]
    #expect(failure(message)?.kind == "end of stream" && failure(message)?.offset == message.bytes.count)
  }

  // MARK: Types that a terminator ends

  @Test func `a type has the bytes before its terminator, or with it, and what follows is behind it`() throws {
    let (value, _) = try lists(Message())
    #expect(value.plain.kind == 0x41 && value.plain.text == "plain")
    #expect(value.included.kind == 0x42 && value.included.text == "included\n")
    #expect(value.kept.kind == 0x43 && value.kept.text == "kept" && value.comma == 0x2C)
    #expect(value.lines.map(\.kind) == [0x44, 0x45] && value.lines.map(\.text) == ["first", "second"])
    #expect(value.last.kind == 0x46 && value.last.text == "last")
  }

  @Test func `a type fails where its terminator comes too early for it, or not at all`() throws {
    var message = Message()
    message.lines = utf8("\nBincluded\nCkept,Dfirst\nEsecond\n")
    #expect(failure(message)?.field == "kind")
    message = Message()
    message.lines = utf8("A\nB\nC,D\nE\n")
    let (value, _) = try lists(message)
    #expect(value.plain.text == "" && value.included.text == "\n" && value.kept.text == "")
    message.last = []
    message.lines = utf8("Aplain")
    #expect(failure(message)?.field == "plain" && failure(message)?.kind == "missing terminator")
  }

  @Test func `a terminator that may be missing ends with the stream`() throws {
    var message = Message()
    message.last = utf8("Flast")
    let (value, reader) = try lists(message)
    #expect(value.last.text == "last" && reader.position == message.bytes.count)
    let waiting = GeneratedParserTests.failure(message.bytes, isComplete: false) { reader throws(ParseError) in
      try Lists(from: &reader)
    }
    guard case .needsMoreBytes? = waiting?.reason else {
      Issue.record("unexpected \(waiting as Any)")
      return
    }
  }
}
