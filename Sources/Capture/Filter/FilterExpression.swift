/// A filter as it is written, before its names are known.
indirect enum FilterExpression: Equatable {
  case all([FilterExpression])
  case any([FilterExpression])
  case not(FilterExpression)
  /// A field alone: the message has it, or it is true.
  case field(Name)
  /// A field and values; several only for `in`.
  case comparison(Name, Sign, [Value])

  /// A name, as it is written.
  struct Name: Equatable {
    let text: String
    /// In characters from 1.
    let column: Int
  }

  /// How it is compared.
  struct Sign: Equatable {
    let comparison: FilterOperator
    /// In characters from 1.
    let column: Int
  }

  /// What a field is compared with, as it is written, without quotes.
  struct Value: Equatable {
    let text: String
    /// In characters from 1.
    let column: Int
  }
}

/// How a field is compared with a value.
enum FilterOperator: Hashable {
  case equal, notEqual, contains, isIn
  case order(FilterOrder)

  init?(sign: String) {
    switch sign {
    case "==", "=": self = .equal
    case "!=", "<>": self = .notEqual
    default:
      guard let order = FilterOrder(rawValue: sign) else { return nil }
      self = .order(order)
    }
  }

  /// As it is written.
  var text: String {
    switch self {
    case .equal: "=="
    case .notEqual: "!="
    case .contains: "contains"
    case .isIn: "in"
    case .order(let order): order.rawValue
    }
  }
}

/// What comes before what.
public enum FilterOrder: String, Hashable, Sendable {
  /// Smaller or larger than a value.
  case less = "<", greater = ">"
  /// The value itself too.
  case lessOrEqual = "<=", greaterOrEqual = ">="

  /// Whether the value itself counts.
  public var includesEqual: Bool { self == .lessOrEqual || self == .greaterOrEqual }

  /// Whether smaller values count.
  public var wantsLess: Bool { self == .less || self == .lessOrEqual }
}
