/// `meta/-program`: what a program for the protocol is called, and says of itself.
struct ProgramSpec {
  var name: String?
  var version: String?
  /// What the protocol is called in sentences.
  var title: String?
  /// What the program is for.
  var doc: String?
  var configuration: String?
  var environment: String?
  var consolePort: Int?
  /// A file with queries to begin with, relative to the description.
  var queries: NameReference?
  /// One with those that have other words in ClickHouse.
  var clickHouseQueries: NameReference?
}

/// Reads `meta/-program`.
struct ProgramReader {
  private var reader: MappingReader

  init(_ reader: MappingReader) { self.reader = reader }

  consuming func read() -> ProgramSpec {
    var program = ProgramSpec()
    program.name = text("name", "is lower-case letters, digits, '-' and '_', a letter first, such as thermocap") {
      $0.wholeMatch(of: #/[a-z][a-z0-9_-]*/#) != nil
    }
    program.version = text("version", Self.line, Self.isLine)
    program.title = text("title", Self.line, Self.isLine)
    program.doc = text("doc", Self.line, Self.isLine)
    program.configuration = text("configuration", "is the name of a file, without a folder") {
      $0.wholeMatch(of: #/[A-Za-z0-9_.-]*[A-Za-z0-9_-]/#) != nil
    }
    program.environment = text("environment", "is capital letters, digits and '_', a letter first") {
      $0.wholeMatch(of: #/[A-Z][A-Z0-9_]*/#) != nil
    }
    program.consolePort = reader.value("console-port").flatMap { reader.port($0, "console-port") }.map(Int.init)
    program.queries = reader.name("queries")
    program.clickHouseQueries = reader.name("clickhouse-queries")
    if let queries = program.clickHouseQueries, program.queries == nil {
      reader.complain(
        queries.location, "clickhouse-queries", "'clickhouse-queries' needs 'queries', whose names it uses")
    }
    reader.finish("'-program'")
    return program
  }

  private static let line = "is one line of text"
  private static func isLine(_ text: String) -> Bool { !text.isEmpty && !text.contains(where: \.isNewline) }

  /// - Parameter rule: completes "the value …".
  private mutating func text(_ key: String, _ rule: String, _ isValid: (String) -> Bool) -> String? {
    guard let name = reader.name(key) else { return nil }
    guard isValid(name.text) else {
      reader.complain(name.location, key, "'\(key)' \(rule)")
      return nil
    }
    return name.text
  }
}
