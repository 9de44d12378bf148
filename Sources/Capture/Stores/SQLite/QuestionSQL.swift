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
  private var type: String { "m." + quoted(info.typeColumn ?? "content_table") }

  /// - Returns: A statement, and the values of its parameters.
  func statement(_ question: StoreQuestion) -> (text: String, values: [String: QueryValue]) {
    switch question {
    case .span:
      return ("SELECT count(*) AS n, min(id) AS first_id, max(id) AS last_id FROM message", [:])
    case .times: return ("SELECT min(time_us) AS first_us, max(time_us) AS last_us FROM message", [:])
    case .fences(let filter, let start, let stride):
      let (conditions, values) = conditions(filter)
      let place = "WHERE " + (conditions + ["m.id >= :start"]).joined(separator: " AND ")
      return (
        """
        SELECT id, n FROM (SELECT m.id, row_number() OVER (ORDER BY m.id) AS n,
          lead(m.id) OVER (ORDER BY m.id) IS NULL AS is_last
        FROM message AS m \(place)) WHERE n % \(stride) = 1 OR is_last
        """, values.merging(["start": .integer(start)]) { first, _ in first }
      )
    case .messages(let filter, let start, let limit):
      let (conditions, values) = conditions(filter)
      let place = "WHERE " + (conditions + ["m.id >= :start"]).joined(separator: " AND ")
      return (
        """
        SELECT m.id, m.flow_id, m.time_us, m.length, \(type) AS type,
          iif(m.direction, f.dstip, f.srcip) AS srcip, iif(m.direction, f.dstport, f.srcport) AS srcport,
          iif(m.direction, f.srcip, f.dstip) AS dstip, iif(m.direction, f.srcport, f.dstport) AS dstport
        FROM message AS m JOIN flow AS f ON f.id = m.flow_id \(place) ORDER BY m.id LIMIT \(limit)
        """, values.merging(["start": .integer(start)]) { first, _ in first }
      )
    case .traffic(let start, let width):
      return (
        "SELECT (m.time_us - :start) / :width AS bucket, \(type) AS type, count(*) AS n FROM message AS m GROUP BY 1, 2",
        ["start": .integer(start), "width": .integer(width)]
      )
    case .talkers(let limit):
      return (
        """
        SELECT address, sum(flows) AS flows, sum(sent) AS sent, sum(received) AS received FROM (
          SELECT srcip AS address, count(*) AS flows, sum(bytes_forward) AS sent, sum(bytes_backward) AS received
          FROM flow GROUP BY 1
          UNION ALL SELECT dstip, count(*), sum(bytes_backward), sum(bytes_forward) FROM flow GROUP BY 1)
        GROUP BY 1 ORDER BY coalesce(sum(sent), 0) + coalesce(sum(received), 0) DESC, 2 DESC LIMIT \(limit)
        """, [:]
      )
    case .flows(let address, let order, let limit, let offset):
      let (place, values) = endpoint(address)
      return ("SELECT * FROM flow\(place) ORDER BY \(order.columns) LIMIT \(limit) OFFSET \(offset)", values)
    case .flowTotals(let address):
      let (place, values) = endpoint(address)
      return ("SELECT count(*) AS n, coalesce(sum(lost_bytes), 0) AS lost FROM flow\(place)", values)
    case .issueKinds(let limit):
      return (
        "SELECT kind, count(*) AS n, sum(length) AS bytes FROM decode_issue GROUP BY 1 ORDER BY 2 DESC LIMIT \(limit)",
        [:]
      )
    case .places(let search):
      var words = SearchSQL(valueTables)
      return (words.places(search), words.values)
    case .occurrences(let search, let limit):
      var words = SearchSQL(valueTables)
      return (words.occurrences(search, limit: limit), words.values)
    }
  }

  private func endpoint(_ address: String?) -> (place: String, values: [String: QueryValue]) {
    address.map { (" WHERE srcip = :ip OR dstip = :ip", ["ip": .text($0)]) } ?? ("", [:])
  }

  private func conditions(_ filter: MessageFilter) -> (conditions: [String], values: [String: QueryValue]) {
    var values: [String: QueryValue] = [:]
    let words = FilterSQL(message: "m", valueTables: valueTables) { value in
      let name = "f\(values.count + 1)"
      values[name] = value
      return ":" + name
    }
    let conditions = words.conditions(filter.condition(info))
    return (conditions, values)
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
