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
  private var type: String { ClickHouseText.name(info.messageTypeColumn) }

  func statement(_ question: StoreQuestion) -> String {
    switch question {
    case .span:
      // Of nothing the least would be 0.
      return
        "SELECT count() AS n, if(n = 0, NULL, min(id)) AS first_id, if(n = 0, NULL, max(id)) AS last_id FROM message"
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
    case .overview(let question, let filter): return OverviewWords(info, filter).statement(question)
    case .flows(let address, let filter, let order, let limit, let offset):
      let columns = ClickHouseTable(EngineTables.flow).shownColumns.map(ClickHouseText.name).joined(separator: ", ")
      // Servers of 2018 cannot order what FINAL gives them from several servers.
      return """
        SELECT \(columns) FROM (SELECT \(columns) FROM flow_state FINAL\(flows(address, filter))) AS f
        ORDER BY \(order.columns) LIMIT \(offset), \(limit)
        """
    case .flowTotals(let address, let filter):
      return """
        SELECT count() AS n, coalesce(sum(lost_bytes), 0) AS lost FROM flow_state FINAL\(flows(address, filter))
        """
    case .places(let search): return SearchWords(valueTables: valueTables).places(search)
    case .occurrences(let search, let limit):
      return SearchWords(valueTables: valueTables).occurrences(search, limit: limit)
    }
  }

  /// Connections of an address with messages that a filter lets through.
  private func flows(_ address: String?, _ filter: MessageFilter) -> String {
    let ofAddress = address.map(ClickHouseText.literal).map { "(srcip = \($0) OR dstip = \($0))" }
    let messages = OverviewWords(info, filter).messages
    let ofMessages = messages.isEmpty ? nil : "id IN (SELECT flow_id FROM \(messages))"
    let conditions = [ofAddress, ofMessages].compactMap(\.self)
    return conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
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
    case .issues(let kind, let filter): return "select * from \(OverviewWords(info, filter).issues(kind)) limit 500"
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
