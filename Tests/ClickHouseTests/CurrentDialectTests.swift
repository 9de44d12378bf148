import ClickHouseSchema
import Foundation
import NanoParser
import ParserRuntime
import Testing

@testable import Capture
@testable import ClickHouseStore

/// What is made and asked for is what ClickHouse of today understands, and means the same there as on a server of 2018.
///
/// chdb-core is hundreds of megabytes, so it is not installed for everybody: `make check-current-dialect` does it, and runs
/// these.
@Suite(
  .serialized,
  .enabled(if: CurrentDialect.python != nil, "chdb-core is not here; make check-current-dialect installs it"))
struct CurrentDialectTests {
  private let folder: TestFolder
  private let current: CurrentDialect

  init() throws {
    folder = try TestFolder()
    current = try CurrentDialect(folder)
  }

  private func store(retentionDays: Int? = nil) throws -> ClickHouseStore {
    var options = ClickHouseStore.Options()
    options.retentionDays = retentionDays
    return try ClickHouseStore(
      try StoreUnderTest.address(current.port), for: NanoSpecification.info, options: options)
  }

  @Test func `tables are made and added to`() async throws {
    try await onThread {
      defer { current.stop() }
      let store = try store(retentionDays: 100)
      let client = try ClickHouseClient(StoreUnderTest.address(current.port))
      #expect(try client.version() >= ClickHouseVersion(23, 3))
      #expect(!store.exists)
      try store.prepare()
      try store.prepare()
      #expect(try store.differences().isEmpty)
      let message = try client.value("SHOW CREATE TABLE message")
      for part in ["CODEC(Delta", "ZSTD(1)", "bloom_filter", "TTL ", "COMMENT "] {
        #expect(message.contains(part), "\(part)")
      }
      for statement in ["ALTER TABLE vote DROP COLUMN vbh", "DROP TABLE telemetry", "DROP TABLE packet"] {
        _ = try client.execute(ClickHouseRequest(statement))
      }
      #expect(
        try store.differences() == [
          "the table telemetry is missing", "vote lacks the column vbh", "the view packet is missing",
        ])
      #expect(try store.migrate().count == 3)
      #expect(try store.differences().isEmpty)
      // Clusters need more than there is here; that their statements can be read is something.
      let cluster = ClickHouseSchema.Cluster("east", database: "nano")
      let schema = ClickHouseSchema(
        NanoSpecification.info, flavour: .current, cluster: cluster, retentionDays: 100)
      let additions = schema.places.flatMap { schema.addition(of: $0.table.columns[1], to: $0) }
      for statement in schema.statements + schema.viewRemovals + additions {
        _ = try client.execute(ClickHouseRequest("EXPLAIN AST \(statement)"))
      }
    }
  }

  @Test func `the same bytes of rows are taken, and whatever is asked has the same answer`() async throws {
    try await onThread {
      defer { current.stop() }
      let old = try StoreUnderTest()
      // Rows are sealed while the server is away, and then sent to both.
      let session = try old.session(folder.path("old"))
      old.server.kill()
      let pushed = try StorePush.push(CopiedStore.shared.get().file, to: session) { !$0.isDraining }
      #expect(pushed.messages > 1000 && !pushed.isComplete)
      try FileManager.default.copyItem(atPath: folder.path("old"), toPath: folder.path("new"))
      try old.server.restart()
      let new = try store()
      let kept = try ClickHouseStore(StoreUnderTest.address(old.server.port), for: NanoSpecification.info)
      for store in [kept, new] { try store.prepare() }
      for (name, port) in [("old", old.server.port), ("new", current.port)] {
        let session = try old.session(folder.path(name), port: port)
        try session.waitUntilSent()
        #expect(session.health?.rejectedBatches == 0)
        try session.close()
      }
      try compare(kept.queries, new.queries)
    }
  }

  private func compare(_ old: any QueryEngine, _ new: any QueryEngine) throws {
    var total = 0
    func same(_ name: String, _ ask: (any QueryEngine) throws -> any ResultCursor) throws {
      let (first, second) = (try ask(old), try ask(new))
      let (expected, found) = (try rows(first), try rows(second))
      total += expected.count
      #expect(second.columns == first.columns, "\(name)")
      #expect(found.map { "\($0)" }.sorted() == expected.map { "\($0)" }.sorted(), "\(name)")
    }
    for table in NanoSpecification.info.batchTables where table.name != EngineTables.messageBytes.name {
      try same(table.name) { try $0.rows(RowRequest(table.name, order: table.columns[0].name), QueryControl()) }
    }
    try same("message_bytes") {
      try $0.query("select message_id, hex(bytes) as bytes from message_bytes", .none, QueryControl())
    }
    for view in ["packet", "connection"] { try same(view) { try $0.rows(RowRequest(view), QueryControl()) } }
    for names in NanoSpecification.info.nameTables {
      try same(names.name) { try $0.rows(RowRequest(names.name), QueryControl()) }
    }
    for (query, other) in DocumentedQueries.all {
      try same(query) { try $0.query(other ?? query, .none, QueryControl()) }
    }
    let times = try rows(old.answer(.overview(.times, MessageFilter()), QueryControl()))
    let flow = try rows(old.rows(RowRequest("flow", order: "id", limit: 1), QueryControl()))[0]
    let questions = try PageQuestions.all(
      from: try #require(times[0][0].number), address: flow[3].resultText, port: Int(try #require(flow[4].number)))
    for question in questions {
      try same("\(question)") { engine in
        try engine.answer(question, QueryControl(limits: QueryLimits(seconds: 60, memory: 1 << 30)))
      }
    }
    let time: [String: QueryValue] = ["from_us": times[0][0], "to_us": times[0][1], "width_us": .integer(1_000_000)]
    for one in NanoSpecification.info.overviewQueries {
      try same(one.query.title) { engine in
        try engine.query(engine.statement(one.query, .named(time), QueryControl()), .none, QueryControl())
      }
    }
    for topic in [
      .rows(table: "vote", column: "packet_id", .text("1")), .messages(MessageFilter()), .occurrences("it's \\ \u{0}"),
    ] as [StatementTopic] {
      try same("\(topic)") { try $0.query($0.statement(topic), .none, QueryControl()) }
    }
    #expect(total > 9000)
    let names = { (engine: any QueryEngine) in try engine.catalogue(QueryControl()).relations.map(\.name) }
    #expect(try names(new) == names(old))
    #expect(try !new.explain("select count() from message", .none, QueryControl()).isEmpty)
  }
}
