@testable import Capture
@testable import ClickHouseStore

/// Servers of Debian's ClickHouse that share rows: two shards, the first of which has two replicas.
final class ClickHouseCluster: Sendable {
  /// What the servers' configuration calls it.
  static let name = "east"
  /// The replicas of the first shard, then the second shard.
  let servers: [ClickHouseServer]
  private let keeper: ZooKeeper

  private static let places = [(shard: 1, replica: "a"), (shard: 1, replica: "b"), (shard: 2, replica: "a")]

  /// Starts the servers, and waits until they answer.
  init() throws {
    keeper = try ZooKeeper()
    // Each must be told the others' ports before it starts.
    servers = try FreePorts.take(2 * Self.places.count) { [keeper] ports in try Self.start(keeper.port, ports) }
  }

  /// Whether none of the servers has ended by itself, as those of 2018 sometimes do.
  var isWhole: Bool { servers.allSatisfy(\.isRunning) }

  /// Ends it, and removes its folders.
  func end() {
    for server in servers { server.end() }
    keeper.end()
  }

  /// An address by which it is reached through any of its servers.
  /// - Parameter first: the number of the server that is asked first.
  func address(first: Int = 0, database: String = "nano") throws -> ClickHouseAddress {
    let hosts = (0..<servers.count).map { "127.0.0.1:\(servers[(first + $0) % servers.count].port)" }
    return try ClickHouseAddress("clickhouse://\(hosts.joined(separator: ","))/\(database)")
  }

  // MARK: Configuration

  private static func start(_ keeper: Int, _ ports: [Int]) throws -> [ClickHouseServer] {
    let (queryPorts, replicaPorts) = (ports.prefix(places.count), ports.suffix(places.count))
    return try zip(places, zip(queryPorts, replicaPorts)).map { place, ports in
      try ClickHouseServer(
        extra: """
          <tcp_port>\(ports.0)</tcp_port>
          <interserver_http_port>\(ports.1)</interserver_http_port>
          <interserver_http_host>127.0.0.1</interserver_http_host>
          <zookeeper><node><host>127.0.0.1</host><port>\(keeper)</port></node>
            <session_timeout_ms>15000</session_timeout_ms></zookeeper>
          <macros><shard>\(place.shard)</shard><replica>\(place.replica)</replica></macros>
          <remote_servers><\(name)>\(shards(Array(queryPorts)))</\(name)></remote_servers>
          <distributed_ddl><path>/clickhouse/task_queue/ddl</path></distributed_ddl>
          """, otherPorts: [ports.0, ports.1])
    }
  }

  private static func shards(_ ports: [Int]) -> String {
    Set(places.map(\.shard)).sorted().map { shard in
      let replicas = zip(places, ports).filter { $0.0.shard == shard }.map { _, port in
        "<replica><host>127.0.0.1</host><port>\(port)</port></replica>"
      }
      return "<shard><internal_replication>true</internal_replication>\(replicas.joined())</shard>"
    }.joined()
  }
}
