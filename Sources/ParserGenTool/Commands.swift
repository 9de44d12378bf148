import ArgumentParser
import Foundation
import ParserGen

struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Write the Swift files of descriptions into a folder.")

  @Argument(help: "Descriptions (.ksy).")
  var specs: [String]
  @Option(name: .shortAndLong, help: "Folder for the Swift files.")
  var output: String
  @Option(help: "Access level of the generated types: public, package or internal.")
  var access = AccessLevel.public

  func run() throws {
    try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    for file in try compile(specs, access: access).flatMap(\.files) {
      try writeIfChanged(file.text, to: "\(output)/\(file.name)")
    }
  }

  /// A file that stays as it was keeps its date, so that nothing is built again because of it.
  private func writeIfChanged(_ text: String, to path: String) throws {
    if let old = FileManager.default.contents(atPath: path), old == Data(text.utf8) { return }
    try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
  }
}

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Report the problems of descriptions, and write nothing.")

  @Argument(help: "Descriptions (.ksy).")
  var specs: [String]

  func run() throws { _ = try compile(specs, access: .public) }
}

struct SQL: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Print the schema of a description as SQL.")

  @Argument(help: "A description (.ksy).")
  var spec: String

  func run() throws {
    for result in try compile([spec], access: .public) { print(result.sql, terminator: "") }
  }
}

enum AccessLevel: String, ExpressibleByArgument, CaseIterable {
  case `public`, package, `internal`
}

/// Compiles all descriptions; reports every problem of each, then exits with status 1 if there was any.
private func compile(_ specs: [String], access: AccessLevel) throws -> [Generator.Result] {
  let generator = Generator(access: access.rawValue) { path in
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }
  var emitted: Set<String> = []
  let results = specs.map { generator.generate($0, emitted: &emitted) }
  let problems = results.flatMap(\.diagnostics)
  for problem in problems { FileHandle.standardError.write(Data("\(problem)\n".utf8)) }
  if !problems.isEmpty { throw ExitCode.failure }
  return results
}
