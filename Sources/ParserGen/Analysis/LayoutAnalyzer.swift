/// Finds sizes that never change, types that contain themselves, and the fields on which a layout depends.
struct LayoutAnalyzer {
  let diagnostics: Diagnostics

  func analyze(_ types: [ResolvedType]) {
    for type in types { checkContainment(type) }
    guard diagnostics.isEmpty else { return }
    for type in types { markRecursion(type) }
    for type in types { _ = fixedSize(type) }
    for type in types { _ = minimumSize(type) }
    for type in types { type.fields.forEach(inline) }
    markLayoutFields(types)
  }

  // MARK: Recursion

  /// A struct cannot contain itself but through a list or a switch.
  private func checkContainment(_ type: ResolvedType) {
    func contains(_ inner: ResolvedType, _ seen: inout Set<ObjectIdentifier>) -> Bool {
      for field in inner.fields where field.spec.repetition == nil {
        guard case .user(let next) = field.elementType else { continue }
        if next === type { return true }
        if seen.insert(ObjectIdentifier(next)).inserted, contains(next, &seen) { return true }
      }
      return false
    }
    var seen: Set<ObjectIdentifier> = []
    if contains(type, &seen) {
      diagnostics.error(
        type.spec.location, path: type.spec.path,
        "a type that contains itself other than in a list or a switch is not supported yet")
    }
  }

  private func markRecursion(_ type: ResolvedType) {
    var seen: Set<ObjectIdentifier> = []
    func reaches(_ inner: ResolvedType) -> Bool {
      inner.directTypes.contains { next in
        next === type || (seen.insert(ObjectIdentifier(next)).inserted && reaches(next))
      }
    }
    type.isRecursive = reaches(type)
  }

  // MARK: Sizes

  private func fixedSize(_ type: ResolvedType) -> Int? {
    guard !type.isRecursive else { return nil }
    if let known = type.fixedSize { return known }
    var total = 0
    for field in type.fields {
      guard field.condition == nil, let size = fieldSize(field) else { return nil }
      total += size
      guard total < 1 << 30 else { return nil }
    }
    type.fixedSize = total
    return total
  }

  /// Bytes of the whole field, where that never changes.
  private func fieldSize(_ field: Field) -> Int? {
    guard let element = elementSize(field) else { return nil }
    switch field.repetition {
    case nil: return element
    case .fixed(let count): return element * count
    case .count(let count):
      guard let count = count.constant, (0...65536).contains(count) else { return nil }
      return element * Int(count)
    case .toEnd, .until: return nil
    }
  }

  private func elementSize(_ field: Field) -> Int? {
    switch (field.sizing, field.format) {
    case (.constant(let size), _): size
    case (.natural, .integer(let bytes, _, _)), (.natural, .float(let bytes, _)): bytes
    case (.natural, .user(let type, _)): fixedSize(type)
    default: nil
    }
  }

  private func minimumSize(_ type: ResolvedType) -> Int {
    if let known = type.knownMinimumSize { return known }
    // What leads back to the type itself adds nothing that is certain.
    type.knownMinimumSize = 0
    let size = type.fields.reduce(0) { total, field in
      guard field.condition == nil, field.repetition == nil || field.repetition?.inlineCount != nil else {
        return total
      }
      if let size = fieldSize(field) { return min(total + size, 1 << 30) }
      if case .natural = field.sizing, case .user(let inner, _) = field.format {
        return min(total + minimumSize(inner), 1 << 30)
      }
      return total
    }
    type.knownMinimumSize = size
    return size
  }

  /// Short lists of a fixed number of elements of fixed size are stored in the value itself.
  private func inline(_ field: Field) {
    guard case .count(let count)? = field.repetition, let count = count.constant, elementSize(field) != nil,
      (1...Int128(FieldAnalyzer.maximumInlineCount)).contains(count)
    else { return }
    if case .string = field.elementType { return }
    field.repetition = .fixed(Int(count))
  }

  // MARK: What decides the layout

  /// Marks the members that sizes, counts, conditions and switches depend on, through instances and parameters.
  private func markLayoutFields(_ types: [ResolvedType]) {
    for type in types { for field in type.fields { markDeciding(field) } }
    // Parameters that decide a layout make their arguments decide it too, until nothing changes.
    var changed = true
    while changed {
      changed = false
      for type in types {
        for field in type.fields {
          field.forEachTypeUse { inner, arguments in
            for (parameter, argument) in zip(inner.parameters, arguments) where parameter.decidesLayout {
              if mark(argument) { changed = true }
            }
          }
        }
      }
    }
  }

  private func markDeciding(_ field: Field) {
    if let condition = field.condition { mark(condition) }
    if case .computed(let size) = field.sizing { mark(size) }
    switch field.repetition {
    case .count(let count): mark(count)
    case .until(let end): mark(end)
    default: break
    }
    // A switch inside of a sized part cannot disturb what follows that part.
    if case .choice(let choice) = field.format, case .natural = field.sizing, let on = choice.on { mark(on) }
  }

  /// - Returns: Whether anything was marked that had not been.
  @discardableResult
  private func mark(_ expression: TypedExpression) -> Bool {
    var changed = false
    expression.walk { part in
      switch part.kind {
      case .own(let member), .need(_, let member), .member(_, let member):
        switch member {
        case .field(let field) where !field.decidesLayout:
          field.decidesLayout = true
          changed = true
        case .instance(let instance) where !instance.decidesLayout:
          instance.decidesLayout = true
          changed = true
          if let value = instance.value { mark(value) }
          if let condition = instance.condition { mark(condition) }
        case .parameter(let parameter) where !parameter.decidesLayout:
          parameter.decidesLayout = true
          changed = true
        default: break
        }
      default: break
      }
    }
    return changed
  }
}

extension ResolvedType {
  /// The types of the fields, those inside of switches too.
  var directTypes: [ResolvedType] {
    fields.flatMap { field -> [ResolvedType] in
      switch field.elementType {
      case .user(let type): return [type]
      case .choice(let choice):
        return choice.cases.compactMap { if case .user(let type) = $0.type { type } else { nil } }
      default: return []
      }
    }
  }
}

extension Field {
  /// Calls `visit` with each type that the field is parsed as, and the arguments for it.
  func forEachTypeUse(_ visit: (ResolvedType, [TypedExpression]) -> Void) {
    switch format {
    case .user(let type, let arguments): visit(type, arguments)
    case .choice(let choice):
      for branch in choice.branches {
        if case .user(let type, let arguments) = branch.format { visit(type, arguments) }
      }
    default: break
    }
  }
}
