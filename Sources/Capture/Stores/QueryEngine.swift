public import ParserRuntime

/// What answers questions about a store's rows, to many at once; nothing that it is asked can change them.
///
/// Users ask in the store's own language (`query`). The program itself asks for rows of a table (`rows`, `counts`), and some
/// things that take more (`answer`); each store puts that into its own words.
public protocol QueryEngine: Sendable {
  /// What the language is called, for those who write it.
  var language: String { get }

  /// Begins a query in the store's own language.
  /// - Throws: Where it is none, is more than one statement or wants to write, or where a parameter has no value.
  func query(
    _ text: String, _ parameters: QueryParameters, _ control: QueryControl
  ) throws(QueryError) -> any ResultCursor

  /// Begins a query for a part of what `text` results in: the rows after a key, in the order of that column.
  func page(
    _ page: ResultPage, of text: String, _ parameters: QueryParameters, _ control: QueryControl
  ) throws(QueryError) -> any ResultCursor

  /// Begins a query for rows of a table.
  func rows(_ request: RowRequest, _ control: QueryControl) throws(QueryError) -> any ResultCursor

  /// Counts rows by what they have in some columns: the result has these columns, and the count behind them.
  func counts(
    of table: String, by columns: [String], _ control: QueryControl
  ) throws(QueryError) -> any ResultCursor

  /// Begins a query for what the program's own pages show.
  func answer(_ question: StoreQuestion, _ control: QueryControl) throws(QueryError) -> any ResultCursor

  /// A query that a user may go on with.
  func statement(_ topic: StatementTopic) -> String

  /// A query of the description's, with the values of its parameters in their places. Where the store lacks what
  /// the query asks for, since another version of the description made it, it is as it stands in the description.
  /// - Throws: Where the store cannot be asked.
  func statement(
    _ query: SpecificationInfo.TitledQuery, _ parameters: QueryParameters, _ control: QueryControl
  ) throws(QueryError) -> String

  /// How a query would be run.
  func explain(
    _ text: String, _ parameters: QueryParameters, _ control: QueryControl
  ) throws(QueryError) -> [PlanStep]

  /// What the store has, whatever description made it.
  func catalogue(_ control: QueryControl) throws(QueryError) -> StoreCatalogue

  /// Whether the store has a table: one that an older version has made may lack some.
  func has(_ table: SpecificationInfo.Table, _ control: QueryControl) throws(QueryError) -> Bool

  /// The indices that pay after a capture, and whether they are there.
  func indices(_ control: QueryControl) throws(QueryError) -> [SuggestedIndex]
}

/// The bounds of a query, and what may end it.
public struct QueryControl: Sendable {
  /// The query's bounds.
  public var limits: QueryLimits
  /// Ends the query; nil where nobody can.
  public var cancellation: QueryCancellation?

  /// Without arguments, no bounds.
  public init(limits: QueryLimits = QueryLimits(), cancellation: QueryCancellation? = nil) {
    self.limits = limits
    self.cancellation = cancellation
  }
}

/// A result that is read row by row. It may go from thread to thread, one at a time; whoever has it sees to that.
public protocol ResultCursor: AnyObject, Sendable {
  /// The names of the result's columns, in their order; two may have the same.
  var columns: [String] { get }
  /// Whether there were more rows than the limit.
  var isTruncated: Bool { get }

  /// Goes to the next row.
  /// - Returns: false after the last, or at the limit of rows.
  /// - Throws: Where the query fails, is cancelled, or reaches another of its limits.
  func step() throws(QueryError) -> Bool

  /// A value of the row that the last step went to, where the store keeps it.
  /// - Parameter column: its number, from 0.
  func borrowed(_ column: Int) -> BorrowedValue
}

extension ResultCursor {
  /// A value of the row that the last step went to, as a copy.
  /// - Parameter column: its number, from 0.
  public func value(_ column: Int) -> QueryValue { QueryValue(borrowed(column)) }

  /// The row that the last step went to.
  public var row: [QueryValue] { columns.indices.map(value) }
}

/// The rows after a key, in the order of that column of a result.
public struct ResultPage: Sendable {
  /// A column of the result.
  public var key: String
  /// The key of the last row before these; nil for the first page.
  public var after: QueryValue?
  /// No more rows than these.
  public var limit: Int
  /// Whether larger keys come first.
  public var isDescending: Bool

  /// - Parameters:
  ///   - key: a column of the result.
  ///   - after: the key of the last row before these; nil for the first page.
  ///   - limit: no more rows than these.
  public init(key: String, after: QueryValue?, limit: Int, isDescending: Bool) {
    self.key = key
    self.after = after
    self.limit = limit
    self.isDescending = isDescending
  }
}

/// A step of a query's plan.
public struct PlanStep: Sendable {
  /// What other steps call it.
  public var id: Int64
  /// The step that it is a part of; 0 for none.
  public var parent: Int64
  /// What is done.
  public var detail: String

  /// - Parameters:
  ///   - id: what other steps call it.
  ///   - parent: the step that it is a part of; 0 for none.
  ///   - detail: what is done.
  public init(id: Int64, parent: Int64, detail: String) {
    self.id = id
    self.parent = parent
    self.detail = detail
  }
}
