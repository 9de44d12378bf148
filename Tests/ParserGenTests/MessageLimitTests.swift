import Testing

@testable import ParserGen

/// What a format may use and a message may not yet, and what becomes of a description by what it asks for.
@Suite struct MessageLimitTests {
  private static let features = [
    "- {id: x, type: b12}", "- {id: x, size: 4, process: xor(5)}", "- {id: x, size: 4, terminator: [1, 2]}",
    "- {id: x, size: sizeof<u4>}",
  ]

  @Test(arguments: features) func aFormatIsCompiledToObjects(_ field: String) {
    let result = compile("meta: {id: a, endian: le}\nseq:\n  \(field)\n")
    #expect(result.diagnostics.isEmpty, "\(result.diagnostics)")
    #expect(result.files.count == 3 && result.files[0].text.contains("public final class A: ParsedObject"))
    #expect(result.sql.isEmpty)
  }

  @Test(arguments: features) func aMessageIsRefusedAtItsPlace(_ field: String) {
    let result = compile("meta: {id: a, endian: le, -stream: {transport: tcp, ports: [1]}}\nseq:\n  \(field)\n")
    #expect(result.files.isEmpty)
    #expect(result.diagnostics.contains { $0.location.line == 3 && $0.message.contains("not supported yet") })
  }

  @Test func whatBothCanDoIsAStruct() {
    let result = compile("meta: {id: a, endian: le}\nseq:\n  - {id: x, type: u2}\n")
    #expect(result.files.count == 3 && result.files[0].text.contains("public struct A: Sendable"))
    #expect(result.sql.contains("CREATE TABLE"))
  }

  @Test func namesThatClashInSwiftAreObjectsOrRefused() {
    let fields = "seq:\n  - {id: foo_1, type: u1}\n  - {id: foo1, type: u1}\n"
    let format = compile("meta: {id: a}\n" + fields)
    #expect(format.files[0].text.contains("var foo1: UInt8") && format.files[0].text.contains("var foo1_: UInt8"))
    let message = compile("meta: {id: a, -stream: {transport: tcp, ports: [1]}}\n" + fields)
    #expect(message.files.isEmpty && message.diagnostics.map(\.path) == ["/seq/1"])
  }
}
