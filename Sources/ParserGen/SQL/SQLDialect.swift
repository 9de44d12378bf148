/// A database system that the tables can be made for. The capture engine itself writes to SQLite; the others are for those
/// who bring what was captured to a server.
public enum SQLDialect: String, Sendable, CaseIterable {
  /// SQLite, PostgreSQL and ClickHouse.
  case sqlite, postgresql, clickhouse

  /// A column's definition without its comment.
  /// - Parameter type: as the planner has it, in SQLite's words.
  func column(_ name: String, _ type: String) -> String {
    quoted(name) + (self.type(type).isEmpty ? "" : " \(self.type(type))")
  }

  private func type(_ type: String) -> String {
    switch (self, type) {
    case (.sqlite, _): type
    case (.postgresql, "INTEGER PRIMARY KEY"): "BIGINT PRIMARY KEY"
    case (.postgresql, "INTEGER"): "BIGINT"
    case (.postgresql, "REAL"): "DOUBLE PRECISION"
    case (.postgresql, "BLOB"): "BYTEA"
    case (.postgresql, ""): "TEXT"
    case (.postgresql, _): type
    case (.clickhouse, "INTEGER PRIMARY KEY"): "Int64"
    case (.clickhouse, "INTEGER"): "Nullable(Int64)"
    case (.clickhouse, "REAL"): "Nullable(Float64)"
    case (.clickhouse, "TEXT NOT NULL"): "String"
    case (.clickhouse, _): "Nullable(String)"
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
  func tableEnd(key: String, doc: String) -> String {
    guard self == .clickhouse else { return "" }
    return " ENGINE = MergeTree ORDER BY \(quoted(key))" + (doc.isEmpty ? "" : " COMMENT \(literal(doc))")
  }

  /// Statements that document a table after it was made.
  func comments(_ table: String, _ doc: String, _ columns: [(name: String, doc: String)]) -> [String] {
    guard self == .postgresql else { return [] }
    let whole = doc.isEmpty ? [] : ["COMMENT ON TABLE \(quoted(table)) IS \(literal(doc))"]
    return whole
      + columns.filter { !$0.doc.isEmpty }.map {
        "COMMENT ON COLUMN \(quoted(table)).\(quoted($0.name)) IS \(literal($0.doc))"
      }
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
