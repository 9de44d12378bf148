import ParserRuntime

/// SQLite's words for what the program's own pages ask.
struct QuestionSQL {
  private let info: SpecificationInfo
  private let valueTables: ValueTables

  /// - Parameter valueTables: which lists are found by their values.
  init(_ info: SpecificationInfo, _ valueTables: ValueTables) {
    self.info = info
    self.valueTables = valueTables
  }

  /// Of `message AS m`, what tells a message's type.
  private var type: String { "m." + quoted(info.messageTypeColumn) }

  /// - Returns: A statement, and the values of its parameters. For `fences` and `traffic` it gives what they are counted of.
  func statement(_ question: StoreQuestion) -> (text: String, values: [String: QueryValue]) {
    let parameters = StatementParameters()
    let text: String
    switch question {
    case .span:
      text = "SELECT count(*) AS n, min(id) AS first_id, max(id) AS last_id FROM message"
    case .fences(let filter, let start, every: _):
      text = "SELECT m.id FROM message AS m \(place(filter, from: start, parameters)) ORDER BY m.id"
    case .messages(let filter, let start, let limit):
      let place = place(filter, from: start, parameters)
      text = """
        SELECT m.id, m.flow_id, m.time_us, m.length, \(type) AS type,
          iif(m.direction, f.dstip, f.srcip) AS srcip, iif(m.direction, f.dstport, f.srcport) AS srcport,
          iif(m.direction, f.srcip, f.dstip) AS dstip, iif(m.direction, f.srcport, f.dstport) AS dstport
        FROM message AS m JOIN flow AS f ON f.id = m.flow_id \(place) ORDER BY m.id LIMIT \(limit)
        """
    case .overview(let question, let filter):
      text = OverviewSQL(info, filter, valueTables, write: parameters.write).statement(question)
    case .flows(let address, let filter, let order, let limit, let offset):
      let place = flows(address, filter, parameters)
      text = "SELECT * FROM flow AS f\(place) ORDER BY \(order.columns) LIMIT \(limit) OFFSET \(offset)"
    case .flowTotals(let address, let filter):
      let place = flows(address, filter, parameters)
      text = "SELECT count(*) AS n, coalesce(sum(lost_bytes), 0) AS lost FROM flow AS f\(place)"
    case .places(let search):
      text = SearchSQL(valueTables, write: parameters.write).places(search)
    case .occurrences(let search, let limit):
      text = SearchSQL(valueTables, write: parameters.write).occurrences(search, limit: limit)
    }
    return (text, parameters.values)
  }

  /// Messages that a filter lets through, from an id on.
  private func place(_ filter: MessageFilter, from start: Int64, _ parameters: StatementParameters) -> String {
    let conditions = FilterSQL(message: "m", valueTables: valueTables, write: parameters.write).conditions(
      filter.condition(info))
    return "WHERE " + (conditions + ["m.id >= \(parameters.write(.integer(start)))"]).joined(separator: " AND ")
  }

  /// Of `flow AS f`, connections of an address with messages that a filter lets through.
  private func flows(_ address: String?, _ filter: MessageFilter, _ parameters: StatementParameters) -> String {
    var conditions: [String] = []
    if let address {
      let name = parameters.write(.text(address))
      conditions.append("(f.srcip = \(name) OR f.dstip = \(name))")
    }
    let messages = OverviewSQL(info, filter, valueTables, write: parameters.write).messages
    if !messages.isEmpty { conditions.append("f.id IN (SELECT m.flow_id FROM \(messages))") }
    return conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
  }

  // MARK: For people

  /// A statement with the values in place.
  func statement(_ topic: StatementTopic) -> String {
    switch topic {
    case .rows(let table, let column, let value):
      guard let column, let value else { return "select * from \(quoted(table)) limit 100" }
      return "select * from \(quoted(table)) where \(quoted(column)) = \(literal(value)) limit 500"
    case .messages(let filter):
      let conditions = FilterSQL(message: "m", valueTables: valueTables, write: literal).conditions(
        filter.condition(info))
      let place = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
      return
        "select m.*, f.srcip, f.dstip from message as m join flow as f on f.id = m.flow_id\(place) limit 500"
    case .issues(let kind, let filter):
      return "select d.* from \(OverviewSQL(info, filter, valueTables, write: literal).issues(kind)) limit 500"
    case .values(let values, let filter):
      let lists = values.columns.map { list($0, filter) }
      return
        "select value, count(*) as n from (\n\(lists.joined(separator: "\nunion all "))\n) group by 1 order by 2 desc limit 500"
    case .occurrences(let text):
      let parts = info.tables.flatMap { table in
        table.columns.filter { $0.type == .text && $0.role == .value && table.name != "message" }.map { column in
          "select '\(table.name)' as content_table, id as content_id, packet_id, '\(column.name)' as column_name "
            + "from \(quoted(table.name)) where \(quoted(column.name)) = \(literal(.text(text)))"
        }
      }
      return parts.joined(separator: "\nunion all ") + "\nlimit 500"
    }
  }

  /// The values of a column in rows of messages that a filter lets through.
  private func list(_ column: FieldValues.Column, _ filter: MessageFilter) -> String {
    let condition = MessageCondition.all([column.condition, filter.condition(info)].compactMap(\.self))
    let conditions = FilterSQL(message: "m", valueTables: valueTables, write: literal).conditions(condition)
    let place = conditions.isEmpty ? "" : " where " + conditions.joined(separator: " and ")
    let name = quoted(column.name)
    switch column.place {
    case .message: return "select m.\(name) as value from message as m\(place)"
    case .flow: return "select f.\(name) as value from message as m join flow as f on f.id = m.flow_id\(place)"
    case .rows(let table, let key):
      let messages = place.isEmpty ? "" : " where t.\(quoted(key)) in (select m.id from message as m\(place))"
      return "select t.\(name) as value from \(quoted(table)) as t\(messages)"
    }
  }

  private func literal(_ value: QueryValue) -> String {
    switch value {
    case .integer(let number): String(number)
    case .real(let number): ResultText.real(number)
    case .null: "NULL"
    // A statement ends at the first NUL.
    case .text(let text) where text.utf8.contains(0): "CAST(\(literal(.blob(Array(text.utf8)))) AS TEXT)"
    case .text(let text): "'\(text.replacing("'", with: "''"))'"
    case .blob(let bytes): "x'\(bytes.withUnsafeBytes(hexText))'"
    }
  }
}
