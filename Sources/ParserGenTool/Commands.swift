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

struct Wireshark: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a dissector for Wireshark and tshark (Lua).",
    discussion: """
      EXAMPLE
        parsergen wireshark protocol/nano.ksy --output nano.lua
        tshark -X lua_script:nano.lua -r capture.pcap -V
      """)

  @Argument(help: "A description (.ksy).")
  var spec: String
  @Option(name: .shortAndLong, help: "The file to be written; without it, standard output.")
  var output: String?
  @Option(help: "The protocol's name in filters; without it, the description's with '_ksy' behind it.")
  var name: String?

  func validate() throws {
    if let name, name.isEmpty || !name.allSatisfy({ $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "_") }) {
      throw ValidationError("a name has lower-case letters, digits and '_' only")
    }
  }

  func run() throws {
    let (text, diagnostics) = generator().wireshark(spec, name: name)
    try report(diagnostics)
    try write(text, to: output)
  }
}

enum AccessLevel: String, ExpressibleByArgument, CaseIterable {
  case `public`, package, `internal`
}

/// Compiles all descriptions; reports every problem of each, then exits with status 1 if there was any.
private func compile(_ specs: [String], access: AccessLevel) throws -> [Generator.Result] {
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
