import ParserRuntime

/// A database system that the tables can be made for. The capture engine itself writes to SQLite; the others are for those
/// who bring what was captured to a server.
public enum SQLDialect: String, Sendable, CaseIterable {
  /// SQLite, PostgreSQL and ClickHouse.
  case sqlite, postgresql, clickhouse

  /// A column's definition without its comment.
  /// - Parameter isRequired: whether the database is to refuse rows without it.
  func column(_ column: Column, isRequired: Bool = false) -> String {
    let type = type(column, isRequired: isRequired)
    return quoted(column.name) + (type.isEmpty ? "" : " \(type)")
  }

  /// A column's type, with what belongs to it.
  func type(_ column: Column, isRequired: Bool = false) -> String {
    let isKey = column.role == .key
    return switch self {
    case .sqlite, .postgresql: type(column.type) + (isKey ? " PRIMARY KEY" : isRequired ? " NOT NULL" : "")
    case .clickhouse: isKey || isRequired ? type(column.type) : "Nullable(\(type(column.type)))"
    }
  }

  /// What values of a type are called; empty for a column of SQLite that keeps numbers and texts as they are.
  func type(_ type: ColumnType) -> String {
    switch (self, type) {
    case (.sqlite, .signed), (.sqlite, .unsigned): "INTEGER"
    case (.sqlite, .real): "REAL"
    case (.sqlite, .text): "TEXT"
    case (.sqlite, .blob): "BLOB"
    case (.sqlite, .any): ""
    case (.postgresql, .signed), (.postgresql, .unsigned): "BIGINT"
    case (.postgresql, .real): "DOUBLE PRECISION"
    case (.postgresql, .blob): "BYTEA"
    case (.postgresql, .text), (.postgresql, .any): "TEXT"
    case (.clickhouse, .signed), (.clickhouse, .unsigned): "Int64"
    case (.clickhouse, .real): "Float64"
    case (.clickhouse, .text), (.clickhouse, .blob), (.clickhouse, .any): "String"
    }
  }

  /// What stands behind a column's type to document it; empty where a statement of its own does that.
  func columnComment(_ doc: String) -> String {
    switch self {
    case .sqlite: " \(blockComment(doc))"
    case .postgresql: ""
    case .clickhouse: " COMMENT \(literal(doc))"
    }
  }

  func tableComment(_ doc: String) -> String { self == .sqlite ? " \(blockComment(doc))" : "" }

  /// What stands behind the columns.
  func tableEnd(key: String, doc: String?) -> String {
    guard self == .clickhouse else { return "" }
    return " ENGINE = MergeTree ORDER BY \(quoted(key))" + (doc.map { " COMMENT \(literal($0))" } ?? "")
  }

  /// Statements that document a table after it was made.
  func comments(_ table: Table) -> [String] {
    guard self == .postgresql else { return [] }
    let whole = table.doc.map { "COMMENT ON TABLE \(quoted(table.name)) IS \(literal($0))" }
    let columns = table.columns.compactMap { column in
      column.doc.map { "COMMENT ON COLUMN \(quoted(table.name)).\(quoted(column.name)) IS \(literal($0))" }
    }
    return [whole].compactMap(\.self) + columns
  }

  func index(_ table: String, _ column: String) -> String {
    switch self {
    case .sqlite, .postgresql:
      "CREATE INDEX IF NOT EXISTS \(table)_by_\(column) ON \(quoted(table)) (\(quoted(column)))"
    case .clickhouse:
      "ALTER TABLE \(quoted(table)) ADD INDEX IF NOT EXISTS by_\(column) \(quoted(column)) TYPE minmax GRANULARITY 4"
    }
  }

  /// Puts a name for a value into a lookup table, also where it has one already.
  func insert(_ table: String, _ value: Int64, _ name: String, _ doc: String?) -> String {
    let values = "VALUES (\(value), \(literal(name)), \(doc.map(literal) ?? "NULL"))"
    return switch self {
    case .sqlite: "INSERT OR REPLACE INTO \(table) \(values)"
    case .postgresql:
      "INSERT INTO \(table) \(values) ON CONFLICT (value) DO UPDATE SET name = excluded.name, doc = excluded.doc"
    case .clickhouse: "INSERT INTO \(table) \(values)"
    }
  }

  func quoted(_ name: String) -> String { "\"\(name)\"" }

  func literal(_ text: String) -> String {
    let escaped =
      self == .clickhouse
      ? text.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\") : text
    return "'" + escaped.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }

  /// Not `--`, and before the comma: SQLite's ALTER TABLE DROP COLUMN copes with nothing else.
  private func blockComment(_ doc: String) -> String {
    "/* \(doc.split(separator: "*/", omittingEmptySubsequences: false).joined(separator: "* /")) */"
  }
}
