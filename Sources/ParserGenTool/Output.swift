import ArgumentParser
import Foundation

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
