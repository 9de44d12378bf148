import Foundation
import Testing

/// `nanocap decode`: messages field by field, from captures and from databases.
@Suite struct DecodeTests {
  private let folder: TemporaryFolder
  private static let sample = Place.samples.appending(path: "node-v24-bootstrap.pcap").path

  init() throws { folder = try TemporaryFolder() }

  private func objects(_ arguments: String...) throws -> [[String: Any]] { try objects(arguments) }

  private func objects(_ arguments: [String]) throws -> [[String: Any]] {
    let outcome = try run(Place.programs.appending(path: "nanocap"), ["decode"] + arguments + ["--format", "json"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try outcome.output.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  private func field(_ object: [String: Any], _ path: String...) -> [String: Any]? {
    var current = (object["fields"] as? [[String: Any]])?.first
    for name in path {
      current = (current?["fields"] as? [[String: Any]])?.first { $0["name"] as? String == name }
    }
    return current
  }

  @Test func `a database and its capture show the same messages`() throws {
    let database = folder.path("s.db")
    try nanocap("import", Self.sample, "--database", database)
    let rows = try Database(database)
    let ids = try rows.values("SELECT packet_id FROM vote ORDER BY packet_id LIMIT 3").compactMap(\.self)
    for id in ids {
      let fromFile = try objects(Self.sample, "--message", id)
      var fromDatabase = try objects(database, "--message", id)
      try #require(fromFile.count == 1 && fromDatabase.count == 1)
      #expect(fromDatabase[0]["message"] as? Int == Int(id))
      fromDatabase[0]["message"] = fromFile[0]["message"]
      #expect(NSDictionary(dictionary: fromFile[0]) == NSDictionary(dictionary: fromDatabase[0]))
      let account = field(fromFile[0], "body", "account")
      let stored = try rows.values("SELECT account FROM vote WHERE packet_id = \(id)").first
      #expect(account?["text"] as? String == stored)
      #expect(account?["offset"] as? Int == 8 && account?["length"] as? Int == 32)
      let raw = account?["raw"] as? String
      #expect(raw?.count == 64 && account?["doc"] as? String == "The representative.")
      let instance = field(fromFile[0], "body", "is_by_hash")
      #expect(instance?["computed"] as? Bool == true)
    }
    // Stored bytes do without the file.
    let stored = folder.path("stored.db")
    let copy = folder.path("copy.pcap")
    try FileManager.default.copyItem(atPath: Self.sample, toPath: copy)
    try nanocap("import", copy, "--database", stored, "--set", "capture.raw_details=true")
    try nanocap("import", copy, "--database", folder.path("bare.db"))
    try FileManager.default.removeItem(atPath: copy)
    #expect(try objects(stored, "--type", "keepalive", "--limit", "2").count == 2)
    let bare = try nanocap("decode", folder.path("bare.db"), "--message", "1")
    #expect(bare.status == 1 && bare.errors.contains("copy.pcap: is no longer there"))
  }

  @Test func `messages are lines, the same from a capture and from its database`() throws {
    let database = folder.path("s.db")
    try nanocap("import", Self.sample, "--database", database)
    let fromFile = try nanocap("decode", Self.sample, "--format", "line").output.split(separator: "\n")
    let messages = fromFile.filter { !$0.hasPrefix("         ") }
    let count = try Database(database).count("SELECT count(*) FROM message")
    #expect(messages.count == count && fromFile.count > count)
    let fromDatabase = try nanocap("decode", database, "--format", "line", "--limit", "200").output.split(
      separator: "\n")
    #expect(fromDatabase == messages.prefix(200).map { $0 })
    let vote = try #require(
      try Database(database).values("SELECT packet_id || '|' || account FROM vote ORDER BY id LIMIT 1").first??
        .split(separator: "|"))
    let line = try nanocap("decode", database, "--format", "line", "--message", String(vote[0])).output
    let pattern =
      #/^ *\d+  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}  \S+:\d+ +-> \S+:\d+ +confirm_ack +(final )?vote by (nano_\w+) for \d+: .+\n$/#
    #expect(try pattern.wholeMatch(in: line)?.2 == vote[1], "\(line)")
    // Entries of responses have their first fields.
    let entry = try #require(fromFile.first { $0.contains("  frontier_response") })
    #expect(entry.contains("account nano_") && entry.contains(" frontier_hash "))
  }

  @Test func `types, filters and limits choose`() throws {
    let frontiers = try objects(Self.sample, "--type", "frontier_response", "--limit", "4")
    #expect(frontiers.count == 4 && frontiers.allSatisfy { $0["response"] as? Bool == true && $0["message"] == nil })
    #expect((field(frontiers[1], "entries")?["fields"] as? [[String: Any]])?.first?["name"] as? String == "account")
    for condition in [["--filter", "length > 200"], ["--where", "length > 200 -- long ones"]] {
      let long = try objects([Self.sample, "--limit", "3"] + condition)
      #expect(long.count == 3 && long.allSatisfy { $0["length"] as? Int ?? 0 > 200 })
    }
    // What was SQL and simple is a filter too.
    let simple = "length > 200 and direction = 1"
    #expect(
      try objects(Self.sample, "--filter", simple).compactMap { $0["message"] as? Int }
        == objects(Self.sample, "--where", simple).compactMap { $0["message"] as? Int })
    let votes = try objects(Self.sample, "--filter", "confirm_ack and vote.vote_count > 5", "--where", "id % 2")
    #expect(!votes.isEmpty && votes.allSatisfy { ($0["message"] as? Int ?? 0) % 2 == 1 })
    #expect(votes.allSatisfy { $0["name"] as? String == "confirm_ack" })
    let all = try nanocap("decode", Self.sample, "--brief").output
    try nanocap("import", Self.sample, "--database", folder.path("s.db"))
    let count = try Database(folder.path("s.db")).count("SELECT count(*) FROM message")
    #expect(all.components(separatedBy: "\nmessage ").count == count)
    for (arguments, complaint) in [
      (["--type", "frontier_requ"], "there is no type 'frontier_requ'; messages are keepalive"),
      (["--where", "lngth > 1"], "no such column: lngth"),
      (
        ["--filter", "vote and lngth > 1"],
        "no field 'lngth'; did you mean 'length'?\n  vote and lngth > 1\n           ^\n"
      ),
      (["--message", "999999"], "has no such message"),
    ] {
      let outcome = try run(Place.programs.appending(path: "nanocap"), ["decode", Self.sample] + arguments)
      #expect(outcome.status == 1 && outcome.errors.contains(complaint), "\(outcome.errors)")
    }
  }

  @Test func `what can be read only once is decoded, and refused where it would be read again`() throws {
    let nanocap = Place.programs.appending(path: "nanocap").path
    let pipe = "\(nanocap) decode <(cat \(Self.sample)) --type keepalive --format line"
    let whole = try system("bash", "-c", pipe)
    #expect(whole.status == 0 && whole.output.contains("keepalive"), "\(whole.errors)")
    let outcome = try system("bash", "-c", pipe + " --filter 'length > 0'")
    #expect(outcome.status == 1 && outcome.errors.contains("cannot be read twice"), "\(outcome.errors)")
  }

  @Test func `what cannot be parsed is shown up to the place where it fails`() throws {
    let header: [UInt8] = [0x52, 0x43, 22, 22, 18]
    let publish = header + [3, 0, 9] + [UInt8](repeating: 5, count: 100)
    let path = folder.path("bad.pcap")
    try CaptureFile.write(
      [(direction: 0, bytes: header + [12, 0, 0]), (0, publish), (0, header + [12, 0, 0])], to: path)
    let text = try nanocap("decode", path).output
    let block = try #require(text.range(of: "not decoded: "))
    let tree = text[block.lowerBound...].prefix { $0 != "!" }
    #expect(tree.contains("message_type = 3 (publish)") && tree.contains("block_type => 9 (not in the description)"))
    #expect(text.contains("! body.block.known_type: invalid value: 9 is none of the allowed values, at byte 8"))
    #expect(text.contains(" 09[05]05"))
    let lines = try nanocap("decode", path, "--format", "line").output.split(separator: "\n")
    #expect(
      lines.contains { $0.contains("  publish") && $0.contains("not decoded: body.block.known_type: invalid value") },
      "\(lines)")
    let object = try #require(try objects(path, "--type", "publish").first)
    #expect((object["failure"] as? [String: Any])?["path"] as? String == "body.block.known_type")
    #expect(field(object, "header", "message_type")?["text"] as? String == "publish")
  }
}
