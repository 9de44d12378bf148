/// Reads a mapping key by key, and complains of keys that nobody asked for.
struct MappingReader {
  let node: YAMLNode
  let path: String
  let diagnostics: Diagnostics
  private let pairs: [YAMLPair]
  private var known: Set<String> = []

  /// nil, with a diagnostic, if the node is no mapping.
  init?(_ node: YAMLNode, path: String, what: String, _ diagnostics: Diagnostics) {
    self.node = node
    self.path = path
    self.diagnostics = diagnostics
    guard case .mapping(let pairs) = node.content else {
      diagnostics.error(node.location, path: path, "\(what) must be a mapping, not \(node.kind)")
      return nil
    }
    self.pairs = pairs
  }

  /// The value of a key.
  mutating func value(_ key: String) -> YAMLNode? {
    known.insert(key)
    return pairs.first { $0.key == key }?.value
  }

  mutating func mapping(_ key: String, what: String) -> MappingReader? {
    value(key).flatMap { MappingReader($0, path: "\(path)/\(key)", what: what, diagnostics) }
  }

  mutating func string(_ key: String) -> String? {
    guard let node = value(key) else { return nil }
    guard let text = node.scalar, !node.isNull else {
      complain(node.location, key, "'\(key)' must be a text, not \(node.scalar == nil ? node.kind : "empty")")
      return nil
    }
    return text
  }

  mutating func name(_ key: String) -> NameReference? {
    guard let node = value(key), let text = string(key) else { return nil }
    return NameReference(text: text, location: node.location)
  }

  mutating func boolean(_ key: String) -> Bool? {
    guard let node = value(key) else { return nil }
    if let value = node.boolean { return value }
    complain(node.location, key, "'\(key)' must be true or false")
    return nil
  }

  mutating func byte(_ key: String) -> UInt8? {
    guard let node = value(key) else { return nil }
    guard let text = node.scalar, let value = integerLiteral(text), let byte = UInt8(exactly: value) else {
      complain(node.location, key, "'\(key)' must be an integer from 0 to 255")
      return nil
    }
    return byte
  }

  mutating func expression(_ key: String) -> Expression? {
    guard let node = value(key) else { return nil }
    return expression(node, path: "\(path)/\(key)")
  }

  func expression(_ node: YAMLNode, path: String) -> Expression? {
    // What YAML takes for a boolean may be spelled as the expression language does not.
    if let value = node.boolean { return Expression(kind: .boolean(value), location: node.location) }
    return parsed(node, path: path, what: "an expression") { text, node throws(Diagnostic) in
      try ExpressionParser.expression(text, at: node)
    }
  }

  /// The expressions of a list; nil without the key.
  mutating func expressions(_ key: String) -> [Expression]? {
    guard let node = value(key) else { return nil }
    guard case .sequence(let nodes) = node.content else {
      complain(node.location, key, "'\(key)' must be a list, not \(node.kind)")
      return nil
    }
    return nodes.enumerated().compactMap { expression($1, path: "\(path)/\(key)/\($0)") }
  }

  func typeName(_ node: YAMLNode, path: String) -> TypeName? {
    parsed(node, path: path, what: "a type's name") { text, node throws(Diagnostic) in
      try ExpressionParser.typeName(text, at: node)
    }
  }

  /// What a parser makes of a scalar.
  func parsed<Value>(
    _ node: YAMLNode, path: String, what: String, _ parse: (String, YAMLNode) throws(Diagnostic) -> Value
  ) -> Value? {
    guard let text = node.scalar, !node.isNull else {
      diagnostics.error(node.location, path: path, "\(what) is expected, not \(node.isNull ? "nothing" : node.kind)")
      return nil
    }
    do throws(Diagnostic) {
      return try parse(text, node)
    } catch {
      diagnostics.error(error.location, path: path, error.message)
      return nil
    }
  }

  /// A name that the description gives to something.
  mutating func identifier(_ key: String) -> String? {
    guard let name = name(key) else { return nil }
    if !isIdentifier(name.text) { complain(name.location, key, notAName(name.text)) }
    return name.text
  }

  mutating func documentation() -> Documentation {
    Documentation(text: string("doc"), references: list("doc-ref").compactMap(\.scalar))
  }

  /// A list, or a single value for a list of one.
  mutating func list(_ key: String) -> [YAMLNode] {
    guard let node = value(key) else { return [] }
    if case .sequence(let nodes) = node.content { return nodes }
    return [node]
  }

  var entries: [YAMLPair] { pairs }

  /// Where each key stands.
  var places: [String: SourceLocation] {
    Dictionary(pairs.map { ($0.key, $0.keyNode.location) }) { first, _ in first }
  }

  /// Where the value of each key stands.
  var valuePlaces: [String: SourceLocation] {
    Dictionary(pairs.map { ($0.key, $0.value.location) }) { first, _ in first }
  }

  func has(_ key: String) -> Bool { pairs.contains { $0.key == key } }

  /// Where a key stands, or where the mapping does.
  func keyLocation(_ key: String) -> SourceLocation { places[key] ?? node.location }

  /// Takes note of keys that mean nothing to us.
  mutating func ignore(_ keys: String...) { known.formUnion(keys) }

  /// Complains of every key not asked for until now. Keys that begin with `-` are for other tools, but for ours.
  func finish(_ what: String) {
    for pair in pairs where !known.contains(pair.key) {
      if pair.key.hasPrefix("-"), pair.key != "-stream", pair.key != "-sql" { continue }
      complain(
        pair.keyNode.location, pair.key,
        "unknown key '\(pair.key)' in \(what)\(suggestion(for: pair.key, among: known))")
    }
  }

  func complain(_ location: SourceLocation, _ key: String, _ message: String) {
    diagnostics.error(location, path: "\(path)/\(key)", message)
  }
}

/// An integer as YAML and Kaitai write it: decimal, 0x, 0o, 0b, with underscores.
func integerLiteral(_ text: String) -> Int128? {
  var digits = text.filter { $0 != "_" }
  let isNegative = digits.hasPrefix("-")
  if isNegative { digits.removeFirst() }
  let (radix, body): (Int, String) =
    switch digits.prefix(2) {
    case "0x", "0X": (16, String(digits.dropFirst(2)))
    case "0o": (8, String(digits.dropFirst(2)))
    case "0b": (2, String(digits.dropFirst(2)))
    default: (10, digits)
    }
  guard let magnitude = UInt64(body, radix: radix), body.first != "+" else { return nil }
  return isNegative ? -Int128(magnitude) : Int128(magnitude)
}
