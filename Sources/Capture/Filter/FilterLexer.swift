/// A word, text or sign of a filter.
struct FilterToken: Equatable {
  enum Kind: Equatable {
    /// A name, a number, or any other value that needs no quotes.
    case word(String)
    /// A text in quotes, without them.
    case text(String)
    case sign(String)
    case end
  }

  let kind: Kind
  /// In characters from 1.
  let column: Int

  /// As it is written, without quotes; nil for the end.
  var text: String? {
    switch kind {
    case .word(let text), .text(let text), .sign(let text): text
    case .end: nil
    }
  }

  /// Whether it is this word of the language, in letters of any case.
  func isWord(_ word: String) -> Bool {
    if case .word(let text) = kind { text.lowercased() == word } else { false }
  }

  func isSign(_ sign: String) -> Bool { kind == .sign(sign) }
}

/// Takes a filter apart.
struct FilterLexer {
  /// The longer ones first.
  private static let signs = ["==", "!=", "<>", "<=", ">=", "&&", "||", "=", "<", ">", "!", "(", ")", "{", "}", ","]
  /// What ends a word: signs, quotes, and what could become a sign.
  private static let enders: Set<Character> = ["=", "!", "<", ">", "&", "|", "(", ")", "{", "}", ",", "'", "\""]
  static let maximumLength = 20_000

  /// All tokens of a text, the end last.
  static func tokens(_ text: String) throws(FilterError) -> [FilterToken] {
    let characters = Array(text)
    guard characters.count <= maximumLength else {
      throw FilterError(.tooMuch(of: "characters", limit: maximumLength), at: maximumLength + 1)
    }
    var tokens: [FilterToken] = []
    var place = 0
    while place < characters.count {
      let character = characters[place]
      if character.isWhitespace {
        place += 1
      } else if character == "'" || character == "\"" {
        let start = place
        let text = try quoted(characters, &place)
        tokens.append(FilterToken(kind: .text(text), column: start + 1))
      } else if let sign = signs.first(where: { characters[place...].starts(with: $0) }) {
        tokens.append(FilterToken(kind: .sign(sign), column: place + 1))
        place += sign.count
      } else if Self.enders.contains(character) {
        throw FilterError(.unexpected(found: String(character), expected: "'\(character)\(character)'"), at: place + 1)
      } else {
        let start = place
        while place < characters.count, !characters[place].isWhitespace, !enders.contains(characters[place]) {
          place += 1
        }
        tokens.append(FilterToken(kind: .word(String(characters[start..<place])), column: start + 1))
      }
    }
    return tokens + [FilterToken(kind: .end, column: characters.count + 1)]
  }

  /// A text in quotes, in which two of them are one.
  private static func quoted(_ characters: [Character], _ place: inout Int) throws(FilterError) -> String {
    let (start, quote) = (place, characters[place])
    var text = ""
    place += 1
    while place < characters.count {
      let character = characters[place]
      place += 1
      guard character == quote else {
        text.append(character)
        continue
      }
      guard place < characters.count, characters[place] == quote else { return text }
      text.append(quote)
      place += 1
    }
    throw FilterError(.unclosedText, at: start + 1)
  }
}
