import ParserRuntime

/// A value that a message holds, and where it is stored: what an expression of a summary may name.
final class SummaryScope {
  let type: TypeDeclaration
  /// What is written of the value.
  let items: [RowItem]
  /// The table of the row that it is written to, and the row's number: 0 is that of `message`.
  let table: TablePlan
  let row: Int
  /// The value around it.
  let enclosing: SummaryScope?
  /// Those of its type's parameters; they are of the value around it.
  let arguments: [ResolvedExpression]

  init(_ type: TypeDeclaration, _ items: [RowItem], _ table: TablePlan, row: Int, in enclosing: SummaryScope? = nil) {
    self.type = type
    self.items = items
    self.table = table
    self.row = row
    self.enclosing = enclosing
    arguments = []
  }

  /// What an attribute of another value holds, in the same row or in one behind it.
  init(
    _ type: TypeDeclaration, _ items: [RowItem], _ table: TablePlan, row: Int, in enclosing: SummaryScope,
    as attribute: AttributeDeclaration
  ) {
    self.type = type
    self.items = items
    self.table = table
    self.row = row
    self.enclosing = enclosing
    arguments = attribute.typeUses.first { $0.type === type }?.arguments ?? []
  }

  /// The message.
  var root: SummaryScope { enclosing?.root ?? self }
  /// How many values it is in.
  var depth: Int { enclosing.map { $0.depth + 1 } ?? 0 }

  // MARK: What is written of a member

  /// The column of an attribute that is one value; the first if it has several.
  func column(of attribute: AttributeDeclaration) -> (column: ColumnPlan, format: ColumnFormat)? {
    for case .column(.attribute(let other), let column, let format) in items where other === attribute {
      return (column, format)
    }
    return nil
  }

  /// The columns of a list that is stored in one.
  func list(of attribute: AttributeDeclaration) -> (column: ColumnPlan?, format: ColumnFormat, count: ColumnPlan?)? {
    for case .list(let other, let column, let format, let count) in items where other === attribute {
      return (column, format, count)
    }
    return nil
  }

  /// What is written of an attribute that is an object.
  func inside(_ attribute: AttributeDeclaration) -> [RowItem]? {
    for case .inside(let other, let items) in items where other === attribute { return items }
    return nil
  }

  /// What is written of each element of a list that is stored in rows of its own.
  func elements(of attribute: AttributeDeclaration) -> [RowItem]? {
    for case .each(let other, let items) in items where other === attribute { return items }
    return nil
  }

  /// A column that the description gives a name of its own.
  func column(named name: String) -> ColumnPlan? {
    for item in items {
      switch item {
      case .column(_, let column, _) where column.name == name, .computed(_, let column, _) where column.name == name:
        return column
      default: continue
      }
    }
    return nil
  }
}

/// A value that is computed from rows.
struct SummaryValue {
  var expression: SummaryExpression
  /// Whether it is stored as a text in a format, so that it can be shown and nothing else.
  var isFormatted = false
}
