/// Resolves how attributes are read: types, sizes, repetitions, constraints.
struct FieldAnalyzer {
  let scope: TypeScope
  let checker: ExpressionChecker
  let diagnostics: Diagnostics

  /// Lists longer than this are not stored inline.
  static let maximumInlineCount = 64
  /// Byte strings longer than this are not stored inline.
  static let maximumInlineBytes = 256

  // MARK: First round: the types, which expressions need to know

  func resolveType(of field: Field) {
    let spec = field.spec
    let owner = field.owner
    if let contents = spec.contents {
      field.format = .contents(contents)
      field.elementType = .bytes(count: nil)
      field.sizing = .constant(contents.count)
      return
    }
    switch spec.type {
    case nil:
      field.format = .bytes
      field.elementType = spec.isBroken ? .unknown : .bytes(count: nil)
    case .plain(let name):
      (field.elementType, field.format) = resolve(name, field)
    case .choice(let written):
      let choice = Choice(name: field.name, owner: owner)
      owner.choices.append(choice)
      for branch in written.cases { add(branch, to: choice, field) }
      if spec.size != nil || spec.sizeToEnd || spec.terminator != nil,
        !written.cases.contains(where: { $0.match == nil })
      {
        choice.rawCaseIndex = choice.cases.count
        choice.cases.append(Choice.Case(name: "raw_bytes", type: .bytes(count: nil)))
      }
      field.elementType = .choice(choice)
      field.format = .choice(choice)
    }
    applyEnum(field)
    resolveBytesLength(field)
  }

  /// Byte strings of a constant size get a type of that size.
  private func resolveBytesLength(_ field: Field) {
    guard case .bytes = field.format, case .integer(let size)? = field.spec.size?.kind, field.terminator == nil,
      field.spec.padRight == nil, (1...Int128(Self.maximumInlineBytes)).contains(size)
    else { return }
    field.elementType = .bytes(count: Int(size))
  }

  private func add(_ branch: SwitchCase, to choice: Choice, _ field: Field) {
    let (type, format) = resolve(branch.type, field)
    let index =
      choice.cases.firstIndex { $0.type.isSame(as: type) }
      ?? {
        choice.cases.append(Choice.Case(name: branch.type.name, type: type))
        return choice.cases.count - 1
      }()
    choice.branches.append(
      Choice.Branch(match: nil, caseIndex: index, format: format, location: branch.location))
  }

  private func resolve(_ name: TypeName, _ field: Field) -> (ValueType, FieldFormat) {
    if name.scope.isEmpty, let builtin = builtin(name, field) { return builtin }
    guard let type = scope.type(name.scope, name.name, from: field.owner.spec) else {
      let known = scope.visibleTypes(from: field.owner.spec) + Self.builtinNames
      diagnostics.error(
        name.location, path: field.spec.path + "/type",
        "unknown type '\(name.text)'\(suggestion(for: name.text, among: known))")
      return (.unknown, .bytes)
    }
    if !type.users.contains(where: { $0 === field.owner }) { type.users.append(field.owner) }
    return (.user(type), .user(type, arguments: []))
  }

  static let builtinNames =
    ["str", "strz", "f4", "f8"] + ["u", "s"].flatMap { sign in [1, 2, 4, 8].map { "\(sign)\($0)" } }

  private func builtin(_ name: TypeName, _ field: Field) -> (ValueType, FieldFormat)? {
    switch BuiltinTypeName(name) {
    case nil: return nil
    case .integer(let count, let isSigned, let order):
      let range = IntegerRange(bytes: count, isSigned: isSigned)
      return (.integer(range), .integer(bytes: count, isSigned: isSigned, order ?? inheritedEndianness(field)))
    case .float(let count, let order): return (.float, .float(bytes: count, order ?? inheritedEndianness(field)))
    case .bits: return (.unknown, .bytes)
    case .string:
      let encoding =
        field.spec.encoding
        ?? inheritedEncoding(field.owner.spec).map { NameReference(text: $0.text, location: name.location) }
      guard let encoding else { return (.string, .string(encoding: "utf8")) }
      guard let known = encodingName(encoding.text) else {
        diagnostics.error(
          encoding.location, path: field.spec.path + "/encoding",
          "the encoding '\(encoding.text)' is not supported yet; there is ASCII, UTF-8, UTF-16LE, UTF-16BE, ISO-8859-1")
        return (.string, .string(encoding: "utf8"))
      }
      return (.string, .string(encoding: known))
    }
  }

  /// A byte order for what does not say its own; single bytes may go without any.
  private func inheritedEndianness(_ field: Field) -> Endianness {
    let types = sequence(first: field.owner.spec) { $0.parent }
    for type in types {
      if case .fixed(let order)? = type.meta.endian { return order }
    }
    return .little
  }

  private func inheritedEncoding(_ spec: TypeSpec) -> NameReference? {
    spec.meta.encoding ?? spec.parent.flatMap(inheritedEncoding)
  }

  private func applyEnum(_ field: Field) {
    guard let name = field.spec.enumName else { return }
    guard let found = enumeration(name, field.owner, path: field.spec.path) else { return }
    guard case .integer(let range) = field.elementType else { return }
    field.elementType = .enumeration(found, range)
  }

  func enumeration(_ name: NameReference, _ owner: ResolvedType, path: String) -> EnumSpec? {
    let parts = name.text.split(separator: ":", omittingEmptySubsequences: true).map(String.init)
    if let found = scope.enumeration(parts, from: owner.spec) { return found }
    let known = scope.visibleEnums(from: owner.spec)
    diagnostics.error(
      name.location, path: path + "/enum", "unknown enum '\(name.text)'\(suggestion(for: name.text, among: known))")
    return nil
  }

  // MARK: Second round: the expressions

  func resolveExpressions(of field: Field) {
    let spec = field.spec
    let repeats = spec.repetition != nil
    let context = ExpressionChecker.Context(type: field.owner, path: spec.path, hasIndex: repeats)
    let plain = ExpressionChecker.Context(type: field.owner, path: spec.path)

    field.condition = spec.condition.map { checker.check($0, as: .boolean, "'if'", in: plain.of("if")) }
    resolveSize(field, context)
    resolveFormat(field, context)
    // Sizes of types are known only later; a repetition of a fixed number is made inline by the layout analysis.
    switch spec.repetition {
    case nil: break
    case .toEnd: field.repetition = .toEnd
    case .count(let expression):
      let context = plain.of("repeat-expr")
      field.repetition = .count(checker.check(expression, as: .integer(.int64), "'repeat-expr'", in: context))
    case .until(let expression):
      var inner = context.of("repeat-until")
      inner.element = field.elementType
      field.repetition = .until(checker.check(expression, as: .boolean, "'repeat-until'", in: inner))
    }
    field.constraint = constraint(
      spec.valid, of: field.elementType, repeats, field.owner, path: spec.path,
      at: spec.places["valid"] ?? spec.location)
    if case .enumeration(let spec, _) = field.elementType, field.constraint == nil {
      field.constraint = .inEnum(spec)
    }
    // Kaitai's `valid: [a, b]` on a list has no meaning for us: constraints hold for each element.
  }

  private func resolveSize(_ field: Field, _ context: ExpressionChecker.Context) {
    let spec = field.spec
    if spec.contents != nil { return }
    if let size = spec.size {
      let checked = checker.check(size, as: .integer(.int64), "'size'", in: context.of("size"))
      if let constant = checked.constant {
        if constant < 0 { complain(field, "size", "a size cannot be negative") }
        if constant > Int128(Int32.max) {
          complain(field, "size", "a size of \(constant) bytes is more than any stream has")
        }
        field.sizing = .constant(Int(clamping: max(0, constant)))
      } else {
        field.sizing = .computed(checked)
      }
    } else if spec.sizeToEnd {
      field.sizing = .toEnd
    } else if let terminator = field.terminator {
      field.sizing = .terminated(terminator)
    }
    // A terminator of a number means nothing to Kaitai.
    switch field.format {
    case .integer, .float: field.sizing = .natural
    default: break
    }
  }

  private func resolveFormat(_ field: Field, _ context: ExpressionChecker.Context) {
    switch (field.spec.type, field.format) {
    case (.plain(let name), .user(let type, _)):
      field.format = .user(type, arguments: arguments(name, for: type, context.of("type")))
    case (.choice(let written), .choice(let choice)):
      let on = checker.check(written.on, in: context.of("type/switch-on"))
      choice.on = on
      for (index, branch) in written.cases.enumerated() {
        if case .user(let type, _) = choice.branches[index].format {
          let arguments = arguments(branch.type, for: type, context.of("type/cases/\(branch.key)"))
          choice.branches[index].format = .user(type, arguments: arguments)
        }
        guard let match = branch.match else { continue }
        let checked = checker.check(match, in: context.of("type/cases/\(branch.key)"))
        choice.branches[index].match = checked
        if !on.type.accepts(checked.type) {
          diagnostics.error(
            branch.location, path: field.spec.path + "/type/cases/\(branch.key)",
            "a case must be \(on.type.name) as 'switch-on' is, but this is \(checked.type.name)")
        }
      }
      switch on.type {
      case .integer, .enumeration, .string, .boolean, .unknown: break
      default: complain(field, "type/switch-on", "'switch-on' cannot be \(on.type.name)")
      }
    default: break
    }
  }

  /// Checks the arguments of a parametric type.
  func arguments(
    _ name: TypeName, for type: ResolvedType, _ context: ExpressionChecker.Context
  ) -> [TypedExpression] {
    guard name.arguments.count == type.parameters.count else {
      diagnostics.error(
        name.location, path: context.path,
        "the type '\(name.text)' takes \(type.parameters.count) parameters, not \(name.arguments.count)")
      return []
    }
    return zip(name.arguments, type.parameters).map { argument, parameter in
      checker.check(argument, as: parameter.type, "the parameter '\(parameter.name)'", in: context)
    }
  }

  func constraint(
    _ constraint: Constraint?, of type: ValueType, _ repeats: Bool, _ owner: ResolvedType, path: String,
    at location: SourceLocation
  ) -> ResolvedConstraint? {
    guard let constraint else { return nil }
    var context = ExpressionChecker.Context(type: owner, path: path, hasIndex: repeats)
    context.element = type
    func value(_ expression: Expression, _ key: String) -> TypedExpression {
      checker.check(expression, as: type, "the value in 'valid'", in: context.of(key))
    }
    switch constraint {
    case .equal(let expression, let isShort): return .equal(value(expression, isShort ? "valid" : "valid/eq"))
    case .range(let minimum, let maximum):
      if !type.isOrdered, !type.isUnknown {
        let place = (minimum ?? maximum)?.location ?? location
        diagnostics.error(place, path: path + "/valid", "min and max need an ordered type, not \(type.name)")
        return nil
      }
      return .range(
        minimum: minimum.map { value($0, "valid/min") }, maximum: maximum.map { value($0, "valid/max") })
    case .anyOf(let expressions):
      return .anyOf(expressions.enumerated().map { value($1, "valid/any-of/\($0)") })
    case .expression(let expression):
      return .expression(checker.check(expression, as: .boolean, "'valid/expr'", in: context.of("valid/expr")))
    case .inEnum:
      if case .enumeration(let spec, _) = type { return .inEnum(spec) }
      if !type.isUnknown {
        diagnostics.error(location, path: path + "/valid", "'in-enum' needs an 'enum' beside it")
      }
      return nil
    }
  }

  private func complain(_ field: Field, _ key: String, _ message: String) {
    let place = key.split(separator: "/").first.flatMap { field.spec.places[String($0)] }
    diagnostics.error(place ?? field.spec.location, path: "\(field.spec.path)/\(key)", message)
  }
}

extension ValueType {
  /// Whether both are the same type, ranges included.
  func isSame(as other: ValueType) -> Bool {
    switch (self, other) {
    case (.integer(let left), .integer(let right)): left == right
    case (.bytes(let left), .bytes(let right)): left == right
    case (.unknown, .unknown): true
    case (.unknown, _), (_, .unknown): false
    default: accepts(other)
    }
  }
}
