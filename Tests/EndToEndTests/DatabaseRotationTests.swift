import Foundation
import Testing

/// Live captures that go on in another database file.
@Suite(.serialized, .enabled(if: Cable.isPossible)) struct DatabaseRotationTests {
  private let folder: TemporaryFolder
  private let cable: Cable
  private let sample = Place.samples.appending(path: "node-v24-bootstrap.pcap").path

  init() throws {
    folder = try TemporaryFolder()
    cable = try Cable()
  }

  private func capture(_ options: String...) throws -> ConsoleProcess {
    let console = try ConsoleProcess(
      ["capture", "--interface", "far", "--database", "a.db", "--filter", "tcp"] + options,
      prefix: cable.prefix + Priority.first, folder: folder)
    try console.wait(60) { $0["capturing"] as? Bool == true }
    return console
  }

  /// The databases in the order in which they were begun.
  private func databases() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
      .filter { $0.hasPrefix("a") && $0.hasSuffix(".db") }.sorted { ($0.count, $0) < ($1.count, $1) }
  }

  private func database(_ console: ConsoleProcess) throws -> String {
    let path = try (console.status()["database"] as? [String: Any])?["path"] as? String
    return try #require(path)
  }

  @Test func `whoever wants another file gets it, and nothing is lost on the way`() throws {
    let console = try capture()
    let sender = try cable.start(
      Priority.first + ["tcpreplay", "-q", "-i", "near", "--pps", "900", sample], log: nil)
    for wanted in [300, 700] {
      try console.wait(60) { $0.messages > wanted }
      // Leaves a connection that reads the file.
      #expect(try console.ask("/api/v1/count/packet").status == 200)
      let answer = try console.post("/api/v1/capture/rotate")
      #expect(answer.status == 200, "\(answer.text)")
      #expect(try answer.object["database"] as? String == database(console))
    }
    try console.wait(60) { $0.messages > 1000 }
    let third = try database(console)
    kill(console.process.processIdentifier, SIGUSR1)
    try wait(60) { try database(console) != third }
    sender.waitUntilExit()
    try console.wait(60) { $0.messages == LiveCaptureTests.messages }
    #expect(try console.post("/api/v1/capture/stop").status == 200)
    // All files but the last are complete, and what the console shows is the last.
    let files = try databases()
    try #require(files.count == 4 && files[0] == "a.db")
    // A copy of a file has all of it, whether or not somebody reads it.
    let copies = folder.path("copies")
    try FileManager.default.createDirectory(atPath: copies, withIntermediateDirectories: false)
    for file in files { try FileManager.default.copyItem(atPath: folder.path(file), toPath: "\(copies)/\(file)") }
    let copied = try files.map { try Database("\(copies)/\($0)").count("SELECT count(*) FROM message") }
    let counts = try files.map { try Database(folder.path($0)).count("SELECT count(*) FROM message") }
    #expect(counts.reduce(0, +) == LiveCaptureTests.messages && counts.count { $0 > 0 } > 1, "\(counts)")
    #expect(copied == counts)
    #expect(try console.ask("/api/v1/count/packet").object["count"] as? Int == counts[3])
    for file in files.dropLast() {
      #expect(try Database(folder.path(file)).values("SELECT end_reason FROM run") == ["rotated"])
    }
    let packets = try files.map { try Database(folder.path($0)).count("SELECT packets FROM run") }
    #expect(packets.reduce(0, +) == LiveCaptureTests.packets)
    #expect(
      try console.query("SELECT id, continues, end_reason FROM run").rows[0].map { "\($0)" } == ["4", "3", "stopped"])
    // Ids go on, so that a message has the same nowhere else.
    let ids = try files.flatMap { try Database(folder.path($0)).values("SELECT id FROM message ORDER BY id") }
    #expect(ids.compactMap { $0.flatMap { Int($0) } } == Array(1...LiveCaptureTests.messages))
    // The next capture goes on where the last one ended.
    #expect(try console.post("/api/v1/capture/start").status == 200)
    #expect(try database(console).hasSuffix(files[3]))
    #expect(console.interrupt() == 0)
    #expect(try databases() == files)
  }

  @Test func `files are begun by their age, the oldest are removed, and another start goes on with the latest`() throws
  {
    let options = ["--set", "capture.rotate_seconds=1", "--set", "capture.rotate_files=2"]
    let console = try capture(options[0], options[1], options[2], options[3])
    for _ in 0..<3 {
      let before = try database(console)
      try wait(60) { try database(console) != before }
    }
    // The file that is left is closed, and then the oldest one goes.
    try wait(60) { try databases().count == 2 }
    #expect(try !databases().contains("a.db"))
    #expect(console.interrupt() == 0)
    let files = try databases()
    let run = try Database(folder.path(files.last!)).count("SELECT max(id) FROM run")
    #expect(run > 3)
    // Without these settings the name is that of the file.
    #expect(try nanocap("import", sample, "--database", folder.path("a.db")).status == 0)
    let later = try capture("--set", "capture.rotate_seconds=100")
    #expect(try database(later).hasSuffix(files.last!))
    #expect(later.interrupt() == 0)
    #expect(try Database(folder.path(files.last!)).values("SELECT max(id) FROM run") == ["\(run + 1)"])
  }

  @Test func `files are begun by their size`() throws {
    let console = try capture("--set", "capture.rotate_megabytes=1", "--set", "capture.raw_details=true")
    let sender = try cable.replayForever(sample, packetsPerSecond: 3000)
    defer { endAtOnce(sender) }
    try wait(60) { try databases().count > 2 }
    #expect(console.interrupt() == 0)
  }

  @Test func `where nothing can be rotated that is told`() throws {
    let console = try capture()
    #expect(try console.post("/api/v1/capture/stop").status == 200)
    let answer = try console.post("/api/v1/capture/rotate")
    #expect(answer.status == 409 && answer.error == "no capture is running; start one first", "\(answer.text)")
    // A signal that comes meanwhile is for no capture.
    kill(console.process.processIdentifier, SIGUSR1)
    #expect(try console.status()["capturing"] as? Bool == false)
    #expect(try console.post("/api/v1/capture/start").status == 200)
    try cable.replay(sample, packetsPerSecond: 5000)
    try console.wait(60) { $0.messages == LiveCaptureTests.messages }
    #expect(try databases() == ["a.db"])
    #expect(console.interrupt() == 0)
    let outcome = try nanocap(
      "capture", "--interface", "lo", "--store", "clickhouse://localhost:1/x", "--set", "capture.rotate_seconds=5")
    #expect(outcome.status == 1 && outcome.errors.contains("is no file, so there is no other one to go on in"))
  }
}
