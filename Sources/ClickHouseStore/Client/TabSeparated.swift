/// The servers' format TabSeparated: a row a line, with tabs between its values.
enum TabSeparated {
  /// What stands behind a backslash for a character that would be taken for something else.
  private static let escapes: [Character: Character] = [
    "b": "\u{8}", "f": "\u{C}", "r": "\r", "n": "\n", "t": "\t", "0": "\0",
  ]

  /// The values of an answer, row by row. NULL stays `\N`.
  static func rows(_ answer: String) -> [[String]] {
    answer.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(value) }
  }

  private static func value(_ text: Substring) -> String {
    guard text.contains("\\"), text != "\\N" else { return String(text) }
    var value = ""
    var rest = text
    while let character = rest.popFirst() {
      guard character == "\\", let escaped = rest.popFirst() else {
        value.append(character)
        continue
      }
      value.append(escapes[escaped] ?? escaped)
    }
    return value
  }
}

extension ClickHouseClient {
  /// Runs a query, which names no format.
  /// - Parameter host: the only one that is asked; nil for any.
  /// - Returns: The values of its answer as texts, row by row.
  func rows(
    _ request: ClickHouseRequest, on host: ClickHouseAddress.Host? = nil
  ) throws(ClickHouseFailure) -> [[String]] {
    var request = request
    request.statement += " FORMAT TabSeparated"
    return TabSeparated.rows(try text(request, on: host))
  }
}
