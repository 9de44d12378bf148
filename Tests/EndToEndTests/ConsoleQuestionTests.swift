import Foundation
import Testing

/// What the page asks for by name, held against SQL.
@Suite struct ConsoleQuestionTests {
  private let folder: TemporaryFolder
  let console: ConsoleProcess

  init() throws {
    folder = try TemporaryFolder()
    console = try ConsoleProcess.serving(in: folder)
  }

  /// Rows as texts, a value behind the other.
  func ask(_ question: String, _ more: [String: Any] = [:]) throws -> [String] {
    let answer = try console.post("/api/v1/ask", more.merging(["question": question]) { first, _ in first })
    #expect(answer.status == 200, "\(answer.text)")
    return try answer.rows.map { $0.map { $0 is NSNull ? "" : "\($0)" }.joined(separator: "|") }
  }

  func sql(_ query: String) throws -> [String] {
    let outcome = try run(URL(filePath: "/usr/bin/env"), ["sqlite3", folder.path("a.db"), query])
    #expect(outcome.status == 0, "\(outcome.errors)")
    return outcome.output.split(separator: "\n").map(String.init)
  }

  @Test func `messages are found by all that a filter can say`() throws {
    let address = try #require(try sql("SELECT dstip FROM flow LIMIT 1").first)
    let port = try #require(try sql("SELECT dstport FROM flow ORDER BY id DESC LIMIT 1").first.flatMap { Int($0) })
    let times = try ask("times").first?.split(separator: "|").compactMap { Int($0) } ?? []
    let (first, last) = (try #require(times.first), try #require(times.last))
    let middle = (first + last) / 2
    let filters: [(filter: [String: Any], condition: String)] = [
      ([:], "1"), (["type": 5], "msg_type = 5"), (["flow": 2], "flow_id = 2"),
      // The sample's connections all have it.
      (["address": address], "flow_id IN (SELECT id FROM flow WHERE '\(address)' IN (srcip, dstip))"),
      (["address": "10.0.0.1"], "0"),
      (
        ["address": address, "port": port],
        "flow_id IN (SELECT id FROM flow WHERE (srcip, srcport) = ('\(address)', \(port))"
          + " OR (dstip, dstport) = ('\(address)', \(port)))"
      ), (["start_us": middle], "time_us >= \(middle)"), (["end_us": middle], "time_us < \(middle)"),
      (["type": 5, "start_us": middle, "end_us": last], "msg_type = 5 AND time_us >= \(middle) AND time_us < \(last)"),
    ]
    let total = try sql("SELECT id FROM message").count
    for (filter, condition) in filters {
      let ids = try sql("SELECT id FROM message WHERE \(condition) ORDER BY id")
      let isSome = !filter.isEmpty && filter.keys.sorted() != ["address"]
      #expect(!isSome || (1..<total).contains(ids.count), "\(condition)")
      let found = try ask("messages", ["filter": filter, "limit": 10_000])
      #expect(found.map { String($0.prefix { $0 != "|" }) } == ids, "\(condition)")
      // A query to go on with gives the same.
      let query = try #require(
        try console.post("/api/v1/statement", ["filter": filter]).object["query"] as? String)
      #expect(try console.query(query).rows.map { "\($0[0])" }.sorted() == Array(ids.prefix(500)).sorted(), "\(query)")
      let fences = try ask("fences", ["filter": filter, "every": 10])
      let expected = ids.enumerated().filter { $0.offset % 10 == 0 || $0.offset == ids.count - 1 }
      #expect(fences == expected.map { "\($0.element)|\($0.offset + 1)" }, "\(condition)")
    }
    let some = try ask("messages", ["from": 7, "limit": 3])
    #expect(some.map { $0.prefix { $0 != "|" } } == ["7", "8", "9"])
  }

  @Test func `figures and connections are those of the database`() throws {
    #expect(try ask("span") == sql("SELECT count(*), min(id), max(id) FROM message"))
    #expect(try ask("last") == sql("SELECT max(id) FROM message"))
    #expect(try ask("times") == sql("SELECT min(time_us), max(time_us) FROM message"))
    #expect(try ask("types").sorted() == sql("SELECT msg_type, count(*) FROM message GROUP BY 1").sorted())
    #expect(try ask("count", ["table": "vote"]) == sql("SELECT count(*) FROM vote"))
    #expect(try ask("rows", ["table": "run", "limit": 1]) == sql("SELECT * FROM run LIMIT 1"))
    #expect(try ask("flow_totals") == sql("SELECT count(*), sum(lost_bytes) FROM flow"))
    #expect(
      try ask("issues").sorted()
        == sql(
          "SELECT time_us / 1000000, kind, count(*), sum(length), count(message_id) FROM decode_issue GROUP BY 1, 2"
        ).sorted())
    #expect(
      try ask("runs")
        == sql("SELECT id, kind, source, started, packets, dropped_kernel, dropped_queue FROM run ORDER BY id DESC"))
    let answers = "message_answer JOIN message ON id = request_message_id"
    #expect(
      try ask("latency", ["by": "type"]).map { $0.split(separator: "|")[1] }
        == sql("SELECT count(*) FROM \(answers) GROUP BY msg_type ORDER BY 1 DESC").map { $0[...] })
    #expect(
      try ask("requests") == sql("SELECT msg_type, count(*) FROM message WHERE content_table = 'asc_pull_request'"))
    let first = try #require(try sql("SELECT min(time_us) FROM message").first.flatMap { Int($0) })
    let traffic = "SELECT (time_us - \(first)) / 1000000, msg_type, count(*), sum(length) FROM message"
    #expect(
      try ask("traffic", ["from": first, "width": 1_000_000]).sorted() == sql("\(traffic) GROUP BY 1, 2").sorted())
    let some = try ask("traffic", ["from": first, "width": 1_000_000, "filter": ["where": "type == confirm_ack"]])
    #expect(some.sorted() == (try sql("\(traffic) WHERE msg_type = 5 GROUP BY 1, 2").sorted()) && !some.isEmpty)
    let talkers = try ask("talkers", ["limit": 1])
    let address = try #require(talkers.first?.split(separator: "|").first.map(String.init))
    func total(_ end: String, _ column: String) -> String { "sum(iif(\(end)ip = '\(address)', \(column), 0))" }
    let flows = "sum('\(address)' IN (srcip, dstip))"
    let sent = "\(total("src", "bytes_forward")) + \(total("dst", "bytes_backward"))"
    let received = "\(total("src", "bytes_backward")) + \(total("dst", "bytes_forward"))"
    #expect(try talkers == sql("SELECT '\(address)', \(flows), \(sent), \(received) FROM flow"))
    for (order, columns) in [
      ("latest", "id DESC"), ("first", "id"), ("bytes", "bytes_forward + bytes_backward DESC, id"),
      ("packets", "packets DESC, id"), ("lost", "lost_bytes DESC, id"),
    ] {
      let flows = try ask("flows", ["order": order, "limit": 2, "offset": 1])
      #expect(try flows == sql("SELECT * FROM flow ORDER BY \(columns) LIMIT 2 OFFSET 1"), "\(order)")
    }
  }

  @Test func `queries to go on with find rows, and texts wherever they are`() throws {
    func rows(_ topic: [String: Any]) throws -> [[Any]] {
      let query = try #require(try console.post("/api/v1/statement", topic).object["query"] as? String)
      let answer = try console.query(query)
      #expect(answer.status == 200, "\(query): \(answer.text)")
      return try answer.rows
    }
    let flows = try sql("SELECT id FROM flow").count
    #expect(try rows(["table": "flow"]).count == min(100, flows))
    #expect(try rows(["table": "flow", "column": "id", "value": 2]).map { "\($0[0])" } == ["2"])
    // A value cannot get out of its quotes.
    #expect(try rows(["table": "flow", "column": "srcip", "value": "' or '1' = '1"]).isEmpty)
    let account = try #require(try sql("SELECT account FROM vote LIMIT 1").first)
    let found = try rows(["find": account])
    #expect(found.contains { "\($0[0])" == "vote" && "\($0[3])" == "account" })
  }

  @Test func `messages are told in a line, by their ids`() throws {
    let pull = try #require(
      try sql("SELECT packet_id, request_id, start FROM asc_pull_request WHERE type = 1 ORDER BY id LIMIT 1").first?
        .split(separator: "|"))
    let vote = try #require(
      try sql("SELECT packet_id, account, vote_count, sequence FROM vote ORDER BY id LIMIT 1").first?.split(
        separator: "|"))
    try sqlChange(
      "INSERT INTO decode_issue (flow_id, direction, message_id, time_us, stream_offset, length, kind, detail) "
        + "SELECT 1, 0, \(vote[0]), 1, 1, 1, 'k', 'd' UNION ALL SELECT 1, 0, \(vote[0]), 1, 1, 1, 'k', 'd'")
    let ids = [Int(vote[0]) ?? 0, Int(pull[0]) ?? 0, 99_999_999]
    let answer = try console.post("/api/v1/ask", ["question": "summaries", "ids": ids])
    #expect(try answer.object["columns"] as? [String] == ["id", "info", "issues"])
    let rows = try answer.rows
    #expect(rows.map { $0[0] as? Int } == ids && rows.map { $0[2] as? Int } == [2, 0, 0])
    let line = rows[0][1] as? String ?? ""
    #expect(line.hasPrefix(vote[3] == "-1" ? "final vote by " : "vote by "))
    #expect(line.contains(" by \(vote[1]) for \(vote[2]): "))
    let told = rows[1][1] as? String ?? ""
    #expect(told.hasPrefix("blocks from ") && told.hasSuffix(" id \(pull[1])") && told.contains(" \(pull[2]) count "))
    #expect(rows[2][1] is NSNull)
    // An id that no number of JavaScript holds is a text.
    let large = try console.post("/api/v1/ask", ["question": "summaries", "ids": ["9223372036854775807"]])
    #expect(try large.rows[0][0] as? String == "9223372036854775807")
    #expect(try ask("summaries", ["ids": [Int]()]).isEmpty)
    // Whatever there is has a line, but for what is only a header.
    let types = try ask("types").map { $0.split(separator: "|")[0] }
    for type in types where type != "12" {
      let first = try #require(
        try sql("SELECT min(id) FROM message WHERE msg_type = \(type)").first.flatMap { Int($0) })
      #expect(try !ask("summaries", ["ids": [first]])[0].hasSuffix("||0"), "\(type)")
    }
  }

  private func sqlChange(_ statement: String) throws {
    try system("sqlite3", folder.path("a.db"), statement)
  }

  @Test func `questions that make no sense are refused`() throws {
    for (body, words) in [
      (["question": "why"], "'question' must be span, last,"), ([:], "'question' is missing"),
      (["question": "fences", "every": 1], "'every' must be from 2"),
      (["question": "flows", "order": "size"], "'order'"),
      (["question": "flows", "offset": -1], "'offset'"), (["question": "traffic", "width": 0], "'width'"),
      (["question": "messages", "filter": ["flow": "x"]], "'filter.flow'"),
      (["question": "count"], "'table' is missing"),
      (["question": "summaries"], "'ids' is missing"), (["question": "summaries", "ids": ["x"]], "'ids[0]' must be"),
      (["question": "summaries", "ids": 1], "'ids' must be"),
      (["question": "summaries", "ids": [Int](1...1001)], "'ids' must be a list of at most 1000"),
    ] as [([String: Any], String)] {
      let answer = try console.post("/api/v1/ask", body)
      #expect(answer.status == 400 && answer.error.contains(words), "\(answer.text)")
    }
    let unknown = try console.post("/api/v1/ask", ["question": "count", "table": "none"])
    #expect(unknown.status == 404 && unknown.error.contains("no such table"), "\(unknown.text)")
  }
}
