/// Reads attributes: elements of `seq`, and instances.
struct AttributeReader {
  private var keys: MappingReader
  private let diagnostics: Diagnostics
  private let result: AttributeSpec

  // MARK: The two roles

  static func field(_ node: YAMLNode, index: Int, path: String, _ diagnostics: Diagnostics) -> AttributeSpec? {
    guard var keys = MappingReader(node, path: path, what: "an attribute", diagnostics) else { return nil }
    let id = keys.identifier("id")
    let spec = AttributeSpec(
      name: id ?? "_unnamed\(index)", role: .field(index), isNamed: id != nil, location: node.location, path: path)
    var reader = AttributeReader(keys: keys, diagnostics: diagnostics, result: spec)
    reader.read()
    return spec
  }

  static func instance(_ pair: YAMLPair, path: String, _ diagnostics: Diagnostics) -> AttributeSpec? {
    guard let keys = MappingReader(pair.value, path: path, what: "an instance", diagnostics) else { return nil }
    let spec = AttributeSpec(
      name: pair.key, role: .instance, isNamed: true, location: pair.keyNode.location, path: path)
    var reader = AttributeReader(keys: keys, diagnostics: diagnostics, result: spec)
    reader.read()
    return spec
  }

  private mutating func read() {
    let problems = diagnostics.count
    readCommonKeys()
    if result.role == .instance {
      result.value = keys.expression("value")
      result.position = keys.expression("pos")
      result.io = keys.expression("io")
    }
    if result.value == nil || keys.has("type") { result.type = typeUse() }
    if !keys.has("value") || result.role != .instance { readParsedKeys() }
    keys.finish(what)
    result.places = keys.places
    result.valuePlaces = keys.valuePlaces
    result.isBroken = diagnostics.count > problems
  }

  private var what: String {
    switch result.role {
    case .field: "an attribute"
    case .instance: keys.has("value") ? "an instance with 'value'" : "an instance"
    }
  }

  /// What every attribute may have.
  private mutating func readCommonKeys() {
    result.doc = keys.documentation()
    keys.ignore("-orig-id")
    result.condition = keys.expression("if")
    result.enumName = keys.name("enum")
    result.valid = constraint()
    if let sql = keys.value("-sql") {
      result.sql = StreamAndSQLReader.attributeSQL(sql, path: keys.path + "/-sql", diagnostics)
    }
  }

  /// What an attribute that is parsed may have.
  private mutating func readParsedKeys() {
    result.contents = contents()
    result.repetition = repetition()
    result.size = keys.expression("size")
    result.sizeToEnd = keys.boolean("size-eos") ?? false
    readTerminator()
    result.padRight = keys.byte("pad-right")
    result.encoding = keys.name("encoding")
    result.process = process()
    result.parent = parent()
  }

  // MARK: Parts

  private mutating func typeUse() -> TypeUse? {
    guard let node = keys.value("type") else { return nil }
    let path = keys.path + "/type"
    guard case .mapping = node.content else { return keys.typeName(node, path: path).map(TypeUse.plain) }
    return SwitchReader.read(node, path: path, what: "a switched type", diagnostics) { cases, pair, path in
      cases.typeName(pair.value, path: path)
    }.map { on, cases in
      .choice(
        SwitchSpec(
          on: on,
          cases: cases.map { SwitchCase(key: $0.key, match: $0.match, type: $0.value, location: $0.location) }))
    }
  }

  private mutating func contents() -> [UInt8]? {
    guard let node = keys.value("contents") else { return nil }
    return ContentsReader(path: keys.path + "/contents", diagnostics: diagnostics).bytes(node)
  }

  private mutating func repetition() -> Repetition? {
    let count = keys.expression("repeat-expr")
    let until = keys.expression("repeat-until")
    let kind = keys.name("repeat")
    for (key, wanted) in [("repeat-expr", "expr"), ("repeat-until", "until")] where keys.has(key) {
      guard !keys.has("repeat") || kind != nil && kind?.text != wanted && Self.repetitions.contains(kind?.text ?? "")
      else { continue }
      keys.complain(keys.keyLocation(key), key, "'\(key)' needs 'repeat: \(wanted)' beside it")
    }
    guard let kind else { return nil }
    switch kind.text {
    case "eos": return .toEnd
    case "expr":
      if !keys.has("repeat-expr") { keys.complain(kind.location, "repeat", "'repeat: expr' needs 'repeat-expr'") }
      return count.map(Repetition.count)
    case "until":
      if !keys.has("repeat-until") { keys.complain(kind.location, "repeat", "'repeat: until' needs 'repeat-until'") }
      return until.map(Repetition.until)
    default:
      let near = suggestion(for: kind.text, among: Self.repetitions)
      keys.complain(kind.location, "repeat", "'repeat' is eos, expr or until, not '\(kind.text)'\(near)")
      return nil
    }
  }

  private static let repetitions = ["eos", "expr", "until"]

  private mutating func readTerminator() {
    result.terminator = terminator()
    result.include = keys.boolean("include")
    result.consume = keys.boolean("consume")
    result.requiresTerminator = keys.boolean("eos-error")
    guard !keys.has("terminator"), !mayBeTerminatedString else { return }
    for key in ["include", "consume", "eos-error"] where keys.has(key) {
      keys.complain(keys.keyLocation(key), key, "'\(key)' needs a 'terminator'")
    }
  }

  /// A `strz` has a terminator without saying so.
  private var mayBeTerminatedString: Bool {
    switch result.type {
    case .plain(let name): name.text == "strz"
    case .choice(let choice): choice.cases.contains { $0.type.text == "strz" }
    case nil: false
    }
  }

  private mutating func terminator() -> [UInt8]? {
    guard let node = keys.value("terminator") else { return nil }
    guard case .sequence = node.content else { return keys.byte("terminator").map { [$0] } }
    let bytes = ContentsReader(path: keys.path + "/terminator", diagnostics: diagnostics).bytes(node)
    if bytes == [] { keys.complain(node.location, "terminator", "a terminator has at least one byte") }
    return bytes
  }

  private mutating func process() -> ProcessSpec? {
    guard let node = keys.value("process") else { return nil }
    let path = keys.path + "/process"
    return keys.parsed(node, path: path, what: "a processor's name") { text, node throws(Diagnostic) in
      try ExpressionParser.process(text, at: node)
    }
  }

  private mutating func parent() -> ParentSpec? {
    guard let value = keys.expression("parent") else { return nil }
    if case .boolean(false) = value.kind { return ParentSpec.none }
    return .value(value)
  }

  private mutating func constraint() -> Constraint? {
    guard let node = keys.value("valid") else { return nil }
    let path = keys.path + "/valid"
    guard case .mapping = node.content else {
      return keys.expression(node, path: path).map { .equal($0, isShort: true) }
    }
    guard var valid = MappingReader(node, path: path, what: "'valid'", diagnostics) else { return nil }
    let equal = valid.expression("eq")
    let (minimum, maximum) = (valid.expression("min"), valid.expression("max"))
    let expression = valid.expression("expr")
    let inEnum = valid.boolean("in-enum")
    let anyOf = valid.expressions("any-of")
    valid.finish("'valid'")
    var found: [Constraint] = []
    if let equal { found.append(.equal(equal, isShort: false)) }
    if minimum != nil || maximum != nil { found.append(.range(minimum: minimum, maximum: maximum)) }
    if let anyOf { found.append(.anyOf(anyOf)) }
    if let expression { found.append(.expression(expression)) }
    if inEnum == true { found.append(.inEnum) }
    if inEnum == false {
      valid.complain(valid.valuePlaces["in-enum"] ?? node.location, "in-enum", "'in-enum' can only be true")
    } else if found.count > 1 || valid.entries.isEmpty {
      diagnostics.error(
        node.location, path: path, "'valid' takes one of: a value, eq, min and max, any-of, expr, in-enum: true")
    }
    return found.first
  }
}
