import Testing

@testable import ParserGen

/// What is known of a message's first bytes.
@Suite struct HeadTests {
  /// Whether the generated format says that there are bytes that no message begins with.
  private func isConstrained(_ fields: String) throws -> Bool {
    let text = """
      meta: {id: t, endian: be, -stream: {ports: [1]}}
      seq: [\(fields)]
      types:
        head: {seq: [{id: number, type: u2}, {id: mark, contents: [1]}]}
      enums:
        kind: {1: one, 2: two}
      """
    let result = Generator { $0 == "t.ksy" ? text : nil }.generate("t.ksy")
    let code = try #require(result.files.last?.text, "\(result.diagnostics)")
    let isTrue = code.contains("static let hasConstrainedHead = true")
    try #require(isTrue != code.contains("static let hasConstrainedHead = false"))
    return isTrue
  }

  @Test(arguments: [
    "{id: a, contents: T}", "{id: a, type: u2}, {id: b, contents: T}", "{id: a, type: head}",
    "{id: a, type: u1, valid: {max: 254}}", "{id: a, type: u4, valid: {min: 1}}",
    "{id: a, type: s1, valid: {min: -127}}",
    "{id: a, type: u1, enum: kind}", "{id: a, type: u2, valid: {any-of: [1, 2]}}", "{id: a, type: u2, valid: 3}",
  ])
  func `constants and constrained fields say how a message begins`(fields: String) throws {
    #expect(try isConstrained(fields))
  }

  @Test(arguments: [
    "{id: a, type: u2}", "{id: a, type: u1, valid: {min: 0}}", "{id: a, type: s1, valid: {min: -128, max: 127}}",
    "{id: a, type: u1, valid: {expr: _ > 3}}", "{id: a, type: b8, enum: kind}", "{id: a, size: 4}",
    "{id: a, type: u1}, {id: b, size: a}, {id: c, contents: T}",
  ])
  func `fields that may have any value, or any place, say nothing`(fields: String) throws {
    #expect(try !isConstrained(fields))
  }
}
