import ParserRuntime

/// What a description's tables are in SQLite. The compiler prints the same (`parsergen sql`), and checks views with it.
struct SQLiteSchema {
  private let info: SpecificationInfo

  /// - Parameter info: of the description.
  init(_ info: SpecificationInfo) { self.info = info }

  /// Statements that make all tables, those of the engine first and tables of names last.
  var tableStatements: [String] {
    (EngineTables.all + info.tables).map(Self.statement) + info.nameTables.map(Self.statement)
  }

  /// Statements that make the indices that the description asks for.
  var indexStatements: [String] {
    info.tables.flatMap { table in
      table.columns.filter(\.isIndexed).map { column in
        "CREATE INDEX IF NOT EXISTS \(table.name)_by_\(column.name) ON \"\(table.name)\" (\"\(column.name)\")"
      }
    }
  }

  /// Statements that fill the tables of names; run again, they change nothing.
  var nameStatements: [String] {
    info.nameTables.flatMap { table in
      table.entries.map { entry in
        let doc = entry.doc.map(Self.literal) ?? "NULL"
        return "INSERT OR REPLACE INTO \(table.name) VALUES (\(entry.value), \(Self.literal(entry.name)), \(doc))"
      }
    }
  }

  /// Indices that pay after a capture, and tables in which lists are found by their values, with the statements that make
  /// them where they are not there.
  var suggestedIndices: [(name: String, statements: [String])] {
    info.suggestedColumns.map { table, column in
      let name = "\(table)_by_\(column)"
      return (name, ["CREATE INDEX \"\(name)\" ON \"\(table)\" (\"\(column)\")"])
    } + info.valueLists.map { ($0.name, ValueTable(list: $0).statements) }
  }

  /// Statements that make the description's views.
  var viewStatements: [String] { info.views.map(\.sql) }

  private static func statement(_ table: SpecificationInfo.Table) -> String {
    var text = "CREATE TABLE \"\(table.name)\" (" + comment(table.doc)
    for (index, column) in table.columns.enumerated() {
      let type = type(of: column)
      text += "\n  \"\(column.name)\"" + (type.isEmpty ? "" : " \(type)") + comment(column.doc)
      if index < table.columns.count - 1 { text += "," }
    }
    return text + "\n)"
  }

  private static func statement(_ names: SpecificationInfo.NameTable) -> String {
    // Without quotes, and with NOT NULL, as they always were: databases are compared with this text.
    let columns = names.table.columns.map { column in
      "\(column.name) \(type(of: column))" + (column.isNullable || column.role == .key ? "" : " NOT NULL")
    }
    return "CREATE TABLE \(names.name) (\(columns.joined(separator: ", ")))"
  }

  /// A column's type, as the database declares it; empty for one that keeps numbers and texts as they are.
  private static func type(of column: SpecificationInfo.Column) -> String {
    let type =
      switch column.type {
      case .signed, .unsigned: "INTEGER"
      case .real: "REAL"
      case .text: "TEXT"
      case .blob: "BLOB"
      case .any: ""
      }
    return type + (column.role == .key ? " PRIMARY KEY" : "")
  }

  /// Not `--`, and before the comma: SQLite's ALTER TABLE DROP COLUMN copes with nothing else.
  private static func comment(_ doc: String?) -> String {
    guard let doc else { return "" }
    return " /* \(doc.split(separator: "*/", omittingEmptySubsequences: false).joined(separator: "* /")) */"
  }

  private static func literal(_ text: String) -> String {
    "'\(text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"))'"
  }
}
