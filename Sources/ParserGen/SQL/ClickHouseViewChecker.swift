import ClickHouseSchema

/// Reads a file of views in ClickHouse's words. There is no ClickHouse to ask here, so only what is certain is checked.
struct ClickHouseViewChecker {
  let file: String
  let diagnostics: Diagnostics

  /// - Returns: Name and statement of each view, in order.
  func check(_ text: String) -> [(name: String, sql: String)] {
    ClickHouseLexer.statements(text).compactMap { statement in
      let tokens = ClickHouseLexer.tokens(statement)
      guard tokens.count > 4, tokens[0].isWord("create"), tokens[1].isWord("view"), let name = tokens[2].name,
        tokens[3].isWord("as")
      else {
        let line = text[..<statement.startIndex].utf8.count { $0 == 0x0A } + 1
        diagnostics.error(
          SourceLocation(file: file, line: line, column: 1), "only CREATE VIEW name AS … may stand in this file")
        return nil
      }
      return (name, String(statement))
    }
  }
}
