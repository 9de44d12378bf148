import ArgumentParser
import Foundation
import ParserGen

/// Writes what was made of a description to a file, or to standard output; reports its problems if it has any.
func write(_ made: Generator.Text, to path: String?) throws {
  try report(made.diagnostics)
  let text = made.text
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
