import Foundation
import Testing

/// A nanocap whose console runs, ended with this object.
final class ConsoleProcess {
  let process = Process()
  let port: Int
  let log: URL
  /// What runs a program in the console's network; empty for this machine's.
  private let prefix: [String]
  /// What is printed with the console's address.
  let token: String?

  /// - Parameters:
  ///   - arguments: of nanocap; the console's port is chosen freely.
  ///   - prefix: a command that runs nanocap, such as one that enters a network.
  ///   - program: what is run, if not nanocap itself, such as a command that takes rights away and then runs it.
  init(
    _ arguments: [String], prefix: [String] = [], input: Pipe? = nil, folder: TemporaryFolder,
    environment: [String: String] = [:], program: String = Place.programs.appending(path: "nanocap").path
  ) throws {
    self.prefix = prefix
    log = folder.url.appending(path: "console-\(UUID().uuidString).log")
    try Data().write(to: log)
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments =
      prefix + [program] + arguments + ["--set", "web.port=0"]
    process.currentDirectoryURL = folder.url
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    if let input { process.standardInput = input } else { process.standardInput = FileHandle.nullDevice }
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: log)
    try process.run()
    var address = ""
    do {
      try EndToEndTests.wait(60) { [log, process] in
        let text = try String(contentsOf: log, encoding: .utf8)
        guard let found = text.firstRange(of: "the console is at http://") else {
          try #require(process.isRunning, "\(text)")
          return false
        }
        let line = text[found.upperBound...].prefix { $0 != "\n" }
        address = String(line.prefix { $0 != ";" })
        return line.contains(";")
      }
    } catch {
      // There will be no object whose end would be the program's.
      endAtOnce(process)
      throw error
    }
    let parts = address.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    port = try #require(parts[0].split(separator: ":").last.flatMap { Int($0) })
    token = parts[1].hasPrefix("?token=") ? String(parts[1].dropFirst(7)) : nil
  }

  /// Serves the database of a sample, as `a.db`.
  static func serving(_ sample: String = "node-v25-ascending.pcap", in folder: TemporaryFolder) throws -> ConsoleProcess
  {
    try SampleDatabase.copy(of: sample, to: folder.path("a.db"))
    return try ConsoleProcess(["serve", "--database", "a.db"], folder: folder)
  }

  deinit {
    process.terminate()
    process.waitUntilExit()
  }

  var url: String { "http://127.0.0.1:\(port)" }

  struct Answer {
    var status: Int
    var headers: String
    var body: Data

    var text: String { String(decoding: body, as: UTF8.self) }
    /// The JSON object that was answered.
    var object: [String: Any] {
      get throws { try #require(try JSONSerialization.jsonObject(with: body) as? [String: Any], "\(text.prefix(300))") }
    }
    /// The list of JSON objects that was answered.
    var list: [[String: Any]] {
      get throws {
        try #require(try JSONSerialization.jsonObject(with: body) as? [[String: Any]], "\(text.prefix(300))")
      }
    }
    var error: String { ((try? object)?["error"] as? String) ?? "" }
    var rows: [[Any]] { get throws { try #require(try object["rows"] as? [[Any]], "\(text.prefix(300))") } }

    func header(_ name: String) -> String? {
      headers.split(whereSeparator: \.isNewline).first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
        .map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
    }
  }

  /// Asks with curl.
  /// - Parameters:
  ///   - path: with the query, percent-encoded.
  ///   - options: further ones of curl.
  func ask(_ path: String, _ options: String...) throws -> Answer { try ask(path, options: options) }

  func ask(_ path: String, options: [String]) throws -> Answer {
    let files = try TemporaryFolder()
    let outcome = try run(
      URL(filePath: "/usr/bin/env"),
      prefix + [
        "curl", "-sS", "--max-time", "60", "-o", files.path("body"), "-D", files.path("headers"), "-w", "%{http_code}",
      ] + options + [url + path])
    let body = (try? Data(contentsOf: files.url.appending(path: "body"))) ?? Data()
    let headers = (try? String(contentsOf: files.url.appending(path: "headers"), encoding: .utf8)) ?? ""
    return Answer(status: Int(outcome.output) ?? 0, headers: headers, body: body)
  }

  func post(_ path: String, _ body: [String: Any] = [:], _ options: String...) throws -> Answer {
    let json = String(decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self)
    return try ask(path, options: ["-X", "POST", "-H", "Content-Type: application/json", "-d", json] + options)
  }

  /// SQL that never ends, percent-encoded.
  static let endless =
    "with%20recursive%20n(x)%20as%20(select%201%20union%20all%20select%20x%2B1%20from%20n)%20select%20count(*)%20from%20n"

  /// Starts a client that asks, and takes what is answered, until it is ended.
  /// - Parameter options: further ones of curl.
  func startClient(
    _ path: String, _ options: String..., output: FileHandle = .nullDevice
  ) throws -> Process {
    let client = Process()
    client.executableURL = URL(filePath: "/usr/bin/env")
    client.arguments = prefix + ["curl", "-sN"] + options + [url + path]
    client.standardOutput = output
    try client.run()
    return client
  }

  /// Runs SQL as the original's clients do.
  func query(_ sql: String, _ more: String = "") throws -> Answer {
    let allowed = CharacterSet.alphanumerics
    let text = try #require(sql.addingPercentEncoding(withAllowedCharacters: allowed))
    return try ask("/api/v1/capture/query?query=\(text)\(more)")
  }

  func status() throws -> [String: Any] { try ask("/api/v1/status").object }

  /// Waits until the status says so.
  func wait(_ seconds: Double, until condition: ([String: Any]) -> Bool) throws {
    try EndToEndTests.wait(seconds) { condition(try status()) }
  }

  /// Ends the program as ctrl-c does.
  /// - Returns: Its exit status.
  func interrupt() -> Int32 {
    process.interrupt()
    process.waitUntilExit()
    return process.terminationStatus
  }
}

extension [String: Any] {
  /// Of a status: the messages of all types.
  var messages: Int { (self["messages"] as? [String: Int])?.values.reduce(0, +) ?? 0 }
}
