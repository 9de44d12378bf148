/// The values that an integer expression can have. Where the range of a result is known to fit, generated code
/// needs no check for overflow; where it is not, the code checks.
struct IntegerRange: Equatable {
  var lower: Int128
  var upper: Int128

  static let int64 = IntegerRange(lower: Int128(Int64.min), upper: Int128(Int64.max))
  static let uint64 = IntegerRange(lower: 0, upper: Int128(UInt64.max))

  init(lower: Int128, upper: Int128) {
    self.lower = lower
    self.upper = upper
  }

  /// Of an integer of `bytes` bytes.
  init(bytes: Int, isSigned: Bool) {
    let values = Int128(1) << (bytes * 8)
    self.init(lower: isSigned ? -(values / 2) : 0, upper: isSigned ? values / 2 - 1 : values - 1)
  }

  /// The value, if there is only one.
  var constant: Int128? { lower == upper ? lower : nil }

  func contains(_ other: IntegerRange) -> Bool { lower <= other.lower && other.upper <= upper }

  func union(_ other: IntegerRange) -> IntegerRange {
    IntegerRange(lower: min(lower, other.lower), upper: max(upper, other.upper))
  }

  /// What is left once a check has thrown out all that fits into no 64-bit type.
  var clipped: IntegerRange {
    if IntegerRange.int64.contains(self) || IntegerRange.uint64.contains(self) { return self }
    let limit = lower < 0 ? IntegerRange.int64 : .uint64
    return IntegerRange(lower: max(lower, limit.lower), upper: min(max(upper, limit.lower), limit.upper))
  }

  /// The range, where each value fits into a signed or an unsigned 64-bit type; else what a check to one of them leaves.
  var bounded: IntegerRange {
    IntegerRange.int64.union(.uint64).contains(self) ? self : clipped
  }

  /// The range of an operator's result before clipping; nil where nothing is known.
  static func result(_ op: BinaryOperator, _ a: IntegerRange, _ b: IntegerRange) -> IntegerRange? {
    let notNegative = a.lower >= 0 && b.lower >= 0
    switch op {
    case .add: return IntegerRange(lower: a.lower + b.lower, upper: a.upper + b.upper)
    case .subtract: return IntegerRange(lower: a.lower - b.upper, upper: a.upper - b.lower)
    case .multiply:
      let products = [a.lower, a.upper].flatMap { x in [b.lower, b.upper].map { x.multipliedReportingOverflow(by: $0) }
      }
      guard !products.contains(where: \.overflow) else { return nil }
      let values = products.map(\.partialValue)
      return values.min().flatMap { low in values.max().map { IntegerRange(lower: low, upper: $0) } }
    case .divide:
      guard b.lower > 0 else { return nil }
      // Floor division moves towards negative infinity, so a negative result may be one lower than the quotient.
      let lower = a.lower >= 0 ? a.lower / b.upper : a.lower / b.lower - 1
      return IntegerRange(lower: lower, upper: a.upper >= 0 ? a.upper / b.lower : 0)
    case .modulo: return b.lower > 0 ? IntegerRange(lower: 0, upper: b.upper - 1) : nil
    case .bitAnd:
      // The result has no bit that the operand which is not negative lacks.
      if a.lower >= 0 { return IntegerRange(lower: 0, upper: b.lower >= 0 ? min(a.upper, b.upper) : a.upper) }
      return b.lower >= 0 ? IntegerRange(lower: 0, upper: b.upper) : int64
    case .bitOr, .bitXor:
      return notNegative ? IntegerRange(lower: 0, upper: allOnes(covering: max(a.upper, b.upper))) : int64
    case .shiftLeft:
      guard let count = b.constant, (0..<64).contains(count) else { return nil }
      return result(.multiply, a, IntegerRange(lower: 1 << count, upper: 1 << count))
    case .shiftRight:
      guard let count = b.constant, (0..<64).contains(count) else { return a.union(IntegerRange(lower: 0, upper: 0)) }
      return IntegerRange(lower: a.lower >> count, upper: a.upper >> count)
    default: return nil
    }
  }

  private static func allOnes(covering value: Int128) -> Int128 {
    var ones: Int128 = 0
    while ones < value { ones = ones << 1 | 1 }
    return ones
  }
}
