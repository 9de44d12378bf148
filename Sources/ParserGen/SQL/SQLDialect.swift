import ParserRuntime

/// A database system that the tables can be made for. The capture engine itself writes to SQLite and ClickHouse; PostgreSQL
/// is for those who bring what was captured there.
public enum SchemaDialect: String, Sendable, CaseIterable {
  /// SQLite, PostgreSQL, and ClickHouse as it is today.
  case sqlite, postgresql, clickhouse
  /// What ClickHouse's servers of 2018 understand.
  case clickhousePlain = "clickhouse-plain"
}

/// How SQLite and PostgreSQL write tables. ClickHouse differs in more than words: see `ClickHouseSchema`.
enum SQLDialect {
  case sqlite, postgresql

  /// A column's definition without its comment.
  /// - Parameter isRequired: whether the database is to refuse rows without it.
  func column(_ column: Column, isRequired: Bool = false) -> String {
    let type = type(column, isRequired: isRequired)
    return quoted(column.name) + (type.isEmpty ? "" : " \(type)")
  }

  /// A column's type, with what belongs to it.
  func type(_ column: Column, isRequired: Bool = false) -> String {
    let isKey = column.role == .key
    return type(column.type) + (isKey ? " PRIMARY KEY" : isRequired ? " NOT NULL" : "")
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
    }
  }

  /// What stands behind a column's type to document it; empty where a statement of its own does that.
  func columnComment(_ doc: String) -> String {
    self == .sqlite ? " \(blockComment(doc))" : ""
  }

  func tableComment(_ doc: String) -> String { self == .sqlite ? " \(blockComment(doc))" : "" }

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
    "CREATE INDEX IF NOT EXISTS \(table)_by_\(column) ON \(quoted(table)) (\(quoted(column)))"
  }

  /// Puts a name for a value into a lookup table, also where it has one already.
  func insert(_ table: String, _ value: Int64, _ name: String, _ doc: String?) -> String {
    let values = "VALUES (\(value), \(literal(name)), \(doc.map(literal) ?? "NULL"))"
    return switch self {
    case .sqlite: "INSERT OR REPLACE INTO \(table) \(values)"
    case .postgresql:
      "INSERT INTO \(table) \(values) ON CONFLICT (value) DO UPDATE SET name = excluded.name, doc = excluded.doc"
    }
  }

  func quoted(_ name: String) -> String { "\"\(name)\"" }

  func literal(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }

  /// Not `--`, and before the comma: SQLite's ALTER TABLE DROP COLUMN copes with nothing else.
  private func blockComment(_ doc: String) -> String {
    "/* \(doc.split(separator: "*/", omittingEmptySubsequences: false).joined(separator: "* /")) */"
  }
}
