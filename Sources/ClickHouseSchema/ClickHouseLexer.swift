/// Splits ClickHouse's SQL into what it consists of, without knowing what any of it means.
///
/// It goes by Unicode's scalars, since a server knows nothing of characters: a combining mark behind `/*` makes another
/// character of the asterisk, and no less a comment.
public struct ClickHouseLexer {
  /// A part of a statement.
  public struct Token: Sendable {
    /// What it is.
    public var kind: Kind
    /// As it is written, with quotes.
    public var text: Substring

    /// A name without its quotes, or a keyword; nil for everything else.
    public var name: String? {
      switch kind {
      case .word: return String(text)
      case .quotedName:
        var name = String.UnicodeScalarView()
        var isEscaped = false
        for character in text.unicodeScalars.dropFirst().dropLast() {
          if character == "\\", !isEscaped {
            isEscaped = true
          } else {
            name.append(character)
            isEscaped = false
          }
        }
        return String(name)
      case .text, .number, .sign: return nil
      }
    }

    /// Whether it is a keyword, in whatever case.
    public func isWord(_ word: String) -> Bool { kind == .word && text.lowercased() == word }
  }

  /// What a token is.
  public enum Kind: Sendable {
    /// A keyword, or a name without quotes.
    case word
    /// A name in quotation marks or backticks.
    case quotedName
    /// A text's literal.
    case text
    /// A number, as far as it begins with a digit.
    case number
    /// One character of something else.
    case sign
  }

  /// Behind the last token.
  private var rest: Substring

  /// - Parameter text: one statement or more.
  public init(_ text: some StringProtocol) { rest = Substring(text) }

  /// All tokens of a text; blanks and comments are none.
  public static func tokens(_ text: some StringProtocol) -> [Token] {
    var lexer = ClickHouseLexer(text)
    var tokens: [Token] = []
    while let token = lexer.next() { tokens.append(token) }
    return tokens
  }

  /// The next token; nil at the end. What has no end, such as a text without its last quote, ends with the statement.
  public mutating func next() -> Token? {
    skipBlanks()
    guard let first = rest.unicodeScalars.first else { return nil }
    switch first {
    case "'": return take(.text, quotedLength(first))
    case "\"", "`": return take(.quotedName, quotedLength(first))
    case "0"..."9":
      return take(.number, length { $0.properties.isAlphabetic || "0"..."9" ~= $0 || $0 == "." || $0 == "_" })
    case "$":
      if let length = heredocLength { return take(.text, length) }
      return take(.sign, 1)
    case _ where Self.isName(first): return take(.word, length(Self.isName))
    default: return take(.sign, 1)
    }
  }

  /// Statements with `;` between them, without it, and without comments before and behind.
  public static func statements(_ text: String) -> [Substring] {
    var lexer = ClickHouseLexer(text)
    var found: [Substring] = []
    var start: String.Index?
    var end = text.startIndex
    func close() {
      if let start { found.append(text[start..<end]) }
    }
    while let token = lexer.next() {
      if token.kind == .sign, token.text == ";" {
        close()
        start = nil
      } else {
        start = start ?? token.text.startIndex
        end = token.text.endIndex
      }
    }
    close()
    return found
  }

  // MARK: Parts

  private static func isName(_ character: Unicode.Scalar) -> Bool {
    character == "_" || "a"..."z" ~= character || "A"..."Z" ~= character || "0"..."9" ~= character
      || character.value >= 0x80
  }

  private mutating func take(_ kind: Kind, _ count: Int) -> Token {
    let scalars = rest.unicodeScalars
    let end = scalars.index(scalars.startIndex, offsetBy: count, limitedBy: scalars.endIndex) ?? scalars.endIndex
    defer { rest = rest[end...] }
    return Token(kind: kind, text: rest[..<end])
  }

  private func length(_ belongs: (Unicode.Scalar) -> Bool) -> Int { rest.unicodeScalars.prefix(while: belongs).count }

  private func quotedLength(_ quote: Unicode.Scalar) -> Int {
    var count = 1
    var isEscaped = false
    for character in rest.unicodeScalars.dropFirst() {
      count += 1
      if isEscaped {
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == quote {
        // Two of them in a row are two literals here, which comes to the same.
        return count
      }
    }
    return count
  }

  /// Of a text between `$tag$` and `$tag$`.
  private var heredocLength: Int? {
    let scalars = rest.unicodeScalars
    guard let end = scalars.dropFirst().firstIndex(where: { !Self.isName($0) }), scalars[end] == "$" else { return nil }
    let tag = rest[...end]
    guard let close = rest[scalars.index(after: end)...].utf8.firstRange(of: tag.utf8) else { return nil }
    return rest[..<close.upperBound].unicodeScalars.count
  }

  private mutating func skipBlanks() {
    while let first = rest.unicodeScalars.first {
      if first.properties.isWhitespace {
        rest = Substring(rest.unicodeScalars.drop { $0.properties.isWhitespace })
      } else if begins(with: "--") || begins(with: "# ") || begins(with: "#!") {
        rest = Substring(rest.unicodeScalars.drop { $0 != "\n" })
      } else if begins(with: "/*") {
        let end = rest.utf8.dropFirst(2).firstRange(of: "*/".utf8)?.upperBound ?? rest.endIndex
        rest = rest[end...]
      } else {
        return
      }
    }
  }

  private func begins(with text: String) -> Bool { rest.utf8.starts(with: text.utf8) }
}
