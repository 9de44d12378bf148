import GRDB
import ParserRuntime

/// Brings a database to a description's tables. Tables and columns are only ever added; anything else that differs is
/// an error that names the differences.
struct SchemaMigration {
  let info: SpecificationInfo

  private struct Column: Equatable {
    var name: String
    var type: String
  }

  func run(_ db: Database) throws {
    let schema = SQLiteSchema(info)
    let wanted = try wantedTables(schema)
    var problems: [String] = []
    for (statement, table) in zip(schema.tableStatements, wanted) {
      let columns = try columns(of: table.name, db)
      if columns.isEmpty {
        try db.execute(sql: statement)
      } else {
        problems += try extend(table.name, columns, to: table.columns, db)
      }
    }
    guard problems.isEmpty else {
      throw CaptureError(
        "the database was made by another version of the description '\(info.name)': \(problems.joined(separator: "; ")). "
          + "Use another file, or the version that made it")
    }
    for statement in schema.nameStatements { try db.execute(sql: statement) }
    try makeViews(db)
  }

  /// What the statements make, read from an empty database: SQLite knows best.
  private func wantedTables(_ schema: SQLiteSchema) throws -> [(name: String, columns: [Column])] {
    try DatabaseQueue().write { db in
      for statement in schema.tableStatements { try db.execute(sql: statement) }
      let names = try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")
      return try names.map { ($0, try columns(of: $0, db)) }
    }
  }

  private func columns(of table: String, _ db: Database) throws -> [Column] {
    try Row.fetchAll(db, sql: "SELECT name, type FROM pragma_table_info(?)", arguments: [table])
      .map { Column(name: $0["name"], type: $0["type"]) }
  }

  /// - Returns: Differences that cannot be bridged.
  private func extend(_ table: String, _ have: [Column], to want: [Column], _ db: Database) throws -> [String] {
    var problems: [String] = []
    for column in want {
      guard let old = have.first(where: { $0.name == column.name }) else {
        try db.execute(sql: "ALTER TABLE \"\(table)\" ADD COLUMN \"\(column.name)\" \(column.type)")
        continue
      }
      if old.type != column.type { problems.append("\(table).\(column.name) is \(old.type), not \(column.type)") }
    }
    for column in have where !want.contains(where: { $0.name == column.name }) {
      problems.append("\(table) has a column \(column.name) that the description lacks")
    }
    return problems
  }

  private func makeViews(_ db: Database) throws {
    for view in info.views {
      let old = try String.fetchOne(
        db, sql: "SELECT sql FROM sqlite_master WHERE type = 'view' AND name = ?", arguments: [view.name])
      if old == view.sql { continue }
      if old != nil { try db.execute(sql: "DROP VIEW \"\(view.name)\"") }
      try db.execute(sql: view.sql)
    }
  }
}
