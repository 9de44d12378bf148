import ClickHouseSchema
import Foundation
import NIOCore
import ParserRuntime
import Testing

@testable import Capture
@testable import ClickHouseStore

@Suite struct SpoolTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private func spool(limit: Int = 1 << 20) throws -> Spool { try Spool(folder: folder.path("spool"), limit: limit) }

  /// Buffers of a few rows.
  private func buffers(_ messages: Int = 3, from id: Int64 = 100) -> [RowBuffer] {
    let rows = RowBatch(nextIDs: Array(repeating: id, count: SampleRows.info.batchTables.count))
    SampleRows.batch(rows, messages: messages)
    let encoder = RowEncoder(RowPlan(SampleRows.info, ClickHouseLayout(SampleRows.info)), sensor: 1)
    encoder.encode(rows, clock: 0)
    return encoder.take { _ in true }
  }

  private func buffer(_ table: String) throws -> RowBuffer { try #require(buffers().first { $0.table.name == table }) }

  @Test(arguments: ["message", "a-b", "x/../y", "tä b", "%41", "a.b"])
  func `names tell what is in a batch`(table: String) throws {
    let batch = SealedBatch(sequence: 42, table: table, day: "20261126", ids: 5...1 << 62, rows: 3)
    #expect(batch.name.hasPrefix("000000000042-") && batch.name.hasSuffix("-20261126-5-\(1 << 62)-3"))
    #expect(!batch.name.contains("/") && !batch.name.contains("'"))
    #expect(SealedBatch(fileName: batch.name + SealedBatch.suffix) == batch)
  }

  @Test(arguments: [
    "", "sensor.json", "1-t-0-1-2.rows.gz", "1-t-0-2-1-1.rows.gz", "x-t-0-1-2-1.rows.gz", "1-t-0-1-2-1",
  ])
  func `other files are no batches`(name: String) { #expect(SealedBatch(fileName: name) == nil) }

  @Test func `a batch knows its statements`() throws {
    let statements = SealedBatch.Statements(try buffer("keepalive_host"))
    #expect(
      statements.insert
        == #"INSERT INTO "keepalive_host" ("id", "packet_id", "address", "port", "sensor", "time_us") FORMAT RowBinary"#
    )
    let noon = SampleRows.noon
    #expect(
      statements.count
        == #"SELECT count() FROM "keepalive_host" WHERE "id" BETWEEN 100 AND 105 AND "#
        + #""time_us" BETWEEN \#(noon) AND \#(noon + 2) AND "packet_id" BETWEEN 100 AND 102"#)
    #expect(SealedBatch.Statements(comment: statements.comment) == statements)
    // Rows that replace each other do no harm the second time.
    #expect(SealedBatch.Statements(try buffer("flow_state")).count == nil)
  }

  @Test func `what is sealed is there for the next process`() throws {
    let first = try spool()
    for buffer in buffers() { try first.seal(buffer, .stored) }
    let backlog = first.backlog
    #expect(backlog.batches == 4 && backlog.rows == 3 + 6 + 1 + 2)
    // What was being written when the process was killed.
    try Data("half".utf8).write(to: folder.url.appending(path: "spool/000000000009-t-0-1-1-1.rows.gz.77.new"))
    let second = try spool()
    #expect(second.backlog.bytes == backlog.bytes && second.backlog.rows == backlog.rows)
    #expect(folder.names("spool").count == 4)
    let entry = try #require(second.oldest)
    #expect(entry.batch.sequence == 1 && entry.isUncertain)
    var body = ByteBuffer()
    let statements = try second.read(entry, into: &body)
    #expect(body.readableBytes == entry.size && statements.insert.contains(entry.batch.table))
    // Names are never used twice while one of them is there.
    try second.seal(try buffer("message"), .fast)
    #expect(second.backlog.batches == 5 && folder.names("spool").last?.hasPrefix("000000000005-message") == true)
  }

  @Test func `what is sent is gone and the next is the oldest`() throws {
    let spool = try spool()
    for buffer in buffers() { try spool.seal(buffer, .stored) }
    while let entry = spool.oldest {
      spool.remove(entry)
      #expect(spool.oldest?.batch.sequence ?? .max > entry.batch.sequence)
    }
    #expect(spool.backlog == Spool.Backlog() && folder.names("spool").isEmpty)
  }

  @Test func `what the server refuses is set aside with the reason`() throws {
    let spool = try spool()
    try spool.seal(try buffer("message"), .stored)
    let entry = try #require(spool.oldest)
    spool.reject(entry, "no such thing")
    #expect(spool.backlog == Spool.Backlog(rejected: 1))
    #expect(folder.names("rejected") == [entry.batch.name + ".rows.gz", entry.batch.name + ".rows.gz.reason"])
    let reason = try String(
      contentsOf: folder.url.appending(path: "rejected/\(entry.batch.name).rows.gz.reason"), encoding: .utf8)
    #expect(reason == "no such thing\n")
    #expect(try self.spool().backlog.rejected == 1)
  }

  @Test func `the limit is of bytes on disk and on the way`() throws {
    let spool = try spool(limit: 1000)
    #expect(spool.hasRoom(besides: 999) && !spool.hasRoom(besides: 1000))
    try spool.seal(try buffer("message"), .stored)
    let size = spool.backlog.bytes
    #expect(spool.hasRoom(besides: 999 - size) && !spool.hasRoom(besides: 1000 - size))
  }

  @Test func `a folder that cannot be used is named`() throws {
    try Data().write(to: folder.url.appending(path: "spool"))
    let error = #expect(throws: CaptureError.self) { try spool() }
    #expect(error?.description.contains(folder.path("spool")) == true)
  }
}
