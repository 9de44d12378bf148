import Foundation

/// A server of Debian's ZooKeeper, by which ClickHouse's replicas agree, on a free port and in a folder of its own.
final class ZooKeeper: Sendable {
  let port: Int
  private let folder: URL
  private let process: ServerProcess

  /// Starts it, and waits until it answers.
  init() throws {
    folder = try ServerFolder.make("zookeeper")
    do {
      (port, process) = try FreePorts.take { [folder] ports in
        try Self.configuration(ports[0], folder).write(
          to: folder.appending(path: "zoo.cfg"), atomically: true, encoding: .utf8)
        // Small and quick to start: it has little to do.
        let process = try ServerProcess(
          [
            "/usr/bin/java", "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-cp",
            "/usr/share/java/zookeeper.jar", "org.apache.zookeeper.server.quorum.QuorumPeerMain",
            folder.path + "/zoo.cfg",
          ], logFile: folder.path + "/log")
        // It says `imok` before it lets anybody in.
        try process.waitUntilReady(ports, ("srvr", "Zookeeper version"))
        return (ports[0], process)
      }
    } catch {
      try? FileManager.default.removeItem(at: folder)
      throw error
    }
  }

  deinit { end() }

  /// Ends it, and removes its folder.
  func end() {
    process.kill()
    try? FileManager.default.removeItem(at: folder)
  }

  private static func configuration(_ port: Int, _ folder: URL) -> String {
    """
    tickTime=1000
    dataDir=\(folder.path)/data
    clientPort=\(port)
    clientPortAddress=127.0.0.1
    admin.enableServer=false
    4lw.commands.whitelist=srvr
    maxClientCnxns=0
    forceSync=no
    """
  }
}
