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

/// Writes to a file, or to standard output.
func write(_ text: String, to path: String?) throws {
  guard let path else { return print(text, terminator: "") }
  do {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
  } catch {
    FileHandle.standardError.write(Data("\(path): cannot be written: \(error.localizedDescription)\n".utf8))
    throw ExitCode.failure
  }
}

func json(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  return String(decoding: try encoder.encode(value), as: UTF8.self)
}
