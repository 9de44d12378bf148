import ClickHouseSchema
import ParserRuntime

/// Reads files of queries about values of a kind, and has SQLite check its own against tables and views:
///
///     -- sensor: What it has shown
///     -- The latest first.
///     SELECT value FROM reading WHERE sensor = :value ORDER BY id DESC;
struct ValueQueryChecker {
  /// The kinds that columns have.
  let kinds: [String]
  /// What the description says of kinds.
  let specs: [KindSpec]
  let diagnostics: Diagnostics

  /// A query, and the kind of values that it is about.
  typealias Checked = (kind: String, query: SpecificationInfo.ValueQuery)

  private struct Entry {
    var kind: String
    var title: String
    var doc: String?
    var query: QueryFile.Query
    var name: String { "\(kind): \(title)" }
  }

  /// - Parameters:
  ///   - clickHouse: has those again that have other words in ClickHouse, by the same kinds and titles.
  ///   - schema: the statements that make tables and views.
  func check(_ sqlite: QueryFile, clickHouse: QueryFile?, schema: [String]) -> [Checked] {
    let entries = entries(sqlite)
    guard let database = SchemaInMemory(schema, complain: { complain(sqlite.name, 1, $0) }) else { return [] }
    for entry in entries {
      if !kinds.contains(entry.kind) {
        let nearest = suggestion(for: entry.kind, among: kinds)
        complain(sqlite.name, entry.query.line, "no column has values of the kind '\(entry.kind)'\(nearest)")
      } else if let problem = database.problem(ofReading: entry.query.sql) {
        complain(sqlite.name, entry.query.line + problem.line, "the query '\(entry.name)'\(problem.text)")
      } else {
        check(database.parameters(of: entry.query.sql), of: entry, in: sqlite.name)
      }
    }
    var others: [String: String] = [:]
    for entry in clickHouse.map(self.entries) ?? [] {
      guard let file = clickHouse?.name else { continue }
      others[entry.name] = entry.query.sql
      if entries.contains(where: { $0.name == entry.name }) {
        check(Self.parameters(ofClickHouse: entry.query.sql), of: entry, in: file)
      } else {
        let nearest = suggestion(for: entry.name, among: entries.map(\.name))
        complain(file, entry.query.line, "there is no query '\(entry.name)' in \(sqlite.name)\(nearest)")
      }
    }
    return entries.map { entry in
      let other = others[entry.name]
      return (
        entry.kind, SpecificationInfo.ValueQuery(entry.title, doc: entry.doc, entry.query.sql, clickHouse: other)
      )
    }
  }

  private func entries(_ file: QueryFile) -> [Entry] {
    var found: [Entry] = []
    for query in file.queries {
      let parts = query.comment.first?.split(separator: ":", maxSplits: 1).map { $0.drop(while: \.isWhitespace) } ?? []
      guard parts.count == 2, isIdentifier(String(parts[0])), !parts[1].isEmpty else {
        complain(
          file.name, query.line,
          "a query needs a comment above it with the kind of values and what it tells: -- sensor: What it has shown")
        continue
      }
      let doc = query.comment.dropFirst().joined(separator: " ")
      let entry = Entry(
        kind: String(parts[0]), title: String(parts[1]), doc: doc.isEmpty ? nil : doc, query: query)
      if found.contains(where: { $0.name == entry.name }) {
        complain(file.name, query.line, "there are two queries '\(entry.name)'")
      }
      found.append(entry)
    }
    return found
  }

  /// A query is asked of one value, in any of its spellings.
  private func check(_ parameters: [String], of entry: Entry, in file: String) {
    let spellings = specs.first { $0.name.text == entry.kind }?.spellings.map(\.name) ?? []
    let known = (["value"] + spellings).map { ":" + $0 }
    if let other = parameters.first(where: { !known.contains($0) }) {
      let nearest = suggestion(for: other, among: known)
      complain(
        file, entry.query.line,
        "the query '\(entry.name)' has a parameter \(other), which nobody gives a value\(nearest)")
    } else if parameters.isEmpty {
      complain(file, entry.query.line, "the query '\(entry.name)' does not ask about the value: it lacks :value")
    }
  }

  private static func parameters(ofClickHouse sql: String) -> [String] {
    let tokens = ClickHouseLexer.tokens(sql)
    return zip(tokens, tokens.dropFirst()).compactMap { sign, name in
      guard sign.kind == .sign, sign.text == ":", name.kind == .word, sign.text.endIndex == name.text.startIndex else {
        return nil
      }
      return ":" + name.text
    }
  }

  private func complain(_ file: String, _ line: Int, _ message: String) {
    diagnostics.error(SourceLocation(file: file, line: line, column: 1), message)
  }
}
