import Capture
import Foundation
import NanoParser
import Synchronization
import Testing

@testable import ClickHouseStore

/// What a user's query may do, and what it gives.
@Suite(.serialized) struct QueryTests {
  private let server: ClickHouseServer
  private let store: ClickHouseStore
  private var engine: any QueryEngine { store.queries }

  private static let prepared = Result {
    let server = try ClickHouseServer.shared.get()
    try server.store(database: "queries").prepare()
    return server
  }

  init() throws {
    server = try Self.prepared.get()
    store = try server.store(database: "queries")
  }

  private func values(_ sql: String, _ parameters: QueryParameters = .none) throws -> [[QueryValue]] {
    try rows(engine.query(sql, parameters, QueryControl()))
  }

  // MARK: Values

  @Test func `values arrive whole, whatever their type`() throws {
    let found = try values(
      """
      select toInt64('-9223372036854775808'), toInt64('9223372036854775807'), 9007199254740993, toUInt64('18446744073709551615'),
        toUInt8(200), toInt8(-3), 0.1, 1e300, 1/0, -1/0, nan, NULL, toNullable(5), '', 'NULL', '\\\\N'
      """)
    #expect(
      found == [
        [
          .integer(.min), .integer(.max), .integer(9_007_199_254_740_993), .text("18446744073709551615"), .integer(200),
          .integer(-3), .real(0.1), .real(1e300), .real(.infinity), .real(-.infinity), .null, .null, .integer(5),
          .text(""), .text("NULL"), .text("\\N"),
        ]
      ])
  }

  @Test func `texts may have anything in them`() throws {
    let bytes = (0..<256).map { "\\x" + (String($0, radix: 16).count == 1 ? "0" : "") + String($0, radix: 16) }.joined()
    #expect(try values("select '\(bytes)' as x") == [[.blob((0..<256).map { UInt8($0) })]])
    let text = "tab\there, line\nend\r, quote ' \" `, back\\slash, nothing \u{0}, \u{8}\u{C}\u{7}\u{B}, größer 你好"
    #expect(try values("select :x, 1", .named(["x": .text(text)])) == [[.text(text), .integer(1)]])
    #expect(try values("select ?", .list([.text(text)])) == [[.text(text)]])
    #expect(try values("select ?", .list([.text("$tag$ 5 \\$ $$")])) == [[.text("$tag$ 5 \\$ $$")]])
  }

  @Test func `other types are texts`() throws {
    #expect(
      try values(
        "select toDate('2020-02-03'), toDateTime('2020-02-03 04:05:06', 'UTC'), [1, 2], ['a\\tb'], toUUID('61f0c404-5cb3-11e7-907b-a6006ad3dba0')"
      ) == [
        [
          .text("2020-02-03"), .text("2020-02-03 04:05:06"), .text("[1,2]"), .text("['a\\tb']"),
          .text("61f0c404-5cb3-11e7-907b-a6006ad3dba0"),
        ]
      ])
  }

  @Test func `long results come row by row`() throws {
    let cursor = try engine.query(
      "select number, toString(number) as text from system.numbers limit 150000", .none, QueryControl())
    #expect(cursor.columns == ["number", "text"])
    var sum: Int64 = 0
    while try cursor.step() {
      let number = try #require(cursor.value(0).number)
      try #require(cursor.value(1) == .text("\(number)"))
      sum += number
    }
    #expect(sum == 149_999 * 150_000 / 2)
  }

  // MARK: Parameters

  @Test func `parameters are values and never anything else`() throws {
    let hostile = ["'; drop table message; --", "\\", "\\'", "' or 1 = 1 --", "*/ 1 /*", "$a$", "?", ":x", "\u{0}'"]
    for text in hostile {
      #expect(try values("select ?, ? as y", .list([.text(text), .integer(-5)])) == [[.text(text), .integer(-5)]])
      #expect(
        try values("select $x, @x, ':x', \":x\" from (select 1 as \":x\") -- :x", .named(["x": .text(text)])) == [
          [.text(text), .text(text), .text(":x"), .integer(1)]
        ])
    }
    let numbers: [QueryValue] = [
      .integer(.min), .integer(.max), .integer(-1), .real(-0.5), .real(.infinity), .null, .blob([0, 39, 92, 255]),
    ]
    for value in numbers { #expect(try values("select 1, ?", .list([value])) == [[.integer(1), value]]) }
    // Two signs in a row would begin a comment.
    #expect(try values("select 1-?", .list([.integer(-1)])) == [[.integer(2)]])
    #expect(try values("select 1 ? 2 : 3") == [[.integer(2)]])
  }

  @Test func `missing parameters are named`() {
    func problem(_ sql: String, _ parameters: QueryParameters) -> String? {
      #expect(throws: QueryError.self) { _ = try values(sql, parameters) }?.description
    }
    #expect(problem("select ?", .list([])) == "the query has 1 parameters, and 0 values were given")
    #expect(problem("select 1", .list([.null])) == "the query has 0 parameters, and 1 values were given")
    #expect(problem("select :a", .named(["b": .null])) == "the parameter :a has no value")
  }

  // MARK: Hostile SQL

  @Test(arguments: [
    "select * from url('http://127.0.0.1:1/', CSV, 'a String')",
    "select * from \"url\"('http://127.0.0.1:1/', CSV, 'a String')",
    "select * from file('/etc/passwd', CSV, 'a String')", "select * from remote('127.0.0.1', system, one)",
    "select * from mysql('127.0.0.1:1', 'a', 'b', 'c', 'd')", "select * from ReMoTe ('127.0.0.1', system, one)",
    "select * from `remote` /* ( */ ('127.0.0.1', system, one)",
    "insert into message (id) values (1)", "drop table message", "alter table message delete where 1",
    "truncate table message",
    "create table x (a UInt8) engine = Memory", "create temporary table x (a UInt8)", "set readonly = 0", "use system",
    "system shutdown", "kill query where 1", "optimize table message", "rename table message to x",
    "select 1 into outfile '/tmp/nanocap-must-not-be-there'", "select 1 settings max_execution_time = 0",
    "select 1 from (select 1 settings readonly = 0)", "with 1 as x select x settings max_memory_usage = 0",
    "(select 1) settings readonly = 0", "attach table x", "detach table message", "grant all on *.* to reader",
  ])
  func `what does not only read is refused`(_ sql: String) throws {
    let error = #expect(throws: QueryError.self) { _ = try values(sql) }
    #expect(error?.kind == .forbidden, "\(String(describing: error))")
    #expect(try store.differences().isEmpty)
    #expect(!FileManager.default.fileExists(atPath: "/tmp/nanocap-must-not-be-there"))
  }

  /// Whoever asks the server without this program's look at the text gets no further.
  @Test(arguments: [
    "select * from url('http://127.0.0.1:1/', CSV, 'a String')", "select * from file('x', CSV, 'a String')",
    "select * from remote('127.0.0.1', system, one)", "insert into message (id) values (1)", "drop table message",
    "select 1 settings readonly = 0", "set max_memory_usage = 1", "create table x (a UInt8) engine = Memory",
  ])
  func `the server refuses it too`(_ sql: String) throws {
    let client = try server.client(database: "queries")
    var request = ClickHouseRequest(sql)
    request.settings = QueryRights.all.settings(
      QueryLimits(seconds: 5, rows: 10, memory: 1 << 30))
    let failure = #expect(throws: ClickHouseFailure.self) { try client.execute(request) }
    #expect(QueryError(try #require(failure), place: "").kind == .forbidden, "\(String(describing: failure))")
  }

  @Test func `several statements are refused, and comments are none`() throws {
    for sql in ["select 1; select 2", "select 1; drop table message", "select 1;;select 2 -- x", "select ';' ; x"] {
      let error = #expect(throws: QueryError.self) { _ = try values(sql) }
      #expect(error?.description.contains("only one SQL statement at a time") == true, "\(sql)")
    }
    for sql in [
      "select 1;", "select 1 -- ; select 2", "/* ; */ select 1 ;; -- done\n", "select 1 /* open", "(select 1)",
    ] {
      #expect(try values(sql) == [[.integer(1)]], "\(sql)")
    }
    for sql in ["", " ; ", "-- nothing"] {
      #expect(throws: QueryError.self) { _ = try values(sql) }
    }
    let format = #expect(throws: QueryError.self) { _ = try values("select 1 format JSON") }
    #expect(format?.description.contains("leave out FORMAT") == true)
  }

  @Test func `names that look like what is refused are names`() throws {
    #expect(try values("select 1 as url, 2 as settings, 3 as format, 'remote(' as \"file\"").count == 1)
    #expect(try values("select url, format from (select 1 as url, 2 as format)") == [[.integer(1), .integer(2)]])
  }

  @Test func `passwords are in none of the server's tables`() throws {
    let address = try server.address(user: "secret", database: "queries")
    var options = ClickHouseStore.Options()
    options.password = ClickHousePassword(ClickHouseServer.password)
    let queries = try ClickHouseStore(address, for: NanoSpecification.info, options: options).queries
    let tables = try rows(
      queries.query(
        "select name from system.tables where database = 'system' and engine not like '%Numbers%'", .none,
        QueryControl()))
    #expect(tables.count > 15)
    for table in tables {
      guard case .text(let name) = table[0] else { continue }
      // Some need more than this server has.
      guard let cursor = try? queries.query("select * from system.\"\(name)\"", .none, QueryControl()) else { continue }
      while (try? cursor.step()) == true {
        #expect(!cursor.row.map(\.resultText).joined().contains(ClickHouseServer.password), "system.\(name)")
      }
    }
    #expect(!server.log.contains(ClickHouseServer.password))
  }

  // MARK: Limits

  private func control(_ limits: QueryLimits) -> QueryControl { QueryControl(limits: limits) }

  @Test func `a result ends at the limit of rows, and says so`() throws {
    let cursor = try engine.query(
      "select number from system.numbers", .none, control(QueryLimits(seconds: 60, rows: 10)))
    #expect(try rows(cursor).count == 10 && cursor.isTruncated)
    #expect(try !cursor.step())
    let short = try engine.query("select number from system.numbers limit 10", .none, control(QueryLimits(rows: 10)))
    #expect(try rows(short).count == 10 && !short.isTruncated)
  }

  @Test func `a result ends at the limit of bytes`() throws {
    let cursor = try engine.query(
      "select toString(number) from system.numbers limit 1000000", .none, control(QueryLimits(bytes: 100_000)))
    let error = #expect(throws: QueryError.self) { _ = try rows(cursor) }
    #expect(error?.kind == .limit)
  }

  @Test func `a query ends at the limit of time`() throws {
    // It never gives a row.
    let error = #expect(throws: QueryError.self) {
      _ = try rows(
        engine.query("select number from system.numbers where number < 0", .none, control(QueryLimits(seconds: 1))))
    }
    #expect(error?.kind == .timeout)
    try waitUntilNothingRuns()
  }

  @Test func `a query ends at the limit of memory`() throws {
    let error = #expect(throws: QueryError.self) {
      _ = try rows(
        engine.query(
          "select number, count() from (select number from system.numbers limit 30000000) group by number", .none,
          control(QueryLimits(memory: 50_000_000))))
    }
    #expect(error?.kind == .limit)
  }

  @Test func `whoever may only read has the limits of the program, where the server lets it have any`() throws {
    let queries = try server.store(user: "reader", database: "queries").queries
    let cursor = try queries.query(
      "select number from system.numbers", .none, control(QueryLimits(seconds: 600, rows: 10)))
    #expect(try rows(cursor).count == 10 && cursor.isTruncated)
    // The server would go on for ten minutes; that the cursor is still there makes no difference.
    try waitUntilNothingRuns()
    withExtendedLifetime(cursor) {}
    let error = #expect(throws: QueryError.self) {
      _ = try rows(
        queries.query("select number from system.numbers where number < 0", .none, control(QueryLimits(seconds: 1))))
    }
    #expect(error?.kind == .timeout)
    try waitUntilNothingRuns()
  }

  @Test func `a query that is cancelled ends on the server too`() throws {
    let cancellation = QueryCancellation()
    let ended = Mutex<QueryError?>(nil)
    let isOver = DispatchSemaphore(value: 0)
    Thread.detachNewThread { [engine] in
      do throws(QueryError) {
        let control = QueryControl(cancellation: cancellation)
        let cursor = try engine.query("select number from system.numbers where number < 0", .none, control)
        while try cursor.step() {}
      } catch {
        ended.withLock { $0 = error }
      }
      isOver.signal()
    }
    try waitUntil { try running() > 0 }
    cancellation.cancel()
    #expect(isOver.wait(timeout: .now() + 120) == .success)
    #expect(ended.withLock { $0?.kind } == .cancelled)
    try waitUntilNothingRuns()
    // One that is cancelled before it begins does not begin.
    #expect(throws: QueryError.self) {
      _ = try engine.query("select 1", .none, QueryControl(cancellation: cancellation))
    }
  }

  @Test func `a result that nobody reads any more ends on the server too`() throws {
    do {
      let cursor = try engine.query("select number from system.numbers", .none, QueryControl())
      #expect(try cursor.step())
      #expect(try running() > 0)
    }
    try waitUntilNothingRuns()
  }

  /// Queries of users that the server runs now.
  private func running() throws -> Int {
    try rows(
      engine.query(
        "select query_id from system.processes where query like '%system.numbers%' and query not like '%processes%'",
        .none,
        QueryControl())
    ).count
  }

  private func waitUntilNothingRuns() throws { try waitUntil { try running() == 0 } }

  private func waitUntil(_ condition: () throws -> Bool) throws {
    let deadline = ContinuousClock.now + .seconds(120)
    while try !condition() {
      try #require(ContinuousClock.now < deadline)
      Thread.sleep(forTimeInterval: 0.02)
    }
  }

  // MARK: Errors

  @Test func `errors are in the server's words, at their place`() throws {
    let error = #expect(throws: QueryError.self) { _ = try values("select 'größe' frmo message") }
    #expect(error?.kind == .sql && error?.position == 21, "\(String(describing: error))")
    let missing = #expect(throws: QueryError.self) { _ = try values("select * from nothing") }
    #expect(missing?.kind == .sql && missing?.description.contains("nothing") == true)
  }

  @Test func `an exception in the middle of a result is one`() throws {
    // It comes with the second block, when the server has sent most of the first: it keeps a megabyte.
    let text = String(repeating: "x", count: 100)
    let cursor = try engine.query(
      "select throwIf(number = 70000), '\(text)' from system.numbers limit 200000", .none, QueryControl())
    var count = 0
    let error = #expect(throws: QueryError.self) {
      while try cursor.step() { count += 1 }
    }
    #expect(error?.kind == .sql && count > 10_000, "\(String(describing: error)) after \(count) rows")
  }

  @Test func `a value that looks like an exception is a value`() throws {
    let text = "Code: 159, e.displayText() = DB::Exception: Timeout"
    #expect(try values("select '\(text)', 1") == [[.text(text), .integer(1)]])
    #expect(try values("select arrayJoin(['\(text)', 'x'])") == [[.text(text)], [.text("x")]])
  }

  @Test func `a server that is away is named`() throws {
    let server = try ClickHouseServer()
    let engine = try server.store(database: "system").queries
    #expect(try rows(engine.query("select 1", .none, QueryControl())) == [[.integer(1)]])
    server.kill()
    let error = #expect(throws: QueryError.self) { _ = try engine.query("select 1", .none, QueryControl()) }
    #expect(error?.kind == .database && error?.description.contains("127.0.0.1") == true)
    try server.restart()
    #expect(try rows(engine.query("select 1", .none, QueryControl())) == [[.integer(1)]])
  }

  // MARK: Facts

  @Test func `the catalogue has what users see, with docs`() throws {
    let catalogue = try engine.catalogue(QueryControl())
    let names = catalogue.relations.map(\.name)
    #expect(names.prefix(3) == ["run", "flow", "flow_event"])
    #expect(names.contains("packet") && names.contains("enum_message_type") && names.contains("sensor"))
    #expect(!names.contains("flow_state"))
    let message = try #require(catalogue.relations.first { $0.name == "message" })
    #expect(!message.isView && message.doc?.contains("A message") == true)
    #expect(message.columns.map(\.name).prefix(4) == ["id", "flow_id", "direction", "time_us"])
    #expect(message.columns[0].keyPlace == 1 && message.columns[0].isRequired && message.columns[0].type == "Int64")
    let flow = try #require(catalogue.relations.first { $0.name == "flow" })
    #expect(flow.isView && flow.columns.first { $0.name == "closed_us" }?.isRequired == false)
    #expect(flow.columns.first { $0.name == "closed_us" }?.doc == "NULL while it is open")
  }

  @Test func `a server that cannot explain says so`() throws {
    let error = #expect(throws: QueryError.self) { _ = try engine.explain("select 1", .none, QueryControl()) }
    #expect(error?.description.contains("18.16") == true)
  }
}
