import GRDB
import NanoParser
import ParserRuntime
import Testing

@testable import Capture

/// What an overview tells of messages, held against the samples' rows.
@Suite struct OverviewTests {
  private typealias Row = SampleValues.Row
  private let samples: SampleValues

  init() throws { samples = try SampleValues.shared.get() }

  private func ask(_ question: OverviewQuestion, _ filter: MessageFilter) throws -> [Row] {
    try samples.answer(.overview(question, filter))
  }

  private func condition(_ text: String) throws -> MessageCondition {
    try FilterLanguage(NanoSpecification.info).condition(text)
  }

  /// Filters, and the messages that they let through.
  private func selections() throws -> [(filter: MessageFilter, messages: [Row])] {
    let all = samples.messages.values.sorted { ($0.number("id") ?? 0) < ($1.number("id") ?? 0) }
    let times = all.compactMap { $0.number("time_us") }.sorted()
    var filters = [MessageFilter(), MessageFilter(), MessageFilter(), MessageFilter(), MessageFilter()]
    let (start, end) = (times[times.count / 4], times[times.count / 2])
    for place in [1, 3] { (filters[place].start, filters[place].end) = (start, end) }
    for place in [2, 3] { filters[place].condition = try condition("type == confirm_req or type == asc_pull_req") }
    filters[4].flow = 999_999
    func isInTime(_ row: Row) -> Bool { (start..<end).contains(row.number("time_us") ?? 0) }
    func isOfType(_ row: Row) -> Bool { [4, 14].contains(row.number("msg_type")) }
    let found = [all, all.filter(isInTime), all.filter(isOfType), all.filter { isInTime($0) && isOfType($0) }, []]
    #expect(found.map(\.isEmpty) == [false, false, false, false, true])
    return Array(zip(filters, found)).map { (filter: $0, messages: $1) }
  }

  private func sum(_ rows: [Row], _ column: String) -> Int64 { rows.reduce(0) { $0 + ($1.number(column) ?? 0) } }

  @Test func `messages are counted by type and piece of time`() throws {
    let width: Int64 = 7_000_000
    for (filter, messages) in try selections() {
      let times = messages.compactMap { $0.number("time_us") }
      let found = try ask(.times, filter)
      #expect(
        found.map { $0.number("first_us") } == [times.min()] && found.map { $0.number("last_us") } == [times.max()])
      let first = times.min() ?? 0
      let groups = Dictionary(grouping: messages) { message -> [Int64?] in
        [((message.number("time_us") ?? 0) - first) / width, message.number("msg_type")]
      }
      let traffic = try ask(.traffic(from: first, width: width), filter)
      #expect(traffic.count == groups.count)
      for row in traffic {
        let own = groups[[row.number("bucket"), row.number("type")]] ?? []
        #expect(row.number("n") == Int64(own.count) && row.number("bytes") == sum(own, "length"), "\(row)")
      }
    }
  }

  @Test func `connections and talkers are those of the messages`() throws {
    for (filter, messages) in try selections() {
      let isAll = messages.count == samples.messages.count
      let ids = isAll ? Set(samples.flows.keys) : Set(messages.compactMap { $0.number("flow_id") })
      let lost = ids.reduce(0) { $0 + (samples.flows[$1]?.number("lost_bytes") ?? 0) }
      let totals = try samples.answer(.flowTotals(address: nil, filter))
      #expect(totals.map { $0.number("n") } == [Int64(ids.count)] && totals.map { $0.number("lost") } == [lost])
      let flows = try samples.answer(.flows(address: nil, filter, .latest, limit: 1000, offset: 0))
      #expect(flows.compactMap { $0.number("id") } == ids.sorted(by: >))

      var expected: [String: (flows: Int64, sent: Int64, received: Int64)] = [:]
      for id in ids {
        let flow = samples.flows[id] ?? [:]
        let own = messages.filter { $0.number("flow_id") == id }
        let forward = isAll ? sum([flow], "bytes_forward") : sum(own.filter { $0.number("direction") == 0 }, "length")
        let backward = isAll ? sum([flow], "bytes_backward") : sum(own.filter { $0.number("direction") == 1 }, "length")
        let ends = [(flow.text("srcip"), forward, backward), (flow.text("dstip"), backward, forward)]
        for (address, sent, received) in ends {
          var one = expected[address] ?? (0, 0, 0)
          (one.sent, one.received) = (one.sent + sent, one.received + received)
          expected[address] = one
        }
        for address in Set(ends.map(\.0)) { expected[address]?.flows += 1 }
      }
      let talkers = try ask(.talkers(limit: 1000), filter)
      #expect(talkers.count == expected.count)
      for row in talkers {
        let one = try #require(expected[row.text("address")])
        let numbers = ["flows", "sent", "received"].map { row.number($0) }
        #expect(numbers == [one.flows, one.sent, one.received], "\(row)")
      }
    }
  }

  @Test func `delays are those of the answers to the messages`() throws {
    let answers = samples.tables["message_answer"] ?? []
    #expect(answers.count > 50)
    let width: Int64 = 3_000_000
    for (filter, messages) in try selections() {
      let first = messages.compactMap { $0.number("time_us") }.min() ?? 0
      let ids = Set(messages.compactMap { $0.number("id") })
      let own = answers.filter { ids.contains($0.number("request_message_id") ?? 0) }
      func request(_ answer: Row) -> Row { samples.messages[answer.number("request_message_id") ?? 0] ?? [:] }
      func check(_ group: LatencyGroup, _ column: String, _ key: (Row) -> Int64?) throws {
        let expected = Dictionary(grouping: own) { key(request($0)) }
        let found = try ask(.latency(group), filter)
        #expect(found.count == expected.count)
        for row in found {
          let delays = (expected[row.number(column)] ?? []).compactMap { $0.number("delay_us") }.sorted()
          let numbers = ["answers", "median_us", "p95_us", "max_us"].map { row.number($0) }
          #expect(
            numbers == [
              Int64(delays.count), delays[Int(Double(delays.count) * 0.5)], delays[Int(Double(delays.count) * 0.95)],
              delays.last,
            ], "\(row)")
        }
      }
      try check(.type, "type") { $0.number("msg_type") }
      try check(.time(from: first, width: width), "bucket") { (($0.number("time_us") ?? 0) - first) / width }
      try check(.flow(limit: 1000), "flow_id") { $0.number("flow_id") }
      let slowest = try ask(.latency(.flow(limit: 2)), filter)
      let all = try ask(.latency(.flow(limit: 1000)), filter)
      #expect(slowest == Array(all.prefix(2)))
      #expect(all.map { $0.number("median_us") ?? 0 } == all.map { $0.number("median_us") ?? 0 }.sorted(by: >))
      for row in all {
        let flow = samples.flows[row.number("flow_id") ?? 0] ?? [:]
        #expect(["srcip", "srcport", "dstip", "dstport"].allSatisfy { flow[$0] == row[$0] }, "\(row)")
      }
      let requests = Dictionary(grouping: messages.filter { $0.text("content_table") == "asc_pull_request" }) {
        $0.number("msg_type")
      }
      let counted = try ask(.requests, filter)
      #expect(counted.map { [$0.number("type"), $0.number("n")] } == requests.map { [$0.key, Int64($0.value.count)] })
    }
  }

  @Test func `runs are those that took the messages`() throws {
    for (filter, messages) in try selections() {
      let flows = messages.compactMap { samples.flows[$0.number("flow_id") ?? 0] }
      let ids = Set(flows.compactMap { $0.number("run_id") })
      let runs = try ask(.runs(limit: 10), filter)
      #expect(runs.compactMap { $0.number("id") } == ids.sorted(by: >))
      for row in runs {
        let run = samples.tables["run"]?.first { $0.number("id") == row.number("id") } ?? [:]
        #expect(row.allSatisfy { run[$0.key] == $0.value } && row.count == 7, "\(row)")
      }
    }
    #expect(try ask(.runs(limit: 1), MessageFilter()).map { $0.number("id") } == [2])
  }

  // MARK: What the samples lack

  private func store(_ inserts: [String], in folder: Folder) throws -> DatabaseFile {
    let store = DatabaseFile(path: folder.path("a.db"), info: NanoSpecification.info)
    try store.prepare()
    try DatabaseQueue(path: store.path).write { database in
      for statement in inserts { try database.execute(sql: "INSERT INTO " + statement) }
    }
    return store
  }

  @Test func `a flow between two ports of one address is one flow of one talker`() throws {
    let folder = try Folder()
    let store = try store(
      [
        "flow (id, srcip, srcport, dstip, dstport, bytes_forward, bytes_backward) VALUES "
          + "(1, 'a', 1, 'a', 2, 10, 3), (2, 'a', 1, 'b', 2, 100, NULL)",
        "message (id, flow_id, direction, time_us, length) VALUES (1, 1, 0, 5, 8), (2, 1, 1, 6, 2), (3, 2, 0, 7, 50)",
      ], in: folder)
    func talkers(_ filter: MessageFilter) throws -> [[String]] {
      try samples.rows(store.queries.answer(.overview(.talkers(limit: 10), filter), QueryControl())).map { row in
        ["address", "flows", "sent", "received"].map { row.text($0) }
      }
    }
    #expect(try talkers(MessageFilter()) == [["a", "2", "113", "13"], ["b", "1", "", "100"]])
    var filter = MessageFilter()
    filter.end = 7
    #expect(try talkers(filter) == [["a", "1", "10", "10"]])
  }

  @Test func `issues are told by kind and time, and without a filter also those of no message`() throws {
    let folder = try Folder()
    let store = try store(
      [
        "flow (id, srcip) VALUES (1, 'a')",
        "message (id, flow_id, direction, time_us, length, msg_type) VALUES (1, 1, 0, 15, 8, 3), (2, 1, 0, 25, 8, 5)",
        "decode_issue (id, flow_id, message_id, time_us, length, kind) VALUES (1, 1, 1, 15, 4, 'invalid'), "
          + "(2, 1, 2, 25, 4, 'invalid'), (3, 1, 2, 26, 2, 'unknown'), (4, 1, NULL, 27, 100, 'gap'), "
          + "(5, 1, NULL, 45, 7, 'gap')",
      ], in: folder)
    func issues(_ filter: MessageFilter) throws -> [String] {
      let rows = try samples.rows(
        store.queries.answer(.overview(.issues(from: 10, width: 10), filter), QueryControl()))
      return rows.map { row in
        ["bucket", "kind", "n", "bytes", "messages"].map { row.text($0) }.joined(separator: " ")
      }.sorted()
    }
    func statement(_ kind: String?, _ filter: MessageFilter) throws -> [Int64] {
      let text = store.queries.statement(.issues(kind: kind, filter))
      return try samples.rows(store.queries.query(text, .none, QueryControl())).compactMap { $0.number("id") }
    }
    var filter = MessageFilter()
    #expect(
      try issues(filter) == ["0 invalid 1 4 1", "1 gap 1 100 0", "1 invalid 1 4 1", "1 unknown 1 2 1", "3 gap 1 7 0"])
    #expect(try statement(nil, filter) == [1, 2, 3, 4, 5] && statement("gap", filter) == [4, 5])
    (filter.start, filter.end) = (25, 45)
    #expect(try issues(filter) == ["1 gap 1 100 0", "1 invalid 1 4 1", "1 unknown 1 2 1"])
    #expect(try statement("gap", filter) == [4])
    filter.condition = try condition("type == confirm_ack")
    #expect(try issues(filter) == ["1 invalid 1 4 1", "1 unknown 1 2 1"])
    #expect(try statement("invalid", filter) == [2] && statement("it's", filter).isEmpty)
    filter.condition = try condition("publish")
    #expect(try issues(filter).isEmpty)
    // The time is the issue's.
    (filter.start, filter.end) = (15, 16)
    #expect(try issues(filter) == ["0 invalid 1 4 1"])
  }
}
