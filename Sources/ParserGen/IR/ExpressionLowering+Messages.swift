/// Where an expression in a type of messages is evaluated, which decides how it gets at members.
struct MessagePlace {
  enum Kind {
    /// In the type's parser, where fields are constants, and so are these instances. The others are computed in their
    /// place.
    case parser(known: Set<ObjectIdentifier>)
    /// In the value, whose members are properties.
    case value
    /// In a response stream, which keeps what later attributes need.
    case units
  }

  let owner: TypeDeclaration
  var kind: Kind
  /// How the element that is being checked is held, where it is not as its type says.
  var element: Representation?
}

extension ProgramExpression {
  /// Whether it is bytes or a list that a value holds in itself.
  var isStoredInline: Bool {
    switch representation {
    case .fixedBytes, .inlineList: true
    default: false
    }
  }
}

extension ExpressionLowering {
  // MARK: Members

  func member(
    _ base: ResolvedExpression, _ members: [(owner: TypeDeclaration, member: MemberDeclaration)],
    _ e: ResolvedExpression, in place: MessagePlace
  ) -> ProgramExpression {
    if let member = e.ownMember(in: place.owner) { return own(member, in: place, isKnown: true) }
    if let member = e.ancestorMember(in: place.owner) { return unwrapped(ancestorMember(member), member.isOptional, e) }
    // Where a type is one of several, its values say which: the caller has cast it.
    return access(lower(base), members[0].member)
  }

  /// A member of another value.
  private func access(_ base: ProgramExpression, _ member: MemberDeclaration) -> ProgramExpression {
    let plain = stored(member)
    func made(_ kind: ProgramExpression.Kind, canThrow: Bool = false) -> ProgramExpression {
      ProgramExpression(kind, plain, range: member.type.range, canThrow: canThrow || base.canThrow)
    }
    switch member {
    case .parameter(let parameter): return made(.parameter(base, parameter))
    case .attribute(let attribute) where attribute.isInstance:
      let value = made(.instance(base, attribute), canThrow: attribute.canThrow)
      return unwrapped(value, isOptional: attribute.isOptional, attribute.name)
    case .attribute(let attribute):
      if let bytes = attribute.constantContents { return made(.bytes(bytes)) }
      return unwrapped(made(.field(base, attribute)), isOptional: attribute.isOptional, attribute.name)
    }
  }

  private func stored(_ member: MemberDeclaration) -> Representation {
    switch member {
    case .parameter(let parameter): Representation(parameter.type)
    case .attribute(let attribute): attribute.storedRepresentation
    }
  }

  /// A member of the type itself.
  /// - Parameter isKnown: whether it must be there; else an optional one stays an optional.
  func own(_ member: MemberDeclaration, in place: MessagePlace, isKnown: Bool) -> ProgramExpression {
    guard case .attribute(let attribute) = member else { return access(.this, member) }
    if attribute.isInstance { return instance(attribute, in: place, isKnown: isKnown) }
    if let bytes = attribute.constantContents { return ProgramExpression(.bytes(bytes), .bytes, canThrow: false) }
    let value = ProgramExpression(
      .field(.this, attribute), attribute.storedRepresentation, range: attribute.type.range, canThrow: false)
    if case .units = place.kind {
      // A stream has an attribute only once it has come.
      return unwrapped(value, isOptional: isKnown || !attribute.isOptional, attribute.traceName)
    }
    return unwrapped(value, isOptional: attribute.isOptional && isKnown, attribute.traceName)
  }

  private func instance(
    _ attribute: AttributeDeclaration, in place: MessagePlace, isKnown: Bool
  ) -> ProgramExpression {
    let plain = attribute.storedRepresentation
    func made(_ kind: ProgramExpression.Kind, canThrow: Bool) -> ProgramExpression {
      let value = ProgramExpression(kind, plain, range: attribute.type.range, canThrow: canThrow)
      return unwrapped(value, isOptional: attribute.isOptional && isKnown, attribute.name)
    }
    switch place.kind {
    case .value: return made(.instance(.this, attribute), canThrow: attribute.canThrow)
    case .parser where !attribute.spec.isComputed: return made(.outcome(attribute), canThrow: true)
    case .parser(let known) where known.contains(ObjectIdentifier(attribute)):
      return made(.instance(.this, attribute), canThrow: false)
    default: break
    }
    let value = computed(attribute)
    guard let condition = attribute.expression("if").map(lower) else {
      return unwrapped(value, isOptional: attribute.isOptional && isKnown, attribute.name)
    }
    let conditional = ProgramExpression(
      .conditional(condition, value), value.representation, range: value.range,
      canThrow: value.canThrow || condition.canThrow)
    return unwrapped(conditional, isOptional: isKnown, attribute.name)
  }

  /// The value of a computed instance, whatever its condition says; an optional where it is just another member that a
  /// value may lack.
  func computed(_ attribute: AttributeDeclaration) -> ProgramExpression {
    guard let value = attribute.expression("value") else { return literal(0) }
    let lowered = lower(value)
    if value.isOptionalMember, case .known(let inner, _) = lowered.kind {
      return ProgramExpression(inner.kind, inner.representation, range: inner.range, canThrow: inner.canThrow)
    }
    return convert(lowered, from: value.type, to: attribute.type)
  }

  // MARK: Ancestors

  private func ancestorMember(_ member: AncestorMember) -> ProgramExpression {
    ProgramExpression(
      .ancestorMember(member.key), representation(of: member), range: member.type.range, canThrow: false)
  }

  private func unwrapped(_ value: ProgramExpression, _ isOptional: Bool, _ e: ResolvedExpression) -> ProgramExpression {
    guard case .ancestorMember(let key) = value.kind else { return value }
    return unwrapped(value, isOptional: isOptional, key.member)
  }

  /// How what an ancestor hands down is held, apart from its being optional.
  func representation(of member: AncestorMember) -> Representation {
    member.members.count == 1 ? stored(member.members[0].member) : Representation(member.type)
  }

  /// What a type hands down to a type in it, optional where the member is.
  func handedDown(_ member: AncestorMember, in place: MessagePlace) -> ProgramExpression {
    var key = member.key
    switch key.anchor {
    case .root where !place.owner.isRoot: return ancestorMember(member)
    case .parent(let generation) where generation > 1:
      key.anchor = .parent(generation - 1)
      return ancestorMember(AncestorMember(key: key, members: member.members, type: member.type))
    default: break
    }
    guard let own = place.owner.member(key.member) else { return literal(0) }
    let value = self.own(own, in: place, isKnown: false)
    return member.members.count == 1 ? value : convert(value, from: own.type, to: member.type)
  }

  // MARK: Bytes and lists that a value holds in itself

  /// As an array, which functions and arguments take.
  func array(_ value: ProgramExpression) -> ProgramExpression {
    switch value.representation {
    case .fixedBytes: ProgramExpression(.array(value), .bytes, canThrow: value.canThrow)
    case .inlineList(_, .fixedBytes(let count)):
      ProgramExpression(.array(value), .list(.fixedBytes(count)), canThrow: value.canThrow)
    case .inlineList(_, let element): ProgramExpression(.array(value), .list(element), canThrow: value.canThrow)
    default: value
    }
  }

  /// How a list holds its elements, where that is not as their type says.
  func storedElement(of list: ProgramExpression) -> Representation? {
    switch list.representation {
    case .list(.fixedBytes(let count)), .inlineList(_, .fixedBytes(let count)): .fixedBytes(count)
    default: nil
    }
  }

  /// The length of bytes or a list, where it never changes.
  func storedCount(
    _ method: ResolvedExpression.Method, _ base: ResolvedExpression, _ e: ResolvedExpression
  ) -> ProgramExpression? {
    guard message != nil else { return nil }
    switch method {
    case .bytesLength, .arraySize: break
    default: return nil
    }
    let value = lower(base)
    guard !value.canThrow else { return nil }
    switch value.representation {
    case .fixedBytes(let count), .inlineList(let count, _): return literal(Int128(count))
    default: return nil
    }
  }

  func storedBytes(_ op: BinaryOperator, _ left: ProgramExpression, _ right: ProgramExpression) -> ProgramExpression {
    let canThrow = left.canThrow || right.canThrow
    // Comparing with zeros is how protocols look for sentinels: no array is needed for that.
    if op == .equal || op == .notEqual, case .fixedBytes(let count) = left.representation,
      case .bytes(let literal) = right.kind, literal.count == count, literal.allSatisfy({ $0 == 0 })
    {
      let isZero = ProgramExpression(.isZero(left), .boolean, canThrow: canThrow)
      return op == .equal ? isZero : ProgramExpression(.not(isZero), .boolean, canThrow: canThrow)
    }
    return ProgramExpression(.comparison(op, .storedBytes, left, right), .boolean, canThrow: canThrow)
  }
}

extension AttributeDeclaration {
  /// Whether a message's value can fail to have the instance.
  var canThrow: Bool {
    throwsQuery.answer(owner.model.queries, cycle: true) {
      guard spec.isComputed else { return true }
      let lowering = ExpressionLowering(message: MessagePlace(owner: owner, kind: .value))
      let condition = expression("if").map(lowering.lower)
      return lowering.computed(self).canThrow || condition?.canThrow == true
    }
  }
}
