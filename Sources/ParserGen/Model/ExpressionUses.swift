/// An expression of an attribute, with the key that it stands under.
struct ExpressionUse {
  let key: String
  let expression: ResolvedExpression

  /// Whether it is evaluated before the attribute, or an element of it, is read.
  var isBefore: Bool { key != "repeat-until" && key != "value" && !key.hasPrefix("valid") }
}

/// A user type that an attribute is parsed as.
struct ParsedTypeUse {
  let type: TypeDeclaration
  let arguments: [ResolvedExpression]
}

extension AttributeDeclaration {
  /// All expressions of the attribute, in the order in which they are evaluated.
  var expressionUses: [ExpressionUse] {
    usesQuery.answer(owner.model.queries, cycle: []) {
      spec.expressions.map { key, expression in
        let seesElement = key == "repeat-until" || key.hasPrefix("valid")
        let element = seesElement ? (spec.isComputed ? type : elementType) : nil
        return ExpressionUse(
          key: key, expression: typing(for: key, element: element, isQuiet: true).type(expression))
      }
    }
  }

  func expression(_ key: String) -> ResolvedExpression? { expressionUses.first { $0.key == key }?.expression }

  /// The user types that the attribute is parsed as, with their arguments.
  var typeUses: [ParsedTypeUse] {
    func use(_ format: ElementFormat, _ key: String) -> ParsedTypeUse? {
      guard case .object(let type, let name) = format else { return nil }
      return ParsedTypeUse(type: type, arguments: name.arguments.map { typing(for: key, isQuiet: true).type($0) })
    }
    return typeUsesQuery.answer(owner.model.queries, cycle: []) {
      guard !spec.isComputed else { return [] }
      guard let choice else { return use(format, "type").map { [$0] } ?? [] }
      return choice.branches.compactMap { use($0.format, "type/cases/\($0.spec?.key ?? "_")") }
    }
  }

  /// What it is called in traces and errors.
  var traceName: String {
    guard !spec.isNamed, case .field(let place) = spec.role else { return name }
    return "unnamed\(place)"
  }

  /// The place in `seq`; after all fields for an instance.
  var place: Int { if case .field(let place) = spec.role { place } else { .max } }

  /// Whether its bytes are a stream of their own.
  var isWindow: Bool { spec.size != nil || spec.sizeToEnd || spec.terminator != nil }
}

extension TypeDeclaration {
  /// The types of what is parsed in a value.
  var directTypes: [TypeDeclaration] {
    directTypesQuery.answer(model.queries, cycle: []) { attributes.flatMap(\.parsedTypes) }
  }

  func instance(_ name: String) -> AttributeDeclaration? { instances.first { $0.spec.name == name } }

  /// The part of a message that its kind decides: the last field that a switch chooses the type of.
  var content: (field: AttributeDeclaration, choice: SwitchDeclaration)? {
    for field in fields.reversed() where !field.isRepeated && field.spec.isNamed {
      if let choice = field.choice { return (field, choice) }
    }
    return nil
  }
}
