import Foundation

/// A server of Debian's ClickHouse, on free ports and in a folder of its own.
final class ClickHouseServer: Sendable {
  /// The port of its HTTP interface.
  let port: Int
  private let ports: [Int]
  private let folder: URL
  private let process: ServerProcess

  /// The password of the user `secret`; `default` has none, `reader` can only read and has none.
  static let password = "s3cret-in-no-log"

  /// Starts a server, and waits until it answers.
  /// - Parameters:
  ///   - extra: of its configuration.
  ///   - otherPorts: that it has by `extra`.
  init(extra: String = "", otherPorts: [Int] = []) throws {
    folder = try ServerFolder.make("clickhouse")
    do {
      try FileManager.default.createDirectory(at: folder.appending(path: "data"), withIntermediateDirectories: false)
      (port, process) = try FreePorts.take(besides: otherPorts) { [folder] ports in
        try Self.configuration(ports[0], folder, extra).write(
          to: folder.appending(path: "config.xml"), atomically: true, encoding: .utf8)
        try Self.users.write(to: folder.appending(path: "users.xml"), atomically: true, encoding: .utf8)
        let process = try ServerProcess(
          ["/usr/sbin/clickhouse-server", "--config-file=\(folder.path)/config.xml"], logFile: folder.path + "/log")
        try process.waitUntilReady(ports + otherPorts)
        return (ports[0], process)
      }
    } catch {
      try? FileManager.default.removeItem(at: folder)
      throw error
    }
    ports = [port] + otherPorts
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
  var log: String { process.log }

  /// Whether its process is there.
  var isRunning: Bool { process.isRunning }

  /// Ends it without a warning, as a power cut would.
  func kill() { process.kill() }

  /// Starts it again after `kill`.
  func restart() throws {
    try process.start()
    try process.waitUntilReady(ports)
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
