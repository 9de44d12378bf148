import Foundation
import Synchronization
import Testing

/// Time as a program has it that shares the processors with others: on a machine with twice as much to do as it has
/// processors, a second counts half. So bounds of time can be as tight as they are on an idle machine.
struct FairTime {
  private var last = ProcessInfo.processInfo.systemUptime
  /// Seconds so far, up to the last `advance`.
  private(set) var seconds = 0.0

  /// Counts the time since the last call.
  /// - Returns: `seconds`.
  @discardableResult
  mutating func advance() -> Double {
    let now = ProcessInfo.processInfo.systemUptime
    seconds += (now - last) * Self.share
    last = now
    return seconds
  }

  /// The part of a processor that each of those has who would run now.
  private static var share: Double {
    // 0.20 0.18 0.12 1/80 11206: what would run is before the slash.
    let load = try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)
    let runnable = load?.split(separator: " ").dropFirst(3).first?.split(separator: "/").first.flatMap { Double($0) }
    return min(1, Double(ProcessInfo.processInfo.activeProcessorCount) / max(1, runnable ?? 1))
  }
}

/// Waits until something holds.
/// - Parameter seconds: of fair time.
func wait(_ seconds: Double, _ condition: () throws -> Bool) throws {
  var time = FairTime()
  while try !condition() {
    try #require(time.advance() < seconds, "not in \(seconds) seconds")
    Thread.sleep(forTimeInterval: 0.05)
  }
}

/// Does something.
/// - Returns: The seconds of fair time that it took.
func duration(of body: () throws -> Void) rethrows -> Double {
  let clock = FairClock()
  defer { clock.stop() }
  try body()
  return clock.seconds
}

/// Fair time that is counted while a thread does something else.
private final class FairClock: Sendable {
  private let time = Mutex(FairTime())
  private let isOver = DispatchSemaphore(value: 0)

  init() {
    Thread.detachNewThread { [self] in
      while isOver.wait(timeout: .now() + 0.1) == .timedOut { time.withLock { _ = $0.advance() } }
    }
  }

  var seconds: Double { time.withLock { $0.advance() } }

  func stop() { isOver.signal() }
}

/// How processes come by their time.
enum Priority {
  /// What runs a program before all others. Where that is not permitted `nice` says so, and runs it like any other.
  static let first = ["nice", "-n", "-20"]
}

/// How long the threads of a process could have run and had no processor.
struct WaitingTime {
  /// Seconds since its start, for each thread; none where the system does not count them.
  private let threads: [String: Double]

  init(of process: Process) {
    let tasks = "/proc/\(process.processIdentifier)/task"
    threads = ((try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []).reduce(into: [:]) { times, thread in
      let counters = (try? String(contentsOfFile: "\(tasks)/\(thread)/schedstat", encoding: .utf8)) ?? ""
      let nanoseconds = counters.split(separator: " ").dropFirst().first.flatMap { Double($0) }
      times[thread] = nanoseconds.map { $0 / 1e9 }
    }
  }

  /// Seconds of all threads that there are now. What threads have waited that have ended counts no more.
  func since(_ former: WaitingTime) -> Double {
    threads.reduce(0) { $0 + $1.value - (former.threads[$1.key] ?? 0) }
  }
}

/// Lets time pass for a process: that in which it waited for a processor does not count.
func letRun(_ process: Process, seconds: Double) {
  let (begun, former) = (ProcessInfo.processInfo.systemUptime, WaitingTime(of: process))
  repeat {
    Thread.sleep(forTimeInterval: 0.05)
  } while ProcessInfo.processInfo.systemUptime - begun < seconds + WaitingTime(of: process).since(former)
}
