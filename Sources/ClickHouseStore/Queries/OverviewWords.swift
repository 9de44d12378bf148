import Capture
import ClickHouseSchema
import ParserRuntime

/// ClickHouse's words for what an overview tells of the messages that a filter lets through.
struct OverviewWords {
  private let info: SpecificationInfo
  private let filter: MessageFilter
  private let words: FilterWords

  init(_ info: SpecificationInfo, _ filter: MessageFilter) {
    (self.info, self.filter) = (info, filter)
    words = FilterWords(ClickHouseSchema(info, flavour: .plain))
  }

  /// What tells a message's type.
  private var type: String { ClickHouseText.name(info.messageTypeColumn) }

  func statement(_ question: OverviewQuestion) -> String {
    switch question {
    case .times:
      // Of nothing the least would be 0.
      return """
        SELECT if(count() = 0, NULL, min(time_us)) AS first_us, if(count() = 0, NULL, max(time_us)) AS last_us
        FROM message\(place)
        """
    case .traffic(let start, let width):
      return """
        SELECT \(bucket(start, width)) AS bucket, \(type) AS type, count() AS n, sum(length) AS bytes
        FROM message\(place) GROUP BY bucket, \(type)
        """
    case .talkers(let limit): return talkers(limit)
    case .issues(let start, let width):
      return """
        SELECT \(bucket(start, width)) AS bucket, kind, count() AS n, sum(length) AS bytes, count(message_id) AS messages
        FROM \(issues(nil)) GROUP BY bucket, kind
        """
    case .requests:
      let tables = info.requestTables.map(ClickHouseText.literal).joined(separator: ", ")
      let isRequest = tables.isEmpty ? "0" : "content_table IN (\(tables))"
      return """
        SELECT \(type) AS type, count() AS n FROM message\(place.isEmpty ? " WHERE" : "\(place) AND") \(isRequest)
        GROUP BY \(type)
        """
    case .latency(let group): return latency(group)
    case .runs(let limit):
      let columns = "id, kind, source, started, packets, dropped_kernel, dropped_queue"
      let runs = messages.isEmpty ? "" : " WHERE id IN (SELECT run_id FROM \(messages))"
      // Servers of 2018 cannot order what FINAL gives them from several servers.
      return """
        SELECT \(columns) FROM (SELECT \(columns) FROM run_state FINAL\(runs)) AS r ORDER BY id DESC LIMIT \(limit)
        """
    }
  }

  // MARK: Messages

  /// The table, and what must hold for a message; empty where everything does.
  var messages: String { place.isEmpty ? "" : "message" + place }

  private var place: String {
    let conditions = conditions(filter)
    return conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
  }

  private func conditions(_ filter: MessageFilter) -> [String] { words.conditions(filter.condition(info)) }

  /// The number of the piece of time in which a row is.
  private func bucket(_ start: Int64, _ width: Int64) -> String {
    "intDiv(time_us - \(ReadingStatement.literal(.integer(start))), \(width))"
  }

  // MARK: What messages lead to

  private func talkers(_ limit: Int) -> String {
    let parts =
      messages.isEmpty
      ? "SELECT srcip AS initiator, dstip AS responder, bytes_forward AS forward, bytes_backward AS backward "
        + "FROM flow_state FINAL"
      : "SELECT any(srcip) AS initiator, any(dstip) AS responder, sumIf(length, direction = 0) AS forward, "
        + "sumIf(length, direction = 1) AS backward FROM \(messages) GROUP BY flow_id"
    // Of a flow between two ports of one address both ends are one talker.
    return """
      SELECT address, sum(f) AS flows, sum(s) AS sent, sum(r) AS received FROM (
        SELECT initiator AS address, toUInt8(1) AS f, forward AS s, backward AS r FROM (\(parts))
        UNION ALL SELECT responder AS address, initiator != responder AS f, backward AS s, forward AS r FROM (\(parts)))
      GROUP BY address ORDER BY coalesce(sent, 0) + coalesce(received, 0) DESC, flows DESC, address LIMIT \(limit)
      """
  }

  /// The table, and what must hold for an issue: that its message is let through, where the filter asks for more than a
  /// time, and the time is the issue's.
  func issues(_ kind: String?) -> String {
    var (rest, all) = (filter, [String]())
    if let start = filter.start { all.append("time_us >= \(ReadingStatement.literal(.integer(start)))") }
    if let end = filter.end { all.append("time_us < \(ReadingStatement.literal(.integer(end)))") }
    if let kind { all.append("kind = \(ClickHouseText.literal(kind))") }
    (rest.start, rest.end) = (nil, nil)
    let ofMessage = conditions(rest)
    if !ofMessage.isEmpty {
      all.append("message_id IN (SELECT id FROM message WHERE \(ofMessage.joined(separator: " AND ")))")
    }
    return "decode_issue" + (all.isEmpty ? "" : " WHERE " + all.joined(separator: " AND "))
  }

  // MARK: Answers

  private func latency(_ group: LatencyGroup) -> String {
    switch group {
    case .type: return delays(by: type, as: "type") + " ORDER BY answers DESC, type"
    case .time(let start, let width): return delays(by: bucket(start, width), as: "bucket") + " ORDER BY bucket"
    case .flow(let limit):
      let slowest = delays(by: "flow_id", as: "flow_id") + " ORDER BY median_us DESC, flow_id LIMIT \(limit)"
      return """
        SELECT flow_id, srcip, srcport, dstip, dstport, answers, median_us, p95_us, max_us FROM (\(slowest)) AS g
        ALL INNER JOIN (
          SELECT id AS flow_id, srcip, srcport, dstip, dstport FROM flow_state FINAL
          WHERE id IN (SELECT flow_id FROM message WHERE id IN (SELECT request_message_id FROM message_answer))) AS f
        USING flow_id ORDER BY median_us DESC, flow_id
        """
    }
  }

  /// How long answers took, by something of the request.
  private func delays(by key: String, as name: String) -> String {
    let conditions = conditions(filter) + ["id IN (SELECT request_message_id FROM message_answer)"]
    return """
      SELECT request_key AS \(name), count() AS answers, quantileExact(0.5)(delay_us) AS median_us,
        quantileExact(0.95)(delay_us) AS p95_us, max(delay_us) AS max_us
      FROM (SELECT request_message_id AS id, delay_us FROM message_answer) AS a
      ALL INNER JOIN (
        SELECT id, \(key) AS request_key FROM message WHERE \(conditions.joined(separator: " AND "))) AS m
      USING id GROUP BY request_key
      """
  }
}
