import ParserRuntime

/// Writes the schema as SQL.
struct SQLPrinter {
  let plan: SchemaPlan
  var dialect = SQLDialect.sqlite

  /// `CREATE TABLE` for the engine's tables, the description's, and the lookup tables of enums.
  var tableStatements: [String] {
    (EngineTables.all + plan.descriptionTables).flatMap(statements) + plan.nameTables.map { statement($0.table) }
  }

  var indexStatements: [String] {
    plan.descriptionTables.flatMap { table in
      table.columns.filter(\.isIndexed).map { dialect.index(table.name, $0.name) }
    }
  }

  /// The names of enums' members.
  var lookupStatements: [String] {
    plan.nameTables.flatMap { table in
      table.entries.map { dialect.insert(table.name, $0.value, $0.name, $0.doc) }
    }
  }

  /// The tables in which lists are found by their values; a store makes them on demand, and stands in for them before.
  var valueTableStatements: [String] {
    plan.descriptionTables.flatMap(\.valueLists).map { list in
      let columns = [list.valueColumn, list.keyColumn] + [list.messageColumn].compactMap(\.self)
      return "CREATE TABLE \(dialect.quoted(list.name)) (\(columns.map(dialect.quoted).joined(separator: ", ")))"
    }
  }

  private func statements(_ table: Table) -> [String] {
    var text = "CREATE TABLE \(dialect.quoted(table.name)) (" + (table.doc.map(dialect.tableComment) ?? "")
    for (index, column) in table.columns.enumerated() {
      text += "\n  \(dialect.column(column))"
      if let doc = column.doc { text += dialect.columnComment(doc) }
      if index < table.columns.count - 1 { text += "," }
    }
    return [text + "\n)"] + dialect.comments(table)
  }

  /// Of a table of names.
  private func statement(_ table: Table) -> String {
    // Written without quotes, as they always were: databases are compared with this text.
    let columns = table.columns.map { column in
      let isRequired = !column.isNullable && column.role != .key
      return dialect == .sqlite
        ? "\(column.name) \(dialect.type(column, isRequired: isRequired))"
        : dialect.column(column, isRequired: isRequired)
    }
    return "CREATE TABLE \(table.name) (\(columns.joined(separator: ", ")))"
  }
}
