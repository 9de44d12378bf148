/// SQLite's words for requests for rows of a table.
struct RowSQL {
  private let table: String
  private let valueTables: ValueTables

  /// - Parameter valueTables: which lists are found by their values.
  init(_ table: String, _ valueTables: ValueTables = .none) {
    self.table = table
    self.valueTables = valueTables
  }

  /// - Returns: A statement, and the values of its parameters.
  func rows(_ request: RowRequest) -> (text: String, values: [QueryValue]) {
    let columns = request.columns.map { $0.map(column).joined(separator: ", ") } ?? "*"
    var text = "SELECT \(columns) FROM \(quoted(table))"
    var values: [QueryValue] = []
    let conditions = request.conditions.flatMap { self.conditions($0, &values) }
    if !conditions.isEmpty { text += " WHERE \(conditions.joined(separator: " AND "))" }
    if let order = request.order { text += " ORDER BY \(column(order))\(request.isDescending ? " DESC" : "")" }
    if let limit = request.limit { text += " LIMIT \(limit)" }
    return (text, values)
  }

  func counts(by columns: [String]) -> String {
    guard !columns.isEmpty else { return "SELECT count(*) FROM \(quoted(table))" }
    let list = columns.map(column).joined(separator: ", ")
    return "SELECT \(list), count(*) FROM \(quoted(table)) GROUP BY \(list)"
  }

  /// - Returns: What must hold, all of it.
  private func conditions(_ condition: RowCondition, _ values: inout [QueryValue]) -> [String] {
    func compare(_ name: String, _ sign: String, _ value: QueryValue) -> [String] {
      values.append(value)
      return ["\(column(name)) \(sign) ?"]
    }
    switch condition {
    case .equal(let name, let value): return compare(name, "=", value)
    case .less(let name, let value): return compare(name, "<", value)
    case .greater(let name, let value): return compare(name, ">", value)
    case .oneOf(let name, let list):
      values += list
      return ["\(column(name)) IN (\(list.map { _ in "?" }.joined(separator: ", ")))"]
    case .message(let condition):
      var found: [QueryValue] = []
      let words = FilterSQL(message: quoted(table), valueTables: valueTables) { value in
        found.append(value)
        return "?"
      }
      let conditions = words.conditions(condition)
      values += found
      return conditions
    // The line's end closes a comment.
    case .expression(let text): return ["(\(text)\n)"]
    }
  }

  /// With the table in front: a quoted name alone that no column has would be a text.
  private func column(_ name: String) -> String { "\(quoted(table)).\(quoted(name))" }
}

/// A name as SQL has it.
func quoted(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }
