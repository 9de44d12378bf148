// What operators apply to.
extension ExpressionParser {
  mutating func primary() throws(Diagnostic) -> Expression {
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

  mutating func interpolation() throws(Diagnostic) -> [Expression] {
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

  mutating func typeName(takesArguments: Bool) throws(Diagnostic) -> TypeName {
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
