@testable import ParserDump
import ParserRuntime

/// An object whose members a test makes up, with the shape of a generated one.
final class Node: DumpableObject {
  static var typeName: String { "test::node" }

  let stream: ByteStream
  let startPosition: Int
  var parentObject: (any ParsedObject)?
  var currentMember: (name: StaticString, index: Int?)?
  var members: [DumpMember] = []
  /// What `read()` does.
  var parse: (Node) throws(ParseError) -> Void = { _ in }

  init(_ stream: ByteStream, at position: Int = 0) {
    self.stream = stream
    startPosition = position
  }

  func read() throws(ParseError) { try parse(self) }
  func dumpMembers() -> [DumpMember] { members }

  func add(_ kind: DumpMember.Kind, _ name: StaticString, _ value: DumpValue?) {
    members.append(DumpMember(kind, name) { value })
  }

  func fail(_ kind: DumpMember.Kind, _ name: StaticString, _ reason: ParseError.Reason) {
    members.append(
      DumpMember(kind, name) { () throws(ParseError) -> DumpValue? in
        throw ParseError(reason, field: name.description, offset: 0)
      })
  }

  /// As one line of JSON.
  var json: String { String(decoding: JSONDump.write(self, to: JSONWriter()).bytes, as: UTF8.self) }
}

/// A second type.
final class Leaf: DumpableObject {
  static var typeName: String { "test::leaf" }

  let stream: ByteStream
  let startPosition: Int
  var parentObject: (any ParsedObject)?
  var currentMember: (name: StaticString, index: Int?)?
  private var value: UInt8?

  init(_ stream: ByteStream) {
    self.stream = stream
    startPosition = stream.position
  }

  func read() throws(ParseError) {
    currentMember = ("value", nil)
    value = try stream.readU1()
    currentMember = nil
  }

  func dumpMembers() -> [DumpMember] {
    let span = value.map { _ in (start: stream.start + startPosition, end: stream.start + startPosition + 1) }
    return [
      DumpMember(.field, "value", span: span, doc: "One byte.") { [value] in value.map { .integer(Int128($0)) } }
    ]
  }
}
