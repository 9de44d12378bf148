/// Why a text is no filter, with the place.
public struct FilterError: Error, Hashable, Sendable {
  /// The place in the text, in characters from 1.
  public let column: Int
  /// What is wrong there.
  public let problem: FilterProblem

  init(_ problem: FilterProblem, at column: Int) {
    self.column = column
    self.problem = problem
  }
}

/// What can be wrong with a filter.
public enum FilterProblem: Error, Hashable, Sendable {
  /// Something else is expected than what is found; nil for the end of the text.
  case unexpected(found: String?, expected: String)
  /// A text has no quote at its end.
  case unclosedText
  /// No field is called that; with the name that may have been meant.
  case unknownField(String, nearest: String?)
  /// The field's column has values of other fields too, and nothing tells which a row is of.
  case sharedColumn(name: String, table: String, column: String)
  /// A name leads to more columns than a filter looks into.
  case tooManyColumns(name: String, limit: Int)
  /// The filter has more of something than it may.
  case tooMuch(of: String, limit: Int)
  /// The value is none that the field can have; with the name that may have been meant.
  case wrongValue(String, expected: String, nearest: String?)
  /// The number is not in the field's range.
  case outOfRange(String, low: String, high: String)
  /// The field's values cannot be compared in this way.
  case wrongOperator(String, kind: String, fitting: String)
  /// The field has no value to compare, only rows.
  case notComparable(String)
}

extension FilterError: CustomStringConvertible {
  public var description: String { "column \(column): \(problem)" }
}

extension FilterProblem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unexpected(let found?, let expected): "'\(found)' is not expected here, but \(expected)"
    case .unexpected(nil, let expected): "the filter ends where \(expected) is expected"
    case .unclosedText: "the text that begins here has no quote at its end"
    case .unknownField(let name, let nearest):
      "there is no field '\(name)'\(nearest.map { "; did you mean '\($0)'?" } ?? "")"
    case .sharedColumn(let name, let table, let column):
      "'\(name)' cannot be told from other fields that stand in the same column; use '\(table).\(column)' for all of them"
    case .tooManyColumns(let name, let limit):
      "'\(name)' is in more than \(limit) columns; say which, such as 'type.\(name)'"
    case .tooMuch(let what, let limit): "a filter has at most \(limit) \(what)"
    case .wrongValue(let text, let expected, let nearest):
      "'\(text)' is no value of this field, which has \(expected)\(nearest.map { "; did you mean '\($0)'?" } ?? "")"
    case .outOfRange(let text, let low, let high): "\(text) is not in the field's range, \(low) to \(high)"
    case .wrongOperator(let sign, let kind, let fitting): "'\(sign)' is not for \(kind); use \(fitting)"
    case .notComparable(let name):
      "'\(name)' has no value of its own: write it alone for messages that have it, or name one of its fields"
    }
  }
}
