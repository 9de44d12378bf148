import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import Testing

/// A server of Debian's ClickHouse, on free ports and in a folder of its own.
final class ClickHouseServer: Sendable {
  /// The port of its HTTP interface.
  let port: Int
  private let folder: URL
  private let process: ServerProcess

  /// The password of the user `secret`; `default` has none, `reader` can only read and has none.
  static let password = "s3cret-in-no-log"

  /// Starts a server, and waits until it answers.
  /// - Parameter extra: of its configuration.
  init(extra: String = "") throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "clickhouse-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder.appending(path: "data"), withIntermediateDirectories: true)
    // Somebody else may take a port between its being found free and the server's start; then another one is tried.
    var attempt: (port: Int, process: ServerProcess)?
    for _ in 0..<5 where attempt == nil {
      let port = try Self.freePort()
      try Self.configuration(port, folder, extra).write(
        to: folder.appending(path: "config.xml"), atomically: true, encoding: .utf8)
      try Self.users.write(to: folder.appending(path: "users.xml"), atomically: true, encoding: .utf8)
      let process = try ServerProcess(folder)
      if process.waitUntilReady(port) { attempt = (port, process) } else { process.kill() }
    }
    (port, process) = try #require(attempt, "the server does not start: \(Self.log(folder))")
  }

  deinit { end() }

  /// Ends it, and removes its folder.
  func end() {
    process.kill()
    try? FileManager.default.removeItem(at: folder)
  }

  /// One for all tests that change nothing that others see; it ends with the process.
  static let shared = Result {
    let server = try ClickHouseServer()
    AtEnd.run { server.end() }
    return server
  }

  /// What the server has written to its log.
  var log: String { Self.log(folder) }

  /// Ends it without a warning, as a power cut would.
  func kill() { process.kill() }

  /// Starts it again after `kill`.
  func restart() throws {
    try process.start()
    try #require(process.waitUntilReady(port), "the server does not start again: \(log)")
  }

  private static func log(_ folder: URL) -> String {
    (try? String(contentsOf: folder.appending(path: "log"), encoding: .utf8)) ?? ""
  }

  private static func freePort() throws -> Int {
    let channel = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .bind(host: "127.0.0.1", port: 0).wait()
    defer { try? channel.close().wait() }
    return try #require(channel.localAddress?.port)
  }

  // Each line is needed; the root element of that age is `yandex`.
  private static func configuration(_ port: Int, _ folder: URL, _ extra: String) -> String {
    """
    <yandex>
      <logger><console>1</console><level>information</level></logger>
      <listen_host>127.0.0.1</listen_host>
      <http_port>\(port)</http_port>
      <path>\(folder.path)/data/</path>
      <users_config>users.xml</users_config>
      <mark_cache_size>67108864</mark_cache_size>
      <timezone>Europe/Berlin</timezone>
      \(extra)
    </yandex>
    """
  }

  private static let users = """
    <yandex>
      <profiles>
        <default/>
        <reader><readonly>1</readonly><max_memory_usage>2000000000</max_memory_usage></reader>
      </profiles>
      <users>
        <default><password/><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default>
        <secret><password>\(password)</password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></secret>
        <reader><password/><networks><ip>127.0.0.1</ip></networks><profile>reader</profile><quota>default</quota></reader>
      </users>
      <quotas><default/></quotas>
    </yandex>
    """
}

/// What is to be done when the tests' process ends.
enum AtEnd {
  private static let actions = Mutex<[@Sendable () -> Void]>([])
  private static let registration: Void = {
    atexit { for action in AtEnd.actions.withLock({ $0 }) { action() } }
  }()

  static func run(_ action: @escaping @Sendable () -> Void) {
    _ = registration
    actions.withLock { $0.append(action) }
  }
}

/// The server's process.
///
/// `@unchecked Sendable`: tests start and stop a server from one thread at a time.
private final class ServerProcess: @unchecked Sendable {
  private let folder: URL
  private var process = Process()

  init(_ folder: URL) throws {
    self.folder = folder
    try start()
  }

  func start() throws {
    let log = folder.appending(path: "log")
    if !FileManager.default.fileExists(atPath: log.path) { try Data().write(to: log) }
    let output = try FileHandle(forWritingTo: log)
    try output.seekToEnd()
    process = Process()
    process.executableURL = URL(filePath: "/usr/sbin/clickhouse-server")
    process.arguments = ["--config-file=\(folder.path)/config.xml"]
    process.standardOutput = output
    process.standardError = output
    process.currentDirectoryURL = folder
    try process.run()
  }

  /// - Returns: false where it has ended before that.
  func waitUntilReady(_ port: Int) -> Bool {
    let deadline = ContinuousClock.now + .seconds(120)
    while process.isRunning, ContinuousClock.now < deadline {
      let answer = try? HTTPClient.shared.get(url: "http://127.0.0.1:\(port)/ping", deadline: .now() + .seconds(5))
        .wait()
      if answer?.status == .ok { return true }
      Thread.sleep(forTimeInterval: 0.05)
    }
    return false
  }

  /// Not by SIGTERM, which may be blocked in what tests start.
  func kill() {
    if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }
}
