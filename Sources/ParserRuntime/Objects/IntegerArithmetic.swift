/// Integer arithmetic of descriptions where Swift's operators would trap or mean something else. Errors tell division
/// by zero and overflow apart, as Kaitai's targets do.
public enum Integer {
  /// The quotient rounded towards negative infinity.
  public static func floorDivide<I: FixedWidthInteger>(_ dividend: I, _ divisor: I) throws(ParseError) -> I {
    guard divisor != 0 else { throw ParseError(.divisionByZero, field: "", offset: 0) }
    let (quotient, overflow) = dividend.dividedReportingOverflow(by: divisor)
    guard !overflow else { throw ParseError(.overflow, field: "", offset: 0) }
    return dividend % divisor != 0 && (dividend < 0) != (divisor < 0) ? quotient - 1 : quotient
  }

  /// The remainder of `floorDivide`: it has the sign of the divisor, so it is never negative for a positive one.
  public static func floorModulo<I: FixedWidthInteger>(_ dividend: I, _ divisor: I) throws(ParseError) -> I {
    guard divisor != 0 else { throw ParseError(.divisionByZero, field: "", offset: 0) }
    // Of the smallest number and -1 the remainder is 0, though the quotient does not fit.
    let rest = dividend.remainderReportingOverflow(dividingBy: divisor).partialValue
    return rest != 0 && (rest < 0) != (divisor < 0) ? rest + divisor : rest
  }

  /// An integer of any width as a position, size or count of a stream. What does not fit becomes the largest or the
  /// smallest `Int`, which no stream has, so that using it is the error of a stream that is too short.
  public static func clamped(_ value: some BinaryInteger) -> Int { Int(clamping: value) }
}
