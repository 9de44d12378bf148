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
}
