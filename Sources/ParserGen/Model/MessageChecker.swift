import ParserRuntime

/// Tells what a description of messages cannot say: values of messages are structs that know nothing of what is around
/// them, and are parsed once, from front to back, while their bytes arrive.
struct MessageChecker {
  let model: Model
  let diagnostics: Diagnostics

  func check() {
    for type in model.types { check(type) }
    checkStates()
    checkMatchScope()
    guard diagnostics.isEmpty else { return }
    for type in model.types { MessageOrderChecker(diagnostics: diagnostics).check(type) }
    for type in model.types { checkContainment(type) }
  }

  private func refuse(
    _ location: SourceLocation, _ path: String, _ what: String, isPlural: Bool = false, _ remedy: String = ""
  ) {
    diagnostics.error(
      location, path: path,
      "\(what) \(isPlural ? "are" : "is") not supported yet in messages\(remedy.isEmpty ? "" : "; \(remedy)")")
  }

  // MARK: Types

  private func check(_ type: TypeDeclaration) {
    let spec = type.spec
    if case .computed(let endian)? = spec.meta.endian {
      refuse(endian.location, spec.path + "/meta/endian", "a computed 'endian'")
    }
    if let text = spec.text { refuse(text.location, spec.path + "/to-string", "'to-string'") }
    for parameter in type.parameters { check(parameter) }
    for parameter in type === model.root ? type.parameters : [] where parameter !== type.datagramParameter {
      diagnostics.error(
        parameter.spec.location, path: "/params",
        "the root type of messages has no parameters but 'is_datagram', of the type bool")
    }
    for attribute in type.attributes { check(attribute) }
    checkStreams(type)
  }

  private func check(_ parameter: ParameterDeclaration) {
    switch parameter.type {
    case .anyObject, .any, .stream, .opaque:
      let name = parameter.spec.type?.text ?? ""
      refuse(parameter.spec.typeLocation, parameter.spec.path + "/type", "a parameter of the type '\(name)'")
    default: break
    }
  }

  private func checkStreams(_ type: TypeDeclaration) {
    guard let stream = type.spec.stream else { return }
    let isMessage = type.isMessage || model.users(of: type).contains { $0.attribute.owner.isMessage }
    if type.isRoot, type !== model.root, !isMessage {
      diagnostics.error(
        type.spec.location, path: "/-stream", "an imported description's root type cannot have '-stream'")
    } else if !isMessage {
      let place = model.speaksRootOnly ? "the root type" : "a type that a side speaks"
      diagnostics.error(
        type.spec.location, path: stream.path,
        "'-stream' belongs to \(place) or to a type of one of its attributes: '\(type.spec.name)' is neither")
    }
    checkThen(stream)
    checkMatch(type, stream, isMessage: isMessage)
    for (name, key) in [(stream.answeredBy, "answered-by"), (stream.followedBy, "followed-by")] {
      guard let name else { continue }
      let isStream = key == "followed-by" || stream.match == nil
      if isStream, model.transport.transports == [.udp] {
        diagnostics.error(
          name.location, path: "\(stream.path)/\(key)",
          "'\(key)'\(key == "answered-by" ? " without 'match'" : "") is for the streams of TCP: this description is for "
            + "udp alone")
      }
      guard type.type(named: name) == nil else { continue }
      diagnostics.error(
        name.location, path: "\(stream.path)/\(key)",
        "unknown type '\(name.text)'\(suggestion(for: name.text, among: type.visibleTypes))")
    }
    for use in type.responseStreams { check(use, of: type) }
  }

  private func check(_ use: ResponseStreamUse, of type: TypeDeclaration) {
    guard use.arguments.count == use.type.parameters.count else {
      return diagnostics.error(
        use.name.location, path: use.path,
        "the type '\(use.name.text)' takes \(use.type.parameters.count) parameters, not \(use.arguments.count)")
    }
    let typing = ExpressionTyping(ExpressionTyping.Context(type: type, path: use.path))
    for (argument, parameter) in zip(use.name.arguments, use.type.parameters) {
      let resolved = typing.type(argument, as: parameter.type, "the parameter '\(parameter.name)'")
      let key = use.direction == .answer ? "answered-by" : "followed-by"
      check(resolved, of: type, path: use.path, inValue: "an argument of '\(key)'")
    }
    if !use.type.ancestorMembers.isEmpty {
      diagnostics.error(
        use.type.spec.location, path: use.type.spec.path,
        "a response stream is parsed apart from its request: it cannot use '_root' or '_parent'; pass a parameter")
    }
    for field in use.type.fields where field.isBitField {
      refuse(
        field.spec.place("type"), field.path("type"), "a bit-sized attribute of a response stream", "put it into a type"
      )
    }
    for instance in use.type.instances where !instance.spec.isComputed {
      refuse(instance.spec.location, instance.spec.path, "a parsed instance of a response stream")
    }
  }

  // MARK: Attributes

  private func check(_ attribute: AttributeDeclaration) {
    let spec = attribute.spec
    if spec.parent != nil { refuse(spec.places["parent"] ?? spec.location, attribute.path("parent"), "'parent'") }
    if spec.io != nil {
      refuse(spec.places["io"] ?? spec.location, attribute.path("io"), "'io'")
    }
    if case .opaque(let name) = attribute.format {
      refuse(name.location, attribute.path("type"), "the opaque type '\(name.text)'")
    }
    for branch in attribute.choice?.branches ?? [] {
      guard case .opaque(let name) = branch.format else { continue }
      refuse(name.location, attribute.path("type"), "the opaque type '\(name.text)'")
    }
    switch attribute.elementType {
    case .anyObject, .any, .stream: refuse(spec.location, spec.path, "\(attribute.elementType.name) as a value")
    default: break
    }
    for use in attribute.expressionUses {
      check(
        use.expression, of: attribute.owner, path: attribute.path(use.key),
        inValue: spec.isComputed ? "a computed instance" : nil)
    }
    for use in attribute.typeUses where use.type.root !== attribute.owner.root {
      guard !use.type.ancestorMembers.isEmpty else { continue }
      diagnostics.error(
        spec.place("type"), path: attribute.path("type"),
        "'\(use.type.spec.name)' is of another file: it cannot use '_root' or '_parent'; pass a parameter")
    }
  }

  /// Refuses ancestors and streams as values, each once.
  /// - Parameter place: what the expression is in, where it is asked for once its type has been parsed.
  func check(_ expression: ResolvedExpression, of owner: TypeDeclaration, path: String, inValue place: String?) {
    var rest = [expression]
    while let part = rest.popLast() {
      if part.ancestorMember(in: owner) != nil || part.ownMember(in: owner) != nil { continue }
      switch part.kind {
      case .root, .rootOf: refuse(part.location, path, "'_root' as a value", "use one of its members")
      case .parent, .parentOf: refuse(part.location, path, "'_parent' as a value", "use one of its members")
      case .this, .stream: refuse(part.location, path, "'_io' as a value", "use one of its members")
      case .streamPosition(let stream), .streamSize(let stream), .streamIsAtEnd(let stream):
        guard case .stream(let base) = stream.kind, case .this = base.kind else {
          refuse(part.location, path, "the stream of another value", "use '_io'")
          continue
        }
        if let place { refuse(part.location, path, "'_io' in \(place)", "use it in 'seq'") }
      default: rest += part.parts
      }
    }
  }

  /// A struct cannot contain itself but through a list or a switch.
  private func checkContainment(_ type: TypeDeclaration) {
    var seen: Set<ObjectIdentifier> = []
    var rest = [type]
    while let next = rest.popLast() {
      for field in next.attributes where !field.isRepeated && field.choice == nil {
        guard case .object(let inner) = field.elementType, !field.spec.isComputed else { continue }
        if inner === type {
          return refuse(
            type.spec.location, type.spec.path, "a type that contains itself other than in a list or a switch")
        }
        if seen.insert(ObjectIdentifier(inner)).inserted { rest.append(inner) }
      }
    }
  }
}

/// Finds what is used before it has been parsed.
struct MessageOrderChecker {
  let diagnostics: Diagnostics

  func check(_ type: TypeDeclaration) {
    for field in type.fields {
      for use in field.expressionUses {
        // An element is there once it has been read, the whole list is not.
        require(use.expression, of: type, before: field, at: use.expression.location)
      }
      for use in field.typeUses {
        for member in use.type.ancestorMembers {
          let isOurs = member.key.anchor == .parent(1) || (member.key.anchor == .root && type.isRoot)
          guard isOurs, let own = type.member(member.key.member) else { continue }
          require(own, before: field, at: field.spec.location, [])
        }
      }
    }
  }

  private func require(
    _ expression: ResolvedExpression, of type: TypeDeclaration, before user: AttributeDeclaration,
    at place: SourceLocation, _ seen: Set<ObjectIdentifier> = []
  ) {
    expression.walk { part in
      guard let member = part.ownMember(in: type) else { return }
      require(member, before: user, at: seen.isEmpty ? part.location : place, seen)
    }
  }

  private func require(
    _ member: MemberDeclaration, before user: AttributeDeclaration, at place: SourceLocation,
    _ seen: Set<ObjectIdentifier>
  ) {
    guard case .attribute(let attribute) = member, !seen.contains(ObjectIdentifier(attribute)) else { return }
    guard attribute.isInstance else {
      if attribute.place >= user.place {
        diagnostics.error(
          place, path: user.spec.path,
          "'\(attribute.traceName)' is not parsed yet where '\(user.traceName)' needs it")
      }
      return
    }
    let inner = seen.union([ObjectIdentifier(attribute)])
    for use in attribute.expressionUses { require(use.expression, of: attribute.owner, before: user, at: place, inner) }
  }
}
