import Foundation
import Testing

@testable import Console

/// Bounds of requests and answers, each tried just below and just above.
@Suite struct RequestLimitTests {
  private func select(_ count: Int) -> String {
    "select+value+from+json_each(%27[\((0..<count).map(String.init).joined(separator: ","))]%27)"
  }

  private let query = "/api/v1/capture/query"

  @Test func `an answer has as many rows as the limit says`() async throws {
    let console = try await TestConsole.start { $0.limits.rows = 3 }
    for (count, limit, rows, isTruncated) in [
      (3, "", 3, false), (4, "", 3, true), (4, "&limit=4", 3, true), (4, "&limit=2", 2, true),
      (2, "&limit=2", 2, false), (1, "&limit=0", 0, true),
    ] {
      let answer = try await console.get("\(query)?query=\(select(count))\(limit)")
      #expect(answer.status == 200 && answer.rows.count == rows, "\(count)\(limit): \(answer.text)")
      #expect(answer.object["truncated"] as? Bool == (isTruncated ? true : nil), "\(count)\(limit)")
    }
    // A download has all.
    #expect(try await console.get("\(query)?query=\(select(4))&download=1").text.contains("[3]"))
  }

  @Test func `rows are sent a line each, as many as the limit says, and it is said how they end`() async throws {
    let console = try await TestConsole.start { ($0.limits.rows, $0.limits.pageRows) = (2, 3) }
    func lines(_ body: String) async throws -> [String] {
      let answer = try await console.post(query, body)
      #expect(answer.status == 200, "\(answer.text)")
      return answer.text.split(separator: "\n").map(String.init)
    }
    let values = #""query": "select value as x, 'a' || char(10) as y from json_each('[3, 1, 4, 2]')", "format": "rows""#
    // Who asks for more than the limit gets what the limit says.
    for asked in ["", ", \"limit\": 4"] {
      #expect(
        try await lines("{\(values)\(asked)}")
          == [#"["x","y"]"#, #"[3,"a\n"]"#, #"[1,"a\n"]"#, #"[4,"a\n"]"#, #"{"truncated":true,"limit":3}"#])
    }
    #expect(
      try await lines("{\(values), \"limit\": 1}").suffix(2) == [#"[3,"a\n"]"#, #"{"truncated":true,"limit":1}"#])
    #expect(try await lines(#"{"query": "select 1 as x where 0", "format": "rows"}"#) == [#"["x"]"#, "{}"])
    #expect(try await lines(#"{"query": "select 1 as x limit 3", "format": "rows"}"#) == [#"["x"]"#, "[1]", "{}"])
    // A file has all.
    #expect(try await lines("{\(values), \"download\": true}").count == 6)
    // What goes wrong behind rows is said behind them; before them it is the answer.
    let late = try await lines(
      #"{"query": "select json(value) as x from json_each('[\"1\", \"{\"]')", "format": "rows"}"#)
    #expect(late.count == 3 && late[1] == #"["1"]"# && late[2].contains(#""kind":"sql""#), "\(late)")
    let early = try await console.post(query, #"{"query": "select json('{') as x", "format": "rows"}"#)
    #expect(early.status == 400 && !early.error.isEmpty)
  }

  @Test func `a result is sorted by the store`() async throws {
    let console = try await TestConsole.start { ($0.limits.rows, $0.limits.pageRows) = (3, 3) }
    let values = #""query": "select value as x from json_each('[3, 1, 4, 2]') -- all""#
    for (more, rows, isTruncated) in [
      ("", "1,2,3", true), (#", "descending": true"#, "4,3,2", true), (#", "descending": false"#, "1,2,3", true),
    ] {
      let order = #""order": {"column": "x"\#(more)}"#
      let answer = try await console.post(query, "{\(values), \(order)}")
      #expect(answer.rows.map { "\($0[0])" }.joined(separator: ",") == rows, "\(answer.text)")
      #expect(answer.object["truncated"] as? Bool == isTruncated)
      let streamed = try await console.post(query, "{\(values), \(order), \"format\": \"rows\"}")
      #expect(
        streamed.text.split(separator: "\n").dropFirst().dropLast().joined(separator: ",")
          == rows.split(separator: ",").map { "[\($0)]" }.joined(separator: ","))
      #expect(streamed.text.contains("truncated"))
    }
    for format in ["json", "rows"] {
      let wrong = try await console.post(query, #"{\#(values), "order": {"column": "z"}, "format": "\#(format)"}"#)
      #expect(wrong.status == 400 && wrong.error == "the result has no column 'z' to sort by", "\(wrong.text)")
    }
    let both = try await console.post(query, #"{\#(values), "order": {"column": "x"}, "page": {"key": "x"}}"#)
    #expect(both.status == 400)
  }

  @Test func `an address has values of parameters too`() async throws {
    let console = try await TestConsole.start()
    for (parameters, status) in [
      ("%7B%22a%22:5,%22b%22:%22x%22%7D", 200), ("%7B%22a%22:5%7D", 400), ("5", 400), ("%7B", 400),
      ("%5B5,%22x%22%5D", 200),
    ] {
      let answer = try await console.get("\(query)?query=select+:a+%7C%7C+:b&format=csv&parameters=\(parameters)")
      #expect(answer.status == status, "\(parameters): \(answer.text)")
      if status == 200 { #expect(answer.text.hasSuffix("\r\n5x\r\n"), "\(answer.text)") }
    }
  }

  @Test func `an answer has as many bytes as the limit says`() async throws {
    let console = try await TestConsole.start { $0.limits.resultBytes = 10 }
    #expect(try await console.get("\(query)?query=select+%270123456789%27").status == 200)
    let answer = try await console.get("\(query)?query=select+%2701234567890%27")
    #expect(answer.status == 400 && answer.object["kind"] as? String == "limit")
  }

  @Test func `a body has as many bytes as the limit says`() async throws {
    let console = try await TestConsole.start { $0.limits.bodyBytes = 100 }
    let text = #"{"query": "select 1"}"#
    let full = text + String(repeating: " ", count: 100 - text.utf8.count)
    #expect(try await console.post(query, full).status == 200)
    #expect(try await console.post(query, full + " ").status == 413)
  }

  @Test func `a header has as many bytes as the limit says`() async throws {
    let console = try await TestConsole.start { $0.limits.headerBytes = 1000 }
    #expect(try await console.get("/healthz", "X: \(String(repeating: "x", count: 500))").status == 200)
    #expect(try await console.get("/healthz", "X: \(String(repeating: "x", count: 1100))").status >= 400)
  }

  @Test func `numbers outside of their ranges are refused`() async throws {
    let console = try await TestConsole.start()
    for (more, status) in [
      ("limit=-1", 400), ("limit=0", 200), ("limit=x", 400), ("limit=1.5", 400), ("timeout=0", 400),
      ("timeout=-1", 400), ("timeout=60.5", 200), ("timeout=x", 400), ("format=xml", 400),
    ] {
      let answer = try await console.get("\(query)?query=select+1&\(more)")
      #expect(answer.status == status, "\(more)")
      // A query that has no time ends too, but is not refused.
      if more.hasPrefix("timeout"), status == 400 { #expect(answer.text.contains("'timeout'"), "\(answer.text)") }
    }
    for (page, status) in [
      (#"{"key": "x", "limit": 0}"#, 400), (#"{"key": "x", "limit": 1}"#, 200), (#"{"key": "x", "limit": 10000}"#, 200),
      (#"{"key": "x", "limit": 10001}"#, 400), (#"{"key": "y"}"#, 400), (#"{"limit": 1}"#, 400), ("5", 400),
    ] {
      let answer = try await console.post(query, #"{"query": "select 1 as x", "page": \#(page)}"#)
      #expect(answer.status == status, "\(page)")
    }
  }

  @Test func `every parameter needs a value`() async throws {
    let console = try await TestConsole.start()
    for (parameters, status) in [
      ("[1, 2]", 200), ("[1]", 400), ("[1, 2, 3]", 400), ("[]", 400), ("null", 400), ("[1, [2]]", 400), ("5", 400),
    ] {
      let answer = try await console.post(query, #"{"query": "select ? + ?", "parameters": \#(parameters)}"#)
      #expect(answer.status == status, "\(parameters): \(answer.text)")
      if status == 200 { #expect(answer.rows.first?.first as? Int == 3) }
    }
    #expect(try await console.get("\(query)?query=select+?").status == 400)
    let named = try await console.post(query, #"{"query": "select :a || :b", "parameters": {"a": "x", "b": "y"}}"#)
    #expect(named.rows.first?.first as? String == "xy")
    #expect(try await console.post(query, #"{"query": "select :a || :b", "parameters": {"a": "x"}}"#).status == 400)
  }

  @Test func `a page of a query is told what is wrong with the query, and what is behind it is none of it`()
    async throws
  {
    let console = try await TestConsole.start()
    for (sql, status, error) in [
      ("select 1 as x; -- all", 200, ""), ("select 1 as x -- all", 200, ""), ("select 1 as x;;", 200, ""),
      ("select 1 as x; select 2", 400, "only one SQL statement"),
      ("select missing as x", 400, "no such column: missing"),
      ("select 1 as x) --", 400, "syntax error"), ("delete from message", 403, "only read"),
    ] {
      let answer = try await console.post(query, #"{"query": "\#(sql)", "page": {"key": "x"}}"#)
      #expect(answer.status == status && (error.isEmpty || answer.error.contains(error)), "\(sql): \(answer.text)")
    }
  }

  @Test func `pages follow one another without a gap`() async throws {
    let console = try await TestConsole.start()
    for isDescending in [false, true] {
      var (seen, after) = ([Int](), "null")
      while after != "" {
        let answer = try await console.post(
          query,
          """
          {"query": "select value as x from json_each('[3,1,2,5,4]') -- all",
          "page": {"key": "x", "limit": 2, "after": \(after), "descending": \(isDescending)}}
          """)
        try #require(answer.status == 200, "\(answer.text)")
        seen += answer.rows.compactMap { $0.first as? Int }
        after = (answer.object["next"] as? Int).map(String.init) ?? ""
      }
      #expect(seen == (isDescending ? [5, 4, 3, 2, 1] : [1, 2, 3, 4, 5]))
    }
  }

  private static let endless =
    "with+recursive+n(x)+as+(select+1+union+all+select+x%2B1+from+n)+select+count(*)+from+n"

  /// Begins a request on a connection of its own, and waits for nothing.
  private func ask(_ line: String, _ json: Substring = "", of console: TestConsole) throws -> HTTPConnection {
    let client = try HTTPConnection(console.server.port)
    let head =
      json.isEmpty ? "" : "Content-Type: application/json\r\nContent-Length: \(json.utf8.count)\r\n"
    client.send("\(line) HTTP/1.1\r\nHost: 127.0.0.1\r\n\(head)\r\n\(json)")
    return client
  }

  @Test func `so many queries run, so many wait, and all others are refused at once`() async throws {
    let console = try await TestConsole.start { ($0.limits.queries, $0.limits.waitingQueries) = (2, 3) }
    var clients = try (0..<9).map { _ in
      try ask("GET \(query)?timeout=300&query=\(Self.endless)", of: console)
    }
    var refused = 0
    for _ in 0..<6000 where refused < 4 {
      try await Task.sleep(for: .milliseconds(10))
      refused += clients.count { String(decoding: $0.receiveAvailable(), as: UTF8.self).hasPrefix("HTTP/1.1 503") }
    }
    try await Task.sleep(for: .milliseconds(200))
    #expect(refused == 4 && clients.allSatisfy { $0.receiveAvailable().isEmpty })
    // Who goes away takes his query along, also one that waits.
    clients.removeAll()
    #expect(try await console.get("\(query)?query=select+1").status == 200)
  }

  @Test func `the schema is shown however little time queries have`() async throws {
    let console = try await TestConsole.start { $0.limits.seconds = 0 }
    #expect(try await console.get("\(query)?query=select+1").status == 400)
    for place in ["description", "schema", "indices"] {
      #expect(try await console.get("/api/v1/\(place)").status == 200, "\(place)")
    }
  }

  @Test func `the schema has no less time than queries`() async throws {
    let console = try await TestConsole.start { $0.limits.schemaSeconds = 0 }
    for place in ["description", "schema", "indices"] {
      #expect(try await console.get("/api/v1/\(place)").status == 200, "\(place)")
    }
  }

  @Test func `who breaks off takes his query along`() async throws {
    let console = try await TestConsole.start { ($0.limits.queries, $0.limits.waitingQueries) = (1, 0) }
    func askWithoutEnd() throws -> HTTPConnection {
      try ask("GET \(query)?timeout=300&query=\(Self.endless)", of: console)
    }
    var client = try askWithoutEnd()
    func waits(for status: Int, otherwise: () throws -> Void = {}) async throws -> Bool {
      for _ in 0..<4800 {
        if try await console.get("\(query)?query=select+1").status == status { return true }
        try await Task.sleep(for: .milliseconds(25))
        try otherwise()
      }
      return false
    }
    // There is one place, and looking whether it is taken takes it for a moment: the client may have come just then.
    let isTaken = try await waits(for: 503) { if !client.receiveAvailable().isEmpty { client = try askWithoutEnd() } }
    #expect(isTaken)
    client.reset()
    #expect(try await waits(for: 200))
  }

  // One after another: a case tells by the time that it takes whether a query waits.
  @Test(
    .serialized,
    arguments: [
      "GET /api/v1/flow/1", "GET /api/v1/message/1", "GET /api/v1/count/packet", "GET /api/v1/count/per-type",
      "GET /api/v1/count/per-name", "GET /api/v1/description", "GET /api/v1/schema", "GET /api/v1/indices",
      "GET /api/v1/databases", "GET /api/v1/explain?query=select+1", #"POST /api/v1/value {"value": "1"}"#,
      #"POST /api/v1/ask {"question": "summaries", "ids": [1]}"#, #"POST /api/v1/ask {"question": "times"}"#,
      #"POST /api/v1/overview {"from_us": 0, "to_us": 1, "width_us": 1}"#,
    ]) func `whatever somebody waits for ends when he breaks off`(_ question: String) async throws
  {
    let console = try await TestConsole.start { ($0.limits.queries, $0.limits.waitingQueries) = (1, 1) }
    /// The beginning of the answer that another query gets; nothing where it waits.
    func otherAnswer() async throws -> String {
      let client = try ask("GET \(query)?query=select+1", of: console)
      for _ in 0..<15 {
        try await Task.sleep(for: .milliseconds(20))
        let answer = client.receiveAvailable()
        if !answer.isEmpty { return String(decoding: answer.prefix(12), as: UTF8.self) }
      }
      return ""
    }
    func waits(for answer: String, _ otherwise: () throws -> Void = {}) async throws -> Bool {
      for _ in 0..<100 {
        if try await otherAnswer() == answer { return true }
        try otherwise()
      }
      return false
    }
    var endless: HTTPConnection?
    let isTaken = try await waits(for: "") {
      if endless?.receiveAvailable().isEmpty != true {
        endless = try ask("GET \(query)?timeout=300&query=\(Self.endless)", of: console)
      }
    }
    #expect(isTaken)
    // With that one a query waits, which is the last that may.
    let parts = question.split(separator: " ", maxSplits: 2)
    var client: HTTPConnection?
    let isFull = try await waits(for: "HTTP/1.1 503") {
      if client?.receiveAvailable().isEmpty != true {
        client = try ask("\(parts[0]) \(parts[1])", parts.count > 2 ? parts[2] : "", of: console)
      }
    }
    #expect(isFull)
    client?.reset()
    #expect(try await waits(for: ""))
  }

  @Test func `so many may listen to events, and one more when one has left`() async throws {
    let console = try await TestConsole.start { $0.limits.listeners = 2 }
    func listen() async throws -> (HTTPConnection, String) {
      try await onThread {
        let connection = try HTTPConnection(console.server.port)
        connection.send("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return (connection, String(decoding: try connection.receive() ?? [], as: UTF8.self))
      }
    }
    var listeners = [try await listen(), try await listen()]
    #expect(listeners.allSatisfy { $0.1.hasPrefix("HTTP/1.1 200") })
    #expect(try await listen().1.hasPrefix("HTTP/1.1 503"))
    listeners.removeLast()
    var isIn = false
    for _ in 0..<4800 where !isIn {
      isIn = try await listen().1.hasPrefix("HTTP/1.1 200")
      try await Task.sleep(for: .milliseconds(50))
    }
    #expect(isIn)
  }

  // MARK: Slow clients

  @Test func `by default a client has twenty seconds, and an idle connection more than a minute`() {
    let limits = ConsoleOptions.Limits()
    #expect(limits.clientSeconds == 20 && limits.idleSeconds == 75)
  }

  /// Time enough for what a busy machine does at once, and less than a test waits.
  private static let seconds: Int64 = 5

  /// Each of them would wait for a minute if nobody closed the connection, and would then fail.
  @Test(arguments: [
    "", "GET / HTTP/1.1\r\nHost: 127",
    "POST /api/v1/import HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{",
  ])
  func `a request that does not come to its end is not waited for`(part: String) async throws {
    let console = try await TestConsole.start { $0.limits.clientSeconds = Self.seconds }
    _ = try await onThread {
      let connection = try HTTPConnection(console.server.port)
      connection.send(part)
      return try connection.receiveAll()
    }
    #expect(try await console.get("/healthz").status == 200)
  }

  @Test func `a client that takes nothing is not waited for`() async throws {
    let console = try await TestConsole.start { ($0.limits.clientSeconds, $0.limits.queries) = (Self.seconds, 1) }
    let endless = "with+recursive+n(x)+as+(select+1+union+all+select+x%2B1+from+n)+select+x+from+n"
    let connection = try ask("GET \(query)?format=csv&timeout=300&query=\(endless)", of: console)
    #expect(try await onThread { try connection.receive() } != nil)
    // The only place for queries is free again when the client is given up.
    var isFree = false
    for _ in 0..<4800 where !isFree {
      isFree = try await console.get("\(query)?query=select+1").status == 200
      try await Task.sleep(for: .milliseconds(25))
    }
    #expect(isFree)
  }

  @Test func `a connection on which nothing happens is closed`() async throws {
    let console = try await TestConsole.start { $0.limits.idleSeconds = Self.seconds }
    let answer = try await onThread {
      let connection = try HTTPConnection(console.server.port)
      connection.send("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
      return try connection.receiveAll()
    }
    #expect(String(decoding: answer, as: UTF8.self).hasPrefix("HTTP/1.1 200"))
  }
}
