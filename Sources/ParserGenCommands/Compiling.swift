import ArgumentParser
import Foundation
import ParserGen

enum AccessLevel: String, ExpressibleByArgument, CaseIterable {
  case `public`, package, `internal`
}

/// Where descriptions are looked for.
struct ImportOptions: ParsableArguments {
  @Option(
    name: .customLong("import-path"),
    help: ArgumentHelp("A folder for imports that begin with '/'; may be given again.", valueName: "folder"))
  var importPaths: [String] = []

  func generator(_ access: AccessLevel = .public) -> Generator {
    Generator(access: access.rawValue, importPaths: importPaths) { path in
      FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
  }
}

/// Compiles all descriptions; reports every error of each, then exits with status 1 if there was any.
func compile(_ specs: [String], with generator: Generator) throws -> [Generator.Result] {
  var emitted: Set<String> = []
  let results = specs.map { generator.generate($0, emitted: &emitted) }
  try report(results.flatMap(\.diagnostics))
  return results
}

/// Prints errors, and warnings if asked, and exits with status 1 if there are errors.
func report(_ problems: [Diagnostic], withWarnings: Bool = false) throws {
  for problem in problems where withWarnings || problem.severity == .error {
    FileHandle.standardError.write(Data("\(problem)\n".utf8))
  }
  if problems.contains(where: { $0.severity == .error }) { throw ExitCode.failure }
}
