import CLibYAML

/// Reads a YAML document with libyaml, whose events carry the marks that diagnostics need.
struct YAMLParser {
  /// Deeper nesting is refused; a description needs about ten levels.
  static let maximumDepth = 100
  /// Aliases copy what they name; more nodes than this are a bomb, not a description.
  static let maximumNodes = 1_000_000

  private let file: String
  private let source: YAMLSource
  private let diagnostics: Diagnostics
  private var parser = yaml_parser_t()
  private var event = yaml_event_t()
  private var anchors: [String: (node: YAMLNode, count: Int)] = [:]
  private var depth = 0
  private var nodeCount = 0
  /// The keys and the places in lists that lead to the current node.
  private var path: [String] = []

  /// The document's root node; nil for an empty document. A key that stands twice, or is no scalar, is reported and
  /// passed over.
  /// - Throws: `Diagnostic` at the place of the first syntax error.
  static func parse(_ text: String, file: String, _ diagnostics: Diagnostics) throws(Diagnostic) -> YAMLNode? {
    // A byte order mark is no character of the document.
    let isMarked = text.unicodeScalars.first == "\u{FEFF}"
    let document = isMarked ? String(text.unicodeScalars.dropFirst()) : text
    var reader = YAMLParser(file: file, source: YAMLSource(document), diagnostics: diagnostics)
    return try reader.document(document)
  }

  private init(file: String, source: YAMLSource, diagnostics: Diagnostics) {
    self.file = file
    self.source = source
    self.diagnostics = diagnostics
  }

  private mutating func document(_ text: String) throws(Diagnostic) -> YAMLNode? {
    let bytes = Array(text.utf8)
    guard yaml_parser_initialize(&parser) == 1 else {
      throw Diagnostic(at: SourceLocation(file: file, line: 1, column: 1), "no memory for the YAML parser")
    }
    // libyaml keeps the address of the input, so all parsing happens inside of this closure.
    let result: Result<YAMLNode?, Diagnostic> = bytes.withUnsafeBufferPointer { input in
      yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
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
    let node = try node().node
    try next()
    try next()
    if event.type == YAML_DOCUMENT_START_EVENT {
      throw Diagnostic(at: location, "a description is one YAML document; remove the second")
    }
    return node
  }

  // MARK: Events

  private var location: SourceLocation { place(event.start_mark) }

  private func place(_ mark: yaml_mark_t) -> SourceLocation {
    SourceLocation(file: file, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
  }

  private mutating func next() throws(Diagnostic) {
    yaml_event_delete(&event)
    guard yaml_parser_parse(&parser, &event) == 1 else { throw failure() }
  }

  private func failure() -> Diagnostic {
    let problem = parser.problem.map { String(cString: $0) } ?? "syntax error"
    if parser.error == YAML_READER_ERROR {
      return Diagnostic(at: place(ofByte: parser.problem_offset), "YAML: \(problem)")
    }
    if problem == "found character that cannot start any token" {
      let index = Int(parser.problem_mark.index)
      if index < source.scalars.count, source.scalars[index] == "\t" {
        return Diagnostic(at: place(parser.problem_mark), "YAML: a tab cannot indent; use spaces")
      }
    }
    let context = parser.context.map { " " + String(cString: $0) } ?? ""
    // What ends too early is wrong where it began.
    let isUnfinished = problem.contains("unexpected end of stream")
    return Diagnostic(at: place(isUnfinished ? parser.context_mark : parser.problem_mark), "YAML: \(problem)\(context)")
  }

  private func place(ofByte offset: Int) -> SourceLocation {
    var (line, column, passed) = (1, 1, 0)
    for scalar in source.scalars {
      if passed >= offset { break }
      passed += UTF8.width(scalar)
      column = scalar == "\n" ? 1 : column + 1
      if scalar == "\n" { line += 1 }
    }
    return SourceLocation(file: file, line: line, column: column)
  }

  // MARK: Nodes

  /// The node that begins with the current event, and the number of nodes in it; the event that ends it becomes the
  /// current one.
  private mutating func node() throws(Diagnostic) -> (node: YAMLNode, count: Int) {
    let start = location
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else { throw Diagnostic(at: start, "YAML: nested too deeply") }

    let made: (node: YAMLNode, count: Int)
    let anchor: String?
    switch event.type {
    case YAML_SCALAR_EVENT:
      anchor = name(event.data.scalar.anchor)
      made = (scalar(at: start), 1)
      try count(1, at: start)
    case YAML_SEQUENCE_START_EVENT:
      anchor = name(event.data.sequence_start.anchor)
      try count(1, at: start)
      made = try sequence(at: start)
    case YAML_MAPPING_START_EVENT:
      anchor = name(event.data.mapping_start.anchor)
      try count(1, at: start)
      made = try mapping(at: start)
    case YAML_ALIAS_EVENT:
      let name = name(event.data.alias.anchor) ?? ""
      guard let known = anchors[name] else { throw Diagnostic(at: start, "YAML: unknown anchor '\(name)'") }
      try count(known.count, at: start)
      return known
    default:
      throw Diagnostic(at: start, "YAML: unexpected end of the document")
    }
    if let anchor { anchors[anchor] = made }
    return made
  }

  /// The node that a step of the path leads to.
  private mutating func node(at step: String) throws(Diagnostic) -> (node: YAMLNode, count: Int) {
    path.append(step)
    defer { path.removeLast() }
    return try node()
  }

  private mutating func count(_ nodes: Int, at location: SourceLocation) throws(Diagnostic) {
    nodeCount += nodes
    guard nodeCount <= Self.maximumNodes else { throw Diagnostic(at: location, "YAML: too many nodes") }
  }

  private func name(_ anchor: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    anchor.map { String(cString: $0) }
  }

  private func scalar(at start: SourceLocation) -> YAMLNode {
    let scalar = event.data.scalar
    let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
    let style: ScalarSpelling.Style =
      switch scalar.style {
      case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
      case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
      case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
      default: .plain
      }
    // A tag of its own, `!!str 5`, makes a text of what looks like a number.
    let isPlain = style == .plain && scalar.tag == nil
    let isAsItIs = style == .plain && event.start_mark.line == event.end_mark.line
    let spelling = ScalarSpelling(
      source: source, index: Int(event.start_mark.index), line: start.line, column: start.column, style: style)
    return YAMLNode(
      content: .scalar(text, isPlain: isPlain), location: start, spelling: isAsItIs ? nil : spelling)
  }

  private mutating func sequence(at start: SourceLocation) throws(Diagnostic) -> (node: YAMLNode, count: Int) {
    var elements: [YAMLNode] = []
    var total = 1
    try next()
    while event.type != YAML_SEQUENCE_END_EVENT {
      let (element, count) = try node(at: String(elements.count))
      elements.append(element)
      total += count
      try next()
    }
    return (YAMLNode(content: .sequence(elements), location: start), total)
  }

  private mutating func mapping(at start: SourceLocation) throws(Diagnostic) -> (node: YAMLNode, count: Int) {
    var pairs: [YAMLPair] = []
    var merged: [YAMLNode] = []
    var seen: Set<String> = []
    var total = 1
    try next()
    while event.type != YAML_MAPPING_END_EVENT {
      let (keyNode, keyCount) = try node()
      try next()
      let (value, valueCount) = try node(at: keyNode.scalar ?? "")
      total += keyCount + valueCount
      try next()
      guard case .scalar(let key, let isPlain) = keyNode.content else {
        diagnostics.error(keyNode.location, "YAML: a key must be a scalar")
        continue
      }
      guard seen.insert(key).inserted else {
        let place = path.isEmpty ? "" : "/" + path.joined(separator: "/")
        diagnostics.error(keyNode.location, path: place, "the key '\(key)' stands twice in this mapping")
        continue
      }
      if key == "<<", isPlain {
        merged.append(value)
      } else {
        pairs.append(YAMLPair(key: key, keyNode: keyNode, value: value))
      }
    }
    for value in merged { merge(value, into: &pairs, &seen) }
    return (YAMLNode(content: .mapping(pairs), location: start), total)
  }

  /// Adds the pairs of a merged mapping, or of a list of them, that the mapping does not have itself.
  private func merge(_ value: YAMLNode, into pairs: inout [YAMLPair], _ seen: inout Set<String>) {
    let sources: [YAMLNode] = if case .sequence(let nodes) = value.content { nodes } else { [value] }
    for source in sources {
      guard case .mapping(let others) = source.content else {
        diagnostics.error(source.location, "YAML: '<<' merges a mapping or a list of mappings, not \(source.kind)")
        continue
      }
      pairs += others.filter { seen.insert($0.key).inserted }
    }
  }
}
