/// What must hold for a message, in no store's language: a filter whose names and values are known.
public indirect enum MessageCondition: Sendable, Hashable {
  /// All of them hold; without any, everything does.
  case all([MessageCondition])
  /// At least one of them holds; without any, nothing does.
  case any([MessageCondition])
  /// It does not hold. A value that is NULL satisfies no test, and so its contrary.
  case not(MessageCondition)
  /// A row satisfies a test.
  case row(Place, RowTest)

  /// Which row, or rows, of which one has to satisfy the test.
  public enum Place: Sendable, Hashable {
    /// The message's own.
    case message
    /// Its connection's.
    case flow
    /// Rows of a table that name the message in a column.
    case rows(table: String, key: String)
  }

  /// A test of a row of `message`.
  static func message(_ column: String, _ test: ColumnTest) -> MessageCondition {
    .row(.message, .column(column, test))
  }

  /// At least one of them holds; a single one is itself.
  static func anyOf(_ conditions: [MessageCondition]) -> MessageCondition {
    conditions.count == 1 ? conditions[0] : .any(conditions)
  }
}

/// What must hold for a row.
public indirect enum RowTest: Sendable, Hashable {
  /// It is there.
  case exists
  /// A column satisfies a test.
  case column(String, ColumnTest)
  /// All of them hold.
  case all([RowTest])
  /// At least one of them holds.
  case any([RowTest])

  /// At least one of them holds; a single one is itself.
  static func anyOf(_ tests: [RowTest]) -> RowTest { tests.count == 1 ? tests[0] : .any(tests) }
}

/// What must hold for a column's value; for NULL nothing does.
public enum ColumnTest: Sendable, Hashable {
  /// It is not NULL.
  case isPresent
  /// It is a number other than 0.
  case isTrue
  /// It is one of the values, which are not none.
  case isOneOf([QueryValue])
  /// It comes before or behind a value of its own type.
  case compares(FilterOrder, QueryValue)
  /// It consists of decimal digits without zeros in front, and the number is smaller or larger than another such one.
  case comparesDigits(FilterOrder, String)
  /// It is a time in µs since 1970-01-01 UTC, whose time of day is before or behind another, in µs since midnight.
  case comparesTimeOfDay(FilterOrder, Int64)
  /// A text or a byte string is a part of it.
  case contains(QueryValue)
  /// It is a list with commas between its values, and one of these texts is a value of it; they are not none.
  case hasElement([String])
}
