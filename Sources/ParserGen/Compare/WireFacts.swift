import ParserRuntime

/// What of a description decides how bytes are read and what they mean; docs, formats and tables have no part in it.
struct WireFacts {
  let facts: DescriptionComparison.Facts

  init(_ model: Model) {
    var facts: DescriptionComparison.Facts = [
      (
        "meta",
        [
          ("transport", model.transport.transports.map(\.rawValue).joined(separator: ", ")),
          ("datagram", model.transport.datagramContent.rawValue),
          ("ports", model.transport.ports.map(String.init).joined(separator: ", ")),
          ("max-message", String(model.transport.maximumMessageLength)),
          ("match-within", model.transport.matchScope.rawValue),
        ]
      )
    ]
    facts += model.transport.states.map { state in
      ("state \(state.name)", state.sides.map { ($0.key, $0.type?.text ?? model.root.spec.name) })
    }
    for type in model.types {
      facts.append((type.spec.traceName, Self.aspects(type)))
      facts += type.attributes.map { attribute in
        let aspects = attribute.spec.isComputed ? Self.computed(attribute) : Self.aspects(attribute)
        return ("\(type.spec.traceName).\(attribute.traceName)", aspects)
      }
    }
    for spec in model.enums {
      facts += spec.members.map { ("\(spec.name)::\($0.name)", [("value", String($0.value))]) }
    }
    self.facts = facts
  }

  private static func aspects(_ type: TypeDeclaration) -> [(aspect: String, value: String)] {
    var aspects = [("fields", type.fields.map(\.traceName).joined(separator: ", "))]
    if !type.parameters.isEmpty { aspects.append(("params", type.parameters.map(\.name).joined(separator: ", "))) }
    if let size = type.fixedSize { aspects.append(("bytes", String(size))) }
    if let answer = type.spec.stream?.answeredBy { aspects.append(("answered-by", text(answer))) }
    if let next = type.spec.stream?.followedBy { aspects.append(("followed-by", text(next))) }
    if let key = type.spec.stream?.match { aspects.append(("match", key.text)) }
    if let condition = type.spec.stream?.requestIf { aspects.append(("request-if", condition.text)) }
    if let state = type.spec.stream?.then?.text { aspects.append(("then", state)) }
    return aspects
  }

  private static func aspects(_ field: AttributeDeclaration) -> [(aspect: String, value: String)] {
    let spec = field.spec
    var aspects = [("type", field.typeText)]
    if case .plain(let name)? = spec.type, !name.arguments.isEmpty { aspects.append(("arguments", text(name))) }
    if let size = field.sizeText { aspects.append(("size", size)) }
    if let condition = spec.condition { aspects.append(("if", condition.text)) }
    if let repetition = field.repetitionText { aspects.append(("repeat", repetition)) }
    if let contents = spec.contents { aspects.append(("contents", "\(contents)")) }
    if let terminator = field.effectiveTerminator {
      aspects.append(
        (
          "terminator",
          "\(terminator.map(String.init).joined(separator: " ")), include \(spec.include ?? false), "
            + "consume \(spec.consume ?? true)"
        ))
    }
    if let process = spec.process {
      let arguments = process.arguments.map(\.text).joined(separator: ", ")
      aspects.append(("process", "\(process.name.joined(separator: "."))(\(arguments))"))
    }
    if let position = spec.position { aspects.append(("pos", position.text)) }
    if let pad = spec.padRight { aspects.append(("pad-right", String(pad))) }
    if let name = spec.enumName?.text { aspects.append(("enum", name)) }
    if let valid = spec.valid { aspects.append(("valid", valid.text)) }
    if case .choice(let choice)? = spec.type {
      aspects.append(("switch-on", choice.on.text))
      aspects += choice.cases.map { ("case \($0.match?.text ?? "_")", text($0.type)) }
    }
    return aspects
  }

  private static func computed(_ instance: AttributeDeclaration) -> [(aspect: String, value: String)] {
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
