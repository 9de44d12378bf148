import Foundation
import NanoParser
import ParserRuntime
import Testing

@testable import Capture

/// What filters mean, and what is wrong with those that mean nothing.
@Suite struct FilterLanguageTests {
  private let language = FilterLanguage(NanoSpecification.info)

  private func condition(_ text: String) throws -> MessageCondition { try language.condition(text) }

  /// A test of a column of `message`.
  private func message(_ column: String, _ test: ColumnTest) -> MessageCondition {
    .row(.message, .column(column, test))
  }

  private func rows(_ table: String, _ test: RowTest) -> MessageCondition {
    .row(.rows(table: table, key: "packet_id"), test)
  }

  private func number(_ value: Int64) -> ColumnTest { .isOneOf([.integer(value)]) }

  // MARK: Words

  @Test func `comparisons are joined by precedence and parentheses`() throws {
    let (a, b, c) = (message("id", number(1)), message("length", number(2)), message("direction", number(1)))
    #expect(try condition("id == 1 or length == 2 and direction == 1") == .any([a, .all([b, c])]))
    #expect(try condition("(id == 1 or length == 2) and direction == 1") == .all([.any([a, b]), c]))
    #expect(try condition("not id == 1 and length == 2") == .all([.not(a), b]))
    #expect(try condition("!(id==1||length==2)&&direction==1") == .all([.not(.any([a, b])), c]))
    // As SQL writes it.
    #expect(try condition("ID = 1".lowercased()) == a)
    #expect(try condition("id = 1 AND length = 2 OR NOT direction = 1") == .any([.all([a, b]), .not(c)]))
    #expect(try condition("") == .all([]))
    #expect(try condition(" \n") == .all([]))
  }

  @Test func `numbers are decimal or hexadecimal, and texts are quoted where they must be`() throws {
    #expect(try condition("length > 0x10") == message("length", .compares(.greater, .integer(16))))
    #expect(try condition("length<=200") == message("length", .compares(.lessOrEqual, .integer(200))))
    let kind = RowTest.column("kind", .isOneOf([.text("it's a 'gap'")]))
    let issue = MessageCondition.row(.rows(table: "decode_issue", key: "message_id"), kind)
    #expect(try condition("issue.kind == \"it's a 'gap'\"") == issue)
    #expect(try condition("issue.kind == 'it''s a ''gap'''") == issue)
    #expect(
      try condition("length in {1, 0x2,3}") == message("length", .isOneOf([.integer(1), .integer(2), .integer(3)])))
    #expect(try condition("length in (7)") == message("length", number(7)))
  }

  // MARK: Names

  @Test func `names of every message`() throws {
    #expect(try condition("type == publish") == message("msg_type", number(3)))
    #expect(try condition("type == message_type::publish") == message("msg_type", number(3)))
    #expect(try condition("publish") == message("msg_type", number(3)))
    #expect(try condition("flow == 17") == message("flow_id", number(17)))
    let port = ColumnTest.isOneOf([.integer(7075)])
    #expect(
      try condition("port == 7075") == .row(.flow, .any([.column("srcport", port), .column("dstport", port)])))
    #expect(
      try condition("src.port == 7075")
        == .any([
          .all([message("direction", number(0)), .row(.flow, .column("srcport", port))]),
          .all([message("direction", number(1)), .row(.flow, .column("dstport", port))]),
        ]))
    #expect(try condition("flow.transport == udp") == .row(.flow, .column("transport", .isOneOf([.text("udp")]))))
    #expect(try condition("flow.midstream") == .row(.flow, .column("midstream", .isTrue)))
    #expect(try condition("issue") == .row(.rows(table: "decode_issue", key: "message_id"), .exists))
    #expect(
      try condition("answer.delay > 20ms")
        == .row(
          .rows(table: "message_answer", key: "message_id"),
          .column("delay_us", .compares(.greater, .integer(20_000)))))
    #expect(
      try condition("bytes contains 00ff")
        == .row(.rows(table: "message_bytes", key: "message_id"), .column("bytes", .contains(.blob([0, 255])))))
  }

  @Test func `addresses are those that columns have`() throws {
    func address(_ text: String) -> ColumnTest { .isOneOf([.text(text)]) }
    for (written, stored) in [
      ("::1", "::1"), ("0:0:0:0:0:0:0:1", "::1"), ("2001:DB8::A", "2001:db8::a"), ("::ffff:192.0.2.1", "192.0.2.1"),
      ("192.0.2.1", "192.0.2.1"),
    ] {
      #expect(
        try condition("address == \(written)")
          == .row(.flow, .any([.column("srcip", address(stored)), .column("dstip", address(stored))])))
    }
    let side = { (end: String) -> RowTest in
      .all([.column("\(end)ip", address("::1")), .column("\(end)port", .isOneOf([.integer(80)]))])
    }
    for text in ["[::1]:80", "::1:80", "[0::1]:80"] {
      #expect(try condition("endpoint == \(text)") == .row(.flow, .any([side("src"), side("dst")])))
    }
    for text in ["[::1]", "[::1]:", "[::1]:65536", ":80", "192.0.2.1"] {
      #expect(throws: FilterError.self, "\(text)") { try condition("endpoint == \(text)") }
    }
  }

  @Test func `a field is found by the end of its path`() throws {
    let hash = String(repeating: "AB", count: 32)
    let test = RowTest.column("hash", .isOneOf([.text(hash)]))
    let tables = ["block_send", "block_receive", "block_open", "block_change", "block_state"]
    let blocks = MessageCondition.any(tables.map { rows($0, test) })
    #expect(try condition("block.hash == \(hash.lowercased())") == blocks)
    // Only of messages of one type, which the table does not tell.
    #expect(
      try condition("publish.block.hash == \(hash)") == .all([message("msg_type", number(3)), blocks]))
    #expect(try condition("vote.block.hash == \(hash)") == .all([message("msg_type", number(5)), blocks]))
    // A switch's own name may stand there or not, and the table's too.
    #expect(try condition("body.block.content.block_state.hash == \(hash)") != blocks)
    #expect(try condition("block_state.hash == \(hash)") == rows("block_state", test))
    #expect(
      try condition("hash == \(hash)")
        == .any(
          tables.map { rows($0, test) } + [rows("confirm_req_pair", test)]
            + [rows("bulk_pull_account_response_entry", test)]))
  }

  @Test func `a thing's own field is meant before those deeper in it`() throws {
    let account = RowTest.column("account", .isOneOf([.text("nano_1")]))
    // A vote may have a block, which has an account too.
    for name in ["vote.account", "confirm_ack.account", "body.vote.account"] {
      #expect(try condition("\(name) == nano_1") == rows("vote", account))
    }
    #expect(
      try condition("vote.block.account == nano_1")
        == .all([message("msg_type", number(5)), .any([rows("block_open", account), rows("block_state", account)])]))
  }

  @Test func `fields have the names of the description and those of their columns`() throws {
    for name in ["header.message_type", "message_type", "msg_type", "nano.header.message_type"] {
      #expect(try condition("\(name) == vote_relay_req") == message("msg_type", number(16)))
    }
    #expect(
      try condition("vote.sequence == 1") == rows("vote", .column("sequence", .isOneOf([.integer(1)]))))
    #expect(try condition("confirm_ack.timestamp_and_duration == 1") == condition("vote.sequence == 1"))
    #expect(
      try condition("header.network_id == live and version_max >= 20")
        == .all([message("network_id", number(0x43)), message("version_max", .compares(.greaterOrEqual, .integer(20)))])
    )
    // Entries of a stream belong to the request.
    #expect(
      try condition("frontier_req.account == nano_1") == condition("frontier_response.account == nano_1"))
  }

  @Test func `fields alone are there, or true`() throws {
    #expect(try condition("vote.vbh") == rows("vote", .column("vbh", .isTrue)))
    #expect(try condition("vote.is_by_hash") == rows("vote", .column("vbh", .isTrue)))
    #expect(try condition("telemetry.unknown_data") == rows("telemetry", .column("unknown_data", .isPresent)))
    #expect(try condition("telemetry") == rows("telemetry", .exists))
    #expect(try condition("keepalive.peers") == rows("keepalive_host", .exists))
  }

  @Test func `not equal is for messages that have the field`() throws {
    let equal = rows("vote", .column("vote_count", .isOneOf([.integer(12)])))
    #expect(
      try condition("vote.vote_count != 12") == .all([rows("vote", .column("vote_count", .isPresent)), .not(equal)]))
  }

  // MARK: Values

  @Test func `lists have elements and parts`() throws {
    let hash = String(repeating: "8E", count: 32)
    #expect(try condition("vote.hashes == \(hash)") == rows("vote", .column("hashes", .hasElement([hash]))))
    #expect(try condition("vote.hashes contains 8eb7") == rows("vote", .column("hashes", .contains(.text("8EB7")))))
  }

  @Test func `numbers of any size are compared as numbers`() throws {
    #expect(
      try condition("asc_pull_account_info.block_count > 0xffffffffffffffff")
        == rows(
          "asc_pull_account_info",
          .all([
            .column("block_count", .compares(.less, .integer(0))),
            .column("block_count", .compares(.greater, .integer(-1))),
          ])))
    #expect(
      try condition("vote.sequence < 5")
        == rows(
          "vote",
          .all([
            .column("sequence", .compares(.greaterOrEqual, .integer(0))),
            .column("sequence", .compares(.less, .integer(5))),
          ])))
    #expect(
      try condition("block_state.balance >= 0340282366920938463463374607431768211455")
        == rows(
          "block_state",
          .column("balance", .comparesDigits(.greaterOrEqual, "340282366920938463463374607431768211455"))))
    // The same number in hex has another order.
    #expect(
      try condition("telemetry.active_difficulty > 5")
        == rows(
          "telemetry",
          .any([
            .column("activedifficulty", .compares(.less, .integer(0))),
            .column("activedifficulty", .compares(.greater, .integer(5))),
          ])))
  }

  @Test func `times are of a day or of every day`() throws {
    func range(_ start: Int64, _ end: Int64) -> MessageCondition {
      .row(
        .message,
        .all([
          .column("time_us", .compares(.greaterOrEqual, .integer(start))),
          .column("time_us", .compares(.less, .integer(end))),
        ]))
    }
    let (second, day) = (Int64(1_000_000), Int64(86_400_000_000))
    let january = 1_769_817_600 * second  // 2026-01-31
    #expect(try condition("time == 2026-01-31") == range(january, january + day))
    #expect(
      try condition("time == 2026-01-31T10:15Z") == range(january + 36_900 * second, january + 36_960 * second))
    #expect(
      try condition("time == '2026-01-31 10:15:30.5'")
        == range(january + 36_930_500_000, january + 36_930_600_000))
    #expect(
      try condition("time >= 1769817600000001") == message("time_us", .compares(.greaterOrEqual, .integer(january + 1)))
    )
    #expect(try condition("time > 10:15") == message("time_us", .comparesTimeOfDay(.greater, 36_900 * second)))
    #expect(
      try condition("time == 10:15:30")
        == .row(
          .message,
          .all([
            .column("time_us", .comparesTimeOfDay(.greaterOrEqual, 36_930 * second)),
            .column("time_us", .comparesTimeOfDay(.less, 36_931 * second)),
          ])))
  }

  // MARK: Errors

  @Test(arguments: [
    ("type ==", 8, "the filter ends where a value is expected"),
    ("type == publish lenght > 5", 17, "'lenght' is not expected here, but 'and', 'or' or the filter's end"),
    ("(type == publish", 17, "the filter ends where 'and', 'or' or ')' is expected"),
    ("length >> 5", 9, "'>' is not expected here, but a value"),
    ("length & 5", 8, "'&' is not expected here, but '&&'"),
    ("issue.kind == 'gap", 15, "the text that begins here has no quote at its end"),
    ("== 5", 1, "'==' is not expected here, but the name of a field"),
    ("and", 1, "'and' is not expected here, but the name of a field"),
    ("length in 5", 11, "'5' is not expected here, but '{' and values with commas between them"),
    ("block.acount == nano_1", 1, "there is no field 'block.acount'; did you mean 'block.account'?"),
    ("length > 1 and lngth > 1", 16, "there is no field 'lngth'; did you mean 'length'?"),
    ("äö = 1", 1, "there is no field 'äö'"),
    ("type == publsh", 9, "'publsh' is no value of this field, which has numbers and names; did you mean 'publish'?"),
    ("length == long", 11, "'long' is no value of this field, which has numbers"),
    ("length == -1", 11, "-1 is not in the field's range, 0 to 4294967295"),
    ("port in {80, 70000}", 14, "70000 is not in the field's range, 0 to 65535"),
    ("block.hash == XYZ", 15, "'XYZ' is no value of this field, which has hex digits"),
    ("address == 1.2.3", 12, "'1.2.3' is no value of this field, which has addresses of IPv4 or IPv6"),
    ("address < ::1", 9, "'<' is not for addresses; use == != in contains"),
    ("length contains 5", 8, "'contains' is not for numbers; use == != in < <= > >="),
    ("vote.hashes < 5", 13, "'<' is not for lists of hex digits; use == != in contains"),
    (
      "issue == 5", 1,
      "'issue' has no value of its own: write it alone for messages that have it, or name one of its fields"
    ),
    (
      "time == 25:00", 9,
      "'25:00' is no value of this field, which has times such as 10:15, 10:15:30.5, 2026-01-31 or "
        + "2026-01-31T10:15, in UTC, or µs since 1970-01-01"
    ),
    (
      "time > 2026-02-30", 8,
      "'2026-02-30' is no value of this field, which has times such as 10:15, 10:15:30.5, "
        + "2026-01-31 or 2026-01-31T10:15, in UTC, or µs since 1970-01-01"
    ),
    (
      "asc_pull_req_blocks.start == AB", 1,
      "'asc_pull_req_blocks.start' cannot be told from other fields that stand in "
        + "the same column; use 'asc_pull_request.start' for all of them"
    ),
  ])
  func `errors name their place and the remedy`(_ text: String, _ column: Int, _ words: String) throws {
    let error = try #require(throws: FilterError.self) { try condition(text) }
    #expect(error.column == column && error.problem.description == words, "\(text): \(error)")
  }

  @Test func `what is too much is refused, and what just fits is not`() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "(", count: depth) + "id == 1" + String(repeating: ")", count: depth)
    }
    _ = try condition(nested(49))
    #expect(throws: FilterError(.tooMuch(of: "parentheses in one another", limit: 50), at: 51)) {
      try condition(nested(50))
    }
    func terms(_ count: Int) -> String { Array(repeating: "id == 1", count: count).joined(separator: " or ") }
    _ = try condition(terms(200))
    #expect(throws: FilterError(.tooMuch(of: "comparisons", limit: 200), at: 2201)) { try condition(terms(201)) }
    func list(_ count: Int) -> String { "id in {\(Array(repeating: "1", count: count).joined(separator: ","))}" }
    _ = try condition(list(1000))
    #expect(throws: FilterError(.tooMuch(of: "values in a list", limit: 1000), at: 2008)) { try condition(list(1001)) }
    #expect(throws: FilterError(.tooMuch(of: "characters", limit: 20_000), at: 20_001)) {
      try condition("issue.kind == '" + String(repeating: "x", count: 20_000) + "'")
    }
  }

  /// Whatever is written, it is a condition or an error with a place in the text.
  @Test func `no text is anything else`() {
    var random = SystemRandomNumberGenerator()
    let parts = [
      "type", "block.hash", "==", "!=", "<", "in", "contains", "{", "}", "(", ")", ",", "'", "\"", "!", "not", "and",
      "or", "publish", "0x", "5", "-", "time", "10:15", "vote", ".", "..", "\0", "ä", "endpoint", "[::1]:80", "&&", "|",
    ]
    for _ in 0..<3000 {
      let text = (0..<Int.random(in: 1...12, using: &random)).map { _ in
        parts.randomElement(using: &random)! + (Bool.random(using: &random) ? " " : "")
      }.joined()
      do throws(FilterError) { _ = try language.condition(text) } catch {
        #expect((1...text.count + 1).contains(error.column), "\(text): \(error)")
      }
    }
  }

  @Test func `the README's filters mean something`() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "README.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    let section = try #require(text.split(separator: "\n### Filters\n").last)
    let lines = try #require(section.split(separator: "```").dropFirst().first).split(separator: "\n")
    #expect(lines.count > 10)
    for line in lines { #expect(throws: Never.self, "\(line)") { _ = try condition(String(line)) } }
  }

  @Test func `other protocols have the names of their descriptions`() throws {
    let exchange = FilterLanguage(ExchangeSpecification.info)
    #expect(try exchange.condition("tell") == message("kind", number(3)))
    #expect(try exchange.condition("type == tell") == exchange.condition("kind == tell"))
    #expect(try exchange.condition("order.key == -1") == rows("order", .column("key", number(-1))))
    #expect(try exchange.condition("tell.text == x") == rows("tell", .column("text", .isOneOf([.text("x")]))))
    // Several types of messages have the column, and nothing tells of which a row is.
    let dialogue = FilterLanguage(DialogueSpecification.info)
    #expect(try dialogue.condition("number == 7") == message("number", number(7)))
    #expect(try dialogue.condition("message.number == 7") == message("number", number(7)))
    #expect(throws: FilterError(.sharedColumn(name: "reply.number", table: "message", column: "number"), at: 1)) {
      try dialogue.condition("reply.number == 7")
    }
  }

  // MARK: What is offered

  @Test(arguments: [
    NanoSpecification.info, DialogueSpecification.info, ExchangeSpecification.info, GaugeSpecification.info,
  ])
  func `every name that is offered means something`(_ info: SpecificationInfo) throws {
    let language = FilterLanguage(info)
    let names = language.names
    #expect(Set(names.map(\.name)).count == names.count && names.count > 30)
    for name in names { #expect(throws: Never.self, "\(name.name)") { _ = try language.condition(name.name) } }
  }

  @Test func `names are offered with docs and values`() throws {
    let names = language.names
    let known = Dictionary(uniqueKeysWithValues: names.map { ($0.name, $0) })
    #expect(
      known["type"]?.values.first?.name == "keepalive" && known["type"]?.values.first?.doc == "Addresses of peers")
    #expect(known["block.account"]?.doc == "The account that begins; The account that the block belongs to")
    #expect(known["vote.hashes"]?.kind == "lists of hex digits" && known["telemetry.uptime"]?.kind == "numbers")
    #expect(known["header.network_id"]?.values.map(\.name) == ["dev", "beta", "live", "test"])
    #expect(known["issue"]?.kind == nil && known["body.account"] == nil)
  }
}
