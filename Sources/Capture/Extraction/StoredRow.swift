/// A row of a store's table; the columns are known by their names, and where two have the same it is the first one.
struct StoredRow: Sendable {
  /// The columns that rows of a result have.
  struct Columns: Sendable {
    let names: [String]
    fileprivate let places: [String: Int]

    init(_ names: [String]) {
      self.names = names
      places = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
    }
  }

  let columns: Columns
  /// In the order of the columns.
  let values: [QueryValue]

  /// nil where there is no such column.
  subscript(column: String) -> QueryValue? { columns.places[column].map { values[$0] } }

  /// An integer; 0 where there is none.
  func number(_ column: String) -> Int64 {
    if case .integer(let value)? = self[column] { value } else { 0 }
  }

  /// A text, or an integer as one; empty where there is none.
  func text(_ column: String) -> String {
    switch self[column] {
    case .text(let value)?: value
    case .integer(let value)?: String(value)
    default: ""
    }
  }

  /// The values by the columns' names.
  var byName: [String: QueryValue] { columns.places.mapValues { values[$0] } }
}

extension QueryEngine {
  /// All rows of a table that a request asks for.
  func storedRows(_ request: RowRequest, _ control: QueryControl) throws(QueryError) -> [StoredRow] {
    let cursor = try rows(request, control)
    let columns = StoredRow.Columns(cursor.columns)
    var found: [StoredRow] = []
    while try cursor.step() { found.append(StoredRow(columns: columns, values: cursor.row)) }
    return found
  }

  /// Rows by their keys, some at a time: a query has only so many parameters.
  func storedRows(
    _ table: String, by column: String, _ keys: [QueryValue], _ control: QueryControl
  ) throws(QueryError) -> [StoredRow] {
    var found: [StoredRow] = []
    var rest = keys[...]
    while !rest.isEmpty {
      found += try storedRows(RowRequest(table, where: [.oneOf(column, Array(rest.prefix(1000)))]), control)
      rest = rest.dropFirst(1000)
    }
    return found
  }
}
