import Foundation
import Testing

/// How captures begin, are kept, and end.
@Suite(.serialized, .enabled(if: Cable.isPossible)) struct LifeCycleTests {
  let folder: TemporaryFolder
  let cable: Cable
  let sample = Place.samples.appending(path: "node-v24-bootstrap.pcap").path

  init() throws {
    folder = try TemporaryFolder()
    cable = try Cable()
  }

  private func count(_ database: String, _ sql: String = "SELECT count(*) FROM message") -> Int {
    (try? Database(database).count(sql)) ?? -1
  }

  private func log(_ database: String) throws -> String {
    try String(contentsOf: URL(filePath: database + ".log"), encoding: .utf8)
  }

  private func stop(_ process: Process, _ signal: Int32 = SIGINT) throws {
    kill(process.processIdentifier, signal)
    try wait(20) { !process.isRunning }
    #expect(process.terminationStatus == 0)
  }

  @Test func `packets are kept in files, which give the same rows again`() throws {
    let database = folder.path("a.db")
    let process = try cable.capture(
      into: database, "--write", folder.path("raw.pcap"), "--set", "capture.write_megabytes=1")
    for _ in 0..<3 { try cable.replay(sample, packetsPerSecond: 5000) }
    try stop(process)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).filter { $0.hasPrefix("raw") }
    #expect(files.count > 1 && files.contains("raw.pcap") && files.contains("raw-1.pcap"))
    // One after another, as one capture.
    let merged = folder.path("all.pcap")
    let parts = files.sorted { ($0.count, $0) < ($1.count, $1) }
    var data = Data()
    for (index, part) in parts.enumerated() {
      data += try Data(contentsOf: URL(filePath: folder.path(part))).dropFirst(index == 0 ? 0 : 24)
    }
    try data.write(to: URL(filePath: merged))
    try nanocap("import", merged, "--database", folder.path("b.db"))
    let sql =
      "SELECT group_concat(time_us || ' ' || length || ' ' || msg_type) FROM (SELECT * FROM message ORDER BY 4, 6)"
    #expect(try Database(database).values(sql) == Database(folder.path("b.db")).values(sql))
    #expect(count(database) == 3 * LiveCaptureTests.messages)
  }

  @Test func `only so many files of packets are kept`() throws {
    let process = try cable.capture(
      into: folder.path("a.db"), "--write", folder.path("raw.pcap"), "--set", "capture.write_seconds=1", "--set",
      "capture.write_files=2")
    for _ in 0..<4 {
      try cable.replay(sample, packetsPerSecond: 3000)
    }
    try stop(process)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).filter { $0.hasPrefix("raw") }
    #expect(files.count == 2 && !files.contains("raw.pcap"))
  }

  @Test func `the capability to capture is all that is needed`() throws {
    let database = folder.path("a.db")
    chmod(folder.url.path, 0o777)
    try system("install", "-m", "755", Place.programs.appending(path: "nanocap").path, folder.path("nanocap"))
    let log = folder.url.appending(path: "log")
    try Data().write(to: log)
    let process = try cable.start(
      [
        "setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--inh-caps=-all,+net_raw",
        "--ambient-caps=-all,+net_raw", "--bounding-set=-all,+net_raw", folder.path("nanocap"), "capture",
        "--interface", "far", "--filter", "tcp", "--database", database,
      ], log: log)
    try wait(60) { try String(contentsOf: log, encoding: .utf8).contains("capturing on far") }
    try cable.replay(sample, packetsPerSecond: 5000)
    try wait(60) { count(database) == LiveCaptureTests.messages }
    try stop(process)
  }

  @Test func `root is given up once the device is open, and the device can still be opened again`() throws {
    chmod(folder.url.path, 0o777)
    let database = folder.path("a.db")
    let process = try cable.capture(into: database, "--user", "nobody")
    let status = try String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
    #expect(!status.contains("Uid:\t0") && status.contains("CapEff:\t0000000000002000\n"))
    let owner = try FileManager.default.attributesOfItem(atPath: database)[.ownerAccountName] as? String
    #expect(owner == "nobody")
    try cable.set("far", "down")
    try wait(60) { try log(database).contains("trying again") }
    try cable.set("far", "up")
    try wait(60) { try log(database).components(separatedBy: "capturing on").count > 2 }
    try cable.replay(sample, packetsPerSecond: 5000)
    try wait(60) { count(database) == LiveCaptureTests.messages }
    try stop(process, SIGTERM)
    let unknown = try nanocap("capture", "--interface", "lo", "--user", "no-such-user", "-d", folder.path("x.db"))
    #expect(unknown.status == 1 && unknown.errors.contains("there is no user 'no-such-user'"))
  }

  @Test func `a second process on the same database is told so`() throws {
    let database = folder.path("a.db")
    let process = try cable.capture(into: database)
    let outcome = try nanocap("import", sample, "--database", database)
    #expect(outcome.status == 1 && outcome.errors.contains("another process is writing to it"))
    #expect(try nanocap("query", "select count(*) from message", "--database", database).status == 0)
    try stop(process)
    #expect(try nanocap("import", sample, "--database", database).status == 0)
  }

  @Test func `a capture ends at the database's greatest size, and says so`() throws {
    let database = folder.path("a.db")
    let log = folder.path("out.txt")
    try Data().write(to: URL(filePath: log))
    let process = try cable.capture(into: database, "--no-console", "--set", "capture.max_capture_megabytes=1")
    try cable.replay(sample, packetsPerSecond: 5000)
    try wait(20) { !process.isRunning }
    #expect(process.terminationStatus == 0)
    #expect(try Database(database).values("SELECT end_reason FROM run WHERE ended NOT NULL") == ["database size"])
  }

  @Test func `a full disk keeps what was committed, and ends the capture`() throws {
    let disk = folder.path("disk")
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    try #require(try system("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk).status == 0)
    defer { _ = try? system("umount", "-l", disk) }
    let database = disk + "/a.db"
    let process = try cable.capture(into: database)
    try cable.replay(sample, packetsPerSecond: 1500)
    try wait(20) { !process.isRunning }
    #expect(process.terminationStatus == 1)
    #expect(try log(database).contains("the disk is full"))
    #expect(try Database(database).values("PRAGMA integrity_check") == ["ok"])
    #expect(count(database) > 50)
    let imported = try nanocap("import", sample, "--database", disk + "/b.db")
    #expect(imported.status == 1 && imported.errors.contains("the disk is full"))
    #expect(try !FileManager.default.contentsOfDirectory(atPath: disk).contains { $0.hasPrefix("b.db") })
  }

  @Test func `SIGHUP reads the configuration again, and a wrong one changes nothing`() throws {
    let file = URL(filePath: folder.path("my.config"))
    func configure(_ text: String) throws { try Data("{\"capture\": {\(text)}}".utf8).write(to: file) }
    try configure("\"filter\": \"tcp port 9\"")
    let database = folder.path("a.db")
    let process = try cable.capture(into: database, "--config", file.path)
    try cable.replay(sample, packetsPerSecond: 5000)
    try configure("\"filter\": \"tcp prot 9\"")
    kill(process.processIdentifier, SIGHUP)
    try wait(60) { try log(database).contains("left as it was: filter 'tcp prot 9'") }
    try configure("\"filter\": \"tcp\", \"block_details\": false")
    kill(process.processIdentifier, SIGHUP)
    try wait(60) { try log(database).contains("read again") }
    try cable.replay(sample, packetsPerSecond: 5000)
    try stop(process)
    #expect(count(database) == LiveCaptureTests.messages)
    #expect(count(database, "SELECT count(*) FROM block_state") == 0)
  }

  @Test func `drops are counted exactly where the database cannot keep up`() throws {
    let database = folder.path("a.db")
    // A buffer for a few packets, and a flood.
    let process = try cable.capture(into: database, "--buffer", "1")
    let sent = 20 * LiveCaptureTests.packets
    let outcome = try cable.start(
      ["tcpreplay", "-q", "-i", "near", "--loop", "20", "--topspeed", sample], log: nil)
    outcome.waitUntilExit()
    try stop(process)
    let row = try #require(try Database(database).rows("SELECT * FROM run").first)
    let (packets, kernel) = (
      Int(row["packets"]?.flatMap { $0 } ?? ""), Int(row["dropped_kernel"]?.flatMap { $0 } ?? "")
    )
    #expect((packets ?? 0) + (kernel ?? 0) == sent, "\(row)")
  }

  @Test func `drops of a device that was lost are counted on`() throws {
    let database = folder.path("a.db")
    let process = try cable.capture(into: database, "--buffer", "1")
    func counted() -> Int { count(database, "SELECT packets + dropped_kernel FROM run") }
    let sent = 20 * LiveCaptureTests.packets
    let flood = try cable.start(
      ["tcpreplay", "-q", "-i", "near", "--loop", "20", "--topspeed", sample], log: nil)
    // However quick the program is, who does not run cannot keep up.
    kill(process.processIdentifier, SIGSTOP)
    flood.waitUntilExit()
    kill(process.processIdentifier, SIGCONT)
    try wait(60) { counted() == sent }
    let dropped = count(database, "SELECT dropped_kernel FROM run")
    #expect(dropped > 0)
    try cable.unplug()
    try wait(60) { try log(database).contains("disappeared; trying again") }
    try cable.plug()
    try wait(60) { try log(database).components(separatedBy: "capturing on").count > 2 }
    try cable.replay(sample, packetsPerSecond: 3000)
    try wait(60) { counted() == sent + LiveCaptureTests.packets }
    try stop(process)
    #expect(counted() == sent + LiveCaptureTests.packets)
    #expect(count(database, "SELECT dropped_kernel FROM run") >= dropped)
  }

  @Test func `what is at its end when the signal comes is still taken`() throws {
    for round in 0..<5 {
      let database = folder.path("\(round).db")
      let process = try cable.capture(into: database)
      try cable.replay(sample, packetsPerSecond: 20000)
      try stop(process)
      #expect(count(database) == LiveCaptureTests.messages)
    }
  }
}
