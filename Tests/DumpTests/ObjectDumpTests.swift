import ParserRuntime
import Testing

@testable import ParserDump

/// What a dump shows of objects: values, absent members, references, and ends of what has none.
@Suite struct ObjectDumpTests {
  private let stream = ByteStream([1, 2, 3, 4, 5, 6, 7, 8])

  // MARK: Values

  @Test func `every kind of value has its form`() {
    let node = Node(stream)
    node.add(.parameter, "p", .boolean(true))
    node.add(.field, "i", .integer(Int128(UInt64.max)))
    node.add(.field, "f", .float(1.5))
    node.add(.field, "s", .text("é\n"))
    node.add(.field, "b", .bytes([0x0A, 0xFF]))
    node.add(.field, "e", .enumeration(name: "cat", value: 2))
    node.add(.field, "u", .enumeration(name: nil, value: -1))
    node.add(.field, "io", .stream(stream))
    node.add(.field, "l", .list([.integer(1), .list([]), .null]))
    #expect(
      node.json
        == #"{"$type":"test::node","p":true,"i":18446744073709551615,"f":1.5,"s":"é\n","b":{"$bytes":"0AFF"},"#
        + #""e":{"$enum":"cat","value":2},"u":{"$enum":null,"value":-1},"io":{"$io":8},"l":[1,[],null]}"#)
  }

  @Test func `values of unknown type take the form of what they are`() {
    let node = Node(stream)
    let values: [Any] = [UInt8(1), Int64(-2), 2.5, true, "t", [UInt8(3)], [4, 5], stream, Leaf(stream)]
    node.add(.field, "l", .list(values.map { DumpValue(any: $0) }))
    #expect(
      node.json
        == #"{"$type":"test::node","l":[1,-2,2.5,true,"t",{"$bytes":"03"},[4,5],{"$io":8},{"$type":"test::leaf"}]}"#)
  }

  @Test func `absent members are absent, and failed ones are their errors`() {
    let node = Node(stream)
    node.add(.field, "no", nil)
    node.fail(.parsedInstance, "end", .endOfStream(needed: 4, available: 1))
    node.fail(.computedInstance, "zero", .divisionByZero)
    #expect(
      node.json
        == #"{"$type":"test::node","end":{"$error":{"kind":"EndOfStreamError"}},"#
        + #""zero":{"$error":{"kind":"DivisionByZeroError"}}}"#)
  }

  // MARK: References

  @Test func `an object stands where it was parsed, also if that is further down`() {
    let root = Node(stream)
    let (first, second) = (Node(stream, at: 1), Leaf(stream))
    // The first element computes, before its owner's instance stands anywhere in the dump, what that is.
    first.add(.computedInstance, "later", .object(second))
    first.add(.computedInstance, "up", .object(root))
    root.add(.field, "list", .list([.object(first)]))
    root.add(.parsedInstance, "leaf", .object(second))
    root.add(.computedInstance, "all", .list([.object(first), .object(second)]))
    #expect(
      root.json
        == #"{"$type":"test::node","list":[{"$type":"test::node","later":{"$ref":"/leaf"},"up":{"$ref":"/"}}],"#
        + #""leaf":{"$type":"test::leaf"},"all":[{"$ref":"/list/0"},{"$ref":"/leaf"}]}"#)
  }

  @Test func `a param refers to what was parsed elsewhere`() {
    let (root, child, leaf) = (Node(stream), Node(stream, at: 1), Leaf(stream))
    child.add(.parameter, "given", .object(leaf))
    root.add(.field, "leaf", .object(leaf))
    root.add(.field, "child", .object(child))
    #expect(root.json.hasSuffix(#""child":{"$type":"test::node","given":{"$ref":"/leaf"}}}"#))
  }

  @Test func `what was parsed nowhere in the dump stands at its first place`() {
    let (root, foreign) = (Node(stream), Node(stream, at: 3))
    foreign.add(.computedInstance, "me", .object(foreign))
    root.add(.computedInstance, "a", .object(foreign))
    root.add(.computedInstance, "b", .object(foreign))
    #expect(
      root.json == #"{"$type":"test::node","a":{"$type":"test::node","me":{"$ref":"/a"}},"b":{"$ref":"/a"}}"#)
  }

  @Test func `what is parsed again from the bytes of an object around it refers to that`() {
    let (root, entry) = (Node(stream), Node(stream, at: 2))
    root.add(.parsedInstance, "entry", .object(entry))
    entry.add(.parsedInstance, "dot", .object(Node(stream, at: 2)))
    entry.add(.parsedInstance, "dot_dot", .object(Node(stream, at: 0)))
    entry.add(.parsedInstance, "other", .object(Node(stream, at: 5)))
    #expect(
      root.json
        == #"{"$type":"test::node","entry":{"$type":"test::node","dot":{"$ref":"/entry"},"dot_dot":{"$ref":"/"},"#
        + #""other":{"$type":"test::node"}}}"#)
  }

  @Test func `the place of an object counts from its source, whatever the window`() throws {
    let root = Node(stream)
    let window = try stream.substream(4)
    root.add(.field, "same", .object(Node(window)))
    root.add(.field, "other_bytes", .object(Node(ByteStream([1, 2, 3, 4], within: stream))))
    #expect(root.json == #"{"$type":"test::node","same":{"$ref":"/"},"other_bytes":{"$type":"test::node"}}"#)
  }

  // MARK: Ends

  /// A node whose only instance is a node of the next position, without end.
  private func endless(at position: Int, asked: @escaping () -> Void) -> Node {
    let node = Node(stream, at: position)
    node.members = [
      DumpMember(.parsedInstance, "next") {
        asked()
        return .object(endless(at: position + 1, asked: asked))
      }
    ]
    return node
  }

  @Test func `a chain without end is cut`() {
    var count = 0
    let json = endless(at: 0) { count += 1 }.json
    #expect(count == ObjectPlaces.maximumDepth + 1)
    #expect(json.contains(#""next":{"$error":{"kind":"DepthLimit"}}"#))
    #expect(json.filter { $0 == "{" }.count == json.filter { $0 == "}" }.count)
  }

  @Test func `a dump has a bounded number of objects`() {
    var places = ObjectPlaces(Leaf(stream), maximumCount: 3)
    let placements = (0..<5).map { places.enter(Node(stream, at: $0), .field, at: .root) }
    let cuts = placements.map { if case .cut(let kind) = $0 { kind } else { "" } }
    #expect(cuts == ["", "", "", "SizeLimit", "SizeLimit"])
  }
}
