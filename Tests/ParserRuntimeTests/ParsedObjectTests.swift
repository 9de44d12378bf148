import ParserRuntime
import Testing

private class Node: ParsedObject {
  class var typeName: String { "tree::node" }
  let stream: ByteStream
  let parentObject: (any ParsedObject)?
  let startPosition: Int
  private(set) var child: Node?

  init(_ stream: ByteStream, parent: (any ParsedObject)? = nil) {
    self.stream = stream
    self.parentObject = parent
    self.startPosition = stream.position
  }

  /// A byte says whether a child follows: 1 in the same stream, 2 in a window, 3 in decoded bytes, 4 without end.
  func read() throws(ParseError) {
    try stream.enter("node")
    defer { stream.leave() }
    let kind = stream.isAtEnd ? 0 : try stream.readU1()
    let inner: ByteStream? =
      switch kind {
      case 1: stream
      case 2: stream.substreamToEnd()
      case 3: ByteStream(try stream.readBytesToEnd(), within: stream)
      case 4: ByteStream([4], within: stream)
      default: nil
      }
    guard let inner else { return }
    child = Node(inner, parent: self)
    try child?.read()
  }
}

private final class Leaf: Node {
  override class var typeName: String { "tree::leaf" }
}

@Suite struct ParsedObjectTests {
  @Test(arguments: [1, 2, 3] as [UInt8])
  func `nesting is bounded in one stream, in windows and in decoded bytes`(kind: UInt8) throws {
    func tree(_ depth: Int) throws(ParseError) { try Node(ByteStream([UInt8](repeating: kind, count: depth))).read() }
    try tree(ByteStream.maximumDepth - 1)
    #expect(throws: ParseError.self) { try tree(ByteStream.maximumDepth) }
    #expect(throws: ParseError.self) { try tree(100_000) }
  }

  @Test func `types without end are an error, and nesting is over when it is thrown`() throws {
    let stream = ByteStream([4, 1, 0])
    #expect(failure { () throws(ParseError) in try Node(stream).read() } == "RecursionError @0")
    for _ in 0..<ByteStream.maximumDepth { try stream.enter("again") }
    do throws(ParseError) {
      try stream.enter("too_much")
      Issue.record("one level too many")
    } catch {
      #expect(error.field == "too_much")
    }
  }

  @Test func `levels that take much of the stack are refused earlier`() throws {
    let stream = ByteStream([])
    func descend(_ level: Int) throws(ParseError) -> Int {
      do throws(ParseError) { try stream.enter("large") } catch { return level }
      defer { stream.leave() }
      // 64 KB for each level: 512 of them would be four times the stack of a thread.
      let result = withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 16) { buffer in
        buffer[0] = UInt8(truncatingIfNeeded: level)
        return Result { () throws(ParseError) in try descend(level + 1) + Int(buffer[0]) - level % 256 }
      }
      return try result.get()
    }
    let reached = try descend(0)
    #expect((10..<100).contains(reached))
    try stream.enter("flat")
    stream.leave()
  }

  @Test func casts() throws {
    let stream = ByteStream([0, 1, 2])
    try stream.seek(to: 2)
    let (node, leaf) = (Node(stream), Leaf(stream))
    #expect(try castObject(leaf, to: Leaf.self, "x") === leaf && castObject(leaf, to: Node.self, "x") === leaf)
    #expect(failure { () throws(ParseError) in try castObject(node, to: Leaf.self, "x") } == "CastError @2")
    #expect(failure { () throws(ParseError) in try castObject(nil, to: Leaf.self, "x") } == "NullError @0")
    do throws(ParseError) {
      _ = try castObject(node, to: Leaf.self, "part")
    } catch {
      #expect(error.description == "an object of type tree::node instead of tree::leaf" && error.field == "part")
    }
  }

  @Test func `fields that are not there`() throws {
    #expect(try known(5, "x") == 5)
    #expect(failure { () throws(ParseError) in try known(nil as Int?, "x") } == "NullError @0")
    do throws(ParseError) { _ = try known(nil as Int?, "missing") } catch { #expect(error.field == "missing") }
  }

  @Test func `an instance is evaluated once, and not within itself`() throws {
    #expect(try Evaluation<Int>.unasked.settled("x") == nil && Evaluation.known(3).settled("x") == 3)
    #expect(failure { () throws(ParseError) in try Evaluation<Int>.running.settled("x") } == "RecursionError @0")
    let error = ParseError(.divisionByZero, field: "inner", offset: 9)
    let failed = Evaluation<Int>.failed(error)
    #expect(failure { () throws(ParseError) in try failed.settled("x") } == "DivisionByZeroError @9")
    let absent = try #require(try Evaluation<Int?>.known(nil).settled("x"))
    #expect(absent == nil, "a value that is nothing is known too")
    do throws(ParseError) { _ = try Evaluation<Int>.running.settled("loop") } catch { #expect(error.field == "loop") }
  }

  @Test func `a processor of one's own`() throws {
    struct Reversed: ByteProcessor {
      func decode(_ bytes: [UInt8]) throws(ParseError) -> [UInt8] {
        guard !bytes.isEmpty else { throw ParseError(.undecodable("nothing"), field: "", offset: 0) }
        return bytes.reversed()
      }
    }
    let processor: any ByteProcessor = Reversed()
    #expect(try processor.decode([1, 2]) == [2, 1])
    #expect(failure { () throws(ParseError) in try processor.decode([]) } == "ProcessError @0")
  }
}
