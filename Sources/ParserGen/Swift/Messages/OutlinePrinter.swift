/// Writes the runtime's `DescriptionOutline`.
struct OutlinePrinter {
  let model: Model
  /// The description's files, by the paths that locations have.
  let files: [(path: String, text: String)]

  func emit(_ out: inout CodeWriter) {
    out.line("/// What the description consists of, and where it says so.")
    out.line("private static let outline = DescriptionOutline(")
    out.indented { out in
      out.line("title: \(optional(model.root.spec.meta.title)),")
      out.line("sources: [")
      for file in files {
        let name = file.path.split(separator: "/").last.map(String.init) ?? file.path
        out.line("  DescriptionOutline.Source(\(swiftLiteral(name)), \(swiftLiteral(file.text))),")
      }
      out.line("],")
      out.line("types: [")
      // A root type that says nothing, and that no side speaks, is only what the others are in.
      let types = model.types.filter { $0 !== model.root || $0.isMessage || !$0.attributes.isEmpty }
      out.indented { out in for type in types { emit(type, &out) } }
      out.line("],")
      out.line("enumerations: [")
      out.indented { out in for spec in model.enums { emit(spec, &out) } }
      out.line("])")
    }
    out.line()
  }

  private func emit(_ type: TypeDeclaration, _ out: inout CodeWriter) {
    let spec = type.spec
    out.line("DescriptionOutline.TypeOutline(")
    out.line(
      "  \(swiftLiteral(spec.traceName)), source: \(source(spec.location)), line: \(spec.location.line), "
        + "doc: \(text(spec.doc)),")
    out.line("  members: [")
    out.indented { out in
      for attribute in type.attributes { emit(attribute, &out) }
    }
    out.line("  ]),")
  }

  private func emit(_ field: AttributeDeclaration, _ out: inout CodeWriter) {
    var facts = common(field.elementType, field.spec.doc)
    if field.isInstance { facts.insert("isInstance: true", at: field.spec.doc.text == nil ? 0 : 1) }
    if field.constantContents != nil { facts.append("isConstant: true") }
    if field.spec.condition != nil {
      facts.append("conditionLine: \((field.spec.places["if"] ?? field.spec.location).line)")
    }
    if field.spec.valid != nil || field.constantContents != nil { facts.append("hasConstraint: true") }
    if let enumeration = enumeration(field.elementType) { facts.append("enumeration: \(enumeration)") }
    if let choice = field.choice {
      // What no case matches has no case of its own.
      let cases = choice.branches.filter { $0.spec != nil }.map { branch in
        let type = branch.format.object.map { swiftLiteral($0.spec.traceName) } ?? "nil"
        return
          "DescriptionOutline.Case(\(swiftLiteral(branch.matchText ?? "_")), type: \(type), "
          + "line: \((branch.spec?.location ?? field.spec.location).line))"
      }
      facts.append("cases: [\(cases.joined(separator: ", "))]")
    }
    line(field.traceName, field.spec.location, field.typeText + (field.isRepeated ? "[]" : ""), facts, &out)
  }

  /// Arguments in the order of the initializer.
  private func common(_ type: DataType, _ doc: Documentation) -> [String] {
    var facts = doc.text == nil ? [] : ["doc: \(text(doc))"]
    if case .boolean = type { facts.append("isBoolean: true") }
    return facts
  }

  private func line(
    _ name: String, _ location: SourceLocation, _ type: String, _ facts: [String], _ out: inout CodeWriter
  ) {
    let arguments = [swiftLiteral(name), "line: \(location.line)", "type: \(swiftLiteral(type))"] + facts
    out.line("  DescriptionOutline.Member(\(arguments.joined(separator: ", "))),")
  }

  private func emit(_ spec: EnumSpec, _ out: inout CodeWriter) {
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

  private func enumeration(_ type: DataType) -> Int? {
    type.enumeration.flatMap { spec in model.enums.firstIndex { $0 === spec } }
  }

  private func source(_ location: SourceLocation) -> Int { files.firstIndex { $0.path == location.file } ?? 0 }

  private func text(_ doc: Documentation) -> String { optional(doc.oneLine) }

  private func optional(_ text: String?) -> String { text.map(swiftLiteral) ?? "nil" }
}
