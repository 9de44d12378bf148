import Capture
import Foundation
import Logging
import NanoParser
import Synchronization

@testable import Console

/// A folder for a test's files, removed with this object.
final class TemporaryFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "nanocap-console-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { remove() }

  func remove() { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(path: name).path }
}

/// Does on a thread of its own what waits for the console: tests and the console share a few threads of tasks, which
/// must not all wait for one another.
func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: Swift.Result { try body() }) }
  }
}

/// A console on an empty database, in this process; it ends with this object.
final class TestConsole: Sendable {
  private let folder: TemporaryFolder
  let server: ConsoleServer
  private let runner: ActivityRunner
  private let isOver = Flag()

  /// What the runner's thread looks at.
  private final class Flag: Sendable {
    let value = Atomic(false)
  }

  /// Starts a console.
  /// - Parameter change: makes other options of those that a console has by default.
  static func start(_ change: (inout ConsoleOptions) -> Void = { _ in }) async throws -> TestConsole {
    var options = ConsoleOptions()
    options.port = 0
    // Tests share two processors with one another: what is not about these bounds is not to meet them.
    options.limits.seconds = 120
    options.limits.schemaSeconds = 120
    options.limits.stopSeconds = 300
    change(&options)
    return try await onThread { [options] in try TestConsole(options) }
  }

  private init(_ options: ConsoleOptions) throws {
    folder = try TemporaryFolder()
    let path = folder.path("a.db")
    var options = options
    options.savedQueries = folder.path("a.db.queries.json")
    try DatabaseFile(path: path, info: NanoSpecification.info).prepare()
    let control = ActivityRunner.Control(
      isStopRaised: { [isOver] in isOver.value.load(ordering: .relaxed) }, takeReload: { false },
      liveOptions: { LiveOptions(interface: $0 ?? "no-such-interface") }, decodingOptions: { DecodingOptions() })
    runner = ActivityRunner(database: path, as: NanoSpecification.self, control: control, report: { _ in })
    Thread.detachNewThread { [runner] in runner.serve() }
    server = try ConsoleServer(
      options, runner: runner, tracer: MessageTracer(NanoSpecification.self),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    Self.all.enter()
  }

  /// Consoles that have not ended yet.
  private static let all: DispatchGroup = {
    // The last ones end, and remove their folders, while the process does.
    atexit { _ = TestConsole.all.wait(timeout: .now() + 60) }
    return DispatchGroup()
  }()

  deinit {
    Thread.detachNewThread { [server, isOver, folder] in
      server.stop()
      isOver.value.store(true, ordering: .relaxed)
      folder.remove()
      Self.all.leave()
    }
  }

  /// Asks on a connection of its own.
  func get(_ path: String, _ headers: String...) async throws -> HTTPAnswer { try await ask("GET \(path)", headers) }

  func post(_ path: String, _ json: String) async throws -> HTTPAnswer {
    try await ask("POST \(path)", ["Content-Type: application/json", "Content-Length: \(json.utf8.count)"], json)
  }

  /// Asks with any method.
  func ask(_ method: String, _ path: String) async throws -> HTTPAnswer { try await ask("\(method) \(path)", []) }

  /// Sends bytes of any kind.
  func send(_ line: String, _ headers: [String], _ body: Data) async throws -> HTTPAnswer {
    try await ask(line, headers + ["Content-Length: \(body.count)"], body)
  }

  private func ask(_ line: String, _ headers: [String], _ body: String = "") async throws -> HTTPAnswer {
    try await ask(line, headers, Data(body.utf8))
  }

  private func ask(_ line: String, _ headers: [String], _ body: Data) async throws -> HTTPAnswer {
    let named = headers.contains { $0.hasPrefix("Host:") } ? headers : headers + ["Host: 127.0.0.1"]
    return try await onThread { [server] in
      let connection = try HTTPConnection(server.port)
      connection.send("\(line) HTTP/1.1\r\n\((named + ["Connection: close"]).joined(separator: "\r\n"))\r\n\r\n")
      connection.send(body)
      return try HTTPAnswer(connection.receiveAll())
    }
  }
}

/// A TCP connection to this machine, closed with this object.
final class HTTPConnection: Sendable {
  private let descriptor: Int32

  struct Failure: Error { var text: String }

  init(_ port: Int) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw Failure(text: "connect: \(errno)") }
    var patience = timeval(tv_sec: 60, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  /// Ends the connection by a RST, as a host does whose program is gone.
  func reset() {
    var ending = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &ending, socklen_t(MemoryLayout<linger>.size))
    // The descriptor stays taken until the end of this object.
    let null = open("/dev/null", O_RDWR)
    dup2(null, descriptor)
    close(null)
  }

  func send(_ text: String) { send(Data(text.utf8)) }

  func send(_ data: Data) {
    var bytes = Array(data)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      // Who has been refused already need not take the rest.
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }

  /// What comes until the other side closes the connection.
  func receiveAll() throws -> [UInt8] {
    var received: [UInt8] = []
    while let part = try receive() { received += part }
    return received
  }

  /// What has come by now.
  func receiveAvailable() -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
    return Array(buffer[..<max(0, count)])
  }

  /// What comes next; nil at the end.
  func receive() throws -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    if count < 0, errno == EAGAIN { throw Failure(text: "nothing came for a minute") }
    return count > 0 ? Array(buffer[..<count]) : nil
  }
}

/// A response of HTTP.
struct HTTPAnswer: Sendable {
  var status: Int
  var head: String
  var body: [UInt8]

  init(_ bytes: [UInt8]) throws {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.range(of: "\r\n\r\n"), let code = text.split(separator: " ").dropFirst().first,
      let status = Int(code)
    else { throw HTTPConnection.Failure(text: "no answer: \(text.prefix(200))") }
    head = String(text[..<end.lowerBound])
    self.status = status
    body = Array(text[end.upperBound...].utf8)
    if head.lowercased().contains("transfer-encoding: chunked") { body = Self.joined(body) }
  }

  /// What chunks have in them: each is behind its length and a line's end, and before another.
  private static func joined(_ bytes: [UInt8]) -> [UInt8] {
    var (joined, rest) = ([UInt8](), bytes[...])
    while let end = rest.firstIndex(of: 13), let length = Int(String(decoding: rest[..<end], as: UTF8.self), radix: 16),
      length > 0
    {
      rest = rest[end...].dropFirst(2)
      joined += rest.prefix(length)
      rest = rest.dropFirst(length + 2)
    }
    return joined
  }

  var text: String { String(decoding: body, as: UTF8.self) }

  var object: [String: Any] {
    (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any] ?? [:]
  }
  var error: String { object["error"] as? String ?? "" }
  var rows: [[Any]] { object["rows"] as? [[Any]] ?? [] }
}
