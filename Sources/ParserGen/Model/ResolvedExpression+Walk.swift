extension ResolvedExpression {
  /// The direct parts.
  var parts: [ResolvedExpression] {
    switch kind {
    case .array(let elements), .interpolated(let elements): elements
    case .parentOf(let base), .rootOf(let base), .stream(let base), .member(let base, _), .streamPosition(let base),
      .streamSize(let base), .streamIsAtEnd(let base), .unary(_, let base), .cast(let base):
      [base]
    case .binary(_, let left, let right), .subscripted(let left, let right): [left, right]
    case .ternary(let condition, let yes, let no): [condition, yes, no]
    case .call(_, let base, let arguments): [base] + arguments
    default: []
    }
  }

  /// Calls `visit` with this and all parts of it, however deep they are nested.
  func walk(_ visit: (ResolvedExpression) -> Void) {
    var rest = [self]
    while let next = rest.popLast() {
      visit(next)
      rest += next.parts.reversed()
    }
  }
}
