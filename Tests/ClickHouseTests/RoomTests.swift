import Foundation
import NanoParser
import Testing

@testable import Capture
@testable import ClickHouseStore

/// What is told where the spool's disk has no room for a batch, and never will have any by itself.
@Suite(.enabled(if: geteuid() == 0, "only root can mount a disk that is full soon"))
struct RoomTests {
  /// A disk of so many bytes, for a sensor's state.
  private struct Disk {
    let path: String

    init(_ folder: TestFolder, bytes: Int) throws {
      path = folder.path("disk")
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      try #require(mount("tmpfs", path, "tmpfs", 0, "size=\(bytes)") == 0)
    }

    func end() { umount2(path, Int32(MNT_DETACH)) }
  }

  private let folder: TestFolder
  private let store: StoreUnderTest

  init() throws {
    folder = try TestFolder()
    store = try StoreUnderTest()
  }

  private static var words: Regex<(Substring, Substring, Substring)> {
    /the spool's folder \S+\/spool: there are (\d+) bytes free, and a batch needs (\d+)/
  }

  @Test func `a batch that is larger than the disk's room is told, until there is room`() throws {
    let disk = try Disk(folder, bytes: 256 << 10)
    defer { disk.end() }
    let session = try store.session(disk.path + "/s")
    // It is not only used by one thread here, but so it is by the program.
    nonisolated(unsafe) let waiting = session
    let isTold = DispatchSemaphore(value: 0)
    Thread {
      #expect(holds { waiting.health?.error?.contains(Self.words) == true })
      if let found = waiting.health?.error?.firstMatch(of: Self.words) {
        #expect(Int(found.1) ?? .max < 256 << 10 && Int(found.2) ?? 0 > 256 << 10)
      }
      // Nothing is there that the server could take, so nothing would ever change.
      #expect(holds { waiting.spool.backlog.batches == 0 })
      #expect(waiting.health?.error?.contains("store_state") == true)
      isTold.signal()
      waiting.stopWaiting()
    }.start()
    try session.write(batches: 1, messages: 20_000)
    isTold.wait()
    #expect(session.droppedRows > 0)
    // Where there is room again, nobody complains any more.
    try session.write(batches: 1, messages: 10)
    #expect(holds { session.health?.error == nil })
    session.abandon()
  }

  @Test func `a run that cannot even begin says why`() throws {
    let disk = try Disk(folder, bytes: 256 << 10)
    defer { disk.end() }
    let session = try store.session(disk.path + "/s")
    let filler = open(disk.path + "/filler", O_WRONLY | O_CREAT, 0o600)
    let zeros = [UInt8](repeating: 0, count: 4096)
    while write(filler, zeros, zeros.count) > 0 {}
    close(filler)
    let run = RunRecord(
      kind: "import", source: "a.pcap", filter: nil, info: SampleRows.info, options: DecodingOptions())
    let error = #expect(throws: CaptureError.self) { try session.begin(run) }
    #expect(error?.description.contains(Self.words) == true, "\(error as Any)")
    session.abandon()
  }

  @Test func `an import that waits says why`() throws {
    let disk = try Disk(folder, bytes: 64 << 10)
    defer { disk.end() }
    let sample = CopiedStore.samples.appending(path: "node-v24-bootstrap.pcap").path
    let run = try ProgramRun(
      [
        "import", sample, "--store", "clickhouse://127.0.0.1:\(store.server.port)/nano", "--set",
        "store_state=\(disk.path)/s",
      ], in: folder)
    defer { run.kill() }
    #expect(holds { run.errors.contains(Self.words) }, "\(run.errors)")
    #expect(run.errors.contains("the store takes no rows"))
  }

  @Test func `a limit below one batch lets one batch through at a time`() throws {
    let session = try store.session(folder.path("s")) { $0.spoolBytes = 1 }
    try session.write(batches: 5, messages: 2000)
    try session.waitUntilSent()
    #expect(session.health?.error == nil && session.droppedRows == 0)
    try session.close()
    #expect(try store.count("message").all == 10_000)
  }
}
