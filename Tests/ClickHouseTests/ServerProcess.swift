import Foundation

/// A server's process.
///
/// Not one of Foundation's: of those that are started at the same time one inherits what tells the other's end, so that the
/// end of a server would only be known when the other one ends too.
///
/// `@unchecked Sendable`: tests start and stop a server from one thread at a time.
final class ServerProcess: @unchecked Sendable {
  private let arguments: [String]
  private let logFile: String
  /// nil when it has ended.
  private var process: pid_t?

  /// Starts it.
  /// - Parameters:
  ///   - arguments: the program's path, and what it is told.
  ///   - logFile: the path of the file that its output is added to.
  init(_ arguments: [String], logFile: String) throws {
    self.arguments = arguments
    self.logFile = logFile
    try start()
  }

  /// What it has written.
  var log: String { (try? String(contentsOfFile: logFile, encoding: .utf8)) ?? "" }

  /// Starts it again after `kill`.
  func start() throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, logFile, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    // What others have open is nothing to it; what is closed already does no harm.
    for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
      if let descriptor = Int32(name), descriptor > 2 { posix_spawn_file_actions_addclose(&actions, descriptor) }
    }
    var pointers = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var started = pid_t()
    let result = posix_spawn(&started, arguments[0], &actions, nil, &pointers, environ)
    guard result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: result) ?? .ENOENT) }
    process = started
  }

  /// Ends it without a warning, as a power cut would.
  func kill() {
    guard let running = process else { return }
    Foundation.kill(running, SIGKILL)
    waitpid(running, nil, 0)
    process = nil
  }

  /// Whether it has not ended.
  var isRunning: Bool {
    guard let running = process else { return false }
    if waitpid(running, nil, WNOHANG) == 0 { return true }
    process = nil
    return false
  }

  /// Waits until it takes connections at all of these ports.
  /// - Parameter talk: what it is asked there, and what it has to answer; nil where it need not say anything.
  /// - Throws: Where it ends before that; it does not run then.
  func waitUntilReady(_ ports: [Int], _ talk: (question: String, answer: String)? = nil) throws {
    let deadline = ContinuousClock.now + .seconds(120)
    while isRunning, ContinuousClock.now < deadline {
      if ports.allSatisfy({ Self.answers($0, talk) }) { return }
      Thread.sleep(forTimeInterval: 0.02)
    }
    kill()
    throw NotStarted(log: log)
  }

  /// A server that did not come to take connections.
  struct NotStarted: Error {
    var log: String
  }

  private static func answers(_ port: Int, _ talk: (question: String, answer: String)?) -> Bool {
    let probe = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(probe) }
    var address = sockaddr_in(local: port)
    let isConnected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(probe, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isConnected, let talk else { return isConnected }
    var patience = timeval(tv_sec: 5, tv_usec: 0)
    setsockopt(probe, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    guard send(probe, talk.question, talk.question.utf8.count, Int32(MSG_NOSIGNAL)) > 0 else { return false }
    var answer = [UInt8](repeating: 0, count: talk.answer.utf8.count)
    return recv(probe, &answer, answer.count, Int32(MSG_WAITALL)) == answer.count
      && answer.elementsEqual(talk.answer.utf8)
  }
}
