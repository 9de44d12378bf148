import Dispatch
import Foundation
import Synchronization

/// A process that ran to its end, or to the limit of its time.
struct ChildProcess {
  enum End: Equatable {
    case exited(Int32)
    case killed(signal: Int32)
    case timedOut
  }

  var end: End
  var output: [UInt8] = []
  /// What it wrote to standard error; no more than is worth reading.
  var errors: [UInt8] = []
  /// The most memory that it had, in bytes.
  var peakMemory = 0

  var errorText: String { String(decoding: errors, as: UTF8.self) }
  var succeeded: Bool { end == .exited(0) }

  /// Runs a program and waits for it, with nothing as its standard input.
  /// - Parameters:
  ///   - seconds: how long it may take before it is killed, with all processes that it started.
  static func run(_ program: String, _ arguments: [String], seconds: Double) throws(DumpError) -> ChildProcess {
    let (output, errors) = (try Pipe.open(), try Pipe.open())
    defer { for pipe in [output, errors] { close(pipe.reading) } }
    let started = Result { () throws(DumpError) in
      try start(program, arguments, output: output.writing, errors: errors.writing)
    }
    // What the process has of them is to be all that keeps them open.
    for pipe in [output, errors] { close(pipe.writing) }
    let process = try started.get()
    let deadline = ContinuousClock.now + .seconds(seconds)
    var child = ChildProcess(end: .timedOut)
    let isInTime = child.collect(output.reading, errors.reading, until: deadline)
    if !isInTime { kill(-process, SIGKILL) }
    child.wait(for: process, until: deadline)
    running.withLock { _ = $0.remove(process) }
    return child
  }

  // MARK: Starting

  private struct Pipe {
    var reading: Int32
    var writing: Int32

    static func open() throws(DumpError) -> Pipe {
      var ends: [Int32] = [0, 0]
      // Under the lock: what is started between the two would keep the pipe open.
      let code = running.withLock { _ in
        guard pipe(&ends) == 0 else { return errno }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return 0
      }
      guard code == 0 else { throw DumpError("no pipe: \(String(cString: strerror(code)))") }
      return Pipe(reading: ends[0], writing: ends[1])
    }
  }

  private static let startAttempts = 200
  /// In µs.
  private static let startInterval: UInt32 = 10_000

  private static func start(
    _ program: String, _ arguments: [String], output: Int32, errors: Int32
  ) throws(DumpError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A group of its own, so that a compiler ends with the processes that do its work.
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF))
    var ignored = sigset_t()
    sigemptyset(&ignored)
    for number in endingSignals { sigaddset(&ignored, number) }
    posix_spawnattr_setsigdefault(&attributes, &ignored)
    // Swift would look for the names of functions in a crash for seconds.
    var environment = ProcessInfo.processInfo.environment
    environment["SWIFT_BACKTRACE"] = "enable=no"
    let words = ([program] + arguments).map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in words + variables { free(text) } }
    var process: pid_t = 0
    var code: Int32 = 0
    for attempt in 0..<startAttempts {
      if attempt > 0 { usleep(startInterval) }
      // Under the lock: whoever is asked to end ends all that is started.
      code = running.withLock { running in
        let code = posix_spawn(&process, program, &actions, &attributes, words, variables)
        if code == 0 { running.insert(process) }
        return code
      }
      // Between fork and exec any process that is started has open what this one is writing: a program that was written
      // meanwhile cannot be run for that moment, although it is complete.
      guard code == ETXTBSY else { break }
    }
    guard code == 0 else { throw DumpError("\(program): cannot be started: \(String(cString: strerror(code)))") }
    return process
  }

  // MARK: Ending

  /// The processes that run, each the leader of its group.
  private static let running = Mutex<Set<pid_t>>([])

  /// When this process is asked to end, all that it has started ends first: a terminal's signals do not reach groups of
  /// their own.
  static func endAllWithThis() {
    for number in endingSignals {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        running.withLock { running in
          for process in running { kill(-process, SIGKILL) }
          signal(number, SIG_DFL)
          // To this very thread: a signal to the process may be taken by whoever watches for it, and this would be waited
          // for for ever. Threads of a dispatch queue have signals blocked.
          var own = sigset_t()
          sigemptyset(&own)
          sigaddset(&own, number)
          pthread_sigmask(SIG_UNBLOCK, &own, nil)
          raise(number)
          // Should that not be the end: the status that a shell gives such an end.
          _exit(128 + number)
        }
      }
      // It lives as long as the process.
      source.resume()
      _ = Unmanaged.passRetained(source as AnyObject)
    }
  }

  private static let endingSignals = [SIGINT, SIGTERM, SIGHUP]

  /// Reads both pipes until they are closed.
  /// - Returns: Whether they were before the deadline.
  private mutating func collect(_ output: Int32, _ errors: Int32, until deadline: ContinuousClock.Instant) -> Bool {
    var polled = [output, errors].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while polled.contains(where: { $0.fd >= 0 }) {
      let left = ContinuousClock.now.duration(to: deadline)
      guard left > .zero else { return false }
      let milliseconds = Int32(clamping: left.components.seconds * 1000 + 50)
      guard poll(&polled, nfds_t(polled.count), min(milliseconds, 1000)) > 0 else { continue }
      for index in polled.indices where polled[index].fd >= 0 && polled[index].revents != 0 {
        let count = read(polled[index].fd, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else {
          polled[index].fd = -1
          continue
        }
        if index == 0 { self.output += buffer[..<count] } else { keep(buffer[..<count]) }
      }
    }
    return true
  }

  private mutating func keep(_ text: ArraySlice<UInt8>) {
    errors += text.prefix(max(0, Self.maximumErrors - errors.count))
  }

  private static let maximumErrors = 1 << 22

  /// Waits for the process itself; it may go on after it closed its pipes.
  private mutating func wait(for process: pid_t, until deadline: ContinuousClock.Instant) {
    var (status, usage): (Int32, rusage) = (0, rusage())
    var isKilled = false
    while wait4(process, &status, isKilled ? 0 : WNOHANG, &usage) != process {
      if ContinuousClock.now >= deadline {
        kill(-process, SIGKILL)
        isKilled = true
      } else {
        usleep(1000)
      }
    }
    peakMemory = usage.ru_maxrss * 1024
    let signal = status & 0x7F
    if isKilled || ContinuousClock.now >= deadline, signal == SIGKILL {
      end = .timedOut
    } else {
      end = signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal: signal)
    }
  }
}
