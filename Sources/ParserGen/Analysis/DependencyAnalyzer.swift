/// Finds what each type needs of its ancestors, and that nothing is used before it has been parsed.
struct DependencyAnalyzer {
  let diagnostics: Diagnostics

  func analyze(_ types: [ResolvedType]) {
    for type in types { collectOwnNeeds(type) }
    // A type hands down what the types in it need, until nothing changes.
    while types.contains(where: inheritNeeds) {}
    for type in types { checkOrder(type) }
    checkStreams(types)
  }

  // MARK: Needs

  private func collectOwnNeeds(_ type: ResolvedType) {
    for field in type.fields {
      for expression in field.allExpressions { add(needs(of: expression), to: type) }
    }
    for instance in type.instances {
      let expressions =
        [instance.value, instance.condition].compactMap(\.self) + (instance.constraint?.expressions ?? [])
      let found = expressions.flatMap(needs)
      add(found, to: type)
      type.keptNeeds.formUnion(found.map(\.0))
    }
    for use in [type.answeredBy, type.followedBy].compactMap(\.self) {
      let found = use.arguments.flatMap(needs)
      add(found, to: type)
      type.keptNeeds.formUnion(found.map(\.0))
    }
  }

  private func needs(of expression: TypedExpression) -> [(Need, Member)] {
    var found: [(Need, Member)] = []
    expression.walk { part in
      if case .need(let need, let member) = part.kind { found.append((need, member)) }
    }
    return found
  }

  @discardableResult
  private func add(_ needs: [(Need, Member)], to type: ResolvedType) -> Bool {
    let before = type.needs.count
    for (need, member) in needs where !type.needs.contains(need) {
      type.needs.append(need)
      type.needMembers[need] = member
    }
    return type.needs.count > before
  }

  private func inheritNeeds(_ type: ResolvedType) -> Bool {
    var changed = false
    for inner in type.directTypes {
      for need in inner.needs {
        guard let member = inner.needMembers[need] else { continue }
        switch need.anchor {
        case .root where !type.isRoot:
          if add([(need, member)], to: type) { changed = true }
        case .parent(let depth) where depth > 1:
          if add([(Need(anchor: .parent(depth - 1), member: need.member), member)], to: type) { changed = true }
        default: break
        }
      }
    }
    return changed
  }

  // MARK: Order

  private func checkOrder(_ type: ResolvedType) {
    for field in type.fields {
      for expression in field.expressionsBefore { require(expression, of: type, before: field.index, field) }
      for expression in field.expressionsAfter { require(expression, of: type, before: field.index, field) }
      field.forEachTypeUse { inner, _ in
        for need in inner.needs {
          let isOurs = need.anchor == .parent(1) || (need.anchor == .root && type.isRoot)
          guard isOurs, let member = type.member(need.member) else { continue }
          requireMember(member, before: field.index, field, field.spec.location)
        }
      }
    }
  }

  private func require(_ expression: TypedExpression, of type: ResolvedType, before index: Int, _ user: Field) {
    expression.walk { part in
      if case .own(let member) = part.kind { requireMember(member, before: index, user, part.location) }
    }
  }

  private func requireMember(_ member: Member, before index: Int, _ user: Field, _ place: SourceLocation) {
    switch member {
    case .field(let field):
      if field.index >= index {
        diagnostics.error(
          place, path: user.spec.path, "'\(field.name)' is not parsed yet where '\(user.name)' needs it")
      }
    case .instance(let instance):
      for expression in [instance.value, instance.condition].compactMap(\.self) {
        expression.walk { part in
          if case .own(let inner) = part.kind { requireMember(inner, before: index, user, place) }
        }
      }
    case .parameter: break
    }
  }

  // MARK: Streams

  private func checkStreams(_ types: [ResolvedType]) {
    for type in types {
      for use in [type.answeredBy, type.followedBy].compactMap(\.self) where !use.type.needs.isEmpty {
        diagnostics.error(
          use.type.spec.location, path: use.type.spec.path,
          "a response stream is parsed apart from its request: it cannot use '_root' or '_parent'; pass a parameter")
      }
      if type.isRoot, !type.parameters.isEmpty {
        diagnostics.error(
          type.spec.location, path: "/params", "the root type of a description cannot have parameters yet")
      }
    }
  }
}

extension Field {
  /// Expressions that are evaluated before the field is read.
  var expressionsBefore: [TypedExpression] {
    var all: [TypedExpression] = []
    if let condition { all.append(condition) }
    if case .computed(let size) = sizing { all.append(size) }
    if case .count(let count)? = repetition { all.append(count) }
    if case .choice(let choice) = format {
      if let on = choice.on { all.append(on) }
      all += choice.branches.compactMap(\.match)
    }
    forEachTypeUse { _, arguments in all += arguments }
    return all
  }

  /// Expressions that are evaluated once an element has been read.
  var expressionsAfter: [TypedExpression] {
    var all = constraint?.expressions ?? []
    if case .until(let end)? = repetition { all.append(end) }
    return all
  }

  var allExpressions: [TypedExpression] { expressionsBefore + expressionsAfter }
}
