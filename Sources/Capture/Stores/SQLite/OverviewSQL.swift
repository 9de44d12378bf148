import ParserRuntime

/// SQLite's words for what an overview tells of the messages that a filter lets through.
struct OverviewSQL {
  private let info: SpecificationInfo
  private let filter: MessageFilter
  private let valueTables: ValueTables
  /// Gives what stands in the statement for a value.
  private let write: (QueryValue) -> String
  /// What must hold for `message AS m`; empty where everything does.
  private let place: String

  init(
    _ info: SpecificationInfo, _ filter: MessageFilter, _ valueTables: ValueTables,
    write: @escaping (QueryValue) -> String
  ) {
    (self.info, self.filter, self.valueTables, self.write) = (info, filter, valueTables, write)
    let conditions = FilterSQL(message: "m", valueTables: valueTables, write: write).conditions(filter.condition(info))
    place = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
  }

  /// Of `message AS m`, what tells a message's type.
  private var type: String { "m." + quoted(info.messageTypeColumn) }

  func statement(_ question: OverviewQuestion) -> String {
    switch question {
    case .times:
      guard place.isEmpty else {
        return "SELECT min(m.time_us) AS first_us, max(m.time_us) AS last_us FROM message AS m\(place)"
      }
      // SQLite takes min or max from an index only where the SELECT asks for nothing else.
      return """
        SELECT (SELECT min(time_us) FROM message) AS first_us, (SELECT max(time_us) FROM message) AS last_us
        """
    // What it is counted of.
    case .traffic: return "SELECT m.time_us, \(type), m.length FROM message AS m\(place)"
    case .talkers(let limit): return talkers(limit)
    case .issues(let start, let width):
      return """
        SELECT \(bucket("d", start, width)) AS bucket, d.kind, count(*) AS n, sum(d.length) AS bytes,
          count(d.message_id) AS messages
        FROM \(issues(nil)) GROUP BY 1, 2
        """
    case .requests:
      let tables = info.requestTables.map { write(.text($0)) }.joined(separator: ", ")
      // The unary + keeps SQLite from reading all messages in the order of an index by their type.
      return """
        SELECT \(type) AS type, count(*) AS n FROM message AS m
        \(place.isEmpty ? "WHERE" : "\(place) AND") m.content_table IN (\(tables)) GROUP BY +\(type)
        """
    case .latency(let group): return latency(group)
    case .runs(let limit):
      let flows = messages.isEmpty ? "" : " WHERE f.id IN (SELECT m.flow_id FROM \(messages))"
      let runs = flows.isEmpty ? "" : " WHERE r.id IN (SELECT f.run_id FROM flow AS f\(flows))"
      return """
        SELECT r.id, r.kind, r.source, r.started, r.packets, r.dropped_kernel, r.dropped_queue
        FROM run AS r\(runs) ORDER BY r.id DESC LIMIT \(limit)
        """
    }
  }

  // MARK: Messages

  /// `message AS m`, and what must hold for it; empty where everything does.
  var messages: String { place.isEmpty ? "" : "message AS m" + place }

  /// The number of the piece of time in which a row is.
  private func bucket(_ row: String, _ start: Int64, _ width: Int64) -> String {
    "(\(row).time_us - \(write(.integer(start)))) / \(write(.integer(width)))"
  }

  // MARK: What messages lead to

  private func talkers(_ limit: Int) -> String {
    let parts =
      messages.isEmpty
      ? "SELECT id AS flow_id, bytes_forward AS forward, bytes_backward AS backward FROM flow"
      : "SELECT m.flow_id, sum(iif(m.direction, 0, m.length)) AS forward, sum(iif(m.direction, m.length, 0)) AS backward "
        + "FROM \(messages) GROUP BY 1"
    // Of a flow between two ports of one address both ends are one talker.
    return """
      WITH part AS (\(parts))
      SELECT address, sum(flows) AS flows, sum(sent) AS sent, sum(received) AS received FROM (
        SELECT f.srcip AS address, 1 AS flows, p.forward AS sent, p.backward AS received
        FROM part AS p JOIN flow AS f ON f.id = p.flow_id
        UNION ALL SELECT f.dstip, f.srcip <> f.dstip, p.backward, p.forward FROM part AS p JOIN flow AS f ON f.id = p.flow_id)
      GROUP BY 1 ORDER BY coalesce(sum(sent), 0) + coalesce(sum(received), 0) DESC, 2 DESC, 1 LIMIT \(limit)
      """
  }

  /// `decode_issue AS d`, and what must hold for it: that its message is let through, where the filter asks for more than
  /// a time, and the time is the issue's.
  func issues(_ kind: String?) -> String {
    var (rest, conditions) = (filter, [String]())
    if let start = filter.start { conditions.append("d.time_us >= \(write(.integer(start)))") }
    if let end = filter.end { conditions.append("d.time_us < \(write(.integer(end)))") }
    if let kind { conditions.append("d.kind = \(write(.text(kind)))") }
    (rest.start, rest.end) = (nil, nil)
    let ofMessage = FilterSQL(message: "m", valueTables: valueTables, write: write).conditions(rest.condition(info))
    // Issues are few: CROSS looks up their messages.
    let join = ofMessage.isEmpty ? "" : " CROSS JOIN message AS m ON m.id = d.message_id"
    let all = conditions + ofMessage
    return "decode_issue AS d\(join)" + (all.isEmpty ? "" : " WHERE " + all.joined(separator: " AND "))
  }

  // MARK: Answers

  private func latency(_ group: LatencyGroup) -> String {
    switch group {
    case .type: return delays(by: type, as: "type") + " ORDER BY answers DESC, type"
    case .time(let start, let width): return delays(by: bucket("m", start, width), as: "bucket") + " ORDER BY bucket"
    case .flow(let limit):
      return """
        SELECT g.flow_id, f.srcip, f.srcport, f.dstip, f.dstport, g.answers, g.median_us, g.p95_us, g.max_us
        FROM (\(delays(by: "m.flow_id", as: "flow_id")) ORDER BY median_us DESC, flow_id LIMIT \(limit)) AS g
        JOIN flow AS f ON f.id = g.flow_id ORDER BY g.median_us DESC, g.flow_id
        """
    }
  }

  /// How long answers took, by something of the request. Of an even number of delays the median is the larger of the two
  /// in the middle, as for other stores.
  private func delays(by key: String, as name: String) -> String {
    func part(_ level: Double, _ name: String) -> String {
      "max(iif(place = CAST(\(level) * n AS INTEGER) + 1, delay_us, NULL)) AS \(name)"
    }
    // CROSS JOIN makes SQLite begin with message_answer, and look up each request by its id; otherwise it reads all of
    // message in the order of an index.
    return """
      SELECT \(name), count(*) AS answers, \(part(0.5, "median_us")), \(part(0.95, "p95_us")), max(delay_us) AS max_us
      FROM (
        SELECT \(name), delay_us, row_number() OVER (PARTITION BY \(name) ORDER BY delay_us) AS place,
          count(*) OVER (PARTITION BY \(name)) AS n
        FROM (
          SELECT \(key) AS \(name), a.delay_us
          FROM message_answer AS a \(place.isEmpty ? "CROSS JOIN" : "JOIN") message AS m
            ON m.id = a.request_message_id\(place)))
      GROUP BY \(name)
      """
  }
}
