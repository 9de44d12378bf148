/// An expression whose names and types are resolved.
final class TypedExpression {
  enum Kind {
    case integer(Int128)
    case float(Double)
    case string(String)
    case boolean(Bool)
    case bytes([UInt8])
    case array([TypedExpression])
    case enumMember(EnumSpec, EnumSpec.Member)
    /// A member of the type itself.
    case own(Member)
    /// A member of an ancestor, passed down.
    case need(Need, Member)
    /// A member of another value.
    case member(TypedExpression, Member)
    /// `_`
    case element
    /// `_index`
    case repetitionIndex
    case streamPosition, streamSize, streamIsAtEnd
    case unary(UnaryOperator, TypedExpression)
    case binary(BinaryOperator, TypedExpression, TypedExpression)
    case ternary(TypedExpression, TypedExpression, TypedExpression)
    case call(Method, TypedExpression, [TypedExpression])
    case index(TypedExpression, TypedExpression)
    /// `.as<type>` of a switched type: one of its cases.
    case cast(TypedExpression, Choice, Int)
    /// Something with an error that has been reported.
    case invalid
  }

  enum Method {
    case integerText, floatInteger, booleanInteger, enumInteger
    case stringLength, stringReverse, stringSubstring, stringInteger
    case bytesLength, bytesText(String)
    case arrayFirst, arrayLast, arraySize, arrayMinimum, arrayMaximum
  }

  let kind: Kind
  let type: ValueType
  let location: SourceLocation

  init(_ kind: Kind, _ type: ValueType, at location: SourceLocation) {
    self.kind = kind
    self.type = type
    self.location = location
  }

  /// The type as the value is stored: only the layout analysis, which comes after the expressions' types, decides
  /// which lists are stored inline.
  var storedType: ValueType {
    switch kind {
    case .own(let member), .need(_, let member), .member(_, let member): member.type
    default: type
    }
  }

  /// The direct parts.
  var parts: [TypedExpression] {
    switch kind {
    case .array(let elements): elements
    case .member(let base, _), .unary(_, let base), .cast(let base, _, _): [base]
    case .binary(_, let left, let right), .index(let left, let right): [left, right]
    case .ternary(let condition, let yes, let no): [condition, yes, no]
    case .call(_, let base, let arguments): [base] + arguments
    default: []
    }
  }

  /// Calls `visit` with this and all parts of it.
  func walk(_ visit: (TypedExpression) -> Void) {
    visit(self)
    for part in parts { part.walk(visit) }
  }

  /// The integer it always is.
  var constant: Int128? { if case .integer(let range) = type { range.constant } else { nil } }
}
