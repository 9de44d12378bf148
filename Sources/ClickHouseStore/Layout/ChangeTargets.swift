import Capture
import ClickHouseSchema

/// Who is told of a change to the rows of a cluster's shards, or of a single server.
struct ChangeTargets: Sendable, Equatable {
  /// A server of each shard; nil where any server tells all others.
  fileprivate var hosts: [ClickHouseAddress.Host]?
}

extension StoreTables {
  /// Finds out who is to be told of changes to the rows of shards.
  /// - Throws: Where a shard would have to be told by a server that the store's address does not name, or that cannot be
  ///   reached.
  func changeTargets(_ schema: ClickHouseSchema) throws(CaptureError) -> ChangeTargets {
    guard schema.changesEachShard, let cluster else { return ChangeTargets() }
    let servers = "FROM system.clusters WHERE cluster = \(ClickHouseText.literal(cluster))"
    let shards = try asking { () throws(ClickHouseFailure) in
      try client.rows(request("SELECT DISTINCT toString(shard_num) AS shard \(servers) ORDER BY shard"))
    }.map { $0[0] }
    guard !shards.isEmpty else { throw CaptureError("\(name): the servers know no cluster \(cluster)") }
    var hosts: [String: ClickHouseAddress.Host] = [:]
    for host in client.address.hosts where hosts.count < shards.count {
      for shard in try ownShards(of: host, servers) where hosts[shard] == nil { hosts[shard] = host }
    }
    let unknown = shards.filter { hosts[$0] == nil }
    guard unknown.isEmpty else {
      throw CaptureError(
        "\(name): of the cluster \(cluster), no server of shard \(unknown.joined(separator: ", ")) is named or can be "
          + "reached; servers before 23.3 are told shard by shard, so name one of each in the store's address")
    }
    return ChangeTargets(hosts: shards.compactMap { hosts[$0] })
  }

  /// Changes the rows of all shards, by a statement of the schema.
  func change(_ statement: String, at targets: ChangeTargets) throws(CaptureError) {
    guard let hosts = targets.hosts else { return try execute(statement) }
    for host in hosts { try execute(statement, on: host) }
  }

  /// The numbers of the shards that a server is part of; none where it cannot be reached.
  private func ownShards(of host: ClickHouseAddress.Host, _ servers: String) throws(CaptureError) -> [String] {
    do throws(ClickHouseFailure) {
      return try client.rows(request("SELECT toString(shard_num) \(servers) AND is_local"), on: host).map { $0[0] }
    } catch {
      if case .unreachable = error { return [] }
      throw CaptureError("\(name): \(error)")
    }
  }

  private func request(_ statement: String) -> ClickHouseRequest {
    var request = ClickHouseRequest(statement, timeout: .seconds(30))
    request.inDatabase = false
    return request
  }
}
