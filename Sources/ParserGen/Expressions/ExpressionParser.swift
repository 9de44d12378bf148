/// Parses expressions by precedence climbing, with the operators and precedences of Kaitai's language.
struct ExpressionParser {
  /// Nesting beyond this is refused, so that no description exhausts the stack.
  static let maximumDepth = 100
  static let maximumTokens = 2000

  private let tokens: [Token]
  private let node: YAMLNode
  private var position = 0
  private var depth = 0

  /// Parses the text of a scalar as an expression.
  static func expression(_ text: String, at node: YAMLNode) throws(Diagnostic) -> Expression {
    var parser = try ExpressionParser(text, at: node)
    let result = try parser.ternary()
    try parser.expectEnd()
    return result
  }

  /// Parses the text of a `type` key.
  static func typeName(_ text: String, at node: YAMLNode) throws(Diagnostic) -> TypeName {
    var parser = try ExpressionParser(text, at: node)
    let result = try parser.typeName()
    try parser.expectEnd()
    return result
  }

  /// Parses the text of a `process` key: `name`, `name(arguments)`, `package.name(arguments)`.
  static func process(_ text: String, at node: YAMLNode) throws(Diagnostic) -> ProcessSpec {
    var parser = try ExpressionParser(text, at: node)
    let start = parser.here
    var name: [String] = []
    repeat { name.append(try parser.anyName("a processor's name")) } while parser.take(".")
    let arguments = parser.token.kind == .symbol("(") ? try parser.arguments() : []
    try parser.expectEnd()
    return ProcessSpec(name: name, arguments: arguments, location: start)
  }

  private init(_ text: String, at node: YAMLNode) throws(Diagnostic) {
    self.node = node
    do throws(ExpressionLexer.Failure) {
      tokens = try ExpressionLexer.tokens(of: text)
      guard tokens.count <= Self.maximumTokens else {
        throw ExpressionLexer.Failure(message: "the expression is too long", offset: 0)
      }
    } catch {
      throw Diagnostic(at: Self.location(of: error.offset, in: node), error.message)
    }
  }

  // MARK: Tokens

  private static func location(of offset: Int, in node: YAMLNode) -> SourceLocation {
    node.textOffset.map { node.location.moved(by: $0 + offset) } ?? node.location
  }

  private var token: Token { tokens[position] }
  private var here: SourceLocation { Self.location(of: token.offset, in: node) }

  private mutating func advance() { position = min(position + 1, tokens.count - 1) }

  private mutating func take(_ symbol: String) -> Bool {
    guard token.kind == .symbol(symbol) else { return false }
    advance()
    return true
  }

  private mutating func takeWord(_ word: String) -> Bool {
    guard token.kind == .name(word) else { return false }
    advance()
    return true
  }

  private mutating func expect(_ symbol: String) throws(Diagnostic) {
    guard take(symbol) else { throw unexpected("'\(symbol)'") }
  }

  private func expectEnd() throws(Diagnostic) {
    guard token.kind == .end else { throw unexpected("the end of the expression") }
  }

  private func unexpected(_ wanted: String) -> Diagnostic {
    let found =
      switch token.kind {
      case .end: "the expression ends"
      case .symbol(let text), .name(let text): "found '\(text)'"
      case .integer(let value): "found \(value)"
      case .float(let value): "found \(value)"
      case .string(let text): "found \"\(text)\""
      }
    return Diagnostic(at: here, "\(wanted) is expected, but \(found)")
  }

  // MARK: Grammar

  private mutating func ternary() throws(Diagnostic) -> Expression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else { throw Diagnostic(at: here, "the expression is nested too deeply") }
    let start = here
    let condition = try binary(level: 0)
    guard take("?") else { return condition }
    let yes = try ternary()
    try expect(":")
    let no = try ternary()
    return Expression(kind: .ternary(condition, yes, no), location: start)
  }

  /// From the weakest to the strongest. As in Python, comparisons bind weaker than the bit operators.
  private static let levels: [[BinaryOperator]] = [
    [.or], [.and], [.less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual], [.bitOr], [.bitXor],
    [.bitAnd], [.shiftLeft, .shiftRight], [.add, .subtract], [.multiply, .divide, .modulo],
  ]

  private mutating func binary(level: Int) throws(Diagnostic) -> Expression {
    guard level < Self.levels.count else { return try unary() }
    let start = here
    var left = try binary(level: level + 1)
    while let op = takeOperator(Self.levels[level]) {
      let right = try binary(level: level + 1)
      left = Expression(kind: .binary(op, left, right), location: start)
    }
    return left
  }

  private mutating func takeOperator(_ operators: [BinaryOperator]) -> BinaryOperator? {
    let text: String
    switch token.kind {
    case .symbol(let symbol): text = symbol
    case .name(let word) where word == "and" || word == "or": text = word
    default: return nil
    }
    guard let op = operators.first(where: { $0.rawValue == text }) else { return nil }
    advance()
    return op
  }

  private mutating func unary() throws(Diagnostic) -> Expression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else { throw Diagnostic(at: here, "the expression is nested too deeply") }
    let start = here
    if take("-") { return Expression(kind: .unary(.minus, try unary()), location: start) }
    if take("+") { return try unary() }
    if take("~") { return Expression(kind: .unary(.complement, try unary()), location: start) }
    if takeWord("not") {
      // 'not' binds weaker than comparisons and stronger than 'and': `not a == b` is `not (a == b)`.
      return Expression(kind: .unary(.not, try binary(level: 2)), location: start)
    }
    return try postfix()
  }

  private mutating func postfix() throws(Diagnostic) -> Expression {
    var base = try primary()
    while true {
      let start = here
      if take(".") {
        base = try member(of: base)
      } else if take("[") {
        let index = try ternary()
        try expect("]")
        base = Expression(kind: .index(base, index), location: start)
      } else {
        return base
      }
    }
  }

  private mutating func member(of base: Expression) throws(Diagnostic) -> Expression {
    let start = here
    guard case .name(let name) = token.kind else { throw unexpected("a name after '.'") }
    advance()
    if name == "as", take("<") {
      let type = try typeName()
      try expect(">")
      return Expression(kind: .cast(base, type), location: start)
    }
    let arguments = token.kind == .symbol("(") ? try self.arguments() : nil
    return Expression(kind: .member(base, name, arguments: arguments), location: start)
  }

  private mutating func arguments() throws(Diagnostic) -> [Expression] {
    try expect("(")
    return try list(until: ")")
  }

  private mutating func list(until close: String) throws(Diagnostic) -> [Expression] {
    var elements: [Expression] = []
    if take(close) { return elements }
    repeat { elements.append(try ternary()) } while take(",")
    try expect(close)
    return elements
  }

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
    case .symbol("("):
      advance()
      let inner = try ternary()
      try expect(")")
      return inner
    case .symbol("["):
      advance()
      return made(.array(try list(until: "]")))
    case .symbol("f-string"):
      throw Diagnostic(at: start, "interpolated strings are not supported yet")
    case .symbol("::"):
      advance()
      return try scoped([], isAbsolute: true, at: start)
    case .name(let name):
      advance()
      switch name {
      case "true": return made(.boolean(true))
      case "false": return made(.boolean(false))
      case "sizeof", "bitsizeof": throw Diagnostic(at: start, "'\(name)' is not supported yet")
      default: break
      }
      guard take("::") else { return made(.name(name)) }
      return try scoped([name], isAbsolute: false, at: start)
    default: throw unexpected("a value")
    }
  }

  private mutating func scoped(
    _ first: [String], isAbsolute: Bool, at start: SourceLocation
  ) throws(Diagnostic) -> Expression {
    var parts = first
    repeat { parts.append(try anyName("a name after '::'")) } while take("::")
    let member = parts.removeLast()
    return Expression(kind: .enumMember(scope: parts, member: member, isAbsolute: isAbsolute), location: start)
  }

  private mutating func anyName(_ wanted: String) throws(Diagnostic) -> String {
    guard case .name(let name) = token.kind else { throw unexpected(wanted) }
    advance()
    return name
  }

  private mutating func typeName() throws(Diagnostic) -> TypeName {
    let start = here
    let isAbsolute = take("::")
    var parts: [String] = []
    repeat { parts.append(try anyName("a type's name")) } while take("::")
    let arguments = token.kind == .symbol("(") ? try self.arguments() : []
    var dimensions = 0
    while take("[") {
      try expect("]")
      dimensions += 1
    }
    let name = parts.removeLast()
    return TypeName(
      scope: parts, name: name, isAbsolute: isAbsolute, arguments: arguments, dimensions: dimensions, location: start)
  }
}
