/// A word of an expression, with its offset in Unicode scalars.
struct Token: Equatable {
  enum Kind: Equatable {
    case integer(Int128)
    case float(Double)
    case string(String)
    case name(String)
    case symbol(Symbol)
    /// A part of an interpolated string between values; escapes are resolved.
    case text(String)
    case end
  }

  enum Symbol: String, CaseIterable {
    case shiftLeft = "<<"
    case shiftRight = ">>"
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case equal = "=="
    case notEqual = "!="
    case scope = "::"
    case plus = "+"
    case minus = "-"
    case times = "*"
    case divide = "/"
    case modulo = "%"
    case and = "&"
    case or = "|"
    case xor = "^"
    case complement = "~"
    case less = "<"
    case greater = ">"
    case question = "?"
    case colon = ":"
    case openParenthesis = "("
    case closeParenthesis = ")"
    case openBracket = "["
    case closeBracket = "]"
    case comma = ","
    case dot = "."
    /// The parts of an interpolated string.
    case openString = "f\""
    case closeString = "\""
    case openBrace = "{"
    case closeBrace = "}"
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

  /// Longer expressions are refused, so that what follows an expression's tree may do that by recursion.
  static let maximumTokens = 20_000

  private static let symbols: [(symbol: Token.Symbol, scalars: [Unicode.Scalar])] =
    Token.Symbol.allCases.filter { ![.openString, .closeString, .openBrace, .closeBrace].contains($0) }
    .map { ($0, Array($0.rawValue.unicodeScalars)) }

  /// What other languages write, and Kaitai's word for it.
  private static let foreign: [(text: String, word: String)] = [("&&", "and"), ("||", "or"), ("!", "not")]

  let scalars: [Unicode.Scalar]
  var position = 0
  private var tokens: [Token] = []
  /// Whether the `<` before a type's name stands open: what closes it is a `>` whatever follows.
  private var isInType = false
  /// Of interpolated strings in one another.
  var depth = 0

  static func tokens(of text: String) throws(Failure) -> [Token] {
    var lexer = ExpressionLexer(scalars: Array(text.unicodeScalars))
    while try lexer.next() {}
    lexer.add(.end, at: lexer.position)
    return lexer.tokens
  }

  /// The tokens of what stands in an interpolated string, with those of its quotation marks.
  static func tokens(ofTemplate text: String) throws(Failure) -> [Token] {
    var lexer = ExpressionLexer(scalars: Array(text.unicodeScalars))
    try lexer.template()
    lexer.add(.end, at: lexer.position)
    return lexer.tokens
  }

  private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

  var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  func peek(_ distance: Int) -> Unicode.Scalar? {
    position + distance < scalars.count ? scalars[position + distance] : nil
  }

  private func follows(_ text: [Unicode.Scalar]) -> Bool { scalars[position...].starts(with: text) }

  func follows(_ text: String) -> Bool { scalars[position...].starts(with: text.unicodeScalars) }

  mutating func add(_ kind: Token.Kind, at offset: Int) { tokens.append(Token(kind: kind, offset: offset)) }

  // MARK: Tokens

  /// Reads a token, or all of an interpolated string.
  /// - Returns: false at the end.
  mutating func next() throws(Failure) -> Bool {
    while let scalar = current, scalar.isSpace || scalar == "\\" && peek(1) == "\n" { position += 1 }
    let start = position
    guard tokens.count <= Self.maximumTokens else {
      throw Failure(message: "the expression is too long", offset: start)
    }
    guard let scalar = current else { return false }
    if scalar.isDigit || scalar == "." && peek(1)?.isDigit == true {
      add(try number(), at: start)
    } else if follows(Token.Symbol.openString.rawValue) {
      try interpolated()
    } else if scalar.isNameStart {
      add(name(), at: start)
    } else if scalar == "'" || scalar == "\"" {
      add(try string(), at: start)
    } else {
      add(.symbol(try symbol()), at: start)
    }
    return true
  }

  private mutating func symbol() throws(Failure) -> Token.Symbol {
    if isInType, current == ">" {
      isInType = false
      position += 1
      return .greater
    }
    if let (symbol, scalars) = Self.symbols.first(where: { follows($0.scalars) }),
      !(symbol == .and || symbol == .or) || peek(1) != current
    {
      position += scalars.count
      if symbol == .less { isInType = opensType }
      return symbol
    }
    if let (text, word) = Self.foreign.first(where: { follows($0.text) }) {
      throw Failure(message: "there is no operator '\(text)'; did you mean '\(word)'?", offset: position)
    }
    throw Failure(message: "unexpected character '\(scalars[position])'", offset: position)
  }

  /// Whether a `<` behind what has been read is that of a cast or a size.
  private var opensType: Bool {
    switch tokens.last?.kind {
    case .name("sizeof"), .name("bitsizeof"): true
    case .name("as"): tokens.dropLast().last?.kind == .symbol(.dot)
    default: false
    }
  }

  private mutating func name() -> Token.Kind {
    let start = position
    while let scalar = current, scalar.isNamePart { position += 1 }
    return .name(text(start..<position))
  }

  func text(_ range: Range<Int>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars[range])
    return String(text)
  }

  // MARK: Numbers

  private mutating func number() throws(Failure) -> Token.Kind {
    let start = position
    if current == "0", let letter = peek(1) {
      switch letter {
      case "x", "X": return try integer(radix: 16)
      case "o", "O": return try integer(radix: 8)
      case "b", "B": return try integer(radix: 2)
      default: break
      }
    }
    skipDigits()
    var isFloat = false
    // `42.` is a number, `42.to_s` is a call.
    if current == ".", peek(1)?.isDigit == true || !nameFollows(1) {
      isFloat = true
      position += 1
      skipDigits()
    }
    if current == "e" || current == "E" {
      let signed = peek(1) == "+" || peek(1) == "-"
      if peek(signed ? 2 : 1)?.isDigit == true {
        isFloat = true
        position += signed ? 2 : 1
        skipDigits()
      }
    }
    let digits = text(start..<position).filter { $0 != "_" }
    if isFloat {
      let isWhole = digits.last == "."
      guard let value = Double((digits.first == "." ? "0" : "") + digits + (isWhole ? "0" : "")) else {
        throw Failure(message: "'\(digits)' is no number", offset: start)
      }
      return .float(value)
    }
    if digits.count > 1, digits.first == "0" {
      throw Failure(message: "'\(digits)' begins with a zero; write 0o\(digits.dropFirst()) for octal", offset: start)
    }
    guard let value = UInt64(digits) else {
      throw Failure(message: "the integer \(digits) does not fit into 64 bits", offset: start)
    }
    return .integer(Int128(value))
  }

  private mutating func skipDigits() {
    while let scalar = current, scalar.isDigit || scalar == "_" { position += 1 }
  }

  /// Whether a name stands there, white space aside.
  private func nameFollows(_ distance: Int) -> Bool {
    var distance = distance
    while peek(distance)?.isSpace == true { distance += 1 }
    return peek(distance)?.isNameStart ?? false
  }

  private mutating func integer(radix: Int) throws(Failure) -> Token.Kind {
    let start = position
    position += 2
    while let scalar = current, scalar.isNamePart { position += 1 }
    let digits = text(start + 2..<position).filter { $0 != "_" }
    guard let value = UInt64(digits, radix: radix) else {
      throw Failure(message: "'\(text(start..<position))' is no 64-bit integer in base \(radix)", offset: start)
    }
    return .integer(Int128(value))
  }
}

extension Unicode.Scalar {
  var isSpace: Bool { self == " " || self == "\n" || self == "\t" || self == "\r" }
  fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
  var isOctalDigit: Bool { ("0"..."7").contains(self) }
  fileprivate var isNameStart: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) || self == "_" }
  fileprivate var isNamePart: Bool { isNameStart || isDigit }
}
