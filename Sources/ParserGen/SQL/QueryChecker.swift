import ParserRuntime

/// Reads files of queries that an author suggests, and has SQLite check its own against tables and views.
struct QueryChecker {
  let diagnostics: Diagnostics

  /// - Parameters:
  ///   - clickHouse: has those again that have other words in ClickHouse, by the same names.
  ///   - schema: the statements that make tables and views.
  func check(_ sqlite: QueryFile, clickHouse: QueryFile?, schema: [String]) -> [SpecificationInfo.Query] {
    let queries = named(sqlite)
    guard
      let database = SchemaInMemory(schema, complain: { complain(sqlite.name, 1, $0) })
    else { return [] }
    for one in queries {
      if let problem = database.problem(ofReading: one.query.sql) {
        complain(sqlite.name, one.query.line + problem.line, "the query '\(one.name)'\(problem.text)")
      }
    }
    var others: [String: String] = [:]
    for other in clickHouse.map(named) ?? [] {
      others[other.name] = other.query.sql
      guard !queries.contains(where: { $0.name == other.name }), let file = clickHouse?.name else { continue }
      let nearest = suggestion(for: other.name, among: queries.map(\.name))
      complain(file, other.query.line, "there is no query '\(other.name)' in \(sqlite.name)\(nearest)")
    }
    return queries.map { SpecificationInfo.Query($0.name, $0.query.sql, clickHouse: others[$0.name]) }
  }

  private func named(_ file: QueryFile) -> [(name: String, query: QueryFile.Query)] {
    var found: [(name: String, query: QueryFile.Query)] = []
    for query in file.queries {
      let name = query.comment.joined(separator: " ")
      if name.isEmpty {
        complain(
          file.name, query.line, "a query needs a comment above it that says what it tells: -- Messages by type")
      } else if found.contains(where: { $0.name == name }) {
        complain(file.name, query.line, "there are two queries '\(name)'")
      }
      found.append((name, query))
    }
    return found
  }

  private func complain(_ file: String, _ line: Int, _ message: String) {
    diagnostics.error(SourceLocation(file: file, line: line, column: 1), message)
  }
}
