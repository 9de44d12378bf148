import Foundation
import Testing

/// kill -9 at any moment, a hundred times each.
@Suite struct KillTests {
  let folder: TemporaryFolder
  let sample = Place.samples.appending(path: "node-v24-bootstrap.pcap").path

  init() throws { folder = try TemporaryFolder() }

  // MARK: Captures

  /// Nothing but the program decides what is missing: its databases are in memory, it goes before all else that runs, and
  /// for the time that it waited for a processor all the same it is not to blame.
  @Test(.enabled(if: Cable.isPossible)) func `a capture that is killed lacks at most the last second`() throws {
    let disk = folder.path("memory")
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    try #require(try system("mount", "-t", "tmpfs", "-o", "size=1g", "tmpfs", disk).status == 0)
    defer { _ = try? system("umount", "-l", disk) }
    let cable = try Cable()
    // One that is not killed tells what there was.
    let whole = disk + "/whole.db"
    let witness = try cable.capture(into: whole)
    _ = try cable.replayForever(sample, packetsPerSecond: 500)
    var (compared, kills, batch) = (0, 0, 0)
    // On a machine that is busy, captures have less that they must not lack.
    while kills < 100 || compared <= 10_000 {
      batch += 1
      try #require(batch < 30, "the machine is too busy for captures that lose nothing")
      let databases = (0..<10).map { "\(disk)/\(batch)-\($0).db" }
      let processes = try cable.captures(into: databases)
      let begun = processes.map { WaitingTime(of: $0) }
      // Much later than a second after the start, so that there is something to be compared.
      var moments = databases.indices.map { (index: $0, time: Date(timeIntervalSinceNow: .random(in: 1.5...4))) }
      moments.sort { $0.time < $1.time }
      var limits = [Int](repeating: 0, count: databases.count)
      for (index, time) in moments {
        Thread.sleep(until: time)
        let waited = WaitingTime(of: processes[index]).since(begun[index])
        // Before the kill: what comes between is not to be there.
        limits[index] = Int((Date().timeIntervalSince1970 - 1 - waited) * 1e6)
        kill(processes[index].processIdentifier, SIGKILL)
      }
      processes.forEach { $0.waitUntilExit() }
      let last = limits.max() ?? 0
      try wait(60) { try Database(whole).count("SELECT max(time_us) FROM message") > last }
      for (database, limit) in zip(databases, limits) {
        if let count = try expectWhole(database, until: limit, asIn: whole) {
          compared += count
          kills += 1
        }
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: database + suffix) }
      }
    }
    kill(witness.processIdentifier, SIGINT)
    witness.waitUntilExit()
    #expect(try Database(whole).values("SELECT dropped_kernel + dropped_queue FROM run") == ["0"])
  }

  /// Compares messages until a time, in µs, with those of a capture that saw the same.
  /// - Returns: How many there were; nil where the capture itself tells of packets that it has not got.
  private func expectWhole(_ database: String, until limit: Int, asIn whole: String) throws -> Int? {
    let reader = try Database(database)
    #expect(try reader.values("PRAGMA integrity_check") == ["ok"])
    #expect(try reader.values("SELECT ended FROM run") == [nil])
    guard try reader.count("SELECT coalesce(dropped_kernel + dropped_queue, 0) FROM run") == 0 else { return nil }
    _ = try reader.values("ATTACH '\(whole)' AS whole")
    func messages(_ schema: String) -> String {
      """
      SELECT m.time_us, m.length, f.srcport, f.opened_us
      FROM \(schema).message m JOIN \(schema).flow f ON f.id = m.flow_id
      """
    }
    // Of connections that began within the capture.
    let row = try #require(
      try reader.rows(
        """
        WITH wanted AS (
          SELECT * FROM (\(messages("whole")))
          WHERE opened_us >= (SELECT min(opened_us) FROM main.flow WHERE NOT midstream) AND time_us <= \(limit)),
        missing AS (SELECT * FROM wanted EXCEPT \(messages("main")))
        SELECT (SELECT count(*) FROM wanted) AS wanted, (SELECT count(*) FROM missing) AS missing,
          (SELECT min(time_us) FROM missing) AS first
        """
      ).first)
    #expect(row["missing"] == "0", "\(database): \(row), until \(limit)")
    return row["wanted"].flatMap { $0 }.flatMap { Int($0) } ?? 0
  }

  // MARK: Imports

  @Test(arguments: 0..<4) func `an import that is killed leaves what was committed, and can be done again`(
    part: Int
  ) throws {
    let database = folder.path("a.db")
    var duration = try time { try nanocap("import", sample, "--database", database) }
    var (before, attempts, interrupted) = (LiveCaptureTests.messages, 0, 0)
    while attempts < 25 || interrupted <= 5 {
      attempts += 1
      try #require(attempts < 200, "imports end before they can be killed")
      let process = try killed(["import", sample, "--again", "--database", database], within: duration)
      if process.terminationReason == .uncaughtSignal {
        interrupted += 1
      } else {
        // The first one was slower than this one, whatever else the machine did then.
        duration *= 0.8
      }
      let reader = try Database(database)
      #expect(try reader.values("PRAGMA integrity_check") == ["ok"])
      let now = try reader.count("SELECT count(*) FROM message")
      #expect(now >= before)
      before = now
    }
    let reader = try Database(database)
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
    let arguments = ["import", sample, sample, sample, "--again", "--database", database]
    let duration = try time { try run(Place.programs.appending(path: "nanocap"), arguments) }
    func remove() {
      for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: database + suffix) }
    }
    remove()
    for _ in 0..<20 {
      try killed(arguments, within: duration)
      guard FileManager.default.fileExists(atPath: database) else { continue }
      // It was done, if only just: then it is whole.
      #expect(try Database(database).count("SELECT count(*) FROM message") == 3 * LiveCaptureTests.messages)
      remove()
    }
    #expect(try nanocap("import", sample, "--database", database).status == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["new.db"])
  }

  /// Seconds that something takes.
  private func time(_ body: () throws -> Outcome) throws -> Double {
    let begun = Date()
    try #require(try body().status == 0)
    return Date().timeIntervalSince(begun)
  }

  /// Starts nanocap, and kills it at a moment of the time that it takes.
  @discardableResult
  private func killed(_ arguments: [String], within duration: Double) throws -> Process {
    let process = Process()
    process.executableURL = Place.programs.appending(path: "nanocap")
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    Thread.sleep(forTimeInterval: .random(in: 0.01...max(0.02, duration)))
    endAtOnce(process)
    return process
  }
}
