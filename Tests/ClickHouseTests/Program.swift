import Foundation

/// The program, in a folder of its own.
struct Program {
  let folder: TestFolder

  /// What it did.
  struct Run {
    var output: String
    var errors: String
    var status: Int32
  }

  private static let programs =
    ProcessInfo.processInfo.environment["TESTED_PROGRAMS"].map { URL(filePath: $0) }
    ?? URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

  /// Runs it, and waits for its end.
  func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Run {
    let process = Process()
    process.executableURL = Self.programs.appending(path: "nanocap")
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: folder.path(""))
    process.environment = ["HOME": folder.path(""), "PATH": "/usr/bin:/bin"].merging(environment) { _, new in new }
    let (output, errors) = (folder.path("out"), folder.path("err"))
    for path in [output, errors] { try Data().write(to: URL(filePath: path)) }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: URL(filePath: output))
    process.standardError = try FileHandle(forWritingTo: URL(filePath: errors))
    try process.run()
    process.waitUntilExit()
    return Run(
      output: try String(contentsOfFile: output, encoding: .utf8),
      errors: try String(contentsOfFile: errors, encoding: .utf8), status: process.terminationStatus)
  }
}
