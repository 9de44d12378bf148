import ParserRuntime

// What a summary tells of the values that a message holds, wherever they are stored.
extension SummaryLowering {
  /// Something of the object that an expression yields.
  func expression(
    within e: ResolvedExpression, in scope: SummaryScope,
    _ body: (SummaryScope) throws(Diagnostic) -> SummaryExpression
  ) throws(Diagnostic) -> SummaryExpression {
    try within(e, in: scope) { inner throws(Diagnostic) in SummaryValue(expression: try body(inner)) }.expression
  }

  /// The same, with a word about the form of the value.
  func within(
    _ e: ResolvedExpression, in scope: SummaryScope, _ body: (SummaryScope) throws(Diagnostic) -> SummaryValue
  ) throws(Diagnostic) -> SummaryValue {
    func around(_ scope: SummaryScope) throws(Diagnostic) -> SummaryValue {
      guard let outer = scope.enclosing else { throw Diagnostic(at: e.location, "there is nothing around this") }
      return try body(outer)
    }
    switch e.kind {
    case .this: return try body(scope)
    case .root: return try body(scope.root)
    case .parent: return try around(scope)
    case .parentOf(let base): return try within(base, in: scope) { inner throws(Diagnostic) in try around(inner) }
    case .member(let base, let members):
      return try within(base, in: scope) { inner throws(Diagnostic) in
        let found = members.first { $0.owner === inner.type }?.member
        return try descend(into: found, of: inner, as: nil, at: e.location, body)
      }
    case .cast(let target):
      guard case .member(let base, let members) = target.kind, case .object(let wanted) = e.type else { break }
      return try within(base, in: scope) { inner throws(Diagnostic) in
        let found = members.first { $0.owner === inner.type }?.member
        return try descend(into: found, of: inner, as: wanted, at: e.location, body)
      }
    default: break
    }
    throw Diagnostic(at: e.location, "a summary cannot tell which value this is; name a field of the type")
  }

  func descend(
    into member: MemberDeclaration?, of scope: SummaryScope, as wanted: TypeDeclaration?, at place: SourceLocation,
    _ body: (SummaryScope) throws(Diagnostic) -> SummaryValue
  ) throws(Diagnostic) -> SummaryValue {
    guard case .attribute(let attribute)? = member else {
      throw Diagnostic(at: place, "a summary cannot tell which value this is; name a field of the type")
    }
    if let value = attribute.value {
      return try deeper(at: place) { inner throws(Diagnostic) in try inner.within(value, in: scope, body) }
    }
    guard let items = scope.inside(attribute) else {
      throw Diagnostic(
        at: place,
        "nothing of '\(attribute.name)' is stored, so a summary cannot show it\(remedy(for: attribute))")
    }
    guard case .choice(let choice, let cases)? = items.first, items.count == 1 else {
      guard case .object(let type) = attribute.elementType else {
        throw Diagnostic(at: place, "a summary cannot tell which value this is")
      }
      return try enter(items, of: type, attribute, in: scope, at: place, body)
    }
    var found: [Int: SummaryExpression] = [:]
    var isFormatted = false
    for (number, items) in cases.enumerated() {
      if case .value(let type, let column, let format)? = items.first {
        found[number] = shown(column, type, format, in: scope)
      }
      guard case .object(let type) = choice.alternatives[number].type, wanted == nil || wanted === type else {
        continue
      }
      let value = try enter(items, of: type, attribute, in: scope, at: place, body)
      isFormatted = isFormatted || value.isFormatted
      found[number] = value.expression
    }
    return SummaryValue(expression: chosen(found, choice, in: scope), isFormatted: isFormatted)
  }

  /// What is written of a value: into the row of the value around it, or into a row of its own.
  private func enter(
    _ items: [RowItem], of type: TypeDeclaration, _ attribute: AttributeDeclaration, in scope: SummaryScope,
    at place: SourceLocation, _ body: (SummaryScope) throws(Diagnostic) -> SummaryValue
  ) throws(Diagnostic) -> SummaryValue {
    guard case .row(let plan, let link)? = items.first, items.count == 1 else {
      return try body(SummaryScope(type, items, scope.table, row: scope.row, in: scope, as: attribute))
    }
    guard scope.table.isMessage || link == .content else {
      throw Diagnostic(
        at: place,
        "the row of '\(attribute.name)' in '\(plan.table.name)' is found only by searching, which is too slow for a "
          + "summary; give '\(type.spec.name)' '-sql: {link: content}'")
    }
    var value = try body(SummaryScope(type, plan.items, plan.table, row: scope.row + 1, in: scope, as: attribute))
    value.expression = .content(of: scope.row, table: plan.table.number, value.expression)
    return value
  }

  /// The value of the case that was chosen; where that can no longer be told, the first that there is.
  private func chosen(
    _ values: [Int: SummaryExpression], _ choice: SwitchDeclaration, in scope: SummaryScope
  ) -> SummaryExpression {
    let attribute = choice.attribute
    let ordered = values.sorted { $0.key < $1.key }
    guard let selector = attribute.expression("type/switch-on"), let number = try? number(selector, in: scope) else {
      return .first(ordered.map(\.value))
    }
    var cases: [SummaryCase] = []
    for (alternative, value) in ordered {
      var numbers: [Int128] = []
      var isRest = false
      for branch in choice.branches where branch.alternative == alternative {
        guard let spec = branch.spec, spec.match != nil else {
          isRest = true
          continue
        }
        guard let match = constant(attribute.expression("type/cases/\(spec.key)")) else {
          return .first(ordered.map(\.value))
        }
        numbers.append(match)
      }
      if !numbers.isEmpty { cases.append(SummaryCase(numbers, value)) }
      if isRest { cases.append(SummaryCase(nil, value)) }
    }
    return .cases(of: number, cases)
  }

  private func constant(_ e: ResolvedExpression?) -> Int128? {
    switch e?.kind {
    case .enumMember(_, let member): member.value
    case .boolean(let value): value ? 1 : 0
    default: e?.constant
    }
  }

  /// An object as its summary says.
  func object(
    _ attribute: AttributeDeclaration, in scope: SummaryScope, at place: SourceLocation
  ) throws(Diagnostic) -> SummaryExpression {
    try descend(into: .attribute(attribute), of: scope, as: nil, at: place) { inner in
      SummaryValue(expression: planner.line(of: inner))
    }.expression
  }
}
