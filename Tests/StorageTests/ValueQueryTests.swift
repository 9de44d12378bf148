import GRDB
import NanoParser
import ParserRuntime
import Testing

@testable import Capture

/// What Nano's description asks about values, held against the samples' rows.
@Suite struct ValueQueryTests {
  private typealias Row = SampleValues.Row
  private let samples: SampleValues

  init() throws { samples = try SampleValues.shared.get() }

  private func rows(_ table: String) -> [Row] { samples.tables[table] ?? [] }

  private func time(of row: Row) -> Int64 { samples.message(of: row).number("time_us") ?? 0 }

  private func votes(for hash: String) -> [Row] {
    rows("vote").filter { $0.text("hashes").split(separator: ",").contains { $0 == hash } }
  }

  /// A block that was voted for, and that came more often than others.
  private func block() throws -> (hash: String, came: [(table: String, row: Row)]) {
    let voted = Set(rows("vote").flatMap { $0.text("hashes").split(separator: ",").map(String.init) })
    let known = samples.blocks.filter { voted.contains($0.key) }
    let best = try #require(known.max { ($0.value.count, $0.key) < ($1.value.count, $1.key) })
    return (best.key, best.value)
  }

  private func ends(_ came: (table: String, row: Row)) -> (sender: String, receiver: String) {
    let message = samples.message(of: came.row)
    return samples.ends(of: message, isAnswer: message.number("msg_type") == 6)
  }

  private func endpoints(_ row: Row) -> [String] {
    ["\(row.text("srcip")):\(row.text("srcport"))", "\(row.text("dstip")):\(row.text("dstport"))"]
  }

  // MARK: Blocks

  @Test func `a block says what it is, once`() throws {
    for (hash, came) in samples.blocks.sorted(by: { $0.key < $1.key }).prefix(50) {
      let found = try samples.ask("block_hash", "What it says", hash)
      #expect(found.count == 1 && found[0].text("type") == came[0].table, "\(hash)")
      for column in ["account", "previous", "representative", "balance", "link", "source", "destination"] {
        #expect(found[0].text(column) == came[0].row.text(column), "\(hash) \(column)")
      }
    }
  }

  @Test func `a block was seen first in the earliest message that has it`() throws {
    let (hash, came) = try block()
    let first = try #require(
      came.min {
        (time(of: $0.row), $0.row.number("packet_id") ?? 0) < (time(of: $1.row), $1.row.number("packet_id") ?? 0)
      })
    let found = try samples.ask("block_hash", "Where it was seen first", hash)
    #expect(found.count == 1 && found[0].number("message_id") == first.row.number("packet_id"))
    #expect(found[0].number("time_us") == time(of: first.row))
    #expect(endpoints(found[0]) == [ends(first).sender, ends(first).receiver])
  }

  @Test func `a block spreads from sender to receiver`() throws {
    let (hash, came) = try block()
    let first = came.map { time(of: $0.row) }.min() ?? 0
    let found = try samples.ask("block_hash", "How it spread", hash)
    let expected = Dictionary(grouping: came) { [ends($0).sender, ends($0).receiver] }
    #expect(!found.isEmpty && Set(found.map(endpoints)) == Set(expected.keys) && found.count == expected.count)
    for row in found {
      let own = expected[endpoints(row)] ?? []
      #expect(row.number("messages") == Int64(Set(own.map { $0.row.number("packet_id") }).count))
      let delay = (own.map { time(of: $0.row) }.min() ?? 0) - first
      #expect(row["delay_ms"] == .real(Double(delay) / 1000), "\(row)")
    }
    #expect(found.map { $0.number("first_us") ?? 0 } == found.map { $0.number("first_us") ?? 0 }.sorted())
  }

  @Test func `a block that peers pass on has a row for each way that it took`() throws {
    let folder = try Folder()
    let store = DatabaseFile(path: folder.path("a.db"), info: NanoSpecification.info)
    try store.prepare()
    let inserts = [
      // What the third is sent is an answer: its bytes come the other way than its request.
      "INSERT INTO flow (id, srcip, srcport, dstip, dstport) VALUES (1, 'a', 1, 'b', 2), (2, 'c', 3, 'b', 2)",
      "INSERT INTO message (id, flow_id, direction, time_us, msg_type) VALUES (1, 1, 0, 5000, 3), (2, 2, 1, 6500, 3), "
        + "(3, 2, 1, 9000, 3), (4, 2, 0, 8000, 3), (5, 1, 0, 7000, 6), (6, 1, 0, 1000, 3)",
      "INSERT INTO block_state (id, packet_id, hash) VALUES (1, 1, 'AA'), (2, 2, 'AA'), (3, 3, 'AA'), (4, 4, 'AA'), "
        + "(5, 5, 'AA'), (6, 6, 'BB'), (7, 2, 'AA')",
      "INSERT INTO vote (id, packet_id, account, sequence, hashes) VALUES (1, 6, 'v', -1, 'CC'), (2, 4, 'w', 7, 'BB,AA')",
    ]
    try DatabaseQueue(path: store.path).write { database in
      for statement in inserts { try database.execute(sql: statement) }
    }
    let spread = try samples.ask("block_hash", "How it spread", "AA", of: store)
    #expect(
      spread.map { endpoints($0) + [$0.text("delay_ms"), $0.text("messages")] } == [
        ["a:1", "b:2", "0.0", "1"], ["b:2", "c:3", "1.5", "2"], ["b:2", "a:1", "2.0", "1"], ["c:3", "b:2", "3.0", "1"],
      ])
    let first = try samples.ask("block_hash", "Where it was seen first", "AA", of: store)
    #expect(first.map { $0.text("message_id") } == ["1"])
    let votes = try samples.ask("block_hash", "Who voted when", "AA", of: store)
    #expect(votes.map { [$0.text("account"), $0.text("is_final"), $0.text("delay_ms")] } == [["w", "0", "3.0"]])
    // There is no delay where the block itself did not come.
    let unseen = try samples.ask("block_hash", "Who voted when", "CC", of: store)
    #expect(unseen.count == 1 && unseen[0]["is_final"] == .integer(1) && unseen[0]["delay_ms"] == .null)
  }

  @Test func `who asked for a block is who sent the requests that name it`() throws {
    let requests =
      rows("confirm_req_pair").map { ($0.text("hash"), $0) } + rows("asc_pull_request").map { ($0.text("start"), $0) }
      + rows("bulk_pull_request").flatMap { [($0.text("start"), $0), ($0.text("end"), $0)] }
    let byHash = Dictionary(grouping: requests) { $0.0 }
    // Of each table one, and the hash that most asked for.
    let popular = try #require(
      byHash.filter { Set($0.key) != ["0"] }.max { ($0.value.count, $0.key) < ($1.value.count, $1.key) })
    for hash in [popular.key]
      + ["confirm_req_pair", "asc_pull_request"].compactMap({ rows($0).first }).map({
        $0.text($0["hash"] == nil ? "start" : "hash")
      })
    {
      let ids = Set((byHash[hash] ?? []).compactMap { $0.1.number("packet_id") })
      let found = try samples.ask("block_hash", "Who asked for it", hash)
      #expect(!ids.isEmpty && Set(found.compactMap { $0.number("message_id") }) == ids && found.count == ids.count)
      for row in found {
        let message = samples.messages[row.number("message_id") ?? 0] ?? [:]
        #expect(endpoints(row) == [samples.ends(of: message).sender, samples.ends(of: message).receiver])
      }
    }
  }

  @Test func `votes on a block are counted from when it was first seen`() throws {
    let (hash, came) = try block()
    let first = came.map { time(of: $0.row) }.min() ?? 0
    let found = try samples.ask("block_hash", "Who voted when", hash)
    let expected = Dictionary(grouping: votes(for: hash)) {
      "\($0.text("account")) \($0.number("sequence") == -1 ? 1 : 0)"
    }
    #expect(!found.isEmpty && Set(found.map { "\($0.text("account")) \($0.text("is_final"))" }) == Set(expected.keys))
    for row in found {
      let own = expected["\(row.text("account")) \(row.text("is_final"))"] ?? []
      let start = own.map(time).min() ?? 0
      #expect(row.number("messages") == Int64(own.count) && row.number("first_us") == start, "\(row)")
      #expect(row["delay_ms"] == .real(Double(start - first) / 1000), "\(row)")
    }
  }

  @Test func `votes that came again are those of one sender to one receiver`() throws {
    var isAny = false
    let hashes = Set(rows("vote").flatMap { $0.text("hashes").split(separator: ",").map(String.init) })
    for hash in hashes.sorted() {
      let groups = Dictionary(grouping: votes(for: hash)) { vote in
        let ends = samples.ends(of: samples.message(of: vote))
        return [vote.text("account"), vote.text("sequence"), ends.sender, ends.receiver]
      }.filter { $0.value.count > 1 }
      let found = try samples.ask("block_hash", "Votes that came again", hash)
      #expect(
        Dictionary(
          uniqueKeysWithValues: found.map {
            ([$0.text("account"), $0.text("sequence")] + endpoints($0), $0.number("messages"))
          })
          == groups.mapValues { Int64($0.count) }, "\(hash)")
      isAny = isAny || !found.isEmpty
    }
    #expect(isAny)
  }

  // MARK: Accounts

  /// The account that most blocks are of.
  private func account() throws -> String {
    let accounts = Dictionary(grouping: samples.blocks.values.compactMap { $0[0].row.text("account") }) { $0 }
    return try #require(accounts.filter { !$0.key.isEmpty }.max { ($0.value.count, $0.key) < ($1.value.count, $1.key) })
      .key
  }

  @Test func `an account's blocks are those of all types that name it`() throws {
    let account = try account()
    let expected = samples.blocks.filter { $0.value[0].row.text("account") == account }
    // By its key it is the same account.
    for text in [account, try #require(NanoSpelling.key(account))] {
      let found = try samples.ask("account", "Its blocks", text)
      #expect(found.count == min(200, expected.count) && !found.isEmpty)
      for row in found {
        let came = expected[row.text("hash")] ?? []
        #expect(row.number("messages") == Int64(came.count) && row.text("type") == came.first?.table, "\(row)")
        #expect(row.number("first_us") == came.map { time(of: $0.row) }.min(), "\(row)")
      }
    }
  }

  @Test func `what was sent to an account is found by its key and by its name`() throws {
    let sent = samples.blocks.values.compactMap { came -> (String, String)? in
      let row = came[0].row
      if came[0].table == "block_send" { return (row.text("destination"), row.text("hash")) }
      return came[0].table == "block_state" ? (NanoSpelling.account(row.text("link")) ?? "", row.text("hash")) : nil
    }
    let byAccount = Dictionary(grouping: sent) { $0.0 }.mapValues { Set($0.map(\.1)) }
    let legacy = try #require(rows("block_send").first?.text("destination"))
    let state = try #require(rows("block_state").map { $0.text("link") }.first { Set($0) != ["0"] })
    for account in [legacy, try #require(NanoSpelling.account(state))] {
      let found = try samples.ask("account", "What was sent to it", account)
      let expected = try #require(byAccount[account])
      #expect(expected.count <= 200 && Set(found.map { $0.text("hash") }) == expected && found.count == expected.count)
    }
  }

  @Test func `an account's votes, and whom it represents`() throws {
    let votes = Dictionary(grouping: rows("vote")) { $0.text("account") }
    let (account, own) = try #require(votes.max { ($0.value.count, $0.key) < ($1.value.count, $1.key) })
    let found = try samples.ask("account", "Votes by it", account)
    #expect(found.count == min(200, own.count) && !found.isEmpty)
    let byMessage = Dictionary(own.map { ($0.number("packet_id"), $0) }) { first, _ in first }
    for row in found {
      let vote = byMessage[row.number("message_id")] ?? [:]
      #expect(
        row.text("hashes") == vote.text("hashes") && (row.text("is_final") == "1") == (vote.text("sequence") == "-1"))
    }
    let blocks = samples.blocks.values.map { $0[0].row }.filter { !$0.text("representative").isEmpty }
    let representatives = Dictionary(grouping: blocks) { $0.text("representative") }
    let (name, all) = try #require(representatives.max { ($0.value.count, $0.key) < ($1.value.count, $1.key) })
    let expected = Dictionary(grouping: all.filter { !$0.text("account").isEmpty }) { $0.text("account") }
    let accounts = try samples.ask("account", "Accounts that it represents", name)
    #expect(accounts.count == min(200, expected.count) && !accounts.isEmpty)
    for row in accounts {
      #expect(row.number("blocks") == expected[row.text("account")].map { Int64($0.count) }, "\(row)")
    }
  }

  // MARK: Nodes and hosts

  @Test func `a node's handshakes, telemetry and traffic`() throws {
    let responses = Dictionary(grouping: rows("nodeid_response")) { $0.text("nodeid_as_account") }
    let telemetry = Dictionary(grouping: rows("telemetry")) { $0.text("nodeid") }
    #expect(responses.count > 1 && !telemetry.isEmpty)
    for (node, own) in responses {
      let handshakes = try samples.ask("node_id", "Handshakes", node)
      #expect(Set(handshakes.map { $0.number("message_id") }) == Set(own.map { $0.number("packet_id") }))
      for row in handshakes {
        let ends = samples.ends(of: samples.messages[row.number("message_id") ?? 0] ?? [:])
        #expect(endpoints(row) == [ends.sender, ends.receiver])
      }
      let key = try #require(NanoSpelling.key(node))
      let said = try samples.ask("node_id", "Telemetry over time", node)
      let expected = telemetry[key] ?? []
      #expect(
        said.map { $0.number("message_id") }
          == expected.sorted { time(of: $0) < time(of: $1) }.map { $0.number("packet_id") })
      for (row, other) in zip(said, expected.sorted { time(of: $0) < time(of: $1) }) {
        let version = ["majorversion", "minorversion", "patchversion"].map(other.text).joined(separator: ".")
        #expect(row.text("version") == version && row.text("uptime") == other.text("uptime"))
      }
      let sides = Set(own.map { samples.message(of: $0) }.map { [$0.number("flow_id"), $0.number("direction")] })
      let sent = samples.messages.values.filter { sides.contains([$0.number("flow_id"), $0.number("direction")]) }
      let traffic = try samples.ask("node_id", "What it sent, by type", node)
      let types = Dictionary(grouping: sent) { $0.number("msg_type") }
      #expect(traffic.count == types.count)
      for row in traffic {
        let messages = types[row.number("msg_type")] ?? []
        #expect(row.number("messages") == Int64(messages.count))
        #expect(row.number("bytes") == messages.reduce(0) { $0 + ($1.number("length") ?? 0) })
      }
    }
  }

  @Test func `an address's nodes, telemetry, traffic and connections`() throws {
    let address = try #require(rows("flow").first?.text("srcip"))
    func sent(_ message: Row) -> Bool { samples.ends(of: message).sender.hasPrefix("\(address):") }
    func received(_ message: Row) -> Bool { samples.ends(of: message).receiver.hasPrefix("\(address):") }
    let nodes = try samples.ask("address", "Nodes there", address)
    let responses = rows("nodeid_response").filter { sent(samples.message(of: $0)) }
    #expect(!nodes.isEmpty && nodes.reduce(0) { $0 + ($1.number("messages") ?? 0) } == Int64(responses.count))
    #expect(Set(nodes.map { $0.text("nodeid_as_account") }) == Set(responses.map { $0.text("nodeid_as_account") }))
    let telemetry = try samples.ask("address", "Telemetry over time", address)
    let told = rows("telemetry").filter { sent(samples.message(of: $0)) }
    #expect(!told.isEmpty && Set(telemetry.map { $0.number("message_id") }) == Set(told.map { $0.number("packet_id") }))
    let traffic = try samples.ask("address", "Traffic by type", address)
    let types = Dictionary(grouping: samples.messages.values.filter { sent($0) || received($0) }) {
      $0.number("msg_type")
    }
    #expect(traffic.count == types.count)
    for row in traffic {
      let own = types[row.number("msg_type")] ?? []
      func bytes(_ messages: [Row]) -> Int64 { messages.reduce(0) { $0 + ($1.number("length") ?? 0) } }
      #expect(
        row.number("sent") == Int64(own.count(where: sent))
          && row.number("received") == Int64(own.count(where: received)))
      #expect(
        row.number("sent_bytes") == bytes(own.filter(sent))
          && row.number("received_bytes") == bytes(own.filter(received)))
    }
    let connections = try samples.ask("address", "Connections", address)
    let flows = rows("flow").filter { [$0.text("srcip"), $0.text("dstip")].contains(address) }
    #expect(Set(connections.map { $0.number("flow_id") }) == Set(flows.map { $0.number("id") }))
  }
}
