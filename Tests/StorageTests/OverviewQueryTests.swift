import GRDB
import NanoParser
import ParserRuntime
import Testing

@testable import Capture

/// What Nano's description wants an overview to tell, held against the samples' rows.
@Suite struct OverviewQueryTests {
  private typealias Row = SampleValues.Row
  private let samples: SampleValues

  init() throws { samples = try SampleValues.shared.get() }

  private let queries = NanoSpecification.info.overviewQueries

  private func ask(_ title: String, _ time: Range<Int64>, width: Int64 = 1_000_000, of store: DatabaseFile? = nil)
    throws
    -> [Row]
  {
    let query = try #require(queries.first { $0.query.title == title }, "\(title)").query
    let parameters: [String: QueryValue] = [
      "from_us": .integer(time.lowerBound), "to_us": .integer(time.upperBound), "width_us": .integer(width),
    ]
    return try samples.rows((store ?? samples.file).queries.query(query.sql, .named(parameters), QueryControl()))
  }

  /// All of the time, and a part of it.
  private var times: [Range<Int64>] {
    let all = samples.messages.values.compactMap { $0.number("time_us") }.sorted()
    return [all[0]..<all[all.count - 1] + 1, all[all.count / 4]..<all[all.count * 3 / 4]]
  }

  /// Rows of a table whose messages are of a time.
  private func rows(_ table: String, _ time: Range<Int64>) -> [Row] {
    (samples.tables[table] ?? []).filter { time.contains(samples.message(of: $0).number("time_us") ?? 0) }
  }

  /// How many messages a filter lets through.
  private func count(_ filter: String, _ time: Range<Int64>) throws -> Int {
    var asked = MessageFilter()
    asked.condition = try FilterLanguage(NanoSpecification.info).condition(filter)
    (asked.start, asked.end) = (time.lowerBound, time.upperBound)
    return try samples.answer(.messages(asked, from: 0, limit: 100_000)).count
  }

  @Test func `charts are drawn of columns of numbers`() {
    #expect(queries.map(\.chart) == [nil, .line, .bar, nil, nil, .bar])
  }

  @Test func `nodes are told by what they sent, with the version that they told last`() throws {
    for time in times {
      let found = try ask("Nodes that sent most", time)
      let shown = Dictionary(grouping: samples.tables["nodeid_response"] ?? []) { $0.text("nodeid_as_account") }
      var expected: [String: [Row]] = [:]
      for (node, responses) in shown {
        let sides = Set(
          responses.map { samples.message(of: $0) }.map { [$0.number("flow_id"), $0.number("direction")] })
        let sent = samples.messages.values.filter {
          sides.contains([$0.number("flow_id"), $0.number("direction")]) && time.contains($0.number("time_us") ?? 0)
        }
        if !sent.isEmpty { expected[node] = Array(sent) }
      }
      #expect(!found.isEmpty && Set(found.map { $0.text("nodeid_as_account") }) == Set(expected.keys))
      for row in found {
        let sent = expected[row.text("nodeid_as_account")] ?? []
        #expect(row.number("messages") == Int64(sent.count))
        #expect(row.number("bytes") == sent.reduce(0) { $0 + ($1.number("length") ?? 0) })
        #expect(row.number("connections") == Int64(Set(sent.map { $0.number("flow_id") }).count))
        let telemetry = (samples.tables["telemetry"] ?? []).filter {
          $0.text("nodeid_as_account") == row.text("nodeid_as_account")
        }
        let last = telemetry.max { ($0.number("packet_id") ?? 0) < ($1.number("packet_id") ?? 0) }
        let version = last.map { told in
          ["majorversion", "minorversion", "patchversion"].map { told.text($0) }.joined(separator: ".")
        }
        #expect(row.text("version") == version ?? "")
      }
    }
  }

  @Test func `votes are told by kind over time, and by representative`() throws {
    for time in times {
      let width: Int64 = 5_000_000
      let votes = rows("vote", time)
      let found = try ask("Normal and final votes", time, width: width)
      let pieces = Dictionary(grouping: votes) { vote in
        let offset = (samples.message(of: vote).number("time_us") ?? 0) - time.lowerBound
        return time.lowerBound + offset / width * width
      }
      #expect(found.compactMap { $0.number("time_us") } == pieces.keys.sorted())
      for row in found {
        let own = pieces[row.number("time_us") ?? 0] ?? []
        let final = own.count { $0.number("sequence") == -1 }
        #expect(row.number("final") == Int64(final) && row.number("normal") == Int64(own.count - final), "\(row)")
      }
      let accounts = Dictionary(grouping: votes) { $0.text("account") }
      let most = try ask("Representatives that voted most", time)
      #expect(most.count == min(20, accounts.count))
      for row in most {
        let count = accounts[row.text("account")]?.count ?? 0
        #expect(try row.number("votes") == Int64(count) && self.count(row.text("filter"), time) == count, "\(row)")
      }
    }
  }

  @Test func `votes that came again are counted by who sent them`() throws {
    for time in times {
      var expected: [String: (votes: Int, again: Int)] = [:]
      var known: Set<[String]> = []
      for vote in rows("vote", time) {
        let message = samples.message(of: vote)
        let sender = samples.ends(of: message).sender
        let isNew = known.insert([message.text("flow_id"), message.text("direction"), vote.text("signature")]).inserted
        let one = expected[sender] ?? (0, 0)
        expected[sender] = (one.votes + 1, one.again + (isNew ? 0 : 1))
      }
      let found = try ask("Votes that came again", time)
      #expect(found.count == expected.count { $0.value.again > 0 })
      for row in found {
        let one = try #require(expected["\(row.text("srcip")):\(row.text("srcport"))"])
        #expect(row.number("votes") == Int64(one.votes) && row.number("again") == Int64(one.again), "\(row)")
        #expect(try count(row.text("filter"), time) == one.votes)
      }
    }
    #expect(try !ask("Votes that came again", times[0]).isEmpty)
  }

  @Test func `blocks that came again are those of one sender on one connection`() throws {
    let folder = try Folder()
    let store = DatabaseFile(path: folder.path("a.db"), info: NanoSpecification.info)
    try store.prepare()
    let inserts = [
      "flow (id, srcip, srcport, dstip, dstport) VALUES (1, 'a', 1, 'b', 2), (2, 'c', 3, 'b', 2)",
      // The fourth came too late, the fifth is no block that was published.
      "message (id, flow_id, direction, time_us, msg_type) VALUES (1, 1, 0, 10, 3), (2, 1, 0, 20, 3), (3, 2, 0, 30, 3), "
        + "(4, 1, 0, 100, 3), (5, 1, 0, 40, 4), (6, 1, 1, 50, 3), (7, 1, 1, 60, 3), (8, 1, 1, 70, 3)",
      "block_state (id, packet_id, hash) VALUES (1, 1, 'AA'), (2, 2, 'AA'), (3, 3, 'AA'), (4, 4, 'AA'), (5, 5, 'AA'), "
        + "(6, 6, 'BB'), (7, 7, 'BB'), (8, 8, 'BB')",
    ]
    try DatabaseQueue(path: store.path).write { database in
      for statement in inserts { try database.execute(sql: "INSERT INTO " + statement) }
    }
    let found = try ask("Blocks that came again", 10..<100, of: store)
    #expect(
      found.map { row in ["srcip", "srcport", "blocks", "again"].map { row.text($0) } } == [
        ["b", "2", "3", "2"], ["a", "1", "2", "1"],
      ])
    #expect(found.map { $0.text("filter") }.last == "publish and src.address == a and src.port == 1")
  }

  @Test func `nodes are counted by the version that they tell`() throws {
    for time in times {
      let telemetry = Dictionary(grouping: rows("telemetry", time)) { row in
        ["majorversion", "minorversion", "patchversion"].map { row.text($0) }.joined(separator: ".")
      }
      let found = try ask("Nodes by version", time)
      #expect(found.count == telemetry.count && !found.isEmpty)
      for row in found {
        let own = telemetry[row.text("version")] ?? []
        #expect(row.number("nodes") == Int64(Set(own.map { $0.text("nodeid") }).count), "\(row)")
        #expect(try count(row.text("filter"), time) == own.count)
      }
    }
  }
}
