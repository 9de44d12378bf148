import ClickHouseSchema
import Foundation
import NIOCore
import ParserRuntime
import Synchronization
import Testing

@testable import Capture
@testable import ClickHouseStore

/// A sender and a server that does what a test says.
@Suite struct SenderTests {
  private let folder: TestFolder
  private let spool: Spool

  init() throws {
    folder = try TestFolder()
    spool = try Spool(folder: folder.path("spool"), limit: 1 << 20)
  }

  private func buffers(_ id: Int64 = 100) -> [RowBuffer] {
    let rows = RowBatch(nextIDs: Array(repeating: id, count: SampleRows.info.batchTables.count))
    SampleRows.batch(rows, messages: 3)
    let encoder = RowEncoder(RowPlan(SampleRows.info, ClickHouseLayout(SampleRows.info)), sensor: 1)
    encoder.encode(rows, clock: 0)
    return encoder.take { _ in true }
  }

  private func seal(_ table: String) throws {
    try spool.seal(try #require(buffers().first { $0.table.name == table }), .stored)
  }

  /// What a server has of batches by their bodies, and how often it was asked what.
  private final class Table: Sendable {
    struct State {
      var bodies: [[UInt8]] = []
      var inserts = 0
      var counts = 0
    }

    let state = Mutex(State())

    /// Answers as a server does that works; takes the rows of an INSERT.
    func answer(_ request: ScriptedServer.Request, rows: Int) -> ScriptedServer.Action {
      let statement = request.statement
      if statement.contains("version()") { return .answer("18.16.1\n") }
      if statement.contains("system.processes") { return .answer("0\n") }
      return state.withLock { state in
        if statement.contains("count()") {
          state.counts += 1
          return .answer("\(state.bodies.count * rows)\n")
        }
        state.inserts += 1
        state.bodies.append(request.body)
        return .answer("")
      }
    }
  }

  /// Sends what is in the spool until none is left.
  /// - Parameter script: what becomes of the INSERT of this number, from 1; nil for what should.
  private func send(
    rows: Int = 3, until isOver: (BatchSender.State) -> Bool = { _ in false },
    _ script: @escaping @Sendable (Int, ScriptedServer.Request, Table) -> ScriptedServer.Action?
  ) throws -> (table: Table, state: BatchSender.State) {
    let table = Table()
    let number = Mutex(0)
    let server = try ScriptedServer { request in
      guard request.statement.contains("INSERT") else {
        return script(0, request, table) ?? table.answer(request, rows: rows)
      }
      let place = number.withLock { number in
        number += 1
        return number
      }
      return script(place, request, table) ?? table.answer(request, rows: rows)
    }
    defer { server.stop() }
    let client = try ClickHouseClient(try ClickHouseAddress("clickhouse://127.0.0.1:\(server.port)/x"))
    let sender = BatchSender(
      spool, to: client, sensor: 1, pace: BatchSender.Pace(longestPause: 0.05, timeout: .milliseconds(500)))
    sender.start()
    #expect(holds { spool.backlog.batches == 0 || isOver(sender.state) })
    sender.stop()
    return (table, sender.state)
  }

  private func bodies(_ table: Table) -> [[UInt8]] { table.state.withLock { $0.bodies } }

  @Test func `all is sent the oldest first`() throws {
    let names = try buffers().map { buffer in
      try spool.seal(buffer, .stored)
      return buffer.table.name
    }
    let sent = Mutex<[String]>([])
    let (_, state) = try send { number, request, _ in
      if number > 0 { sent.withLock { $0.append(request.parameter("query_id") ?? "") } }
      return nil
    }
    #expect(sent.withLock { $0.map { String($0.split(separator: "-")[3]) } } == names)
    #expect(state.sentRows == 12 && state.failure == nil && state.found == 0)
  }

  /// Each of them ends with the rows there once.
  @Test(arguments: [
    ScriptedServer.Action.loseAnswer, .cutAnswer(""), .silence, .answer("x", status: 502),
    .answer("Code: 241, e.displayText() = DB::Exception: Memory limit", status: 500),
    .answer("", headers: ["X-ClickHouse-Exception-Code": "209"]), .answer("Code: 252, DB::Exception: Too many parts"),
    .answer("Code: 60, e.displayText() = DB::Exception: Table x doesn't exist", status: 404),
    .answer("Code: 193, e.displayText() = DB::Exception: Wrong password", status: 401),
    .answer("Code: 33, e.displayText() = DB::Exception: Cannot read all data", status: 500),
  ]) func `a batch that was not stored is sent again as the same bytes`(action: ScriptedServer.Action) throws {
    try seal("message")
    let entry = try #require(spool.oldest)
    var content = ByteBuffer()
    _ = try spool.read(entry, into: &content)
    let body = Array(content.readableBytesView)
    let (table, state) = try send { number, _, _ in (1...2).contains(number) ? action : nil }
    #expect(bodies(table) == [body])
    #expect(state.sentRows == 3 && state.found == 0 && spool.backlog.rejected == 0)
    // Asked before each repetition.
    #expect(table.state.withLock { $0.counts } == 2)
  }

  @Test(arguments: [ScriptedServer.Action.loseAnswer, .cutAnswer(""), .silence])
  func `a batch whose answer was lost is not sent twice`(action: ScriptedServer.Action) throws {
    try seal("message")
    let (table, state) = try send { number, request, table in
      guard number == 1 else { return nil }
      _ = table.answer(request, rows: 3)
      return action
    }
    #expect(bodies(table).count == 1 && state.found == 1)
  }

  @Test func `a batch that the server still works on is waited for`() throws {
    try seal("message")
    let looks = Mutex(0)
    let stored = Mutex(false)
    let (table, state) = try send { number, request, table in
      if number == 1 { return .loseAnswer }
      guard request.statement.contains("system.processes") else { return nil }
      #expect(request.statement.contains("'capture-1-000000000001-message-20261126-100-102-3'"))
      let look = looks.withLock { looks in
        looks += 1
        return looks
      }
      if look < 3 { return .answer("1\n") }
      // Now it is done.
      if !stored.withLock({ $0 }) {
        stored.withLock { $0 = true }
        table.state.withLock { $0.bodies.append([]) }
      }
      return nil
    }
    #expect(bodies(table).count == 1 && state.found == 1 && looks.withLock { $0 } >= 3)
  }

  @Test func `who may not see what runs is told by the name of the request`() throws {
    try seal("message")
    let (table, _) = try send { number, request, table in
      switch number {
      case 1: return .loseAnswer
      case 2:
        return .answer("Code: 216, e.displayText() = DB::Exception: Query with id = x is already running.", status: 500)
      default: break
      }
      return request.statement.contains("system.processes")
        ? .answer("Code: 497, e.displayText() = DB::Exception: Not enough privileges", status: 403) : nil
    }
    #expect(bodies(table).count == 1)
  }

  @Test func `rows that replace each other are sent again without asking`() throws {
    try seal("flow_state")
    let (table, _) = try send(rows: 2) { number, request, table in
      guard number == 1 else { return nil }
      _ = table.answer(request, rows: 2)
      return .loseAnswer
    }
    #expect(bodies(table).count == 2 && Set(bodies(table)).count == 1)
    #expect(table.state.withLock { $0.counts } == 0)
  }

  @Test func `what a former process left is asked for first`() throws {
    try seal("message")
    let next = try Spool(folder: folder.path("spool"), limit: 1 << 20)
    #expect(next.oldest?.isUncertain == true)
    let server = try ScriptedServer { request in
      request.statement.contains("processes") ? .answer("0\n") : .answer("3\n")
    }
    defer { server.stop() }
    let sender = BatchSender(
      next, to: try ClickHouseClient(try ClickHouseAddress("clickhouse://127.0.0.1:\(server.port)/x")), sensor: 1)
    sender.start()
    #expect(holds { next.backlog.batches == 0 })
    sender.stop()
    #expect(!server.requests.contains { $0.statement.contains("INSERT") })
  }

  @Test func `bad rows are set aside and the others go on`() throws {
    try seal("message")
    try seal("keepalive_host")
    let (table, state) = try send(rows: 6) { _, request, _ in
      request.statement.contains("INSERT INTO \"message\"")
        ? .answer("Code: 53, e.displayText() = DB::Exception: Type mismatch", status: 500) : nil
    }
    #expect(bodies(table).count == 1 && spool.backlog.rejected == 1 && state.sentRows == 6)
    let reason = try #require(folder.names("rejected").first { $0.hasSuffix(".reason") })
    #expect(
      try String(contentsOf: folder.url.appending(path: "rejected/" + reason), encoding: .utf8).contains(
        "Type mismatch"))
  }

  @Test func `rows that seem damaged again and again are set aside`() throws {
    try seal("message")
    let (table, _) = try send { number, _, _ in
      number > 0 ? .answer("Code: 33, e.displayText() = DB::Exception: Cannot read all data", status: 500) : nil
    }
    #expect(bodies(table).isEmpty && spool.backlog.rejected == 1)
  }

  @Test func `part of a batch is not made more by sending it again`() throws {
    try seal("message")
    let (table, _) = try send { number, request, _ in
      if number == 1 { return .loseAnswer }
      return request.statement.contains("BETWEEN") ? .answer("2\n") : nil
    }
    #expect(bodies(table).isEmpty && spool.backlog.rejected == 1)
    let reason = try #require(folder.names("rejected").first { $0.hasSuffix(".reason") })
    #expect(
      try String(contentsOf: folder.url.appending(path: "rejected/" + reason), encoding: .utf8).contains(
        "2 of the 3 rows"))
  }

  @Test func `a file that is damaged is set aside`() throws {
    try seal("message")
    let name = try #require(folder.names("spool").first)
    try Data("no gzip".utf8).write(to: folder.url.appending(path: "spool/" + name))
    let (table, _) = try send { _, _, _ in nil }
    #expect(bodies(table).isEmpty && spool.backlog.rejected == 1)
  }

  @Test func `nothing is given up and the reason is known`() throws {
    try seal("message")
    let (table, state) = try send(until: { _ in false }) { number, _, _ in
      number < 30 && number > 0
        ? .answer("Code: 242, e.displayText() = DB::Exception: Table is in readonly mode", status: 500) : nil
    }
    #expect(bodies(table).count == 1 && state.failure == nil)
    try seal("message")
    let (none, failing) = try send(until: { $0.failure != nil }) { number, _, _ in
      number > 0 ? .answer("Code: 242, e.displayText() = DB::Exception: Table is in readonly mode", status: 500) : nil
    }
    #expect(bodies(none).isEmpty && failing.failure == "127.0.0.1: Table is in readonly mode (code 242)")
    #expect(spool.backlog.batches == 1)
  }

  @Test func `settings are those that the server knows`() throws {
    for (version, names) in [
      ("18.16.1", ["insert_distributed_sync"]), ("21.11.3.6", ["insert_distributed_sync", "async_insert"]),
      ("26.9.2.1", ["insert_distributed_sync", "async_insert", "insert_deduplication_token"]),
    ] {
      try seal("message")
      let parameters = Mutex<Set<String>>([])
      _ = try send { number, request, _ in
        if request.statement.contains("version()") { return .answer(version + "\n") }
        guard number > 0 else { return nil }
        let target = request.line.split(separator: " ")[1]
        parameters.withLock { $0 = Set(URLComponents(string: String(target))?.queryItems?.map(\.name) ?? []) }
        return nil
      }
      #expect(parameters.withLock { $0 } == Set(names + ["database", "query", "query_id"]))
    }
  }

  @Test func `it ends at once while a server is silent`() throws {
    try seal("message")
    let server = try ScriptedServer { request in request.statement.contains("version()") ? .answer("18.16.1") : .silence
    }
    defer { server.stop() }
    let sender = BatchSender(
      spool, to: try ClickHouseClient(try ClickHouseAddress("clickhouse://127.0.0.1:\(server.port)/x")), sensor: 1,
      pace: BatchSender.Pace(timeout: .seconds(3600)))
    sender.start()
    try #require(holds { server.requests.count == 2 })
    sender.stop()
    #expect(spool.backlog.batches == 1)
  }

  @Test func `another sensor of the number ends it`() throws {
    let server = try ScriptedServer { _ in .answer("") }
    defer { server.stop() }
    let conflict = SensorConflict(number: 1, name: "a", host: "b", folder: "/c")
    let sender = BatchSender(
      spool, to: try ClickHouseClient(try ClickHouseAddress("clickhouse://127.0.0.1:\(server.port)/x")), sensor: 1,
      pace: BatchSender.Pace(heartbeat: 0.01)
    ) { _ throws(SensorConflict) in throw conflict }
    sender.start()
    #expect(holds { sender.state.conflict != nil })
    try seal("message")
    sender.stop()
    #expect(spool.backlog.batches == 1 && server.requests.isEmpty)
  }
}
