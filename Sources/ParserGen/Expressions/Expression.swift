/// An expression of the description language, as written.
struct Expression {
  indirect enum Kind {
    case integer(Int128)
    case float(Double)
    case string(String)
    case boolean(Bool)
    case name(String)
    /// `type::enum::member`, without the member.
    case enumMember(scope: [String], member: String)
    case array([Expression])
    case unary(UnaryOperator, Expression)
    case binary(BinaryOperator, Expression, Expression)
    case ternary(Expression, Expression, Expression)
    /// `base.name`, and `base.name(arguments)` where arguments are given.
    case member(Expression, String, arguments: [Expression]?)
    case index(Expression, Expression)
    case cast(Expression, TypeName)
  }

  var kind: Kind
  var location: SourceLocation
}

/// A type as an expression or a `type` key names it: `scope::name(arguments)`.
struct TypeName {
  var scope: [String]
  var name: String
  var arguments: [Expression]
  var location: SourceLocation

  var text: String { (scope + [name]).joined(separator: "::") }
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
