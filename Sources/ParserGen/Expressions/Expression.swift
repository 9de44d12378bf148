/// An expression of the description language, as written.
struct Expression {
  indirect enum Kind {
    case integer(Int128)
    case float(Double)
    case string(String)
    case boolean(Bool)
    case name(String)
    /// `type::enum::member`, without the member; absolute where it begins with `::`.
    case enumMember(scope: [String], member: String, isAbsolute: Bool)
    case array([Expression])
    case unary(UnaryOperator, Expression)
    case binary(BinaryOperator, Expression, Expression)
    case ternary(Expression, Expression, Expression)
    /// `base.name`, and `base.name(arguments)` where arguments are given.
    case member(Expression, String, arguments: [Expression]?)
    case index(Expression, Expression)
    case cast(Expression, TypeName)
    /// `f"a{b}c"`: texts and values in turn.
    case interpolated([Expression])
    /// `sizeof<type>`, and `bitsizeof<type>` where `inBits`.
    case size(of: TypeName, inBits: Bool)
  }

  var kind: Kind
  var location: SourceLocation
}

/// A type as an expression or a `type` key names it: `scope::name(arguments)`, `u1[]`.
struct TypeName {
  var scope: [String]
  var name: String
  /// Whether it begins with `::`, and so is looked for among the root types only.
  var isAbsolute = false
  var arguments: [Expression]
  /// The number of `[]` behind it.
  var dimensions = 0
  var location: SourceLocation

  /// As a description would write it, without arguments.
  var text: String {
    (isAbsolute ? "::" : "") + (scope + [name]).joined(separator: "::") + String(repeating: "[]", count: dimensions)
  }
}

enum UnaryOperator: String {
  case minus = "-"
  case complement = "~"
  case not
}

enum BinaryOperator: String {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case modulo = "%"
  case shiftLeft = "<<"
  case shiftRight = ">>"
  case bitAnd = "&"
  case bitOr = "|"
  case bitXor = "^"
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case equal = "=="
  case notEqual = "!="
  case and
  case or

  var isComparison: Bool {
    switch self {
    case .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual: true
    default: false
    }
  }
}
