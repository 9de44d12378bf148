/// Writes the schema as SQL, for SQLite.
struct SQLEmitter {
  let plan: SchemaPlan

  /// `CREATE TABLE` for the engine's tables, the description's, and the lookup tables of enums.
  var tableStatements: [String] {
    let engine = EngineTables.tables.map { table in
      statement(table.name, table.doc, table.columns.map { ($0.name, $0.type, $0.doc) })
    }
    let own = plan.tables.map { table in
      let columns = table.columns.map { ($0.name, $0.type, $0.doc ?? "") }
      return statement(
        table.name, table.doc ?? "", table.isMessage ? EngineTables.messageColumns.map { $0 } + columns : columns)
    }
    let lookups = plan.enums.map { spec in
      "CREATE TABLE \(Self.lookupName(spec)) (value INTEGER PRIMARY KEY, name TEXT NOT NULL, doc TEXT)"
    }
    return engine + own + lookups
  }

  var indexStatements: [String] {
    plan.tables.flatMap { table in
      table.columns.filter(\.isIndexed).map { column in
        "CREATE INDEX IF NOT EXISTS \(table.name)_by_\(column.name) ON \(quoted(table.name)) (\(quoted(column.name)))"
      }
    }
  }

  /// The names of enums' members.
  var lookupStatements: [String] {
    plan.enums.flatMap { spec in
      spec.members.map { member in
        let doc = member.doc.text.map { literal(firstSentence($0)) } ?? "NULL"
        let value = Int64(truncatingIfNeeded: member.value)
        return "INSERT OR REPLACE INTO \(Self.lookupName(spec)) VALUES (\(value), \(literal(member.name)), \(doc))"
      }
    }
  }

  static func lookupName(_ spec: EnumSpec) -> String { "enum_\(spec.name)" }

  private func statement(_ name: String, _ doc: String, _ columns: [(String, String, String)]) -> String {
    var text = "CREATE TABLE \(quoted(name)) ("
    if !doc.isEmpty { text += " \(comment(doc))" }
    for (index, column) in columns.enumerated() {
      text += "\n  \(quoted(column.0)) \(column.1)"
      if !column.2.isEmpty { text += " \(comment(column.2))" }
      if index < columns.count - 1 { text += "," }
    }
    return text + "\n)"
  }

  /// Not `--`, and before the comma: ALTER TABLE DROP COLUMN copes with nothing else.
  private func comment(_ doc: String) -> String {
    let text = firstSentence(doc).split(separator: "*/", omittingEmptySubsequences: false).joined(separator: "* /")
    return "/* \(text) */"
  }

  private func literal(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }

  private func quoted(_ name: String) -> String { "\"\(name)\"" }
}

/// A doc text's first line, without the full stop.
func firstSentence(_ text: String) -> String {
  let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
  return line.hasSuffix(".") ? String(line.dropLast()) : line
}
