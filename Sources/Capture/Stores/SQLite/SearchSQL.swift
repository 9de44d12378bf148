import ParserRuntime

/// SQLite's words for where a value occurs.
struct SearchSQL {
  private let valueTables: ValueTables
  private let write: (QueryValue) -> String

  /// - Parameters:
  ///   - valueTables: which lists are found by their values.
  ///   - write: gives what stands in the statement for a value.
  init(_ valueTables: ValueTables, write: @escaping (QueryValue) -> String) {
    self.valueTables = valueTables
    self.write = write
  }

  /// How often the value is in each column, and when.
  func places(_ search: ValueSearch) -> String {
    let parts = search.places.map { place in
      """
      SELECT \(text(place.table.name)) AS content_table, \(text(place.column.name)) AS column_name, count(*) AS n,
        min(time_us) AS first_us, max(time_us) AS last_us,
        CAST(substr(min(printf('%020d%020d', time_us, packet_id)), 21) AS INTEGER) AS first_id,
        count(packet_id) AS messages FROM (\(rows(of: place)))
      """
    }
    guard !parts.isEmpty else {
      return nothing(["content_table", "column_name", "n", "first_us", "last_us", "first_id"])
    }
    return """
      SELECT content_table, column_name, n, first_us, last_us, iif(messages, first_id, NULL) AS first_id FROM (
      \(parts.joined(separator: "\nUNION ALL ")))
      WHERE n > 0 ORDER BY n DESC, content_table, column_name
      """
  }

  /// The latest rows that have the value.
  func occurrences(_ search: ValueSearch, limit: Int) -> String {
    let parts = search.places.map { place in
      """
      SELECT * FROM (SELECT \(text(place.table.name)) AS content_table, \(text(place.column.name)) AS column_name,
        id AS content_id, packet_id, time_us, value FROM (\(rows(of: place)))
        ORDER BY time_us DESC, content_id DESC LIMIT \(limit))
      """
    }
    guard !parts.isEmpty else {
      return nothing(["content_table", "column_name", "content_id", "packet_id", "time_us", "value"])
    }
    return """
      \(parts.joined(separator: "\nUNION ALL "))
      ORDER BY time_us DESC, content_table, column_name, content_id DESC LIMIT \(limit)
      """
  }

  private func nothing(_ columns: [String]) -> String {
    "SELECT \(columns.map { "NULL AS \($0)" }.joined(separator: ", ")) WHERE 0"
  }

  /// `id`, `packet_id`, `time_us` and, but for lists, `value` of the rows that have the value there.
  private func rows(of place: ValueSearch.Place) -> String {
    let table = quoted(place.table.name)
    let column = "t.\(quoted(place.column.name))"
    let condition = condition(place, column)
    let value =
      place.column.isList ? "NULL" : place.column.type == .blob ? "hex(\(column))" : "CAST(\(column) AS TEXT)"
    switch place.owner {
    case .message: return "SELECT id, id AS packet_id, time_us, \(value) AS value FROM message AS t WHERE \(condition)"
    case .flow:
      return "SELECT id, NULL AS packet_id, opened_us AS time_us, \(value) AS value FROM flow AS t WHERE \(condition)"
    case .content:
      // CROSS keeps the order of the tables: few rows have the value, and all messages are many.
      return "SELECT t.id, m.id AS packet_id, m.time_us, \(value) AS value "
        + "FROM \(table) AS t CROSS JOIN message AS m ON m.id = t.packet_id WHERE \(condition)"
    }
  }

  private func condition(_ place: ValueSearch.Place, _ column: String) -> String {
    let names = place.values.map(write)
    guard place.column.isList else {
      return names.count == 1 ? "\(column) = \(names[0])" : "\(column) IN (\(names.joined(separator: ", ")))"
    }
    return valueTables.condition(place.table.name, place.column.name, of: "t", names)
  }

  private func text(_ name: String) -> String { "'\(name.replacing("'", with: "''"))'" }
}
