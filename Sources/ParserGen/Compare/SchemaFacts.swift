import ParserRuntime

/// The tables of a description, and what a change of them means for databases.
struct SchemaFacts {
  private let tables: [(name: String, columns: [ColumnPlan])]

  init(_ schema: SchemaPlan) { tables = schema.tables.map { ($0.name, $0.columns) } }

  var facts: DescriptionComparison.Facts {
    tables.flatMap { table -> DescriptionComparison.Facts in
      [(table.name, [("table", "")])]
        + table.columns.map { column in
          (
            "\(table.name).\(column.name)",
            [("column", type(of: column))] + (column.isIndexed ? [("index", "yes")] : [])
              + (column.valueName.map { [("by_value", $0)] } ?? [])
              + (column.kinds.isEmpty ? [] : [("kind", column.kindNames.joined(separator: ", "))])
          )
        }
    }
  }

  /// Tables and columns are only ever added; what else differs stands in the way.
  func obstacles(to new: SchemaFacts) -> [String] {
    tables.flatMap { table -> [String] in
      // A table that is no longer described stays as it is.
      guard let other = new.tables.first(where: { $0.name == table.name }) else { return [] }
      return table.columns.compactMap { column in
        guard let now = other.columns.first(where: { $0.name == column.name }) else {
          return "\(table.name) has a column \(column.name) that the new description lacks"
        }
        let (old, new) = (type(of: column), type(of: now))
        return new == old ? nil : "\(table.name).\(column.name) is \(old), not \(new)"
      }
    }
  }

  /// In SQLite's words: what else differs of a column makes no difference to a database.
  private func type(of column: ColumnPlan) -> String {
    SQLDialect.sqlite.type(column.type) + (column.role == .key ? " PRIMARY KEY" : "")
  }
}
