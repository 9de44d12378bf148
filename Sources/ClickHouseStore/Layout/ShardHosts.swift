import Capture
import ClickHouseSchema

extension StoreTables {
  /// The servers to be told of changes to the rows of shards.
  /// - Returns: One of each shard; nil alone where any server tells all others.
  /// - Throws: Where a shard has no server that the store's address names and that can be reached.
  func shardHosts(_ schema: ClickHouseSchema) throws(CaptureError) -> [ClickHouseAddress.Host?] {
    guard schema.changesEachShard, let cluster else { return [nil] }
    let servers = "FROM system.clusters WHERE cluster = \(ClickHouseText.literal(cluster))"
    let shards = try asking { () throws(ClickHouseFailure) in
      try systemRows("SELECT DISTINCT toString(shard_num) AS shard \(servers) ORDER BY shard", timeout: .seconds(30))
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
    return shards.map { hosts[$0] }
  }

  /// The numbers of the shards that a server is part of; none where it cannot be reached.
  private func ownShards(of host: ClickHouseAddress.Host, _ servers: String) throws(CaptureError) -> [String] {
    do throws(ClickHouseFailure) {
      let own = "SELECT toString(shard_num) \(servers) AND is_local"
      return try systemRows(own, timeout: .seconds(30), on: host).map { $0[0] }
    } catch {
      if case .unreachable = error { return [] }
      throw CaptureError("\(name): \(error)")
    }
  }
}
