/// Reads attributes of `seq` and instances.
enum AttributeReader {
  static func attribute(_ node: YAMLNode, index: Int, path: String, _ diagnostics: Diagnostics) -> AttributeSpec? {
    guard var reader = MappingReader(node, path: path, what: "an attribute", diagnostics) else { return nil }
    let problems = diagnostics.all.count
    let id = reader.string("id")
    if let id, !isIdentifier(id), let place = reader.value("id")?.location {
      diagnostics.error(
        place, path: path + "/id",
        "'\(id)' is no name: lower-case letters, digits and '_' are allowed, a letter first")
    }
    let result = AttributeSpec(
      name: id ?? "unnamed\(index)", isNamed: id != nil, location: node.location, path: path)
    result.doc = Documentation(text: reader.string("doc"), references: reader.list("doc-ref").compactMap(\.scalar))
    _ = reader.value("-orig-id")
    result.condition = reader.expression("if")
    result.type = typeUse(&reader)
    result.contents = contents(&reader)
    result.repetition = repetition(&reader)
    result.size = reader.expression("size")
    result.sizeToEnd = reader.boolean("size-eos") ?? false
    result.terminator = terminator(&reader)
    result.padRight = reader.byte("pad-right")
    result.encoding = reader.name("encoding")
    result.enumName = reader.name("enum")
    result.valid = constraint(&reader)
    if let sql = reader.value("-sql") {
      result.sql = StreamAndSQLReader.attributeSQL(sql, path: path + "/-sql", diagnostics)
    }
    reader.notSupported("process", "parent", "pos", "io", "value")
    reader.finish("an attribute")
    result.places = reader.places
    result.isBroken = diagnostics.all.count > problems
    return result
  }

  static func instance(_ pair: YAMLPair, path: String, _ diagnostics: Diagnostics) -> InstanceSpec? {
    guard var reader = MappingReader(pair.value, path: path, what: "an instance", diagnostics) else { return nil }
    guard reader.has("value") else {
      diagnostics.error(
        pair.keyNode.location, path: path,
        "an instance that is parsed ('pos', or no 'value') is not supported yet; give it a 'value'")
      return nil
    }
    guard let value = reader.expression("value") else { return nil }
    let result = InstanceSpec(name: pair.key, location: pair.keyNode.location, path: path, value: value)
    result.doc = Documentation(text: reader.string("doc"), references: reader.list("doc-ref").compactMap(\.scalar))
    result.condition = reader.expression("if")
    result.enumName = reader.name("enum")
    result.valid = constraint(&reader)
    if let sql = reader.value("-sql") {
      result.sql = StreamAndSQLReader.attributeSQL(sql, path: path + "/-sql", diagnostics)
    }
    // Kaitai allows `type` on a value instance to state what the expression yields; we infer it.
    _ = reader.value("type")
    _ = reader.value("-orig-id")
    reader.notSupported("pos", "io", "size", "size-eos", "repeat", "process", "contents", "terminator")
    reader.finish("an instance")
    return result
  }

  // MARK: Parts

  private static func typeUse(_ reader: inout MappingReader) -> TypeUse? {
    guard let node = reader.value("type") else { return nil }
    let path = reader.path + "/type"
    guard case .mapping = node.content else { return reader.typeName(node, path: path).map(TypeUse.plain) }
    guard var choice = MappingReader(node, path: path, what: "'type'", reader.diagnostics) else { return nil }
    let on = choice.expression("switch-on")
    let cases = choice.mapping("cases", what: "'cases'")
    choice.finish("a switched type")
    guard let on, let cases else {
      reader.diagnostics.error(node.location, path: path, "a switched type needs 'switch-on' and 'cases'")
      return nil
    }
    return .choice(
      on: on,
      cases: cases.entries.compactMap { pair in
        let casePath = "\(path)/cases/\(pair.key)"
        guard let type = cases.typeName(pair.value, path: casePath) else { return nil }
        if pair.key == "_" { return ChoiceCase(match: nil, type: type, location: pair.keyNode.location) }
        guard let match = cases.expression(pair.keyNode, path: casePath) else { return nil }
        return ChoiceCase(match: match, type: type, location: pair.keyNode.location)
      })
  }

  private static func contents(_ reader: inout MappingReader) -> [UInt8]? {
    guard let node = reader.value("contents") else { return nil }
    switch node.content {
    case .scalar(let text, let isPlain):
      if isPlain, let value = integerLiteral(text), let byte = UInt8(exactly: value) { return [byte] }
      return Array(text.utf8)
    case .sequence(let parts):
      return parts.flatMap { part -> [UInt8] in
        guard case .scalar(let text, let isPlain) = part.content else {
          reader.diagnostics.error(part.location, path: reader.path + "/contents", "contents are bytes and strings")
          return []
        }
        guard isPlain, let value = integerLiteral(text) else { return Array(text.utf8) }
        guard let byte = UInt8(exactly: value) else {
          reader.diagnostics.error(part.location, path: reader.path + "/contents", "\(value) is no byte (0 to 255)")
          return []
        }
        return [byte]
      }
    case .mapping:
      reader.diagnostics.error(node.location, path: reader.path + "/contents", "contents are a text or a list of bytes")
      return nil
    }
  }

  private static func repetition(_ reader: inout MappingReader) -> Repetition? {
    let count = reader.expression("repeat-expr")
    let until = reader.expression("repeat-until")
    guard let kind = reader.name("repeat") else {
      for key in ["repeat-expr", "repeat-until"] where reader.has(key) {
        let kind = key.dropFirst("repeat-".count)
        reader.diagnostics.error(
          reader.value(key)?.location ?? reader.node.location, path: "\(reader.path)/\(key)",
          "'\(key)' needs 'repeat: \(kind)' beside it")
      }
      return nil
    }
    func complain(_ message: String) {
      reader.diagnostics.error(kind.location, path: reader.path + "/repeat", message)
    }
    switch kind.text {
    case "eos": return .toEnd
    case "expr":
      if count == nil, !reader.has("repeat-expr") { complain("'repeat: expr' needs 'repeat-expr'") }
      return count.map(Repetition.count)
    case "until":
      if until == nil, !reader.has("repeat-until") { complain("'repeat: until' needs 'repeat-until'") }
      return until.map(Repetition.until)
    default:
      complain(
        "'repeat' is eos, expr or until, not '\(kind.text)'\(suggestion(for: kind.text, among: ["eos", "expr", "until"]))"
      )
      return nil
    }
  }

  private static func terminator(_ reader: inout MappingReader) -> Terminator? {
    let include = reader.boolean("include")
    let consume = reader.boolean("consume")
    let required = reader.boolean("eos-error")
    var byte: UInt8?
    if let node = reader.value("terminator") {
      if case .sequence = node.content {
        reader.diagnostics.error(
          node.location, path: reader.path + "/terminator", "a terminator of several bytes is not supported yet")
      } else {
        byte = reader.byte("terminator")
      }
    }
    if byte == nil {
      // strz has a terminator without saying so.
      guard case .scalar("strz", _) = reader.value("type")?.content else {
        for key in ["include", "consume", "eos-error"] where reader.has(key) && !reader.has("terminator") {
          reader.diagnostics.error(
            reader.value(key)?.location ?? reader.node.location, path: "\(reader.path)/\(key)",
            "'\(key)' needs a 'terminator'")
        }
        return nil
      }
      byte = 0
    }
    return Terminator(
      byte: byte ?? 0, include: include ?? false, consume: consume ?? true, required: required ?? true)
  }

  private static func constraint(_ reader: inout MappingReader) -> Constraint? {
    guard let node = reader.value("valid") else { return nil }
    let path = reader.path + "/valid"
    guard case .mapping = node.content else { return reader.expression(node, path: path).map(Constraint.equal) }
    guard var valid = MappingReader(node, path: path, what: "'valid'", reader.diagnostics) else { return nil }
    let equal = valid.expression("eq")
    let (minimum, maximum) = (valid.expression("min"), valid.expression("max"))
    let expression = valid.expression("expr")
    let inEnum = valid.boolean("in-enum")
    let anyOf =
      valid.has("any-of") ? valid.list("any-of").compactMap { valid.expression($0, path: path + "/any-of") } : nil
    valid.finish("'valid'")
    var found: [Constraint] = []
    if let equal { found.append(.equal(equal)) }
    if minimum != nil || maximum != nil { found.append(.range(minimum: minimum, maximum: maximum)) }
    if let anyOf { found.append(.anyOf(anyOf)) }
    if let expression { found.append(.expression(expression)) }
    if inEnum == true { found.append(.inEnum) }
    if found.count != 1, valid.entries.count != 1 || inEnum == false {
      reader.diagnostics.error(
        node.location, path: path, "'valid' takes one of: a value, eq, min and max, any-of, expr, in-enum: true")
    }
    return found.first
  }
}
