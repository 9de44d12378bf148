/// Turns resolved expressions into those of a program: decides on the integer types, the conversions, and what can fail.
///
/// Integers are computed in a type that provably holds both operands and the result; where no such proof exists, a
/// checked operation throws.
struct ExpressionLowering {
  /// Where an expression in a type of messages stands; nil in one of objects.
  var message: MessagePlace?

  /// The expression, as a value of the type `wanted`.
  func lower(_ e: ResolvedExpression, as wanted: DataType) -> ProgramExpression {
    convert(lower(e), from: e.type, to: wanted)
  }

  /// The expression as an Int, for sizes, places and counts: there is nothing beyond Int's range.
  func int(_ e: ResolvedExpression) -> ProgramExpression {
    let value = lower(e)
    guard let range = value.range, !IntegerRange.int64.contains(range) else { return convert(value, to: .s64) }
    return ProgramExpression(.clamped(value), .integer(.s64), range: .int64, canThrow: value.canThrow)
  }

  func lower(_ e: ResolvedExpression) -> ProgramExpression {
    let plain = Representation(e.type)
    func made(_ kind: ProgramExpression.Kind, canThrow: Bool = false) -> ProgramExpression {
      ProgramExpression(kind, plain, range: e.type.range, canThrow: canThrow)
    }
    switch e.kind {
    case .integer(let value): return literal(value)
    case .float(let value): return made(.float(value))
    case .string(let value): return made(.string(value))
    case .boolean(let value): return made(.boolean(value))
    case .bytes(let value): return made(.bytes(value))
    case .array(let elements):
      guard case .array(let type) = e.type else { return made(.list([], plain)) }
      let parts = elements.map { lower($0, as: type) }
      return made(.list(parts, Representation(type)), canThrow: parts.contains(where: \.canThrow))
    case .enumMember(let spec, let member): return made(.enumCase(spec, member))
    case .this: return made(.this)
    case .root: return root(of: ProgramExpression(.this, plain, canThrow: false), plain)
    case .parent: return parent(of: ProgramExpression(.this, plain, canThrow: false), plain)
    case .parentOf(let base): return parent(of: object(base), plain)
    case .rootOf(let base):
      let base = object(base)
      // Objects of a tree have one root: where the type of one is not known, the object itself tells it.
      if case .object = base.representation { return root(of: base, plain) }
      return root(of: ProgramExpression(.this, plain, canThrow: false), plain)
    case .stream(let base):
      let base = object(base)
      return made(.stream(base), canThrow: base.canThrow)
    case .member(let base, let members):
      if let message { return member(base, members, e, in: message) }
      return member(object(base), members, e)
    case .element:
      if let stored = message?.element {
        return ProgramExpression(.element, stored, range: e.type.range, canThrow: false)
      }
      return made(.element)
    case .index: return made(.elementIndex)
    case .isLittleEndian: return made(.isLittleEndian, canThrow: true)
    case .streamPosition(let stream): return call(.streamPosition, [lower(stream)], e)
    // The end of a message's bytes may not be known yet.
    case .streamSize(let stream): return call(.streamSize, [lower(stream)], e, canThrow: message != nil)
    case .streamIsAtEnd(let stream): return call(.streamIsAtEnd, [lower(stream)], e, canThrow: message != nil)
    case .unary(let op, let operand): return unary(op, operand, e)
    case .binary: return chain(e)
    case .ternary(let condition, let yes, let no):
      let parts = [lower(condition), lower(yes, as: e.type), lower(no, as: e.type)]
      if case .boolean(let known) = parts[0].kind { return known ? parts[1] : parts[2] }
      return made(.ternary(parts[0], parts[1], parts[2]), canThrow: parts.contains(where: \.canThrow))
    case .call(let method, let base, let arguments): return call(method, base, arguments, e)
    case .subscripted(let base, let index):
      let (base, index) = (lower(base), int(index))
      var element = made(.subscripted(base, index), canThrow: true)
      element.representation = storedElement(of: base) ?? plain
      return unwrapped(element, isOptional: hasOptionalElements(base), "an element")
    case .cast(let base): return cast(base, e)
    case .interpolated(let parts):
      let parts = parts.map(lower)
      return made(.joined(parts), canThrow: parts.contains(where: \.canThrow))
    case .invalid: return made(.boolean(false))
    }
  }

  func literal(_ value: Int128) -> ProgramExpression {
    let range = IntegerRange(lower: value, upper: value)
    return ProgramExpression(.integer(value), .integer(.wide([range])), range: range, canThrow: false)
  }

  // MARK: Objects and their members

  /// The object that an expression yields.
  private func object(_ e: ResolvedExpression) -> ProgramExpression {
    let base = lower(e)
    guard case .choice = e.type else { return base }
    return ProgramExpression(.choiceObject(base), .anyObject, canThrow: base.canThrow)
  }

  private func parent(of base: ProgramExpression, _ representation: Representation) -> ProgramExpression {
    ProgramExpression(
      .objectCast(ProgramExpression(.parent(base), .anyObject, canThrow: base.canThrow), representation),
      representation, canThrow: true)
  }

  private func root(of base: ProgramExpression, _ representation: Representation) -> ProgramExpression {
    ProgramExpression(
      .objectCast(ProgramExpression(.root(base), .anyObject, canThrow: base.canThrow), representation),
      representation, canThrow: true)
  }

  private func member(
    _ base: ProgramExpression, _ members: [(owner: TypeDeclaration, member: MemberDeclaration)],
    _ e: ResolvedExpression
  ) -> ProgramExpression {
    if members.count == 1, case .object = base.representation { return member(base, members[0].member, isKnown: true) }
    if members.count == 1, case .this = base.kind { return member(base, members[0].member, isKnown: true) }
    let candidates = members.map { owner, member in
      let candidate = ProgramExpression(.candidate, .object(owner), canThrow: false)
      let value = self.member(candidate, member, isKnown: true)
      return (owner, convert(value, from: member.type, to: e.type))
    }
    let representation = Representation(e.type)
    return ProgramExpression(
      .memberOfAny(base, candidates, representation), representation, range: e.type.range, canThrow: true)
  }

  /// A member; an optional one as its value where `isKnown`.
  func member(_ base: ProgramExpression, _ member: MemberDeclaration, isKnown: Bool) -> ProgramExpression {
    let plain = storage(of: member)
    func made(_ kind: ProgramExpression.Kind, canThrow: Bool) -> ProgramExpression {
      ProgramExpression(kind, plain, range: member.type.range, canThrow: canThrow || base.canThrow)
    }
    switch member {
    case .parameter(let parameter):
      let value = made(.parameter(base, parameter), canThrow: false)
      // A reference that a value has been given may be to something that is gone.
      return plain.isReference ? unwrapped(value, isOptional: true, parameter.name) : value
    case .attribute(let attribute) where attribute.isInstance:
      let value = made(.instance(base, attribute), canThrow: true)
      return unwrapped(value, isOptional: attribute.isOptional && isKnown, attribute.name)
    case .attribute(let attribute):
      let value = made(.field(base, attribute), canThrow: false)
      return unwrapped(value, isOptional: isKnown, attribute.name)
    }
  }

  /// How a member's value is held, apart from its being optional.
  func storage(of member: MemberDeclaration) -> Representation {
    if case .attribute(let attribute) = member, attribute.isRepeated, attribute.lacksCase {
      return .list(.optional(Representation(attribute.elementType)))
    }
    return Representation(member.type)
  }

  func hasOptionalElements(_ list: ProgramExpression) -> Bool {
    if case .list(.optional) = list.representation { true } else { false }
  }

  func unwrapped(_ value: ProgramExpression, isOptional: Bool, _ name: String) -> ProgramExpression {
    guard isOptional else { return value }
    return ProgramExpression(.known(value, name), value.representation, range: value.range, canThrow: true)
  }

  // MARK: Methods

  private func call(
    _ function: ProgramExpression.Function, _ arguments: [ProgramExpression], _ e: ResolvedExpression,
    canThrow: Bool = false
  ) -> ProgramExpression {
    ProgramExpression(
      .call(function, arguments), Representation(e.type), range: e.type.range,
      canThrow: canThrow || arguments.contains(where: \.canThrow))
  }

  private func call(
    _ method: ResolvedExpression.Method, _ base: ResolvedExpression, _ arguments: [ResolvedExpression],
    _ e: ResolvedExpression
  ) -> ProgramExpression {
    if let count = storedCount(method, base, e) { return count }
    let value = array(lower(base))
    let integers = [value] + arguments.map(int)
    switch method {
    case .integerText: return call(.integerText, [value], e)
    case .floatText: return call(.floatText, [value], e)
    case .booleanText: return call(.booleanText, [value], e)
    case .enumText: return call(.enumText, [value], e)
    case .stringText, .integerInteger: return value
    case .floatInteger: return call(.floatInteger, [value], e, canThrow: true)
    case .booleanInteger:
      if case .boolean(let known) = value.kind { return literal(known ? 1 : 0) }
      var result = call(.booleanInteger, [value], e)
      result.representation = .integer(.s64)
      return result
    case .enumInteger:
      var result = call(.enumInteger, [value], e)
      result.representation = .integer(.wide([e.type.range ?? .int64]))
      return result
    case .stringLength: return sized(.stringLength, value, e)
    case .stringReverse: return call(.stringReverse, [value], e)
    case .stringSubstring: return call(.stringSubstring, integers, e)
    case .stringInteger:
      return call(.stringInteger, integers.count > 1 ? integers : [value, literal(10)], e, canThrow: true)
    case .bytesLength: return sized(.bytesLength, value, e)
    case .bytesText(let encoding):
      let name = ProgramExpression(.string(encoding), .string, canThrow: false)
      return call(.bytesText, [value, name], e, canThrow: true)
    case .bytesFirst: return call(.bytesFirst, [value], e, canThrow: true)
    case .bytesLast: return call(.bytesLast, [value], e, canThrow: true)
    case .bytesMinimum: return call(.bytesMinimum, [value], e, canThrow: true)
    case .bytesMaximum: return call(.bytesMaximum, [value], e, canThrow: true)
    case .arrayFirst: return element(.listFirst, of: value, e)
    case .arrayLast: return element(.listLast, of: value, e)
    case .arraySize: return sized(.listSize, value, e)
    case .arrayMinimum: return call(isText(e) ? .listMinimumText : .listMinimum, [value], e, canThrow: true)
    case .arrayMaximum: return call(isText(e) ? .listMaximumText : .listMaximum, [value], e, canThrow: true)
    }
  }

  private func isText(_ e: ResolvedExpression) -> Bool { if case .string = e.type { true } else { false } }

  private func element(
    _ function: ProgramExpression.Function, of list: ProgramExpression, _ e: ResolvedExpression
  ) -> ProgramExpression {
    var element = call(function, [list], e, canThrow: true)
    element.representation = storedElement(of: list) ?? element.representation
    return unwrapped(element, isOptional: hasOptionalElements(list), "an element")
  }

  /// A count, which Swift has as an Int.
  private func sized(
    _ function: ProgramExpression.Function, _ value: ProgramExpression, _ e: ResolvedExpression
  ) -> ProgramExpression {
    var result = call(function, [value], e)
    result.representation = .integer(.s64)
    return result
  }

  private func cast(_ base: ResolvedExpression, _ e: ResolvedExpression) -> ProgramExpression {
    let value = lower(base)
    let representation = Representation(e.type)
    switch (base.type, e.type) {
    case (.choice(let choice), _):
      let types = choice.alternatives.map(\.type)
      guard let index = types.firstIndex(where: e.type.isSame) ?? types.firstIndex(where: e.type.accepts) else {
        return value
      }
      let found = ProgramExpression(
        .alternative(value, choice, index), Representation(types[index]), range: types[index].range, canThrow: true)
      return convert(found, from: types[index], to: e.type)
    case (.any, _):
      return ProgramExpression(.anyCast(value, representation), representation, range: e.type.range, canThrow: true)
    case (.anyObject, .object), (.object, .object), (.opaque, .object):
      return ProgramExpression(.objectCast(value, representation), representation, canThrow: true)
    default: return convert(value, from: base.type, to: e.type)
    }
  }
}
