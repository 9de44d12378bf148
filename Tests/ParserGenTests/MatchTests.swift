import Testing

@testable import ParserGen

/// What is made of the keys by which requests and answers find each other.
@Suite struct MatchTests {
  private func code(_ text: String, sourceLocation: Testing.SourceLocation = #_sourceLocation) -> String {
    let result = compile(text)
    #expect(
      result.diagnostics.filter { $0.severity == .error }.map(\.description) == [], sourceLocation: sourceLocation)
    return result.files.map(\.text).joined(separator: "\n")
  }

  @Test func `a table that others have too is none of requests`() {
    func tables(_ table: String) -> String {
      code(
        """
        meta: {id: a, endian: be}
        seq:
          - {id: n, type: u1}
          - {id: body, type: {switch-on: n, cases: {1: ask, 2: tell, 3: note}}}
        types:
          ask: {-sql: {table: first}, -stream: {answered-by: tell, match: n}, seq: [{id: n, type: u1}]}
          tell: {-sql: {table: second}, -stream: {match: n}, seq: [{id: n, type: u1}]}
          note: {-sql: {table: \(table)}, seq: [{id: n, type: u1}]}

        """)
    }
    #expect(tables("third").contains("requestTables: [\"first\"]"))
    #expect(tables("second").contains("requestTables: [\"first\"]"))
    #expect(tables("first").contains("requestTables: []"))
  }

  @Test func `a request whose message may have another key is not always one`() {
    func tables(_ root: String, _ field: String) -> String {
      code(
        """
        meta: {id: a, endian: be}
        \(root)
        seq:
          - {id: n, type: u1}
          - {id: field, type: \(field)}
          - {id: body, type: {switch-on: n, cases: {1: ask, 2: tell}}}
        types:
          ask: {-stream: {answered-by: tell, match: n}, seq: [{id: n, type: u1}]}
          tell: {-stream: {match: n}, seq: [{id: n, type: u1}]}
          plain: {seq: [{id: n, type: u1}]}

        """)
    }
    #expect(tables("doc: a", "plain").contains("requestTables: [\"ask\"]"))
    #expect(tables("-stream: {answered-by: tell, match: n}", "plain").contains("requestTables: []"))
    #expect(tables("doc: a", "tell").contains("requestTables: []"))
  }

  @Test(arguments: [
    "1", "tag", "tag.length", "1 == 1 ? 2 : own", "_root.magic[0]", "own", "\"value.\"", "_root.n", "_parent.n + 1",
  ])
  func `a value that no key asks for is not taken out of its message`(key: String) {
    let code = code(
      """
      meta: {id: a, endian: be}
      seq:
        - {id: magic, contents: AB}
        - {id: n, type: u1}
        - {id: body, type: {switch-on: n, cases: {1: ask, 2: plain}}}
      types:
        plain: {seq: [{id: n, type: u1}]}
        ask:
          -stream: {answered-by: ask, match: '\(key)', followed-by: list(1)}
          seq: [{id: tag, contents: CD}, {id: own, type: u1}]
        list:
          params: [{id: count, type: u1}]
          seq: [{id: n, type: u1, repeat: expr, repeat-expr: count}]

      """)
    let lines = code.split(separator: "\n").map { $0.drop { $0 == " " } }
    let scopes = lines.indices.filter { lines[$0].hasPrefix("if case .ask(let value)? =") }
    for place in scopes {
      let scope = lines[place...].prefix { $0 != "}" }.dropFirst()
      #expect(scope.contains { $0.contains(#/[^"]value\./#) }, "\(scope)")
    }
    #expect(scopes.isEmpty == !["own", "_root.n", "_root.magic[0]", "_parent.n + 1"].contains(key), "\(lines)")
  }
}
