import ClickHouseSchema
import Foundation
import NanoParser
import ParserRuntime
import Testing

@testable import Capture
@testable import ClickHouseStore

/// Several sensors write to servers that share the rows, and everybody may ask any of these.
@Suite(.serialized) struct ClusterTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  // MARK: The same as one server

  private static let captures = ["node-v24-bootstrap.pcap", "node-v25-ascending.pcap"]

  /// Imports a capture each by two sensors, whose ids are the same wherever they do it.
  private func importAll(_ name: String, into address: ClickHouseAddress, cluster: String?) throws {
    for (number, capture) in Self.captures.enumerated() {
      var options = ClickHouseStore.Options()
      options.cluster = cluster
      options.sensor = try Self.sensor(number + 100, folder.path("\(name)\(number)"), address.database)
      let store = try ClickHouseStore(address, for: NanoSpecification.info, options: options)
      var decoding = DecodingOptions()
      decoding.storesBytes = true
      _ = try Importer(into: store, as: NanoSpecification.self, options: decoding).run(
        [CopiedStore.samples.appending(path: capture).path])
    }
  }

  /// A sensor that has a number, and has given ids that no clock comes to for long.
  private static func sensor(_ number: Int, _ folder: String, _ database: String) throws -> SensorOptions {
    let state = try SensorState(folder: folder, database: database)
    try state.keep(number: number)
    try state.use(upTo: SensorID.id(sensor: number, counter: 1 << 46))
    return SensorOptions(stateFolder: folder)
  }

  @Test func `an import is the same as on one server, whichever is asked`() async throws {
    try await onThread {
      let shared = try ClusterUnderTest.shared.get()
      let single = try ClickHouseServer.shared.get()
      let one = try single.store(database: "single")
      try one.prepare()
      try importAll("single", into: single.address(database: "single"), cluster: nil)
      try importAll("cluster", into: shared.cluster.address(), cluster: ClickHouseCluster.name)
      try shared.waitForReplicas()
      let client = try single.client(database: "single")
      var total = 0
      for table in ClickHouseLayout(NanoSpecification.info).tables {
        let expected = try client.value(table.digest)
        total += Int(expected.prefix { $0.isNumber }) ?? 0
        for server in 0..<3 { #expect(try shared.client(server).value(table.digest) == expected, "\(table.name)") }
      }
      #expect(total > 9000)
      // What is a sensor's is on one shard, and there on all replicas.
      let own = try (0..<3).map { server in
        try shared.client(server).value("SELECT groupUniqArray(sensor), count() FROM message_local WHERE sensor >= 100")
      }
      #expect(own[0] == own[1] && own[0].hasPrefix("[100]") && own[2].hasPrefix("[101]"), "\(own)")
      try compareAnswers(one, shared)
    }
  }

  /// Documented queries and the page's questions, at each server.
  private func compareAnswers(_ one: ClickHouseStore, _ shared: ClusterUnderTest) throws {
    let times = try rows(one.queries.answer(.overview(.times, MessageFilter()), QueryControl()))
    let flow = try rows(one.queries.rows(RowRequest("flow", order: "id", limit: 1), QueryControl()))[0]
    let questions = try PageQuestions.all(
      from: try #require(times[0][0].number), address: flow[3].resultText, port: Int(try #require(flow[4].number)))
    let engines = try (0..<3).map { try shared.store(at: $0).queries }
    func same(
      _ name: String, without omitted: String? = nil, _ ask: (any QueryEngine) throws -> any ResultCursor
    ) throws {
      func texts(_ engine: any QueryEngine) throws -> [String] {
        let cursor = try ask(engine)
        let shown = cursor.columns.indices.filter { cursor.columns[$0] != omitted }
        return try rows(cursor).map { row in "\(shown.map { row[$0] })" }.sorted()
      }
      let expected = try texts(one.queries)
      for engine in engines {
        let found = try texts(engine)
        #expect(found == expected, "\(name)")
      }
    }
    for (query, other) in DocumentedQueries.all {
      try same(query) { try $0.query(other ?? query, .none, QueryControl()) }
    }
    for question in questions {
      // The two were imported one after the other.
      var omitted: String?
      if case .overview(.runs, _) = question { omitted = "started" }
      try same("\(question)", without: omitted) { try $0.answer(question, QueryControl()) }
    }
    for view in ["packet", "connection"] {
      try same(view) { try $0.rows(RowRequest(view, order: "id"), QueryControl()) }
    }
    for names in NanoSpecification.info.nameTables {
      try same(names.name) { try $0.rows(RowRequest(names.name, order: "value"), QueryControl()) }
    }
  }

  // MARK: Values and days

  @Test func `votes are found by their hashes, and days that are past are dropped, on all servers`() async throws {
    try await onThread {
      let shared = try ClusterUnderTest.shared.get()
      let address = try shared.cluster.address(database: "values")
      var options = ClickHouseStore.Options()
      (options.cluster, options.findsByValue) = (ClickHouseCluster.name, true)
      try ClickHouseStore(address, for: NanoSpecification.info, options: options).prepare()
      try importAll("values", into: address, cluster: ClickHouseCluster.name)
      try shared.waitForReplicas(of: "values")
      let clients = try shared.cluster.servers.map { try $0.client(database: "values") }
      // Votes by hash have their hashes in a list, and there each by itself.
      let listed = """
        SELECT count(), sum(cityHash64(id, hash)) FROM
        (SELECT id, arrayJoin(splitByChar(',', assumeNotNull(hashes))) AS hash FROM vote WHERE hashes != '')
        """
      let found = "SELECT count(), sum(cityHash64(vote_id, hash)) FROM vote_hash"
      let expected = try clients[0].value(listed)
      #expect(!expected.hasPrefix("0"))
      for client in clients { #expect(try client.value(found) == expected) }

      // The captures are of the day before.
      func drop(_ address: ClickHouseAddress, _ more: [String] = []) throws -> ProgramRun {
        try ProgramRun.ended(["store", "drop", "--store", "\(address)", "--before", "2026-11-24"] + more, in: folder)
      }
      let unnamed = try drop(address)
      #expect(unnamed.status == 1 && unnamed.errors.contains("name it with --cluster"), "\(unnamed.errors)")
      // Nobody would tell the second shard.
      var replicas = address
      replicas.hosts.removeLast()
      for more in [[], ["--dry-run"]] {
        let partial = try drop(replicas, ["--cluster", ClickHouseCluster.name] + more)
        #expect(partial.status == 1 && partial.errors.contains("no server of shard 2 is named"), "\(partial.errors)")
      }
      #expect(try clients.allSatisfy { try $0.value(found) == expected })
      let run = try drop(address, ["--cluster", ClickHouseCluster.name])
      #expect(run.status == 0 && run.output.contains("bytes removed"), "\(run.errors)")
      #expect(try shared.queuedChanges() == 0)
      for client in clients {
        for table in ["message", "vote", "vote_hash", "flow_event"] {
          #expect(try holds { try client.value("SELECT count() FROM \(table)_local") == "0" }, "\(table)")
        }
      }
    }
  }

  // MARK: While it writes

  /// Holds what sensors wrote against what there is at each server.
  private func expect(_ written: [(first: Int64, batches: Int)], in shared: ClusterUnderTest) throws {
    try shared.waitForReplicas()
    #expect(Set(written.map { SensorID.sensor(of: $0.first) }).count == written.count)
    for (first, batches) in written {
      for server in 0..<3 {
        try shared.client(server).expect(batches, of: 250, from: first, "server \(server), sensor from \(first)")
      }
      // Replicas of a shard have the same.
      let local = """
        SELECT count(), uniqExact(id), sum(cityHash64(id, flow_id, time_us)) FROM message_local
        WHERE id BETWEEN \(first) AND \(first + 1 << 40)
        """
      let isSame = try holds { try shared.client(0).value(local) == shared.client(1).value(local) }
      #expect(isSame)
    }
  }

  private func messages(_ shared: ClusterUnderTest) throws -> Int {
    Int(try shared.client(0).value("SELECT count() FROM message")) ?? 0
  }

  @Test func `two sensors write and lose nothing while others ask`() async throws {
    try await onThread {
      let shared = try ClusterUnderTest.shared.get()
      let (isOver, before) = (Flag(), try messages(shared))
      defer { isOver.raise() }
      let sensors = Workers(2) { number in
        try shared.session(folder.path("live\(number)"), first: number).writeLive { isOver.isRaised }
      }
      let questions = try PageQuestions.all(from: SampleRows.noon, address: "10.0.0.1", port: 50_000)
      let consoles = Workers(3) { server in
        let engine = try shared.store(at: server).queries
        var answered = 0
        while !isOver.isRaised || answered < questions.count {
          let control = QueryControl(limits: QueryLimits(seconds: 120))
          _ = try rows(engine.answer(questions[answered % questions.count], control))
          _ = try rows(engine.query("select count(*), msg_type from packet group by msg_type", .none, control))
          answered += 1
        }
        return answered
      }
      #expect(try holds { try messages(shared) >= before + 30_000 })
      isOver.raise()
      let written = try sensors.wait()
      #expect(try consoles.wait().allSatisfy { $0 >= questions.count })
      try expect(written, in: shared)
    }
  }

  @Test func `a replica is killed while two sensors write, and comes back`() async throws {
    try await onThread {
      let shared = try ClusterUnderTest.shared.get()
      let (isOver, before) = (Flag(), try messages(shared))
      defer { isOver.raise() }
      let victim = shared.cluster.servers[1]
      // One of the sensors sends to the server that is killed, and so has to find another one.
      let sensors = Workers(2) { number in
        try shared.session(folder.path("killed\(number)"), first: number).writeLive { isOver.isRaised }
      }
      #expect(try holds { try messages(shared) >= before + 5000 })
      victim.kill()
      let atKill = try messages(shared)
      #expect(try holds { try messages(shared) >= atKill + 20_000 })
      try victim.restart()
      let atRestart = try messages(shared)
      #expect(try holds { try messages(shared) >= atRestart + 5000 })
      isOver.raise()
      try expect(try sensors.wait(), in: shared)
    }
  }

  // MARK: Tables

  @Test func `what one server lacks is named, and added everywhere`() async throws {
    try await onThread {
      let shared = try ClusterUnderTest.shared.get()
      let same = try shared.program("check")
      #expect(same.status == 0, "\(same.errors)")
      // As descriptions left them that had no such columns; the second server has forgotten a table.
      let cluster = "ON CLUSTER \(ClickHouseCluster.name)"
      for shard in [0, 2] {
        for change in ["telemetry_local DROP COLUMN uptime", "vote_local DROP COLUMN vbh"] {
          _ = try shared.client(shard).execute(ClickHouseRequest("ALTER TABLE nano.\(change)"))
        }
      }
      for statement in [
        "DROP TABLE nano.telemetry \(cluster)",
        """
        CREATE TABLE nano.telemetry \(cluster) AS nano.telemetry_local
        ENGINE = Distributed('\(ClickHouseCluster.name)', 'nano', 'telemetry_local', sensor)
        """, "ALTER TABLE nano.sensor_state DROP COLUMN specification",
      ] { try shared.execute(statement) }
      _ = try shared.client(1).execute(ClickHouseRequest("DROP TABLE nano.block_open"))
      let differs = try shared.program("check")
      for difference in [
        "telemetry lacks the column uptime", "telemetry_local lacks the column uptime",
        "vote_local lacks the column vbh", "sensor_state lacks the column specification",
        "127.0.0.1:\(shared.cluster.servers[1].port): the table block_open is missing",
      ] { #expect(differs.status == 1 && differs.errors.contains(difference), "\(differs.errors)") }
      let migrated = try shared.program("migrate")
      #expect(
        migrated.status == 0 && migrated.output.contains("telemetry lacks the column uptime: added"),
        "\(migrated.errors)")
      #expect(try shared.queuedChanges() == 0)
      let mended = try shared.program("check")
      #expect(mended.status == 0, "\(mended.errors)")
    }
  }
}

extension ClickHouseTable {
  /// A query for how many rows two sensors have here, and for a sum over all values that are the same whenever they are
  /// written.
  fileprivate var digest: String {
    let columns = shownColumns.filter { $0 != "started" && $0 != "ended" }.map(ClickHouseText.name)
    let values = columns.map { "ifNull(toString(\($0)), '\\\\N')" }
    return """
      SELECT count(), sum(cityHash64(\(values.joined(separator: ", ")))) FROM \(ClickHouseText.name(view ?? name))
      WHERE sensor IN (100, 101)
      """
  }
}
