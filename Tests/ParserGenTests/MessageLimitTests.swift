import Testing

@testable import ParserGen

/// What a format may use and a message may not, and what becomes of a description by what it asks for.
@Suite struct MessageLimitTests {
  private static let both = [
    "- {id: x, type: b12}", "- {id: x, size: 4, process: xor(5)}", "- {id: x, size: 4, terminator: [1, 2]}",
    "- {id: x, size: sizeof<u4>}", "- {id: x, type: str, size: 4, encoding: windows-1252}",
    "- {id: x, size: 4, process: my.processor(2)}",
  ]

  @Test(arguments: both) func messagesAndFormatsHave(_ field: String) {
    for stream in ["", ", -stream: {transport: tcp, ports: [1]}"] {
      let result = compile("meta: {id: a, endian: le\(stream)}\nseq:\n  \(field)\n")
      #expect(result.diagnostics.isEmpty, "\(result.diagnostics)")
      #expect(result.files.count == 3 && result.files[0].text.contains("public struct A: Sendable"))
      #expect(result.sql.contains("CREATE TABLE"))
    }
  }

  /// Each is a format, whose values are objects, but no message; with the place of the refusal.
  private static let formatsOnly: [(text: String, path: String)] = [
    ("instances:\n  x: {pos: 0, io: _root._io, type: u1}", "/instances/x/io"),
    ("seq:\n  - {id: x, type: t}\ntypes:\n  t: {instances: {p: {value: _parent}}}", "/types/t/instances/p/value"),
    ("seq:\n  - {id: x, type: t}\ntypes:\n  t: {instances: {p: {value: _root}}}", "/types/t/instances/p/value"),
    ("instances:\n  x: {value: _io.size}", "/instances/x/value"),
    ("instances:\n  x: {value: _io}", "/instances/x"),
    ("seq:\n  - {id: x, type: t(_io)}\ntypes:\n  t: {params: [{id: s, type: io}]}", "/seq/0/type"),
    ("seq:\n  - {id: x, type: t, parent: false}\ntypes:\n  t: {seq: [{id: y, type: u1}]}", "/seq/0/parent"),
    ("seq:\n  - {id: x, type: t, if: false}\ntypes:\n  t: {seq: [{id: y, type: t, if: false}]}", "/types/t"),
    ("seq:\n  - {id: x, size: y}\n  - {id: y, type: u1}", "/seq/0"),
    ("to-string: '\"a\"'", "/to-string"),
  ]

  @Test(arguments: formatsOnly.indices) func onlyFormatsHave(_ index: Int) {
    let (text, path) = Self.formatsOnly[index]
    let format = compile("meta: {id: a}\n\(text)\n")
    #expect(format.diagnostics.allSatisfy { $0.severity == .warning }, "\(format.diagnostics)")
    #expect(format.files.count == 3 && format.files[0].text.contains("public final class A: ParsedObject"))
    #expect(format.sql.isEmpty)
    let message = compile("meta: {id: a, -stream: {transport: tcp, ports: [1]}}\n\(text)\n")
    #expect(message.files.isEmpty)
    #expect(message.diagnostics.contains { $0.severity == .error && $0.path == path }, "\(message.diagnostics)")
  }

  @Test func aFormatWithPlacesIsMadeOfObjects() {
    let text = "instances:\n  x: {pos: 0, type: u1}\n"
    let format = compile("meta: {id: a}\n" + text)
    #expect(format.files[0].text.contains("public final class A: ParsedObject"))
    let message = compile("meta: {id: a, -stream: {transport: tcp, ports: [1]}}\n" + text)
    #expect(message.files[0].text.contains("public struct A: Sendable"), "\(message.diagnostics)")
  }

  @Test func namesThatClashInSwiftBecomeOthers() {
    for stream in ["", ", -stream: {transport: tcp, ports: [1]}"] {
      let result = compile(
        "meta: {id: a\(stream)}\nseq:\n  - {id: foo_1, type: u1}\n  - {id: foo1, type: u1}\n  - {id: reader, type: u1}\n"
      )
      #expect(result.diagnostics.isEmpty)
      let text = result.files[0].text
      #expect(
        text.contains("var foo1: UInt8") && text.contains("var foo1_: UInt8") && text.contains("var reader_: UInt8"))
    }
  }

  @Test func columnsThatClashBecomeOthersWithARemark() {
    let inner = "types:\n  t: {seq: [{id: x, type: u1}]}\n"
    let result = compile(
      "meta: {id: a, -stream: {transport: tcp, ports: [1]}}\nseq:\n  - {id: t_x, type: u1}\n  - {id: x, type: u1}\n"
        + "  - {id: t, type: t}\n  - {id: length, type: u1}\n" + inner)
    #expect(result.sql.contains("\"t_x_2\" INTEGER") && result.sql.contains("\"length_2\" INTEGER"))
    #expect(result.diagnostics.map(\.severity) == [.warning, .warning])
  }

  @Test func aColumnOfNumbersAndTextsHasNoType() {
    let result = compile(
      """
      meta: {id: a, endian: be, encoding: ASCII, -stream: {transport: tcp, ports: [1]}}
      seq:
        - {id: kind, type: u1}
        - {id: x, type: {switch-on: kind, cases: {1: u2, 2: strz}}}
      """)
    #expect(result.diagnostics.isEmpty, "\(result.diagnostics)")
    #expect(result.sql.contains("\n  \"x\""))
    #expect(!result.sql.contains("\"x\" INTEGER") && !result.sql.contains("\"x\" TEXT"))
  }
}
