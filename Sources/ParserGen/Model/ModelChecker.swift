/// Asks every question that a compiler of the description will ask, so that all that is wrong with it is told.
struct ModelChecker {
  let model: Model

  private var diagnostics: Diagnostics { model.diagnostics }

  func check() {
    for type in model.types { check(type) }
    checkCycles()
    checkPlainContainment()
  }

  private func checkCycles() {
    let cycles = CyclicInstances(model)
    for attribute in model.types.flatMap(\.instances) where cycles.contains(attribute) {
      attribute.complain("value", "the type of '\(attribute.name)' depends on itself; say what it is: '.as<type>'")
    }
  }

  private func check(_ type: TypeDeclaration) {
    for parameter in type.parameters { _ = parameter.type }
    if case .computed(let endian) = type.spec.meta.endian { check(endian, type) }
    for attribute in type.attributes { check(attribute) }
    if let text = type.spec.text {
      let context = ExpressionTyping.Context(type: type, path: type.spec.path + "/to-string")
      _ = ExpressionTyping(context).type(text, as: .string, "'to-string'")
    }
  }

  private func check(_ endian: ComputedEndianness, _ type: TypeDeclaration) {
    let path = type.spec.path + "/meta/endian"
    let on = ExpressionTyping(ExpressionTyping.Context(type: type, path: path + "/switch-on")).type(endian.on)
    for branch in endian.cases {
      guard let match = branch.match else { continue }
      let typing = ExpressionTyping(ExpressionTyping.Context(type: type, path: "\(path)/cases/\(branch.key)"))
      check(typing.type(match), against: on, branch.key, at: branch.location, path: "\(path)/cases/\(branch.key)")
    }
  }

  private func check(
    _ match: ResolvedExpression, against on: ResolvedExpression, _ key: String, at location: SourceLocation,
    path: String
  ) {
    guard !on.type.isComparable(with: match.type) else { return }
    diagnostics.error(
      location, path: path, "a case must be \(on.type.name) as 'switch-on' is, but this is \(match.type.name)")
  }

  // MARK: Attributes

  private func check(_ attribute: AttributeDeclaration) {
    let spec = attribute.spec
    if let condition = spec.condition { _ = attribute.typing(for: "if").type(condition, as: .boolean, "'if'") }
    if let name = spec.enumName, attribute.owner.enumeration(name) == nil {
      attribute.complain(
        "enum", "unknown enum '\(name.text)'\(suggestion(for: name.text, among: attribute.owner.visibleEnums))")
    }
    if !spec.isComputed { checkParsed(attribute) }
    checkConstraint(attribute)
    checkOrder(attribute)
  }

  /// Warns of a field that needs one behind it: Kaitai allows that, but no value has it.
  private func checkOrder(_ attribute: AttributeDeclaration) {
    guard case .field(let place) = attribute.spec.role else { return }
    for (key, expression) in attribute.spec.expressionsBefore {
      ExpressionTyping(attribute.context(for: key), isQuiet: true).type(expression).walk { part in
        guard case .member(let base, let members) = part.kind, case .this = base.kind, members.count == 1,
          case .attribute(let needed) = members[0].member, case .field(let other) = needed.spec.role,
          other > place || other == place && !attribute.isRepeated
        else { return }
        diagnostics.warning(
          part.location, path: attribute.path(key),
          "'\(needed.name)' is not parsed yet where '\(attribute.name)' needs it")
      }
    }
  }

  private func checkParsed(_ attribute: AttributeDeclaration) {
    let spec = attribute.spec
    if let position = spec.position {
      _ = attribute.typing(for: "pos").type(position, as: .integer(.int64), "'pos'")
    }
    if let io = spec.io { _ = attribute.typing(for: "io").type(io, as: .stream, "'io'") }
    if let size = spec.size {
      let checked = attribute.sizeExpression(size)
      if let constant = checked.constant, constant < 0 { attribute.complain("size", "a size cannot be negative") }
    }
    switch spec.repetition {
    case nil, .toEnd: break
    case .count(let count):
      _ = attribute.typing(for: "repeat-expr").type(count, as: .integer(.int64), "'repeat-expr'")
    case .until(let end):
      _ = attribute.typing(for: "repeat-until", element: attribute.elementType)
        .type(end, as: .boolean, "'repeat-until'")
    }
    if case .value(let parent) = spec.parent {
      _ = attribute.typing(for: "parent").type(parent, as: .anyObject([]), "'parent'")
    }
    for (index, argument) in (spec.process?.arguments ?? []).enumerated() {
      checkProcess(attribute, argument, index)
    }
    checkFormat(attribute)
  }

  private func checkProcess(_ attribute: AttributeDeclaration, _ argument: Expression, _ index: Int) {
    let result = attribute.typing(for: "process").type(argument)
    guard let process = attribute.spec.process, index == 0 else { return }
    switch process.name {
    case ["xor"]:
      guard DataType.integer(.int64).accepts(result.type) || DataType.bytes.accepts(result.type) else {
        return attribute.complain("process", "the key of 'xor' is an integer or bytes, but this is \(result.type.name)")
      }
    case ["rol"], ["ror"]:
      guard DataType.integer(.int64).accepts(result.type) else {
        return attribute.complain(
          "process", "'\(process.name[0])' is by an integer, but this is \(result.type.name)")
      }
    default: break
    }
  }

  private func checkFormat(_ attribute: AttributeDeclaration) {
    let spec = attribute.spec
    let isSized = spec.size != nil || spec.sizeToEnd || spec.terminator != nil
    guard let choice = attribute.choice else {
      check(attribute.format, of: attribute, isSized: isSized, path: attribute.path("type"), at: spec.place("type"))
      return
    }
    let on = attribute.typing(for: "type/switch-on").type(choice.spec.on)
    switch on.type {
    case .integer, .enumeration, .string, .boolean, .bytes, .float, .unknown: break
    default:
      diagnostics.error(
        choice.spec.on.location, path: attribute.path("type/switch-on"), "'switch-on' cannot be \(on.type.name)")
    }
    for branch in choice.branches {
      guard let item = branch.spec else { continue }
      let key = "type/cases/\(item.key)"
      check(branch.format, of: attribute, isSized: isSized, path: attribute.path(key), at: item.location)
      guard let match = item.match else { continue }
      check(
        attribute.typing(for: key).type(match), against: on, item.key, at: item.location, path: attribute.path(key))
    }
  }

  private func check(
    _ format: ElementFormat, of attribute: AttributeDeclaration, isSized: Bool, path: String, at place: SourceLocation
  ) {
    guard !attribute.spec.isBroken else { return }
    switch format {
    case .bytes where !isSized:
      diagnostics.error(
        place, path: attribute.choice == nil ? attribute.spec.path : path,
        "bytes need a 'size', 'size-eos: true', 'terminator', 'contents' or a 'type'")
    case .string(let encoding, let isZeroTerminated):
      if !isSized, !isZeroTerminated {
        diagnostics.error(
          place, path: attribute.choice == nil ? attribute.spec.path : path,
          "a string needs a 'size', 'size-eos: true' or a 'terminator'")
      }
      _ = encoding
    case .object(let type, let name):
      checkArguments(name, for: type, attribute, path: path)
    default: break
    }
  }

  private func checkArguments(
    _ name: TypeName, for type: TypeDeclaration, _ attribute: AttributeDeclaration, path: String
  ) {
    guard name.arguments.count == type.parameters.count else {
      return diagnostics.error(
        name.location, path: path,
        "the type '\(name.text)' takes \(type.parameters.count) parameters, not \(name.arguments.count)")
    }
    var context = attribute.context(for: "type")
    context.path = path
    for (argument, parameter) in zip(name.arguments, type.parameters) {
      _ = ExpressionTyping(context).type(argument, as: parameter.type, "the parameter '\(parameter.name)'")
    }
  }

  // MARK: Constraints

  private func checkConstraint(_ attribute: AttributeDeclaration) {
    guard let valid = attribute.spec.valid, !attribute.spec.isBroken else { return }
    let type = attribute.spec.isComputed ? attribute.type : attribute.elementType
    func value(_ expression: Expression, _ key: String) {
      let resolved = attribute.typing(for: key, element: type).type(expression)
      if !type.isComparable(with: resolved.type) {
        diagnostics.error(
          expression.location, path: attribute.path(key),
          "the value in 'valid' must be \(type.name), but this is \(resolved.type.name)")
      }
    }
    switch valid {
    case .equal(let expression, let isShort): value(expression, isShort ? "valid" : "valid/eq")
    case .range(let minimum, let maximum):
      if !type.isOrdered {
        let key = minimum == nil ? "valid/max" : "valid/min"
        let place = (minimum ?? maximum)?.location ?? attribute.spec.place("valid")
        return diagnostics.error(
          place, path: attribute.path(key), "min and max need an ordered type, not \(type.name)")
      }
      if let minimum { value(minimum, "valid/min") }
      if let maximum { value(maximum, "valid/max") }
    case .anyOf(let expressions):
      for (index, expression) in expressions.enumerated() { value(expression, "valid/any-of/\(index)") }
    case .expression(let expression):
      _ = attribute.typing(for: "valid/expr", element: type).type(expression, as: .boolean, "'valid/expr'")
    case .inEnum:
      if case .enumeration = type { return }
      if !type.isUnknown {
        diagnostics.error(
          attribute.spec.place("valid"), path: attribute.path("valid/in-enum"), "'in-enum' needs an 'enum' beside it")
      }
    }
  }

  // MARK: Containment

  /// A type whose values always contain another of the same type has no end.
  private func checkPlainContainment() {
    var states: [ObjectIdentifier: Bool] = [:]
    func visit(_ type: TypeDeclaration) {
      states[ObjectIdentifier(type)] = true
      for field in type.fields where field.spec.repetition == nil && field.spec.condition == nil {
        guard case .object(let inner, _) = field.format else { continue }
        switch states[ObjectIdentifier(inner)] {
        case nil: visit(inner)
        // It is being visited: it leads to this type, which leads to it.
        case true?:
          diagnostics.warning(
            inner.spec.location, path: inner.spec.path,
            "every value of '\(inner.spec.name)' contains another: none ever ends")
        case false?: break
        }
      }
      states[ObjectIdentifier(type)] = false
    }
    for type in model.types where states[ObjectIdentifier(type)] == nil { visit(type) }
  }
}

extension AttributeSpec {
  /// What is evaluated before a field is read, by its key.
  fileprivate var expressionsBefore: [(key: String, expression: Expression)] {
    var all: [(String, Expression)] = []
    if let condition { all.append(("if", condition)) }
    if let size { all.append(("size", size)) }
    if case .count(let count) = repetition { all.append(("repeat-expr", count)) }
    switch type {
    case .plain(let name): all += name.arguments.map { ("type", $0) }
    case .choice(let choice):
      all.append(("type/switch-on", choice.on))
      all += choice.cases.flatMap { item in item.type.arguments.map { ("type/cases/\(item.key)", $0) } }
    case nil: break
    }
    return all
  }
}
