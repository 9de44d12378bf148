import Foundation
import Testing

/// `nanocap validate`: what it finds in traffic, where it says that is, and how its exit status tells.
@Suite struct ValidateTests {
  private let folder: TemporaryFolder
  private static let sample = Place.samples.appending(path: "node-v24-bootstrap.pcap").path

  init() throws { folder = try TemporaryFolder() }

  private func message(_ type: UInt8, _ body: [UInt8] = [], extensions: UInt16 = 0) -> [UInt8] {
    [0x52, 0x43, 22, 22, 18, type, UInt8(extensions & 255), UInt8(extensions >> 8)] + body
  }

  private func capture(_ payloads: (Int, [UInt8])...) throws -> String {
    let path = folder.path("\(UUID().uuidString).pcap")
    try CaptureFile.write(payloads.map { (direction: $0.0, bytes: $0.1) }, to: path)
    return path
  }

  private var keepalive: [UInt8] { message(2, [UInt8](repeating: 0, count: 144)) }

  private struct Report: Decodable {
    struct Totals: Decodable {
      var messages, responseEntries, streamBytes, skippedBytes, unreadBytes, resynchronizations: Int
    }
    struct Finding: Decodable {
      struct Example: Decodable {
        struct Bytes: Decodable { var offset: Int, hex: String, markStart: Int, markEnd: Int }
        var frame: Int?, offset: Int, path: String, streamOffset: Int, bytes: Bytes?
      }
      struct Place: Decodable { var file: String, line: Int }
      var kind: String, type: String?, member: String?, count: Int, message: String, examples: [Example], place: Place?
    }
    struct Coverage: Decodable {
      struct Point: Decodable { var kind: String, name: String, outcome: String, hits: Int }
      var points: [Point]
    }
    var totals: Totals, findings: [Finding], coverage: Coverage

    func finding(_ kind: String) -> Finding? { findings.first { $0.kind == kind } }
    func hits(_ name: String, _ outcome: String = "") -> Int? {
      coverage.points.first { $0.name == name && $0.outcome == outcome }?.hits
    }
  }

  private func validate(_ capture: String, status: Int32) throws -> Report {
    let outcome = try nanocap("validate", capture, "--format", "json")
    #expect(outcome.status == status, "\(outcome.errors)")
    return try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
  }

  /// The line of the description that has a text, counted behind the line that has another.
  private func line(_ text: String, behind head: String) throws -> Int {
    let ksy = try String(contentsOf: Place.root.appending(path: "protocol/nano.ksy"), encoding: .utf8)
    let lines = ksy.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex { $0 == head })
    return try #require(lines[start...].firstIndex { $0.contains(text) }) + 1
  }

  // MARK: Findings

  @Test func `real traffic is clean, and counted as an import counts it`() throws {
    let report = try validate(Self.sample, status: 0)
    #expect(Set(report.findings.map(\.kind)).isSubset(of: ["hint"]))
    #expect(report.totals.skippedBytes == 0 && report.totals.unreadBytes == 0 && report.totals.resynchronizations == 0)
    try nanocap("import", Self.sample, "--database", folder.path("s.db"))
    let database = try Database(folder.path("s.db"))
    #expect(try database.count("SELECT count(*) FROM message") == report.totals.messages)
    let entries = try ["frontier_response", "bulk_pull_response", "bulk_push_entry"].map {
      try database.count("SELECT count(*) FROM \($0)")
    }
    // The report counts terminators too.
    #expect(report.totals.responseEntries > entries.reduce(0, +))
    #expect(try database.count("SELECT count(*) FROM keepalive_host") == report.hits("peer"))
    #expect(
      try database.count("SELECT count(*) FROM message WHERE msg_type = 4") == report.hits("message_type::confirm_req"))
    #expect(
      try database.count("SELECT count(*) FROM vote WHERE hashes IS NOT NULL")
        == report.hits("msg_confirm_ack.hashes", "if true"))
  }

  @Test func `a failure is told with its frame, path, bytes and line`() throws {
    var wrong = keepalive
    wrong[5] = 0x77
    let path = try capture((0, keepalive), (0, wrong), (0, keepalive))
    let report = try validate(path, status: 1)
    let finding = try #require(report.finding("failure"))
    #expect(finding.type == "header" && finding.member == "message_type" && finding.count == 1)
    #expect(
      try finding.place?.line == line("id: message_type", behind: "  header:") && finding.place?.file == "nano.ksy")
    let example = try #require(finding.examples.first)
    // Three packets of the handshake come first.
    #expect(example.frame == 5 && example.offset == 5 && example.path == "header.message_type")
    #expect(example.streamOffset == 157 && example.bytes?.markStart == 5 && example.bytes?.markEnd == 6)
    #expect(example.bytes?.hex.hasPrefix("524316161277") == true)
    #expect(report.totals.resynchronizations == 1 && report.totals.skippedBytes == 152)
    let text = try nanocap("validate", path)
    #expect(text.output.contains("FAILURE header.message_type (nano.ksy:") && text.output.contains(" 12[77]00"))
    #expect(text.errors.contains("of kind 'failure'"))
  }

  @Test func `violations, unlisted values, unread bytes and ends of streams are told apart`() throws {
    let start = [UInt8](repeating: 7, count: 32)
    let pull = message(6, start + start + [1] + [2, 0, 0, 0] + [0, 0, 0], extensions: 1)
    let violation = try validate(try capture((0, pull), (1, [1])), status: 1).finding("violation")
    #expect(violation?.type == "bulk_pull_extended" && violation?.member == "zero")
    #expect(violation?.examples.first?.path == "body.extended.zero" && violation?.examples.first?.offset == 72)

    func request(_ target: UInt8, _ more: [UInt8] = []) -> [UInt8] {
      message(14, [1, 0, 0, 0, 0, 0, 0, 0, 9] + start + [32, target] + more, extensions: UInt16(34 + more.count))
    }
    let unlisted = try validate(try capture((0, request(7))), status: 1).finding("unlisted")
    #expect(unlisted?.type == "asc_pull_req_blocks" && unlisted?.member == "start_type")
    #expect(unlisted?.message == "the enum does not list 7")

    let report = try validate(try capture((0, request(1, [1, 2, 3]))), status: 1)
    let unread = report.finding("unread")
    #expect(unread?.type == "msg_asc_pull_req" && unread?.member == "payload" && report.totals.unreadBytes == 3)
    #expect(unread?.examples.first?.bytes?.markStart == 51 && unread?.examples.first?.bytes?.markEnd == 54)

    let frontiers = message(8, start + [255, 255, 255, 255, 255, 255, 255, 255])
    let stream = try validate(try capture((0, frontiers), (1, start + start)), status: 0).finding("stream")
    #expect(stream?.message.contains("ended without a terminator") == true && stream?.count == 1)
  }

  @Test func `missing bytes are the capture's fault, and fail only where that is asked for`() throws {
    // The second of three packets is left out.
    let whole = try capture((0, keepalive), (0, keepalive), (0, keepalive), (1, keepalive))
    var data = try Data(contentsOf: URL(filePath: whole))
    let record = 16 + 40 + keepalive.count
    let start = 24 + 3 * (16 + 40) + record
    data.removeSubrange(start..<start + record)
    let path = folder.path("gap.pcap")
    try data.write(to: URL(filePath: path))
    let report = try validate(path, status: 0)
    #expect(report.finding("capture")?.message.contains("not in the capture") == true)
    #expect(try nanocap("validate", path, "--fail-on", "capture").status == 1)
  }

  /// `make check-captures DIR=…`: the description against any folder of captures that are not damaged.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["CAPTURES"] != nil))
  func `no capture of a folder has a failure or an unexplained byte`() throws {
    let source = ProcessInfo.processInfo.environment["CAPTURES"] ?? ""
    let captures = try CaptureFile.names(in: source).map {
      try CaptureFile.unpacked("\(source)/\($0)", into: folder)
    }
    let outcome = try run(Place.programs.appending(path: "nanocap"), ["validate"] + captures)
    #expect(outcome.status == 0, "\(outcome.errors)")
    print(outcome.output.components(separatedBy: "\n").drop { !$0.hasPrefix("Coverage") }.joined(separator: "\n"))
  }

  // MARK: Exit status

  @Test func `thresholds decide the exit status`() throws {
    var wrong = keepalive
    wrong[0] = 0x53
    let path = try capture((0, keepalive), (0, wrong), (0, keepalive))
    #expect(try nanocap("validate", path).status == 1)
    #expect(try nanocap("validate", path, "--fail-on", "none").status == 0)
    #expect(try nanocap("validate", path, "--fail-on", "violation").status == 0)
    #expect(try nanocap("validate", path, "--fail-on", "failure=1").status == 0)
    let coverage = try nanocap("validate", Self.sample, "--fail-on", "coverage=99")
    #expect(coverage.status == 1 && coverage.errors.contains("less than 99"))
    #expect(try nanocap("validate", Self.sample, "--fail-on", "coverage=50").status == 0)
    for bad in ["failures", "coverage", "coverage=101", "hint=-1", "failure=x"] {
      let outcome = try nanocap("validate", Self.sample, "--fail-on", bad)
      #expect(outcome.status == 64 && outcome.errors.contains(bad), "\(bad)")
    }
    let empty = try nanocap("validate", try capture())
    #expect(empty.status == 1 && empty.errors.contains("there is no message of the protocol"))
    #expect(try nanocap("validate", try capture(), "--fail-on", "none").status == 0)
    let missing = try nanocap("validate", folder.path("none.pcap"))
    #expect(missing.status == 1 && missing.errors.contains("none.pcap"))
  }

  // MARK: Reports

  @Test func `reports are compared`() throws {
    let before = folder.path("before.json")
    let good = try capture((0, keepalive), (0, keepalive))
    #expect(try nanocap("validate", good, "--format", "json", "--output", before).status == 0)
    let same = try nanocap("validate", good, "--against", before, "--fail-on", "worse")
    #expect(same.status == 0 && same.output.contains("No difference."), "\(same.output)")
    var changed = keepalive
    changed[8 + 16] = 5
    var wrong = keepalive
    wrong[0] = 0x53
    let other = try capture((0, changed), (0, wrong), (0, keepalive))
    let worse = try nanocap("validate", other, "--against", before, "--fail-on", "worse")
    #expect(worse.status == 1 && worse.errors.contains("worse than the report before"))
    #expect(worse.output.contains("The captures are not the same"))
    #expect(worse.output.contains("new    FAILURE header.magic"))
    #expect(worse.output.contains("peer.port: 16 times 0 to 0 -> 16 times 0 to 5"), "\(worse.output)")
    let json = try nanocap("validate", other, "--against", before, "--format", "json", "--fail-on", "none")
    let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    #expect((object?["findings"] as? [Any])?.isEmpty == false && object?["isSameTraffic"] as? Bool == false)
    try Data("{}".utf8).write(to: URL(filePath: before))
    let broken = try nanocap("validate", good, "--against", before)
    #expect(broken.status == 1 && broken.errors.contains("before.json: is no report"))
    #expect(try nanocap("validate", good, "--fail-on", "worse").errors.contains("needs --against"))
  }

  @Test func `the description is listed with its coverage`() throws {
    let text = try nanocap("validate", Self.sample, "--annotate").output
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(lines.contains { $0.hasPrefix("     ####") && $0.contains("| ") && $0.hasSuffix("msg_vote_relay:") })
    #expect(lines.contains { $0.contains("<- never: if false") || $0.contains("<- never: if true") })
    let number = try line("id: magic", behind: "  header:")
    let start = try #require(lines.firstIndex(of: "nano.ksy"))
    let magic = lines[start + number]
    let report = try validate(Self.sample, status: 0)
    #expect(magic.hasSuffix("- id: magic") && magic.contains("\(report.totals.messages) |"), "\(magic)")

    let page = folder.path("report.html")
    #expect(try nanocap("validate", Self.sample, "--format", "html", "--output", page).status == 0)
    let html = try String(contentsOfFile: page, encoding: .utf8)
    #expect(html.contains("id=\"nano.ksy-\(number)\" class=\"covered\""))
    #expect(html.contains("class=\"missed\"") && html.contains("class=\"partly\"") && !html.contains("<script"))
  }
}
