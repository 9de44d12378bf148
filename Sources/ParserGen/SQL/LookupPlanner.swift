import ParserRuntime

/// Which columns hold the value of an enum, whose names are in a lookup table.
struct LookupPlanner {
  struct Lookup: Hashable {
    var table: String
    var column: String
    var spec: EnumSpec
    var name: String { spec.tableName }
  }

  let schema: SchemaPlan

  var lookups: [Lookup] {
    var found: [Lookup] = []
    for row in schema.messages + schema.rows { collect(row.items, row.table, &found) }
    return found
  }

  /// The column of `message` that tells what kind a message is, where there is only one for all types of messages.
  func typeColumn(_ types: [TypeDeclaration]) -> String? {
    let columns = Set(types.compactMap(typeColumn))
    return columns.count == 1 ? columns.first : nil
  }

  /// What the content is switched on.
  private func typeColumn(_ type: TypeDeclaration) -> String? {
    guard let content = type.content, case .enumeration(let spec, _)? = content.field.expression("type/switch-on")?.type
    else { return nil }
    return lookups.first { $0.table == "message" && $0.spec === spec }?.column
  }

  private func collect(_ items: [RowItem], _ table: TablePlan, _ found: inout [Lookup]) {
    for item in items {
      switch item {
      case .column(let member, let column, let format): add(member.type, column, format, table, &found)
      case .value(let type, let column, let format): add(type, column, format, table, &found)
      case .inside(_, let items), .each(_, let items): collect(items, table, &found)
      case .choice(_, let cases): for items in cases { collect(items, table, &found) }
      case .list, .computed, .row: break
      }
    }
  }

  private func add(
    _ type: DataType, _ column: ColumnPlan, _ format: ColumnFormat, _ table: TablePlan, _ found: inout [Lookup]
  ) {
    guard case .enumeration(let spec, _) = type, format == .natural || format == .integer else { return }
    let lookup = Lookup(table: table.name, column: column.name, spec: spec)
    if !found.contains(lookup) { found.append(lookup) }
  }
}
