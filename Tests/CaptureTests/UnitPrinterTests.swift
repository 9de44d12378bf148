import ParserRuntime
import Testing

@testable import Capture

/// How units are printed, field by field.
@Suite struct UnitPrinterTests {
  private typealias Member = DescriptionOutline.Member

  private static let outline = DescriptionOutline(
    title: nil, sources: [],
    types: [
      DescriptionOutline.TypeOutline(
        "t", source: 0, line: 1, doc: "All \"of\" it.",
        members: [
          Member("number", line: 2, type: "u8"), Member("kind", line: 3, type: "u1", doc: "Which."),
          Member("parts", line: 4, type: "part[]"), Member("real", line: 5, type: "f8"),
          Member("text", line: 6, type: "str"), Member("sum", line: 7, type: "integer", isInstance: true),
        ]),
      DescriptionOutline.TypeOutline(
        "part", source: 0, line: 8, doc: "A part.",
        members: [Member("kind", line: 9, type: "bytes", doc: "Not which.")]),
    ], enumerations: [])

  /// A unit with values of all kinds.
  private static var unit: TracedUnit {
    var tree = FieldTree()
    tree.open("t", "t", index: nil, at: 0)
    tree.field("number", index: nil, at: 0, length: 8, .integer(1 << 53 + 1), text: "great")
    tree.field("kind", index: nil, at: 8, length: 1, .enumeration(3, name: "publish"), text: nil)
    tree.field("kind", index: nil, at: 9, length: 1, .enumeration(-4, name: nil), text: nil)
    for index in 0..<2 {
      tree.open("parts", "part", index: index, at: 10 + index)
      tree.field("kind", index: nil, at: 10 + index, length: 1, bytes: [UInt8(index + 170)], text: nil)
      tree.close(at: 11 + index)
    }
    tree.field("real", index: nil, at: 12, length: 1, .float(2), text: nil)
    tree.field("real", index: nil, at: 13, length: 1, .float(.infinity), text: nil)
    tree.field("text", index: nil, at: 14, length: 1, .text("a\"b"), text: nil)
    tree.field("other", index: 7, at: 15, length: 1, .boolean(true), text: "yes")
    tree.instance("sum", at: 16, .integer(-5), text: nil)
    tree.instance("none", at: 16, nil, text: nil)
    tree.close(at: 16)
    return TracedUnit(
      number: 12, name: "t", isResponse: false, transport: .tcp, initiator: "10.0.0.1:1", responder: "10.0.0.2:2",
      opened: 0, time: 1_700_000_000_000_042, direction: 1, streamOffset: 99, frame: 5, bytes: [UInt8](0..<16),
      fields: tree,
      issues: [Issue(kind: "k", path: "kind", offset: 8, length: 1, detail: "is bad")], failure: nil)
  }

  private func text(
    _ format: UnitPrinter.Format, isImmediate: Bool = false, _ units: [TracedUnit]
  ) throws -> (pieces: [String], whole: String) {
    var pieces: [String] = []
    let printer = UnitPrinter(format, Self.outline, isImmediate: isImmediate) { (piece) throws(CaptureError) in
      pieces.append(String(decoding: piece, as: UTF8.self))
    }
    for unit in units { try printer.print(unit) }
    #expect(printer.count == units.count)
    try printer.flush()
    return (pieces, pieces.joined())
  }

  @Test func `a tree has a line for each field`() throws {
    let expected = """
      message 12: t, 16 bytes, 2023-11-14 22:13:20.000042, frame 5, 10.0.0.2:2 -> 10.0.0.1:1, stream offset 99
           0    16  t    # All "of" it.
           0     8    number = 9007199254740993 (great)
           8     1    kind = 3 (publish)    # Which.
           9     1    kind = -4 (not in the description)    # Which.
          10     1    parts[0]: part    # A part.
          10     1      kind = AA    # Not which.
          11     1    parts[1]: part    # A part.
          11     1      kind = AB    # Not which.
          12     1    real = 2.0
          13     1    real = inf
          14     1    text = "a"b"
          15     1    other[7] = true (yes)
                      sum => -5
        ! kind: is bad, at byte 8


      """
    #expect(try text(.tree(hasDocs: true), [Self.unit]).whole == expected)
    let brief = try text(.tree(hasDocs: false), [Self.unit]).whole
    #expect(brief == expected.replacing(#/    # .*/#, with: ""))
  }

  @Test func `an object has what its field has, and great numbers as texts`() throws {
    let expected = #"""
      {"destination":"10.0.0.1:1","fields":[{"doc":"All \"of\" it.","fields":[
      {"length":8,"name":"number","offset":0,"raw":"0001020304050607","text":"great","type":"u8",
      "value":"9007199254740993"},
      {"doc":"Which.","length":1,"name":"kind","offset":8,"raw":"08","text":"publish","type":"u1","value":3},
      {"doc":"Which.","length":1,"name":"kind","offset":9,"raw":"09","text":"not in the description","type":"u1",
      "value":-4},
      {"doc":"A part.","fields":[{"doc":"Not which.","length":1,"name":"kind","offset":10,"raw":"0A","type":"bytes",
      "value":"AA"}],"index":0,"length":1,"name":"parts","offset":10,"type":"part"},
      {"doc":"A part.","fields":[{"doc":"Not which.","length":1,"name":"kind","offset":11,"raw":"0B","type":"bytes",
      "value":"AB"}],"index":1,"length":1,"name":"parts","offset":11,"type":"part"},
      {"length":1,"name":"real","offset":12,"raw":"0C","type":"f8","value":2},
      {"length":1,"name":"real","offset":13,"raw":"0D","type":"f8","value":"inf"},
      {"length":1,"name":"text","offset":14,"raw":"0E","type":"str","value":"a\"b"},
      {"index":7,"length":1,"name":"other","offset":15,"raw":"0F","text":"yes","value":true},
      {"computed":true,"length":0,"name":"sum","offset":16,"type":"integer","value":-5}],
      "length":16,"name":"t","offset":0,"type":"t"}],"frame":5,"issues":[{"offset":8,"path":"kind","reason":"is bad"}],
      "length":16,"message":12,"name":"t","response":false,"source":"10.0.0.2:2","stream_offset":99,
      "time":"2023-11-14 22:13:20.000042"}
      """#
    #expect(try text(.json, [Self.unit]).whole == expected.replacing("\n", with: "") + "\n")
  }

  @Test func `what could not be parsed has its failure, and fields up to it`() throws {
    var unit = Self.unit
    (unit.number, unit.frame, unit.issues) = (nil, nil, [])
    unit.failure = TracedUnit.Failure(path: "kind", offset: 9, reason: "no \"kind\"")
    let tree = try text(.tree(hasDocs: false), [unit]).whole
    #expect(tree.hasPrefix("not decoded: t, 16 bytes, 2023-11-14 22:13:20.000042, 10.0.0.2:2 -> 10.0.0.1:1"))
    #expect(tree.contains("\n  ! kind: no \"kind\", at byte 9\n") && tree.contains("[09]"))
    let object = try text(.json, [unit]).whole
    #expect(object.contains(#","failure":{"offset":9,"path":"kind","reason":"no \"kind\""},"fields":["#))
    #expect(object.contains(#"],"issues":[],"length":16,"name":"t","#), "neither frame nor number")
  }

  @Test func `units are written in large pieces, or each at once`() throws {
    let units = [TracedUnit](repeating: Self.unit, count: 100)
    let pieces = try text(.json, units).pieces
    #expect((3..<20).contains(pieces.count) && pieces.dropLast().allSatisfy { $0.utf8.count >= 1 << 14 })
    #expect(try text(.json, isImmediate: true, units).pieces.count == 100)
    #expect(try text(.json, isImmediate: true, units).whole == pieces.joined())
  }

  @Test func `times around a second and before 1970 are theirs, in any order`() throws {
    let times: [(Int64, String)] = [
      (1_700_000_000_999_999, "22:13:20.999999"), (1_700_000_001_000_000, "22:13:21.000000"),
      (1_700_000_000_000_010, "22:13:20.000010"), (-1, "23:59:59.999999"), (0, "00:00:00.000000"),
    ]
    let units = times.map { time, _ in
      var unit = Self.unit
      unit.time = time
      return unit
    }
    let whole = try text(.json, units).whole
    #expect(
      whole.split(separator: "\n").map { String($0.suffix(17).prefix(15)) } == times.map(\.1))
  }
}
