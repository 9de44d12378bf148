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
    // What it has is thrown away; to end in peace it would wait for connections that are kept open.
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

  /// A port that nobody listens on, of those that the system gives to no connection that goes out: such a one would keep a
  /// server that was killed from starting again.
  private static func freePort() throws -> Int {
    let range = try String(contentsOfFile: "/proc/sys/net/ipv4/ip_local_port_range", encoding: .utf8)
    let firstOfSystem = range.split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) } ?? 32768
    for _ in 0..<100 {
      let port = Int.random(in: 10_000..<max(firstOfSystem, 20_000))
      guard
        let channel = try? ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
          .bind(host: "127.0.0.1", port: port).wait()
      else { continue }
      try channel.close().wait()
      return port
    }
    throw POSIXError(.EADDRINUSE)
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
/// Not one of Foundation's: of those that are started at the same time one inherits what tells the other's end, so that the
/// end of a server would only be known when the other one ends too.
///
/// `@unchecked Sendable`: tests start and stop a server from one thread at a time.
private final class ServerProcess: @unchecked Sendable {
  private let folder: URL
  /// nil when it has ended.
  private var process: pid_t?

  init(_ folder: URL) throws {
    self.folder = folder
    try start()
  }

  func start() throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, folder.path + "/log", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    // What others have open is nothing to it; what is closed already does no harm.
    for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
      if let descriptor = Int32(name), descriptor > 2 { posix_spawn_file_actions_addclose(&actions, descriptor) }
    }
    let arguments = ["/usr/sbin/clickhouse-server", "--config-file=\(folder.path)/config.xml"]
    var pointers = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var started = pid_t()
    let result = posix_spawn(&started, arguments[0], &actions, nil, &pointers, environ)
    guard result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: result) ?? .ENOENT) }
    process = started
  }

  private var isRunning: Bool {
    guard let running = process else { return false }
    if waitpid(running, nil, WNOHANG) == 0 { return true }
    process = nil
    return false
  }

  /// Whether somebody takes connections there.
  private static func answers(_ port: Int) -> Bool {
    let probe = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(probe) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(probe, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }

  /// - Returns: false where it has ended before that.
  func waitUntilReady(_ port: Int) -> Bool {
    let deadline = ContinuousClock.now + .seconds(120)
    while isRunning, ContinuousClock.now < deadline {
      if Self.answers(port) { return true }
      Thread.sleep(forTimeInterval: 0.02)
    }
    return false
  }

  func kill() {
    guard let running = process else { return }
    Foundation.kill(running, SIGKILL)
    waitpid(running, nil, 0)
    process = nil
  }
}
