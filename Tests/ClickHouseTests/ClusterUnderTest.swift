import ClickHouseSchema
import Foundation
import Testing

@testable import Capture
@testable import ClickHouseStore

/// A cluster with the tables of a store, made as a user makes them.
final class ClusterUnderTest: Sendable {
  static let database = "nano"

  let cluster: ClickHouseCluster
  private let clients: [ClickHouseClient]

  /// One for all tests; sensors tell whose rows are whose. It ends with the process.
  static let shared = Result {
    var cluster = try ClickHouseCluster()
    var created = try program(cluster, "create")
    // A server of 2018 may crash where it is told of the first tables; that says nothing of the store.
    for _ in 0..<3 where created.status != 0 && !cluster.isWhole {
      cluster.end()
      cluster = try ClickHouseCluster()
      created = try program(cluster, "create")
    }
    AtEnd.run { [cluster] in cluster.end() }
    try #require(created.status == 0, "\(created.errors)")
    return try ClusterUnderTest(cluster)
  }

  private init(_ cluster: ClickHouseCluster) throws {
    self.cluster = cluster
    clients = try cluster.servers.map { try $0.client(database: Self.database) }
  }

  private static func program(_ cluster: ClickHouseCluster, _ command: String) throws -> ProgramRun {
    let address = try cluster.address(database: database)
    return try ProgramRun.ended(
      ["store", command, "--store", "\(address)", "--cluster", ClickHouseCluster.name], in: TestFolder())
  }

  /// Runs `nanocap store` on it.
  func program(_ command: String) throws -> ProgramRun { try Self.program(cluster, command) }

  /// The store, asked at one of its servers.
  func store(at server: Int) throws -> ClickHouseStore {
    try cluster.servers[server].store(database: Self.database)
  }

  func client(_ server: Int) -> ClickHouseClient { clients[server] }

  /// Makes one statement's work on all servers.
  func execute(_ statement: String) throws {
    _ = try clients[0].execute(ClickHouseRequest(statement, timeout: .seconds(300)))
  }

  /// How many changes to tables were ever put into the cluster's queue, where each may end a server's thread for it.
  func queuedChanges() throws -> Int64 {
    try clients[0].integer(
      ClickHouseRequest(
        "SELECT count() FROM system.zookeeper WHERE path = '/clickhouse/task_queue/ddl' AND value LIKE '%ALTER%'"))
  }

  /// Writes as a sensor does.
  /// - Parameter first: the number of the server that is asked as long as it is there.
  func session(_ folder: String, first: Int) throws -> ClickHouseSession {
    var options = SensorOptions(stateFolder: folder)
    options.sealTime = 0.3
    let access = ClickHouseAccess(address: try cluster.address(first: first, database: Self.database))
    return try ClickHouseSession(
      access, isCluster: true, options, info: SampleRows.info,
      pace: BatchSender.Pace(longestPause: 0.5, timeout: .seconds(30), heartbeat: 1))
  }

  /// Waits until the replicas of a shard have each other's rows.
  func waitForReplicas(of database: String = ClusterUnderTest.database) throws {
    let late = """
      SELECT count() FROM system.replicas WHERE database = '\(database)'
        AND (is_readonly OR queue_size > 0 OR active_replicas < total_replicas)
      """
    let isSame = try holds { try clients.allSatisfy { try $0.value(late) == "0" } }
    try #require(isSame, "replicas do not become the same")
  }
}

extension ClickHouseSession {
  /// Writes connections of 250 messages, each with two hosts, at 5,000 messages a second, as a live capture does.
  /// - Parameter isEnough: asked after each.
  /// - Returns: The first id, and how many connections there were.
  func writeLive(until isEnough: () -> Bool) throws -> (first: Int64, batches: Int) {
    var run = RunRecord(
      kind: "live", source: "eth0", filter: nil, info: SampleRows.info, options: DecodingOptions())
    run.id = try begin(run)
    let (ids, begun) = (try nextIDs(), ContinuousClock.now)
    var batches = 0
    try withSink { sink in
      try SampleRows.forEachBatch(ids, messages: 250) { rows in
        try sink.write(rows)
        batches += 1
        // Where it is late it goes on at once.
        Thread.sleep(forTimeInterval: max(0, 0.05 * Double(batches) - begun.duration(to: .now).inSeconds))
        return !isEnough()
      }
    }
    run.end(.stopped)
    try end(run)
    try waitUntilSent()
    #expect(droppedRows == 0 && health?.rejectedBatches == 0)
    try close()
    return (ids[0], batches)
  }
}
