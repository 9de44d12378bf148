/// A word of an expression, with its offset in characters.
struct Token: Equatable {
  enum Kind: Equatable {
    case integer(Int128)
    case float(Double)
    case string(String)
    case name(String)
    case symbol(String)
    case end
  }

  var kind: Kind
  var offset: Int
}

/// Cuts an expression into tokens.
struct ExpressionLexer {
  struct Failure: Error {
    var message: String
    var offset: Int
  }

  private static let symbols = [
    "<<", ">>", "<=", ">=", "==", "!=", "::", "+", "-", "*", "/", "%", "&", "|", "^", "~", "<", ">", "?", ":", "(",
    ")", "[", "]", ",", ".",
  ]

  private let characters: [Character]
  private var position = 0

  static func tokens(of text: String) throws(Failure) -> [Token] {
    var lexer = ExpressionLexer(characters: Array(text))
    var tokens: [Token] = []
    repeat {
      tokens.append(try lexer.next())
    } while tokens.last?.kind != .end
    return tokens
  }

  private init(characters: [Character]) { self.characters = characters }

  private var current: Character? { position < characters.count ? characters[position] : nil }

  private func follows(_ text: String) -> Bool {
    characters[position...].starts(with: Array(text))
  }

  private mutating func next() throws(Failure) -> Token {
    while let character = current, character.isWhitespace { position += 1 }
    let start = position
    guard let character = current else { return Token(kind: .end, offset: start) }
    if character.isNumber { return Token(kind: try number(), offset: start) }
    if character.isLetter || character == "_" { return Token(kind: name(), offset: start) }
    if character == "'" || character == "\"" { return Token(kind: try string(), offset: start) }
    if let symbol = Self.symbols.first(where: follows) {
      position += symbol.count
      return Token(kind: .symbol(symbol), offset: start)
    }
    throw Failure(message: "unexpected character '\(character)'", offset: start)
  }

  private mutating func name() -> Token.Kind {
    let start = position
    while let character = current, character.isLetter || character.isNumber || character == "_" { position += 1 }
    let name = String(characters[start..<position])
    if name == "f", current == "\"" { return .symbol("f-string") }
    return .name(name)
  }

  private mutating func number() throws(Failure) -> Token.Kind {
    let start = position
    for (prefix, radix) in [("0x", 16), ("0X", 16), ("0b", 2), ("0B", 2), ("0o", 8), ("0O", 8)] where follows(prefix) {
      position += 2
      return .integer(try integer(radix: radix, from: start))
    }
    let digits = digits()
    let isFraction = current == "." && position + 1 < characters.count && characters[position + 1].isNumber
    guard isFraction || current == "e" || current == "E" else {
      guard let value = Int128(digits), value <= UInt64.max else {
        throw Failure(message: "the integer \(digits) does not fit into 64 bits", offset: start)
      }
      return .integer(value)
    }
    var text = digits
    if isFraction {
      position += 1
      text += "." + self.digits()
    }
    if current == "e" || current == "E" {
      position += 1
      text += "e"
      if let sign = current, sign == "+" || sign == "-" {
        position += 1
        text.append(sign)
      }
      text += self.digits()
    }
    guard let value = Double(text) else { throw Failure(message: "'\(text)' is no number", offset: start) }
    return .float(value)
  }

  private mutating func digits() -> String {
    let start = position
    while let character = current, character.isASCII, character.isNumber || character == "_" { position += 1 }
    return characters[start..<position].filter { $0 != "_" }.map(String.init).joined()
  }

  private mutating func integer(radix: Int, from start: Int) throws(Failure) -> Int128 {
    var digits = ""
    while let character = current, character.isASCII, character.isHexDigit || character == "_" {
      if character != "_" { digits.append(character) }
      position += 1
    }
    guard let value = UInt64(digits, radix: radix) else {
      let text = String(characters[start..<position])
      throw Failure(message: "'\(text)' is no 64-bit integer in base \(radix)", offset: start)
    }
    return Int128(value)
  }

  private mutating func string() throws(Failure) -> Token.Kind {
    let start = position
    let quote = characters[position]
    position += 1
    var text = ""
    while let character = current, character != quote {
      position += 1
      // Kaitai: in single quotes everything is literal, in double quotes a backslash escapes.
      if character == "\\", quote == "\"" {
        text.append(try escape())
      } else {
        text.append(character)
      }
    }
    guard current == quote else { throw Failure(message: "the string has no closing \(quote)", offset: start) }
    position += 1
    return .string(text)
  }

  private mutating func escape() throws(Failure) -> Character {
    let start = position - 1
    guard let character = current else { throw Failure(message: "unfinished escape", offset: start) }
    position += 1
    let simple: [Character: Character] = [
      "a": "\u{7}", "b": "\u{8}", "t": "\t", "n": "\n", "v": "\u{B}", "f": "\u{C}", "r": "\r", "e": "\u{1B}",
      "\"": "\"", "'": "'", "\\": "\\", "0": "\0",
    ]
    if let plain = simple[character] { return plain }
    if character == "u", position + 4 <= characters.count,
      let code = UInt32(String(characters[position..<position + 4]), radix: 16), let scalar = Unicode.Scalar(code)
    {
      position += 4
      return Character(scalar)
    }
    throw Failure(message: "unknown escape '\\\(character)'", offset: start)
  }
}
