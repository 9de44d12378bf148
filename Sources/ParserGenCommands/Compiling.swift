import ArgumentParser
import Foundation
import ParserGen

enum AccessLevel: String, ExpressibleByArgument, CaseIterable {
  case `public`, package, `internal`
}

/// Compiles all descriptions; reports every problem of each, then exits with status 1 if there was any.
func compile(_ specs: [String], access: AccessLevel) throws -> [Generator.Result] {
  let generator = generator(access)
  var emitted: Set<String> = []
  let results = specs.map { generator.generate($0, emitted: &emitted) }
  try report(results.flatMap(\.diagnostics))
  return results
}

func generator(_ access: AccessLevel = .public) -> Generator {
  Generator(access: access.rawValue) { path in
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }
}

/// Prints problems, and exits with status 1 if there are any.
func report(_ problems: [Diagnostic]) throws {
  for problem in problems { FileHandle.standardError.write(Data("\(problem)\n".utf8)) }
  if !problems.isEmpty { throw ExitCode.failure }
}
