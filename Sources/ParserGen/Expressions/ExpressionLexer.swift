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

  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var tokens: [Token] = []
  /// Whether the `<` before a type's name stands open: what closes it is a `>` whatever follows.
  private var isInType = false
  /// Of interpolated strings in one another.
  private var depth = 0

  static func tokens(of text: String) throws(Failure) -> [Token] {
    var lexer = ExpressionLexer(scalars: Array(text.unicodeScalars))
    while try lexer.next() {}
    lexer.add(.end, at: lexer.position)
    return lexer.tokens
  }

  private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

  private var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  private func peek(_ distance: Int) -> Unicode.Scalar? {
    position + distance < scalars.count ? scalars[position + distance] : nil
  }

  private func follows(_ text: [Unicode.Scalar]) -> Bool { scalars[position...].starts(with: text) }

  private func follows(_ text: String) -> Bool { scalars[position...].starts(with: text.unicodeScalars) }

  private mutating func add(_ kind: Token.Kind, at offset: Int) { tokens.append(Token(kind: kind, offset: offset)) }

  // MARK: Tokens

  /// Reads a token, or all of an interpolated string.
  /// - Returns: false at the end.
  private mutating func next() throws(Failure) -> Bool {
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

  private func text(_ range: Range<Int>) -> String {
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

  // MARK: Strings

  private mutating func string() throws(Failure) -> Token.Kind {
    let start = position
    let quote = scalars[position]
    position += 1
    var text = String.UnicodeScalarView()
    while let scalar = current, scalar != quote {
      // Kaitai: in single quotes everything is literal, in double quotes a backslash escapes.
      if scalar == "\\", quote == "\"" {
        text.append(try escape())
      } else {
        position += 1
        text.append(scalar)
      }
    }
    guard current == quote else { throw Failure(message: "the string has no closing \(quote)", offset: start) }
    position += 1
    return .string(String(text))
  }

  /// `f"text {value} text"`; a brace that is to be a brace is written as `\173`.
  private mutating func interpolated() throws(Failure) {
    let start = position
    add(.symbol(.openString), at: start)
    position += 2
    while true {
      let partStart = position
      var text = String.UnicodeScalarView()
      while let scalar = current, scalar != "\"", scalar != "{" {
        if scalar == "\\" {
          text.append(try escape())
        } else {
          position += 1
          text.append(scalar)
        }
      }
      if !text.isEmpty { add(.text(String(text)), at: partStart) }
      guard let scalar = current else { throw Failure(message: "the string has no closing \"", offset: start) }
      guard scalar == "{" else { break }
      try braces()
    }
    add(.symbol(.closeString), at: position)
    position += 1
  }

  private mutating func braces() throws(Failure) {
    let start = position
    depth += 1
    defer { depth -= 1 }
    guard depth <= ExpressionParser.maximumDepth else {
      throw Failure(message: "the expression is nested too deeply", offset: start)
    }
    add(.symbol(.openBrace), at: start)
    position += 1
    while true {
      while let scalar = current, scalar.isSpace { position += 1 }
      if current == "}" { break }
      guard try next() else { throw Failure(message: "the value in the string has no closing }", offset: start) }
    }
    add(.symbol(.closeBrace), at: position)
    position += 1
  }

  private static let simpleEscapes: [Unicode.Scalar: Unicode.Scalar] = [
    "a": "\u{7}", "b": "\u{8}", "t": "\t", "n": "\n", "v": "\u{B}", "f": "\u{C}", "r": "\r", "e": "\u{1B}",
    "\"": "\"", "'": "'", "\\": "\\",
  ]

  private mutating func escape() throws(Failure) -> Unicode.Scalar {
    let start = position
    position += 1
    guard let scalar = current else { throw Failure(message: "unfinished escape", offset: start) }
    if let plain = Self.simpleEscapes[scalar] {
      position += 1
      return plain
    }
    if scalar == "u" {
      position -= 1
      return try unicodeEscape()
    }
    guard scalar.isOctalDigit else { throw Failure(message: "unknown escape '\\\(scalar)'", offset: start) }
    let first = position
    while let digit = current, digit.isOctalDigit { position += 1 }
    let digits = text(first..<position)
    guard let code = UInt32(digits, radix: 8), code <= 0xFFFF, let made = Unicode.Scalar(code) else {
      throw Failure(message: "'\\\(digits)' is no character", offset: start)
    }
    return made
  }

  /// `\u` and four hexadecimal digits; two of them for a character beyond 16 bits.
  private mutating func unicodeEscape() throws(Failure) -> Unicode.Scalar {
    let start = position
    let first = try codeUnit()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, follows("\\u") else {
      throw Failure(message: "half of a surrogate pair", offset: start)
    }
    let second = try codeUnit()
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw Failure(message: "half of a surrogate pair", offset: start) }
    return scalar
  }

  private mutating func codeUnit() throws(Failure) -> UInt32 {
    let start = position
    let digits = scalars.dropFirst(position + 2).prefix(4)
    guard digits.count == 4, digits.allSatisfy(\.properties.isASCIIHexDigit),
      let unit = UInt32(text(digits.startIndex..<digits.endIndex), radix: 16)
    else { throw Failure(message: "'\\u' takes four hexadecimal digits", offset: start) }
    position += 6
    return unit
  }
}

extension Unicode.Scalar {
  fileprivate var isSpace: Bool { self == " " || self == "\n" || self == "\t" || self == "\r" }
  fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
  fileprivate var isOctalDigit: Bool { ("0"..."7").contains(self) }
  fileprivate var isNameStart: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) || self == "_" }
  fileprivate var isNamePart: Bool { isNameStart || isDigit }
}
