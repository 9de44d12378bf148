/// Prints what shows an object's members to a dump.
struct ObjectDumpPrinter {
  let names: SwiftNames

  /// Code of the `DumpValue` of a value.
  func value(_ representation: Representation, _ code: String) -> String {
    switch representation {
    case .integer: ".integer(Int128(\(code)))"
    case .float: ".float(\(code))"
    case .boolean: ".boolean(\(code))"
    case .string: ".text(\(code))"
    case .bytes: ".bytes(\(code))"
    // Only messages store these.
    case .fixedBytes: ".bytes(\(code).bytes)"
    case .inlineList(_, let element): value(.list(element), "\(code).elements")
    case .enumeration: ".enumeration(name: \(code).name, value: Int128(\(code).rawValue))"
    case .object: ".object(\(code))"
    case .anyObject, .opaque, .any: "DumpValue(any: \(code))"
    case .choice: "\(code).dumped"
    case .list(.optional(let element)):
      ".list(\(code).map { $0.map { item -> DumpValue in \(value(element, "item")) } ?? .null })"
    case .list(let element): ".list(\(code).map { item -> DumpValue in \(value(element, "item")) })"
    case .optional(let inner): value(inner, code)
    case .stream: ".stream(\(code))"
    }
  }

  func print(_ program: ParseProgram, _ out: inout CodeWriter) {
    out.line()
    out.block("func dumpMembers() -> [DumpMember]") { out in
      guard
        !program.parameters.isEmpty || !program.instances.isEmpty
          || program.fields.contains(where: \.attribute.spec.isNamed)
      else { return out.line("return []") }
      out.line("var members: [DumpMember] = []")
      for parameter in program.parameters {
        let isOptional = parameter.representation.isReference
        member(
          "parameter", parameter.parameter.name, parameter.parameter.spec.doc, span: nil,
          "self.\(names.storage(parameter.parameter))", isOptional: isOptional, parameter.representation, &out)
      }
      for field in program.fields where field.attribute.spec.isNamed {
        member(
          "field", field.attribute.name, field.attribute.spec.doc,
          span: "self.__spans[\(swiftLiteral(field.attribute.name))]", "self.\(names.storage(field.attribute))",
          isOptional: true, field.representation, &out)
      }
      for instance in program.instances {
        let kind = if case .computed = instance { "computedInstance" } else { "parsedInstance" }
        let value = "try self.\(names.member(instance.attribute))"
        let field = instance.attribute.plainField
        let code = field.map { field in
          "try present(\(swiftLiteral(field.name)), { () throws(ParseError) in \(value) })"
            + (instance.attribute.isOptional ? " ?? nil" : "")
        }
        member(
          kind, instance.attribute.name, instance.attribute.spec.doc, span: nil, code ?? value,
          isOptional: instance.attribute.isOptional || field != nil, instance.representation, &out)
      }
      out.line("return members")
    }
  }

  private func member(
    _ kind: String, _ name: String, _ doc: Documentation, span: String?, _ code: String, isOptional: Bool,
    _ representation: Representation, _ out: inout CodeWriter
  ) {
    let text = doc.text.map { swiftLiteral($0) } ?? "nil"
    out.line("members.append(DumpMember(.\(kind), \(swiftLiteral(name)), span: \(span ?? "nil"), doc: \(text)) {")
    out.indented { out in
      out.line("() throws(ParseError) -> DumpValue? in")
      if isOptional {
        out.line("guard let value = \(code) else { return nil }")
      } else {
        out.line("let value = \(code)")
      }
      out.line("return \(self.value(representation, "value"))")
    }
    out.line("})")
  }
}
