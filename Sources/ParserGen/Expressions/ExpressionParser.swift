/// Parses expressions by precedence climbing, with the operators and precedences of Kaitai's language.
struct ExpressionParser {
  /// Nesting beyond this is refused, so that no description exhausts the stack.
  static let maximumDepth = 200

  private let tokens: [Token]
  private let places: TextPlaces
  private var position = 0
  private var depth = 0

  // MARK: What a text can be

  /// Parses the text of a scalar as an expression.
  static func expression(_ text: String, at node: YAMLNode) throws(Diagnostic) -> Expression {
    var parser = try ExpressionParser(text, at: node)
    let result = try parser.expression()
    try parser.expectEnd()
    return result
  }

  /// Parses a text in which values stand in braces, as in an interpolated string: texts and values in turn.
  static func template(_ text: String, at node: YAMLNode) throws(Diagnostic) -> [Expression] {
    var parser = try ExpressionParser(text, at: node, ExpressionLexer.tokens(ofTemplate:))
    parser.advance()
    let parts = try parser.interpolation()
    try parser.expectEnd()
    return parts
  }

  /// Parses the text of a `type` key.
  static func typeName(_ text: String, at node: YAMLNode) throws(Diagnostic) -> TypeName {
    var parser = try ExpressionParser(text, at: node)
    let result = try parser.typeName(takesArguments: true)
    try parser.expectEnd()
    return result
  }

  /// Parses the text of a `process` key: `name`, `name(arguments)`, `package.name(arguments)`.
  static func process(_ text: String, at node: YAMLNode) throws(Diagnostic) -> ProcessSpec {
    var parser = try ExpressionParser(text, at: node)
    let start = parser.here
    var name: [String] = []
    repeat { name.append(try parser.name("a processor's name")) } while parser.take(.dot)
    let arguments = parser.token.kind == .symbol(.openParenthesis) ? try parser.arguments() : []
    try parser.expectEnd()
    return ProcessSpec(name: name, arguments: arguments, location: start)
  }

  private init(
    _ text: String, at node: YAMLNode,
    _ tokens: (String) throws(ExpressionLexer.Failure) -> [Token] = ExpressionLexer.tokens(of:)
  ) throws(Diagnostic) {
    places = node.places
    do throws(ExpressionLexer.Failure) {
      self.tokens = try tokens(text)
    } catch {
      throw Diagnostic(at: places[error.offset], error.message)
    }
  }

  // MARK: Tokens

  var token: Token { tokens[position] }
  var here: SourceLocation { places[token.offset] }

  mutating func advance() { position = min(position + 1, tokens.count - 1) }

  mutating func take(_ symbol: Token.Symbol) -> Bool {
    guard token.kind == .symbol(symbol) else { return false }
    advance()
    return true
  }

  mutating func expect(_ symbol: Token.Symbol) throws(Diagnostic) {
    guard take(symbol) else { throw unexpected("'\(symbol.rawValue)'") }
  }

  mutating func name(_ wanted: String) throws(Diagnostic) -> String {
    guard case .name(let name) = token.kind else { throw unexpected(wanted) }
    advance()
    return name
  }

  private func expectEnd() throws(Diagnostic) {
    guard token.kind == .end else { throw unexpected("the end of the expression") }
  }

  func unexpected(_ wanted: String) -> Diagnostic {
    let found =
      switch token.kind {
      case .end: "the expression ends"
      case .symbol(let symbol): "found '\(symbol.rawValue)'"
      case .name(let text): "found '\(text)'"
      case .integer(let value): "found \(value)"
      case .float(let value): "found \(value)"
      case .string(let text), .text(let text): "found \"\(text)\""
      }
    return Diagnostic(at: here, "\(wanted) is expected, but \(found)")
  }

  private mutating func nested<Result>(
    _ body: (inout ExpressionParser) throws(Diagnostic) -> Result
  ) throws(Diagnostic) -> Result {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else { throw Diagnostic(at: here, "the expression is nested too deeply") }
    return try body(&self)
  }

  // MARK: Operators

  mutating func expression() throws(Diagnostic) -> Expression {
    try nested { parser throws(Diagnostic) in
      let start = parser.here
      let condition = try parser.binary(.or)
      guard parser.take(.question) else { return condition }
      let yes = try parser.expression()
      try parser.expect(.colon)
      let no = try parser.expression()
      return Expression(kind: .ternary(condition, yes, no), location: start)
    }
  }

  /// From the weakest to the strongest. As in Python, comparisons bind weaker than the bit operators, and `not` binds
  /// weaker than comparisons.
  private enum Level: Int, Comparable {
    case or, and, not, comparison, bitOr, bitXor, bitAnd, shift, sum, product, unary

    static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }

    var next: Level { Level(rawValue: rawValue + 1) ?? .unary }
  }

  private static let operators: [Token.Symbol: (BinaryOperator, Level)] = [
    .less: (.less, .comparison), .lessOrEqual: (.lessOrEqual, .comparison), .greater: (.greater, .comparison),
    .greaterOrEqual: (.greaterOrEqual, .comparison), .equal: (.equal, .comparison), .notEqual: (.notEqual, .comparison),
    .or: (.bitOr, .bitOr), .xor: (.bitXor, .bitXor), .and: (.bitAnd, .bitAnd), .shiftLeft: (.shiftLeft, .shift),
    .shiftRight: (.shiftRight, .shift), .plus: (.add, .sum), .minus: (.subtract, .sum), .times: (.multiply, .product),
    .divide: (.divide, .product), .modulo: (.modulo, .product),
  ]

  private var binaryOperator: (BinaryOperator, Level)? {
    switch token.kind {
    case .name("or"): (.or, .or)
    case .name("and"): (.and, .and)
    case .symbol(let symbol): Self.operators[symbol]
    default: nil
    }
  }

  /// An operand with the operators behind it that bind at least as tightly as `level`.
  private mutating func binary(_ level: Level) throws(Diagnostic) -> Expression {
    let start = here
    var left: Expression
    if level <= .not, takesNot {
      advance()
      let operand = try nested { parser throws(Diagnostic) in try parser.binary(.not) }
      left = Expression(kind: .unary(.not, operand), location: start)
    } else {
      left = try unary()
    }
    while let (op, found) = binaryOperator, found >= level {
      advance()
      let right = try binary(found.next)
      left = Expression(kind: .binary(op, left, right), location: start)
      if found == .comparison, binaryOperator?.1 == .comparison {
        throw Diagnostic(at: here, "comparisons cannot be chained; join them with 'and'")
      }
    }
    return left
  }

  /// Whether an operand follows a `not`, which could be a field's name otherwise.
  var takesNot: Bool {
    guard token.kind == .name("not") else { return false }
    switch tokens[min(position + 1, tokens.count - 1)].kind {
    case .integer, .float, .string, .name: return true
    case .symbol(let symbol):
      return [.openParenthesis, .openBracket, .scope, .minus, .plus, .complement, .openString].contains(symbol)
    case .text, .end: return false
    }
  }

  private mutating func unary() throws(Diagnostic) -> Expression {
    let start = here
    if take(.plus) { return try nested { parser throws(Diagnostic) in try parser.unary() } }
    let op: UnaryOperator
    if take(.minus) {
      op = .minus
    } else if take(.complement) {
      op = .complement
    } else {
      return try postfix()
    }
    let operand = try nested { parser throws(Diagnostic) in try parser.unary() }
    switch (op, operand.kind) {
    // A negative number is a number.
    case (.minus, .integer(let value)) where value > 0: return Expression(kind: .integer(-value), location: start)
    case (.minus, .float(let value)) where value.sign == .plus: return Expression(kind: .float(-value), location: start)
    default: return Expression(kind: .unary(op, operand), location: start)
    }
  }

  private mutating func postfix() throws(Diagnostic) -> Expression {
    var base = try primary()
    while true {
      let start = here
      if take(.dot) {
        base = try member(of: base)
      } else if take(.openBracket) {
        let index = try expression()
        try expect(.closeBracket)
        base = Expression(kind: .index(base, index), location: start)
      } else {
        return base
      }
    }
  }

  private mutating func member(of base: Expression) throws(Diagnostic) -> Expression {
    let start = here
    let name = try name("a name after '.'")
    if name == "as", take(.less) {
      let type = try typeName(takesArguments: false)
      try expect(.greater)
      return Expression(kind: .cast(base, type), location: start)
    }
    let arguments = token.kind == .symbol(.openParenthesis) ? try self.arguments() : nil
    return Expression(kind: .member(base, name, arguments: arguments), location: start)
  }

  mutating func arguments() throws(Diagnostic) -> [Expression] {
    try expect(.openParenthesis)
    return try list(until: .closeParenthesis)
  }

  /// Values with commas between them; one may follow the last.
  mutating func list(until close: Token.Symbol) throws(Diagnostic) -> [Expression] {
    var elements: [Expression] = []
    while !take(close) {
      elements.append(try expression())
      guard take(.comma) else {
        try expect(close)
        break
      }
    }
    return elements
  }
}
