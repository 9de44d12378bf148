import ClickHouseSchema
import Testing

@Suite struct LexerTests {
  private func texts(_ sql: String) -> [String] { ClickHouseLexer.tokens(sql).map { String($0.text) } }

  @Test func `a statement is names, texts, numbers and signs`() {
    #expect(
      texts("select a.b, 'it''s \\' here',\"x\\\"y\"`z` -- end\n+1.5e3/* , */*0xFF") == [
        "select", "a", ".", "b", ",", "'it'", "'s \\' here'", ",", "\"x\\\"y\"", "`z`", "+", "1.5e3", "*", "0xFF",
      ])
    #expect(texts("größe = $tag$ 'no end; $tag$ ; $1") == ["größe", "=", "$tag$ 'no end; $tag$", ";", "$", "1"])
    #expect(texts("'open ; -- text") == ["'open ; -- text"] && texts("1 /* open") == ["1"] && texts(" \t\n").isEmpty)
    #expect(texts("a # comment ' \nb") == ["a", "b"])
  }

  @Test func `names lose their quotes`() {
    #expect(ClickHouseLexer.tokens("a \"b\\\"c\" `d\\\\` 'e' 1").map(\.name) == ["a", "b\"c", "d\\", nil, nil])
  }

  @Test func `statements end at semicolons that are none in a text`() {
    let text = "-- first\nselect ';', \"a;b\" /* ; */ ;\n;; select 2 -- ; end\n;"
    #expect(ClickHouseLexer.statements(text).map(String.init) == ["select ';', \"a;b\"", "select 2"])
    #expect(ClickHouseLexer.statements("").isEmpty)
  }

  @Test func `literals and names are one token, whatever is in them`() {
    for text in ["", "'", "\\", "\\'", "\"", "a\nb", "\0", "--", "/*", "größe", "'); drop table x; --"] {
      for written in [ClickHouseText.literal(text), ClickHouseText.name(text)] {
        #expect(texts("\(written) 1") == [written, "1"], "\(text)")
      }
    }
  }
}
