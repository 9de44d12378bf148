import Foundation
import Testing

/// Connections on ports that are none of the description's, told by what they carry.
@Suite struct DetectionTests {
  private let folder: TemporaryFolder
  private let keepalive: [UInt8] = [0x52, 0x43, 22, 22, 18, 2, 0, 0] + [UInt8](repeating: 0, count: 144)
  private let request = Array("GET / HTTP/1.1\r\nHost: example.net\r\n\r\n".utf8)

  init() throws { folder = try TemporaryFolder() }

  /// A capture of a connection to a port.
  private func capture(_ name: String, port: UInt32, _ payloads: [UInt8]...) throws -> String {
    let path = folder.path(name)
    try CaptureFile.write(payloads.map { (direction: 0, bytes: $0) }, to: path, port: port)
    return path
  }

  private func importing(_ captures: [String], into name: String, _ options: String...) throws -> Outcome {
    let program = Place.programs.appending(path: "nanocap")
    let outcome = try run(program, ["import"] + captures + ["--database", folder.path(name)] + options)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return outcome
  }

  /// All rows of all tables, without ids, which depend on when a connection was found to be of the protocol.
  private func content(_ name: String) throws -> [String: [String?]] {
    let database = try Database(folder.path(name))
    var content: [String: [String?]] = [:]
    let tables = try database.values("SELECT name FROM sqlite_master WHERE type = 'table'").compactMap(\.self)
    for table in tables where table != "run" {
      let columns = try database.values("SELECT name FROM pragma_table_info('\(table)')").compactMap(\.self)
      let compared = columns.filter { column in
        column == "request_id" || !(["id", "detected"].contains(column) || column.hasSuffix("_id"))
      }
      let row = compared.map { "quote(\"\($0)\")" }.joined(separator: " || ' ' || ")
      content[table] = try database.values("SELECT \(row.isEmpty ? "''" : row) FROM \"\(table)\" ORDER BY 1")
    }
    // What belongs together.
    content["conversations"] = try database.values(
      """
      SELECT srcip || srcport || dstip || dstport || opened_us || ' ' || direction || stream_offset || content_table
      FROM message JOIN flow ON flow.id = flow_id ORDER BY 1
      """)
    return content
  }

  @Test(arguments: ["node-v24-bootstrap.pcap", "node-v25-ascending.pcap"])
  func `a capture on other ports gives the rows that it gives where every port counts`(sample: String) throws {
    // The ports of the samples are those of a test network.
    let sample = Place.samples.appending(path: sample).path
    _ = try importing([sample], into: "all.db")
    let outcome = try importing([sample], into: "found.db", "--detect")
    #expect(outcome.output.contains("flows on other ports, of the protocol: "), "\(outcome.output)")
    let (all, found) = (try content("all.db"), try content("found.db"))
    #expect(all.keys.sorted() == found.keys.sorted() && all["message"]?.isEmpty == false)
    for (table, rows) in all { #expect(found[table] == rows, "\(table)") }
    #expect(try Database(folder.path("found.db")).values("SELECT DISTINCT detected FROM flow") == ["1"])
    #expect(try Database(folder.path("all.db")).values("SELECT DISTINCT detected FROM flow") == [nil])
  }

  @Test func `other traffic leaves nothing but a count`() throws {
    let captures = [
      try capture("web.pcap", port: 8080, request, request), try capture("own.pcap", port: 9999, keepalive, keepalive),
      try capture("known.pcap", port: 7075, request),
    ]
    let outcome = try importing(captures, into: "a.db", "--detect")
    #expect(outcome.output.contains("looked at    1 flows on other ports, of the protocol: 1"), "\(outcome.output)")
    #expect(outcome.output.contains("looked at    1 flows on other ports, of the protocol: 0"), "\(outcome.output)")
    let database = try Database(folder.path("a.db"))
    #expect(
      try database.values("SELECT dstport || ifnull(detected, '-') FROM flow ORDER BY 1") == ["7075-", "99991"])
    #expect(try database.count("SELECT count(*) FROM message") == 2)
    // What is on a known port is told, whatever it is.
    #expect(try database.values("SELECT DISTINCT dstport FROM decode_issue JOIN flow ON flow.id = flow_id") == ["7075"])
  }

  @Test func `messages are found in the capture again`() throws {
    let own = try capture("own.pcap", port: 9999, keepalive, keepalive)
    let web = try capture("web.pcap", port: 8080, request)
    let decoded = try nanocap("decode", own, "--detect", "--format", "json")
    #expect(decoded.status == 0 && decoded.output.split(separator: "\n").count == 2, "\(decoded.errors)")
    #expect(try nanocap("decode", web, "--format", "json").output.contains("failure"))
    #expect(try nanocap("decode", web, "--detect").status == 1)
    let filtered = try nanocap("decode", own, "--detect", "--filter", "stream_offset = 152", "--format", "json")
    #expect(filtered.status == 0 && filtered.output.split(separator: "\n").count == 1, "\(filtered.errors)")
    _ = try importing([web, own], into: "a.db", "--detect")
    let stored = try nanocap("decode", folder.path("a.db"), "--format", "json")
    #expect(stored.status == 0 && stored.output.split(separator: "\n").count == 2, "\(stored.errors)")
    let console = try ConsoleProcess(["serve", "--database", "a.db"], folder: folder)
    let id = try Database(folder.path("a.db")).count("SELECT max(id) FROM message")
    let shown = try console.ask("/api/v1/message/\(id)").object["bytes"] as? String
    #expect(shown?.lowercased() == keepalive.map { String(format: "%02x", $0) }.joined())
  }

  @Test func `a validation looks at what is of the protocol`() throws {
    let own = try capture("own.pcap", port: 9999, keepalive, keepalive)
    let web = try capture("web.pcap", port: 8080, request)
    #expect(try nanocap("validate", own, web).status == 1)
    let outcome = try nanocap("validate", own, web, "--detect")
    #expect(outcome.status == 0, "\(outcome.output) \(outcome.errors)")
    let nothing = try nanocap("validate", web, "--detect", "--fail-on", "failure")
    #expect(nothing.status == 1 && nothing.errors.contains("there is no message of the protocol"))
  }

  @Test func `it is a setting like others, and the status tells what it found`() throws {
    let own = try capture("own.pcap", port: 9999, keepalive, keepalive)
    let program = Place.programs.appending(path: "nanocap")
    let outcome = try run(
      program, ["import", own, "--database", folder.path("a.db")], environment: ["NANOCAP_CAPTURE_DETECT": "true"])
    #expect(outcome.output.contains("of the protocol: 1"), "\(outcome)")
    let console = try ConsoleProcess(
      ["import", own, "--again", "--serve", "--detect", "--database", "a.db"], folder: folder)
    try wait(60) { try console.ask("/api/v1/status").object["importing"] as? Bool == false }
    let detection = try console.ask("/api/v1/status").object["detection"] as? [String: Int]
    #expect(detection == ["candidates": 1, "detected": 1])
    let metrics = try console.ask("/metrics").text
    #expect(metrics.contains("nanocap_candidate_connections_total 1\n"))
    #expect(metrics.contains("nanocap_detected_connections_total 1\n"))
  }

  @Test func `a database of a version without the column gets it`() throws {
    let known = try capture("known.pcap", port: 7075, keepalive)
    let own = try capture("own.pcap", port: 9999, keepalive, keepalive)
    _ = try importing([known], into: "a.db")
    try system("sqlite3", folder.path("a.db"), "ALTER TABLE flow DROP COLUMN detected")
    let old = try nanocap("decode", folder.path("a.db"), "--format", "json")
    #expect(old.status == 0 && old.output.split(separator: "\n").count == 1, "\(old.errors)")
    _ = try importing([own], into: "a.db", "--detect")
    #expect(try Database(folder.path("a.db")).values("SELECT detected FROM flow ORDER BY id") == [nil, "1"])
  }

  @Test(.enabled(if: Cable.isPossible), arguments: [false, true])
  func `a live capture takes all ports, and stores what is of the protocol`(isUDP: Bool) throws {
    let cable = try Cable()
    let frames = folder.path("frames.pcap")
    let payloads = Array(repeating: (direction: 0, bytes: keepalive), count: 5)
    if isUDP {
      // Old versions have datagrams.
      let old = payloads.map { (direction: $0.direction, bytes: [0x52, 0x43, 18, 18, 17, 2, 0, 0] + $0.bytes[8...]) }
      try CaptureFile.writeDatagrams(old, to: frames, port: 9999)
    } else {
      try CaptureFile.write(payloads, to: frames, port: 9999)
      try CaptureFile.reframe(frames, to: frames) { [[2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0] + $0] }
    }
    let database = folder.path("live.db")
    let process = try cable.capture(into: database, filter: nil, ["--no-console", "--detect"])
    try cable.replay(frames, packetsPerSecond: 200)
    try wait(60) { (try? Database(database).count("SELECT count(*) FROM message")) == 5 }
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(
      try Database(database).values("SELECT transport || dstport || detected FROM flow")
        == [isUDP ? "udp99991" : "tcp99991"])
    let filter = try Database(database).values("SELECT filter FROM run").first.flatMap(\.self)
    #expect(filter?.hasPrefix("tcp or udp or (") == true, "\(filter ?? "")")
  }
}
