// Strings, and what a backslash means in them.
extension ExpressionLexer {
  mutating func string() throws(Failure) -> Token.Kind {
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
  mutating func interpolated() throws(Failure) {
    let start = position
    add(.symbol(.openString), at: start)
    position += 2
    try parts(until: "\"")
    guard current != nil else { throw Failure(message: "the string has no closing \"", offset: start) }
    add(.symbol(.closeString), at: position)
    position += 1
  }

  /// The same without the `f` and the quotation marks around it.
  mutating func template() throws(Failure) {
    add(.symbol(.openString), at: position)
    try parts(until: nil)
    add(.symbol(.closeString), at: position)
  }

  /// Texts and values in turn.
  /// - Parameter end: what ends the last text; nil for the end of all.
  private mutating func parts(until end: Unicode.Scalar?) throws(Failure) {
    while true {
      let partStart = position
      var text = String.UnicodeScalarView()
      while let scalar = current, scalar != end, scalar != "{" {
        if scalar == "\\" {
          text.append(try escape())
        } else {
          position += 1
          text.append(scalar)
        }
      }
      if !text.isEmpty { add(.text(String(text)), at: partStart) }
      guard current == "{" else { break }
      try braces()
    }
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
