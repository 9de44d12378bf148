import ParserRuntime

/// Writes the tables as data.
struct TablesPrinter {
  let schema: SchemaPlan

  /// The definition of a constant for each table, and of one with all of them.
  func emit(_ out: inout CodeWriter) {
    out.line()
    out.line("/// The tables that messages are stored in, by number.")
    out.line("static let tables: [SpecificationInfo.Table] = [")
    for table in schema.descriptionTables {
      out.line("  SpecificationInfo.Table(")
      out.line("    \(swiftLiteral(table.name)),\(doc(table.doc).map { " \($0)," } ?? "")")
      out.line("    [")
      for column in table.columns { out.line("      \(code(column)),") }
      out.line("    ]),")
    }
    out.line("]")
    out.line()
    out.line("/// Tables of names for the values of enums.")
    out.line("static let nameTables: [SpecificationInfo.NameTable] = [")
    for table in schema.nameTables {
      out.line("  SpecificationInfo.NameTable(")
      out.line("    \(swiftLiteral(table.name)),")
      out.line("    [")
      for entry in table.entries { out.line("      \(code(entry)),") }
      out.line("    ]),")
    }
    out.line("]")
  }

  private func code(_ column: Column) -> String {
    let arguments = [
      swiftLiteral(column.name), code(column.type), code(column.role).map { "role: \($0)" },
      column.isNullable ? "isNullable: true" : nil, column.isIndexed ? "isIndexed: true" : nil,
      column.byValue.map { "byValue: \(swiftLiteral($0))" }, column.isList ? "isList: true" : nil,
      column.kinds.isEmpty ? nil : "kinds: [\(column.kinds.map(swiftLiteral).joined(separator: ", "))]",
      doc(column.doc),
    ]
    return "SpecificationInfo.Column(\(arguments.compactMap(\.self).joined(separator: ", ")))"
  }

  private func code(_ entry: NameTable.Entry) -> String {
    let arguments = ["\(entry.value)", swiftLiteral(entry.name), doc(entry.doc)]
    return "SpecificationInfo.NameTable.Entry(\(arguments.compactMap(\.self).joined(separator: ", ")))"
  }

  private func code(_ type: ColumnType) -> String {
    switch type {
    case .signed(let bits): ".signed(\(bits))"
    case .unsigned(let bits): ".unsigned(\(bits))"
    case .real: ".real"
    case .text: ".text"
    case .blob: ".blob"
    case .any: ".any"
    }
  }

  private func code(_ role: SpecificationInfo.ColumnRole) -> String? {
    switch role {
    case .value: nil
    case .key: ".key"
    case .reference(let table): ".reference(to: \(swiftLiteral(table)))"
    case .contentTable: ".contentTable"
    case .content: ".content"
    }
  }

  private func doc(_ text: String?) -> String? { text.map { "doc: \(swiftLiteral($0))" } }
}
