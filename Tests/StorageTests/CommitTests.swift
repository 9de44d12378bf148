import CSQLite
import Foundation
import GRDB
import NanoParser
import ParserRuntime
import Testing

@testable import Capture

/// When rows are committed, so that readers find them and a crash leaves them.
@Suite struct CommitTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func isCommitted(_ db: Database) -> Bool { sqlite3_get_autocommit(db.sqliteConnection) != 0 }

  @Test func `a transaction is committed half a second after it was begun, and not before`() throws {
    let store = try folder.store()
    try store.withWriter { db in
      var now = ContinuousClock.now
      let writer = try BatchWriter(db, NanoSpecification.info, now: { now })
      try writer.write(batch(1..<2))
      #expect(try !isCommitted(db) && storedRows(folder.path("a.db")) == 0)
      now += .milliseconds(499)
      try writer.write(batch(2..<3))
      #expect(!isCommitted(db))
      now += .milliseconds(1)
      try writer.write(batch(3..<4))
      #expect(try isCommitted(db) && storedRows(folder.path("a.db")) == 3)
      // The next one has its own half second.
      now += .milliseconds(400)
      try writer.write(batch(4..<5))
      now += .milliseconds(400)
      try writer.write(batch(5..<6))
      #expect(!isCommitted(db))
      now += .milliseconds(100)
      try writer.write(batch(6..<7))
      #expect(isCommitted(db) && writer.rowCount == 6)
    }
    try store.close()
  }

  @Test func `a transaction is committed with its hundred thousandth row, and not before`() throws {
    let store = try folder.store()
    try store.withWriter { db in
      let now = ContinuousClock.now
      let writer = try BatchWriter(db, NanoSpecification.info, now: { now })
      for part in [0..<40_000, 40_000..<99_999] as [Range<Int64>] { try writer.write(batch(part)) }
      #expect(!isCommitted(db))
      try writer.write(batch(99_999..<100_000))
      #expect(isCommitted(db))
      // Those that are committed do not count again.
      try writer.write(batch(100_000..<199_999))
      #expect(!isCommitted(db))
      try writer.commit()
    }
    try store.close()
  }

  @Test func `what was written before a failure is kept`() throws {
    let store = try folder.store()
    try store.withWriter { db in
      let writer = try BatchWriter(db, NanoSpecification.info)
      try writer.write(batch(1..<4))
      // An id that is taken.
      #expect(throws: CaptureError.self) { try writer.write(batch(3..<4)) }
      #expect(!isCommitted(db))
      writer.salvage()
      #expect(isCommitted(db))
    }
    #expect(try storedRows(folder.path("a.db")) == 3)
    try store.close()
  }

  @Test func `of a batch that breaks off nothing is kept`() throws {
    let store = try folder.store()
    try store.withWriter { db in
      let writer = try BatchWriter(db, NanoSpecification.info)
      let info = NanoSpecification.info
      /// A keepalive and its peers, and the bytes of the first message, which can be there once.
      func message(after former: RowBatch) throws -> RowBatch {
        let rows = RowBatch(after: former)
        let bytes: [UInt8] = [0x52, 0x43, 19, 19, 18, 2, 0, 0] + [UInt8](repeating: 1, count: 144)
        try bytes.withUnsafeBytes { bytes in
          var reader = ByteReader(bytes, isComplete: true)
          let envelope = Envelope(flow: 1, direction: 0, time: 1, streamOffset: 0)
          for _ in 0..<3 {
            reader = ByteReader(bytes, isComplete: true)
            _ = try NanoSpecification.decode(&reader, envelope, into: rows)
          }
          EngineRows(after: info.tables).bytes(rows, message: 1, bytes)
        }
        return rows
      }
      let first = try message(after: RowBatch(nextIDs: .unused(for: info)))
      try writer.write(first)
      let second = try message(after: first)
      #expect(throws: CaptureError.self) { try writer.write(second) }
      writer.salvage()
      #expect(isCommitted(db))
      #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM message") == 3)
      #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM keepalive_host") == 24)
      #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM message_bytes") == 1)
    }
    try store.close()
  }

  @Test func `rows are there soon after the last of them has come, while more may come`() throws {
    let store = try folder.store()
    let queue = RowQueue(capacity: 4)
    let thread = WriterThread(store: store, queue: queue)
    thread.start()
    try queue.put(batch(1..<3))
    #expect(try holds { try storedRows(folder.path("a.db")) == 2 })
    try queue.put(batch(3..<4))
    queue.close()
    thread.join()
    #expect(try thread.rowCount == 3 && storedRows(folder.path("a.db")) == 3)
    try store.close()
  }

  @Test func `a writer that fails tells those who bring rows, and keeps what it has written`() throws {
    let store = try folder.store()
    let queue = RowQueue(capacity: 4)
    let thread = WriterThread(store: store, queue: queue)
    try queue.put(batch(1..<3))
    try queue.put(batch(2..<3))
    thread.start()
    #expect(holds { queue.error != nil })
    let error = #expect(throws: CaptureError.self) { try queue.put(batch(7..<8)) }
    #expect(error?.description.contains("cannot write to the database: UNIQUE") == true)
    queue.close()
    thread.join()
    #expect(try storedRows(folder.path("a.db")) == 2)
    try store.close()
  }
}
