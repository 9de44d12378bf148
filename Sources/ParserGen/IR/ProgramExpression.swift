/// An expression as a generated parser evaluates it: every conversion is a step of its own, and whether it can fail is
/// known.
struct ProgramExpression {
  indirect enum Kind {
    case integer(Int128)
    case float(Double)
    case string(String)
    case boolean(Bool)
    case bytes([UInt8])
    case list([ProgramExpression], Representation)
    case enumCase(EnumSpec, EnumSpec.Member)
    case this
    /// The value that is being checked, or the last element of a repetition.
    case element
    case elementIndex
    /// The value that a switch compares its cases with.
    case selector
    case isLittleEndian
    /// The object around another; the root object of another.
    case parent(ProgramExpression), root(ProgramExpression)
    case stream(ProgramExpression)
    case field(ProgramExpression, AttributeDeclaration)
    case instance(ProgramExpression, AttributeDeclaration)
    case parameter(ProgramExpression, ParameterDeclaration)
    /// What an ancestor has handed down.
    case ancestorMember(AncestorMember.Key)
    /// A parsed instance in the parser that has just read it; throws what its parse has thrown.
    case outcome(AttributeDeclaration)
    /// The value if the condition holds, else nil.
    case conditional(ProgramExpression, ProgramExpression)
    /// A member of an object of one of several types, evaluated for the type that it is.
    case memberOfAny(ProgramExpression, [(TypeDeclaration, ProgramExpression)], Representation)
    /// The object by its name in `memberOfAny`.
    case candidate
    /// What a branch of a switch has read.
    case part
    /// The value of an optional; throws where there is none.
    case known(ProgramExpression, String)
    case negated(ProgramExpression)
    case not(ProgramExpression)
    case complement(ProgramExpression)
    /// Both operands are of one type, which holds the result.
    case arithmetic(BinaryOperator, ProgramExpression, ProgramExpression)
    /// Both operands have 128 bits; throws where the result leaves them.
    case checkedArithmetic(BinaryOperator, ProgramExpression, ProgramExpression)
    case comparison(BinaryOperator, Comparison, ProgramExpression, ProgramExpression)
    case logical(isAnd: Bool, ProgramExpression, ProgramExpression)
    case ternary(ProgramExpression, ProgramExpression, ProgramExpression)
    /// To an integer type that holds the value; to one that may not, where `isChecked`.
    case integerConversion(ProgramExpression, IntegerWidth, isChecked: Bool)
    /// To an Int; what is beyond its range becomes the nearest, which no stream and no list has.
    case clamped(ProgramExpression)
    case floatConversion(ProgramExpression)
    /// Each element of a list to an integer type.
    case listConversion(ProgramExpression, IntegerWidth)
    case listToBytes(ProgramExpression)
    /// Bytes or a list that are stored in the value itself, as an array.
    case array(ProgramExpression)
    /// Whether bytes are all zero.
    case isZero(ProgramExpression)
    case bytesToList(ProgramExpression, IntegerWidth)
    case enumeration(ProgramExpression, EnumSpec)
    case enumerationList(ProgramExpression, EnumSpec)
    case enumIsKnown(ProgramExpression, EnumSpec)
    /// The object of a switch whose alternatives are all objects.
    case choiceObject(ProgramExpression)
    /// An alternative of a switch; throws where the value is another.
    case alternative(ProgramExpression, SwitchDeclaration, Int)
    case objectCast(ProgramExpression, Representation)
    case anyCast(ProgramExpression, Representation)
    case subscripted(ProgramExpression, ProgramExpression)
    case call(Function, [ProgramExpression])
    case joined([ProgramExpression])
  }

  /// How two values are compared.
  enum Comparison {
    case plain, text, bytes, identity
    /// Of bytes of which some are stored in the value itself.
    case storedBytes
  }

  /// Functions of the runtime.
  enum Function: String {
    case integerText, floatText, booleanText, enumText
    case floatInteger, booleanInteger, enumInteger
    case stringLength, stringReverse, stringSubstring, stringInteger
    case bytesLength, bytesText, bytesFirst, bytesLast, bytesMinimum, bytesMaximum
    case listFirst, listLast, listSize, listMinimum, listMaximum, listMinimumText, listMaximumText
    case streamPosition, streamSize, streamIsAtEnd
    case floatModulo
  }

  var kind: Kind
  var representation: Representation
  /// Of an integer.
  var range: IntegerRange?
  var canThrow: Bool

  init(_ kind: Kind, _ representation: Representation, range: IntegerRange? = nil, canThrow: Bool) {
    self.kind = kind
    self.representation = representation
    self.range = range
    self.canThrow = canThrow
  }

  var width: IntegerWidth? { if case .integer(let width) = representation { width } else { nil } }

  /// The object or value that an expression stands in.
  static var this: ProgramExpression { ProgramExpression(.this, .any, canThrow: false) }

  var isSelector: Bool { if case .selector = kind { true } else { false } }

  var isLiteral: Bool { if case .integer = kind { true } else { false } }
}
