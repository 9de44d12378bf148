/// How names and values are written in ClickHouse's SQL.
public enum ClickHouseText {
  /// A name of a table or a column.
  public static func name(_ name: String) -> String { "\"" + escaped(name, quote: "\"") + "\"" }

  /// A text's literal; whatever is in the text, it stays one literal.
  public static func literal(_ text: String) -> String { "'" + escaped(text, quote: "'") + "'" }

  private static func escaped(_ text: String, quote: Unicode.Scalar) -> String {
    var result = String.UnicodeScalarView()
    for character in text.unicodeScalars {
      switch character {
      case "\\", quote:
        result.append("\\")
        result.append(character)
      // A literal may hold these as they are, but not every tool on the way passes them on.
      case "\0": result.append(contentsOf: "\\0".unicodeScalars)
      case "\n": result.append(contentsOf: "\\n".unicodeScalars)
      case "\r": result.append(contentsOf: "\\r".unicodeScalars)
      // A '$tag$' in a value would end a text that the statement has begun with the same and not ended.
      case "$" where quote == "'": result.append(contentsOf: "\\x24".unicodeScalars)
      default: result.append(character)
      }
    }
    return String(result)
  }
}
