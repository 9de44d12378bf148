/// Writes the runtime's `DescriptionOutline`.
struct OutlineEmitter {
  let specification: AnalyzedSpecification
  /// The description's files, by the paths that locations have.
  let files: [(path: String, text: String)]

  func emit(_ out: inout SwiftWriter) {
    out.line("/// What the description consists of, and where it says so.")
    out.line("private static let outline = DescriptionOutline(")
    out.indented { out in
      out.line("title: \(optional(specification.root.spec.meta.title)),")
      out.line("sources: [")
      for file in files {
        let name = file.path.split(separator: "/").last.map(String.init) ?? file.path
        out.line("  DescriptionOutline.Source(\(swiftLiteral(name)), \(swiftLiteral(file.text))),")
      }
      out.line("],")
      out.line("types: [")
      out.indented { out in for type in specification.types { emit(type, &out) } }
      out.line("],")
      out.line("enumerations: [")
      out.indented { out in for spec in specification.enums { emit(spec, &out) } }
      out.line("])")
    }
    out.line()
  }

  private func emit(_ type: ResolvedType, _ out: inout SwiftWriter) {
    let spec = type.spec
    out.line("DescriptionOutline.TypeOutline(")
    out.line(
      "  \(swiftLiteral(spec.traceName)), source: \(source(spec.location)), line: \(spec.location.line), "
        + "doc: \(text(spec.doc)),")
    out.line("  members: [")
    out.indented { out in
      for field in type.fields { emit(field, &out) }
      for instance in type.instances { emit(instance, &out) }
    }
    out.line("  ]),")
  }

  private func emit(_ field: Field, _ out: inout SwiftWriter) {
    var facts = common(field.elementType, field.spec.doc)
    if field.constantContents != nil { facts.append("isConstant: true") }
    if field.spec.condition != nil {
      facts.append("conditionLine: \((field.spec.places["if"] ?? field.spec.location).line)")
    }
    if field.spec.valid != nil || field.constantContents != nil { facts.append("hasConstraint: true") }
    if let enumeration = enumeration(field.elementType) { facts.append("enumeration: \(enumeration)") }
    if let choice = field.choice {
      let cases = choice.branches.map { branch in
        let type = if case .user(let type, _) = branch.format { swiftLiteral(type.spec.traceName) } else { "nil" }
        let written = field.spec.choiceCase(at: branch)
        return
          "DescriptionOutline.Case(\(swiftLiteral(written?.match?.text ?? "_")), type: \(type), "
          + "line: \((written?.location ?? field.spec.location).line))"
      }
      facts.append("cases: [\(cases.joined(separator: ", "))]")
    }
    line(field.name, field.spec.location, field.typeText + (field.spec.repetition == nil ? "" : "[]"), facts, &out)
  }

  private func emit(_ instance: Instance, _ out: inout SwiftWriter) {
    var facts = common(instance.type, instance.spec.doc)
    facts.insert("isInstance: true", at: instance.spec.doc.text == nil ? 0 : 1)
    if let condition = instance.spec.condition { facts.append("conditionLine: \(condition.location.line)") }
    if instance.spec.valid != nil { facts.append("hasConstraint: true") }
    if let enumeration = enumeration(instance.type) { facts.append("enumeration: \(enumeration)") }
    line(instance.name, instance.spec.location, instance.typeText, facts, &out)
  }

  /// Arguments in the order of the initializer.
  private func common(_ type: ValueType, _ doc: Documentation) -> [String] {
    var facts = doc.text == nil ? [] : ["doc: \(text(doc))"]
    if case .boolean = type { facts.append("isBoolean: true") }
    return facts
  }

  private func line(
    _ name: String, _ location: SourceLocation, _ type: String, _ facts: [String], _ out: inout SwiftWriter
  ) {
    let arguments = [swiftLiteral(name), "line: \(location.line)", "type: \(swiftLiteral(type))"] + facts
    out.line("  DescriptionOutline.Member(\(arguments.joined(separator: ", "))),")
  }

  private func emit(_ spec: EnumSpec, _ out: inout SwiftWriter) {
    out.line("DescriptionOutline.Enumeration(")
    out.line("  \(swiftLiteral(spec.name)), source: \(source(spec.location)), line: \(spec.location.line),")
    out.line("  values: [")
    for member in spec.members {
      let doc = member.doc.text == nil ? "" : ", doc: \(text(member.doc))"
      out.line(
        "    DescriptionOutline.Value(\(Int64(truncatingIfNeeded: member.value)), \(swiftLiteral(member.name)), "
          + "line: \(member.location.line)\(doc)),")
    }
    out.line("  ]),")
  }

  private func enumeration(_ type: ValueType) -> Int? {
    type.enumeration.flatMap { spec in specification.enums.firstIndex { $0 === spec } }
  }

  private func source(_ location: SourceLocation) -> Int { files.firstIndex { $0.path == location.file } ?? 0 }

  private func text(_ doc: Documentation) -> String { optional(doc.oneLine) }

  private func optional(_ text: String?) -> String { text.map(swiftLiteral) ?? "nil" }
}

extension Documentation {
  /// The text without its line breaks.
  var oneLine: String? { text?.oneLine }
}

extension String {
  /// The text without its line breaks.
  var oneLine: String { split(whereSeparator: \.isNewline).joined(separator: " ") }
}
