import ClickHouseSchema

@testable import Capture
@testable import ClickHouseStore

extension FuzzTarget {
  /// Text that may be ClickHouse's SQL, from somebody who wants it to be taken for something else.
  static func splitStatement(_ text: String) {
    let tokens = ClickHouseLexer.tokens(text)
    var end = text.startIndex
    for token in tokens {
      precondition(!token.text.isEmpty && token.text.startIndex >= end, "tokens follow one another")
      end = token.text.endIndex
      // What it is does not depend on what is around it.
      let again = ClickHouseLexer.tokens(token.text)
      precondition(again.count == 1 && again[0].kind == token.kind && same(again[0].text, token.text))
    }
    for statement in ClickHouseLexer.statements(text) {
      let again = ClickHouseLexer.statements(String(statement))
      precondition(again.count == 1 && same(again[0], statement), "a statement is one by itself too")
    }
    // Whatever it is, as a value it is one literal, and as a name one name.
    let literals = ClickHouseLexer.tokens(ClickHouseText.literal(text))
    precondition(literals.count == 1 && literals[0].kind == .text)
    let names = ClickHouseLexer.tokens(ClickHouseText.name(text))
    precondition(names.count == 1 && names[0].kind == .quotedName)
    if !text.unicodeScalars.contains(where: { $0 == "\0" || $0 == "\n" || $0 == "\r" }) {
      precondition(same(names[0].name ?? "", text))
    }
    read(text, tokens)
  }

  /// What may be sent is one statement, also with values in it, and has no function that reaches outside.
  private static func read(_ text: String, _ tokens: [ClickHouseLexer.Token]) {
    guard let statement = try? ReadingStatement(text) else { return }
    let sent = ClickHouseLexer.tokens(statement.text)
    precondition(ClickHouseLexer.statements(statement.text).count == 1)
    precondition(!sent.contains { $0.kind == .sign && $0.text == ";" })
    for (token, next) in zip(sent, sent.dropFirst()) where next.text == "(" {
      precondition(token.name?.lowercased() != "url" && token.name?.lowercased() != "file")
    }
    // Values stay values.
    let places = sent.count { $0.kind == .sign && $0.text == "?" }
    let values = (0..<places).map { _ in QueryValue.text(text) }
    guard places > 0, let filled = try? ReadingStatement(text, .list(values)) else { return }
    precondition(ClickHouseLexer.tokens(filled.text).count == sent.count, "a value is one token")
  }

  private static func same(_ one: some StringProtocol, _ other: some StringProtocol) -> Bool {
    one.utf8.elementsEqual(other.utf8)
  }
}
