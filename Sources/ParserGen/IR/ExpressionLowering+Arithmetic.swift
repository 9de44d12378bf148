// Operators and conversions: which integer type a result is computed in.
extension ExpressionLowering {
  // MARK: Conversions

  func convert(_ value: ProgramExpression, to width: IntegerWidth) -> ProgramExpression {
    guard let own = value.width, let range = value.range else { return value }
    if value.isLiteral, width.range.contains(range) {
      return ProgramExpression(value.kind, .integer(width), range: range, canThrow: false)
    }
    if own == width { return value }
    let isChecked = !width.range.contains(range)
    return ProgramExpression(
      .integerConversion(value, width, isChecked: isChecked), .integer(width),
      range: isChecked ? width.range : range, canThrow: value.canThrow || isChecked)
  }

  func convert(_ value: ProgramExpression, from: DataType, to: DataType) -> ProgramExpression {
    let value = array(value)
    func made(_ kind: ProgramExpression.Kind, canThrow: Bool = false) -> ProgramExpression {
      ProgramExpression(kind, Representation(to), range: to.range, canThrow: canThrow || value.canThrow)
    }
    switch (to, from) {
    case (.integer(let range), .integer):
      // A cast or an enum may say less than is known of the value; what does not fit is an error.
      return convert(value, to: IntegerWidth(holding: range))
    case (.float, .integer): return made(.floatConversion(value))
    case (.integer, .float):
      return convert(made(.call(.floatInteger, [value]), canThrow: true), from: .integer(.int64), to: to)
    case (.enumeration(let spec, _), .integer):
      return made(.enumeration(value, spec))
    case (.array(.enumeration(let spec, _)), .array(.integer)): return made(.enumerationList(value, spec))
    case (.array(.enumeration(let spec, _)), .bytes): return made(.enumerationList(value, spec))
    case (.bytes, .array(.integer)): return made(.listToBytes(value), canThrow: true)
    case (.array(.integer(let range)), .bytes): return made(.bytesToList(value, IntegerWidth(holding: range)))
    case (.array(.integer(let range)), .array(.integer(let own))):
      let width = IntegerWidth(holding: range)
      if IntegerWidth(holding: own) == width { return value }
      // A wider type holds all elements, as it does those of bytes.
      return width.range.contains(own)
        ? made(.bytesToList(value, width)) : made(.listConversion(value, width), canThrow: true)
    case (.anyObject, .choice): return made(.choiceObject(value))
    default: return value
    }
  }

  // MARK: Operators

  func unary(_ op: UnaryOperator, _ operand: ResolvedExpression, _ e: ResolvedExpression) -> ProgramExpression {
    let value = lower(operand)
    let plain = Representation(e.type)
    switch op {
    case .not:
      if case .boolean(let known) = value.kind { return boolean(!known) }
      return ProgramExpression(.not(value), plain, canThrow: value.canThrow)
    case .minus:
      guard case .integer = operand.type else {
        return ProgramExpression(.negated(value), plain, canThrow: value.canThrow)
      }
      return arithmetic(.subtract, literal(0), value)
    case .complement:
      guard let range = value.range, !IntegerRange.int64.contains(range) else {
        let wide = convert(value, to: .s64)
        return ProgramExpression(.complement(wide), .integer(.s64), range: e.type.range, canThrow: wide.canThrow)
      }
      let wide = convert(value, to: .s128)
      let result = ProgramExpression(
        .complement(wide), .integer(.s128), range: IntegerRange(lower: ~range.upper, upper: ~range.lower),
        canThrow: wide.canThrow)
      return convert(result, to: .s64)
    }
  }

  /// Operators of one level stand in a chain to the left, which may be thousands long.
  func chain(_ e: ResolvedExpression) -> ProgramExpression {
    var operations: [ResolvedExpression] = []
    var leftmost = e
    while case .binary(_, let left, _) = leftmost.kind {
      operations.append(leftmost)
      leftmost = left
    }
    var (result, type) = (lower(leftmost), leftmost.type)
    for operation in operations.reversed() {
      guard case .binary(let op, _, let right) = operation.kind else { continue }
      result = binary(op, result, type, lower(right), right.type, operation)
      type = operation.type
    }
    return result
  }

  private func binary(
    _ op: BinaryOperator, _ left: ProgramExpression, _ leftType: DataType, _ right: ProgramExpression,
    _ rightType: DataType, _ e: ResolvedExpression
  ) -> ProgramExpression {
    func made(_ kind: ProgramExpression.Kind, canThrow: Bool = false) -> ProgramExpression {
      ProgramExpression(
        kind, Representation(e.type), range: e.type.range, canThrow: canThrow || left.canThrow || right.canThrow)
    }
    if op == .and || op == .or { return logical(isAnd: op == .and, left, right) }
    if op.isComparison { return compare(op, left, leftType, right, rightType) }
    switch (leftType, rightType) {
    case (.integer, .integer): return arithmetic(op, left, right)
    case (.string, .string): return made(.joined([left, right]))
    default:
      let (x, y) = (convert(left, from: leftType, to: .float), convert(right, from: rightType, to: .float))
      if op == .modulo { return made(.call(.floatModulo, [x, y]), canThrow: true) }
      return made(.arithmetic(op, x, y))
    }
  }

  func boolean(_ value: Bool) -> ProgramExpression { ProgramExpression(.boolean(value), .boolean, canThrow: false) }

  /// The right side is not evaluated where the left decides, and may fail then.
  func logical(isAnd: Bool, _ left: ProgramExpression, _ right: ProgramExpression) -> ProgramExpression {
    if case .boolean(let known) = left.kind { return known == isAnd ? right : left }
    return ProgramExpression(.logical(isAnd: isAnd, left, right), .boolean, canThrow: left.canThrow || right.canThrow)
  }

  /// What a comparison of integers comes to, where that follows from their ranges.
  private func decided(_ op: BinaryOperator, _ left: ProgramExpression, _ right: ProgramExpression) -> Bool? {
    guard !left.canThrow, !right.canThrow, let a = left.range, let b = right.range else { return nil }
    switch op {
    case .less: return a.upper < b.lower ? true : a.lower >= b.upper ? false : nil
    case .lessOrEqual: return a.upper <= b.lower ? true : a.lower > b.upper ? false : nil
    case .greater: return a.lower > b.upper ? true : a.upper <= b.lower ? false : nil
    case .greaterOrEqual: return a.lower >= b.upper ? true : a.upper < b.lower ? false : nil
    case .equal, .notEqual:
      if a.upper < b.lower || b.upper < a.lower { return op == .notEqual }
      return a.constant != nil && a == b ? op == .equal : nil
    default: return nil
    }
  }

  func compare(
    _ op: BinaryOperator, _ left: ProgramExpression, _ leftType: DataType, _ right: ProgramExpression,
    _ rightType: DataType
  ) -> ProgramExpression {
    func made(
      _ how: ProgramExpression.Comparison, _ x: ProgramExpression, _ y: ProgramExpression
    ) -> ProgramExpression {
      ProgramExpression(.comparison(op, how, x, y), .boolean, canThrow: x.canThrow || y.canThrow)
    }
    switch (leftType, rightType) {
    case (.integer, .integer):
      if let known = decided(op, left, right) { return boolean(known) }
      let ranges = [left.range, right.range].compactMap(\.self)
      // Numbers of one width, and a number with a literal that it can be, are compared as they are.
      let own = (left.isLiteral ? nil : left.width) ?? right.width
      let isSame = left.isLiteral || right.isLiteral || left.width == right.width
      let width =
        own.flatMap { own in
          isSame && ranges.allSatisfy(own.range.contains) ? own : nil
        } ?? .wide(ranges)
      return made(.plain, convert(left, to: width), convert(right, to: width))
    case (.float, _), (_, .float):
      return made(.plain, convert(left, from: leftType, to: .float), convert(right, from: rightType, to: .float))
    case (.string, .string): return made(.text, left, right)
    case (.bytes, .bytes) where left.isStoredInline || right.isStoredInline:
      return storedBytes(op, left, right)
    case (.bytes, .bytes): return made(op == .equal || op == .notEqual ? .plain : .bytes, left, right)
    case (.bytes, .array), (.array, .bytes), (.array(.integer), .array(.integer)):
      let wide = DataType.array(.integer(.int64))
      return made(.plain, convert(left, from: leftType, to: wide), convert(right, from: rightType, to: wide))
    case (.object, _), (.anyObject, _): return made(.identity, left, right)
    default: return made(.plain, left, right)
    }
  }

  /// What constants come to; nil where that fits into no 64 bits, or is no number.
  private func folded(_ op: BinaryOperator, _ a: Int128, _ b: Int128) -> Int128? {
    let value: Int128
    switch op {
    case .add: value = a + b
    case .subtract: value = a - b
    case .multiply: value = a.multipliedReportingOverflow(by: b).overflow ? .max : a * b
    case .divide:
      guard b != 0 else { return nil }
      value = a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0)
    case .modulo:
      guard b != 0 else { return nil }
      value = a % b + (a % b != 0 && (a < 0) != (b < 0) ? b : 0)
    case .shiftLeft, .shiftRight:
      guard (0..<64).contains(b) else { return nil }
      value = op == .shiftLeft ? a << b : a >> b
    case .bitAnd: value = a & b
    case .bitOr: value = a | b
    case .bitXor: value = a ^ b
    default: return nil
    }
    return IntegerRange.int64.union(.uint64).contains(IntegerRange(lower: value, upper: value)) ? value : nil
  }

  private func arithmetic(
    _ op: BinaryOperator, _ left: ProgramExpression, _ right: ProgramExpression
  ) -> ProgramExpression {
    guard let a = left.range, let b = right.range else { return left }
    let result = IntegerRange.result(op, a, b)
    if left.isLiteral, right.isLiteral, let x = a.constant, let y = b.constant, let value = folded(op, x, y) {
      return literal(value)
    }
    let isProven = result.map { $0 == $0.bounded } ?? false
    let canThrow = left.canThrow || right.canThrow
    let isPlain: Bool
    switch op {
    case .shiftLeft, .shiftRight: isPlain = isProven && b.constant != nil
    case .divide, .modulo: isPlain = isProven && a.lower >= 0 && b.lower > 0
    default: isPlain = isProven
    }
    guard isPlain else {
      let wide = ProgramExpression(
        .checkedArithmetic(op, convert(left, to: .s128), convert(right, to: .s128)), .integer(.s128),
        range: IntegerWidth.s128.range, canThrow: true)
      // What a result can be is known even where it has to be checked.
      return convert(wide, to: IntegerWidth.wide([(result ?? .int64).bounded]))
    }
    let width = IntegerWidth.wide([a, b, result].compactMap(\.self))
    return ProgramExpression(
      .arithmetic(op, convert(left, to: width), convert(right, to: width)), .integer(width), range: result,
      canThrow: canThrow)
  }
}
