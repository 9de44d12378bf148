/// How a value of a type of messages is parsed and what it holds: a struct, parsed from front to back.
struct MessageProgram {
  /// What the parser does next.
  enum Step {
    /// Fields of a fixed size, read after one check of bounds.
    case run([AttributeProgram])
    case read(AttributeProgram)
    /// The next bits belong to a new byte.
    case align
    /// An instance becomes a constant.
    case compute(ComputedProgram)
    /// A computed instance's constraints; one with a condition is computed here.
    case check(ComputedProgram)
    /// An instance is parsed where it says.
    case parse(AttributeProgram)
  }

  /// What an ancestor hands down.
  struct Handed {
    let member: AncestorMember
    let representation: Representation
    /// Whether the value has to keep it.
    let isKept: Bool
  }

  let type: TypeDeclaration
  let parameters: [ParameterProgram]
  let handed: [Handed]
  let steps: [Step]
  /// The fields that a value has as properties.
  let stored: [AttributeDeclaration]
  /// Those of them that the parser makes where they stay, in the property, so that a large value is not copied there:
  /// objects that nothing else needs while the rest is parsed.
  let madeInPlace: Set<ObjectIdentifier>
  /// As properties of the value.
  let instances: [InstanceProgram]
  /// The switches of the type that need an enum of their own.
  let choices: [SwitchDeclaration]

  /// Whether a value is nothing but fields of fixed size without constraints.
  var isOneRun: Bool {
    guard steps.count == 1, case .run(let fields) = steps[0] else { return false }
    return fields.allSatisfy(\.checks.isEmpty)
  }
}

/// Turns the declarations of a model into programs for messages.
struct MessageLowering {
  private let type: TypeDeclaration
  private var steps: [MessageProgram.Step] = []
  /// The instances that are constants by now, or have been parsed.
  private var known: Set<ObjectIdentifier> = []
  /// Computed instances with constraints, by the place of the last field that each is computed from.
  private let checked: [Int: [AttributeDeclaration]]
  /// The same for those that are computed from parsed instances, which come last.
  private let checkedLast: [AttributeDeclaration]

  static func lower(_ type: TypeDeclaration) -> MessageProgram {
    var lowering = MessageLowering(type)
    lowering.lowerFields()
    return lowering.program
  }

  private init(_ type: TypeDeclaration) {
    self.type = type
    let instances = type.instances.filter { $0.spec.isComputed && $0.spec.valid != nil }
    checked = Dictionary(grouping: instances.filter { !$0.dependsOnParsedInstance }, by: { $0.lastField })
    checkedLast = instances.filter { $0.dependsOnParsedInstance }
  }

  private var program: MessageProgram {
    let lowering = ExpressionLowering()
    let kept = type.keptAncestorMembers
    let values = ProgramLowering(expressions: ExpressionLowering(message: MessagePlace(owner: type, kind: .value)))
    return MessageProgram(
      type: type,
      parameters: type.parameters.map { ParameterProgram(parameter: $0, representation: Representation($0.type)) },
      handed: type.ancestorMembers.map { member in
        let plain = lowering.representation(of: member)
        return MessageProgram.Handed(
          member: member, representation: member.isOptional ? .optional(plain) : plain,
          isKept: kept.contains(member.key))
      },
      steps: steps, stored: type.fields.filter(\.isStored), madeInPlace: madeInPlace,
      instances: type.instances.map(values.messageInstance),
      choices: type.attributes.compactMap(\.choice).filter { $0.joined == nil })
  }

  private var madeInPlace: Set<ObjectIdentifier> {
    let used = type.attributesUsed(by: type.attributes.filter { !$0.spec.isComputed || $0.spec.valid != nil })
    let fields = type.fields.filter { field in
      guard field.isStored, !field.isRepeated, field.spec.valid == nil else { return false }
      switch field.elementType {
      case .object, .choice: return true
      default: return false
      }
    }
    return Set(fields.map(ObjectIdentifier.init)).subtracting(used)
  }

  private var here: ProgramLowering {
    ProgramLowering(
      expressions: ExpressionLowering(message: MessagePlace(owner: type, kind: .parser(known: known))))
  }

  // MARK: Fields

  private mutating func lowerFields() {
    check(after: -1)
    var index = 0
    var mayEndInByte = false
    while index < type.fields.count {
      let field = type.fields[index]
      if mayEndInByte, !field.isBitField { steps.append(.align) }
      mayEndInByte = field.isBitField || field.parsedTypes.contains(where: \.mayEndInByte)
      let run = type.fields[index...].prefix { $0.runSize != nil && !needsMore($0) }
      if !run.isEmpty {
        steps.append(.run(run.map { here.attribute($0) }))
        for field in run { check(after: field.place) }
        index += run.count
        continue
      }
      prepare(for: field)
      let program = here.attribute(field)
      steps.append(field.runSize != nil ? .run([program]) : .read(program))
      check(after: index)
      index += 1
    }
    if mayEndInByte, type.isRoot || type.isMessage { steps.append(.align) }
    for instance in type.instances where !instance.spec.isComputed { parse(instance) }
    for instance in checkedLast { check(instance) }
  }

  // MARK: Instances

  /// Computes and parses the instances that a field's expressions use, once their fields are there. Those that can fail
  /// or are optional are left to the place that uses them: they must not fail where nobody asks for them.
  private mutating func prepare(for attribute: AttributeDeclaration) {
    for instance in used(by: attribute) { declare(instance) }
  }

  /// Whether the field's expressions use instances that are not there yet.
  private func needsMore(_ field: AttributeDeclaration) -> Bool {
    used(by: field).contains { !known.contains(ObjectIdentifier($0)) && (isPlain($0) || !$0.spec.isComputed) }
  }

  private func isPlain(_ instance: AttributeDeclaration) -> Bool {
    instance.spec.isComputed && !instance.canThrow && instance.spec.condition == nil
  }

  private mutating func declare(_ instance: AttributeDeclaration) {
    guard !known.contains(ObjectIdentifier(instance)) else { return }
    guard instance.spec.isComputed else { return parse(instance) }
    for inner in instance.usedInstances where inner !== instance { declare(inner) }
    if isPlain(instance) { compute(instance) }
  }

  private mutating func compute(_ instance: AttributeDeclaration) {
    steps.append(.compute(here.messageComputed(instance)))
    known.insert(ObjectIdentifier(instance))
  }

  private mutating func parse(_ instance: AttributeDeclaration) {
    guard known.insert(ObjectIdentifier(instance)).inserted else { return }
    prepare(for: instance)
    steps.append(.parse(here.attribute(instance)))
  }

  private mutating func check(after place: Int) {
    for instance in checked[place] ?? [] { check(instance) }
  }

  private mutating func check(_ instance: AttributeDeclaration) {
    if instance.spec.condition == nil, !known.contains(ObjectIdentifier(instance)) { compute(instance) }
    steps.append(.check(here.messageComputed(instance)))
  }

  /// Instances of the type itself that an attribute's expressions, and the types in it, use.
  private func used(by attribute: AttributeDeclaration) -> [AttributeDeclaration] {
    attribute.usedInstances
      + attribute.typeUses.flatMap(\.type.ancestorMembers).compactMap { member in
        let isOurs = member.key.anchor == .parent(1) || (member.key.anchor == .root && type.isRoot)
        return isOurs ? type.instance(member.key.member) : nil
      }
  }
}

extension ProgramLowering {
  /// An instance as a property of a message's value.
  fileprivate func messageInstance(_ instance: AttributeDeclaration) -> InstanceProgram {
    instance.spec.isComputed ? .computed(messageComputed(instance)) : .parsed(attribute(instance))
  }

  fileprivate func messageComputed(_ instance: AttributeDeclaration) -> ComputedProgram {
    ComputedProgram(
      attribute: instance, condition: condition(instance),
      value: expressions.computed(instance), representation: instance.storedRepresentation,
      checks: checks(instance, of: instance.type))
  }
}

extension AttributeDeclaration {
  /// Instances of the type itself that the attribute's expressions name.
  fileprivate var usedInstances: [AttributeDeclaration] {
    var found: [AttributeDeclaration] = []
    for use in expressionUses {
      use.expression.walk { part in
        guard case .attribute(let attribute)? = part.ownMember(in: owner), attribute.isInstance,
          !found.contains(where: { $0 === attribute })
        else { return }
        found.append(attribute)
      }
    }
    return found
  }

  /// All that the instance is computed from, through other instances.
  private func sources(_ seen: inout Set<ObjectIdentifier>) -> [AttributeDeclaration] {
    guard seen.insert(ObjectIdentifier(self)).inserted else { return [] }
    var found: [AttributeDeclaration] = []
    for use in expressionUses {
      use.expression.walk { part in
        guard case .attribute(let attribute)? = part.ownMember(in: owner), attribute !== self else { return }
        found.append(attribute)
        if attribute.isInstance { found += attribute.sources(&seen) }
      }
    }
    return found
  }

  /// The place in `seq` of the last field that the instance is computed from; -1 if there is none.
  fileprivate var lastField: Int {
    var seen: Set<ObjectIdentifier> = []
    return sources(&seen).filter { !$0.isInstance }.map(\.place).max() ?? -1
  }

  /// The field before which a computed instance is known.
  var fieldBehind: AttributeDeclaration? {
    let last = lastField
    return owner.fields.first { $0.place > last }
  }

  fileprivate var dependsOnParsedInstance: Bool {
    var seen: Set<ObjectIdentifier> = []
    return sources(&seen).contains { $0.isInstance && !$0.spec.isComputed }
  }
}

extension TypeDeclaration {
  /// Whether a value may end with some bits of a byte.
  fileprivate var mayEndInByte: Bool {
    var seen: Set<ObjectIdentifier> = []
    func may(_ type: TypeDeclaration) -> Bool {
      guard seen.insert(ObjectIdentifier(type)).inserted, let last = type.fields.last, !last.isWindow else {
        return false
      }
      return last.isBitField || last.parsedTypes.contains(where: may)
    }
    return may(self)
  }
}
