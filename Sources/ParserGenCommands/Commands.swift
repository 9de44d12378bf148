public import ArgumentParser
import Foundation
public import ParserGen

struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Write the Swift files of descriptions into a folder.")

  @Argument(help: "Descriptions (.ksy).")
  var specs: [String]
  @Option(name: .shortAndLong, help: "Folder for the Swift files.")
  var output: String
  @Option(help: "Access level of the generated types: public, package or internal.")
  var access = AccessLevel.public
  @OptionGroup var imports: ImportOptions

  func run() throws {
    try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    for file in try compile(specs, with: imports.generator(access)).flatMap(\.files) {
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
  static let configuration = CommandConfiguration(
    abstract: "Report the problems of descriptions, and write nothing.",
    discussion: """
      Exits with status 1 if there are errors; warnings, of style, are told too. With --format json they are printed to
      standard output as a list of objects with file, line, column, severity, message and path, for editors and CI.
      """)

  @Argument(help: "Descriptions (.ksy).")
  var specs: [String]
  @Option(help: "text or json.")
  var format = TextFormat.text
  @OptionGroup var imports: ImportOptions

  func run() throws {
    var emitted: Set<String> = []
    let problems = specs.flatMap { imports.generator().generate($0, emitted: &emitted).diagnostics }
    guard format == .json else { return try report(problems, withWarnings: true) }
    let documents = problems.map {
      DiagnosticDocument(
        file: $0.location.file, line: $0.location.line, column: $0.location.column, severity: $0.severity.rawValue,
        message: $0.message, path: $0.path)
    }
    print(try json(documents))
    if problems.contains(where: { $0.severity == .error }) { throw ExitCode.failure }
  }
}

private struct DiagnosticDocument: Encodable {
  var file: String
  var line: Int
  var column: Int
  var severity: String
  var message: String
  /// The Kaitai path of the element.
  var path: String?
}

struct SQL: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Print the schema of a description as SQL.")

  @Argument(help: "A description (.ksy).")
  var spec: String
  @Option(help: "sqlite, postgresql, clickhouse, or clickhouse-plain for servers of 2018.")
  var dialect = SchemaDialect.sqlite
  @OptionGroup var imports: ImportOptions

  func run() throws {
    var emitted: Set<String> = []
    let result = imports.generator().generate(spec, emitted: &emitted, dialect: dialect)
    try report(result.diagnostics)
    print(result.sql, terminator: "")
  }
}

extension SchemaDialect: ExpressibleByArgument {}
