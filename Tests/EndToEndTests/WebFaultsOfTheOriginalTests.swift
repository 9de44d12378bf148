import Foundation
import Testing

/// A test for each fault of the original nanocap's web server. What strangers may try beyond these is in
/// ConsoleAttackTests.
@Suite struct WebFaultsOfTheOriginalTests {
  private let folder: TemporaryFolder
  private let sample = Place.samples.appending(path: "node-v25-ascending.pcap")

  init() throws {
    folder = try TemporaryFolder()
    try SampleDatabase.copy(to: folder.path("a.db"))
  }

  private func serve(_ options: String...) throws -> ConsoleProcess {
    try ConsoleProcess(["serve", "--database", "a.db"] + options, folder: folder)
  }

  private func messages() throws -> Int { try Database(folder.path("a.db")).count("select count(*) from message") }

  @Test func noPathReadsAFile() throws {
    let console = try serve()
    for path in ["/../../../../../etc/passwd", "/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "/../a.db"] {
      let answer = try console.ask(path, "--path-as-is")
      #expect([400, 404].contains(answer.status) && !answer.text.contains("root:"), "\(path)")
    }
  }

  @Test func dropTableDoesNotWork() throws {
    let console = try serve()
    #expect(try console.query("drop table message").status == 403)
    #expect(try messages() > 0)
  }

  @Test(.enabled(if: Cable.isPossible)) func rollbackLosesNothingOfACapture() throws {
    let cable = try Cable()
    let console = try ConsoleProcess(
      ["capture", "--interface", "far", "--database", "b.db", "--filter", "tcp"],
      prefix: cable.prefix + Priority.first, folder: folder)
    let rollbacks = try console.startClient("/api/v1/capture/query?query=rollback&n=[1-1000000]")
    try cable.replay(sample.path, packetsPerSecond: 2000)
    let all = try messages()
    try console.wait(60) { $0.messages >= all }
    endAtOnce(rollbacks)
    #expect(try console.query("rollback").status == 403)
    #expect(console.interrupt() == 0)
    #expect(try Database(folder.path("b.db")).count("select count(*) from message") == messages())
  }

  @Test(.enabled(if: Cable.isPossible)) func longQueryDoesNotStopTheCapture() throws {
    let cable = try Cable()
    let console = try ConsoleProcess(
      [
        "capture", "--interface", "far", "--database", "b.db", "--filter", "tcp", "--set", "web.query_seconds=300",
      ], prefix: cable.prefix + Priority.first, folder: folder)
    // The console is there a moment before the database.
    try wait(60) { try console.ask("/api/v1/count/packet").status == 200 }
    let long = try console.startClient("/api/v1/capture/query?timeout=300&query=\(ConsoleProcess.endless)")
    defer { endAtOnce(long) }
    try cable.replay(sample.path, packetsPerSecond: 2000)
    let expected = try messages()
    // The query still runs, and the messages are there.
    try wait(60) { try Database(folder.path("b.db")).count("select count(*) from message") == expected }
    #expect(long.isRunning)
    // Another query is answered beside it. That takes its time: queries give way to everything.
    try wait(60) { try console.ask("/api/v1/count/packet").object["count"] as? Int == expected }
  }

  @Test func itListensOnThisMachineAlone() throws {
    let console = try serve()
    // Every address of 127.0.0.0/8 is this machine, and only the one that was bound answers.
    let other = try system("curl", "-s", "-o", "/dev/null", "http://127.0.0.2:\(console.port)/")
    #expect(other.status == 7)
    // Where it listens on all, nothing is done without the token.
    let open = try serve("--bind", "0.0.0.0")
    #expect(
      try system("curl", "-s", "-w", "%{http_code}", "-o", "/dev/null", "http://127.0.0.2:\(open.port)/").output
        == "401")
  }

  @Test func linksOfOtherSitesStartStopAndDestroyNothing() throws {
    let console = try serve()
    let before = try messages()
    for action in ["start", "stop", "toggle", "destroy"] {
      // What a browser sends for <img src="http://127.0.0.1:8077/api/v1/capture/…"> on another site's page.
      let answer = try console.ask(
        "/api/v1/capture/\(action)", "-H", "Sec-Fetch-Site: cross-site", "-H", "Sec-Fetch-Mode: no-cors", "-H",
        "Sec-Fetch-Dest: image")
      #expect(answer.status == 403, "\(action)")
    }
    #expect(try messages() == before)
  }

  @Test func everyReplyIsJSON() throws {
    let console = try serve("--set", "capture.interface=no-such-interface")
    for path in [
      "status", "schema", "description", "capture/query?query=select+1",
      "capture/query?query=select+%27%22%5C%0A%01%27",
      "capture/query",
      "capture/query?query=", "capture/query?query=selekt", "capture/start", "capture/toggle", "capture/stop",
      "count/packet", "count/per-type", "count/per-name", "message/1", "message/x", "message/99999999", "flow/1",
      "flow/-1", "nothing",
      "capture/destroy", "count/packet", "count/per-type",
    ] {
      let answer = try console.ask("/api/v1/\(path)")
      #expect(answer.header("Content-Type") == "application/json; charset=utf-8", "\(path)")
      #expect(throws: Never.self, "\(path): \(answer.text)") { try JSONSerialization.jsonObject(with: answer.body) }
    }
  }
}
