import Capture
import ClickHouseSchema
import ParserRuntime

/// ClickHouse's words for where a value occurs.
struct SearchWords {
  /// The tables that the store has in which rows are found by the values of lists.
  let valueTables: Set<String>

  /// Those that would help with a search.
  static func valueTables(_ search: ValueSearch) -> [String] {
    search.places.compactMap { $0.valueList?.name }
  }

  /// How often the value is in each column, and when.
  func places(_ search: ValueSearch) -> String {
    let parts = search.places.map { place in
      """
      SELECT \(text(place.table.name)) AS content_table, \(text(place.column.name)) AS column_name, count() AS n,
        min(tuple(time_us, packet_id)) AS first, max(time_us) AS last FROM (\(rows(of: place)))
      """
    }
    guard !parts.isEmpty else {
      return nothing(
        ["content_table": "''", "column_name": "''", "n": "0", "first_us": "0", "last_us": "0", "first_id": "0"],
        ["content_table", "column_name", "n", "first_us", "last_us", "first_id"])
    }
    return """
      SELECT content_table, column_name, n, tupleElement(first, 1) AS first_us, last AS last_us,
        nullIf(tupleElement(first, 2), 0) AS first_id FROM (
      \(parts.joined(separator: "\nUNION ALL ")))
      WHERE n > 0 ORDER BY n DESC, content_table, column_name
      """
  }

  /// The latest rows that have the value.
  func occurrences(_ search: ValueSearch, limit: Int) -> String {
    let parts = search.places.map { place in
      """
      SELECT \(text(place.table.name)) AS content_table, \(text(place.column.name)) AS column_name, content_id,
        packet_id, time_us, value FROM (\(rows(of: place))) ORDER BY time_us DESC, content_id DESC LIMIT \(limit)
      """
    }
    guard !parts.isEmpty else {
      return nothing(
        [
          "content_table": "''", "column_name": "''", "content_id": "0", "packet_id": "0", "time_us": "0",
          "value": "''",
        ], ["content_table", "column_name", "content_id", "packet_id", "time_us", "value"])
    }
    return """
      SELECT content_table, column_name, content_id, nullIf(message_id, 0) AS packet_id, time_us,
        nullIf(value, '') AS value FROM (
        SELECT content_table, column_name, content_id, packet_id AS message_id, time_us, value FROM (
      \(parts.joined(separator: "\nUNION ALL "))))
      ORDER BY time_us DESC, content_table, column_name, content_id DESC LIMIT \(limit)
      """
  }

  private func nothing(_ values: [String: String], _ columns: [String]) -> String {
    "SELECT \(columns.map { "\(values[$0] ?? "0") AS \($0)" }.joined(separator: ", ")) WHERE 0"
  }

  /// `content_id`, `packet_id` (0 for none), `time_us` and, but for lists, `value` of the rows that have the value there.
  private func rows(of place: ValueSearch.Place) -> String {
    let column = ClickHouseText.name(place.column.name)
    let condition = condition(place, column)
    let text = place.column.type == .blob ? "hex" : "toString"
    let value = place.column.isList ? "''" : "ifNull(\(text)(\(column)), '')"
    switch place.owner {
    case .message:
      return "SELECT id AS content_id, id AS packet_id, time_us, \(value) AS value FROM message WHERE \(condition)"
    case .flow:
      return "SELECT id AS content_id, toInt64(0) AS packet_id, opened_us AS time_us, \(value) AS value "
        + "FROM flow_state FINAL WHERE \(condition)"
    case .content:
      return listedRows(of: place)
        ?? "SELECT id AS content_id, packet_id, \(time(of: place.table)) AS time_us, \(value) AS value "
        + "FROM \(ClickHouseText.name(place.table.name)) WHERE \(condition)"
    }
  }

  /// From the table of a list's values, if there is one.
  private func listedRows(of place: ValueSearch.Place) -> String? {
    guard let name = place.valueList?.name, valueTables.contains(name),
      let table = ClickHouseTable.valueTables(of: place.table).first(where: { $0.name == name })
    else { return nil }
    // A list may have a value twice.
    return
      "SELECT DISTINCT \(ClickHouseText.name(table.columns[0].name)) AS content_id, packet_id, time_us, '' AS value "
      + "FROM \(ClickHouseText.name(name)) "
      + "WHERE \(ClickHouseText.name(table.order[0])) IN (\(literals(place).joined(separator: ", ")))"
  }

  /// The column with the time of a row's message.
  private func time(of table: SpecificationInfo.Table) -> String {
    let planned = ClickHouseTable(table)
    return planned.timeColumn.map { ClickHouseText.name(planned.columns[$0].name) } ?? "toInt64(0)"
  }

  private func condition(_ place: ValueSearch.Place, _ column: String) -> String {
    let literals = literals(place)
    guard place.column.isList else { return "\(column) IN (\(literals.joined(separator: ", ")))" }
    let parts = literals.map { "position(concat(',', \(column), ','), concat(',', \($0), ',')) > 0" }
    return "(\(parts.joined(separator: " OR ")))"
  }

  /// The values, as the column has them: numbers are texts where it has both.
  private func literals(_ place: ValueSearch.Place) -> [String] {
    let values = place.values.map { value -> QueryValue in
      if place.column.type == .any, case .integer(let number) = value { .text(String(number)) } else { value }
    }
    return values.map(ReadingStatement.literal)
      .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  private func text(_ name: String) -> String { ClickHouseText.literal(name) }
}
