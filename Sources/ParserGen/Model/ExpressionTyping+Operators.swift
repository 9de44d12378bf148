// What operators and methods can be applied to, and what comes of it.
extension ExpressionTyping {
  func unary(
    _ op: UnaryOperator, _ operand: ResolvedExpression, _ location: SourceLocation
  ) throws(Diagnostic) -> ResolvedExpression {
    func made(_ type: DataType) -> ResolvedExpression { ResolvedExpression(.unary(op, operand), type, at: location) }
    switch (op, operand.type) {
    case (_, .unknown): return .invalid(at: location)
    case (.not, .boolean): return made(.boolean)
    case (.minus, .float): return made(.float)
    case (.minus, .integer(let range)):
      let result = IntegerRange(lower: -range.upper, upper: -range.lower)
      // A literal's sign belongs to the literal.
      if let value = result.constant { return ResolvedExpression(.integer(value), .integer(result), at: location) }
      return made(.integer(result.bounded))
    case (.complement, .integer(let range)):
      return made(.integer(IntegerRange(lower: ~range.upper, upper: ~range.lower).clipped))
    default: throw Diagnostic(at: location, "'\(op.rawValue)' cannot be applied to \(operand.type.name)")
    }
  }

  func binary(
    _ op: BinaryOperator, _ left: ResolvedExpression, _ right: ResolvedExpression, _ location: SourceLocation
  ) throws(Diagnostic) -> ResolvedExpression {
    func made(_ type: DataType) -> ResolvedExpression {
      ResolvedExpression(.binary(op, left, right), type, at: location)
    }
    if left.type.isUnknown || right.type.isUnknown {
      return ResolvedExpression(.invalid, op.isComparison ? .boolean : .unknown, at: location)
    }
    switch (op, left.type, right.type) {
    case (.and, .boolean, .boolean), (.or, .boolean, .boolean): return made(.boolean)
    case (.and, _, _), (.or, _, _): break
    case (.equal, _, _), (.notEqual, _, _):
      if left.type.isComparable(with: right.type) { return made(.boolean) }
    case (_, .integer, .integer) where op.isComparison, (_, .string, .string) where op.isComparison,
      (_, .bytes, .bytes) where op.isComparison, (_, .bytes, .array(.integer)) where op.isComparison,
      (_, .array(.integer), .bytes) where op.isComparison:
      return made(.boolean)
    case (_, .float, .float) where op.isComparison, (_, .float, .integer) where op.isComparison,
      (_, .integer, .float) where op.isComparison:
      return made(.boolean)
    case (.add, .string, .string): return made(.string)
    case (.add, .float, .float), (.add, .float, .integer), (.add, .integer, .float), (.subtract, .float, .float),
      (.subtract, .float, .integer), (.subtract, .integer, .float), (.multiply, .float, .float),
      (.multiply, .float, .integer), (.multiply, .integer, .float), (.divide, .float, .float),
      (.divide, .float, .integer), (.divide, .integer, .float), (.modulo, .float, .float),
      (.modulo, .float, .integer), (.modulo, .integer, .float):
      return made(.float)
    case (_, .integer(let a), .integer(let b)) where !op.isComparison:
      if op == .divide || op == .modulo, b.constant == 0 { throw Diagnostic(at: right.location, "division by zero") }
      if op == .shiftLeft || op == .shiftRight, let count = b.constant, !(0..<64).contains(count) {
        throw Diagnostic(at: right.location, "a shift is by 0 to 63 bits, not by \(count)")
      }
      let range = IntegerRange.result(op, a, b) ?? .int64
      return made(.integer(range.bounded))
    default: break
    }
    throw Diagnostic(at: location, "'\(op.rawValue)' cannot be applied to \(left.type.name) and \(right.type.name)")
  }

  func method(
    _ name: String, of base: ResolvedExpression, _ arguments: [ResolvedExpression]
  ) throws(Diagnostic) -> (ResolvedExpression.Method, DataType)? {
    let length = DataType.integer(IntegerRange(lower: 0, upper: Int128(Int32.max)))
    let byte = DataType.integer(IntegerRange(bytes: 1, isSigned: false))
    let integers = arguments.allSatisfy { DataType.integer(.int64).accepts($0.type) }
    switch (base.type, name, arguments.count) {
    case (.integer, "to_s", 0): return (.integerText, .string)
    case (.integer(let range), "to_i", 0): return (.integerInteger, .integer(range))
    case (.float, "to_i", 0): return (.floatInteger, .integer(.int64))
    case (.float, "to_s", 0): return (.floatText, .string)
    case (.boolean, "to_i", 0): return (.booleanInteger, .integer(IntegerRange(lower: 0, upper: 1)))
    case (.boolean, "to_s", 0): return (.booleanText, .string)
    case (.enumeration(_, let range), "to_i", 0): return (.enumInteger, .integer(range))
    case (.string, "length", 0): return (.stringLength, length)
    case (.string, "reverse", 0): return (.stringReverse, .string)
    case (.string, "substring", 2) where integers: return (.stringSubstring, .string)
    case (.string, "to_i", 0): return (.stringInteger, .integer(.int64))
    case (.string, "to_i", 1) where integers: return (.stringInteger, .integer(.int64))
    case (.bytes, "length", 0), (.bytes, "size", 0): return (.bytesLength, length)
    case (.bytes, "to_s", 1):
      guard case .string(let encoding) = arguments[0].kind else {
        throw Diagnostic(at: arguments[0].location, "the name of an encoding is a string literal")
      }
      return (.bytesText(encoding), .string)
    case (.bytes, "first", 0): return (.bytesFirst, byte)
    case (.bytes, "last", 0): return (.bytesLast, byte)
    case (.bytes, "min", 0): return (.bytesMinimum, byte)
    case (.bytes, "max", 0): return (.bytesMaximum, byte)
    case (.array(let element), "first", 0): return (.arrayFirst, element)
    case (.array(let element), "last", 0): return (.arrayLast, element)
    case (.array, "size", 0), (.array, "length", 0): return (.arraySize, length)
    case (.array(let element), "min", 0) where element.isOrdered: return (.arrayMinimum, element)
    case (.array(let element), "max", 0) where element.isOrdered: return (.arrayMaximum, element)
    default: return nil
    }
  }

  func methodHint(_ type: DataType, _ name: String) -> String {
    let known: [String] =
      switch type {
      case .integer: ["to_s", "to_i"]
      case .float, .boolean: ["to_i", "to_s"]
      case .enumeration: ["to_i"]
      case .string: ["length", "reverse", "substring(from, to)", "to_i", "to_i(radix)"]
      case .bytes: ["length", "to_s(encoding)", "first", "last", "min", "max"]
      case .array: ["first", "last", "size", "min", "max"]
      case .stream: ["pos", "size", "eof"]
      default: []
      }
    guard !known.isEmpty else { return "" }
    let near = suggestion(for: name, among: known.map { String($0.prefix { $0 != "(" }) })
    return near.isEmpty ? "; it has \(known.joined(separator: ", "))" : near
  }
}
