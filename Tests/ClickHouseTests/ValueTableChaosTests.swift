import ClickHouseSchema
import Foundation
import NanoParser
import ParserRuntime
import Synchronization
import Testing

@testable import Capture
@testable import ClickHouseStore

/// Values are in their table as exactly as the lists are in theirs, whatever is killed: a view of the server's would lose
/// some.
@Suite(.serialized) struct ValueTableChaosTests {
  private let folder: TestFolder
  private let server: ClickHouseServer
  private let client: ClickHouseClient

  init() throws {
    folder = try TestFolder()
    server = try ClickHouseServer()
    var options = ClickHouseStore.Options()
    options.findsByValue = true
    try ClickHouseStore(try server.address(), for: NanoSpecification.info, options: options).prepare()
    client = try server.client()
  }

  private func value(_ query: String) throws -> String {
    try client.text(ClickHouseRequest(query)).trimmingCharacters(in: .newlines)
  }

  @Test func `a server that is killed again and again`() throws {
    var options = SensorOptions(stateFolder: folder.path("s"))
    options.sealTime = 0.15
    let session = try ClickHouseSession(
      ClickHouseAccess(address: try server.address()), options, info: NanoSpecification.info,
      valueTables: ["vote_hash"], pace: StoreUnderTest.pace)
    let kills = 25
    let isOver = Mutex(false)
    let done = DispatchSemaphore(value: 0)
    Thread { [server] in
      for kill in 0..<kills {
        Thread.sleep(forTimeInterval: Double(kill % 10) * 0.01)
        server.kill()
        do { try server.restart() } catch { Issue.record(error) }
      }
      isOver.withLock { $0 = true }
      done.signal()
    }.start()
    var votes = 0
    try session.withSink { sink in
      var rows = RowBatch(nextIDs: try session.nextIDs())
      repeat {
        for _ in 0..<100 {
          // From none to nine hashes.
          let hashes = (0..<votes % 10).map { "\(votes)-\($0)" }.joined(separator: ",")
          SampleVotes.vote(rows, hashes: hashes, time: SampleRows.noon + Int64(votes))
          votes += 1
        }
        try sink.write(rows)
        rows = RowBatch(after: rows)
        Thread.sleep(forTimeInterval: 0.002)
      } while !isOver.withLock { $0 }
    }
    done.wait()
    try session.waitUntilSent()
    try session.close()
    #expect(try value("SELECT count(), uniqExact(id) FROM vote") == "\(votes)\t\(votes)")
    let hashes = votes / 10 * 45
    #expect(
      try value("SELECT count(), uniqExact(vote_id, hash) FROM vote_hash") == "\(hashes)\t\(hashes)", "\(kills) kills")
    #expect(folder.names("s/rejected").isEmpty)
  }

  @Test func `a run that begins while the server is away has values too`() throws {
    var options = ClickHouseStore.Options()
    options.sensor = SensorOptions(stateFolder: folder.path("s"))
    let store = try ClickHouseStore(try server.address(), for: NanoSpecification.info, options: options)
    try store.open(for: .sharing).close()
    server.kill()
    let session = try store.open(for: .sharing)
    try session.withSink(keeping: Retention()) { sink in
      let rows = RowBatch(nextIDs: try session.nextIDs())
      SampleVotes.vote(rows, hashes: "A,B", time: SampleRows.noon)
      try sink.write(rows)
    }
    try server.restart()
    try session.drain { _ in true }
    try session.close()
    #expect(try value("SELECT count() FROM vote_hash") == "2")
  }

  @Test func `a sensor that is killed again and again`() throws {
    var firsts: [Int64] = []
    for kill in 0..<25 {
      let sensor = try SensorProcess(server.port, folder.path("s"), batches: 100_000, hasVotes: true)
      firsts.append(try sensor.first())
      sensor.kill(afterBatches: kill * 7 % 25, milliseconds: kill % 12)
    }
    let last = try SensorProcess(server.port, folder.path("s"), batches: 20, hasVotes: true)
    firsts.append(try last.first())
    #expect(last.isSent(afterBatches: 20))
    #expect(folder.names("s/spool").isEmpty && folder.names("s/rejected").isEmpty)
    firsts = Set(firsts).sorted()
    var votes = 0
    for (first, next) in zip(firsts, firsts.dropFirst() + [.max]) {
      // Of each run all hashes of its votes from the first one on, and none twice.
      let found = try value(
        """
        SELECT count(), uniqExact(vote_id, hash), uniqExact(vote_id), min(vote_id), max(vote_id) FROM vote_hash
        WHERE vote_id BETWEEN \(first) AND \(next - 1)
        """
      ).split(separator: "\t").compactMap { Int64($0) }
      try #require(found.count == 5)
      guard found[0] > 0 else { continue }
      #expect(found[0] == found[1] && found[0] == 3 * found[2])
      #expect(found[3] == first && found[4] - found[3] + 1 == found[2])
      votes += Int(found[2])
    }
    #expect(votes > 2000)
    #expect(try value("SELECT count() FROM vote_hash WHERE vote_id >= \(firsts.last ?? 0)") == "3000")
  }
}
