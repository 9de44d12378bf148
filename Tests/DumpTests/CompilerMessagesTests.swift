import Testing

@testable import parsergen

@Suite struct CompilerMessagesTests {
  @Test func `errors are found with their files`() {
    let messages = CompilerMessages(
      """
      /tmp/x/D1.swift:12:5: error: cannot find 'a:b' in scope
      11 |  // other.swift:1:1: note: nothing
      12 |     a
         |     `- error: cannot find 'a' in scope
      /tmp/x/D2.swift:1:1: warning: unused
      /tmp/x/main.swift:3:9: error: no

      """)
    #expect(messages.errors.map(\.file) == ["D1", "main"])
    #expect(messages.first?.description == "D1.swift:12: cannot find 'a:b' in scope")
  }

  @Test(arguments: [
    ("x\nFatal error: Index out of range\ny", "Fatal error: Index out of range"), ("a\nb\n", "b"),
  ])
  func `the line that tells most is the last word`(text: String, words: String) {
    #expect(ChildProcess(end: .killed(signal: 4), errors: Array(text.utf8)).lastWords == words)
  }

  @Test func `who said nothing has a signal or a status`() {
    #expect(ChildProcess(end: .killed(signal: 11)).lastWords == "signal 11")
    #expect(ChildProcess(end: .exited(2)).lastWords == "status 2")
  }
}
