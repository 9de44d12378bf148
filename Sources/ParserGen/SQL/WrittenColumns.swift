/// Finds the columns that every row of a table has.
struct WrittenColumns {
  /// Marks what may be missing from a row of any of the plans, which are all of one table.
  static func mark(_ plans: [RowPlan]) {
    guard let first = plans.first else { return }
    let always = plans.dropFirst().reduce(columns(of: first.items)) { $0.intersection(columns(of: $1.items)) }
    for column in first.table.own { column.isNullable = !always.contains(ObjectIdentifier(column)) }
  }

  /// What is written whatever the value is, and however its conditions turn out.
  private static func columns(of items: [RowItem]) -> Set<ObjectIdentifier> {
    items.reduce(into: []) { $0.formUnion(columns(of: $1)) }
  }

  private static func columns(of item: RowItem) -> Set<ObjectIdentifier> {
    switch item {
    case .column(.attribute(let attribute), let column, _):
      // An instance whose expression fails is NULL.
      attribute.isOptional || attribute.isInstance && attribute.canThrow ? [] : [ObjectIdentifier(column)]
    case .column: []
    case .value(_, let column, _), .computed(_, let column, _): [ObjectIdentifier(column)]
    case .list(let field, let column, _, let count):
      field.isOptional ? [] : Set([column, count].compactMap { $0.map(ObjectIdentifier.init) })
    case .inside(let field, let items): field.isOptional ? [] : columns(of: items)
    case .choice(_, let cases):
      cases.dropFirst().reduce(cases.first.map(columns) ?? []) { $0.intersection(columns(of: $1)) }
    case .row, .each: []
    }
  }
}
