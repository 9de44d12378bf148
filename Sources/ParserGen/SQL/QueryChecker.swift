import CSQLite
import ClickHouseSchema
import ParserRuntime

/// Reads files of queries that an author suggests, and has SQLite check its own against tables and views.
///
///     -- Messages by type
///     SELECT count(*), type FROM message GROUP BY type;
struct QueryChecker {
  let diagnostics: Diagnostics

  /// A file, and what it is called in messages.
  typealias File = (name: String, text: String)

  /// - Parameters:
  ///   - clickHouse: has those again that have other words in ClickHouse, by the same names.
  ///   - schema: the statements that make tables and views.
  func check(_ sqlite: File, clickHouse: File?, schema: [String]) -> [SpecificationInfo.Query] {
    let queries = queries(sqlite)
    guard
      let database = SchemaInMemory(schema, complain: { complain(sqlite.name, 1, $0) })
    else { return [] }
    for query in queries { check(query, sqlite.name, database) }
    var others: [String: String] = [:]
    for query in clickHouse.map(self.queries) ?? [] {
      others[query.name] = query.sql
      guard !queries.contains(where: { $0.name == query.name }), let file = clickHouse?.name else { continue }
      let nearest = suggestion(for: query.name, among: queries.map(\.name))
      complain(file, query.line, "there is no query '\(query.name)' in \(sqlite.name)\(nearest)")
    }
    return queries.map { SpecificationInfo.Query($0.name, $0.sql, clickHouse: others[$0.name]) }
  }

  private struct Query {
    var name: String
    var sql: String
    /// Of its first word, from 1.
    var line: Int
  }

  private func queries(_ file: File) -> [Query] {
    var found: [Query] = []
    for statement in ClickHouseLexer.statements(file.text) {
      let before = file.text[..<statement.startIndex]
      let line = before.utf8.count { $0 == 0x0A } + 1
      let name = name(before)
      if name.isEmpty {
        complain(file.name, line, "a query needs a comment above it that says what it tells: -- Messages by type")
      } else if found.contains(where: { $0.name == name }) {
        complain(file.name, line, "there are two queries '\(name)'")
      }
      found.append(Query(name: name, sql: String(statement), line: line))
    }
    return found
  }

  /// The lines of comment right above a statement.
  private func name(_ before: Substring) -> String {
    let lines = before.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    let comment = lines.reversed().prefix { $0.hasPrefix("--") }.reversed()
    return comment.map { $0.dropFirst(2).drop(while: \.isWhitespace) }.joined(separator: " ")
  }

  private func check(_ query: Query, _ file: String, _ database: SchemaInMemory) {
    var statement: OpaquePointer?
    defer { sqlite3_finalize(statement) }
    guard sqlite3_prepare_v2(database.handle, query.sql, -1, &statement, nil) == SQLITE_OK else {
      let line = query.line + query.sql.utf8.prefix(database.errorOffset).count { $0 == 0x0A }
      return complain(file, line, "the query '\(query.name)': \(database.message)")
    }
    guard sqlite3_stmt_readonly(statement) != 0 else {
      return complain(file, query.line, "the query '\(query.name)' does more than read")
    }
  }

  private func complain(_ file: String, _ line: Int, _ message: String) {
    diagnostics.error(SourceLocation(file: file, line: line, column: 1), message)
  }
}
