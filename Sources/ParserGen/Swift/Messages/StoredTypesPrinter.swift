import ParserRuntime

/// Writes as data where fields are stored.
struct StoredTypesPrinter {
  let schema: SchemaPlan

  func emit(_ out: inout CodeWriter) {
    out.line()
    out.line("/// Where fields are stored, by types whose values are rows.")
    out.line("static let storedTypes: [SpecificationInfo.StoredType] = [")
    for type in schema.storedTypes {
      out.line("  SpecificationInfo.StoredType(")
      out.line("    \(swiftLiteral(type.name)), \(swiftLiteral(type.table)),")
      out.line("    fields: [")
      for field in type.fields { out.line("      \(code(field)),") }
      out.line("    ],")
      out.line("    rows: [")
      for rows in type.rows {
        out.line("      SpecificationInfo.StoredRows(\(swiftLiteral(rows.path)), \(rows.type)),")
      }
      out.line("    ]),")
    }
    out.line("]")
  }

  private func code(_ field: SpecificationInfo.StoredField) -> String {
    let arguments = [
      swiftLiteral(field.path), swiftLiteral(field.column), field.form == .natural ? nil : ".\(field.form)",
      field.isList ? "isList: true" : nil,
    ]
    return "SpecificationInfo.StoredField(\(arguments.compactMap(\.self).joined(separator: ", ")))"
  }
}
