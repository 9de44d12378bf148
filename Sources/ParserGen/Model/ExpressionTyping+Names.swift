// What names mean: members of the object itself and of others, and the names that begin with an underscore.
extension ExpressionTyping {
  private static var count: DataType { .integer(IntegerRange(lower: 0, upper: Int128(Int64.max))) }

  func name(_ name: String, _ location: SourceLocation) throws(Diagnostic) -> ResolvedExpression {
    func made(_ kind: ResolvedExpression.Kind, _ type: DataType) -> ResolvedExpression {
      ResolvedExpression(kind, type, at: location)
    }
    let type = context.type
    switch name {
    case "_":
      guard let element = context.element else {
        throw Diagnostic(at: location, "'_' means something only in 'repeat-until' and 'valid'")
      }
      return made(.element, element)
    case "_index":
      guard context.hasIndex else { throw Diagnostic(at: location, "'_index' means something only in a repetition") }
      return made(.index, Self.count)
    case "_io": return made(.stream(this(location)), .stream)
    case "_root": return made(.root, .object(type.root))
    case "_parent": return made(.parent, parentType(of: [type]))
    case "_is_le":
      guard let (endian, _) = type.inherited(\.endian), case .computed = endian else {
        throw Diagnostic(at: location, "'_is_le' means something only where 'endian' is computed")
      }
      return made(.isLittleEndian, .boolean)
    case "_sizeof": return try sizeConstant(type.fixedBits, inBits: false, "the type '\(type.spec.name)'", location)
    default: return try member(name, of: this(location), [type], location)
    }
  }

  private func this(_ location: SourceLocation) -> ResolvedExpression {
    ResolvedExpression(.this, .object(context.type), at: location)
  }

  /// Where nobody parses such an object, whoever has made it may have given it a parent of any type.
  private func parentType(of types: [TypeDeclaration]) -> DataType { .objects(types.flatMap(\.parents)) }

  private func typeText(_ types: [TypeDeclaration]) -> String {
    types.map { "the type '\($0.spec.name)'" }.joined(separator: " or ")
  }

  /// A member by name of an object that is of one of `types`.
  private func member(
    _ name: String, of base: ResolvedExpression, _ types: [TypeDeclaration], _ location: SourceLocation
  ) throws(Diagnostic) -> ResolvedExpression {
    var found: [(owner: TypeDeclaration, member: MemberDeclaration)] = []
    var result = DataType.unknown
    for type in types {
      guard let member = type.member(name) else {
        let what =
          if case .this = base.kind { "unknown name '\(name)' in \(typeText([type]))" } else {
            "\(typeText([type])) has no '\(name)'"
          }
        throw Diagnostic(at: location, "\(what)\(suggestion(for: name, among: type.memberNames))")
      }
      guard let joined = result.joined(with: member.type) else {
        throw Diagnostic(
          at: location,
          "'\(name)' is \(result.name) in \(typeText(found.map(\.owner))) and \(member.type.name) in \(typeText([type]))"
        )
      }
      result = joined
      found.append((type, member))
    }
    return ResolvedExpression(.member(base, found), result, at: location)
  }

  /// `base.name` and `base.name(arguments)`.
  func member(
    _ base: Expression, _ name: String, _ arguments: [Expression]?, _ location: SourceLocation
  ) throws(Diagnostic) -> ResolvedExpression {
    if name == "_sizeof", arguments == nil { return try size(of: base, location) }
    let base = try resolved(base)
    if base.type.isUnknown { return .invalid(at: location) }
    if case .stream = base.type, arguments == nil { return try streamMember(name, of: base, location) }
    if arguments == nil, let objects = objects(of: base.type) {
      switch name {
      case "_io": return ResolvedExpression(.stream(base), .stream, at: location)
      case "_parent":
        if objects.isEmpty { return ResolvedExpression(.parentOf(base), .anyObject([]), at: location) }
        return ResolvedExpression(.parentOf(base), parentType(of: objects), at: location)
      case "_root":
        return ResolvedExpression(.rootOf(base), .objects(objects.map(\.root)), at: location)
      default:
        guard !objects.isEmpty else {
          throw Diagnostic(
            at: location,
            "\(base.type.name) has no '\(name)' that is known here; say which type it is: '.as<type>.\(name)'")
        }
        return try member(name, of: base, objects, location)
      }
    }
    var resolvedArguments: [ResolvedExpression] = []
    for argument in arguments ?? [] { resolvedArguments.append(try resolved(argument)) }
    guard let (method, type) = try method(name, of: base, resolvedArguments) else {
      throw Diagnostic(at: location, "\(base.type.name) has no '\(name)'\(methodHint(base.type, name))")
    }
    return ResolvedExpression(.call(method, base, resolvedArguments), type, at: location)
  }

  /// nil for values that are no objects.
  private func objects(of type: DataType) -> [TypeDeclaration]? {
    switch type {
    case .object, .anyObject: type.objects
    case .choice(let choice):
      // Where each case is an object, what they have in common can be used.
      choice.alternatives.allSatisfy { !$0.type.objects.isEmpty } ? choice.alternatives.flatMap(\.type.objects) : nil
    default: nil
    }
  }

  private func streamMember(
    _ name: String, of stream: ResolvedExpression, _ location: SourceLocation
  ) throws(Diagnostic) -> ResolvedExpression {
    switch name {
    case "pos": return ResolvedExpression(.streamPosition(stream), Self.count, at: location)
    case "size": return ResolvedExpression(.streamSize(stream), Self.count, at: location)
    case "eof": return ResolvedExpression(.streamIsAtEnd(stream), .boolean, at: location)
    default:
      throw Diagnostic(
        at: location, "a stream has no '\(name)'\(suggestion(for: name, among: ["pos", "size", "eof"]))")
    }
  }

  /// `attribute._sizeof`
  private func size(of e: Expression, _ location: SourceLocation) throws(Diagnostic) -> ResolvedExpression {
    let value = try resolved(e)
    if value.type.isUnknown { return .invalid(at: location) }
    switch value.kind {
    case .this, .root, .parent, .parentOf, .rootOf:
      return try sizeConstant(
        value.type.objects.count == 1 ? value.type.objects[0].fixedBits : nil, inBits: false, value.type.name, location)
    case .member(_, let members):
      guard members.count == 1, case .attribute(let attribute) = members[0].member, !attribute.spec.isComputed else {
        break
      }
      return try sizeConstant(attribute.fixedBits, inBits: false, "'\(attribute.name)'", location)
    default: break
    }
    if case .bytes = value.type {
      return ResolvedExpression(.call(.bytesLength, value, []), Self.count, at: location)
    }
    throw Diagnostic(at: location, "'_sizeof' needs something that is parsed")
  }

  /// `.as<type>`
  func cast(
    _ base: ResolvedExpression, _ name: TypeName, _ location: SourceLocation
  ) throws(Diagnostic) -> ResolvedExpression {
    let target = try castTarget(name)
    func made(_ type: DataType) -> ResolvedExpression { ResolvedExpression(.cast(base), type, at: location) }
    if base.type.isUnknown { return made(target) }
    switch (base.type, target) {
    // A cast says how a number is to be used; it changes no value.
    case (.integer, .integer): return base
    case (.integer, .float): return made(.float)
    case (.float, .float), (.string, .string), (.boolean, .boolean), (.bytes, .bytes), (.stream, .stream): return base
    case (.float, .integer), (.array(.integer), .bytes), (.bytes, .array(.integer)): return made(target)
    case (.enumeration(let left, _), .enumeration(let right, _)) where left == right: return base
    case (.array(let element), .array(let wanted)):
      if wanted.accepts(element) { return base }
      return made(target)
    case (.any, _): return made(target)
    case (.anyObject, .object): return made(target)
    case (.object(let known), .object(let type)):
      if known === type { return base }
      return made(target)
    case (.choice(let choice), _):
      if choice.alternatives.contains(where: { target.accepts($0.type) && !$0.type.isUnknown }) { return made(target) }
    case (.anyObject, .anyObject), (.object, .anyObject), (.opaque, .anyObject): return made(target)
    default: break
    }
    throw Diagnostic(at: location, "\(base.type.name) cannot be \(target.name)")
  }

  private func castTarget(_ name: TypeName) throws(Diagnostic) -> DataType {
    guard let type = owner.dataType(named: name) else {
      throw Diagnostic(
        at: name.location,
        "unknown type '\(name.text)'\(suggestion(for: name.text, among: owner.visibleTypes + PrimitiveType.names))")
    }
    return type
  }

  private var owner: TypeDeclaration { context.type }
}

extension TypeDeclaration {
  /// The type of a value that a name means in a cast or for a parameter; nil where there is none.
  func dataType(named name: TypeName) -> DataType? {
    guard name.dimensions == 0 else {
      var element = name
      element.dimensions -= 1
      return dataType(named: element).map(DataType.array)
    }
    if name.scope.isEmpty, !name.isAbsolute {
      switch name.name {
      case "bytes": return .bytes
      case "bool": return .boolean
      case "struct": return .anyObject([])
      case "io": return .stream
      case "any": return .any
      default: break
      }
    }
    if let primitive = PrimitiveType(name) { return primitive.dataType }
    if let type = type(named: name) { return .object(type) }
    if let found = enumeration(path: name.scope + [name.name], isAbsolute: name.isAbsolute) {
      return .enumeration(found, .int64)
    }
    return model.root.spec.meta.allowsOpaqueTypes ? .opaque(name) : nil
  }
}
