import Foundation
import NanoParser
import Testing

@testable import Capture

/// Ending what a runner does.
@Suite struct ActivityRunnerTests {
  @Test func `a cancelled task that stops an import waits for its end, without asking again and again`() async throws {
    let (began, mayEnd) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let control = ActivityRunner.Control(
      isStopRaised: { false }, takeReload: { false }, liveOptions: { LiveOptions(interface: $0 ?? "none") },
      decodingOptions: {
        began.signal()
        mayEnd.wait()
        return DecodingOptions()
      })
    let runner = ActivityRunner(
      database: "/nonexistent/a.db", as: NanoSpecification.self, control: control, report: { _ in })
    // The import fails when it is let go on: there is no such file.
    Thread {
      try? runner.importFiles(ImportRequest(["/nonexistent/a.pcap"]))
    }.start()
    await withCheckedContinuation { continuation in
      Thread {
        began.wait()
        continuation.resume()
      }.start()
    }
    let stopping = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      await runner.stop()
      return (runner.status.activity, Task.isCancelled)
    }
    // It is one of those who are woken; nothing else would end it.
    while runner.waiterCount == 0 { await Task.yield() }
    #expect(runner.status.activity != .idle)
    mayEnd.signal()
    let (activity, isCancelled) = await stopping.value
    #expect(activity == .idle && isCancelled)
    #expect(runner.waiterCount == 0)
    await runner.stop()
  }

  @Test func `what cannot begin leaves the figures of the last run`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "nanocap-runner-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let control = ActivityRunner.Control(
      isStopRaised: { false }, takeReload: { false },
      liveOptions: { LiveOptions(interface: $0 ?? "no-such-interface") },
      decodingOptions: { DecodingOptions() })
    let runner = ActivityRunner(
      database: folder.appending(path: "a.db").path, as: NanoSpecification.self, control: control, report: { _ in })
    let sample = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Samples/node-v25-ascending.pcap").path
    try runner.importFiles(ImportRequest([sample]))
    let last = runner.status
    #expect(last.counters.packets > 100 && last.endReason == .endOfFile && last.error == nil)
    func check(_ start: () throws -> Void) {
      #expect(throws: CaptureError.self, performing: start)
      let status = runner.status
      #expect(status.counters.packets == last.counters.packets && status.endReason == .endOfFile)
      #expect(status.activity == .idle && status.error != nil)
    }
    check { try runner.capture() }
    check { try runner.importFiles(ImportRequest(["/nonexistent/a.pcap"])) }
    // A file that has been imported before is left out, which is no run.
    try runner.importFiles(ImportRequest([sample]))
    #expect(runner.status.counters.packets == last.counters.packets)
  }

  @Test func `who wants another file of a capture that ends first is told so`() async throws {
    let (began, mayEnd) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let control = ActivityRunner.Control(
      isStopRaised: { false }, takeReload: { false },
      takeRotation: {
        began.signal()
        mayEnd.wait()
        return false
      }, liveOptions: { LiveOptions(interface: $0 ?? "no-such-interface") }, decodingOptions: { DecodingOptions() })
    let runner = ActivityRunner(
      database: "/nonexistent/a.db", as: NanoSpecification.self, control: control, report: { _ in })
    await #expect(throws: CaptureError.self) { try await runner.rotateCapture() }
    // The capture fails when it is let go on: there is no such device.
    Thread { _ = try? runner.capture() }.start()
    await withCheckedContinuation { continuation in
      Thread {
        began.wait()
        continuation.resume()
      }.start()
    }
    let rotating = Task { try await runner.rotateCapture() }
    while runner.rotationCount == 0 { await Task.yield() }
    mayEnd.signal()
    let error = await #expect(throws: CaptureError.self) { try await rotating.value }
    #expect(error?.description == "the capture has ended")
    #expect(runner.rotationCount == 0)
  }
}
