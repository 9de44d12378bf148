/// Turns the declarations of a model into parse programs.
struct ProgramLowering {
  var expressions = ExpressionLowering()

  private var isOfMessages: Bool { expressions.message != nil }

  func lower(_ type: TypeDeclaration) -> ParseProgram {
    let endian = type.inherited(\.endian)
    var own: EndiannessProgram?
    var inherits = false
    if let endian, case .computed(let computed) = endian.value {
      if endian.owner === type { own = endianness(computed, type) } else { inherits = true }
    }
    let text = type.spec.text.map { text in
      let context = ExpressionTyping.Context(type: type, path: type.spec.path + "/to-string")
      return expressions.lower(ExpressionTyping(context, isQuiet: true).type(text))
    }
    return ParseProgram(
      type: type,
      parameters: type.parameters.map { ParameterProgram(parameter: $0, representation: Representation($0.type)) },
      endianness: own, inheritsEndianness: inherits, fields: type.fields.map { attribute($0) },
      instances: type.instances.map(instance),
      choices: type.attributes.compactMap(\.choice).filter { $0.joined == nil }, text: text)
  }

  private func endianness(_ endian: ComputedEndianness, _ type: TypeDeclaration) -> EndiannessProgram {
    let typing = ExpressionTyping(ExpressionTyping.Context(type: type, path: ""), isQuiet: true)
    let on = typing.type(endian.on)
    let cases = endian.cases.filter { $0.match != nil } + endian.cases.filter { $0.match == nil }
    return EndiannessProgram(
      on: expressions.lower(on),
      cases: cases.map { branch in (branch.match.map { matches(typing.type($0), on) }, branch.order) })
  }

  /// Whether a case's value is that of the selector.
  private func matches(_ match: ResolvedExpression, _ on: ResolvedExpression) -> ProgramExpression {
    let selector = expressions.lower(on)
    let value = ProgramExpression(.selector, selector.representation, range: selector.range, canThrow: false)
    return expressions.compare(.equal, value, on.type, expressions.lower(match), match.type)
  }

  // MARK: Attributes

  private func instance(_ attribute: AttributeDeclaration) -> InstanceProgram {
    guard attribute.spec.isComputed else { return .parsed(self.attribute(attribute)) }
    let value = attribute.value ?? .invalid(at: attribute.spec.location)
    var lowered = expressions.lower(value)
    // What is just another member is absent where that is.
    if value.isOptionalMember, case .known(let inner, _) = lowered.kind {
      lowered = ProgramExpression(
        inner.kind, .optional(lowered.representation), range: inner.range, canThrow: inner.canThrow)
    } else {
      lowered = expressions.convert(lowered, from: value.type, to: attribute.type)
    }
    return .computed(
      ComputedProgram(
        attribute: attribute, condition: condition(attribute), value: lowered,
        representation: Representation(attribute.type), checks: checks(attribute, of: attribute.type)))
  }

  func condition(_ attribute: AttributeDeclaration) -> ProgramExpression? {
    attribute.expression("if").map(expressions.lower)
  }

  func attribute(_ attribute: AttributeDeclaration) -> AttributeProgram {
    let inlineCount = isOfMessages ? attribute.inlineElementCount : nil
    let element = isOfMessages ? attribute.storedElement : Representation(attribute.elementType)
    var lowering = self
    lowering.expressions.message?.element = element
    return lowering.attribute(attribute, element, inlineCount: inlineCount)
  }

  private func attribute(
    _ attribute: AttributeDeclaration, _ element: Representation, inlineCount: Int?
  ) -> AttributeProgram {
    let spec = attribute.spec
    let loop: Loop
    switch spec.repetition {
    case nil: loop = .once
    case .toEnd: loop = .toEnd
    case .count where inlineCount != nil: loop = .inline(inlineCount ?? 0)
    case .count(let count): loop = .count(expressions.int(attribute.typing(for: "repeat-expr").type(count)))
    case .until(let end):
      let end = attribute.typing(for: "repeat-until", element: attribute.elementType).type(end)
      var usesElement = false
      end.walk { if case .element = $0.kind { usesElement = true } }
      loop = .until(expressions.lower(end), usesElement: usesElement)
    }
    return AttributeProgram(
      attribute: attribute, condition: condition(attribute),
      stream: spec.io.map { expressions.lower(attribute.typing(for: "io").type($0)) },
      position: spec.position.map { expressions.int(attribute.typing(for: "pos").type($0)) }, loop: loop,
      read: read(attribute), element: element, isElementOptional: attribute.lacksCase,
      checks: checks(attribute, of: attribute.elementType))
  }

  private func read(_ attribute: AttributeDeclaration) -> ReadProgram {
    guard let choice = attribute.choice else { return read(attribute.format, attribute) }
    let on = attribute.typing(for: "type/switch-on").type(choice.spec.on)
    let branches = choice.branches.map { branch in
      let type = choice.alternatives[branch.alternative].type
      return ChoiceProgram.Branch(
        condition: (branch.spec?.match).map { matches(attribute.typing(for: "type/switch-on").type($0), on) },
        match: (branch.spec?.match).map { match in
          expressions.lower(attribute.typing(for: "type/switch-on").type(match), as: on.type)
        },
        read: read(branch.format, attribute), alternative: choice.joined == nil ? branch.alternative : nil, from: type)
    }
    return .choice(
      ChoiceProgram(choice: choice, selector: expressions.lower(on), branches: branches, joined: choice.joined))
  }

  private func read(_ format: ElementFormat, _ attribute: AttributeDeclaration) -> ReadProgram {
    let spec = attribute.spec
    let result: ReadProgram
    switch format {
    case .integer(let bytes, let isSigned, let order):
      let width = IntegerWidth(holding: IntegerRange(bytes: bytes, isSigned: isSigned))
      result = .integer(width, bytes: bytes, isSigned: isSigned, order)
    case .float(let bytes, let order): return .float(bytes: bytes, order)
    case .bits(let count, let order):
      let range = IntegerRange(lower: 0, upper: (Int128(1) << count) - 1)
      let isBoolean = count == 1 && spec.enumName == nil
      result = .bits(count, order, IntegerWidth(holding: range), isBoolean: isBoolean)
    case .contents(let bytes): return .contents(bytes)
    case .bytes: return .bytes(extent(attribute, defaultTerminator: nil))
    case .string(let encoding, let isZeroTerminated):
      let terminator = isZeroTerminated ? [UInt8](repeating: 0, count: unit(of: encoding)) : nil
      return .text(extent(attribute, defaultTerminator: terminator, encoding: encoding), encoding: encoding)
    case .object(let type, let name): return .object(construction(of: type, name, attribute))
    case .opaque(let name):
      let typing = attribute.typing(for: "type")
      return .opaque(name, name.arguments.map { expressions.lower(typing.type($0)) }, objectExtent(attribute))
    case .unknown: return .contents([])
    }
    guard let name = spec.enumName, let found = attribute.owner.enumeration(name) else { return result }
    return .enumerated(result, found)
  }

  private func construction(
    of type: TypeDeclaration, _ name: TypeName, _ attribute: AttributeDeclaration
  ) -> ConstructionProgram {
    let isForeign = type.root !== attribute.owner.root
    let parent: ConstructionProgram.Parent
    switch attribute.spec.parent {
    case .some(.none): parent = .none
    case .value(let expression): parent = .value(expressions.lower(attribute.typing(for: "parent").type(expression)))
    case nil: parent = isForeign ? .none : .this
    }
    let typing = attribute.typing(for: "type")
    let arguments = zip(name.arguments, type.parameters).map { argument, parameter in
      expressions.lower(typing.type(argument), as: parameter.type)
    }
    let handedDown = expressions.message.map { place in
      type.ancestorMembers.map { ($0, expressions.handedDown($0, in: place)) }
    }
    return ConstructionProgram(
      type: type, arguments: arguments, handedDown: handedDown ?? [], extent: objectExtent(attribute), parent: parent,
      isForeign: isForeign)
  }

  // MARK: Bytes

  private func objectExtent(_ attribute: AttributeDeclaration) -> Extent? {
    let spec = attribute.spec
    guard spec.size != nil || spec.sizeToEnd || spec.terminator != nil else { return nil }
    return extent(attribute, defaultTerminator: nil)
  }

  private func extent(
    _ attribute: AttributeDeclaration, defaultTerminator: [UInt8]?, encoding: String? = nil
  ) -> Extent {
    let spec = attribute.spec
    let kind: Extent.Kind =
      if let size = spec.size {
        .size(expressions.int(attribute.sizeExpression(size)))
      } else if spec.sizeToEnd {
        .toEnd
      } else {
        .terminated
      }
    var terminator = spec.terminator ?? defaultTerminator
    // A terminator of one zero byte is one zero unit of an encoding with wider units.
    if terminator == [0], let encoding { terminator = [UInt8](repeating: 0, count: unit(of: encoding)) }
    return Extent(
      kind: kind, terminator: terminator, include: spec.include ?? false, consume: spec.consume ?? true,
      requiresTerminator: spec.requiresTerminator ?? true, padding: spec.padRight,
      process: transform(attribute))
  }

  /// Bytes of the smallest unit of an encoding.
  private func unit(of encoding: String) -> Int {
    let name = encoding.uppercased().filter { $0 != "-" && $0 != "_" }
    return name.hasPrefix("UTF16") ? 2 : name.hasPrefix("UTF32") ? 4 : 1
  }

  private func transform(_ attribute: AttributeDeclaration) -> Transform? {
    guard let process = attribute.spec.process else { return nil }
    let typing = attribute.typing(for: "process")
    let arguments = process.arguments.map { typing.type($0) }
    func int() -> ProgramExpression { arguments.first.map(expressions.int) ?? expressions.literal(0) }
    switch process.name {
    case ["zlib"]: return .inflate
    case ["rol"]: return .rotateLeft(int())
    case ["ror"]: return .rotateRight(int())
    case ["xor"]:
      guard let key = arguments.first else { return nil }
      if case .integer = key.type { return .xorByte(int()) }
      return .xorBytes(expressions.lower(key, as: .bytes))
    default: return .custom(process.name, arguments.map(expressions.lower))
    }
  }

  // MARK: Checks

  func checks(_ attribute: AttributeDeclaration, of type: DataType) -> [CheckProgram] {
    // A message with a value that its enum does not list is worth a remark, whatever the description says of that.
    let isImplied = isOfMessages && !attribute.isInstance && attribute.spec.valid == nil
    guard let valid = attribute.spec.valid ?? (isImplied && type.enumeration != nil ? .inEnum : nil) else { return [] }
    let checks = checks(attribute, valid, type)
    guard isOfMessages else { return checks }
    return checks.map { check in
      var check = check
      check.isFatal = attribute.decidesLayout
      return check
    }
  }

  private func checks(_ attribute: AttributeDeclaration, _ valid: Constraint, _ type: DataType) -> [CheckProgram] {
    let representation =
      attribute.spec.isComputed ? Representation(type) : expressions.message?.element ?? Representation(type)
    let value = ProgramExpression(.element, representation, range: type.range, canThrow: false)
    func resolved(_ expression: Expression) -> ResolvedExpression {
      attribute.typing(for: "valid", element: type).type(expression)
    }
    func compare(_ op: BinaryOperator, _ expression: Expression) -> ProgramExpression {
      let other = resolved(expression)
      return expressions.compare(op, value, type, expressions.lower(other), other.type)
    }
    switch valid {
    case .equal(let expression, _): return [CheckProgram(condition: compare(.equal, expression), violation: .notEqual)]
    case .range(let minimum, let maximum):
      let lower = minimum.map {
        CheckProgram(condition: compare(.greaterOrEqual, $0), violation: .lessThan, limit: resolved($0).constant)
      }
      let upper = maximum.map {
        CheckProgram(condition: compare(.lessOrEqual, $0), violation: .greaterThan, limit: resolved($0).constant)
      }
      return [lower, upper].compactMap(\.self)
    case .anyOf(let values):
      let conditions = values.map { compare(.equal, $0) }
      guard let first = conditions.first else { return [] }
      let any = conditions.dropFirst().reduce(first) { expressions.logical(isAnd: false, $0, $1) }
      return [CheckProgram(condition: any, violation: .notAnyOf)]
    case .expression(let expression):
      return [CheckProgram(condition: expressions.lower(resolved(expression)), violation: .expression)]
    case .inEnum:
      guard case .enumeration(let spec, _) = type else { return [] }
      let known = ProgramExpression(.enumIsKnown(value, spec), .boolean, canThrow: false)
      return [CheckProgram(condition: known, violation: .notInEnum)]
    }
  }
}
