import CLibYAML

/// Reads a YAML document with libyaml, whose events carry the marks that diagnostics need.
struct YAMLParser {
  /// Deeper nesting is refused; a description needs about ten levels.
  static let maximumDepth = 100
  /// Aliases copy what they name; more nodes than this are a bomb, not a description.
  static let maximumNodes = 1_000_000

  private let file: String
  private var parser = yaml_parser_t()
  private var event = yaml_event_t()
  private var anchors: [String: YAMLNode] = [:]
  private var depth = 0
  private var nodeCount = 0

  /// The document's root node; nil for an empty document.
  /// - Throws: `Diagnostic` at the place of the first syntax error.
  static func parse(_ text: String, file: String) throws(Diagnostic) -> YAMLNode? {
    var reader = YAMLParser(file: file)
    return try reader.document(text)
  }

  private init(file: String) { self.file = file }

  private mutating func document(_ text: String) throws(Diagnostic) -> YAMLNode? {
    let bytes = Array(text.utf8)
    guard yaml_parser_initialize(&parser) == 1 else {
      throw Diagnostic(at: SourceLocation(file: file, line: 1, column: 1), "no memory for the YAML parser")
    }
    // libyaml keeps the address of the input, so all parsing happens inside of this closure.
    let result: Result<YAMLNode?, Diagnostic> = bytes.withUnsafeBufferPointer { input in
      yaml_parser_set_input_string(&parser, input.baseAddress ?? UnsafePointer(bitPattern: 1), input.count)
      do throws(Diagnostic) {
        return .success(try root())
      } catch {
        return .failure(error)
      }
    }
    yaml_event_delete(&event)
    yaml_parser_delete(&parser)
    return try result.get()
  }

  private mutating func root() throws(Diagnostic) -> YAMLNode? {
    try next()
    try next()
    guard event.type == YAML_DOCUMENT_START_EVENT else { return nil }
    try next()
    let node = try node()
    try next()
    try next()
    if event.type == YAML_DOCUMENT_START_EVENT {
      throw Diagnostic(at: location, "a description is one YAML document; remove the second")
    }
    return node
  }

  private var location: SourceLocation { place(event.start_mark) }

  private func place(_ mark: yaml_mark_t) -> SourceLocation {
    SourceLocation(file: file, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
  }

  private mutating func next() throws(Diagnostic) {
    yaml_event_delete(&event)
    guard yaml_parser_parse(&parser, &event) == 1 else {
      let problem = parser.problem.map { String(cString: $0) } ?? "syntax error"
      let context = parser.context.map { " " + String(cString: $0) } ?? ""
      // What ends too early is wrong where it began.
      let isUnfinished = problem.contains("unexpected end of stream")
      throw Diagnostic(
        at: place(isUnfinished ? parser.context_mark : parser.problem_mark), "YAML: \(problem)\(context)")
    }
  }

  /// The node that begins with the current event; the event that ends it becomes the current one.
  private mutating func node() throws(Diagnostic) -> YAMLNode {
    let start = location
    depth += 1
    defer { depth -= 1 }
    nodeCount += 1
    guard depth <= Self.maximumDepth else { throw Diagnostic(at: start, "YAML: nested too deeply") }
    guard nodeCount <= Self.maximumNodes else { throw Diagnostic(at: start, "YAML: too many nodes") }

    switch event.type {
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
      let oneLine = event.start_mark.line == event.end_mark.line
      let anchor = name(scalar.anchor)
      let node = YAMLNode(
        content: .scalar(String(decoding: bytes, as: UTF8.self), isPlain: isPlain), location: start,
        textOffset: oneLine ? (isPlain ? 0 : 1) : nil)
      keep(node, as: anchor)
      return node
    case YAML_SEQUENCE_START_EVENT:
      let anchor = name(event.data.sequence_start.anchor)
      var elements: [YAMLNode] = []
      try next()
      while event.type != YAML_SEQUENCE_END_EVENT {
        elements.append(try node())
        try next()
      }
      let node = YAMLNode(content: .sequence(elements), location: start)
      keep(node, as: anchor)
      return node
    case YAML_MAPPING_START_EVENT:
      let anchor = name(event.data.mapping_start.anchor)
      let node = YAMLNode(content: .mapping(try pairs()), location: start)
      keep(node, as: anchor)
      return node
    case YAML_ALIAS_EVENT:
      let name = name(event.data.alias.anchor) ?? ""
      guard let node = anchors[name] else { throw Diagnostic(at: start, "YAML: unknown anchor '\(name)'") }
      nodeCount += count(node)
      guard nodeCount <= Self.maximumNodes else { throw Diagnostic(at: start, "YAML: too many nodes") }
      return node
    default:
      throw Diagnostic(at: start, "YAML: unexpected end of the document")
    }
  }

  private mutating func pairs() throws(Diagnostic) -> [YAMLPair] {
    var pairs: [YAMLPair] = []
    var seen: Set<String> = []
    try next()
    while event.type != YAML_MAPPING_END_EVENT {
      let keyNode = try node()
      guard let key = keyNode.scalar else { throw Diagnostic(at: keyNode.location, "YAML: a key must be a scalar") }
      guard seen.insert(key).inserted else {
        throw Diagnostic(at: keyNode.location, "the key '\(key)' stands twice in this mapping")
      }
      try next()
      pairs.append(YAMLPair(key: key, keyNode: keyNode, value: try node()))
      try next()
    }
    return pairs
  }

  private func name(_ anchor: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    anchor.map { String(cString: $0) }
  }

  private mutating func keep(_ node: YAMLNode, as anchor: String?) {
    if let anchor { anchors[anchor] = node }
  }

  private func count(_ node: YAMLNode) -> Int {
    switch node.content {
    case .scalar: 1
    case .sequence(let nodes): nodes.reduce(1) { $0 + count($1) }
    case .mapping(let pairs): pairs.reduce(1) { $0 + 1 + count($1.value) }
    }
  }
}
