import Foundation
import Testing

/// Requests and answers of the ascending bootstrap, which find each other by their id: in the database, on the command
/// line, in the console.
@Suite struct AnswersTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try SampleDatabase.copy(to: folder.path("a.db"))
  }

  private var database: Database { get throws { try Database(folder.path("a.db")) } }

  /// An answer, its request, and the microseconds between them.
  private func pair() throws -> (request: Int, answer: Int, delay: Int) {
    let row = try #require(try database.rows("SELECT * FROM message_answer ORDER BY message_id LIMIT 1").first)
    func number(_ column: String) throws -> Int { try #require(row[column].flatMap { $0 }.flatMap { Int($0) }) }
    return (try number("request_message_id"), try number("message_id"), try number("delay_us"))
  }

  @Test func `every answer has the id of its request, and the time since it`() throws {
    let reader = try database
    let total = try reader.count("SELECT count(*) FROM asc_pull_response")
    #expect(total > 50)
    #expect(
      try reader.count(
        """
        SELECT count(*) FROM message_answer w JOIN asc_pull_request q ON q.packet_id = w.request_message_id
        JOIN asc_pull_response a ON a.packet_id = w.message_id JOIN message mq ON mq.id = q.packet_id
        JOIN message ma ON ma.id = a.packet_id WHERE a.request_id = q.request_id AND a.type = q.type
        AND w.time_us = ma.time_us AND w.delay_us = ma.time_us - mq.time_us AND w.delay_us BETWEEN 0 AND 1000000
        """) == total)
    #expect(try reader.count("SELECT count(*) FROM message_answer") == total)
    // A node answers on the connection that it has opened itself.
    #expect(
      try reader.count(
        """
        SELECT count(*) FROM message_answer w JOIN message q ON q.id = w.request_message_id
        JOIN message a ON a.id = w.message_id WHERE q.flow_id <> a.flow_id
        """) > 0)
  }

  @Test func `decode tells it, of a database in both directions`() throws {
    let (request, answer, delay) = try pair()
    let milliseconds = String(format: "%.3f ms", Double(delay) / 1000)
    let shown = try nanocap("decode", folder.path("a.db"), "--message", "\(answer)").output
    #expect(shown.contains("\n  answers message \(request) after \(milliseconds)\n"), "\(shown)")
    let asked = try nanocap("decode", folder.path("a.db"), "--message", "\(request)").output
    #expect(asked.contains("\n  answered by message \(answer) after \(milliseconds)\n"), "\(asked)")
    let capture = Place.samples.appending(path: "node-v25-ascending.pcap").path
    let object = try nanocap("decode", capture, "--message", "\(answer)", "--format", "json").output
    #expect(object.contains("{\"answers\":{\"delay_us\":\(delay),\"message\":\(request)},\"dest"), "\(object)")
    #expect(!(try nanocap("decode", capture, "--message", "1", "--format", "json").output.contains("answer")))
  }

  @Test func `the console gives the other one of a request and its answer`() throws {
    let (request, answer, delay) = try pair()
    let console = try ConsoleProcess(["serve", "--database", "a.db"], folder: folder)
    func counterparts(_ id: Int) throws -> [[String: Int]?] {
      let message = try console.ask("/api/v1/message/\(id)").object
      return ["answers", "answered_by"].map { message[$0] as? [String: Int] }
    }
    #expect(try counterparts(answer) == [["message": request, "delay_us": delay], nil])
    #expect(try counterparts(request) == [nil, ["message": answer, "delay_us": delay]])
    #expect(try counterparts(1) == [nil, nil])
  }

  @Test func `a database that was made before is read, and gets the table when it is written to`() throws {
    let (_, answer, _) = try pair()
    try system("sqlite3", folder.path("a.db"), "drop table message_answer")
    let console = try ConsoleProcess(["serve", "--database", "a.db"], folder: folder)
    let message = try console.ask("/api/v1/message/\(answer)")
    #expect(message.status == 200)
    #expect(try message.object["answers"] is NSNull)
    let decoded = try nanocap("decode", folder.path("a.db"), "--message", "\(answer)")
    #expect(decoded.status == 0 && !decoded.output.contains("answers message"), "\(decoded.errors)")
    let capture = Place.samples.appending(path: "node-v25-ascending.pcap").path
    let imported = try nanocap("import", capture, "--database", folder.path("a.db"), "--again")
    try #require(imported.status == 0, "\(imported.errors)")
    #expect(
      try database.count("SELECT count(*) FROM message_answer") * 2
        == database.count("SELECT count(*) FROM asc_pull_response"))
  }

  @Test(.enabled(if: Browser.isPossible)) func `the console's page leads from one to the other`() throws {
    let (request, answer, delay) = try pair()
    let console = try ConsoleProcess(["serve", "--database", "a.db"], folder: folder)
    let browser = try Browser()
    try browser.open("\(console.url)/#/messages?id=\(answer)")
    try browser.waitForMessage(answer)
    let milliseconds = String(format: "%.3f ms", Double(delay) / 1000)
    #expect(try browser.text("[data-counterpart]") == "answers message \(request) after \(milliseconds)")
    try browser.press("r", code: 82)
    try browser.waitForMessage(request)
    #expect(try browser.text("[data-counterpart]") == "answered by message \(answer) after \(milliseconds)")
    try browser.press("a", code: 65)
    try browser.waitForMessage(answer)
    #expect(browser.problems == [])
  }
}
