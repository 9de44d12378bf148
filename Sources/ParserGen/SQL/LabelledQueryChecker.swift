import ClickHouseSchema
import ParserRuntime

/// Reads files of queries that have a label and a title above them, and has SQLite check its own against tables and views:
///
///     -- sensor: What it has shown
///     -- The latest first.
///     SELECT value FROM reading WHERE sensor = :value ORDER BY id DESC;
struct LabelledQueryChecker {
  /// What queries of a sort must be like.
  struct Rules {
    /// What the comment above a query has to say, with an example.
    var comment: String
    /// What is wrong with a label; nil if nothing is.
    var labelProblem: (String) -> String?
    /// What is wrong with a query of a label that has these parameters, behind "the query 'name'"; nil if nothing is.
    var parameterProblem: (_ label: String, _ parameters: [String]) -> String?
    /// What is wrong with a query of a label whose result has so many columns, behind "the query 'name'".
    var resultProblem: (_ label: String, _ columns: Int) -> String? = { _, _ in nil }
  }

  let rules: Rules
  let diagnostics: Diagnostics

  /// A query, and its label.
  typealias Checked = (label: String, query: SpecificationInfo.TitledQuery)

  private struct Entry {
    var label: String
    var title: String
    var doc: String?
    var query: QueryFile.Query
    var name: String { "\(label): \(title)" }
  }

  /// - Parameters:
  ///   - clickHouse: has those again that have other words in ClickHouse, by the same labels and titles.
  ///   - schema: the statements that make tables and views.
  func check(_ sqlite: QueryFile, clickHouse: QueryFile?, schema: [String]) -> [Checked] {
    let entries = entries(sqlite)
    guard let database = SchemaInMemory(schema, complain: { complain(sqlite.name, 1, $0) }) else { return [] }
    for entry in entries { check(entry, in: sqlite.name, database) }
    var others: [String: String] = [:]
    for entry in clickHouse.map(self.entries) ?? [] {
      guard let file = clickHouse?.name else { continue }
      others[entry.name] = entry.query.sql
      if entries.contains(where: { $0.name == entry.name }) {
        checkParameters(Self.parameters(ofClickHouse: entry.query.sql), of: entry, in: file)
      } else {
        let nearest = suggestion(for: entry.name, among: entries.map(\.name))
        complain(file, entry.query.line, "there is no query '\(entry.name)' in \(sqlite.name)\(nearest)")
      }
    }
    return entries.map { entry in
      let other = others[entry.name]
      return (
        entry.label, SpecificationInfo.TitledQuery(entry.title, doc: entry.doc, entry.query.sql, clickHouse: other)
      )
    }
  }

  private func entries(_ file: QueryFile) -> [Entry] {
    var found: [Entry] = []
    for query in file.queries {
      let parts = query.comment.first?.split(separator: ":", maxSplits: 1).map { $0.drop(while: \.isWhitespace) } ?? []
      guard parts.count == 2, isIdentifier(String(parts[0])), !parts[1].isEmpty else {
        complain(file.name, query.line, "a query needs a comment above it with \(rules.comment)")
        continue
      }
      let doc = query.comment.dropFirst().joined(separator: " ")
      let entry = Entry(
        label: String(parts[0]), title: String(parts[1]), doc: doc.isEmpty ? nil : doc, query: query)
      if found.contains(where: { $0.name == entry.name }) {
        complain(file.name, query.line, "there are two queries '\(entry.name)'")
      }
      found.append(entry)
    }
    return found
  }

  private func check(_ entry: Entry, in file: String, _ database: SchemaInMemory) {
    let sql = entry.query.sql
    if let problem = rules.labelProblem(entry.label) {
      complain(file, entry.query.line, problem)
    } else if let problem = database.problem(ofReading: sql) {
      complain(file, entry.query.line + problem.line, "the query '\(entry.name)'\(problem.text)")
    } else {
      checkParameters(database.parameters(of: sql), of: entry, in: file)
      if let problem = rules.resultProblem(entry.label, database.columnCount(of: sql)) {
        complain(file, entry.query.line, "the query '\(entry.name)' \(problem)")
      }
    }
  }

  private func checkParameters(_ parameters: [String], of entry: Entry, in file: String) {
    guard let problem = rules.parameterProblem(entry.label, parameters) else { return }
    complain(file, entry.query.line, "the query '\(entry.name)' \(problem)")
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

extension LabelledQueryChecker.Rules {
  /// That a query has a parameter without a value; nil if it has none.
  static func unknownParameter(_ parameters: [String], known: [String]) -> String? {
    parameters.first { !known.contains($0) }.map {
      "has a parameter \($0), which nobody gives a value\(suggestion(for: $0, among: known))"
    }
  }
}
