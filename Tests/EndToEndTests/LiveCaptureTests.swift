import Foundation
import Testing

@Suite(.serialized, .enabled(if: Cable.isPossible)) struct LiveCaptureTests {
  let folder: TemporaryFolder
  let cable: Cable
  let sample = Place.samples.appending(path: "node-v24-bootstrap.pcap").path
  static let packets = 3476
  static let messages = 1441

  init() throws {
    folder = try TemporaryFolder()
    cable = try Cable()
  }

  private func count(_ database: String) -> Int {
    (try? Database(database).count("SELECT count(*) FROM message")) ?? -1
  }

  /// All content, without ids and times.
  private func content(_ database: String) throws -> [String: [String]] {
    let reader = try Database(database)
    let columns = [
      "message": "direction, stream_offset, length, msg_type, version_using, extensions",
      "vote": "account, signature, sequence, vote_count, hashes", "confirm_req_pair": "hash, root",
      "keepalive_host": "address, port", "telemetry": "signature, nodeid, blockcount, uptime",
      "frontier_response": "account, frontier_hash", "block_state": "hash, account, link, balance, work",
      "nodeid_response": "nodeid, signature", "bulk_pull_request": "start, \"end\", extended_count",
      "bulk_pull_account_response": "frontier_hash, balance",
      "flow": "srcip, srcport, dstip, dstport, bytes_forward, bytes_backward",
    ]
    return try columns.reduce(into: [:]) { result, entry in
      let line = entry.value.split(separator: ", ").map { "quote(\($0))" }.joined(separator: " || ' ' || ")
      result[entry.key] = try reader.values("SELECT \(line) FROM \(entry.key) ORDER BY 1").compactMap { $0 }
    }
  }

  @Test func `a live capture has the rows of the import, can be queried meanwhile, and ends in order`() throws {
    let database = folder.path("live.db")
    let process = try cable.capture(into: database)
    try cable.replay(sample, packetsPerSecond: 3000)
    // Rows are there within about a second, while the capture goes on.
    try wait(60) { count(database) == Self.messages }
    #expect(process.isRunning)
    kill(process.processIdentifier, SIGINT)
    try wait(20) { !process.isRunning }
    #expect(process.terminationStatus == 0)

    try nanocap("import", sample, "--database", folder.path("file.db"))
    #expect(try content(database) == content(folder.path("file.db")))
    let run = try #require(try Database(database).rows("SELECT * FROM run").first)
    #expect(run["kind"] == "live" && run["source"] == "far" && run["filter"] == "tcp" && run["ended"] != .some(nil))
    #expect(run["packets"] == "\(Self.packets)" && run["dropped_kernel"] == "0" && run["dropped_queue"] == "0")
  }

  @Test func `limits end a capture`() throws {
    let process = try cable.capture(into: folder.path("a.db"), "--packets", "100")
    try cable.replay(sample, packetsPerSecond: 5000)
    try wait(20) { !process.isRunning }
    #expect(process.terminationStatus == 0)
    #expect(try Database(folder.path("a.db")).values("SELECT packets FROM run") == ["100"])
    let timed = try cable.capture(into: folder.path("b.db"), "--duration", "0.5")
    try wait(20) { !timed.isRunning }
    #expect(timed.terminationStatus == 0)
  }

  @Test func `a capture that is killed leaves a database that lacks at most the last second`() throws {
    for round in 0..<5 {
      let database = folder.path("\(round).db")
      let process = try cable.capture(into: database)
      try cable.replay(sample, packetsPerSecond: 5000)
      letRun(process, seconds: 1.5)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      #expect(try Database(database).values("PRAGMA integrity_check") == ["ok"])
      #expect(count(database) == Self.messages)
      #expect(try Database(database).values("SELECT ended FROM run") == [nil], "it can be told from one that ended")
    }
  }

  @Test func `an interface that goes down is told, and taken up again when it is back`() throws {
    let database = folder.path("a.db")
    let process = try cable.capture(into: database)
    try cable.set("far", "down")
    try wait(60) { try String(contentsOfFile: database + ".log", encoding: .utf8).contains("trying again") }
    try cable.set("far", "up")
    try wait(60) {
      try String(contentsOfFile: database + ".log", encoding: .utf8).components(separatedBy: "capturing on").count > 2
    }
    try cable.replay(sample, packetsPerSecond: 3000)
    try wait(60) { count(database) == Self.messages }
    kill(process.processIdentifier, SIGTERM)
    try wait(20) { !process.isRunning }
    #expect(process.terminationStatus == 0)
  }

  @Test func `an interface that vanishes is told, and taken up again when there is one of its name`() throws {
    let database = folder.path("a.db")
    let process = try cable.capture(into: database)
    try cable.unplug()
    try wait(60) {
      try String(contentsOfFile: database + ".log", encoding: .utf8).contains("disappeared; trying again")
    }
    try cable.plug()
    try wait(60) {
      try String(contentsOfFile: database + ".log", encoding: .utf8).components(separatedBy: "capturing on").count == 3
    }
    try cable.replay(sample, packetsPerSecond: 3000)
    try wait(60) { count(database) == Self.messages }
    kill(process.processIdentifier, SIGTERM)
    try wait(20) { !process.isRunning }
    #expect(process.terminationStatus == 0)
  }

  @Test func `what cannot be captured is told in a line`() throws {
    for (arguments, message) in [
      (["--interface", "no-such-interface"], "no-such-interface: there is no such interface"),
      (["--device-ip", "203.0.113.77"], "no interface has the address 203.0.113.77"),
      (["--interface", "lo", "--filter", "tcp prot"], "filter 'tcp prot': "),
    ] {
      let outcome = try run(
        Place.programs.appending(path: "nanocap"), ["capture", "--database", folder.path("x.db")] + arguments)
      #expect(outcome.status == 1 && outcome.errors.contains(message), "\(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.path("x.db")))
    }
  }
}
