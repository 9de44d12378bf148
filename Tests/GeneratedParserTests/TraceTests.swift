import ParserRuntime
import Testing

/// What traces and outlines tell besides fields and their places.
@Suite struct TraceTests {
  private func nodes(
    _ bytes: [UInt8], _ trace: (inout ByteReader, inout FieldTree) throws(ParseError) -> Void
  ) throws -> [FieldNode] {
    var tree = FieldTree()
    _ = try parse(bytes) { reader throws(ParseError) in try trace(&reader, &tree) }
    return tree.nodes
  }

  @Test func `instances have values but no bytes, and those that fail are left out`() throws {
    let root = try #require(
      try nodes(ExpressionTests.bytes()) { reader, tree throws(ParseError) in
        try ExpressionsSpecification.trace(&reader, tree: &tree)
      }.first)
    func instance(_ name: String) -> FieldNode? { root.children.first { $0.name == name && $0.isInstance } }
    #expect(instance("sum")?.value == .integer(-3) && instance("sum")?.length == 0)
    #expect(instance("named_color")?.value == .enumeration(2, name: "green"))
    #expect(instance("named_color")?.meaning == "green" && instance("compared")?.value == .boolean(true))
    #expect(instance("side_checked")?.value == .integer(1337))
    for failing in ["product", "missing", "outside"] { #expect(instance(failing) == nil, "\(failing)") }
    let other = try nodes(ExpressionTests.bytes(200)) { reader, tree throws(ParseError) in
      try ExpressionsSpecification.trace(&reader, tree: &tree)
    }
    #expect(other.first?.children.contains { $0.name == "side_checked" } == false)
  }

  @Test func `the outcome of each condition is told, also in a response stream`() throws {
    func conditions(_ nodes: [FieldNode]) -> [String] {
      nodes.first?.conditions.map { "\($0.field) \($0.holds)" } ?? []
    }
    let layout = try nodes(LayoutTests.bytes) { reader, tree throws(ParseError) in
      try LayoutSpecification.trace(&reader, tree: &tree)
    }
    #expect(conditions(layout) == ["kept false", "optional true"])

    let batch = RowBatch(nextIDs: [Int64](repeating: 1, count: ChatSpecification.info.tables.count), capacity: 1000)
    for (depth, expected) in [(UInt8(9), "note true"), (3, "note false")] {
      let envelope = Envelope(flow: 1, direction: 0, time: 0, streamOffset: 0)
      let message = try parse(utf8("CH") + [2, 0, 7, depth]) { reader throws(ParseError) in
        try ChatSpecification.decode(&reader, envelope, into: batch)
      }.value
      var stream = try #require(message.responses.answer)
      _ = try parse([1]) { reader throws(ParseError) in try stream.decodeUnit(&reader, into: batch) }
      let unit = try nodes(utf8("x\0")) { reader, tree throws(ParseError) in
        _ = try stream.traceUnit(&reader, tree: &tree, into: nil)
      }
      #expect(conditions(unit) == [expected])
      #expect(unit.first?.children.map(\.name) == [depth == 9 ? "note" : "lines"])
    }
  }

  @Test func `a tree that is used again has nothing of what it held`() throws {
    var tree = FieldTree()
    for bytes in [LayoutTests.bytes, Array(LayoutTests.bytes.dropLast(40)), LayoutTests.bytes] {
      var (fresh, failure, again) = (FieldTree(), nil as ParseError?, nil as ParseError?)
      tree.removeAll()
      bytes.withUnsafeBytes { bytes in
        var reader = ByteReader(bytes, isComplete: true)
        do throws(ParseError) { try LayoutSpecification.trace(&reader, tree: &fresh) } catch { failure = error }
        reader = ByteReader(bytes, isComplete: true)
        do throws(ParseError) { try LayoutSpecification.trace(&reader, tree: &tree) } catch { again = error }
      }
      #expect((failure == nil) == (bytes.count == LayoutTests.bytes.count))
      #expect(failure?.description == again?.description)
      #expect("\(tree.nodes)" == "\(fresh.nodes)" && tree.path("x") == fresh.path("x"))
      #expect(tree.fields.count == fresh.fields.count && tree.content == fresh.content)
    }
  }

  @Test func `the list of fields has each type before what is in it`() throws {
    var tree = FieldTree()
    _ = try parse(LayoutTests.bytes) { reader throws(ParseError) in
      try LayoutSpecification.trace(&reader, tree: &tree)
    }
    var count = 0
    func compare(_ nodes: [FieldNode], in parent: Int?) {
      for node in nodes {
        let (number, field) = (count, tree.fields[count])
        count += 1
        #expect("\(field.name)" == node.name && field.type?.description == node.type && field.parent == parent)
        #expect(field.offset == node.offset && field.length == node.length && field.index == node.index)
        compare(node.children, in: number)
        #expect(field.end == count)
      }
    }
    compare(tree.nodes, in: nil)
    #expect(count == tree.fields.count && count > 30)
  }

  @Test func `types in which the parse failed end with their last field`() {
    var tree = FieldTree()
    tree.open("t", "t", index: nil, at: 0)
    tree.open("list", "part", index: 3, at: 2)
    tree.field("x", index: nil, at: 2, length: 5, bytes: [1, 2, 3, 4, 5] as [UInt8], text: "five")
    tree.open("inner", "empty", index: nil, at: 7)
    #expect(tree.path("y") == "list[3].inner.y")
    let nodes = tree.nodes
    #expect(tree.depth == 3, "looking at it ends nothing")
    tree.closeAll()
    #expect(tree.depth == 0 && tree.fields.map(\.length) == [7, 5, 5, 0] && tree.fields.map(\.end) == [4, 4, 3, 4])
    #expect(nodes.map(\.length) == [7] && nodes[0].children.map(\.length) == [5])
    #expect(nodes[0].children[0].children.map(\.length) == [5, 0])
    #expect(nodes[0].children[0].children[0].text == "five")
  }

  @Test func `the outline knows the lines of the description`() throws {
    let outline = LayoutSpecification.info.outline
    let source = try #require(outline.sources.first)
    #expect(source.name == "layout.ksy")
    let lines = source.text.split(separator: "\n", omittingEmptySubsequences: false)
    for type in outline.types {
      for member in type.members where !member.name.hasPrefix("unnamed") {
        #expect(lines[member.line - 1].contains(member.name), "\(type.name).\(member.name)")
      }
    }
    let root = try #require(outline.type("layout"))
    #expect(root.member("by_enum")?.cases.map(\.match) == ["kind::small", "kind::big", "kind::pair"])
    #expect(root.member("by_enum")?.cases.map(\.type) == [nil, nil, "pair"])
    #expect(root.member("optional")?.conditionLine == root.member("optional")?.line)
    #expect(root.member("counted")?.type == "u2le[]" && root.member("magic")?.isConstant == true)
    let kind = try #require(root.member("kind")?.enumeration.map { outline.enumerations[$0] })
    #expect(kind.values.map(\.name) == ["small", "big", "pair", "nothing"])
    #expect(ChatSpecification.info.outline.type("answer")?.member("note")?.conditionLine != nil)
  }
}
