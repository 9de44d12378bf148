/// Writes the schema as SQL.
struct SQLPrinter {
  let plan: SchemaPlan
  var dialect = SQLDialect.sqlite

  /// `CREATE TABLE` for the engine's tables, the description's, and the lookup tables of enums.
  var tableStatements: [String] {
    let engine = EngineTables.tables.flatMap { table in
      statements(table.name, table.doc, table.columns)
    }
    let own = plan.tables.flatMap { table in
      let columns = table.columns.map { ($0.name, $0.type, $0.doc ?? "") }
      return statements(table.name, table.doc ?? "", table.isMessage ? EngineTables.messageColumns + columns : columns)
    }
    let lookups = plan.enums.map { spec in
      let columns = [("value", "INTEGER PRIMARY KEY"), ("name", "TEXT NOT NULL"), ("doc", "TEXT")]
      // Written without quotes, as they always were: databases are compared with this text.
      let list = columns.map { dialect == .sqlite ? "\($0) \($1)" : dialect.column($0, $1) }.joined(separator: ", ")
      return "CREATE TABLE \(Self.lookupName(spec)) (\(list))\(dialect.tableEnd(key: "value", doc: ""))"
    }
    return engine + own + lookups
  }

  var indexStatements: [String] {
    plan.tables.flatMap { table in
      table.columns.filter(\.isIndexed).map { dialect.index(table.name, $0.name) }
    }
  }

  /// The names of enums' members.
  var lookupStatements: [String] {
    plan.enums.flatMap { spec in
      spec.members.map { member in
        dialect.insert(
          Self.lookupName(spec), Int64(truncatingIfNeeded: member.value), member.name,
          member.doc.text.map(firstSentence))
      }
    }
  }

  static func lookupName(_ spec: EnumSpec) -> String { "enum_\(spec.name)" }

  private func statements(_ name: String, _ doc: String, _ columns: [EngineTables.Column]) -> [String] {
    let (doc, columns) = (firstSentence(doc), columns.map { ($0.name, $0.type, firstSentence($0.doc)) })
    var text = "CREATE TABLE \(dialect.quoted(name)) (" + (doc.isEmpty ? "" : dialect.tableComment(doc))
    for (index, column) in columns.enumerated() {
      text += "\n  \(dialect.column(column.0, column.1))"
      if !column.2.isEmpty { text += dialect.columnComment(column.2) }
      if index < columns.count - 1 { text += "," }
    }
    text += "\n)" + dialect.tableEnd(key: columns.first?.0 ?? "id", doc: doc)
    return [text] + dialect.comments(name, doc, columns.map { ($0.0, $0.2) })
  }
}

/// A doc text's first line, without the full stop.
func firstSentence(_ text: String) -> String {
  let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
  return line.hasSuffix(".") ? String(line.dropLast()) : line
}
