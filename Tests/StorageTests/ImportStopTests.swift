import Foundation
import NanoParser
import Synchronization
import Testing

@testable import Capture

/// Imports that are ended while they wait for what others write.
@Suite struct ImportStopTests {
  private static let sample = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Samples/node-v25-ascending.pcap").path

  private let folder: Folder

  init() throws { folder = try Folder() }

  /// A pipe that nobody has opened. After two minutes somebody does, so that whoever waits for that fails and does not hang.
  private func makePipe() throws -> String {
    let path = folder.path("pipe")
    try #require(mkfifo(path, 0o600) == 0)
    Thread {
      sleep(120)
      close(open(path, O_WRONLY | O_NONBLOCK))
    }.start()
    return path
  }

  /// What a shell makes of a file.
  private func output(_ command: String, _ bytes: [UInt8]) throws -> [UInt8] {
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.arguments = ["-c", "cat \(try folder.write(bytes, "plain")) | \(command) > \(folder.path("made"))"]
    try shell.run()
    shell.waitUntilExit()
    return [UInt8](try Data(contentsOf: URL(filePath: folder.path("made"))))
  }

  /// Imports a pipe in which there are some bytes, and to which nothing more comes; ends that when all of them are read.
  private func importPart(_ bytes: [UInt8]) throws -> ImportSummary {
    let path = try makePipe()
    // Both ends: so it has no end.
    let descriptor = open(path, O_RDWR)
    defer { close(descriptor) }
    let isWritten = Flag()
    Thread {
      // What is no longer read is not waited for: the process ends all the same.
      if write(descriptor, bytes, bytes.count) == bytes.count { isWritten.raise() }
    }.start()
    var calls = (packets: -1, count: 0)
    let importer = Importer(into: folder.path("a.db"), as: NanoSpecification.self) { progress in
      guard isWritten.isRaised else { return true }
      calls = progress.packets == calls.packets ? (calls.packets, calls.count + 1) : (progress.packets, 1)
      return calls.count < 3
    }
    return try #require(try importer.run([path]).first)
  }

  private func endReasons() throws -> [[QueryValue]] {
    let cursor = try QueryCursor(
      "SELECT end_reason, packets FROM run", on: ReadConnection(path: folder.path("a.db")), limits: QueryLimits())
    var rows: [[QueryValue]] = []
    while try cursor.step() { rows.append(cursor.row) }
    return rows
  }

  // MARK: Before anything has come

  @Test func `what nobody writes to is waited for, and an import of it can be ended`() throws {
    let path = try makePipe()
    var seen: [ImportProgress] = []
    let importer = Importer(into: folder.path("a.db"), as: NanoSpecification.self) { progress in
      // On a slow machine the sample's opening is told too.
      if progress.file == path { seen.append(progress) }
      return seen.count < 3
    }
    #expect(try importer.run([Self.sample, path]).isEmpty)
    #expect(seen.count == 3 && seen.allSatisfy(\.isOpening))
    #expect(seen[0].seconds > 0 && seen[0].seconds < seen[2].seconds)
    #expect(folder.names == ["pipe"], "no database")
  }

  @Test func `a pipe that ends before its header is an error`() throws {
    let path = try makePipe()
    Thread {
      let descriptor = open(path, O_WRONLY)
      _ = write(descriptor, [0xD4, 0xC3] as [UInt8], 2)
      close(descriptor)
    }.start()
    let importer = Importer(into: folder.path("a.db"), as: NanoSpecification.self)
    #expect(throws: CaptureError.self) { try importer.run([path]) }
  }

  @Test func `who starts an import is told that it runs when it is open, or that it was stopped before`() async throws {
    let path = try makePipe()
    let isOver = Atomic(false)
    let opening = Atomic(0)
    let control = ActivityRunner.Control(
      isStopRaised: { isOver.load(ordering: .relaxed) }, takeReload: { false },
      liveOptions: { LiveOptions(interface: $0 ?? "none") }, decodingOptions: { DecodingOptions() })
    let runner = ActivityRunner(database: folder.path("a.db"), as: NanoSpecification.self, control: control) { event in
      if case .importing(let progress) = event, progress.isOpening { opening.add(1, ordering: .relaxed) }
    }
    Thread { runner.serve() }.start()
    let started = Task { try await runner.startImport(ImportRequest([path])) }
    for _ in 0..<6000 where opening.load(ordering: .relaxed) < 2 { try await Task.sleep(for: .milliseconds(10)) }
    #expect(runner.status.activity == .importing(file: path))
    await runner.stop()
    let error = await #expect(throws: CaptureError.self) { try await started.value }
    #expect(error?.description == CaptureError.stoppedAtOpening.description, "\(error as Any)")
    // For whoever looks at it that is no error.
    #expect(runner.status.endReason == nil && runner.status.counters.packets == 0 && runner.status.error == nil)
    isOver.store(true, ordering: .relaxed)
  }

  @Test func `a pipe without a message is not opened again to see what else it holds`() throws {
    let path = try makePipe()
    let descriptor = open(path, O_RDWR)
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: Self.sample)).prefix(24))
    #expect(write(descriptor, bytes, bytes.count) == bytes.count)
    // Whoever reads it all the same comes to an end.
    Thread {
      sleep(1)
      close(descriptor)
    }.start()
    #expect(TrafficGlance(path: path, NanoSpecification.info, filter: nil) == nil)
  }

  // MARK: Midway

  /// The sample without the end of its last packet.
  private static var cut: [UInt8] {
    get throws { [UInt8](try Data(contentsOf: URL(filePath: sample)).dropLast(7)) }
  }

  @Test(arguments: ["cat", "gzip -c", "gzip -c | head -c -9", "zstd -qc", "lz4 -qc", "xz -c"])
  func `an import that is ended inside of a record was stopped, and nothing is damaged`(command: String) throws {
    let summary = try importPart(output(command, Self.cut))
    #expect(summary.isStopped && summary.endReason == .stopped && summary.packets > 100)
    #expect(summary.damage == nil && summary.warnings == [])
    #expect(try endReasons() == [[.text("stopped"), .integer(Int64(summary.packets))]])
  }

  @Test func `nor is a record damaged that would be one if it was cut off`() throws {
    var bytes = try Self.cut
    var (last, place) = (24, 24)
    while place < bytes.count {
      last = place
      place += 16 + Int(bytes[place + 8]) + Int(bytes[place + 9]) << 8
    }
    // Years after all others.
    bytes[last + 3] &+= 8
    let summary = try importPart(bytes)
    #expect(summary.isStopped && summary.packets > 100 && summary.damage == nil && summary.warnings == [])
  }

  @Test func `what was damaged before an import was ended is told`() throws {
    var bytes = try Self.cut
    // The captured length of the second record: behind the file's header of 24 bytes and a record's of 16.
    let second = 40 + Int(bytes[32]) + Int(bytes[33]) << 8
    for place in second + 8..<second + 12 { bytes[place] = 0xFF }
    let summary = try importPart(bytes)
    #expect(summary.isStopped && summary.endReason == .stopped && summary.packets > 100)
    #expect(summary.damage?.kind == .damaged && summary.warnings.count == 1)
  }

  @Test func `an import that has found no packet that it can read was stopped like any other`() throws {
    var bytes = try Self.cut
    // The link type: one that is for private use.
    (bytes[20], bytes[21]) = (147, 0)
    let summary = try importPart(bytes)
    #expect(summary.isStopped && summary.endReason == .stopped && summary.packets == 0)
    guard case .linkType? = summary.warnings.first else {
      Issue.record("\(summary.warnings)")
      return
    }
  }

  // MARK: Without a pause

  @Test func `an import whose filter passes nothing can be ended while packets come`() throws {
    let path = try makePipe()
    let writer = Process()
    writer.executableURL = URL(filePath: "/usr/bin/timeout")
    // It ends when nobody reads any more, and else by itself.
    let packets = "while tail -c +25 \(Self.sample); do :; done"
    writer.arguments = ["--signal=KILL", "20", "sh", "-c", "(cat \(Self.sample); \(packets)) > \(path) 2> /dev/null"]
    try writer.run()
    var seen: [ImportProgress] = []
    let importer = Importer(into: folder.path("a.db"), as: NanoSpecification.self, filter: "udp port 9") { progress in
      if !progress.isOpening { seen.append(progress) }
      return seen.count < 3
    }
    let summary = try #require(try importer.run([path]).first)
    #expect(summary.isStopped && summary.packets == 0 && summary.damage == nil && seen.count == 3)
    writer.waitUntilExit()
  }

  @Test func `whether reading goes on is asked now and then, and is the last that is asked`() throws {
    let file = try folder.write([UInt8](repeating: 1, count: 100), "file")
    var (asked, goesOn) = (0, true)
    let input = FileInput(descriptor: open(file, O_RDONLY), mayWait: false) {
      asked += 1
      return goesOn
    }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 10, alignment: 1)
    defer { buffer.deallocate() }
    usleep(250_000)
    #expect(input.read(into: buffer) == 10 && asked == 1 && !input.wasEnded)
    goesOn = false
    usleep(250_000)
    #expect(input.read(into: buffer) == 0 && asked == 2 && input.wasEnded && input.failure == nil)
    usleep(250_000)
    #expect(input.read(into: buffer) == 0 && asked == 2 && input.position == 10)
  }
}

/// What another thread tells.
private final class Flag: Sendable {
  private let flag = Atomic(false)
  func raise() { flag.store(true, ordering: .relaxed) }
  var isRaised: Bool { flag.load(ordering: .relaxed) }
}
