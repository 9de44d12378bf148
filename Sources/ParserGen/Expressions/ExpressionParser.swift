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

  private init(_ text: String, at node: YAMLNode) throws(Diagnostic) {
    places = node.places
    do throws(ExpressionLexer.Failure) {
      tokens = try ExpressionLexer.tokens(of: text)
    } catch {
      throw Diagnostic(at: places[error.offset], error.message)
    }
  }

  // MARK: Tokens

  private var token: Token { tokens[position] }
  private var here: SourceLocation { places[token.offset] }

  private mutating func advance() { position = min(position + 1, tokens.count - 1) }

  private mutating func take(_ symbol: Token.Symbol) -> Bool {
    guard token.kind == .symbol(symbol) else { return false }
    advance()
    return true
  }

  private mutating func takeWord(_ word: String) -> Bool {
    guard token.kind == .name(word) else { return false }
    advance()
    return true
  }

  private mutating func expect(_ symbol: Token.Symbol) throws(Diagnostic) {
    guard take(symbol) else { throw unexpected("'\(symbol.rawValue)'") }
  }

  private mutating func name(_ wanted: String) throws(Diagnostic) -> String {
    guard case .name(let name) = token.kind else { throw unexpected(wanted) }
    advance()
    return name
  }

  private func expectEnd() throws(Diagnostic) {
    guard token.kind == .end else { throw unexpected("the end of the expression") }
  }

  private func unexpected(_ wanted: String) -> Diagnostic {
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

  private mutating func expression() throws(Diagnostic) -> Expression {
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
  private var takesNot: Bool {
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

  private mutating func arguments() throws(Diagnostic) -> [Expression] {
    try expect(.openParenthesis)
    return try list(until: .closeParenthesis)
  }

  /// Values with commas between them; one may follow the last.
  private mutating func list(until close: Token.Symbol) throws(Diagnostic) -> [Expression] {
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

  // MARK: Operands

  private mutating func primary() throws(Diagnostic) -> Expression {
    let start = here
    func made(_ kind: Expression.Kind) -> Expression { Expression(kind: kind, location: start) }
    switch token.kind {
    case .integer(let value):
      advance()
      return made(.integer(value))
    case .float(let value):
      advance()
      return made(.float(value))
    case .string(let first):
      advance()
      var text = first
      while case .string(let more) = token.kind {
        text += more
        advance()
      }
      return made(.string(text))
    case .symbol(.openParenthesis):
      advance()
      let inner = try expression()
      try expect(.closeParenthesis)
      return inner
    case .symbol(.openBracket):
      advance()
      return made(.array(try list(until: .closeBracket)))
    case .symbol(.openString):
      advance()
      return made(.interpolated(try interpolation()))
    case .symbol(.scope):
      advance()
      let first = try name("a name after '::'")
      guard take(.scope) else { throw unexpected("'::' and the name of an enum's member") }
      return try enumMember(first, isAbsolute: true, at: start)
    case .name(let name):
      if takesNot { throw Diagnostic(at: start, "'not' binds weaker than what stands before it; use parentheses") }
      advance()
      if take(.scope) { return try enumMember(name, isAbsolute: false, at: start) }
      switch name {
      case "true": return made(.boolean(true))
      case "false": return made(.boolean(false))
      case "sizeof", "bitsizeof":
        guard take(.less) else { return made(.name(name)) }
        let type = try typeName(takesArguments: false)
        try expect(.greater)
        return made(.size(of: type, inBits: name == "bitsizeof"))
      default: return made(.name(name))
      }
    default: throw unexpected("a value")
    }
  }

  /// The names behind the first and its `::`.
  private mutating func enumMember(
    _ first: String, isAbsolute: Bool, at start: SourceLocation
  ) throws(Diagnostic) -> Expression {
    var parts = [first]
    repeat { parts.append(try name("a name after '::'")) } while take(.scope)
    let member = parts.removeLast()
    return Expression(kind: .enumMember(scope: parts, member: member, isAbsolute: isAbsolute), location: start)
  }

  private mutating func interpolation() throws(Diagnostic) -> [Expression] {
    var parts: [Expression] = []
    while !take(.closeString) {
      let start = here
      if case .text(let text) = token.kind {
        advance()
        parts.append(Expression(kind: .string(text), location: start))
      } else {
        try expect(.openBrace)
        parts.append(try expression())
        try expect(.closeBrace)
      }
    }
    return parts
  }

  private mutating func typeName(takesArguments: Bool) throws(Diagnostic) -> TypeName {
    let start = here
    let isAbsolute = take(.scope)
    var parts: [String] = []
    repeat { parts.append(try name("a type's name")) } while take(.scope)
    var dimensions = 0
    while take(.openBracket) {
      try expect(.closeBracket)
      dimensions += 1
    }
    let hasArguments = takesArguments && token.kind == .symbol(.openParenthesis)
    let arguments = hasArguments ? try self.arguments() : []
    let name = parts.removeLast()
    return TypeName(
      scope: parts, name: name, isAbsolute: isAbsolute, arguments: arguments, dimensions: dimensions, location: start)
  }
}
