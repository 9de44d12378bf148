/// Refuses what the compiler of messages cannot do, each at its place. Whatever passes, the analyses know.
struct UnsupportedFeatures {
  let diagnostics: Diagnostics

  /// Expressions beyond this are refused: the analyses follow them by recursion.
  private static let maximumDepth = 1000

  /// - Returns: Whether everything is known to the analyses.
  func check(_ types: [TypeSpec]) -> Bool {
    let problems = diagnostics.count
    for type in types {
      check(type)
      for attribute in type.seq + type.instances { check(attribute) }
      for parameter in type.params {
        let isPlain = parameter.type.map { $0.dimensions == 0 && !["io", "struct", "any"].contains($0.text) } ?? true
        if !isPlain { refuse("type", parameter.typeLocation, parameter.path, "\(parameter.type?.text ?? "")") }
      }
    }
    return diagnostics.count == problems
  }

  private func check(_ type: TypeSpec) {
    if case .computed(let endian)? = type.meta.endian {
      refuse("endian", endian.location, type.path + "/meta", "a computed 'endian'")
    }
    if let text = type.text { refuse("to-string", text.location, type.path) }
  }

  private func check(_ attribute: AttributeSpec) {
    func refuse(_ key: String, _ what: String? = nil) {
      self.refuse(key, attribute.places[key] ?? attribute.location, attribute.path, what)
    }
    if attribute.role == .instance, attribute.places["value"] == nil {
      diagnostics.error(
        attribute.location, path: attribute.path,
        "an instance that is parsed ('pos', or no 'value') is not supported yet; give it a 'value'")
    }
    if attribute.process != nil { refuse("process") }
    if attribute.parent != nil { refuse("parent") }
    if attribute.io != nil { refuse("io") }
    if let terminator = attribute.terminator, terminator.count != 1 {
      self.refuse("terminator", attribute.place("terminator"), attribute.path, "a terminator of several bytes")
    }
    for (name, location) in attribute.typeNames where isBits(name) {
      self.refuse("type", location, attribute.path, "bit-sized integers ('\(name.text)')", isPlural: true)
    }
    for (key, expression) in attribute.expressions { check(expression, attribute.path + "/" + key, 0) }
  }

  private func isBits(_ name: TypeName) -> Bool {
    guard name.scope.isEmpty, name.name.first == "b" else { return false }
    let digits = name.name.dropFirst().prefix { $0.isASCII && $0.isNumber }
    return !digits.isEmpty && ["b\(digits)", "b\(digits)le", "b\(digits)be"].contains(name.name)
  }

  /// - Returns: Whether all is well so far, so that one complaint is enough for an expression.
  @discardableResult
  private func check(_ expression: Expression, _ path: String, _ depth: Int) -> Bool {
    guard depth < Self.maximumDepth else {
      diagnostics.error(expression.location, path: path, "the expression is nested too deeply")
      return false
    }
    let what: String? =
      switch expression.kind {
      case .interpolated: "interpolated strings are"
      case .size(of: _, let inBits): inBits ? "'bitsizeof' is" : "'sizeof' is"
      case .array(let elements) where elements.isEmpty: "an empty list is"
      case .enumMember(_, _, isAbsolute: true): "a name that begins with '::' is"
      case .cast(_, let type) where type.dimensions > 0: "a list's type in an expression is"
      default: nil
      }
    if let what { diagnostics.error(expression.location, path: path, "\(what) not supported yet") }
    return expression.operands.allSatisfy { check($0, path, depth + 1) }
  }

  private func refuse(
    _ key: String, _ location: SourceLocation, _ path: String, _ what: String? = nil, isPlural: Bool = false
  ) {
    let verb = isPlural ? "are" : "is"
    diagnostics.error(location, path: "\(path)/\(key)", "\(what ?? "'\(key)'") \(verb) not supported yet")
  }
}

extension AttributeSpec {
  /// The types that the attribute names, with where.
  fileprivate var typeNames: [(TypeName, SourceLocation)] {
    switch type {
    case .plain(let name): [(name, name.location)]
    case .choice(let choice): choice.cases.map { ($0.type, $0.type.location) }
    case nil: []
    }
  }
}
