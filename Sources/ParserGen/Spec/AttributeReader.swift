/// Reads attributes: elements of `seq`, and instances.
struct AttributeReader {
  private var keys: MappingReader
  private let owner: TypeSpec
  private let spec: AttributeSpec
  private var diagnostics: Diagnostics { keys.diagnostics }

  static func field(
    _ node: YAMLNode, index: Int, path: String, of owner: TypeSpec, _ diagnostics: Diagnostics
  ) -> AttributeSpec? {
    guard var keys = MappingReader(node, path: path, what: "an attribute", diagnostics) else { return nil }
    let problems = diagnostics.count
    let id = keys.identifier("id")
    let spec = AttributeSpec(
      name: id ?? "_unnamed\(index)", role: .field(index), isNamed: id != nil, location: node.location, path: path)
    var reader = AttributeReader(keys: keys, owner: owner, spec: spec)
    reader.read()
    spec.isBroken = diagnostics.count > problems
    return spec
  }

  static func instance(
    _ pair: YAMLPair, path: String, of owner: TypeSpec, _ diagnostics: Diagnostics
  ) -> AttributeSpec? {
    guard let keys = MappingReader(pair.value, path: path, what: "an instance", diagnostics) else { return nil }
    let problems = diagnostics.count
    let spec = AttributeSpec(
      name: pair.key, role: .instance, isNamed: true, location: pair.keyNode.location, path: path)
    var reader = AttributeReader(keys: keys, owner: owner, spec: spec)
    reader.read()
    spec.isBroken = diagnostics.count > problems
    return spec
  }

  private mutating func read() {
    let problems = diagnostics.count
    spec.places = keys.places
    spec.valuePlaces = keys.valuePlaces
    readCommonKeys()
    switch spec.role {
    case .field:
      readParsedKeys()
      keys.refuse(["pos", "io", "value"]) { "'\($0)' belongs to an instance, not to an element of 'seq'" }
      keys.finish("an attribute")
    case .instance where keys.has("value"):
      spec.value = keys.expression("value")
      keys.refuse(Self.parsedKeys + ["id", "pos", "io"]) { "'\($0)' does not go with 'value', which is not read" }
      keys.finish("an instance with 'value'")
      return
    case .instance:
      spec.position = keys.expression("pos")
      spec.io = keys.expression("io")
      // Kaitai lets an instance have an `id`, though its name is its key; `value` may be what was meant.
      keys.ignore("id", "value")
      readParsedKeys()
      keys.finish("an instance")
    }
    AttributeRules(keys: keys, owner: owner, spec: spec, isWhole: diagnostics.count == problems).check()
  }

  /// What every attribute may have.
  private mutating func readCommonKeys() {
    spec.doc = keys.documentation()
    spec.condition = keys.expression("if")
    spec.enumName = keys.name("enum")
    spec.valid = ConstraintReader.read(&keys)
    if let sql = keys.value("-sql") {
      spec.sql = StreamAndSQLReader.attributeSQL(sql, path: keys.path + "/-sql", diagnostics)
    }
  }

  private static let parsedKeys = [
    "type", "contents", "repeat", "repeat-expr", "repeat-until", "size", "size-eos", "terminator", "include", "consume",
    "eos-error", "pad-right", "encoding", "process", "parent",
  ]

  /// What an attribute that is parsed may have.
  private mutating func readParsedKeys() {
    spec.type = typeUse()
    spec.contents = keys.value("contents").flatMap { node in
      ContentsReader(path: keys.path + "/contents", diagnostics: diagnostics).bytes(node)
    }
    spec.repetition = repetition()
    spec.size = keys.expression("size")
    spec.sizeToEnd = keys.boolean("size-eos") ?? false
    spec.terminator = terminator()
    spec.include = keys.boolean("include")
    spec.consume = keys.boolean("consume")
    spec.requiresTerminator = keys.boolean("eos-error")
    spec.padRight = keys.byte("pad-right")
    spec.encoding = keys.name("encoding")
    spec.process = process()
    spec.parent = parent()
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

  private static let repetitions = ["eos", "expr", "until"]

  private mutating func repetition() -> Repetition? {
    let count = keys.expression("repeat-expr")
    let until = keys.expression("repeat-until")
    let kind = keys.name("repeat")
    for (key, wanted) in [("repeat-expr", "expr"), ("repeat-until", "until")] where keys.has(key) {
      let isOther = kind.map { $0.text != wanted && Self.repetitions.contains($0.text) } ?? !keys.has("repeat")
      if isOther { keys.complain(keys.keyLocation(key), key, "'\(key)' needs 'repeat: \(wanted)' beside it") }
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

  private mutating func terminator() -> [UInt8]? {
    guard let node = keys.value("terminator") else { return nil }
    guard case .sequence = node.content else { return keys.byte("terminator").map { [$0] } }
    let bytes = ContentsReader(path: keys.path + "/terminator", diagnostics: diagnostics).bytes(node)
    guard let bytes, bytes.isEmpty else { return bytes }
    keys.complain(node.location, "terminator", "a terminator has at least one byte")
    return nil
  }

  private mutating func process() -> ProcessSpec? {
    guard let node = keys.value("process") else { return nil }
    let path = keys.path + "/process"
    let process = keys.parsed(node, path: path, what: "a processor's name") { text, node throws(Diagnostic) in
      try ExpressionParser.process(text, at: node)
    }
    guard let process else { return nil }
    let name = process.name.joined(separator: ".")
    if let wanted = ProcessSpec.builtins[name], wanted != process.arguments.count {
      keys.complain(
        process.location, "process",
        "'\(name)' takes \(wanted == 0 ? "no argument" : "one argument"), not \(process.arguments.count)")
      return nil
    }
    if let part = process.name.first(where: { !isIdentifier($0) }) {
      keys.complain(process.location, "process", notAName(part))
      return nil
    }
    return process
  }

  private mutating func parent() -> ParentSpec? {
    guard let value = keys.expression("parent") else { return nil }
    if case .boolean(false) = value.kind { return ParentSpec.none }
    return .value(value)
  }
}
