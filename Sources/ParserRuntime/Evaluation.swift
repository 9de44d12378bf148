// What expressions of a description compile to where Swift's own operators would trap or do not fit.

/// The value of an optional field that an expression needs.
@inlinable
public func required<Value>(_ value: Value?, _ field: StaticString) throws(ParseError) -> Value {
  guard let value else { throw ParseError(.missingField, field: field.description, offset: 0) }
  return value
}

/// Integer operators that throw where the result leaves the type's range.
public enum Checked {
  /// The sum.
  /// - Throws: `arithmetic` where it leaves the type.
  @inlinable
  public static func add<I: FixedWidthInteger>(_ a: I, _ b: I) throws(ParseError) -> I {
    try fit(a.addingReportingOverflow(b))
  }

  /// The difference.
  /// - Throws: `arithmetic` where it leaves the type.
  @inlinable
  public static func subtract<I: FixedWidthInteger>(_ a: I, _ b: I) throws(ParseError) -> I {
    try fit(a.subtractingReportingOverflow(b))
  }

  /// The product.
  /// - Throws: `arithmetic` where it leaves the type.
  @inlinable
  public static func multiply<I: FixedWidthInteger>(_ a: I, _ b: I) throws(ParseError) -> I {
    try fit(a.multipliedReportingOverflow(by: b))
  }

  /// Division that rounds towards negative infinity, as Kaitai's `/` on integers.
  /// - Throws: `arithmetic` where the divisor is zero, or where the quotient leaves the type.
  public static func divide<I: FixedWidthInteger>(_ a: I, _ b: I) throws(ParseError) -> I {
    guard b != 0 else { throw failure }
    let (quotient, overflow) = a.dividedReportingOverflow(by: b)
    guard !overflow else { throw failure }
    return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient
  }

  /// Remainder with 0 <= r < b, as Kaitai's `%`.
  /// - Throws: `arithmetic` where the divisor is not positive.
  public static func modulo<I: FixedWidthInteger>(_ a: I, _ b: I) throws(ParseError) -> I {
    guard b > 0 else { throw failure }
    let rest = a % b
    return rest < 0 ? rest + b : rest
  }

  /// Shifts by a count of 0 to 63 bits.
  /// - Throws: `arithmetic` for another count, or where bits are lost.
  public static func shiftLeft<I: FixedWidthInteger>(_ a: I, _ count: I) throws(ParseError) -> I {
    guard (0..<64).contains(count) else { throw failure }
    let shifted = a << count
    guard shifted >> count == a else { throw failure }
    return shifted
  }

  /// Shifts by a count of 0 to 63 bits; the sign stays.
  /// - Throws: `arithmetic` for another count.
  public static func shiftRight<I: FixedWidthInteger>(_ a: I, _ count: I) throws(ParseError) -> I {
    guard (0..<64).contains(count) else { throw failure }
    return a >> count
  }

  /// Converts to a narrower type.
  /// - Throws: `arithmetic` where the value does not fit.
  @inlinable
  public static func convert<I: FixedWidthInteger, J: FixedWidthInteger>(_ value: I, to: J.Type) throws(ParseError) -> J
  {
    guard let result = J(exactly: value) else { throw failure }
    return result
  }

  /// The integer part of a floating-point number.
  /// - Throws: `arithmetic` where an `Int` cannot hold it.
  public static func truncate(_ value: Double) throws(ParseError) -> Int {
    guard let result = Int(exactly: value.rounded(.towardZero)) else { throw failure }
    return result
  }

  @inlinable
  static func fit<I>(_ result: (partialValue: I, overflow: Bool)) throws(ParseError) -> I {
    guard !result.overflow else { throw failure }
    return result.partialValue
  }

  @usableFromInline
  static var failure: ParseError { ParseError(.arithmetic, field: "", offset: 0) }
}

extension Array {
  /// The element at `index`; throws outside of the array.
  public func element(_ index: Int) throws(ParseError) -> Element {
    guard indices.contains(index) else { throw ParseError(.index(index, count: count), field: "", offset: 0) }
    return self[index]
  }

  /// The first element; throws if there is none.
  public func firstElement() throws(ParseError) -> Element { try element(0) }

  /// The last element; throws if there is none.
  public func lastElement() throws(ParseError) -> Element { try element(count - 1) }
}

extension Array where Element: Comparable {
  /// The least element; throws if there is none.
  public func smallest() throws(ParseError) -> Element { try required(self.min(), "min") }
  /// The greatest element; throws if there is none.
  public func largest() throws(ParseError) -> Element { try required(self.max(), "max") }
}

extension InlineArray {
  /// The element at `index`; throws outside of the array.
  public func element(_ index: Int) throws(ParseError) -> Element {
    guard indices.contains(index) else { throw ParseError(.index(index, count: count), field: "", offset: 0) }
    return self[index]
  }

  /// The elements as an array.
  public var elements: [Element] { indices.map { self[$0] } }
}

extension FixedBytes {
  /// The byte at `index`; throws outside of the string.
  public func element(_ index: Int) throws(ParseError) -> UInt8 {
    guard (0..<count).contains(index) else { throw ParseError(.index(index, count: count), field: "", offset: 0) }
    return self[index]
  }
}
