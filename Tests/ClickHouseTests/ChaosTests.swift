import Foundation
import Synchronization
import Testing

@testable import Capture
@testable import ClickHouseStore

/// What is written to a store while everything goes wrong around it is there afterwards: all of it, and once.
@Suite(.serialized) struct ChaosTests {
  private let folder: TestFolder
  private let store: StoreUnderTest

  init() throws {
    folder = try TestFolder()
    store = try StoreUnderTest()
  }

  @Test func `a server that is killed again and again`() throws {
    let session = try store.session(folder.path("s"))
    let kills = 50
    let isOver = Mutex(false)
    let killed = Mutex(0)
    let done = DispatchSemaphore(value: 0)
    Thread { [store] in
      for kill in 0..<kills {
        // At any moment: rows are sent all the time.
        Thread.sleep(forTimeInterval: Double(kill % 10) * 0.01)
        store.server.kill()
        do { try store.server.restart() } catch { Issue.record(error) }
        killed.withLock { $0 += 1 }
      }
      isOver.withLock { $0 = true }
      done.signal()
    }.start()
    var batches = 0
    let ids = try session.nextIDs()
    try session.withSink { sink in
      try SampleRows.forEachBatch(ids, messages: 200) { rows in
        try sink.write(rows)
        batches += 1
        Thread.sleep(forTimeInterval: 0.002)
        return !isOver.withLock { $0 }
      }
    }
    done.wait()
    try session.waitUntilSent()
    try session.close()
    #expect(killed.withLock { $0 } == kills)
    try store.expect(batches, of: 200, from: ids[0], "\(kills) kills")
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `requests that are cut and answers that are lost`(seed: UInt64) throws {
    let line = try UnreliableLine(to: store.server.port, seed: seed)
    defer { line.stop() }
    // Its number by a good line.
    try store.session(folder.path("s")).close()
    let session = try store.session(folder.path("s"), port: line.port)
    // How much of both happens is left to chance.
    let first = try session.nextIDs()[0]
    var batches = 0
    try session.withSink { sink in
      try SampleRows.forEachBatch(try session.nextIDs(), messages: 100) { rows in
        try sink.write(rows)
        batches += 1
        Thread.sleep(forTimeInterval: 0.01)
        return batches < 150 || batches < 5000 && (line.counts.cutRequests < 4 || line.counts.lostAnswers < 4)
      }
    }
    line.repair()
    try session.waitUntilSent()
    try session.close()
    let counts = line.counts
    #expect(counts.cutRequests > 3 && counts.lostAnswers > 3)
    try store.expect(batches, of: 100, from: first, "seed \(seed), \(counts)")
  }

  @Test func `two sensors at once, on lines that break`() async throws {
    let firsts = try await withThrowingTaskGroup(of: Int64.self) { group in
      for number in 0..<2 {
        group.addTask { [store, folder] in
          let line = try UnreliableLine(to: store.server.port, seed: UInt64(number) + 10)
          defer { line.stop() }
          try store.session(folder.path("s\(number)")).close()
          let session = try store.session(folder.path("s\(number)"), port: line.port)
          let first = try session.write(batches: 80, messages: 100) { _ in Thread.sleep(forTimeInterval: 0.005) }
          line.repair()
          try session.waitUntilSent()
          try session.close()
          return first
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(Set(firsts.map(SensorID.sensor)).count == 2)
    for first in firsts { try store.expect(80, of: 100, from: first, "two sensors") }
  }

  @Test(.enabled(if: geteuid() == 0, "only root can mount a disk that is full soon"))
  func `the spool's disk is full for a while`() throws {
    let disk = folder.path("disk")
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    try #require(mount("tmpfs", disk, "tmpfs", 0, "size=4m") == 0)
    defer { umount2(disk, Int32(MNT_DETACH)) }
    // The spool may have more than the disk, so that it is the disk that is full; and the disk has room for what comes
    // between two batches, or there never would be any.
    let session = try store.session(disk + "/s")
    store.server.kill()
    let isRestarted = Mutex(false)
    Thread { [store, folder] in
      // What comes next has no room any more: nothing changes.
      #expect(
        holds {
          let before = freeBytes(folder.path("disk"))
          Thread.sleep(forTimeInterval: 1)
          return before < 3_500_000 && freeBytes(folder.path("disk")) == before
        })
      do { try store.server.restart() } catch { Issue.record(error) }
      isRestarted.withLock { $0 = true }
    }.start()
    let first = try session.write(batches: 300, messages: 300)
    #expect(isRestarted.withLock { $0 })
    try session.waitUntilSent()
    try session.close()
    try store.expect(300, of: 300, from: first, "disk full")
    #expect(session.droppedRows == 0)
  }

  @Test func `a sensor that is killed again and again`() throws {
    var firsts: [Int64] = []
    for kill in 0..<50 {
      let sensor = try SensorProcess(store.server.port, folder.path("s"), batches: 100_000)
      firsts.append(try sensor.first())
      // At any moment: it writes, seals, sends and forgets all the time.
      sensor.kill(afterBatches: kill * 7 % 50, milliseconds: kill % 12)
    }
    let last = try SensorProcess(store.server.port, folder.path("s"), batches: 20)
    firsts.append(try last.first())
    #expect(last.isSent(afterBatches: 20))
    #expect(folder.names("s/spool").isEmpty && folder.names("s/rejected").isEmpty)
    #expect(firsts == firsts.sorted())
    // One that was killed before it had sealed anything has used no id.
    firsts = Set(firsts).sorted()
    var rows = 0
    for (first, next) in zip(firsts, firsts.dropFirst() + [.max]) {
      // What was sealed is there once and without a hole, from the first row on; what was not is gone.
      for table in ["message", "keepalive_host"] {
        let count = try store.count(table, from: first, to: next - 1)
        #expect(count.isWhole && (count.all == 0 || count.first == first))
        rows += count.all
      }
    }
    #expect(rows > 3000)
    #expect(try store.count("message", from: firsts.last ?? 0).all == 1000)
    #expect(try store.count("keepalive_host", from: firsts.last ?? 0).all == 2000)
  }
}

/// Bytes that a disk has room for.
private func freeBytes(_ path: String) -> Int {
  var status = statvfs()
  return statvfs(path, &status) == 0 ? Int(status.f_bavail) * Int(status.f_frsize) : .max
}
