import NanoParser
import ParserRuntime
import Testing

@testable import Capture
@testable import ClickHouseStore

/// A filter lets the same messages through in a file, in a server, and in neither's language.
@Suite struct FilterAnswersTests {
  private let copied: CopiedStore
  private let plain: PlainMessages
  private let language = FilterLanguage(NanoSpecification.info)

  init() throws {
    copied = try CopiedStore.shared.get()
    plain = try PlainMessages(copied.file.queries)
  }

  private func ids(_ engine: any QueryEngine, _ condition: MessageCondition) throws -> [Int64] {
    var filter = MessageFilter()
    filter.condition = condition
    let found = try rows(engine.answer(.messages(filter, from: 0, limit: 100_000), QueryControl()))
    let ids = found.compactMap(\.first?.number)
    // What is counted, what is asked for by rows, and what people get to go on with is the same.
    let fences = try rows(engine.answer(.fences(filter, from: 0, every: 50), QueryControl()))
    #expect(fences.last?[1].number.map(Int.init) ?? 0 == ids.count)
    let request = RowRequest("message", columns: ["id"], where: [.message(condition)], order: "id")
    #expect(try rows(engine.rows(request, QueryControl())).compactMap(\.first?.number) == ids)
    let statement = engine.statement(.messages(filter))
    #expect(try rows(engine.query(statement, .none, QueryControl())).count == min(500, ids.count), "\(statement)")
    return ids.map { $0 & (1 << 48 - 1) }
  }

  private func first(_ table: String, _ column: String) throws -> String {
    let request = RowRequest(table, columns: [column], order: "id", limit: 1)
    return try #require(try rows(copied.file.queries.rows(request, QueryControl())).first?.first).resultText
  }

  @Test func `all stores and a plain look agree`() throws {
    let hashes = try first("vote", "hashes").split(separator: ",").map(String.init)
    let (block, account) = (try first("block_state", "hash"), try first("block_state", "account"))
    let time = UTCTime.text(Int64(try first("message", "time_us"))! / 1_000_000 + 2)
    let address = try first("flow", "dstip")
    let port = try first("flow", "srcport")
    let some = [
      "type == publish", "publish", "length > 200", "not length > 200", "direction == 1 and stream_offset < 500",
      "type in {keepalive, confirm_ack}", "type != confirm_ack", "block.hash == \(block)",
      "block.account == \(account)", "block.account != \(account)", "vote.hashes == \(hashes[0])",
      "vote.hashes contains \(hashes[0].prefix(7).lowercased())", "not vote.hashes contains \(hashes[0])", "vote",
      "not vote", "vote.vbh", "content_table == vote",
      "not content_table == vote", "content_table != vote", "not content_table", "block", "telemetry.uptime > 0",
      "keepalive.address == ::", "keepalive.port != 0",
      "src.port == \(port)", "dst.port == \(port)", "endpoint == [\(address)]:7075 or port == \(port)",
      "time > \(time.suffix(8))", "time >= '\(time)'", "time == '\(time)'", "time == \(time.prefix(10))",
      "flow.packets > 20", "flow.close_reason == fin or flow.midstream", "flow.closed > 2020-01-01",
      "block.balance > 100000000000000000000", "block.balance <= 99999999999999999999",
      "vote.sequence > 5 and vote.sequence < 0xffffffffffffffff", "bytes contains 0005",
      "(publish or vote) and not src.port == \(port) and length > 100", "frontier_req.account > ''",
      "header.network_id == live", "header.network_id != live", "answered.delay < 1s", "answer",
      "vote.account != '' and (block.hash contains A or vote.hashes contains B)",
    ]
    var isSome = 0
    for text in some {
      let condition = try language.condition(text)
      let expected = plain.ids(condition)
      #expect(try ids(copied.file.queries, condition) == expected, "\(text)")
      #expect(try ids(copied.store.queries, condition) == expected, "\(text)")
      if !expected.isEmpty, expected.count < plain.ids(.all([])).count { isSome += 1 }
    }
    // Enough of them mean something.
    #expect(isSome > 30)
  }

  /// Every name that is offered leads to columns that are there.
  @Test func `all names can be asked for`() throws {
    for name in language.names {
      let condition = try language.condition(name.name)
      let expected = plain.ids(condition)
      #expect(try ids(copied.file.queries, condition) == expected, "\(name.name)")
      #expect(try ids(copied.store.queries, condition) == expected, "\(name.name)")
    }
  }

  @Test(arguments: [
    "'", "''", "\"", "\\", "\\'", "' or 1 = 1 --", "x'); drop table message; --", "$$", "$tag$", "\u{0}", "\n", "`",
    "?", ":f1", "@f1", "%", "{x:String}", "/*", "\u{2028}", "é\u{301}",
  ])
  func `texts stay texts`(_ text: String) throws {
    let quoted = "'" + text.replacing("'", with: "''") + "'"
    let condition = try language.condition(
      "issue.kind == \(quoted) or issue.kind contains \(quoted) or block.account in {\(quoted), 'x'} or length == 8")
    for engine in [copied.file.queries, copied.store.queries] {
      #expect(try ids(engine, condition) == plain.ids(condition))
    }
  }
}
