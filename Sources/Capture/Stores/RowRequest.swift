/// Rows of one table, asked for in no particular language.
public struct RowRequest: Sendable {
  /// The table, or a view.
  public var table: String
  /// The columns; nil for all that the table has.
  public var columns: [String]?
  /// What must hold for a row, all of it.
  public var conditions: [RowCondition]
  /// The column by which rows are ordered; nil for any order.
  public var order: String?
  /// Whether larger values come first.
  public var isDescending: Bool
  /// No more rows than these; nil for all.
  public var limit: Int?

  /// - Parameters:
  ///   - table: a table, or a view.
  ///   - columns: nil for all that the table has.
  ///   - conditions: what must hold for a row, all of it.
  ///   - order: the column by which rows are ordered; nil for any order.
  ///   - isDescending: whether larger values come first.
  ///   - limit: no more rows than these; nil for all.
  public init(
    _ table: String, columns: [String]? = nil, where conditions: [RowCondition] = [], order: String? = nil,
    isDescending: Bool = false, limit: Int? = nil
  ) {
    self.table = table
    self.columns = columns
    self.conditions = conditions
    self.order = order
    self.isDescending = isDescending
    self.limit = limit
  }
}

/// What must hold for a row.
public enum RowCondition: Sendable {
  /// A column has the value.
  case equal(String, QueryValue)
  /// A column has less than the value.
  case less(String, QueryValue)
  /// A column has more than the value.
  case greater(String, QueryValue)
  /// A column has one of the values.
  case oneOf(String, [QueryValue])
  /// A row of `message` is of a message for which the condition holds.
  case message(MessageCondition)
  /// A user's condition, in the store's own language.
  case expression(String)
}
