import ParserRuntime

// What a summary tells of lists: the first elements, and how many there are.
extension SummaryLowering {
  func list(_ e: ResolvedExpression, in scope: SummaryScope) throws(Diagnostic) -> SummaryExpression {
    guard case .member(let base, let members) = e.kind else {
      throw Diagnostic(at: e.location, "a summary can show no other lists than those of fields")
    }
    return try expression(within: base, in: scope) { scope throws(Diagnostic) in
      guard case .attribute(let attribute)? = members.first(where: { $0.owner === scope.type })?.member else {
        throw Diagnostic(at: e.location, "a summary can show no other lists than those of fields")
      }
      if let column = scope.list(of: attribute)?.column {
        return .column(row: scope.row, scope.table.index(of: column))
      }
      guard let items = scope.elements(of: attribute) else {
        throw Diagnostic(
          at: e.location,
          "'\(attribute.name)' is not stored, so a summary cannot show it\(remedy(for: attribute))")
      }
      return try elements(attribute, items, in: scope, at: e.location)
    }
  }

  /// The first elements of a list that is a message's content.
  func elements(
    _ attribute: AttributeDeclaration, _ items: [RowItem], in scope: SummaryScope, at place: SourceLocation
  ) throws(Diagnostic) -> SummaryExpression {
    guard scope.table.isMessage, case .row(let plan, _)? = items.first, items.count == 1 else {
      throw Diagnostic(
        at: place,
        "the rows of '\(attribute.name)' are found only by searching, which is too slow for a summary; show its size, as "
          + "'{\(attribute.name).size}'")
    }
    let element: SummaryExpression
    switch plan.source {
    case .type(let type):
      element = planner.line(
        of: SummaryScope(type, plan.items, plan.table, row: 1, in: scope, as: attribute))
    case .elements:
      element = .first(
        plan.items.compactMap { item in
          guard case .value(let type, let column, let format) = item else { return nil }
          let value = self.read(plan.table.index(of: column), ofRow: 1, type, format)
          return value.isFormatted ? value.expression : shown(value.expression, type)
        })
    }
    return .elements(table: plan.table.number, element)
  }

  func size(of e: ResolvedExpression, in scope: SummaryScope) throws(Diagnostic) -> SummaryExpression {
    guard case .member(let base, let members) = e.kind else {
      throw Diagnostic(at: e.location, "a summary knows the size of no other lists than those of fields")
    }
    return try expression(within: base, in: scope) { scope throws(Diagnostic) in
      guard case .attribute(let attribute)? = members.first(where: { $0.owner === scope.type })?.member else {
        throw Diagnostic(at: e.location, "a summary knows the size of no other lists than those of fields")
      }
      let list = scope.list(of: attribute)
      if let count = list?.count { return .column(row: scope.row, scope.table.index(of: count)) }
      if let list, let column = list.column, !attribute.elementType.mayHaveCommas(as: list.format) {
        return .count(row: scope.row, scope.table.index(of: column))
      }
      guard let count = attribute.expression("repeat-expr") else {
        throw Diagnostic(
          at: e.location,
          "the size of '\(attribute.name)' is not stored, so a summary cannot show it: only 'repeat-expr' says it before"
        )
      }
      let value = try number(count, in: scope)
      guard let condition = attribute.expression("if") else { return value }
      return .choice(try number(condition, in: scope), value, .number(0))
    }
  }
}
