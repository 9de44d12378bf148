// What an attribute reads, and the type of its value.
extension AttributeDeclaration {
  /// Where the expression under a key stands.
  func context(for key: String, element: DataType? = nil) -> ExpressionTyping.Context {
    // `if` and `repeat-expr` are asked once, before there is any element.
    let hasIndex = isRepeated && key != "if" && key != "repeat-expr" && key != "pos" && key != "io"
    return ExpressionTyping.Context(type: owner, path: path(key), element: element, hasIndex: hasIndex)
  }

  func typing(for key: String, element: DataType? = nil, isQuiet: Bool = false) -> ExpressionTyping {
    ExpressionTyping(context(for: key, element: element), isQuiet: isQuiet)
  }

  func sizeExpression(_ size: Expression) -> ResolvedExpression {
    typing(for: "size").type(size, as: .integer(.int64), "'size'")
  }

  func complain(_ key: String, _ message: String) {
    guard !spec.isBroken else { return }
    owner.model.diagnostics.error(spec.place(key), path: path(key), message)
  }

  /// The value of a computed instance.
  var value: ResolvedExpression? {
    guard let value = spec.value else { return nil }
    return valueQuery.answer(owner.model.queries, cycle: .invalid(at: value.location)) {
      typing(for: "value").type(value)
    }
  }

  /// How an element is read where no switch chooses.
  var format: ElementFormat {
    formatQuery.answer(owner.model.queries, cycle: .unknown) {
      if let contents = spec.contents { return .contents(contents) }
      switch spec.type {
      case nil: return .bytes
      case .plain(let name): return format(of: name, path: path("type"))
      case .choice: return .unknown
      }
    }
  }

  /// What the type is chosen from; nil where no switch chooses it.
  var choice: SwitchDeclaration? {
    switchQuery.answer(owner.model.queries, cycle: nil) {
      guard case .choice(let spec) = spec.type else { return nil }
      return declare(spec)
    }
  }

  private func declare(_ choice: SwitchSpec) -> SwitchDeclaration {
    var alternatives: [SwitchDeclaration.Alternative] = []
    var branches: [SwitchDeclaration.Branch] = []
    func add(_ branch: SwitchCase?, _ format: ElementFormat, _ type: DataType, _ name: String) {
      let known = alternatives.firstIndex { $0.type.isSame(as: type) }
      if known == nil { alternatives.append(SwitchDeclaration.Alternative(name: name, type: type)) }
      branches.append(
        SwitchDeclaration.Branch(spec: branch, format: format, alternative: known ?? alternatives.count - 1))
    }
    // Cases are tried in their order, and the default last, wherever it stands.
    let ordered = choice.cases.filter { $0.match != nil } + choice.cases.filter { $0.match == nil }
    for branch in ordered {
      let path = "\(path("type"))/cases/\(branch.key)"
      let format = format(of: branch.type, path: path)
      add(branch, format, enumerated(type(of: format), path: nil), branch.type.text)
    }
    let isSized = spec.size != nil || spec.sizeToEnd || spec.terminator != nil
    if isSized, !branches.contains(where: { $0.spec?.match == nil }) { add(nil, .bytes, .bytes, "raw_bytes") }
    return SwitchDeclaration(self, choice, alternatives: alternatives, branches: branches)
  }

  /// The type of one element.
  var elementType: DataType {
    elementTypeQuery.answer(owner.model.queries, cycle: .unknown) {
      if let value { return enumerated(value.type, path: path("enum")) }
      if spec.isComputed { return .unknown }
      if let choice { return choice.joined ?? .choice(choice) }
      return enumerated(type(of: format), path: path("enum"))
    }
  }

  var type: DataType { isRepeated ? .array(elementType) : elementType }

  /// Whether an element of a repetition, or the value, may be missing because no case of a switch matches.
  var lacksCase: Bool { choice.map { !$0.isComplete } ?? false }

  /// Whether an object may lack the attribute.
  var isOptional: Bool {
    if spec.condition != nil { return true }
    if let value { return value.isOptionalMember }
    return !isRepeated && lacksCase
  }

  /// The field whose value a computed instance just repeats.
  var plainField: AttributeDeclaration? {
    guard case .member(_, let members) = value?.kind, members.count == 1,
      case .attribute(let source) = members[0].member
    else { return nil }
    return source.isInstance ? source.plainField : source
  }

  // MARK: Formats

  func type(of format: ElementFormat) -> DataType {
    switch format {
    case .integer(let bytes, let isSigned, _): .integer(IntegerRange(bytes: bytes, isSigned: isSigned))
    case .float: .float
    case .bits(1, _): spec.enumName == nil ? .boolean : .integer(IntegerRange(lower: 0, upper: 1))
    case .bits(let count, let order): PrimitiveType.bits(count, order).dataType
    case .bytes, .contents: .bytes
    case .string: .string
    case .object(let type, _): .object(type)
    case .opaque(let name): .opaque(name)
    case .unknown: .unknown
    }
  }

  /// The type with the attribute's `enum`.
  private func enumerated(_ type: DataType, path: String?) -> DataType {
    guard let name = spec.enumName else { return type }
    guard let found = enumeration(name) else { return .unknown }
    switch type {
    case .integer(let range): return .enumeration(found, range)
    case .array(.integer(let range)): return .array(.enumeration(found, range))
    case .enumeration(let own, _) where own == found: return type
    case .unknown: return type
    default:
      if path != nil { complain("enum", "only an integer can have an 'enum', but this is \(type.name)") }
      return type
    }
  }

  private func enumeration(_ name: NameReference) -> EnumSpec? {
    if let found = owner.enumeration(name) { return found }
    complain("enum", "unknown enum '\(name.text)'\(suggestion(for: name.text, among: owner.visibleEnums))")
    return nil
  }

  private func format(of name: TypeName, path: String) -> ElementFormat {
    let diagnostics = owner.model.diagnostics
    func error(_ message: String) -> ElementFormat {
      if !spec.isBroken { diagnostics.error(name.location, path: path, message) }
      return .unknown
    }
    if let primitive = PrimitiveType(name) {
      if !name.arguments.isEmpty { return error("'\(name.text)' takes no parameters") }
      return format(of: primitive, name, path)
    }
    if name.dimensions > 0 { return error("a list is parsed by 'repeat', not by '\(name.text)'") }
    if name.text == "bytes" { return .bytes }
    if let type = owner.type(named: name) { return .object(type, name) }
    if owner.root.spec.meta.allowsOpaqueTypes { return .opaque(name) }
    let known = owner.visibleTypes + PrimitiveType.names
    return error("unknown type '\(name.text)'\(suggestion(for: name.text, among: known))")
  }

  private func format(of primitive: PrimitiveType, _ name: TypeName, _ path: String) -> ElementFormat {
    func order(_ given: Endianness?, _ bytes: Int) -> ByteOrder? {
      if let given { return .fixed(given) }
      if bytes == 1 { return .fixed(.little) }
      switch owner.inherited(\.endian)?.value {
      case .fixed(let order): return .fixed(order)
      case .computed: return .computed
      case nil:
        owner.model.diagnostics.error(
          name.location, path: path,
          "'\(name.text)' needs a byte order: say '\(name.text)le' or '\(name.text)be', or set 'endian' in 'meta'")
        return nil
      }
    }
    switch primitive {
    case .integer(let bytes, let isSigned, let given):
      return order(given, bytes).map { .integer(bytes: bytes, isSigned: isSigned, $0) } ?? .unknown
    case .float(let bytes, let given): return order(given, bytes).map { .float(bytes: bytes, $0) } ?? .unknown
    case .bits(let count, let given):
      if count > 64 {
        owner.model.diagnostics.error(name.location, path: path, "'\(name.text)' has more than 64 bits")
        return .unknown
      }
      return .bits(count, given ?? owner.inherited(\.bitEndian)?.value ?? .big)
    case .string(let isZeroTerminated):
      guard let encoding = spec.encoding?.text ?? owner.inherited(\.encoding)?.value.text else {
        if !spec.isBroken {
          owner.model.diagnostics.error(
            name.location, path: spec.path, "a string needs an 'encoding', here or in 'meta'")
        }
        return .unknown
      }
      return .string(encoding: encoding, isZeroTerminated: isZeroTerminated)
    }
  }
}

extension TypeDeclaration {
  func enumeration(_ name: NameReference) -> EnumSpec? {
    let isAbsolute = name.text.hasPrefix("::")
    let path = name.text.split(separator: ":", omittingEmptySubsequences: true).map(String.init)
    return enumeration(path: path, isAbsolute: isAbsolute)
  }
}

extension ParameterDeclaration {
  var type: DataType {
    typeQuery.answer(owner.model.queries, cycle: .unknown) {
      let model = owner.model
      guard let name = spec.type else { return .bytes }
      guard let found = owner.dataType(named: name) else {
        let known = owner.visibleTypes + PrimitiveType.names + ["bytes", "bool", "struct", "io", "any"]
        model.diagnostics.error(
          spec.typeLocation, path: spec.path + "/type",
          "unknown type '\(name.text)'\(suggestion(for: name.text, among: known))")
        return .unknown
      }
      guard let enumName = spec.enumName else { return found }
      guard let spec = owner.enumeration(enumName) else {
        model.diagnostics.error(
          enumName.location, path: self.spec.path + "/enum",
          "unknown enum '\(enumName.text)'\(suggestion(for: enumName.text, among: owner.visibleEnums))")
        return .unknown
      }
      switch found {
      case .integer(let range): return .enumeration(spec, range)
      case .array(.integer(let range)): return .array(.enumeration(spec, range))
      default:
        model.diagnostics.error(enumName.location, path: self.spec.path + "/enum", "only an integer can have an 'enum'")
        return found
      }
    }
  }
}
