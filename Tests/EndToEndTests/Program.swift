import Foundation
import Testing

/// Where things are.
enum Place {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  /// The folder of the built programs: that of the running tests, or the one that TESTED_PROGRAMS names.
  static let programs =
    ProcessInfo.processInfo.environment["TESTED_PROGRAMS"].map { URL(filePath: $0) }
    ?? URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
  static let samples = root.appending(path: "Samples")
  static let fixtures = root.appending(path: "Tests/EndToEndTests/Fixtures")
}

/// A folder for a test's files, removed with this object.
final class TemporaryFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "nanocap-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(path: name).path }
}

/// What a program did.
struct Outcome {
  var status: Int32
  var output: String
  var errors: String

  /// The lines of `errors` that do not tell how far an import has come, which it does every ten seconds.
  var complaints: [Substring] {
    errors.split(separator: "\n").filter { !($0.contains(" MB/s ") && $0.hasSuffix(" packets")) }
  }
}

/// Runs a program to its end.
@discardableResult
func run(
  _ program: URL, _ arguments: [String], input: URL? = nil, folder: URL? = nil, environment: [String: String] = [:]
) throws -> Outcome {
  let process = Process()
  process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
  process.executableURL = program
  process.arguments = arguments
  if let folder { process.currentDirectoryURL = folder }
  process.standardInput = try input.map { try FileHandle(forReadingFrom: $0) } ?? FileHandle.nullDevice
  // Files instead of pipes: nobody has to read them while the program runs.
  let files = try TemporaryFolder()
  let (output, errors) = (files.url.appending(path: "out"), files.url.appending(path: "err"))
  for file in [output, errors] { try Data().write(to: file) }
  process.standardOutput = try FileHandle(forWritingTo: output)
  process.standardError = try FileHandle(forWritingTo: errors)
  try process.run()
  process.waitUntilExit()
  func text(_ file: URL) throws -> String { String(decoding: try Data(contentsOf: file), as: UTF8.self) }
  return Outcome(status: process.terminationStatus, output: try text(output), errors: try text(errors))
}

/// Runs the built nanocap.
@discardableResult
func nanocap(_ arguments: String..., input: URL? = nil, folder: URL? = nil) throws -> Outcome {
  try run(Place.programs.appending(path: "nanocap"), arguments, input: input, folder: folder)
}

/// Runs a command of the system.
@discardableResult
func system(_ command: String..., folder: URL? = nil) throws -> Outcome {
  try run(URL(filePath: "/usr/bin/env"), command, folder: folder)
}

/// Ends a process at once. Not by SIGTERM, which may be blocked in what the tests start.
func endAtOnce(_ process: Process) {
  if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  process.waitUntilExit()
}

/// Builds with SwiftPM, in time that nobody else wants: a build takes all processors for minutes, and tests beside it wait
/// for queries that give way themselves. That is a scheduling class, as SwiftPM gives compilers the usual niceness.
/// - Parameters:
///   - folder: where temporary files go: SwiftPM leaves locks among them.
///   - options: nobody looks at what is built with an editor or a debugger.
@discardableResult
func swiftBuild(
  _ arguments: [String], in folder: URL, options: [String] = ["--disable-index-store", "-debug-info-format", "none"]
) throws -> Outcome {
  // SwiftPM writes options in the order of a hash table, and compiles again what has them in another.
  try run(
    URL(filePath: "/usr/bin/env"), ["chrt", "--idle", "0", "swift", "build"] + options + arguments,
    environment: ["TMPDIR": folder.path, "SWIFT_DETERMINISTIC_HASHING": "1"])
}
