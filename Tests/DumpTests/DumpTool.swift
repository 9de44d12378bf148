import Foundation

/// The built `parsergen`, as its users run it.
enum DumpTool {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let here = root.appending(path: "Tests/DumpTests")
  /// Beside the running tests, or where TESTED_PROGRAMS says.
  static let program =
    (ProcessInfo.processInfo.environment["TESTED_PROGRAMS"].map { URL(filePath: $0) }
    ?? URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent())
    .appending(path: "parsergen")

  /// A description and a file, as a line of `--jobs`.
  struct Job: Encodable, Sendable {
    var id: String
    var spec: String
    var file: String
    var importPath: [String] = []

    enum CodingKeys: String, CodingKey {
      case id, spec, file
      case importPath = "import_path"
    }
  }

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// Works off all jobs in one call, and gives the results by the jobs' ids.
  static func results(of jobs: [Job], in folder: Folder) throws -> [String: JSON] {
    let lines = try jobs.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) + "\n" }
    let output = folder.path("results.jsonl")
    let outcome = try run(["dump", "--jobs", try folder.write(lines.joined(), "jobs.jsonl"), "--output", output])
    guard outcome.status == 0 else { throw Failure(description: "dump: \(outcome.errors)") }
    var results: [String: JSON] = [:]
    for line in try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n") {
      let result = try JSONReader.read(String(line))
      results[result["id"]?.text ?? ""] = result
    }
    return results
  }

  /// A problem that `check` tells.
  struct Problem: Sendable, CustomStringConvertible {
    var path: String
    var message: String
    var isWarning: Bool

    var description: String { "\(path): \(message)" }
  }

  /// What `check` says of a description.
  static func problems(of spec: String, importPath: [String] = []) throws -> [Problem] {
    let options = importPath.flatMap { ["--import-path", $0] }
    let outcome = try run(["check", spec, "--format", "json"] + options)
    guard outcome.status < 2 else { throw Failure(description: "check: \(outcome.errors)") }
    return try (JSONReader.read(outcome.output).list ?? []).map { problem in
      Problem(
        path: problem["path"]?.text ?? "", message: problem["message"]?.text ?? "",
        isWarning: problem["severity"]?.text == "warning")
    }
  }

  /// What a program did.
  struct Outcome {
    var status: Int32
    var output: String
    var errors: String
  }

  static func run(_ arguments: [String]) throws -> Outcome { try run(program, arguments) }

  /// Runs a program of the system.
  static func system(_ command: String...) throws -> Outcome { try system(command) }
  static func system(_ command: [String]) throws -> Outcome { try run(URL(filePath: "/usr/bin/env"), command) }

  private static func run(_ program: URL, _ arguments: [String]) throws -> Outcome {
    // Files instead of pipes: nobody has to read them while the program runs.
    let folder = try Folder()
    let (output, errors) = (try folder.write("", "output"), try folder.write("", "errors"))
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle(forWritingAtPath: output)
    process.standardError = FileHandle(forWritingAtPath: errors)
    try process.run()
    process.waitUntilExit()
    func text(_ path: String) throws -> String {
      String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    }
    return Outcome(status: process.terminationStatus, output: try text(output), errors: try text(errors))
  }
}

/// A temporary folder, removed with this object.
final class Folder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "dump-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(path: name).path }

  /// Writes a file, with the folders that it needs.
  /// - Returns: Its path.
  func write(_ text: String, _ name: String) throws -> String { try write(Array(text.utf8), name) }

  func write(_ bytes: [UInt8], _ name: String) throws -> String {
    let file = url.appending(path: name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return file.path
  }
}
