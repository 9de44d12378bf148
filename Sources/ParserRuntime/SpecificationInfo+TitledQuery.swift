extension SpecificationInfo {
  /// A query that a description's author lets the console ask.
  public struct TitledQuery: Sendable, Hashable {
    /// What it tells, in a few words.
    public let title: String
    /// How its result is to be read; nil where the description does not say.
    public let doc: String?
    /// In SQLite's words.
    public let sql: String
    /// In ClickHouse's, where those are others.
    public let clickHouse: String?

    /// A query of this title, and its text.
    public init(_ title: String, doc: String? = nil, _ sql: String, clickHouse: String? = nil) {
      self.title = title
      self.doc = doc
      self.sql = sql
      self.clickHouse = clickHouse
    }
  }

  /// What an overview tells of the traffic of a time. From `meta/-sql/overview-queries`.
  public struct OverviewQuery: Sendable, Hashable {
    /// How a result is drawn: by its first column, the numbers in the others.
    public enum Chart: String, Sendable, CaseIterable {
      /// A bar for each row.
      case bar
      /// A line for each column, from row to row.
      case line
    }

    /// The parameters of such a query, with the sign before them: the time from which on, the time before which, and how
    /// long a piece of an overview's time line is, all in µs, times since 1970-01-01 UTC.
    public static let parameters = [":from_us", ":to_us", ":width_us"]

    /// How the result is drawn; nil for rows of a table.
    public let chart: Chart?
    /// The query.
    public let query: TitledQuery

    /// A query, and how its result is drawn.
    public init(_ chart: Chart? = nil, _ query: TitledQuery) {
      self.chart = chart
      self.query = query
    }
  }
}
