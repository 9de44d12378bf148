import Foundation
import Testing

/// kill -9 at any moment, a hundred times each.
@Suite(.serialized) struct KillTests {
  let folder: TemporaryFolder
  let sample = Place.samples.appending(path: "node-v24-bootstrap.pcap").path

  init() throws { folder = try TemporaryFolder() }

  @Test(.enabled(if: Cable.isPossible)) func `a capture that is killed lacks at most the last second`() throws {
    let cable = try Cable()
    // One that is not killed tells what there was.
    let whole = folder.path("whole.db")
    let witness = try cable.capture(into: whole)
    let replay = try cable.replayForever(sample, packetsPerSecond: 1000)
    var killed: [(database: String, time: Int)] = []
    for batch in 0..<10 {
      let processes = try (0..<10).map { index in
        let database = folder.path("\(batch)-\(index).db")
        return (database, try cable.capture(into: database, "--set", "capture.buffer_megabytes=8"))
      }
      Thread.sleep(forTimeInterval: 1)
      for (database, process) in processes {
        Thread.sleep(forTimeInterval: Double.random(in: 0...0.25))
        kill(process.processIdentifier, SIGKILL)
        killed.append((database, Int(Date().timeIntervalSince1970 * 1e6)))
        process.waitUntilExit()
      }
    }
    kill(replay.processIdentifier, SIGTERM)
    kill(witness.processIdentifier, SIGINT)
    witness.waitUntilExit()
    #expect(try Database(whole).values("SELECT dropped_kernel + dropped_queue FROM run") == ["0"])
    var compared = 0
    for (database, time) in killed {
      let reader = try Database(database)
      #expect(try reader.values("PRAGMA integrity_check") == ["ok"])
      #expect(try reader.values("SELECT ended FROM run") == [nil])
      // Of connections that began within the capture.
      let begin = try reader.count("SELECT min(opened_us) FROM flow WHERE NOT midstream")
      let wanted = try Database(whole).values(
        """
        SELECT m.time_us || ' ' || m.length || ' ' || f.srcport FROM message m JOIN flow f ON f.id = m.flow_id
        WHERE f.opened_us >= \(begin) AND m.time_us <= \(time - 1_000_000)
        """)
      let found = Set(
        try reader.values(
          "SELECT m.time_us || ' ' || m.length || ' ' || f.srcport FROM message m JOIN flow f ON f.id = m.flow_id"))
      let missing = wanted.filter { !found.contains($0) }
      #expect(missing.isEmpty, "\(database): \(missing.count) of \(wanted.count)")
      compared += wanted.count
    }
    #expect(compared > 10_000)
  }

  @Test func `an import that is killed leaves what was committed, and can be done again`() throws {
    let database = folder.path("a.db")
    try nanocap("import", sample, "--database", database)
    var (before, interrupted) = (LiveCaptureTests.messages, 0)
    for _ in 0..<100 {
      let process = Process()
      process.executableURL = Place.programs.appending(path: "nanocap")
      process.arguments = ["import", sample, "--again", "--database", database]
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      Thread.sleep(forTimeInterval: Double.random(in: 0.02...0.4))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      interrupted += process.terminationReason == .uncaughtSignal ? 1 : 0
      let reader = try Database(database)
      #expect(try reader.values("PRAGMA integrity_check") == ["ok"])
      let now = try reader.count("SELECT count(*) FROM message")
      #expect(now >= before)
      before = now
    }
    let reader = try Database(database)
    #expect(interrupted > 20)
    // Runs that ended have all their messages; those that were killed can be told by their missing end.
    #expect(
      try reader.count(
        """
        SELECT count(*) FROM run r WHERE ended NOT NULL AND
        (SELECT count(*) FROM message m JOIN flow f ON f.id = m.flow_id WHERE f.run_id = r.id) <> \(LiveCaptureTests.messages)
        """) == 0)
    #expect(try reader.count("SELECT count(DISTINCT source_identity) FROM run") == 1)
    #expect(try reader.count("SELECT count(*) FROM vote WHERE packet_id NOT IN (SELECT id FROM message)") == 0)
    #expect(try nanocap("import", sample, "--again", "--database", database).status == 0)
  }

  @Test func `an import into a new file that is killed leaves no database, and is no obstacle`() throws {
    let database = folder.path("new.db")
    for _ in 0..<20 {
      let process = Process()
      process.executableURL = Place.programs.appending(path: "nanocap")
      process.arguments = ["import", sample, sample, sample, "--again", "--database", database]
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      Thread.sleep(forTimeInterval: Double.random(in: 0.02...0.3))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      guard FileManager.default.fileExists(atPath: database) else { continue }
      // It was done, if only just: then it is whole.
      #expect(try Database(database).count("SELECT count(*) FROM message") == 3 * LiveCaptureTests.messages)
      for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: database + suffix) }
    }
    #expect(try nanocap("import", sample, "--database", database).status == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["new.db"])
  }
}
