/// What of a description decides how bytes are read and what they mean; docs, formats and tables have no part in it.
struct WireFacts {
  let facts: DescriptionComparison.Facts

  init(_ specification: AnalyzedSpecification) {
    var facts: DescriptionComparison.Facts = [
      (
        "meta",
        [
          ("ports", specification.transport.ports.map(String.init).joined(separator: ", ")),
          ("max-message", String(specification.transport.maximumMessageLength)),
        ]
      )
    ]
    for type in specification.types {
      facts.append((type.spec.traceName, Self.aspects(type)))
      facts += type.fields.map { ("\(type.spec.traceName).\($0.name)", Self.aspects($0)) }
      facts += type.instances.map { ("\(type.spec.traceName).\($0.name)", Self.aspects($0)) }
    }
    for spec in specification.enums {
      facts += spec.members.map { ("\(spec.name)::\($0.name)", [("value", String($0.value))]) }
    }
    self.facts = facts
  }

  private static func aspects(_ type: ResolvedType) -> [(aspect: String, value: String)] {
    var aspects = [("fields", type.fields.map(\.name).joined(separator: ", "))]
    if !type.parameters.isEmpty { aspects.append(("params", type.parameters.map(\.name).joined(separator: ", "))) }
    if let size = type.fixedSize { aspects.append(("bytes", String(size))) }
    if let answer = type.spec.stream?.answeredBy { aspects.append(("answered-by", text(answer))) }
    if let next = type.spec.stream?.followedBy { aspects.append(("followed-by", text(next))) }
    return aspects
  }

  private static func aspects(_ field: Field) -> [(aspect: String, value: String)] {
    let spec = field.spec
    var aspects = [("type", field.typeText)]
    if case .plain(let name)? = spec.type, !name.arguments.isEmpty { aspects.append(("arguments", text(name))) }
    if let size = field.sizeText { aspects.append(("size", size)) }
    if let condition = spec.condition { aspects.append(("if", condition.text)) }
    if let repetition = field.repetitionText { aspects.append(("repeat", repetition)) }
    if let contents = spec.contents { aspects.append(("contents", "\(contents)")) }
    if let terminator = field.terminator {
      aspects.append(
        ("terminator", "\(terminator.byte), include \(terminator.include), consume \(terminator.consume)"))
    }
    if let pad = spec.padRight { aspects.append(("pad-right", String(pad))) }
    if let name = spec.enumName?.text { aspects.append(("enum", name)) }
    if let valid = spec.valid { aspects.append(("valid", valid.text)) }
    if case .choice(let choice)? = spec.type {
      aspects.append(("switch-on", choice.on.text))
      aspects += choice.cases.map { ("case \($0.match?.text ?? "_")", text($0.type)) }
    }
    return aspects
  }

  private static func aspects(_ instance: Instance) -> [(aspect: String, value: String)] {
    var aspects = [("value", instance.spec.value?.text ?? "")]
    if let condition = instance.spec.condition { aspects.append(("if", condition.text)) }
    if let name = instance.spec.enumName?.text { aspects.append(("enum", name)) }
    if let valid = instance.spec.valid { aspects.append(("valid", valid.text)) }
    return aspects
  }

  private static func text(_ type: TypeName) -> String {
    type.text + (type.arguments.isEmpty ? "" : "(\(type.arguments.map(\.text).joined(separator: ", ")))")
  }
}
