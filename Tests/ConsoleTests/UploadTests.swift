import Foundation
import Testing

@testable import Console

/// Captures that are handed over by the page.
@Suite struct UploadTests {
  private let folder: TemporaryFolder
  private let sample: Data

  init() throws {
    folder = try TemporaryFolder()
    let samples = URL(filePath: #filePath).appending(path: "../../../Samples").standardized
    sample = try Data(contentsOf: samples.appending(path: "node-v25-ascending.pcap"))
  }

  private func start(_ change: @escaping (inout ConsoleOptions) -> Void = { _ in }) async throws -> TestConsole {
    try await TestConsole.start { [folder] in
      $0.importFolder = folder.url.path
      change(&$0)
    }
  }

  private func send(_ console: TestConsole, _ parameters: String, _ bytes: Data) async throws -> HTTPAnswer {
    try await console.send(
      "POST /api/v1/import/upload?\(parameters)", ["Content-Type: application/octet-stream"], bytes)
  }

  private var files: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() }
  }

  private func isIdle(_ console: TestConsole) async throws {
    for _ in 0..<3000 {
      if try await console.get("/api/v1/status").object["importing"] as? Bool == false { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record("the import does not end")
  }

  @Test func `a capture that is sent is kept and imported`() async throws {
    let console = try await start()
    #expect(try await send(console, "name=a.pcap", sample).status == 200)
    try await isIdle(console)
    #expect(try await console.get("/api/v1/count/packet").object["count"] as? Int == 425)
    #expect(try Data(contentsOf: folder.url.appending(path: "a.pcap")) == sample)
    // The same again is there already; nothing is left of it.
    let again = try await send(console, "name=a.pcap", sample)
    #expect(again.status == 409 && again.error.contains("imported before"), "\(again.text)")
    #expect(try files == ["a.pcap"])
    // Another of this name gets a name of its own.
    let header = sample.prefix(24)
    #expect(try await send(console, "name=a.pcap&filter=tcp", header).status == 200)
    try await isIdle(console)
    #expect(try files == ["a-2.pcap", "a.pcap"])
  }

  @Test func `what cannot be imported leaves nothing behind`() async throws {
    let console = try await start { $0.limits.uploadBytes = 1000 }
    for (parameters, bytes, status, error) in [
      ("name=a.pcap", Data("no capture".utf8), 409, "a.pcap"), ("name=a.pcap", sample, 413, "more than 1000 bytes"),
      ("name=a.pcap&filter=no+filter", sample.prefix(24), 409, "no filter"), ("", sample.prefix(24), 400, "'name'"),
      ("name=..%2Fa.pcap", sample.prefix(24), 400, "'name'"), ("name=.a", sample.prefix(24), 400, "'name'"),
      ("name=-a", sample.prefix(24), 400, "'name'"), ("name=", sample.prefix(24), 400, "'name'"),
      ("name=a.db-wal", sample.prefix(24), 400, "'name'"), ("name=a", sample.prefix(24), 400, "'name'"),
      ("name=\(String(repeating: "a", count: 196)).pcap", sample.prefix(24), 400, "'name'"),
    ] {
      let answer = try await send(console, parameters, bytes)
      #expect(answer.status == status && answer.error.contains(error), "\(parameters): \(answer.text)")
      #expect(try files == [], "\(parameters)")
    }
    #expect(try await send(console, "name=\(String(repeating: "a", count: 195)).pcap", sample.prefix(24)).status == 200)
  }

  @Test func `where imports are switched off nothing can be sent`() async throws {
    let console = try await TestConsole.start()
    let answer = try await send(console, "name=a.pcap", sample.prefix(24))
    #expect(answer.status == 403 && answer.error.contains("web.import_folder"))
  }

  @Test func `a file may take its time, but not stand still`() async throws {
    let console = try await start { $0.limits.clientSeconds = 6 }
    let head =
      "POST /api/v1/import/upload?name=a.pcap HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
      + "Content-Length: \(sample.count)\r\n\r\n"
    let answer = try await onThread { [sample] in
      let connection = try HTTPConnection(console.server.port)
      connection.send(head)
      // In parts that take longer than a request may, all together.
      let size = sample.count / 6
      for part in 0..<6 {
        Thread.sleep(forTimeInterval: 1.5)
        connection.send(sample[(part * size)..<(part == 5 ? sample.count : (part + 1) * size)])
      }
      return try HTTPAnswer(connection.receiveAll())
    }
    #expect(answer.status == 200)
    try await isIdle(console)
    // One that stands still is given up, and nothing is left of it. Meanwhile nobody else sends one.
    _ = try await onThread { [sample, folder] in
      let connection = try HTTPConnection(console.server.port)
      connection.send(head.replacingOccurrences(of: "a.pcap", with: "b.pcap"))
      connection.send(sample.prefix(100))
      while try !FileManager.default.contentsOfDirectory(atPath: folder.url.path).contains(where: {
        $0.hasSuffix(".part")
      }) {
        Thread.sleep(forTimeInterval: 0.02)
      }
      // Nothing comes behind this part, which has the same time as those before it.
      connection.send(sample[100..<200])
      let other = try HTTPConnection(console.server.port)
      other.send(head.replacingOccurrences(of: "a.pcap", with: "c.pcap"))
      let refusal = try HTTPAnswer(try other.receive() ?? [])
      guard refusal.status == 409 else { throw HTTPConnection.Failure(text: refusal.head) }
      return try connection.receiveAll()
    }
    for _ in 0..<6000 where try files != ["a.pcap"] { try await Task.sleep(for: .milliseconds(20)) }
    #expect(try files == ["a.pcap"])
  }

  @Test func `filters are checked, and interfaces are listed`() async throws {
    let console = try await start()
    for (filter, isRight) in [("tcp port 7075", true), ("", true), ("tcp prot 7075", false), ("vlan", true)] {
      let answer = try await console.post("/api/v1/capture/filter", #"{"filter": "\#(filter)"}"#)
      #expect(answer.status == 200 && (answer.object["error"] is NSNull) == isRight, "\(filter): \(answer.text)")
    }
    let list = try await console.get("/api/v1/interfaces").object
    #expect((list["filter"] as? String)?.contains("7075") == true)
    let loopback = try #require((list["interfaces"] as? [[String: Any]])?.first { $0["name"] as? String == "lo" })
    #expect(loopback["loopback"] as? Bool == true && loopback["bytes"] is Int)
  }

  @Test func `a capture that is asked for names its interface, and what is wrong with it`() async throws {
    let console = try await start()
    for (body, error) in [
      (#"{"interface": "nowhere1"}"#, "nowhere1"), (#"{"interface": "nowhere1", "seconds": 0}"#, "'seconds'"),
      (#"{"interface": ""}"#, "'interface'"), (#"{"device": "lo"}"#, "no 'device'"), ("{}", "no-such-interface"),
    ] {
      let answer = try await console.post("/api/v1/capture/start", body)
      #expect(
        answer.status == (error.hasPrefix("n") && !error.hasPrefix("no '") ? 409 : 400), "\(body): \(answer.text)")
      #expect(answer.error.contains(error), "\(body): \(answer.text)")
    }
  }
}
