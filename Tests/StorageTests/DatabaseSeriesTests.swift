import Foundation
import NanoParser
import ParserRuntime
import Testing

@testable import Capture

/// Captures that go on in another file.
@Suite struct DatabaseSeriesTests {
  private let folder: Folder
  private let info = NanoSpecification.info

  init() throws { folder = try Folder() }

  private func series(isContinued: Bool = false, at seconds: Double = 1_795_000_000) -> DatabaseSeries {
    DatabaseSeries(path: folder.path("nano.db"), info: info, isContinued: isContinued) {
      Date(timeIntervalSince1970: seconds)
    }
  }

  private var record: RunRecord {
    RunRecord(kind: "live", source: "lo", filter: nil, info: info, options: DecodingOptions())
  }

  private var databases: [String] { folder.names.filter { !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") } }

  /// Puts the packets of a sample into a series.
  /// - Parameters:
  ///   - cuts: before these packets it goes on in another file.
  ///   - end: before this packet it ends; nil where the sample does.
  ///   - detects: whether flows are told by what they carry; the sample's ports are those of a test network.
  /// - Returns: Its files, in order.
  private func capture(
    _ sample: String, into name: String, cuts: Set<Int> = [], end: Int? = nil, detects: Bool = false
  ) throws -> [String] {
    let path = folder.path(name)
    let series = DatabaseSeries(path: path, info: info, isContinued: false)
    var options = DecodingOptions()
    options.storesBytes = true
    options.detects = detects
    var record = record
    var session = try series.open(for: .sharing)
    record.id = try session.begin(record)
    let queue = RowQueue(capacity: 4)
    let thread = WriterThread(store: session, queue: queue)
    let pipeline = DecodingPipeline(
      NanoSpecification.self, run: record.id, nextIDs: try session.nextIDs(), options: options, spare: queue.takeSpare
    ) { try? queue.put($0) }
    // Only now: while the thread writes, nothing else may be asked of the session.
    thread.start()
    let samples = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Samples")
    let file = try PacketFile(path: samples.appending(path: sample).path, filter: nil)
    var progress = CaptureProgress()
    while progress.packets != end, let packet = try file.next() {
      if cuts.contains(progress.packets) {
        var next = record.next(at: progress)
        let (other, run) = try series.rotate(beginning: next)
        next.id = run
        record.note(progress)
        record.end(.rotated)
        let rotation = RunRotation(former: session, record: record, next: other, store: series, files: nil)
        (session, record) = (other, next)
        pipeline.rotate(to: run) { try? queue.put(.rotation(rotation)) }
      }
      progress.packets += 1
      pipeline.receive(packet)
    }
    pipeline.finish()
    queue.close()
    thread.join()
    record.note(progress)
    record.end(.stopped)
    try session.end(record)
    try session.close()
    #expect(queue.error == nil)
    return DatabaseSeries.files(of: path)
  }

  private func rows(_ files: [String], _ sql: String) throws -> [String] {
    try files.flatMap { file in
      let cursor = try QueryCursor(sql, on: try ReadConnection(path: file), limits: QueryLimits())
      var rows: [String] = []
      while try cursor.step() {
        rows.append(cursor.columns.indices.map { cursor.value($0).resultText }.joined(separator: "|"))
      }
      return rows
    }
  }

  @Test(arguments: ["node-v25-ascending.pcap", "node-v24-bootstrap.pcap"], [false, true])
  func `files of a series have together what one file would have`(sample: String, detects: Bool) throws {
    let whole = try capture(sample, into: "whole.db", detects: detects)
    let packets = try Int(rows(whole, "SELECT packets FROM run")[0])!
    // In the handshakes, between the parts of messages and of answers, and before the last packet.
    let cuts = Set([1, 3, 9, 10, packets - 1] + (1..<12).map { packets * $0 / 12 })
    let parts = try capture(sample, into: "parts.db", cuts: cuts, detects: detects)
    #expect(whole.count == 1 && parts.count == cuts.count + 1)
    let flows = Set([EngineTables.flow.name, EngineTables.run.name])
    for table in (info.tables + EngineTables.all).map(\.name) where !flows.contains(table) {
      let sql = "SELECT * FROM \"\(table)\" ORDER BY 1"
      let wanted = try rows(whole, sql)
      #expect(try rows(parts, sql) == wanted, "\(table)")
    }
    // Each file has the flows that are open in it; the last one that has a flow has its end.
    let columns =
      "id, srcip, srcport, dstip, dstport, opened_us, closed_us, close_reason, packets, bytes_forward, bytes_backward"
    var last: [String: String] = [:]
    for row in try rows(parts, "SELECT \(columns) FROM flow ORDER BY id") {
      last[String(row.prefix { $0 != "|" })] = row
    }
    #expect(try Set(last.values) == Set(rows(whole, "SELECT \(columns) FROM flow")))
    for part in parts {
      #expect(try rows([part], "SELECT count(*) FROM message WHERE flow_id NOT IN (SELECT id FROM flow)") == ["0"])
      // Each tells how far it had come.
      #expect(try rows([part], "SELECT count(*) FROM flow WHERE packets IS NULL OR close_reason IS NULL") == ["0"])
      #expect(try rows([part], "SELECT count(*) FROM flow WHERE run_id <> (SELECT id FROM run)") == ["0"])
    }
    let runs = try rows(parts, "SELECT id, continues, end_reason FROM run")
    let ends = [String](repeating: "rotated", count: cuts.count) + ["stopped"]
    #expect(runs == ends.enumerated().map { "\($0 + 1)|\($0 == 0 ? "" : "\($0)")|\($1)" })
    #expect(try rows(parts, "SELECT packets FROM run").compactMap { Int($0) }.reduce(0, +) == packets)
  }

  @Test func `a file that is left says of its flows what it would if the capture had ended with it`() throws {
    let columns = "id, closed_us, close_reason, packets, bytes_forward, bytes_backward"
    for count in [9, 60] {
      let left = try capture("node-v25-ascending.pcap", into: "left-\(count).db", cuts: [count])[0]
      let ended = try capture("node-v25-ascending.pcap", into: "ended-\(count).db", end: count)[0]
      let flows = try rows([ended], "SELECT \(columns) FROM flow ORDER BY id")
      #expect(try !flows.isEmpty && rows([left], "SELECT \(columns) FROM flow ORDER BY id") == flows, "\(count)")
    }
  }

  @Test func `a file's name has the time at which it was begun, and all is asked of the latest`() throws {
    let series = series()
    let first = try series.open(for: .sharing)
    #expect(try first.begin(record) == 1 && series.name == folder.path("nano.db"))
    var next = record
    next.id = 7
    let (second, run) = try series.rotate(beginning: next)
    #expect(run == 7 && series.name == folder.path("nano-20261118T110640Z.db"))
    let (third, _) = try series.rotate(beginning: record)
    #expect(series.name == folder.path("nano-20261118T110641Z.db"))
    for session in [first, second, third] { try session.close() }
    // What a copy of somebody's is called makes it none of the series.
    for name in ["nano-1.db", "nano-20261118.db", "nano-20261118T11064AZ.db", "other-20261118T110640Z.db"] {
      _ = try folder.write([], name)
    }
    let names = ["nano.db", "nano-20261118T110640Z.db", "nano-20261118T110641Z.db"].map(folder.path)
    #expect(DatabaseSeries.files(of: folder.path("nano.db")) == names)
    #expect(self.series(isContinued: true).name == names[2])
    #expect(self.series().name == names[0])
    // A file of a series names the series too.
    func named(_ name: String, isContinued: Bool) -> DatabaseSeries {
      DatabaseSeries(path: name, info: info, isContinued: isContinued) { Date(timeIntervalSince1970: 1_795_000_100) }
    }
    #expect(named(names[1], isContinued: false).name == names[1])
    #expect(named(names[1], isContinued: true).name == names[2])
    let other = named(names[1], isContinued: false)
    try other.rotate(beginning: record).session.close()
    #expect(other.name == folder.path("nano-20261118T110820Z.db"))
    func runs(_ queries: any QueryEngine) throws -> String {
      let cursor = try queries.query("SELECT group_concat(id) FROM run", .none, QueryControl())
      _ = try cursor.step()
      return cursor.value(0).resultText
    }
    let former = series.queries
    #expect(try runs(former) == "1")
    try series.rotate(beginning: next).session.close()
    // What is under way goes on with the file with which it has begun.
    #expect(try runs(series.queries) == "7" && runs(former) == "1")
  }

  @Test func `so many files are kept, but none that is written to is removed`() throws {
    let series = series()
    var sessions = [try series.open(for: .sharing)]
    for _ in 0..<4 { sessions.append(try series.rotate(beginning: record).session) }
    for session in sessions.dropFirst(2) { try session.close() }
    try sessions[0].close()
    let all = databases
    series.removeOldest(keeping: 5)
    #expect(all.count == 5 && databases == all)
    series.removeOldest(keeping: 2)
    // The second is written to.
    let sorted = all.sorted(by: order)
    #expect(DatabaseSeries.files(of: folder.path("nano.db")) == [1, 3, 4].map { folder.path(sorted[$0]) })
    try sessions[1].close()
    series.removeOldest(keeping: 0)
    #expect(folder.names == [sorted[4]])
  }

  /// The first file has the shortest name.
  private func order(_ one: String, _ other: String) -> Bool { (one.count, one) < (other.count, other) }

  @Test func `a file that cannot be begun leaves the store as it is`() throws {
    let series = series()
    // Root may write anywhere, but not to a folder that is gone.
    try FileManager.default.removeItem(at: folder.url)
    #expect(throws: CaptureError.self) { _ = try series.rotate(beginning: record) }
    #expect(series.name == folder.path("nano.db"))
  }

  @Test func `ids go on behind those of all files, whatever the latest has`() throws {
    _ = try capture("node-v25-ascending.pcap", into: "nano.db", cuts: [400])
    let first = series(isContinued: true)
    // One that has nothing yet.
    try first.rotate(beginning: record).session.close()
    let session = try series(isContinued: true).open(for: .sharing)
    #expect(try session.begin(record) == 3)
    let ids = try session.nextIDs()
    let message = try #require(info.batchTables.firstIndex { $0.name == "message" })
    let flow = try #require(info.batchTables.firstIndex { $0.name == "flow" })
    let files = DatabaseSeries.files(of: folder.path("nano.db"))
    let largest = try rows(files, "SELECT ifnull(max(id), 0) FROM message").compactMap { Int64($0) }.max()
    #expect(ids[message] == largest.map { $0 + 1 } && ids[message] == 426)
    #expect(ids[flow] > 1)
    try session.close()
  }

  @Test func `a file comes behind all others, also when the clock has been set back`() throws {
    try series(at: 1_795_000_000).rotate(beginning: record).session.close()
    let later = series(isContinued: true, at: 1_700_000_000)
    try later.rotate(beginning: record).session.close()
    #expect(later.name == folder.path("nano-20261118T110641Z.db"))
    #expect(series(isContinued: true).name == later.name)
    // What is empty was never begun.
    _ = try folder.write([], "nano-20261118T110642Z.db")
    #expect(series(isContinued: true).name == later.name)
  }

  @Test func `a store that is no file cannot be rotated`() throws {
    let error = #expect(throws: CaptureError.self) {
      _ = try DatabaseFile(path: folder.path("a.db"), info: info).rotate(beginning: record)
    }
    #expect(error?.description.contains("no other one to go on in") == true)
  }

  @Test func `a writer that has failed closes the files that were to be left`() throws {
    let series = series()
    let session = try series.open(for: .sharing)
    var first = record
    first.id = try session.begin(first)
    let (next, _) = try series.rotate(beginning: first.next(at: CaptureProgress()))
    first.end(.rotated)
    let queue = RowQueue(capacity: 8)
    try queue.put(.rotation(RunRotation(former: session, record: first, next: next, store: series, files: nil)))
    queue.fail(CaptureError("the disk is full"))
    #expect(try rows([folder.path("nano.db")], "SELECT end_reason FROM run") == ["rotated"])
    // Whoever comes may write to it.
    try DatabaseFile(path: folder.path("nano.db"), info: info).open(for: .sharing).close()
    try next.close()
  }
}
