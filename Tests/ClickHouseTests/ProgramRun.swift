import Foundation

/// A run of the program, with what it prints in files.
final class ProgramRun {
  private let process = Process()
  private let folder: TestFolder
  private let number = UUID().uuidString

  private static let programs =
    ProcessInfo.processInfo.environment["TESTED_PROGRAMS"].map { URL(filePath: $0) }
    ?? URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

  /// Starts it.
  init(_ arguments: [String], environment: [String: String] = [:], in folder: TestFolder) throws {
    self.folder = folder
    process.executableURL = Self.programs.appending(path: "nanocap")
    process.arguments = arguments
    process.currentDirectoryURL = folder.url
    process.environment = ["HOME": folder.path(""), "PATH": "/usr/bin:/bin"].merging(environment) { _, new in new }
    for name in ["out", "err"] { try Data().write(to: URL(filePath: path(name))) }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: URL(filePath: path("out")))
    process.standardError = try FileHandle(forWritingTo: URL(filePath: path("err")))
    try process.run()
  }

  /// Starts it, and waits for its end.
  static func ended(
    _ arguments: [String], environment: [String: String] = [:], in folder: TestFolder
  ) throws -> ProgramRun {
    let run = try ProgramRun(arguments, environment: environment, in: folder)
    run.wait()
    return run
  }

  private func path(_ name: String) -> String { folder.path("\(name)-\(number)") }
  private func text(_ name: String) -> String { (try? String(contentsOfFile: path(name), encoding: .utf8)) ?? "" }

  var output: String { text("out") }
  var errors: String { text("err") }
  var status: Int32 { process.terminationStatus }

  func wait() { process.waitUntilExit() }

  func kill() {
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }
}
