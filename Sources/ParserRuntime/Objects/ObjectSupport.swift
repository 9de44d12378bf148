// What generated object parsers call besides streams, bytes and texts.

/// The value of a field of an object that has been parsed completely.
///
/// Parsers give out no other objects; an object that `init` made and that nobody has read has no fields yet.
public func parsed<Value>(_ value: Value?) -> Value {
  guard let value else { preconditionFailure("the object has not been read yet: call read() first") }
  return value
}

/// A value that the compiler does not look into: where a description decides by constants, it would warn of code that is
/// never executed.
public func unfolded<Value>(_ value: Value) -> Value { value }

/// A value of a parameter of type `any` as what an expression takes it for.
/// - Throws: `wrongType` where it is something else.
public func castValue<Value>(_ value: Any, to type: Value.Type) throws(ParseError) -> Value {
  if let value = value as? Value { return value }
  throw ParseError(
    .wrongType(expected: "\(type)", found: "\(Swift.type(of: value))"), field: "", offset: 0)
}

/// The error of an object that is of none of the types that an expression can use.
public func wrongType(_ object: any ParsedObject, expected: String) -> ParseError {
  ParseError(
    .wrongType(expected: expected, found: type(of: object).typeName), field: "", offset: object.startPosition)
}

extension ParseError {
  /// The error with the field that was read or evaluated, and, where it is one of a computation, which knows no place,
  /// with where the object was: what is known already stays.
  public func placed(in field: StaticString, at stream: ByteStream) -> ParseError {
    var error = self
    if error.field.isEmpty { error.field = field.description }
    if error.offset == 0, isOfComputation { error.offset = stream.offset }
    return error
  }

  private var isOfComputation: Bool {
    switch reason {
    case .arithmetic, .index, .missingField, .conversion, .divisionByZero, .overflow, .unknownEncoding, .invalidText,
      .recursion, .wrongType, .undecodable:
      true
    default: false
    }
  }
}

/// Throws if an element of a repetition took nothing of the stream, so that the repetition would never end.
/// - Parameter mark: `progress` of the stream before the element.
public func requireProgress(_ stream: ByteStream, since mark: Int) throws(ParseError) {
  if stream.progress == mark { throw stream.fail(.noProgress) }
}

/// The constraints that a description can put on a value.
public enum Violation: Sendable {
  case notEqual, lessThan, greaterThan, notAnyOf, notInEnum, expression
}

/// The error of a value that violates a constraint.
public func violation(_ kind: Violation, _ field: StaticString, _ found: String, at offset: Int) -> ParseError {
  let reason: ParseError.Reason =
    switch kind {
    case .notEqual: .notEqual(expected: "the value that is required", found: found)
    case .lessThan: .lessThan(minimum: "the least that is allowed", found: found)
    case .greaterThan: .greaterThan(maximum: "the greatest that is allowed", found: found)
    case .notAnyOf: .notAnyOf(found: found)
    case .notInEnum: .notInEnum(found: found)
    case .expression: .violatedExpression(found: found)
    }
  return ParseError(reason, field: field.description, offset: offset)
}

extension Checked {
  /// Each of a list's integers in another type.
  public static func convert<I: FixedWidthInteger, J: FixedWidthInteger>(
    list: [I], to type: J.Type
  ) throws(ParseError) -> [J] {
    var result: [J] = []
    result.reserveCapacity(list.count)
    for value in list { result.append(try convert(value, to: type)) }
    return result
  }

  public static func and<I: FixedWidthInteger>(_ a: I, _ b: I) -> I { a & b }
  public static func or<I: FixedWidthInteger>(_ a: I, _ b: I) -> I { a | b }
  public static func xor<I: FixedWidthInteger>(_ a: I, _ b: I) -> I { a ^ b }

  /// Remainder with the sign of the divisor.
  public static func modulo(_ a: Double, _ b: Double) throws(ParseError) -> Double {
    guard b != 0 else { throw ParseError(.divisionByZero, field: "", offset: 0) }
    let rest = a.truncatingRemainder(dividingBy: b)
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest
  }
}

extension Text {
  /// The least of several texts by code points; throws where there is none.
  public static func smallest(_ texts: [String]) throws(ParseError) -> String {
    try known(texts.min { compare($0, $1) < 0 }, "min")
  }

  /// The greatest of several texts by code points; throws where there is none.
  public static func largest(_ texts: [String]) throws(ParseError) -> String {
    try known(texts.max { compare($0, $1) < 0 }, "max")
  }
}

extension ByteStream {
  /// Grows with every bit that is read, and only then.
  public var progress: Int { position &* 64 &- bitCount }
}
