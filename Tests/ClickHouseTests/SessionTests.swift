import Foundation
import NanoParser
import ParserRuntime
import Testing

@testable import Capture
@testable import ClickHouseStore

/// What a server of 2018 makes of what is written to it.
@Suite struct SessionTests {
  private let folder: TestFolder
  private let store: StoreUnderTest

  init() throws {
    folder = try TestFolder()
    store = try StoreUnderTest()
  }

  private func run() -> RunRecord {
    RunRecord(
      kind: "import", source: "a.pcap", filter: nil, info: SampleRows.info, options: DecodingOptions(),
      identity: "12 ab")
  }

  @Test func `rows are there as they were written`() throws {
    let session = try store.session(folder.path("s"))
    let first = try session.write(batches: 2, messages: 3)
    try session.waitUntilSent()
    try session.close()
    #expect(SensorID.sensor(of: first) == 1)
    #expect(try store.count("message") == .init(all: 6, distinct: 6, first: first, last: first + 5))
    #expect(try store.count("keepalive_host").all == 12)
    let rows = try store.value(
      "SELECT id - \(first), flow_id - \(first), direction, time_us, content_table, sensor, run_id, ipv, srcip, srcport, dstip, dstport FROM message ORDER BY id LIMIT 2"
    )
    let noon = SampleRows.noon
    #expect(
      rows == """
        0\t0\t0\t\(noon)\t\\N\t1\t7\t4\t10.0.0.1\t50000\t10.0.0.2\t7075
        1\t0\t1\t\(noon + 1)\t\\N\t1\t7\t4\t10.0.0.1\t50000\t10.0.0.2\t7075
        """)
    #expect(
      try store.value(
        "SELECT packet_id - \(first), address, port, time_us FROM keepalive_host ORDER BY id LIMIT 1 OFFSET 3")
        == "1\t::1\t7075\t\(noon + 1)")
    // A connection is one row: the last that was written.
    #expect(
      try store.value("SELECT count(), sum(closed_us = \(noon)), any(close_reason), any(packets) FROM flow")
        == "2\t2\tfin\t9")
    #expect(folder.names("s/spool").isEmpty)
  }

  @Test func `rows wait as long as they may, or until there are enough of them`() throws {
    let state = folder.path("s")
    // At once: the server has them before anything else happens.
    let impatient = try store.session(state) { $0.sealTime = 0 }
    try impatient.write(batches: 1, messages: 3) { _ in
      let isThere = try holds { try store.count("message").all == 3 }
      #expect(isThere)
    }
    try impatient.waitUntilSent()
    try impatient.close()
    // In a day: none is sealed until there are as many as an INSERT has. The server is away, so that all stay that are.
    store.server.kill()
    let patient = try store.session(state) { $0.sealTime = 86_400 }
    var hosts: [(written: Int, sealed: Int)] = []
    try patient.write(batches: 90, messages: 500) { number in
      hosts.append(((number + 1) * 1000, patient.health?.waitingRows ?? 0))
    }
    #expect(hosts.filter { $0.written < 80_000 }.allSatisfy { $0.sealed == 0 })
    #expect(hosts.filter { $0.written >= 80_000 }.allSatisfy { $0.sealed >= 80_000 })
    try store.server.restart()
    try patient.waitUntilSent()
    try patient.close()
    #expect(try store.count("keepalive_host").all == 90_006)
  }

  @Test func `compressed rows are the same`() throws {
    let session = try store.session(folder.path("s")) { $0.compresses = true }
    try session.write(batches: 1, messages: 1000)
    try session.waitUntilSent()
    try session.close()
    #expect(try store.count("message").all == 1000)
    #expect(try store.value("SELECT countIf(address = '::1' AND port = 7075) FROM keepalive_host") == "2000")
  }

  @Test func `days are partitions`() throws {
    let session = try store.session(folder.path("s"))
    let ids = try session.nextIDs()
    try session.withSink { sink in
      let rows = RowBatch(nextIDs: ids)
      for day in [0, 1, 0, 30, -20_000, 40_000] as [Int64] {
        SampleRows.batch(rows, messages: 5, time: SampleRows.noon + day * SampleRows.day)
      }
      try sink.write(rows)
    }
    try session.waitUntilSent()
    try session.close()
    #expect(try store.count("message").all == 30)
    // Each INSERT made one part, or it would not be stored as a whole.
    #expect(
      try store.value("SELECT uniqExact(partition) = count() FROM system.parts WHERE table = 'message' AND active")
        == "1")
  }

  @Test func `runs are one row and former ones are found`() throws {
    let first = try store.session(folder.path("s"))
    var run = run()
    run.id = try first.begin(run)
    run.packets = 12
    run.end(.endOfFile)
    try first.end(run)
    // Not waited for: the next process sends it before it asks.
    try first.close()
    let second = try store.session(folder.path("s"))
    let former = try second.formerRuns()
    #expect(former.map(\.id) == [run.id] && former.first?.endReason == .endOfFile && former.first?.identity == "12 ab")
    #expect(try store.value("SELECT count(), any(packets), any(source) FROM run") == "1\t12\ta.pcap")
    #expect(try second.begin(run) > run.id)
    try second.close()
  }

  @Test func `ids go on after a restart`() throws {
    var last: Int64 = 0
    for _ in 0..<3 {
      let session = try store.session(folder.path("s"))
      let first = try session.write(batches: 1, messages: 70_000)
      #expect(first > last)
      last = first + 69_999
      try session.waitUntilSent()
      try session.close()
    }
    #expect(try store.count("message").all == 210_000)
  }

  // MARK: Sensors

  @Test func `sensors get numbers of their own however many begin at once`() async throws {
    let count = 8
    let numbers = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 0..<count {
        group.addTask { [store, folder] in
          let session = try store.session(folder.path("s\(number)"))
          defer { session.abandon() }
          return SensorID.sensor(of: try session.nextIDs()[0])
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(Set(numbers).count == count && !numbers.contains(0))
    // And keep them.
    let again = try store.session(folder.path("s3"))
    #expect(numbers.contains(SensorID.sensor(of: try again.nextIDs()[0])))
    try again.close()
    // Two that met at a number have both left it, so there may be more numbers than sensors, but not the other way round.
    #expect(try store.value("SELECT uniqExact(instance) FROM sensor") == "\(count)")
    let kept = numbers.map(String.init).joined(separator: ", ")
    #expect(try store.value("SELECT uniqExact(number) FROM sensor WHERE number IN (\(kept))") == "\(count)")
  }

  @Test func `a copy of a sensor gives way`() throws {
    let elder = try store.session(folder.path("s"))
    try FileManager.default.createDirectory(atPath: folder.path("copy"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: folder.path("s/sensor.json"), toPath: folder.path("copy/sensor.json"))
    let copy = try store.session(folder.path("copy"))
    // It may write until it is noticed.
    #expect(holds { (copy.health?.error ?? "").contains("another sensor") })
    #expect(throws: CaptureError.self) { try copy.write(batches: 1, messages: 1) }
    copy.abandon()
    try elder.write(batches: 1, messages: 1)
    try elder.waitUntilSent()
    #expect(elder.health?.error == nil)
    try elder.close()
  }

  @Test func `with a number it begins without the server`() throws {
    let first = try store.session(folder.path("s"))
    let before = try first.nextIDs()[0]
    try first.close()
    store.server.kill()
    let second = try store.session(folder.path("s"))
    #expect(try second.write(batches: 1, messages: 10) >= before)
    #expect(holds { second.health?.error != nil })
    #expect(second.health?.waitingRows == 10 + 20 + 1 + 2)
    // Whoever asks for former runs must know them all.
    try second.close()
    try store.server.restart()
    let third = try store.session(folder.path("s"))
    try third.waitUntilSent()
    try third.close()
    #expect(try store.count("message").all == 10)
  }

  @Test func `without a number the server is needed`() throws {
    store.server.kill()
    let error = #expect(throws: CaptureError.self) { try store.session(folder.path("s")) }
    #expect(error?.description.contains("cannot be reached") == true)
  }

  @Test func `a capture begins although the store is away where that has given a number before`() throws {
    var options = ClickHouseStore.Options()
    options.sensor = SensorOptions(stateFolder: folder.path("s"))
    let whole = try ClickHouseStore(
      try StoreUnderTest.address(store.server.port), for: SampleRows.info, options: options)
    try whole.prepare()
    try whole.open(for: .sharing).close()
    store.server.kill()
    let session = try whole.open(for: .sharing)
    _ = try session.begin(run())
    session.abandon()
    try store.server.restart()
    // What it wrote is sent by the next one.
    let next = try whole.open(for: .sharing)
    _ = try next.formerRuns()
    try next.close()
    #expect(try store.value("SELECT count() FROM run") == "1")
  }

  // MARK: No room

  @Test func `an import waits for room`() throws {
    let session = try store.session(folder.path("s")) { $0.spoolBytes = 100_000 }
    _ = try session.begin(run())
    try session.write(batches: 100, messages: 100)
    try session.waitUntilSent()
    try session.close()
    #expect(try store.count("message").all == 10_000)
    #expect(session.droppedRows == 0)
  }

  @Test func `a capture drops whole batches and counts rows`() throws {
    let session = try store.session(folder.path("s")) { $0.spoolBytes = 60_000 }
    var live = RunRecord(kind: "live", source: "eth0", filter: nil, info: SampleRows.info, options: DecodingOptions())
    live.id = try session.begin(live)
    try session.waitUntilSent()
    store.server.kill()
    var written = 0
    let perBatch = 100 + 200 + 1 + 2
    try session.write(batches: 30, messages: 100) { _ in written += perBatch }
    let dropped = session.droppedRows
    #expect(dropped > 0 && dropped % perBatch == 0 && dropped < written)
    try store.server.restart()
    live.end(.stopped)
    try session.end(live)
    try session.waitUntilSent()
    try session.close()
    #expect(try store.value("SELECT dropped_spool FROM run") == "\(dropped)")
    let messages = try store.count("message")
    #expect(messages.isWhole && messages.all == (written - dropped) / perBatch * 100)
    #expect(try store.count("keepalive_host").all == messages.all * 2)
  }

  @Test func `who ends an import that waits is not waited for`() throws {
    let session = try store.session(folder.path("s")) { $0.spoolBytes = 20_000 }
    _ = try session.begin(run())
    store.server.kill()
    // It is not only used by one thread here, but so it is by the program.
    nonisolated(unsafe) let waiting = session
    Thread {
      #expect(holds { waiting.health?.error != nil })
      waiting.stopWaiting()
    }.start()
    try session.write(batches: 30, messages: 100)
    #expect(session.droppedRows > 0)
    try session.drain { _ in false }
    try session.close()
    #expect((session.health?.waitingBatches ?? 0) > 0)
  }
}
