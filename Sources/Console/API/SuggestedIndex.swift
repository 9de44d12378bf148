import ParserRuntime

/// An index that pays after a capture: during one it would cost more than it is worth.
struct SuggestedIndex {
  var name: String
  var sql: String

  init(_ table: String, _ column: String) {
    name = "\(table)_by_\(column)"
    sql = "CREATE INDEX IF NOT EXISTS \"\(name)\" ON \"\(table)\" (\"\(column)\")"
  }

  /// What rows belong to: messages to connections, contents to messages, entries to their requests.
  static func all(of info: SpecificationInfo) -> [SuggestedIndex] {
    var indices = [
      SuggestedIndex("flow_event", "flow_id"), SuggestedIndex("decode_issue", "flow_id"),
      SuggestedIndex("decode_issue", "message_id"),
    ]
    for table in info.tables {
      for column in table.columnNames where column != "content_id" {
        if column.hasSuffix("_id") && column != "id" && !isValue(table.name, column, info)
          || table.name == "message" && (column == "time_us" || column == info.typeColumn)
        {
          indices.append(SuggestedIndex(table.name, column))
        }
      }
    }
    return indices
  }

  /// Whether a column is a field of the protocol that happens to be called so.
  private static func isValue(_ table: String, _ column: String, _ info: SpecificationInfo) -> Bool {
    guard column != "packet_id", !(table == "message" && column == "flow_id") else { return false }
    return !info.tables.contains { "\($0.name)_id" == column }
  }
}
