import ParserRuntime

@testable import Capture

/// A description of a message `t` with a header and one of several contents.
enum Outlines {
  typealias Member = DescriptionOutline.Member

  /// - Parameter members: of the type `t`.
  static func of(_ members: [Member]) -> DescriptionOutline {
    DescriptionOutline(
      title: nil, sources: [DescriptionOutline.Source("t.ksy", "")],
      types: [DescriptionOutline.TypeOutline("t", source: 0, line: 1, doc: nil, members: members)], enumerations: [])
  }

  /// A message `t` whose field `body` is a `ping` or a `pong`, both of which have a `part`.
  static let messages = DescriptionOutline(
    title: nil, sources: [DescriptionOutline.Source("t.ksy", "")],
    types: [
      DescriptionOutline.TypeOutline(
        "t", source: 0, line: 1, doc: nil,
        members: [
          Member("kind", line: 2, type: "u1"),
          Member(
            "body", line: 3, type: "ping | pong",
            cases: [
              DescriptionOutline.Case("1", type: "ping", line: 4), DescriptionOutline.Case("2", type: "pong", line: 5),
            ]),
        ]),
      type("ping", 6, Member("x", line: 7, type: "part")), type("pong", 8, Member("x", line: 9, type: "part")),
      type("part", 10, Member("y", line: 11, type: "bytes")),
    ], enumerations: [])

  private static func type(_ name: String, _ line: Int, _ member: Member) -> DescriptionOutline.TypeOutline {
    DescriptionOutline.TypeOutline(name, source: 0, line: line, doc: nil, members: [member])
  }
}

extension DecodedUnit {
  /// Calls `body` with a message `t` of this content, whose bytes are its kind, and then those of its part.
  static func message(
    _ content: StaticString, flow: Int64 = 1, direction: Int = 0, at offset: Int64, _ bytes: [UInt8],
    _ body: (DecodedUnit) -> Void
  ) {
    var tree = FieldTree()
    tree.open("t", "t", index: nil, at: 0)
    tree.field("kind", index: nil, at: 0, length: 1, .integer(1), text: nil)
    tree.open("body", content, index: nil, at: 1)
    tree.open("x", "part", index: nil, at: 1)
    tree.field("y", index: nil, at: 1, length: bytes.count - 1, .bytes(Array(bytes.dropFirst())), text: nil)
    for _ in 0..<3 { tree.close(at: bytes.count) }
    bytes.withUnsafeBytes { bytes in
      let unit = DecodedUnit(
        kind: .message("\(content)"), flow: flow, direction: direction, offset: offset, frame: 1, time: 0,
        bytes: bytes, fields: tree)
      body(unit)
    }
  }
}

extension UnitFailure {
  /// Calls `body` with bytes that are no message from their first byte on.
  static func message(
    flow: Int64 = 1, direction: Int = 0, at offset: Int64, _ bytes: [UInt8], _ body: (UnitFailure) -> Void
  ) {
    bytes.withUnsafeBytes { bytes in
      body(
        UnitFailure(
          unit: DecodedUnit(
            kind: .message(nil), flow: flow, direction: direction, offset: offset, frame: 1, time: 0, bytes: bytes,
            fields: FieldTree()), kind: "unexpected contents", path: "kind", detail: "", offset: 0))
    }
  }
}
