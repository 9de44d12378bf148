/// An expression whose names and types are known.
final class ResolvedExpression {
  enum Kind {
    case integer(Int128)
    case float(Double)
    case string(String)
    case boolean(Bool)
    case bytes([UInt8])
    case array([ResolvedExpression])
    case enumMember(EnumSpec, EnumSpec.Member)
    /// The object itself.
    case this
    /// `_root` and `_parent` of the object itself.
    case root, parent
    /// `_parent` of another object.
    case parentOf(ResolvedExpression)
    case rootOf(ResolvedExpression)
    /// `_io` of an object.
    case stream(ResolvedExpression)
    /// A member of an object, which is of one of several types; each has it.
    case member(ResolvedExpression, [(owner: TypeDeclaration, member: MemberDeclaration)])
    /// `_`
    case element
    /// `_index`
    case index
    /// `_is_le`
    case isLittleEndian
    case streamPosition(ResolvedExpression), streamSize(ResolvedExpression), streamIsAtEnd(ResolvedExpression)
    case unary(UnaryOperator, ResolvedExpression)
    case binary(BinaryOperator, ResolvedExpression, ResolvedExpression)
    case ternary(ResolvedExpression, ResolvedExpression, ResolvedExpression)
    case call(Method, ResolvedExpression, [ResolvedExpression])
    case subscripted(ResolvedExpression, ResolvedExpression)
    /// `.as<type>`, where it says more than is known.
    case cast(ResolvedExpression)
    case interpolated([ResolvedExpression])
    /// Something with an error that has been reported.
    case invalid
  }

  enum Method {
    case integerText, floatText, booleanText, stringText, enumText
    case floatInteger, booleanInteger, enumInteger, integerInteger
    case stringLength, stringReverse, stringSubstring, stringInteger
    case bytesLength, bytesText(String), bytesFirst, bytesLast, bytesMinimum, bytesMaximum
    case arrayFirst, arrayLast, arraySize, arrayMinimum, arrayMaximum
  }

  let kind: Kind
  let type: DataType
  let location: SourceLocation

  init(_ kind: Kind, _ type: DataType, at location: SourceLocation) {
    self.kind = kind
    self.type = type
    self.location = location
  }

  static func invalid(at location: SourceLocation) -> ResolvedExpression {
    ResolvedExpression(.invalid, .unknown, at: location)
  }

  /// The integer it always is.
  var constant: Int128? { if case .integer(let range) = type { range.constant } else { nil } }

  /// Whether it is a member that an object may lack, by itself: then so is the value.
  var isOptionalMember: Bool {
    switch kind {
    case .member(_, let members): members.contains { $0.member.isOptional }
    case .cast(let base): base.isOptionalMember
    default: false
    }
  }
}
