import Capture
import ClickHouseSchema
import Testing

@testable import ClickHouseStore

/// A server reads a statement scalar by scalar: what looks like one character to a person must not hide anything.
@Suite struct LexerScalarTests {
  private static let mark = "\u{301}"

  @Test(arguments: [
    "select 1 /*\(mark)'*/, url('http://a.example') /*'*/", "select 1 --\(mark)'\n, url('http://a.example') --'",
    "select 1 #!\(mark)'\n, url('http://a.example') --'", "select 1 $$\(mark)$$, url('http://a.example')",
    "select '\\\(mark)', url('http://a.example')",
  ])
  func `a combining mark hides no function`(_ query: String) {
    let error = #expect(throws: QueryError.self) { try ReadingStatement(query) }
    #expect(error?.kind == .forbidden)
  }

  @Test func `a comment is one, whatever is behind its beginning or its end`() {
    #expect(ClickHouseLexer.tokens("a /*\(Self.mark) ; ' */ b").map(\.text) == ["a", "b"])
    #expect(ClickHouseLexer.tokens("a --\(Self.mark) ; ' \n b").map(\.text) == ["a", "b"])
    #expect(ClickHouseLexer.tokens("/**/\(Self.mark)b").map(\.text) == ["\(Self.mark)b"[...]])
    #expect(ClickHouseLexer.statements("a --\(Self.mark);\n b").count == 1)
  }

  @Test(arguments: ["$tag$", "$tag$\(mark)", "\\$tag$"])
  func `a value ends no text that the statement has left open`(_ value: String) throws {
    let statement = try ReadingStatement("select $tag$ a, ?, b", .list([.text(value + ", url('http://a.example'), '")]))
    let kinds = ClickHouseLexer.tokens(statement.text).map(\.kind)
    #expect(kinds == [.word, .sign, .word, .sign, .word, .sign, .text, .sign, .word])
  }

  @Test func `names are what stands between the quotes`() {
    for name in ["\(Self.mark)a", "a\u{600}", "e\(Self.mark)", "\u{200D}", "a\"b", "a\\b"] {
      let tokens = ClickHouseLexer.tokens(ClickHouseText.name(name))
      #expect(tokens.count == 1 && tokens[0].name?.unicodeScalars.elementsEqual(name.unicodeScalars) == true)
    }
  }
}
