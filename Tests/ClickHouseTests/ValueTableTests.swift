import ClickHouseSchema
import Foundation
import NanoParser
import ParserRuntime
import Testing

@testable import Capture
@testable import ClickHouseStore

/// Tables in which rows are found by the values of their lists: what they are, and what is written to them.
@Suite struct ValueTableTests {
  private let info = NanoSpecification.info

  @Test func `a table of values is ordered by them, and kept by days and sensors like all others`() throws {
    let vote = try #require(info.tables.first { $0.name == "vote" })
    let tables = ClickHouseTable.valueTables(of: vote)
    #expect(tables.map(\.name) == ["vote_hash"])
    #expect(tables[0].columns.map(\.name) == ["vote_id", "packet_id", "hash", "sensor", "time_us"])
    #expect(tables[0].order == ["hash", "time_us", "vote_id"] && tables[0].timeColumn == 4 && !tables[0].replaces)
    #expect(info.tables.flatMap(ClickHouseTable.valueTables).count == 1)
    for flavour in [ClickHouseSchema.Flavour.plain, .current] {
      let without = ClickHouseSchema(info, flavour: flavour)
      #expect(!without.statements.contains { $0.contains("vote_hash") })
      let schema = ClickHouseSchema(info, flavour: flavour, retentionDays: 9, findsByValue: true)
      let statements = schema.statements.filter { $0.contains("vote_hash") }
      #expect(statements.count == 1 && statements[0].contains("ORDER BY (\"hash\", \"time_us\", \"vote_id\")"))
      #expect(statements[0].contains("ENGINE = MergeTree\nPARTITION BY toYYYYMMDD"))
      #expect(statements[0].contains("TTL") == (flavour == .current))
      let cluster = ClickHouseSchema.Cluster("east", database: "nano")
      let shared = ClickHouseSchema(info, flavour: flavour, cluster: cluster, findsByValue: true).statements
        .filter { $0.contains("vote_hash") }
      #expect(shared.count == 2 && shared[0].contains("\"nano\".\"vote_hash_local\" ON CLUSTER \"east\""))
      #expect(shared[0].contains("ReplicatedMergeTree('/clickhouse/tables/{shard}/nano/vote_hash', '{replica}')"))
      #expect(shared[1].contains("ENGINE = Distributed('east', 'nano', 'vote_hash_local', \"sensor\")"))
    }
  }

  @Test func `names that are taken get another one`() throws {
    let list = SpecificationInfo.Column("sensors", .text, byValue: "sensor")
    let table = SpecificationInfo.Table("reading", [.init("id", .signed(64), role: .key), list])
    let values = try #require(ClickHouseTable.valueTables(of: table).first)
    #expect(values.columns.map(\.name) == ["reading_id", "sensor_", "sensor", "time_us"])
    #expect(values.order[0] == "sensor_")
  }

  // MARK: Rows

  @Test func `each value of a list is a row, on the day of its message`() throws {
    let layout = ClickHouseLayout(info, valueTables: ["vote_hash"])
    let encoder = RowEncoder(RowPlan(info, layout), sensor: 5)
    let rows = RowBatch(nextIDs: Array(repeating: 1000, count: info.batchTables.count))
    let lists = ["AA,BB,AA", "", nil, "C", "D,"]
    for (number, list) in lists.enumerated() {
      SampleVotes.vote(rows, hashes: list, time: SampleRows.noon + Int64(number) * SampleRows.day)
    }
    encoder.encode(rows, clock: 1)
    let buffers = encoder.buffers.filter { $0.table.name == "vote_hash" }
    let expected = [(0, ["AA", "BB", "AA"]), (3, ["C"]), (4, ["D", ""])].map { number, values in
      values.flatMap { value in
        Golden.row { golden in
          golden.number(1000 + Int64(number))
          golden.number(1000 + Int64(number))
          golden.text(value)
          golden.number(UInt16(5))
          golden.number(SampleRows.noon + Int64(number) * SampleRows.day)
        }
      }
    }
    #expect(Set(buffers.map { [UInt8]($0.bytes) }) == Set(expected) && buffers.count == 3)
    #expect(buffers.reduce(0) { $0 + $1.rowCount } == 6)
    // Whether they are there is asked by their key and their time, in both of which they are a range.
    let first = try #require(buffers.first { $0.rowCount == 3 })
    let count = SealedBatch.Statements(first).count
    #expect(
      count == "SELECT count() FROM \"vote_hash\" WHERE \"vote_id\" BETWEEN 1000 AND 1000 "
        + "AND \"time_us\" BETWEEN \(SampleRows.noon) AND \(SampleRows.noon)")
  }

  @Test func `without the table nothing is written to it`() {
    let encoder = RowEncoder(RowPlan(info, ClickHouseLayout(info)), sensor: 5)
    let rows = RowBatch(nextIDs: Array(repeating: 1000, count: info.batchTables.count))
    SampleVotes.vote(rows, hashes: "AA,BB", time: SampleRows.noon)
    encoder.encode(rows, clock: 1)
    #expect(Set(encoder.buffers.map(\.table.name)) == ["message", "vote"])
  }
}

/// The same in a store: who makes it chooses whether it has such tables, and who writes looks.
@Suite struct ValueTableStoreTests {
  private let server: ClickHouseServer
  private let folder: TestFolder

  init() throws {
    server = try ClickHouseServer()
    folder = try TestFolder()
  }

  private func store(findsByValue: Bool, state: String = "state") throws -> ClickHouseStore {
    var options = ClickHouseStore.Options()
    options.findsByValue = findsByValue
    options.sensor = SensorOptions(stateFolder: folder.path(state))
    return try ClickHouseStore(try server.address(), for: NanoSpecification.info, options: options)
  }

  private static let samples = ["node-v24-bootstrap.pcap", "node-v25-ascending.pcap"].map {
    CopiedStore.samples.appending(path: $0).path
  }

  private func answer(_ query: String, _ store: some CaptureStore) throws -> [[QueryValue]] {
    try rows(store.queries.query(query, .none, QueryControl()))
  }

  @Test func `who made a store has chosen, and migration adds what is asked for`() throws {
    let (plain, asking) = (try store(findsByValue: false), try store(findsByValue: true))
    try plain.prepare()
    #expect(try plain.differences().isEmpty)
    #expect(try asking.differences() == ["the table vote_hash is missing"])
    #expect(throws: CaptureError.self) { _ = try asking.open(for: .sharing) }
    #expect(try asking.migrate() == ["the table vote_hash is missing"])
    // Once it is there, it belongs to the store, whoever looks.
    for store in [plain, asking] { #expect(try store.differences().isEmpty) }
    _ = try server.client().execute(ClickHouseRequest("ALTER TABLE vote_hash DROP COLUMN packet_id"))
    #expect(try plain.differences() == ["vote_hash lacks the column packet_id"])
    #expect(try plain.migrate().count == 1)
    #expect(try plain.differences().isEmpty)
  }

  @Test func `who voted for a block is the same as in a file`() throws {
    let file = DatabaseFile(path: folder.path("a.db"), info: NanoSpecification.info)
    let made = try store(findsByValue: true)
    try made.prepare()
    // That one does not ask for the table, and finds it.
    let store = try store(findsByValue: false)
    for target in [file, store] as [any CaptureStore] {
      _ = try Importer(into: target, as: NanoSpecification.self).run(Self.samples)
    }
    let lists = try answer("select hashes from vote", file).map { $0[0].resultText.split(separator: ",") }
    let hashes = Set(lists.joined())
    #expect(hashes.count > 300 && lists.contains { $0.count > 5 })
    #expect(
      try answer("select count(), uniqExact(hash), uniqExact(vote_id) from vote_hash", store)[0].map(\.number) == [
        Int64(lists.reduce(0) { $0 + $1.count }), Int64(hashes.count), Int64(lists.count { !$0.isEmpty }),
      ])
    for hash in hashes.sorted().prefix(40) {
      let expected = try answer("select account, timestamp from vote where hashes like '%\(hash)%'", file)
      // As README has it.
      let found = try answer(
        "select account, timestamp from vote where packet_id in (select packet_id from vote_hash where hash = '\(hash)')",
        store)
      #expect(!expected.isEmpty && Set(found) == Set(expected) && found.count == expected.count, "\(hash)")
      // So has the search for a value: how often it is in which column, and from when to when.
      let search = StoreQuestion.places(ValueSearch(String(hash), in: NanoSpecification.info, .kinds))
      let places = try [file.queries, store.queries].map { engine in
        try rows(engine.answer(search, QueryControl())).map { $0.prefix(5) }
      }
      #expect(!places[0].isEmpty && places[0] == places[1], "\(hash)")
    }
    // It has the time and the sensor of the message.
    #expect(
      try answer(
        """
        select count() from (select packet_id as id, time_us as t, sensor as s from vote_hash) as v
        any inner join (select id, time_us, sensor from message) as m using id where t != time_us or s != sensor
        """, store)[0][0].number == 0)
  }

  @Test func `a value is looked up, not searched for`() throws {
    try store(findsByValue: true).prepare()
    let client = try server.client()
    // A million votes of a thousand blocks.
    let votes =
      "(SELECT toInt64(number) AS n, hex(MD5(toString(number % 1000))) AS h FROM numbers(1000000)) AS v"
    for statement in [
      "INSERT INTO vote (id, packet_id, hashes, time_us) SELECT n, n, h, 1795694400000000 + n FROM \(votes)",
      "INSERT INTO vote_hash (vote_id, packet_id, hash, time_us) SELECT n, n, h, 1795694400000000 + n FROM \(votes)",
    ] { _ = try client.execute(ClickHouseRequest(statement)) }
    func work(_ query: String) throws -> (rows: Int, read: Int) {
      let text = try client.text(ClickHouseRequest(query + " FORMAT JSON"))
      let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
      let statistics = try #require(object["statistics"] as? [String: Any])
      return (try #require(object["rows"] as? Int), try #require(statistics["rows_read"] as? Int))
    }
    let hash = try client.text(ClickHouseRequest("SELECT hashes FROM vote WHERE id = 7")).prefix(32)
    let found = try work("SELECT packet_id FROM vote_hash WHERE hash = '\(hash)'")
    // The rows, and the rest of the blocks of 8,192 that they are in.
    #expect(found.rows == 1000 && found.read <= 1000 + 8 * 8192, "\(found)")
    let searched = try work("SELECT packet_id FROM vote WHERE hashes LIKE '%\(hash)%'")
    #expect(searched.rows == 1000 && searched.read == 1_000_000)
  }
}

/// Votes such as a capture makes, with hashes that no two of them share.
enum SampleVotes {
  static let info = NanoSpecification.info

  /// A message, and its vote with such a list of hashes; nil for none.
  static func vote(_ rows: RowBatch, hashes: String?, time: Int64) {
    guard let table = info.tables.firstIndex(where: { $0.name == "vote" }),
      let list = info.tables[table].columns.firstIndex(where: { $0.name == "hashes" })
    else { return }
    let message = rows.newID(table: 0)
    var vote = rows.begin(table: table, id: rows.newID(table: table), link: RowLink(message: message))
    if let hashes { vote.text(list, hashes) }
    vote.end()
    var row = rows.begin(table: 0, id: message)
    row.integer(EngineTables.Message.time, time)
    row.end()
  }
}
