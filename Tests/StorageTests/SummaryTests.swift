import Foundation
import GRDB
import NanoParser
import ParserRuntime
import Testing

@testable import Capture

/// Messages of a database told in a line, also of one that another description has made, or nobody.
@Suite struct StoredSummaryTests {
  private let folder: Folder
  private let store: any CaptureStore
  private let summaries = StoredSummaries(NanoSpecification.info)

  /// A header with a type and extensions, and a body.
  private static func message(_ type: UInt8, _ extensions: UInt16, _ body: [UInt8] = []) -> [UInt8] {
    [0x52, 0x43, 21, 21, 18, type, UInt8(extensions & 0xFF), UInt8(extensions >> 8)] + body
  }

  private static func bytes(_ value: UInt8, _ count: Int) -> [UInt8] { [UInt8](repeating: value, count: count) }

  private static let publish = message(3, 0x0604, bytes(1, 32) + bytes(2, 64) + bytes(0, 15) + [7] + bytes(3, 104))
  private static let vote = message(5, 0x2100, bytes(4, 32) + bytes(5, 64) + bytes(0xFF, 8) + bytes(6, 64))
  private static let oldVote = message(
    5, 0x0600,
    bytes(4, 32) + bytes(5, 64) + bytes(1, 8) + bytes(1, 32) + bytes(2, 64) + bytes(0, 15) + [7] + bytes(3, 104))
  private static let keepalive = message(
    2, 0, (0..<8).flatMap { bytes(0, 10) + [0xFF, 0xFF, 10, 0, 0, UInt8($0)] + [0x57, 0x04] })
  private static let request = message(4, 0x2100, bytes(8, 64) + bytes(9, 64))
  private static let messages = [
    publish, vote, oldVote, keepalive, request, message(12, 0), message(10, 1, bytes(3, 32)),
  ]

  init() throws {
    folder = try Folder()
    store = Stores.store(named: folder.path("a.db"), for: NanoSpecification.info)
    let rows = RowBatch(nextIDs: .unused(for: NanoSpecification.info))
    for message in Self.messages {
      try message.withUnsafeBytes { bytes in
        var reader = ByteReader(bytes, isComplete: true)
        _ = try NanoSpecification.decode(
          &reader, Envelope(flow: 1, direction: 0, time: 1, streamOffset: 0), into: rows)
        #expect(reader.position == bytes.count && reader.issues.isEmpty)
      }
    }
    let session = try store.open(for: .sharing)
    try session.withSink { sink in
      try sink.write(rows)
      try sink.commit()
    }
    try session.close()
  }

  private func lines(_ ids: [Int64] = [1, 2, 3, 4, 5, 6, 7]) throws -> [Int64: String] {
    try summaries.lines(of: ids, from: store.queries, QueryControl())
  }

  private func change(_ statements: String) throws {
    let queue = try DatabaseQueue(path: folder.path("a.db"))
    try queue.write { try $0.execute(sql: statements) }
  }

  @Test func `messages are told by their own rows, their contents' and those that are lists`() throws {
    let lines = try lines()
    let account = NanoAccount.text(try #require(FixedBytes<32>(Self.bytes(1, 32))))
    #expect(lines[1]?.hasPrefix("state \(account) balance 7 hash ") == true)
    #expect(lines[1]?.hasSuffix(" by its maker") == true)
    #expect(lines[2]?.contains("final vote by nano_") == true && lines[2]?.contains(" for 2: 0606") == true)
    #expect(
      lines[3]?.hasPrefix("vote by nano_") == true && lines[3]?.contains(" for 1: state \(account) balance 7 ") == true)
    #expect(
      lines[4]
        == "peers [10.0.0.0]:1111, [10.0.0.1]:1111, [10.0.0.2]:1111, [10.0.0.3]:1111, …")
    #expect(lines[5]?.hasPrefix("for 2: 0808") == true)
    #expect(lines[6] == nil && lines[7] == "query cookie " + String(repeating: "03", count: 32))
    // In any order, any number, and of messages that are not there.
    #expect(try self.lines([7, 99, 1, 7, -5]).keys.sorted() == [1, 7] && self.lines([]).isEmpty)
    let many = try self.lines((1...1201).map { $0 })
    #expect(many.count == 6)
  }

  @Test func `a database that lacks columns or tables tells what it has`() throws {
    try change("ALTER TABLE vote DROP COLUMN sequence; DROP TABLE block_state")
    let lines = try lines()
    #expect(lines[1] == "by its maker")
    #expect(lines[2]?.hasPrefix("by nano_") == true && lines[2]?.contains(" for 2: 0606") == true)
    #expect(lines[3]?.hasSuffix(" for 1:") == true && lines[4]?.hasPrefix("peers [10.0.0.0]") == true)
    try change("DROP TABLE message")
    #expect(throws: QueryError.self) { try self.lines() }
  }

  @Test func `rows that make no sense tell nothing that is not theirs`() throws {
    try change(
      """
      UPDATE message SET content_id = 9223372036854775807 WHERE id = 1;
      UPDATE message SET content_table = 'sqlite_master' WHERE id = 2;
      UPDATE vote SET sequence = 'x', vote_count = x'0102', content_id = -1 WHERE packet_id = 3;
      UPDATE keepalive_host SET packet_id = 1 WHERE port = 1111 AND address <> '10.0.0.0';
      UPDATE message SET extensions = 'y' || char(10) WHERE id = 5;
      """)
    let lines = try lines()
    #expect(lines[1] == "by its maker" && lines[2] == nil && lines[4] == "peers [10.0.0.0]:1111")
    #expect(lines[3]?.hasPrefix("by nano_") == true && lines[3]?.hasSuffix(" for 0102:") == true)
    #expect(lines[5]?.hasPrefix("0808") == true)
  }

  @Test func `a query's limits hold`() throws {
    let ids: [Int64] = [1, 2]
    var control = QueryControl()
    control.cancellation = QueryCancellation()
    control.cancellation?.cancel()
    #expect(throws: QueryError.self) { try summaries.lines(of: ids, from: store.queries, control) }
    #expect(throws: QueryError.self) {
      try summaries.lines(of: ids, from: store.queries, QueryControl(limits: QueryLimits(bytes: 10)))
    }
  }
}
