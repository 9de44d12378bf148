extension SpecificationInfo {
  /// How messages of one type are told in a line, from the rows that are stored of them.
  public struct Summary: Sendable {
    /// The directions in which messages of the type go: 0 from the connection's initiator, 1 to it.
    public let directions: [Int]
    /// The line; a column of row 0 is one of `message`.
    public let line: SummaryExpression

    /// A line for the messages of these directions.
    public init(directions: [Int], _ line: SummaryExpression) {
      self.directions = directions
      self.line = line
    }
  }
}

/// A value that is computed from stored rows: a number, a text, or nothing where what it is made of is not there.
///
/// Rows are known by number: 0 is the row of `message`; `content` and `elements` lead from a row to one behind it.
/// Booleans are the numbers 0 and 1. What is asked of nothing is nothing.
public indirect enum SummaryExpression: Sendable, Equatable {
  /// This text.
  case text(String)
  /// This number.
  case number(Int128)
  /// What a row has in a column.
  case column(row: Int, Int)
  /// The same of a column for unsigned integers of 64 bits, which are stored as signed ones.
  case unsigned(row: Int, Int)
  /// How many values a row has in a column that is a list, with commas between its values.
  case count(row: Int, Int)

  /// The name that a number has in a table of names, by its place in `nameTables`; without a name the number.
  case name(SummaryExpression, names: Int)
  /// `true` or `false`.
  case word(SummaryExpression)
  /// The negated number, the number with all bits turned over, and the opposite of a boolean.
  case minus(SummaryExpression)
  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  case complement(SummaryExpression)
  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  case not(SummaryExpression)
  /// Two numbers, or two texts that are compared.
  case operation(SummaryOperator, SummaryExpression, SummaryExpression)
  /// The first value where the condition holds, else the second.
  case choice(SummaryExpression, SummaryExpression, SummaryExpression)
  /// The value of the case that a number chooses; nothing where there is none.
  case cases(of: SummaryExpression, [SummaryCase])
  /// The first value that there is.
  case first([SummaryExpression])

  /// All texts, one behind the other; nothing where one is missing.
  case joined([SummaryExpression])
  /// All texts that there are, one behind the other; nothing where all but fixed ones are missing.
  case line([SummaryExpression])

  /// A value of the row that is the content of another, if that is in the table of this number; it is known by the next
  /// number.
  case content(of: Int, table: Int, SummaryExpression)
  /// The values of the first rows of a list that begins with the content of row 0, in the table of this number.
  case elements(table: Int, SummaryExpression)
}

/// A value for some numbers.
public struct SummaryCase: Sendable, Equatable {
  /// The numbers; nil for all that no other case has.
  public let numbers: [Int128]?
  /// Their value.
  public let value: SummaryExpression

  /// A value for these numbers; nil for all that no other case has.
  public init(_ numbers: [Int128]?, _ value: SummaryExpression) {
    self.numbers = numbers
    self.value = value
  }
}

// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
/// The operators of Kaitai's expressions that work on two numbers; `/` rounds down, and `%` is never negative.
public enum SummaryOperator: String, Sendable {
  case add, subtract, multiply, divide, modulo, shiftLeft, shiftRight, bitAnd, bitOr, bitXor
  case less, lessOrEqual, greater, greaterOrEqual, equal, notEqual, and, or
}
