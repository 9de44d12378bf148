import Foundation
import Testing

/// Packages of their own that use the description compiler and the engine, as authors of protocols have them.
@Suite(.serialized) struct AuthorPackageTests {

  // MARK: Another protocol

  /// For the tests of DNS, of which the first builds it.
  private static let dnscap = Result {
    try AuthorPackage(Place.root.appending(path: "Examples/dns")).build(product: "dnscap")
  }

  @Test func `the example package captures DNS`() throws {
    let program = try Self.dnscap.get()
    let folder = try TemporaryFolder()
    let name: [UInt8] = [4] + Array("node".utf8) + [7] + Array("example".utf8) + [0]
    let query: [UInt8] = [0x12, 0x34, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0] + name + [0, 28, 0, 1]
    let record: [UInt8] = [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7]
    let record6: [UInt8] =
      [0xC0, 12, 0, 28, 0, 1, 0, 0, 0, 61, 0, 16, 0x20, 1, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [7]
    let answer: [UInt8] = [0x12, 0x34, 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 0] + name + [0, 28, 0, 1] + record + record6
    func framed(_ message: [UInt8]) -> [UInt8] { [UInt8(message.count >> 8), UInt8(message.count & 255)] + message }
    let capture = folder.path("dns.pcap")
    try CaptureFile.write([(0, framed(query)), (1, framed(answer)), (0, framed(query))], to: capture, port: 53)

    let outcome = try run(program, ["import", capture, "--database", folder.path("dns.db")])
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("messages     3"), "\(outcome.output)")
    let database = try Database(folder.path("dns.db"))
    #expect(try database.values("SELECT is_response FROM message ORDER BY id") == ["0", "1", "0"])
    #expect(try database.values("SELECT name FROM message_questions") == Array(repeating: "node.example", count: 3))
    #expect(try database.values("SELECT ttl FROM answer ORDER BY position") == ["60", "61"])
    #expect(try database.values("SELECT coalesce(ipv4, ipv6) FROM answer ORDER BY id") == ["192.0.2.7", "2001:db8::7"])
    #expect(try database.count("SELECT count(*) FROM decode_issue") == 0)
    #expect(try database.values("SELECT request_message_id || ' ' || message_id FROM message_answer") == ["1 2"])

    // A name has a page of its own in the console, with what the description asks about it.
    let dnsDesk = try ConsoleProcess(["serve", "--database", "dns.db"], folder: folder, program: program.path)
    for (value, kind, title, row) in [
      ("node.example", "domain_name", "What was answered", ["1", "192.0.2.7", "1"]),
      ("2001:DB8::7", "address", "Questions whose answers had it", ["node.example", "28", "1"]),
    ] {
      let found = try dnsDesk.post("/api/v1/value", ["value": value]).object
      let about = try #require((found["kinds"] as? [[String: Any]])?.first)
      let query = (about["queries"] as? [[String: Any]])?.first { $0["title"] as? String == title }?["query"] as? String
      #expect(about["name"] as? String == kind, "\(found)")
      #expect(try dnsDesk.query(try #require(query)).rows.first?.map { "\($0)" } == row, "\(value)")
    }

    // The overview tells what the description wants told, and leads to the messages.
    let overview = try Self.overview(of: dnsDesk)
    #expect(overview.map(\.title) == ["Names that were asked for most", "Answers that tell of a failure"])
    let names = try #require(overview.first?.rows.first)
    #expect(names[0] as? String == "node.example" && names[1] as? Int == 2 && overview[1].rows.isEmpty)
    let asked = try dnsDesk.post("/api/v1/ask", ["question": "messages", "filter": ["where": names[2]]])
    #expect(try asked.rows.map { $0[0] as? Int } == [1, 3], "\(names[2]): \(asked.text)")
    let delays = try dnsDesk.post("/api/v1/ask", ["question": "latency", "by": "type"])
    #expect(try delays.rows.map { $0[1] as? Int } == [1], "\(delays.text)")

    let report = try run(program, ["validate", capture])
    #expect(report.status == 0 && report.output.contains("Findings: none"), "\(report.output)")
    // An opcode that is not described is a violation, and told by the exit status too.
    var wrong = query
    wrong[2] = 0x31
    try CaptureFile.write([(0, framed(wrong))], to: capture, port: 53)
    let second = try run(program, ["validate", capture])
    #expect(second.status == 1 && second.output.contains("VIOLATION message.opcode (dns.ksy:"), "\(second.output)")

    // It is called what its description says, and so is all that goes with it.
    let settings = try run(program, ["config", "show"], folder: folder.url, environment: ["DNSCAP_WEB_PORT": "80"])
    #expect(settings.output.contains("\"port\": 80, ") && settings.output.contains("// DNSCAP_WEB_PORT;"))
    #expect(settings.output.contains("\"database\": \"dnscap.db\""), "\(settings.output)")
    let commands = ["", "import", "capture", "query", "decode", "store", "push", "serve", "validate", "config"]
    let help = try commands.map { try run(program, [$0, "--help"].filter { !$0.isEmpty }).output }.joined()
    #expect(help.contains("dnscap query \"select * from message") && help.contains("'port 53'"), "\(help)")
    #expect(!help.lowercased().contains("nano"))
  }

  /// What the description's overview tells of all times.
  static func overview(of console: ConsoleProcess) throws -> [(title: String, rows: [[Any]])] {
    let body: [String: Any] = ["from_us": 0, "to_us": "9000000000000000", "width_us": 1_000_000]
    let queries = try #require(try console.post("/api/v1/overview", body).object["queries"] as? [[String: Any]])
    return try queries.map { query in
      (query["title"] as? String ?? "", try console.query(try #require(query["query"] as? String)).rows)
    }
  }

  /// A message: what carried it, its id, whether it is an answer, how that went, what was asked of which name.
  private static let facts = """
    SELECT f.transport, m.id, m.message_id, m.is_response, m.response_code, q.name, q.type
    FROM message AS m JOIN flow AS f ON f.id = m.flow_id JOIN message_questions AS q ON q.packet_id = m.id
    """

  @Test(.enabled(if: Cable.isPossible)) func `the example agrees with tshark on what dnsmasq answers`() throws {
    let program = try Self.dnscap.get()
    let folder = try TemporaryFolder()
    // In a network of its own the servers' port is free.
    let conversation = try LiveConversation(program, in: folder)
    let (database, packets) = (conversation.database, conversation.capture)
    // It closes all files that it inherits, by one of which Foundation would take it for ended: its parent keeps that. With
    // --no-daemon it does not change its user, after which it would survive its parent.
    try conversation.start(
      ["unshare", "--fork", "--kill-child", "dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--no-hosts"]
        + ["--no-resolv", "--listen-address=127.0.0.1", "--bind-interfaces", "--local=/example/"]
        + ["--host-record=node.example,192.0.2.7,2001:db8::7", "--txt-record=text.example,\(words(200))"])
    func dig(_ question: [String]) throws -> Outcome {
      try conversation.attempt(["dig", "@127.0.0.1", "+tries=3"] + question)
    }
    try wait(60) { try dig(["node.example", "A"]).output.contains("192.0.2.7") }
    let questions = [
      ["node.example", "AAAA"], ["nobody.example", "A"], ["node.example", "MX", "+noedns"], ["-x", "192.0.2.7"],
      ["text.example", "TXT"], ["elsewhere.test", "A"],
    ]
    for question in questions {
      for way in ["+notcp", "+tcp"] {
        let outcome = try dig(question + [way])
        try #require(outcome.status == 0, "\(question) \(way): \(outcome.output)")
      }
    }
    try conversation.end(
      when: "SELECT count(*) >= \(2 * questions.count + 1) FROM message WHERE is_response", is: 1)

    let reader = try Database(database)
    let ours = try reader.values(
      """
      SELECT transport || ' ' || message_id || ' ' || is_response || ' ' || response_code || ' ' || name || ' ' || type
      FROM (\(Self.facts)) ORDER BY 1
      """
    ).compactMap { $0 }
    let shark = try system(
      "tshark", "-r", packets, "-Y", "dns && !icmp", "-T", "fields", "-E", "separator= ", "-e", "ip.proto", "-e",
      "dns.id",
      "-e", "dns.flags.response", "-e", "dns.flags.rcode", "-e", "dns.qry.name", "-e", "dns.qry.type")
    let theirs = shark.output.split(separator: "\n").map { line -> String in
      let parts = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      let id = Int(parts[1].dropFirst(2), radix: 16) ?? -1
      // A question has no outcome yet.
      return [
        parts[0] == "6" ? "tcp" : "udp", "\(id)", parts[2], parts[3].isEmpty ? "0" : parts[3], parts[4], parts[5],
      ]
      .joined(separator: " ")
    }.sorted()
    #expect(ours == theirs && ours.count >= 4 * questions.count + 2)
    #expect(Set(ours.map { $0.prefix(3) }) == ["tcp", "udp"])
    #expect(try reader.count("SELECT count(*) FROM decode_issue") == 0)
    // Who answers whom, and how fast.
    let answers = try reader.values(
      """
      SELECT transport || ' ' || message_id || ' ' || delay FROM (\(Self.facts)) AS m
      JOIN (SELECT message_id AS answer, delay_us AS delay FROM message_answer) ON answer = m.id ORDER BY 1
      """
    ).compactMap { $0 }
    let judged = try SharkAnswers(packets, "dns && !icmp", request: "dns.response_to", "ip.proto", "dns.id").answers
      .map { answer -> String in
        let id = Int(answer.values[1].dropFirst(2), radix: 16) ?? -1
        return "\(answer.values[0] == "6" ? "tcp" : "udp") \(id) \(answer.delay)"
      }.sorted()
    #expect(answers == judged && answers.count >= 2 * questions.count + 1, "\(answers)\n\(judged)")
    let addresses = try reader.values(
      "SELECT DISTINCT coalesce(ipv4, ipv6) FROM answer WHERE type IN (1, 28) ORDER BY 1")
    #expect(addresses == ["192.0.2.7", "2001:db8::7"])
    // The same from the file, whose messages are found again there.
    let second = folder.path("again.db")
    let imported = try run(program, ["import", packets, "--database", second])
    #expect(imported.status == 0 && imported.output.contains("UDP flows"), "\(imported.output)")
    let decoded = try run(program, ["decode", second, "--filter", "response_code = 3"])
    #expect(decoded.status == 0 && decoded.output.contains("nobody"), "\(decoded.output)\(decoded.errors)")
    let again = try Database(second)
    for (filter, condition) in [
      ("response_code == name_error", "response_code = 3"),
      (
        "questions.type == aaaa and not is_response",
        "id IN (SELECT packet_id FROM message_questions WHERE type = 28) AND NOT is_response"
      ),
      ("answer.ipv4 == 192.0.2.7", "id IN (SELECT packet_id FROM answer WHERE ipv4 = '192.0.2.7')"),
      (
        "flow.transport == tcp and answered",
        "id IN (SELECT request_message_id FROM message_answer)"
          + " AND flow_id IN (SELECT id FROM flow WHERE transport = 'tcp')"
      ),
    ] {
      let shown = try run(program, ["decode", second, "--filter", filter, "--format", "json"])
      let ids = try again.values("SELECT id FROM message WHERE \(condition) ORDER BY id").compactMap(\.self)
      let found = shown.output.split(separator: "\n").compactMap { line in
        ((try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any])?["message"] as? Int
      }.map(String.init)
      #expect(!ids.isEmpty && found == ids, "\(filter): \(shown.errors)")
    }
  }

  /// A text of so many letters.
  private func words(_ count: Int) -> String { String(repeating: "word ", count: count / 5) }

  // MARK: A new package

  /// The commands of the handbook's chapter on packages, as they stand there, without the remarks behind them.
  private func handbookCommands() throws -> [[String]] {
    let handbook = try String(contentsOf: Place.root.appending(path: "protocol/README.md"), encoding: .utf8)
    let chapters = handbook.components(separatedBy: "\n## Another protocol, in a package of its own\n\n")
    let lines = try #require(chapters.dropFirst().first).split(separator: "\n").prefix { $0.hasPrefix("    ") }
    return lines.map { $0.split(separator: "#")[0].split(separator: " ").map(String.init) }
  }

  @Test func `what the handbook says makes an analyzer, from nothing to a console with messages`() throws {
    let commands = try handbookCommands()
    try #require(commands.count == 4)
    // Where it is built is another matter here, so that what it needs is there already.
    #expect(commands[0] == ["swift", "build", "--product", "parsergen"] && commands[2] == ["cd", "thermo"])
    #expect(commands[1][0] == ".build/debug/parsergen" && commands[3].prefix(3) == ["swift", "run", "thermocap"])
    let folder = try TemporaryFolder()
    let package = folder.url.appending(path: "thermo")
    let parsergen = Place.programs.appending(path: "parsergen")
    let arguments = Array(commands[1].dropFirst())
    let written = try run(parsergen, arguments, folder: folder.url)
    try #require(written.status == 0, "\(written.errors)")
    let again = try run(parsergen, arguments, folder: folder.url)
    #expect(again.status != 0 && again.errors.contains("thermo: is there already"), "\(again.errors)")
    let lines = try system("grep", "-rhc", "", "Sources", "--include=*.swift", folder: package).output
    #expect(lines == "3\n", "Swift of a whole analyzer")

    let tests = try AuthorPackage(package).build("--build-tests")
    try #require(tests.status == 0, "\(tests.output.suffix(3000))\(tests.errors.suffix(2000))")
    let bundle = AuthorPackage.programs.appending(path: "thermocapPackageTests.xctest")
    let outcome = try run(bundle, ["--testing-library", "swift-testing"], folder: folder.url)
    let report = outcome.output + outcome.errors
    #expect(outcome.status == 0 && report.contains("2 tests"), "\(report)")

    let program = AuthorPackage.programs.appending(path: "thermocap")
    let console = try ConsoleProcess(
      Array(commands[3].dropFirst(3)), prefix: ["env", "-C", package.path], folder: folder, program: program.path)
    try wait(60) { try console.ask("/api/v1/count/packet").object["count"] as? Int == 3 }
    #expect(try console.ask("/").status == 200)
    let database = try Database(package.appending(path: "thermocap.db").path)
    #expect(try database.values("SELECT sensor || ' ' || value FROM reading") == ["7 2150", "8 -200"])
    #expect(try database.values("SELECT name FROM hello") == ["garden"])
    let sample = package.appending(path: "sample.pcap").path
    let shark = try system("tshark", "-r", sample, "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE")
    #expect(shark.status == 0 && !shark.output.contains("incorrect"), "\(shark.output)")
    #expect(shark.output.split(separator: "\n").count == 9, "\(shark.output)")
    #expect(try run(program, ["--version"]).output == "thermocap 0.1.0\n")
  }

  // MARK: Wrong descriptions

  @Test func `fifty wrong edits of the description are caught, each at its place`() throws {
    let folder = try TemporaryFolder()
    let package = folder.url.appending(path: "mutants")
    let sources = package.appending(path: "Sources/mutants")
    try FileManager.default.createDirectory(at: sources, withIntermediateDirectories: true)
    let original = try plain(
      try String(contentsOf: Place.root.appending(path: "protocol/nano.ksy"), encoding: .utf8))
    try #require(Mutation.all.count >= 50)
    var names: [String] = []
    for (number, text) in try ([original] + Mutation.all.map { try $0.apply(to: original) }).enumerated() {
      let name = "m\(number)"
      names.append(name)
      try Data(text.replacing("  id: nano\n", with: "  id: \(name)\n").utf8).write(
        to: sources.appending(path: name + ".ksy"))
    }
    try Data(manifest(names).utf8).write(to: package.appending(path: "Package.swift"))
    try Data(code(names).utf8).write(to: sources.appending(path: "main.swift"))
    let program = try AuthorPackage(package).build(product: "mutants")
    let captures = ["node-v24-bootstrap.pcap", "node-v25-ascending.pcap"].map { Place.samples.appending(path: $0).path }
    let outcome = try run(program, captures)
    try #require(outcome.status == 0, "\(outcome.errors)")

    let verdicts = try outcome.output.split(separator: "\n").map {
      try JSONDecoder().decode(Verdict.self, from: Data($0.utf8))
    }
    try #require(verdicts.count == names.count)
    #expect(verdicts[0].found.isEmpty && verdicts[0].changed.isEmpty, "the description itself is clean")
    var alone = 0
    for (number, mutation) in Mutation.all.enumerated() {
      let verdict = verdicts[number + 1]
      func named(_ places: [String]) -> Bool {
        !mutation.places.isDisjoint(with: places.map { $0.replacing("m\(number + 1)", with: "nano") })
      }
      let isFoundAlone = named(verdict.found)
      if isFoundAlone { alone += 1 }
      #expect(
        isFoundAlone || named(verdict.changed),
        "\(mutation.name): \(mutation.places) not among \(verdict.found), \(verdict.changed)")
      if ProcessInfo.processInfo.environment["SHOW_MUTANTS"] != nil {
        print(
          "\(isFoundAlone ? "alone" : "compared") \(mutation.name): \(isFoundAlone ? verdict.found : verdict.changed)")
      }
    }
    print("\(Mutation.all.count) wrong edits caught; \(alone) by one report alone, the others by comparing two")
    // What shows itself without an earlier report must go on doing so.
    #expect(alone >= 42)
  }

  private struct Verdict: Decodable {
    /// What findings name, hints included where the description itself has none.
    var found: [String]
    /// Fields with other values than with the description itself.
    var changed: [String]
  }

  /// The description without what needs Swift or SQL beside it.
  private func plain(_ text: String) throws -> String {
    var text = text.replacing(#/\n  -(?:sql|program):(?:\n    .*)+/#, with: "")
    // Lines name columns that are left out.
    text = text.replacing(#/\n      summary: >-\n(?:        .*\n)+/#, with: "\n")
    text = text.replacing(#/\n      summary: .*/#, with: "")
    text = text.replacing(#/, summary: '.*?'\}/#, with: "}")
    text = text.replacing(#/\n    -sql: \{summary: .*/#, with: "")
    text = text.replacing(#/(?:, |\n      )computed: \[.*?\]/#, with: "")
    text = text.replacing(#/, \{column: nodeid_as_account, as: node_id\}/#, with: "")
    return text.replacing("as: account", with: "as: hex").replacing("as: node_id", with: "as: hex")
  }

  private func manifest(_ names: [String]) -> String {
    """
    // swift-tools-version: 6.2
    import PackageDescription

    let package = Package(
      name: "mutants", dependencies: [.package(name: "nanocap", path: "\(Place.root.path)")],
      targets: [
        .executableTarget(
          name: "mutants",
          dependencies: [
            .product(name: "Capture", package: "nanocap"), .product(name: "ParserRuntime", package: "nanocap"),
          ],
          exclude: [\(names.map { "\"\($0).ksy\"" }.joined(separator: ", "))],
          plugins: [.plugin(name: "ParserGenPlugin", package: "nanocap")])
      ], swiftLanguageModes: [.v6])
    """
  }

  private func code(_ names: [String]) -> String {
    """
    import Capture
    import Foundation

    let files = Array(CommandLine.arguments.dropFirst())
    struct Verdict: Encodable { var found: [String], changed: [String] }
    let original = try Validator(of: M0Specification.self).run(files)
    let known = Set(original.findings.map { "\\($0.name ?? "")\\($0.message.prefix(12))" })
    func report(_ report: ValidationReport) throws {
      let found = report.findings.filter {
        $0.kind != .capture && !known.contains("\\($0.name ?? "")\\($0.message.prefix(12))")
      }
      let changed = ReportComparison(before: original, after: report).members.map { "\\($0.type).\\($0.member)" }
      let verdict = Verdict(found: found.compactMap(\\.name), changed: changed)
      print(String(decoding: try JSONEncoder().encode(verdict), as: UTF8.self))
    }
    \(names.map { "try report(try Validator(of: \($0.uppercased())Specification.self).run(files))" }.joined(separator: "\n"))
    """
  }
}
