import Capture
import ClickHouseSchema

/// ClickHouse's words for requests for rows of a table.
struct RequestWords {
  private let schema: ClickHouseSchema
  private let table: String
  /// What the layout says of the table; nil for a view, and for what is not of the layout.
  private let planned: ClickHouseTable?

  init(_ table: String, in schema: ClickHouseSchema) {
    self.schema = schema
    self.table = table
    planned = (schema.tables + [ClickHouseSchema.sensorTable]).first { $0.view == table || $0.name == table }
  }

  /// Columns whose values are bytes and no text.
  var binaryColumns: Set<String> { Set((planned?.columns ?? []).filter(\.isBinary).map(\.name)) }

  func rows(_ request: RowRequest) -> String {
    let columns = request.columns.map { $0.map(ClickHouseText.name).joined(separator: ", ") } ?? allColumns
    var place = source
    let conditions = request.conditions.flatMap(conditions)
    if !conditions.isEmpty { place += " WHERE \(conditions.joined(separator: " AND "))" }
    // Servers of 2018 cannot order what FINAL gives them from several servers.
    if isReplaced { place = "(SELECT \(allColumns) FROM \(place)) AS f" }
    var text = "SELECT \(columns) FROM \(place)"
    if let order = request.order {
      text += " ORDER BY \(ClickHouseText.name(order))\(request.isDescending ? " DESC" : "")"
    }
    if let limit = request.limit { text += " LIMIT \(limit)" }
    return text
  }

  func counts(by columns: [String]) -> String {
    guard !columns.isEmpty else { return "SELECT count() FROM \(source)" }
    let list = columns.map(ClickHouseText.name).joined(separator: ", ")
    return "SELECT \(list), count() FROM \(source) GROUP BY \(list)"
  }

  /// The rows themselves instead of a view of them: the server then reads only what conditions let through.
  private var source: String {
    guard let planned, isReplaced else { return ClickHouseText.name(table) }
    return "\(ClickHouseText.name(planned.name)) FINAL"
  }

  /// Whether the table is a view of rows that replace each other.
  private var isReplaced: Bool { planned?.view == table }

  private var allColumns: String {
    guard let planned, isReplaced else { return "*" }
    return planned.shownColumns.map(ClickHouseText.name).joined(separator: ", ")
  }

  /// What must hold, all of it.
  private func conditions(_ condition: RowCondition) -> [String] {
    func compare(_ name: String, _ sign: String, _ value: QueryValue) -> [String] {
      ["\(ClickHouseText.name(name)) \(sign) \(ReadingStatement.literal(value))"]
    }
    switch condition {
    case .equal(let name, let value): return compare(name, "=", value)
    case .less(let name, let value): return compare(name, "<", value)
    case .greater(let name, let value): return compare(name, ">", value)
    case .oneOf(_, let list) where list.isEmpty: return ["0"]
    case .oneOf(let name, let list):
      return ["\(ClickHouseText.name(name)) IN (\(list.map(ReadingStatement.literal).joined(separator: ", ")))"]
    case .message(let condition): return FilterWords(schema).conditions(condition)
    // The line's end closes a comment.
    case .expression(let text): return ["(\(text)\n)"]
    }
  }
}
