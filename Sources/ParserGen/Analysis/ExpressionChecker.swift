/// Resolves the names of expressions and checks their types.
struct ExpressionChecker {
  /// Where an expression stands, which decides what it may name.
  struct Context {
    var type: ResolvedType
    /// Kaitai path for diagnostics.
    var path: String
    /// Type of `_`, where it means something.
    var element: ValueType?
    var hasIndex = false
    /// Whether `_io` is at hand: not in instances, which are computed long after the parse.
    var hasStream = true

    /// The same for the expression of a key.
    func of(_ key: String) -> Context {
      var result = self
      result.path += "/" + key
      return result
    }
  }

  let scope: TypeScope
  let diagnostics: Diagnostics
  /// Finds out an instance's type before it is used; given by the analyzer.
  let resolveInstance: (Instance) -> Void

  func check(_ expression: Expression, in context: Context) -> TypedExpression {
    do throws(Diagnostic) {
      return try typed(expression, context)
    } catch {
      diagnostics.error(error.location, path: context.path, error.message)
      return TypedExpression(.invalid, .unknown, at: expression.location)
    }
  }

  /// The same, and complains unless the type fits.
  func check(
    _ expression: Expression, as wanted: ValueType, _ what: String, in context: Context
  ) -> TypedExpression {
    let result = check(expression, in: context)
    if !wanted.accepts(result.type) {
      diagnostics.error(
        expression.location, path: context.path, "\(what) must be \(wanted.name), but this is \(result.type.name)")
      return TypedExpression(.invalid, .unknown, at: expression.location)
    }
    return result
  }

  // MARK: Kinds of expressions

  private func typed(_ e: Expression, _ context: Context) throws(Diagnostic) -> TypedExpression {
    func made(_ kind: TypedExpression.Kind, _ type: ValueType) -> TypedExpression {
      TypedExpression(kind, type, at: e.location)
    }
    switch e.kind {
    case .integer(let value): return made(.integer(value), .integer(IntegerRange(lower: value, upper: value)))
    case .float(let value): return made(.float(value), .float)
    case .string(let value): return made(.string(value), .string)
    case .boolean(let value): return made(.boolean(value), .boolean)
    case .array(let elements): return try array(elements, e.location, context)
    case .enumMember(let path, let member, isAbsolute: _): return try enumMember(path, member, e.location, context)
    case .interpolated, .size: return made(.invalid, .unknown)
    case .name(let name): return try self.name(name, e.location, context)
    case .unary(let op, let operand): return try unary(op, try typed(operand, context), e.location)
    case .binary(let op, let left, let right):
      return try binary(op, try typed(left, context), try typed(right, context), e.location)
    case .ternary(let condition, let yes, let no):
      let condition = try typed(condition, context)
      guard ValueType.boolean.accepts(condition.type) else {
        throw Diagnostic(at: condition.location, "a condition must be a boolean, but this is \(condition.type.name)")
      }
      let (yes, no) = (try typed(yes, context), try typed(no, context))
      guard let type = yes.type.joined(with: no.type) else {
        throw Diagnostic(at: e.location, "the two sides of '?:' are \(yes.type.name) and \(no.type.name)")
      }
      return made(.ternary(condition, yes, no), type)
    case .index(let base, let index):
      let (base, index) = (try typed(base, context), try typed(index, context))
      guard ValueType.integer(.int64).accepts(index.type) else {
        throw Diagnostic(at: index.location, "an index must be an integer, but this is \(index.type.name)")
      }
      switch base.type {
      case .array(let element, _): return made(.index(base, index), element)
      case .bytes: return made(.index(base, index), .integer(IntegerRange(bytes: 1, isSigned: false)))
      case .unknown: return made(.invalid, .unknown)
      default: throw Diagnostic(at: e.location, "\(base.type.name) has no elements")
      }
    case .cast(let base, let name): return try cast(try typed(base, context), name, e.location, context)
    case .member(let base, let name, let arguments):
      if case .name("_io") = base.kind { return try stream(name, e.location, context) }
      if let anchor = anchor(base) { return try ancestor(anchor, name, arguments, e.location, context) }
      return try member(of: try typed(base, context), name, arguments, e.location, context)
    }
  }

  private func array(
    _ elements: [Expression], _ location: SourceLocation, _ context: Context
  ) throws(Diagnostic) -> TypedExpression {
    var typedElements: [TypedExpression] = []
    for element in elements { typedElements.append(try typed(element, context)) }
    let bytes = typedElements.compactMap { element in element.constant.flatMap { UInt8(exactly: $0) } }
    if bytes.count == elements.count {
      // A literal is an array in Swift whatever its length, so no length is part of its type.
      return TypedExpression(.bytes(bytes), .bytes(count: nil), at: location)
    }
    var type = typedElements[0].type
    for element in typedElements.dropFirst() {
      guard let joined = type.joined(with: element.type) else {
        throw Diagnostic(at: element.location, "a list of \(type.name) cannot hold \(element.type.name)")
      }
      type = joined
    }
    return TypedExpression(.array(typedElements), .array(type, count: nil), at: location)
  }

  private func enumMember(
    _ path: [String], _ member: String, _ location: SourceLocation, _ context: Context
  ) throws(Diagnostic) -> TypedExpression {
    let name = path.joined(separator: "::")
    guard let found = scope.enumeration(path, from: context.type.spec) else {
      throw Diagnostic(
        at: location,
        "unknown enum '\(name)'\(suggestion(for: name, among: scope.visibleEnums(from: context.type.spec)))")
    }
    guard let value = found.member(member) else {
      throw Diagnostic(
        at: location,
        "the enum '\(found.name)' has no member '\(member)'\(suggestion(for: member, among: found.members.map(\.name)))"
      )
    }
    let range = IntegerRange(lower: value.value, upper: value.value)
    return TypedExpression(.enumMember(found, value), .enumeration(found, range), at: location)
  }

  // MARK: Names

  private func name(
    _ name: String, _ location: SourceLocation, _ context: Context
  ) throws(Diagnostic) -> TypedExpression {
    switch name {
    case "_":
      guard let element = context.element else {
        throw Diagnostic(at: location, "'_' means something only in 'repeat-until' and 'valid'")
      }
      return TypedExpression(.element, element, at: location)
    case "_index":
      guard context.hasIndex else { throw Diagnostic(at: location, "'_index' means something only in a repetition") }
      return TypedExpression(.repetitionIndex, .integer(IntegerRange(lower: 0, upper: Int128(Int64.max))), at: location)
    case "_io", "_root", "_parent":
      throw Diagnostic(at: location, "'\(name)' as a value is not supported yet; use one of its members")
    default: break
    }
    guard let member = context.type.member(name) else {
      throw Diagnostic(
        at: location,
        "unknown name '\(name)' in \(typeText(context.type))\(suggestion(for: name, among: context.type.memberNames))")
    }
    return TypedExpression(.own(member), type(of: member), at: location)
  }

  private func typeText(_ type: ResolvedType) -> String { "the type '\(type.spec.name)'" }

  private func type(of member: Member) -> ValueType {
    if case .instance(let instance) = member { resolveInstance(instance) }
    return member.type
  }

  private func stream(
    _ name: String, _ location: SourceLocation, _ context: Context
  ) throws(Diagnostic) -> TypedExpression {
    guard context.hasStream else {
      throw Diagnostic(at: location, "'_io' in an instance is not supported yet; use it in 'seq'")
    }
    let count = ValueType.integer(IntegerRange(lower: 0, upper: Int128(Int64.max)))
    switch name {
    case "pos": return TypedExpression(.streamPosition, count, at: location)
    case "size": return TypedExpression(.streamSize, count, at: location)
    case "eof": return TypedExpression(.streamIsAtEnd, .boolean, at: location)
    default:
      throw Diagnostic(
        at: location, "a stream has no '\(name)'\(suggestion(for: name, among: ["pos", "size", "eof"]))")
    }
  }

  /// `_root`, `_parent` and `_parent._parent`.
  private func anchor(_ e: Expression) -> Need.Anchor? {
    switch e.kind {
    case .name("_root"): .root
    case .name("_parent"): .parent(1)
    case .member(let base, "_parent", arguments: nil):
      if case .parent(let depth) = anchor(base) { .parent(depth + 1) } else { nil }
    default: nil
    }
  }

  private func ancestor(
    _ anchor: Need.Anchor, _ name: String, _ arguments: [Expression]?, _ location: SourceLocation, _ context: Context
  ) throws(Diagnostic) -> TypedExpression {
    guard arguments == nil else { throw Diagnostic(at: location, "'\(name)' is no method of a user type") }
    let candidates: [ResolvedType]
    switch anchor {
    case .root:
      guard let root = scope.types[context.type.spec.root] else {
        return TypedExpression(.invalid, .unknown, at: location)
      }
      if root === context.type { return try self.name(name, location, context) }
      candidates = [root]
    case .parent(let depth):
      var generation = [context.type]
      for _ in 0..<depth { generation = Array(Set(generation.flatMap(\.users).map(Identified.init))).map(\.type) }
      candidates = generation.sorted { $0.spec.qualifiedName < $1.spec.qualifiedName }
      if candidates.isEmpty {
        throw Diagnostic(at: location, "'_parent' is unknown here: no type has a field of \(typeText(context.type))")
      }
    }
    var result: TypedExpression?
    for candidate in candidates {
      guard let member = candidate.member(name) else {
        throw Diagnostic(
          at: location, "\(typeText(candidate)) has no '\(name)'\(suggestion(for: name, among: candidate.memberNames))")
      }
      let type = self.type(of: member)
      if let result, !result.type.accepts(type) {
        throw Diagnostic(
          at: location,
          "'\(name)' is \(result.type.name) in one parent of \(typeText(context.type)) and \(type.name) in another")
      }
      result =
        result ?? TypedExpression(.need(Need(anchor: anchor, member: name), member), type, at: location)
    }
    return result ?? TypedExpression(.invalid, .unknown, at: location)
  }

  private struct Identified: Hashable {
    let type: ResolvedType
    static func == (left: Identified, right: Identified) -> Bool { left.type === right.type }
    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(type)) }
  }

  private func cast(
    _ base: TypedExpression, _ name: TypeName, _ location: SourceLocation, _ context: Context
  ) throws(Diagnostic) -> TypedExpression {
    if base.type.isUnknown { return base }
    if ["u1", "u2", "u4", "u8", "s1", "s2", "s4", "s8"].contains(name.text), case .integer = base.type { return base }
    if name.text == "bytes", case .bytes = base.type { return base }
    if name.text == "str", case .string = base.type { return base }
    guard let type = scope.type(name.scope, name.name, from: context.type.spec) else {
      let known = scope.visibleTypes(from: context.type.spec)
      throw Diagnostic(at: name.location, "unknown type '\(name.text)'\(suggestion(for: name.text, among: known))")
    }
    if case .user(let user) = base.type, user === type { return base }
    guard case .choice(let choice) = base.type,
      let index = choice.cases.firstIndex(where: { ValueType.user(type).accepts($0.type) })
    else { throw Diagnostic(at: location, "\(base.type.name) cannot be \(typeText(type))") }
    return TypedExpression(.cast(base, choice, index), .user(type), at: location)
  }

  // MARK: Members and methods

  private func member(
    of base: TypedExpression, _ name: String, _ arguments: [Expression]?, _ location: SourceLocation,
    _ context: Context
  ) throws(Diagnostic) -> TypedExpression {
    if base.type.isUnknown { return TypedExpression(.invalid, .unknown, at: location) }
    if case .user(let type) = base.type, arguments == nil {
      guard let member = type.member(name) else {
        throw Diagnostic(
          at: location, "\(typeText(type)) has no '\(name)'\(suggestion(for: name, among: type.memberNames))")
      }
      return TypedExpression(.member(base, member), self.type(of: member), at: location)
    }
    var typedArguments: [TypedExpression] = []
    for argument in arguments ?? [] { typedArguments.append(try typed(argument, context)) }
    guard let (method, type) = method(name, of: base, typedArguments) else {
      throw Diagnostic(at: location, "\(base.type.name) has no '\(name)'\(methodHint(base.type, name))")
    }
    return TypedExpression(.call(method, base, typedArguments), type, at: location)
  }

  private func method(
    _ name: String, of base: TypedExpression, _ arguments: [TypedExpression]
  ) -> (TypedExpression.Method, ValueType)? {
    let length = ValueType.integer(IntegerRange(lower: 0, upper: Int128(Int32.max)))
    let integers = arguments.allSatisfy { ValueType.integer(.int64).accepts($0.type) }
    switch (base.type, name, arguments.count) {
    case (.integer, "to_s", 0): return (.integerText, .string)
    case (.float, "to_i", 0): return (.floatInteger, .integer(.int64))
    case (.boolean, "to_i", 0): return (.booleanInteger, .integer(IntegerRange(lower: 0, upper: 1)))
    case (.enumeration(_, let range), "to_i", 0): return (.enumInteger, .integer(range))
    case (.string, "length", 0): return (.stringLength, length)
    case (.string, "reverse", 0): return (.stringReverse, .string)
    case (.string, "substring", 2) where integers: return (.stringSubstring, .string)
    case (.string, "to_i", 0): return (.stringInteger, .integer(.int64))
    case (.string, "to_i", 1) where integers: return (.stringInteger, .integer(.int64))
    case (.bytes, "length", 0), (.bytes, "size", 0): return (.bytesLength, length)
    case (.bytes, "to_s", 1):
      guard case .string(let encoding) = arguments[0].kind, let known = encodingName(encoding) else { return nil }
      return (.bytesText(known), .string)
    case (.array(let element, _), "first", 0): return (.arrayFirst, element)
    case (.array(let element, _), "last", 0): return (.arrayLast, element)
    case (.array, "size", 0), (.array, "length", 0): return (.arraySize, length)
    case (.array(let element, _), "min", 0) where element.isOrdered: return (.arrayMinimum, element)
    case (.array(let element, _), "max", 0) where element.isOrdered: return (.arrayMaximum, element)
    default: return nil
    }
  }

  private func methodHint(_ type: ValueType, _ name: String) -> String {
    let known: [String] =
      switch type {
      case .integer: ["to_s"]
      case .float, .boolean, .enumeration: ["to_i"]
      case .string: ["length", "reverse", "substring(from, to)", "to_i", "to_i(radix)"]
      case .bytes: ["length", "to_s(encoding)"]
      case .array: ["first", "last", "size", "min", "max"]
      default: []
      }
    return known.isEmpty ? "" : "; there is \(known.joined(separator: ", "))"
  }
}

/// The runtime's name of an encoding, whatever the case and the dashes; nil if it is not supported.
func encodingName(_ text: String) -> String? {
  switch text.uppercased().filter({ $0 != "-" && $0 != "_" }) {
  case "ASCII", "USASCII": "ascii"
  case "UTF8": "utf8"
  case "UTF16LE": "utf16Little"
  case "UTF16BE": "utf16Big"
  case "ISO88591", "LATIN1": "latin1"
  default: nil
  }
}
