import Foundation
import Testing

/// The console beside imports and captures, from start to end.
@Suite struct ConsoleLifeCycleTests {
  private let folder: TemporaryFolder
  private let sample = Place.samples.appending(path: "node-v24-bootstrap.pcap")

  init() throws { folder = try TemporaryFolder() }

  @Test func serveNeedsADatabaseAndAFreePort() throws {
    let missing = try nanocap("serve", "--database", folder.path("none.db"))
    #expect(missing.status == 1)
    #expect(missing.errors.contains("none.db: there is no such database; make one with 'nanocap import'"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("none.db")))
    try SampleDatabase.copy(of: sample.lastPathComponent, to: folder.path("a.db"))
    let console = try ConsoleProcess(["serve", "--database", "a.db"], folder: folder)
    let taken = try nanocap("serve", "--database", folder.path("a.db"), "--port", "\(console.port)")
    #expect(taken.status == 1)
    #expect(taken.errors.contains("127.0.0.1:\(console.port)") && taken.errors.contains("web.port"))
    #expect(try nanocap("serve", "--port", "70000").status != 0)
  }

  /// The import is fed by hand, so that there is a time in which it surely runs.
  @Test func countersMoveWhileAnImportRuns() throws {
    let feed = Pipe()
    let console = try ConsoleProcess(
      ["import", "-", "--serve", "--database", "a.db"], input: feed, folder: folder)
    let capture = try Data(contentsOf: sample)
    let half = capture.count / 2
    try feed.fileHandleForWriting.write(contentsOf: capture[..<half])
    try console.wait(60) { $0["importing"] as? Bool == true }
    #expect(try console.post("/api/v1/capture/start").error.contains("import of - is running"))
    #expect(try console.query("select count(*) from run where ended is null").rows.first?.first as? Int == 1)
    try feed.fileHandleForWriting.write(contentsOf: capture[half...])
    try feed.fileHandleForWriting.close()
    try console.wait(60) { $0["end_reason"] as? String == "end of file" }
    let total = try Database(folder.path("a.db")).count("select count(*) from message")
    #expect(try console.status().messages == total)
    #expect(total > 1000)
    #expect(console.interrupt() == 0)
  }

  @Test func progressOfAnImportIsTold() throws {
    // Large enough to be seen on its way.
    let large = folder.path("large.pcap")
    let capture = try Data(contentsOf: sample)
    var many = capture
    for _ in 0..<25 { many += capture.dropFirst(24) }
    try many.write(to: URL(filePath: large))
    let console = try ConsoleProcess(["--pcap", large, "--database", "a.db"], folder: folder)
    // One client that asks again and again sees more than a program started for each question would.
    let answers = folder.path("answers")
    try Data().write(to: URL(filePath: answers))
    let client = try console.startClient(
      "/api/v1/status?n=[1-1000000]", "--rate", "1200/m", "-w", "\\n",
      output: FileHandle(forWritingTo: URL(filePath: answers)))
    defer { endAtOnce(client) }
    try wait(120) { try console.status()["end_reason"] as? String == "end of file" }
    endAtOnce(client)
    var places: [Int] = []
    var counts: [Int] = []
    var left: [Int] = []
    for line in try String(contentsOfFile: answers, encoding: .utf8).split(separator: "\n").dropLast() {
      let answer = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      let status = try #require(answer)
      guard let progress = status["progress"] as? [String: Any] else { continue }
      places.append(progress["position"] as? Int ?? -1)
      counts.append(status.messages)
      if let seconds = progress["seconds_left"] as? Int { left.append(seconds) }
      #expect(progress["size"] as? Int == many.count)
    }
    #expect(Set(places).count > 3 && places == places.sorted(), "\(places)")
    #expect(Set(counts).count > 3 && counts == counts.sorted(), "\(counts)")
    #expect(!left.isEmpty)
  }

  @Test func theOriginalsWayToSayImportStaysWithTheConsole() throws {
    let console = try ConsoleProcess(["--pcap", sample.path, "--database", "a.db"], folder: folder)
    try console.wait(60) { $0["end_reason"] as? String == "end of file" }
    #expect(try console.ask("/api/v1/count/packet").object["count"] as? Int == 1441)
    #expect(console.interrupt() == 0)
  }

  @Test func theEndIsInOrder() throws {
    try SampleDatabase.copy(of: sample.lastPathComponent, to: folder.path("a.db"))
    let console = try ConsoleProcess(["serve", "--database", "a.db"], folder: folder)
    // Somebody listens, and somebody's query would take minutes.
    let clients = try ["events", "capture/query?timeout=200&query=\(ConsoleProcess.endless)"].map {
      try console.startClient("/api/v1/\($0)")
    }
    Thread.sleep(forTimeInterval: 1)
    let seconds = duration { #expect(console.interrupt() == 0) }
    // Far less than the query would take.
    #expect(seconds < 100)
    for client in clients { client.waitUntilExit() }
    #expect(try system("sqlite3", folder.path("a.db"), "pragma integrity_check").output == "ok\n")
  }

  @Test func ctrlCEndsAnImportAndKeepsWhatWasRead() throws {
    // Packets without an end.
    let feed = Pipe()
    let packets = Process()
    packets.executableURL = URL(filePath: "/bin/sh")
    packets.arguments = ["-c", "cat \"$0\"; while tail -c +25 \"$0\"; do :; done", sample.path]
    packets.standardOutput = feed
    packets.standardError = FileHandle.nullDevice
    try packets.run()
    defer { endAtOnce(packets) }
    let console = try ConsoleProcess(["import", "-", "--serve", "--database", "a.db"], input: feed, folder: folder)
    try console.wait(60) { $0.messages > 0 }
    #expect(console.interrupt() == 0)
    let database = try Database(folder.path("a.db"))
    #expect(try database.values("select end_reason from run") == ["stopped"])
    #expect(try database.count("select count(*) from message") > 0)
  }

  /// Between two packets, and within one.
  @Test(arguments: [true, false]) func ctrlCEndsAnImportThatWaitsForMore(isWhole: Bool) throws {
    let feed = Pipe()
    let console = try ConsoleProcess(["import", "-", "--serve", "--database", "a.db"], input: feed, folder: folder)
    let capture = try Data(contentsOf: sample)
    try feed.fileHandleForWriting.write(contentsOf: isWhole ? capture : capture.dropLast(20))
    try SampleDatabase.copy(of: sample.lastPathComponent, to: folder.path("whole.db"))
    let packets = try Database(folder.path("whole.db")).count("select packets from run")
    try console.wait(60) { $0["packets"] as? Int == packets - (isWhole ? 0 : 1) }
    #expect(console.interrupt() == 0)
    let database = try Database(folder.path("a.db"))
    #expect(try database.values("select end_reason from run") == ["stopped"])
    #expect(try database.values("select ended is not null from run") == ["1"])
    #expect(try !String(contentsOf: console.log, encoding: .utf8).contains("cut off"))
    try feed.fileHandleForWriting.close()
  }

  @Test func ctrlCEndsAnImportToWhichNothingHasCome() throws {
    let feed = Pipe()
    let console = try ConsoleProcess(
      ["import", Place.samples.appending(path: "node-v25-ascending.pcap").path, "-", "--serve", "--database", "a.db"],
      input: feed, folder: folder)
    try console.wait(60) { $0["importing"] as? Bool == true }
    #expect(console.interrupt() == 0)
    #expect(!FileManager.default.fileExists(atPath: folder.path("a.db")))
    // Neither was the file that could have been read.
    let text = try String(contentsOf: console.log, encoding: .utf8)
    #expect(text.contains("the import was stopped before all that it reads was open"), "\(text)")
    try feed.fileHandleForWriting.close()
  }

  // MARK: Live

  @Test(.enabled(if: Cable.isPossible)) func captureIsStartedAndStoppedByTheConsole() throws {
    let cable = try Cable()
    let console = try ConsoleProcess(
      [
        "capture", "--interface", "far", "--database", "a.db", "--filter", "tcp", "--immediate",
      ], prefix: cable.prefix + Priority.first, folder: folder)
    try console.wait(60) { $0["capturing"] as? Bool == true }
    try cable.replay(sample.path, packetsPerSecond: 5000)
    // What is decoded is committed a little later.
    try wait(60) { try console.ask("/api/v1/count/packet").object["count"] as? Int ?? 0 > 1000 }
    #expect(try console.post("/api/v1/indices/make").error.contains("a capture is running; stop it first"))
    #expect(try console.ask("/api/v1/capture/stop").text == "{}")
    #expect(try console.status()["capturing"] as? Bool == false)
    // Stopped means that all is committed, and that nothing more comes.
    let stopped = try console.ask("/api/v1/count/packet").object["count"] as? Int ?? 0
    try cable.replay(sample.path, packetsPerSecond: 10000)
    Thread.sleep(forTimeInterval: 1)
    #expect(try console.ask("/api/v1/count/packet").object["count"] as? Int == stopped)
    #expect(try console.ask("/api/v1/capture/toggle").text == "{}")
    #expect(try console.status()["capturing"] as? Bool == true)
    #expect(try console.ask("/api/v1/capture/start").status == 200)
    try cable.replay(sample.path, packetsPerSecond: 5000)
    try console.wait(60) { $0.messages > 1000 }
    #expect(try console.ask("/api/v1/capture/toggle").text == "{}")
    #expect(try console.status()["capturing"] as? Bool == false)
    #expect(try console.ask("/api/v1/count/packet").object["count"] as? Int ?? 0 > stopped)
    #expect(
      try console.query("select group_concat(end_reason) from run").rows.first?.first as? String == "stopped,stopped")
    // Destroying ends a capture too.
    #expect(try console.post("/api/v1/capture/start").status == 200)
    #expect(try console.post("/api/v1/capture/destroy").text == "{}")
    #expect(try console.status()["capturing"] as? Bool == false)
    #expect(try console.ask("/api/v1/count/packet").object["count"] as? Int == 0)
    #expect(try console.post("/api/v1/capture/start").status == 200)
    try cable.replay(sample.path, packetsPerSecond: 5000)
    try console.wait(60) { $0.messages > 1000 }
    #expect(console.interrupt() == 0)
    #expect(try Database(folder.path("a.db")).count("select count(*) from message") > 1000)
  }

  @Test(.enabled(if: Cable.isPossible)) func captureThatCannotStartSaysWhy() throws {
    try SampleDatabase.copy(of: sample.lastPathComponent, to: folder.path("a.db"))
    let console = try ConsoleProcess(
      ["serve", "--database", "a.db", "--set", "capture.interface=nowhere0"], folder: folder)
    let answer = try console.post("/api/v1/capture/start")
    #expect(answer.status == 409)
    #expect(answer.error.contains("nowhere0"))
    #expect(try console.status()["capturing"] as? Bool == false)
  }

  @Test(.enabled(if: Cable.isPossible)) func captureIsStartedWithWhatIsAskedFor() throws {
    let cable = try Cable()
    try SampleDatabase.copy(of: sample.lastPathComponent, to: folder.path("a.db"))
    let console = try ConsoleProcess(
      ["serve", "--database", "a.db", "--set", "capture.interface=nowhere0"], prefix: cable.prefix, folder: folder)
    let wrong = try console.post("/api/v1/capture/start", ["interface": "far", "filter": "tcp prot 1"])
    #expect(wrong.status == 409 && wrong.error.contains("tcp prot 1"), "\(wrong.text)")
    let request: [String: Any] = ["interface": "far", "filter": "tcp", "packets": 1000, "raw_details": true]
    #expect(try console.post("/api/v1/capture/start", request).status == 200)
    #expect(try console.status()["source"] as? String == "far")
    try cable.replay(sample.path, packetsPerSecond: 5000)
    try console.wait(60) { $0["capturing"] as? Bool == false }
    let run = try console.query(
      "select source, filter, end_reason, packets from run order by id desc limit 1"
    ).rows[0]
    #expect(run[0] as? String == "far" && run[1] as? String == "tcp" && run[2] as? String == "packets", "\(run)")
    #expect(run[3] as? Int == 1000)
    let bytes = try console.query("select count(*) from message_bytes").rows[0][0] as? Int ?? 0
    #expect(bytes > 100, "the bytes of messages are kept")
  }

  @Test(.enabled(if: Cable.isPossible)) func fullDatabaseEndsTheCaptureButNotTheConsole() throws {
    let cable = try Cable()
    let console = try ConsoleProcess(
      [
        "capture", "--interface", "far", "--database", "a.db", "--filter", "tcp", "--set",
        "capture.max_capture_megabytes=1",
      ], prefix: cable.prefix, folder: folder)
    let sender = try cable.replayForever(sample.path, packetsPerSecond: 3000)
    defer { endAtOnce(sender) }
    try console.wait(60) { $0["max_db_size_reached"] as? Bool == true && $0["capturing"] as? Bool == false }
    #expect(try console.query("select end_reason from run").rows.first?.first as? String == "database size")
  }

  @Test(.enabled(if: Cable.isPossible)) func queriesDoNotDisturbACapture() throws {
    let cable = try Cable()
    let console = try ConsoleProcess(
      ["capture", "--interface", "far", "--database", "a.db", "--filter", "tcp"],
      prefix: cable.prefix + Priority.first, folder: folder)
    let clients = try (0..<8).map { _ in
      try console.startClient("/api/v1/capture/query?timeout=200&query=\(ConsoleProcess.endless)")
    }
    try cable.replay(sample.path, packetsPerSecond: 2000)
    try nanocap("import", sample.path, "--filter", "tcp", "--database", folder.path("b.db"))
    let all = try Database(folder.path("b.db")).count("select count(*) from message")
    try console.wait(60) { $0.messages >= all }
    clients.forEach(endAtOnce)
    #expect(console.interrupt() == 0)
    let live = try Database(folder.path("a.db"))
    #expect(try live.values("select dropped_kernel + dropped_queue from run") == ["0"])
    #expect(try live.count("select count(*) from message") == all)
  }

  @Test func configurationStartsTheConsole() throws {
    try Data(#"{"database": "c.db", "web": {"enabled": true, "max_query_result": 3}}"#.utf8)
      .write(to: folder.url.appending(path: "nanocap.config"))
    let console = try ConsoleProcess([], folder: folder)
    #expect(try console.query("select value from json_each('[1,2,3,4,5]')").rows.count == 3)
    #expect(try console.query("select count(*) from message").rows.first?.first as? Int == 0)
  }
}
