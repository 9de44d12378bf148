import AsyncHTTPClient
import Foundation
import NIOCore
import Synchronization
import Testing

@testable import Capture
@testable import ClickHouseStore

@Suite struct ClientTests {
  private func client(_ port: Int, password: String = "") throws -> ClickHouseClient {
    try ClickHouseClient(
      try ClickHouseAddress("clickhouse://ann@127.0.0.1:\(port)/na%20no"), password: ClickHousePassword(password))
  }

  @Test func `a statement is sent with user password and database`() throws {
    let server = try ScriptedServer { _ in .answer("1\n") }
    defer { server.stop() }
    var request = ClickHouseRequest("SELECT 1 WHERE 'ä&=' = ''")
    request.settings = [("max_block_size", "10"), ("x", "a b&c=d%")]
    request.queryID = "q'1"
    #expect(try client(server.port, password: "hush").text(request) == "1\n")
    let seen = try #require(server.requests.first)
    #expect(String(decoding: seen.body, as: UTF8.self) == request.statement)
    #expect(seen.headers["x-clickhouse-user"] == "ann" && seen.headers["x-clickhouse-key"] == "hush")
    #expect(seen.parameter("database") == "na no" && seen.parameter("query_id") == "q'1")
    #expect(seen.parameter("x") == "a b&c=d%" && seen.parameter("max_block_size") == "10")
    // Servers and what is between keep URLs in their logs.
    #expect(!seen.line.contains("hush"))
  }

  @Test func `rows are the body and the statement is not`() throws {
    let server = try ScriptedServer { _ in .answer("") }
    defer { server.stop() }
    var request = ClickHouseRequest("INSERT INTO t FORMAT RowBinary")
    request.rows = ByteBuffer(bytes: [0x1F, 0x8B, 0, 255])
    _ = try client(server.port).execute(request)
    let seen = try #require(server.requests.first)
    #expect(seen.body == [0x1F, 0x8B, 0, 255] && seen.parameter("query") == request.statement)
    #expect(seen.headers["content-encoding"] == "gzip")
  }

  // MARK: Failures

  @Test(
    arguments: [
      // An exception as servers of 2018 and of today put it, with and without the header.
      (500, [:], "Code: 60, e.displayText() = DB::Exception: Table x doesn't exist., e.what() = DB::Exception", 60),
      (404, ["X-ClickHouse-Exception-Code": "60"], "Code: 60. DB::Exception: No x. (UNKNOWN_TABLE) (version 26.9)", 60),
      (500, ["X-ClickHouse-Exception-Code": "241"], "", 241),
      // Some fail after they have sent that all went well.
      (200, ["X-ClickHouse-Exception-Code": "209"], "", 209),
      (200, [:], "Code: 252, e.displayText() = DB::Exception: Too many parts", 252),
    ] as [(Int, [String: String], String, Int)])
  func `what the server says is a failure`(status: Int, headers: [String: String], body: String, code: Int) throws {
    let server = try ScriptedServer { _ in .answer(body, status: status, headers: headers) }
    defer { server.stop() }
    var request = ClickHouseRequest("INSERT INTO t FORMAT RowBinary")
    request.rows = ByteBuffer()
    let failure = #expect(throws: ClickHouseFailure.self) { try client(server.port).execute(request) }
    guard case .exception(code, let text)? = failure else {
      Issue.record("\(failure as Any)")
      return
    }
    #expect(!text.contains("e.what") && !text.contains("(version"))
  }

  @Test func `an answer of somebody else is strange`() throws {
    let server = try ScriptedServer { _ in .answer("<html>Not here</html>", status: 502) }
    defer { server.stop() }
    let failure = #expect(throws: ClickHouseFailure.self) {
      try client(server.port).text(ClickHouseRequest("SELECT 1"))
    }
    #expect(failure == .strange(status: 502, text: "<html>Not here</html>"))
  }

  @Test(arguments: [ScriptedServer.Action.loseAnswer, .cutAnswer("1")])
  func `a connection that ends is no answer`(action: ScriptedServer.Action) throws {
    let server = try ScriptedServer { _ in action }
    defer { server.stop() }
    let failure = #expect(throws: ClickHouseFailure.self) {
      try client(server.port).text(ClickHouseRequest("SELECT 1"))
    }
    guard case .noAnswer? = failure else {
      Issue.record("\(failure as Any)")
      return
    }
    // Nobody but those who ask may repeat anything.
    #expect(server.requests.count == 1)
  }

  @Test func `silence is no answer`() throws {
    let server = try ScriptedServer { _ in .silence }
    defer { server.stop() }
    let failure = #expect(throws: ClickHouseFailure.self) {
      try client(server.port).text(ClickHouseRequest("SELECT 1", timeout: .milliseconds(200)))
    }
    #expect(failure == .noAnswer("it took too long"))
  }

  @Test func `a server that is not there has not seen anything`() throws {
    let server = try ScriptedServer { _ in .answer("") }
    server.stop()
    let failure = #expect(throws: ClickHouseFailure.self) {
      try client(server.port, password: "hush").text(ClickHouseRequest("SELECT 1"))
    }
    #expect(failure == .unreachable("Connection refused"))
  }

  @Test func `redirections are not followed with the password`() throws {
    let other = try ScriptedServer { _ in .answer("1") }
    defer { other.stop() }
    let server = try ScriptedServer { [port = other.port] _ in
      .answer("", status: 307, headers: ["Location": "http://127.0.0.1:\(port)/"])
    }
    defer { server.stop() }
    #expect(throws: ClickHouseFailure.self) {
      try client(server.port, password: "hush").text(ClickHouseRequest("SELECT 1"))
    }
    #expect(other.requests.isEmpty)
  }

  @Test func `the next host is tried and kept`() throws {
    let gone = try ScriptedServer { _ in .answer("") }
    gone.stop()
    let server = try ScriptedServer { _ in .answer("1") }
    defer { server.stop() }
    let client = try ClickHouseClient(
      ClickHouseAddress("clickhouse://127.0.0.1:\(gone.port),127.0.0.1:\(server.port)/x"))
    for _ in 0..<2 { #expect(try client.text(ClickHouseRequest("SELECT 1")) == "1") }
  }

  @Test func `a broken connection is no reason for another host`() throws {
    // The first may have done it.
    let first = try ScriptedServer { _ in .loseAnswer }
    let second = try ScriptedServer { _ in .answer("1") }
    defer {
      first.stop()
      second.stop()
    }
    let client = try ClickHouseClient(
      ClickHouseAddress("clickhouse://127.0.0.1:\(first.port),127.0.0.1:\(second.port)/x"))
    #expect(throws: ClickHouseFailure.self) { try client.text(ClickHouseRequest("SELECT 1")) }
    #expect(second.requests.isEmpty)
  }

  @Test func `nothing of the password is in failures`() throws {
    let server = try ScriptedServer { request in
      .answer("Code: 193, e.displayText() = DB::Exception: Wrong password for user ann", status: 500)
    }
    defer { server.stop() }
    let failure = #expect(throws: ClickHouseFailure.self) {
      try client(server.port, password: "hush").text(ClickHouseRequest("SELECT 1"))
    }
    #expect(failure == .exception(code: 193, text: "Wrong password for user ann"))
    #expect(failure?.remedy == .report)
  }

  @Test(arguments: [
    (ClickHouseFailure.unreachable(""), ClickHouseFailure.Remedy.askAndRepeat), (.noAnswer(""), .askAndRepeat),
    (.strange(status: 502, text: ""), .askAndRepeat), (.exception(code: 252, text: ""), .askAndRepeat),
    (.exception(code: 242, text: ""), .askAndRepeat), (.exception(code: 216, text: ""), .askAndRepeat),
    (.exception(code: 60, text: ""), .report), (.exception(code: 193, text: ""), .report),
    (.exception(code: 33, text: ""), .suspect), (.exception(code: 53, text: ""), .setAside),
    (.exception(code: 99999, text: ""), .askAndRepeat),
  ]) func `what is done about a failure`(failure: ClickHouseFailure, remedy: ClickHouseFailure.Remedy) {
    #expect(failure.remedy == remedy)
  }

  // With several event loops, of which each has more to do, an answer is there before the last callback of its request has
  // run. A connection that ended in between ended the program.
  @Test func `a server may answer before it has the request, and end the connection with it`() async throws {
    let server = try ScriptedServer(hastens: { $0.parameter("query_id") == "late" }) { _ in .answer("1\n") }
    defer { server.stop() }
    let work = HTTPClient.defaultEventLoopGroup.makeIterator().map { loop in
      loop.scheduleRepeatedTask(initialDelay: .zero, delay: .microseconds(100)) { _ in usleep(500) }
    }
    defer { for task in work { task.cancel() } }
    try await onThread {
      for _ in 0..<50 {
        let client = try self.client(server.port)
        // The second one finds a connection that was made for the first.
        for id in ["early", "late"] {
          var request = ClickHouseRequest("SELECT 1")
          request.queryID = id
          #expect(try client.text(request) == "1\n")
        }
      }
    }
    #expect(holds { server.requests.count == 100 })
  }

  // MARK: Answers that are read while they come

  @Test func `an answer comes in parts and the server waits for the reader`() throws {
    let part = String(repeating: "x", count: 1 << 20)
    let server = try ScriptedServer { _ in .stream(Array(repeating: part, count: 64)) }
    defer { server.stop() }
    let answer = try client(server.port).begin(ClickHouseRequest("SELECT"))
    var bytes = 0
    while let part = try answer.next() { bytes += part.readableBytes }
    #expect(bytes == 64 << 20)
  }

  @Test func `whoever cancels is not waited for`() throws {
    let server = try ScriptedServer { _ in .silence }
    defer { server.stop() }
    let client = try client(server.port)
    let answer = Mutex<ClickHouseFailure?>(nil)
    let done = DispatchSemaphore(value: 0)
    let receiver = try client.start(ClickHouseRequest("SELECT"))
    Thread {
      do throws(ClickHouseFailure) { try receiver.waitForBeginning() } catch { answer.withLock { $0 = error } }
      done.signal()
    }.start()
    try #require(holds { !server.requests.isEmpty })
    receiver.cancel()
    #expect(done.wait(timeout: .now() + 60) == .success)
    #expect(answer.withLock { $0 } == .cancelled)
  }

  @Test func `the version is asked once and again after a connection was lost`() throws {
    let isLost = Mutex(false)
    let server = try ScriptedServer { request in
      if isLost.withLock({ $0 }) { return .loseAnswer }
      return .answer("18.16.1\n")
    }
    defer { server.stop() }
    let client = try client(server.port)
    for _ in 0..<3 { #expect(try client.version() == ClickHouseVersion(18, 16)) }
    #expect(server.requests.count == 1)
    isLost.withLock { $0 = true }
    #expect(throws: ClickHouseFailure.self) { try client.text(ClickHouseRequest("SELECT 1")) }
    isLost.withLock { $0 = false }
    _ = try client.version()
    #expect(server.requests.count == 3)
  }
}
