/// Reads a mapping key by key, and complains of keys that nobody asked for.
struct MappingReader {
  let node: YAMLNode
  let path: String
  let diagnostics: Diagnostics
  let entries: [YAMLPair]
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
    entries = pairs
  }

  // MARK: Places

  func has(_ key: String) -> Bool { entry(key) != nil }

  private func entry(_ key: String) -> YAMLPair? { entries.first { $0.key == key } }

  /// Where a key stands, or where the mapping does.
  func keyLocation(_ key: String) -> SourceLocation { entry(key)?.keyNode.location ?? node.location }

  /// Where the value of a key stands, or where the mapping does.
  func valueLocation(_ key: String) -> SourceLocation { entry(key)?.value.location ?? node.location }

  /// Where each key stands.
  var places: [String: SourceLocation] {
    Dictionary(entries.map { ($0.key, $0.keyNode.location) }) { first, _ in first }
  }

  /// Where the value of each key stands.
  var valuePlaces: [String: SourceLocation] {
    Dictionary(entries.map { ($0.key, $0.value.location) }) { first, _ in first }
  }

  // MARK: Values

  /// The value of a key.
  mutating func value(_ key: String) -> YAMLNode? {
    known.insert(key)
    return entry(key)?.value
  }

  mutating func mapping(_ key: String, what: String) -> MappingReader? {
    value(key).flatMap { MappingReader($0, path: "\(path)/\(key)", what: what, diagnostics) }
  }

  mutating func string(_ key: String) -> String? { name(key)?.text }

  mutating func name(_ key: String) -> NameReference? {
    value(key).flatMap { name($0, key, path: "\(path)/\(key)") }
  }

  private func name(_ node: YAMLNode, _ key: String, path: String) -> NameReference? {
    guard let text = node.scalar, !node.isNull else {
      diagnostics.error(node.location, path: path, "'\(key)' must be a text, not \(node.kind)")
      return nil
    }
    return NameReference(text: text, location: node.location)
  }

  /// A list of texts, or a single text for a list of one.
  mutating func names(_ key: String) -> [NameReference] {
    guard let node = value(key) else { return [] }
    guard case .sequence(let nodes) = node.content else {
      return [name(node, key, path: "\(path)/\(key)")].compactMap(\.self)
    }
    return nodes.enumerated().compactMap { name($1, key, path: "\(path)/\(key)/\($0)") }
  }

  /// A name that the description gives to something.
  mutating func identifier(_ key: String) -> String? {
    guard let name = name(key) else { return nil }
    if !isIdentifier(name.text) { complain(name.location, key, notAName(name.text)) }
    return name.text
  }

  mutating func documentation() -> Documentation {
    Documentation(text: string("doc"), references: names("doc-ref").map(\.text))
  }

  mutating func boolean(_ key: String) -> Bool? {
    guard let node = value(key) else { return nil }
    if let value = node.booleanWord { return value }
    complain(node.location, key, "'\(key)' must be true or false")
    return nil
  }

  /// What a key says, without a word about it.
  func boolean(at key: String) -> Bool? { entry(key)?.value.booleanWord }

  mutating func byte(_ key: String) -> UInt8? {
    guard let node = value(key) else { return nil }
    guard let byte = node.integer.flatMap({ UInt8(exactly: $0) }) else {
      complain(node.location, key, "'\(key)' must be an integer from 0 to 255")
      return nil
    }
    return byte
  }

  /// A list, or a single value for a list of one.
  mutating func list(_ key: String) -> [YAMLNode] {
    guard let node = value(key) else { return [] }
    if case .sequence(let nodes) = node.content { return nodes }
    return [node]
  }

  /// A list, and nothing else.
  mutating func elements(_ key: String) -> [YAMLNode] {
    guard let node = value(key) else { return [] }
    if case .sequence(let nodes) = node.content { return nodes }
    complain(node.location, key, "'\(key)' must be a list, not \(node.kind)")
    return []
  }

  // MARK: Expressions

  mutating func expression(_ key: String) -> Expression? {
    value(key).flatMap { expression($0, path: "\(path)/\(key)") }
  }

  /// The expressions of a list; nil without the key.
  mutating func expressions(_ key: String) -> [Expression]? {
    guard has(key) else { return nil }
    return elements(key).enumerated().compactMap { expression($1, path: "\(path)/\(key)/\($0)") }
  }

  func expression(_ node: YAMLNode, path: String) -> Expression? {
    // What YAML takes for a boolean or an integer may be spelled as the expression language does not.
    if let value = node.boolean { return Expression(kind: .boolean(value), location: node.location) }
    if let value = node.integer { return Expression(kind: .integer(value), location: node.location) }
    return parsed(node, path: path, what: "an expression") { text, node throws(Diagnostic) in
      try ExpressionParser.expression(text, at: node)
    }
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
      diagnostics.error(node.location, path: path, "\(what) is expected, not \(node.kind)")
      return nil
    }
    do throws(Diagnostic) {
      return try parse(text, node)
    } catch {
      diagnostics.error(error.location, path: path, error.message)
      return nil
    }
  }

  /// A port of TCP or UDP under a key, or in the list there; complains of what is none.
  func port(_ node: YAMLNode, _ key: String) -> UInt16? {
    guard let port = node.scalar.flatMap(integerLiteral).flatMap({ UInt16(exactly: $0) }), port > 0 else {
      complain(node.location, key, "a port is an integer from 1 to 65535")
      return nil
    }
    return port
  }

  // MARK: Keys that nobody asked for

  private static let ownKeys = ["-stream", "-sql", "-program"]

  /// Takes note of keys that mean nothing to us.
  mutating func ignore(_ keys: String...) { known.formUnion(keys) }

  /// Complains of keys that stand here and belong elsewhere.
  mutating func refuse(_ keys: [String], _ message: (String) -> String) {
    for key in keys where has(key) {
      known.insert(key)
      complain(keyLocation(key), key, message(key))
    }
  }

  /// Complains of every key not asked for until now. Keys that begin with `-` are for other tools, but for ours.
  func finish(_ what: String) {
    for pair in entries where !known.contains(pair.key) {
      if pair.key.hasPrefix("-"), !Self.ownKeys.contains(pair.key) { continue }
      complain(
        pair.keyNode.location, pair.key,
        "unknown key '\(pair.key)' in \(what)\(suggestion(for: pair.key, among: known))")
    }
  }

  func complain(_ location: SourceLocation, _ key: String, _ message: String) {
    diagnostics.error(location, path: "\(path)/\(key)", message)
  }

  func warn(_ key: String, _ message: String) {
    diagnostics.warning(keyLocation(key), path: "\(path)/\(key)", message)
  }
}
