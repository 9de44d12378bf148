import Capture
import ClickHouseSchema
import ParserRuntime

/// ClickHouse's words for what the program's own pages ask.
struct QuestionWords {
  private let info: SpecificationInfo
  /// Of the tables in which rows are found by the values of lists, those that the store has.
  private let valueTables: Set<String>

  init(_ info: SpecificationInfo, valueTables: Set<String> = []) {
    self.info = info
    self.valueTables = valueTables
  }

  /// What tells a message's type.
  private var type: String { ClickHouseText.name(info.typeColumn ?? "content_table") }

  func statement(_ question: StoreQuestion) -> String {
    switch question {
    case .span:
      // Of nothing the least would be 0.
      return
        "SELECT count() AS n, if(n = 0, NULL, min(id)) AS first_id, if(n = 0, NULL, max(id)) AS last_id FROM message"
    case .times:
      return """
        SELECT if(count() = 0, NULL, min(time_us)) AS first_us, if(count() = 0, NULL, max(time_us)) AS last_us FROM message
        """
    case .fences(let filter, let start, let stride):
      let place = place(filter, start)
      return """
        SELECT id, n FROM (
          SELECT id, n FROM (SELECT id, rowNumberInAllBlocks() + 1 AS n FROM (SELECT id FROM message\(place) ORDER BY id))
          WHERE n % \(stride) = 1
          UNION ALL SELECT last_id AS id, total AS n FROM (
            SELECT max(id) AS last_id, count() AS total FROM message\(place)) WHERE total > 0 AND total % \(stride) != 1)
        ORDER BY n
        """
    case .messages(let filter, let start, let limit):
      return """
        SELECT id, flow_id, time_us, length, type, if(direction = 1, responder, initiator) AS srcip,
          if(direction = 1, responder_port, initiator_port) AS srcport,
          if(direction = 1, initiator, responder) AS dstip,
          if(direction = 1, initiator_port, responder_port) AS dstport
        FROM (SELECT id, flow_id, time_us, length, \(type) AS type, direction, srcip AS initiator,
          srcport AS initiator_port, dstip AS responder, dstport AS responder_port
        FROM message\(place(filter, start)) ORDER BY id LIMIT \(limit)) ORDER BY id
        """
    case .traffic(let start, let width):
      return """
        SELECT intDiv(time_us - \(ReadingStatement.literal(.integer(start))), \(width)) AS bucket, \(type) AS type,
          count() AS n FROM message GROUP BY bucket, type
        """
    case .talkers(let limit):
      return """
        SELECT address, sum(f) AS flows, sum(s) AS sent, sum(r) AS received FROM (
          SELECT srcip AS address, count() AS f, sum(bytes_forward) AS s, sum(bytes_backward) AS r
          FROM flow_state FINAL GROUP BY address
          UNION ALL SELECT dstip AS address, count() AS f, sum(bytes_backward) AS s, sum(bytes_forward) AS r
          FROM flow_state FINAL GROUP BY address)
        GROUP BY address ORDER BY coalesce(sent, 0) + coalesce(received, 0) DESC, flows DESC LIMIT \(limit)
        """
    case .flows(let address, let order, let limit, let offset):
      let columns = ClickHouseTable(EngineTables.flow).shownColumns.map(ClickHouseText.name).joined(separator: ", ")
      // Servers of 2018 cannot order what FINAL gives them from several servers.
      return """
        SELECT \(columns) FROM (SELECT \(columns) FROM flow_state FINAL\(endpoint(address))) AS f
        ORDER BY \(order.columns) LIMIT \(offset), \(limit)
        """
    case .flowTotals(let address):
      return "SELECT count() AS n, coalesce(sum(lost_bytes), 0) AS lost FROM flow_state FINAL\(endpoint(address))"
    case .issueKinds(let limit):
      return """
        SELECT kind, count() AS n, sum(length) AS bytes FROM decode_issue GROUP BY kind ORDER BY n DESC LIMIT \(limit)
        """
    case .places(let search): return SearchWords(valueTables: valueTables).places(search)
    case .occurrences(let search, let limit):
      return SearchWords(valueTables: valueTables).occurrences(search, limit: limit)
    }
  }

  private func endpoint(_ address: String?) -> String {
    guard let address else { return "" }
    let text = ClickHouseText.literal(address)
    return " WHERE srcip = \(text) OR dstip = \(text)"
  }

  private func place(_ filter: MessageFilter, _ start: Int64) -> String {
    " WHERE " + (conditions(filter) + ["id >= \(ReadingStatement.literal(.integer(start)))"]).joined(separator: " AND ")
  }

  private func conditions(_ filter: MessageFilter) -> [String] {
    FilterWords(ClickHouseSchema(info, flavour: .plain)).conditions(filter.condition(info))
  }

  // MARK: For people

  /// A value as its column has it: the page has integers as texts that it cannot hold itself, and the server does not
  /// compare the two.
  private func whole(_ value: QueryValue, _ table: String, _ column: String) -> QueryValue {
    let columns = (EngineTables.all + info.tables).first { $0.name == table }?.columns
    guard case .text(let text) = value, let number = Int64(text) else { return value }
    switch columns?.first(where: { $0.name == column })?.type {
    case .signed, .unsigned: return .integer(number)
    case .real, .text, .blob, .any, nil: return value
    }
  }

  /// A statement with the values in place.
  func statement(_ topic: StatementTopic) -> String {
    switch topic {
    case .rows(let table, let column, let value):
      let name = ClickHouseText.name(table)
      guard let column, let value else { return "select * from \(name) limit 100" }
      let known = whole(value, table, column)
      return "select * from \(name) where \(ClickHouseText.name(column)) = \(ReadingStatement.literal(known)) limit 500"
    case .messages(let filter):
      let conditions = conditions(filter)
      let place = conditions.isEmpty ? "" : " where " + conditions.joined(separator: " and ")
      return "select * from message\(place) limit 500"
    case .values(let values, let filter):
      let lists = values.columns.map { list($0, filter) }
      return
        "select value, count() as n from (\n\(lists.joined(separator: "\nunion all "))\n) group by value order by n desc limit 500"
    case .occurrences(let text):
      let parts = info.tables.flatMap { table in
        table.columns.filter { $0.type == .text && $0.role == .value && table.name != "message" }.map { column in
          "select \(ClickHouseText.literal(table.name)) as content_table, id as content_id, packet_id, "
            + "\(ClickHouseText.literal(column.name)) as column_name from \(ClickHouseText.name(table.name)) "
            + "where \(ClickHouseText.name(column.name)) = \(ClickHouseText.literal(text))"
        }
      }
      return "select * from (\n\(parts.joined(separator: "\nunion all "))) limit 500"
    }
  }

  /// The values of a column in rows of messages that a filter lets through, as texts: those of several columns are of one
  /// type.
  private func list(_ column: FieldValues.Column, _ filter: MessageFilter) -> String {
    let words = FilterWords(ClickHouseSchema(info, flavour: .plain))
    let condition = MessageCondition.all([column.condition, filter.condition(info)].compactMap(\.self))
    let conditions = words.conditions(condition)
    let place = conditions.isEmpty ? "" : " where " + conditions.joined(separator: " and ")
    let name = ClickHouseText.name(column.name)
    switch column.place {
    case .message: return "select toString(\(name)) as value from message\(place)"
    case .flow:
      let messages = "(select flow_id from message\(place)) as m"
      let flows = "(select id as flow_id, \(name) from flow_state final) as f"
      return "select toString(\(name)) as value from \(messages) all inner join \(flows) using flow_id"
    case .rows(let table, let key):
      let messages = place.isEmpty ? "" : " where \(ClickHouseText.name(key)) in (select id from message\(place))"
      return "select toString(\(name)) as value from \(ClickHouseText.name(table))\(messages)"
    }
  }
}
