import ParserRuntime
import Testing

@testable import ParserDump

/// The documents of files that were parsed, in part or not at all.
@Suite struct ReportTests {
  /// A node with two fields, `first` and the list `leaves`, of which each element takes a byte.
  private static let root = DumpRoot("test") { stream in
    let node = Node(stream)
    node.parse = { (node) throws(ParseError) in
      var leaves: [DumpValue] = []
      node.currentMember = ("first", nil)
      let first = try stream.readU2be()
      node.add(.field, "first", .integer(Int128(first)))
      for index in 0..<2 {
        node.currentMember = ("leaves", index)
        let leaf = Leaf(stream)
        leaves.append(.object(leaf))
        node.members = Array(node.members.prefix(1))
        node.add(.field, "leaves", .list(leaves))
        node.add(.computedInstance, "twice", .integer(2 * Int128(first)))
        try leaf.read()
      }
      node.currentMember = nil
    }
    return node
  }

  private func text(_ bytes: [UInt8], _ format: DumpFormat) -> String {
    String(decoding: Report(bytes, Self.root).text(format), as: UTF8.self)
  }

  @Test func `a result is one line`() {
    #expect(
      text([0, 1, 2, 3], .result)
        == #"{"status":"ok","value":{"$type":"test::node","first":1,"leaves":[{"$type":"test::leaf","value":2},"#
        + #"{"$type":"test::leaf","value":3}],"twice":2},"issues":[]}"# + "\n")
  }

  @Test func `what was parsed before an error is there, with the path to the error`() {
    #expect(
      text([0, 1, 2], .result)
        == #"{"status":"parse_error","value":{"$type":"test::node","first":1,"#
        + #""leaves":[{"$type":"test::leaf","value":2},{"$type":"test::leaf"}],"twice":2},"#
        + #""error":{"kind":"EndOfStreamError","path":"/leaves/1/value","offset":3,"#
        + #""message":"needs 1 bytes, 0 are left"},"issues":[]}"# + "\n")
    #expect(text([0], .result).contains(#""path":"/first","offset":0"#))
  }

  @Test func `a root that cannot be made has no value`() {
    let root = DumpRoot("x") { (_) throws(ParseError) in
      throw ParseError(.missingField, field: "param", offset: 0)
    }
    let report = Report([], root)
    #expect(report.failure?.kind == "NullError" && report.text(.json).isEmpty)
    let result = String(decoding: report.text(.result), as: UTF8.self)
    #expect(result.hasPrefix(#"{"status":"parse_error","error":{"kind":"NullError","#))
  }

  @Test func `a file that is not there is an error of its own`() {
    let report = Report(file: "/no/such/file", Self.root)
    #expect(report.failure?.message == "/no/such/file: cannot be read: No such file or directory")
    #expect(Report(file: "/proc/self/exe", Self.root).failure == nil)
  }

  @Test func `the tree shows offsets, lengths, names, values and docs`() {
    #expect(
      text([0, 1, 2], .tree) == """
             0     0  node
                        first = 1
             2     1    leaves[0]: leaf
             2     1      value = 2    # One byte.
             3     0    leaves[1]: leaf
                        twice => 2
          ! EndOfStreamError: needs 1 bytes, 0 are left, at /leaves/1/value, byte 3

        """)
  }

  @Test func `values of a tree take one line, and say nothing to the terminal`() {
    let node = Node(ByteStream([]))
    node.add(.field, "text", .text("a\u{1B}[31m\"\n\u{202E}é"))
    node.add(.field, "bytes", .bytes([UInt8](repeating: 0xAB, count: 100)))
    node.add(.field, "list", .list((0..<40).map { .integer($0) }))
    node.add(.field, "enumeration", .enumeration(name: nil, value: 7))
    node.add(.computedInstance, "me", .object(node))
    node.fail(.computedInstance, "bad", .divisionByZero)
    let lines = TreeDump.print(node).split(separator: "\n").map { $0.drop { $0 == " " } }
    #expect(lines[1] == #"text = "a\u{1B}[31m\"\n\u{202E}é""#)
    #expect(lines[2] == "bytes = \(String(repeating: "AB", count: 64))… (100 bytes)")
    #expect(lines[3].hasPrefix("list = [0, 1, 2, ") && lines[3].hasSuffix(", 31, …] (40 elements)"))
    #expect(lines[4] == "enumeration = 7 (not in the description)")
    #expect(lines[5] == "me => /")
    #expect(lines[6] == "bad ! DivisionByZeroError: division by zero")
  }

  @Test func `a doc is shown up to its first empty line`() {
    let doc: StaticString = "\n  One\n  two.\n\n  Three."
    #expect(doc.firstParagraph == "One two.")
  }
}
