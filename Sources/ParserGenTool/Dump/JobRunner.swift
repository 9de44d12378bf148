import Foundation

/// Runs a compiled parser on a file.
struct JobRunner: Sendable {
  /// How long a file may take.
  var seconds: Double

  /// - Parameter format: of the program's output: `json`, `tree` or `result`.
  func run(_ program: String, _ parser: String, file: String, format: String) throws(JobFailure) -> ChildProcess {
    let child: ChildProcess
    do throws(DumpError) {
      // The program ends itself if this one should not be there to end it.
      let processorSeconds = String(Int(seconds.rounded(.up)) + 1)
      child = try ChildProcess.run(program, [parser, file, format, processorSeconds], seconds: seconds)
    } catch {
      throw JobFailure(status: .crash, kind: "ProcessError", message: error.description)
    }
    switch child.end {
    case .exited(0), .exited(1): return child
    case .timedOut, .killed(signal: SIGXCPU):
      throw JobFailure(status: .timeout, kind: "TimeLimit", message: "not done after \(seconds) seconds")
    // The bound of memory is that of addresses, some of which nobody uses.
    case _ where child.errorText.contains("failed to allocate") || child.peakMemory > 3 << 29:
      throw JobFailure(status: .timeout, kind: "MemoryLimit", message: "more memory is needed than is allowed")
    default: throw JobFailure(status: .crash, kind: "Crash", message: child.lastWords)
    }
  }
}
