// The types of operators: what they can be applied to, and what comes of it.
extension ExpressionChecker {
  func unary(
    _ op: UnaryOperator, _ operand: TypedExpression, _ location: SourceLocation
  ) throws(Diagnostic) -> TypedExpression {
    func made(_ type: ValueType) -> TypedExpression { TypedExpression(.unary(op, operand), type, at: location) }
    switch (op, operand.type) {
    case (_, .unknown): return TypedExpression(.invalid, .unknown, at: location)
    case (.not, .boolean): return made(.boolean)
    case (.minus, .float): return made(.float)
    case (.minus, .integer(let range)):
      let result = IntegerRange(lower: -range.upper, upper: -range.lower)
      // A literal's sign belongs to the literal.
      if let value = result.constant { return TypedExpression(.integer(value), .integer(result), at: location) }
      return made(.integer(result.clipped))
    case (.complement, .integer(let range)):
      return made(.integer(IntegerRange(lower: ~range.upper, upper: ~range.lower).clipped))
    default: throw Diagnostic(at: location, "'\(op.rawValue)' cannot be applied to \(operand.type.name)")
    }
  }

  func binary(
    _ op: BinaryOperator, _ left: TypedExpression, _ right: TypedExpression, _ location: SourceLocation
  ) throws(Diagnostic) -> TypedExpression {
    func made(_ type: ValueType) -> TypedExpression { TypedExpression(.binary(op, left, right), type, at: location) }
    if left.type.isUnknown || right.type.isUnknown {
      return TypedExpression(.invalid, op.isComparison ? .boolean : .unknown, at: location)
    }
    switch (op, left.type, right.type) {
    case (.and, .boolean, .boolean), (.or, .boolean, .boolean): return made(.boolean)
    case (.equal, _, _), (.notEqual, _, _):
      if left.type.isComparable(with: right.type) { return made(.boolean) }
    case (_, .integer, .integer) where op.isComparison, (_, .string, .string) where op.isComparison,
      (_, .bytes, .bytes) where op.isComparison:
      return made(.boolean)
    case (_, .float, .float) where op.isComparison, (_, .float, .integer) where op.isComparison,
      (_, .integer, .float) where op.isComparison:
      return made(.boolean)
    case (.add, .string, .string): return made(.string)
    case (.add, .float, .float), (.add, .float, .integer), (.add, .integer, .float), (.subtract, .float, .float),
      (.subtract, .float, .integer), (.subtract, .integer, .float), (.multiply, .float, .float),
      (.multiply, .float, .integer), (.multiply, .integer, .float), (.divide, .float, .float),
      (.divide, .float, .integer), (.divide, .integer, .float):
      return made(.float)
    case (.and, _, _), (.or, _, _): break
    case (_, .integer(let a), .integer(let b)) where !op.isComparison:
      let isDivision = op == .divide || op == .modulo
      if isDivision, b.constant == 0 { throw Diagnostic(at: right.location, "division by zero") }
      if op == .shiftLeft || op == .shiftRight, let count = b.constant, !(0..<64).contains(count) {
        throw Diagnostic(at: right.location, "a shift is by 0 to 63 bits, not by \(count)")
      }
      let range = IntegerRange.result(op, a, b) ?? .int64
      return made(.integer(range.clipped))
    default: break
    }
    throw Diagnostic(
      at: location, "'\(op.rawValue)' cannot be applied to \(left.type.name) and \(right.type.name)")
  }
}

extension ValueType {
  /// Whether `==` means something between the two.
  func isComparable(with other: ValueType) -> Bool {
    switch (self, other) {
    case (.user, _), (.choice, _), (.stream, _), (.array, _): false
    case (.integer, .float): true
    default: accepts(other)
    }
  }

  /// Whether there is a least and a greatest among several.
  var isOrdered: Bool {
    switch self {
    case .integer, .float, .string: true
    default: false
    }
  }
}
