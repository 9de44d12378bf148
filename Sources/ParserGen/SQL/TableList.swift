import ParserRuntime

/// The tables of a description, as far as they are known: that of messages first.
final class TableList {
  /// Each is a bit of `RowBatch.omittedDetails`.
  private static let maximumDetails = 64

  private(set) var all: [TablePlan]
  private let diagnostics: Diagnostics

  init(_ message: TablePlan, _ diagnostics: Diagnostics) {
    all = [message]
    self.diagnostics = diagnostics
  }

  /// All rows of a table are of one group: what is stored of a table must not depend on where a row comes from.
  func setDetail(_ detail: NameReference?, of table: TablePlan, isKnown: Bool, at field: AttributeDeclaration) {
    if isKnown, table.detail?.text != detail?.text {
      diagnostics.error(
        detail?.location ?? field.spec.location, path: field.spec.path,
        "rows of '\(table.name)' are of the detail '\(table.detail?.text ?? "none")' elsewhere; give all the same")
    }
    table.detail = detail
    let names = Set(all.compactMap { $0.detail?.text })
    if let detail, names.count > Self.maximumDetails {
      diagnostics.error(
        detail.location, path: field.spec.path, "there are more than \(Self.maximumDetails) details; use fewer names")
    }
  }

  func table(_ name: String, at field: AttributeDeclaration) -> TablePlan {
    if EngineTables.reservedNames.contains(name) || name.hasPrefix("enum_") || name.hasPrefix("sqlite_") {
      diagnostics.error(
        field.columns.table?.location ?? field.spec.location, path: field.spec.path,
        "the table name '\(name)' is reserved; choose another with '-sql: {table: …}'")
    }
    if let known = all.first(where: { $0.name == name }) { return known }
    let table = TablePlan(name: name)
    all.append(table)
    return table
  }

  /// Tables of values are beside the others, so they must not have their names.
  func checkValueTables() {
    var known = EngineTables.reservedNames.union(all.map(\.name))
    for table in all {
      for column in table.columns {
        guard let byValue = column.byValue, let value = column.valueName else { continue }
        let name = SpecificationInfo.ValueList.name(table: table.name, value: value)
        if !known.insert(name).inserted {
          diagnostics.error(
            byValue.location, path: "/-sql/by_value",
            "there is a table '\(name)' already; give the values another name: '-sql: {by_value: name}'")
        }
      }
    }
  }
}
