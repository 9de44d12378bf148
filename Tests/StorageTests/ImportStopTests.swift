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

  /// A pipe of that name.
  private func makePipe() throws -> String {
    let path = folder.path("pipe")
    try #require(mkfifo(path, 0o600) == 0)
    return path
  }

  /// Imports a pipe in which there are some bytes, and to which nothing more comes; ends that when it waits.
  /// - Parameter command: what the bytes are compressed with.
  private func importPart(_ bytes: [UInt8], _ command: String = "cat") throws -> ImportSummary {
    let path = try makePipe()
    let whole = try folder.write(bytes, "part")
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    // The pipe stays open.
    shell.arguments = ["-c", "exec 3<>\(path); cat \(whole) | \(command) >&3; exec sleep 3600"]
    try shell.run()
    defer {
      // SIGTERM is blocked in whatever tests start.
      kill(shell.processIdentifier, SIGKILL)
      shell.waitUntilExit()
    }
    // Many times a second while there is nothing to be read, and never before that: the sample is read at once.
    var calls = (packets: -1, count: 0)
    let importer = Importer(into: folder.path("a.db"), as: NanoSpecification.self) { progress in
      calls = progress.packets == calls.packets ? (calls.packets, calls.count + 1) : (progress.packets, 1)
      return calls.count < (progress.packets == 0 ? 300 : 3)
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
      seen.append(progress)
      return seen.count < 3
    }
    #expect(try importer.run([Self.sample, path]).isEmpty)
    #expect(seen.map(\.file) == [path, path, path] && seen.allSatisfy(\.isOpening))
    #expect(seen[0].seconds > 0 && seen[0].seconds < seen[2].seconds)
    #expect(folder.names == ["pipe"], "no database")
  }

  @Test func `an input that ends before its header is an error though somebody asks for the end later`() throws {
    let path = try folder.write([0xD4, 0xC3], "short.pcap")
    let importer = Importer(into: folder.path("a.db"), as: NanoSpecification.self) { _ in false }
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
    #expect(error?.description.contains("stopped before anything came") == true, "\(error as Any)")
    #expect(runner.status.endReason == nil && runner.status.counters.packets == 0)
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

  @Test(arguments: ["cat", "gzip -c", "gzip -c | head -c -9", "zstd -qc", "lz4 -qc", "xz -c"])
  func `an import that is ended inside of a record was stopped, and nothing is damaged`(command: String) throws {
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: Self.sample)))
    let summary = try importPart([UInt8](bytes.dropLast(7)), command)
    #expect(summary.isStopped && summary.endReason == .stopped && summary.packets > 100)
    #expect(summary.damage == nil && summary.warnings == [])
    #expect(try endReasons() == [[.text("stopped"), .integer(Int64(summary.packets))]])
  }

  @Test func `what was damaged before an import was ended is told`() throws {
    var bytes = [UInt8](try Data(contentsOf: URL(filePath: Self.sample)).dropLast(7))
    // The captured length of the second record: behind the file's header of 24 bytes and a record's of 16.
    let second = 40 + Int(bytes[32]) + Int(bytes[33]) << 8
    for place in second + 8..<second + 12 { bytes[place] = 0xFF }
    let summary = try importPart(bytes)
    #expect(summary.isStopped && summary.endReason == .stopped && summary.packets > 100)
    #expect(summary.damage?.kind == .damaged && summary.warnings.count == 1)
  }
}
