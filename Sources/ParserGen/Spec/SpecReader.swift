/// Turns the YAML of a description into its types. Whatever is wrong is reported, and the rest is read on.
struct SpecReader {
  let file: String
  let diagnostics: Diagnostics

  /// The root type; nil where the document is no description at all.
  func read(_ node: YAMLNode, fallbackName: String) -> TypeSpec? {
    guard var reader = MappingReader(node, path: "", what: "a description", diagnostics) else { return nil }
    let meta = reader.mapping("meta", what: "'meta'").map { self.meta($0) } ?? MetaSpec()
    if !reader.has("meta") {
      diagnostics.error(node.location, path: "/meta", "a description needs 'meta' with an 'id'")
    }
    let root = TypeSpec(name: meta.id ?? fallbackName, location: node.location, path: "", parent: nil)
    root.meta = meta
    fill(root, &reader)
    return root
  }

  private func type(_ name: String, _ pair: YAMLPair, path: String, parent: TypeSpec) -> TypeSpec {
    let type = TypeSpec(name: name, location: pair.keyNode.location, path: path, parent: parent)
    checkName(name, at: pair.keyNode.location, path: path)
    if pair.value.isNull { return type }
    guard var reader = MappingReader(pair.value, path: path, what: "a type", diagnostics) else { return type }
    if let meta = reader.mapping("meta", what: "'meta'") { type.meta = self.meta(meta) }
    fill(type, &reader)
    return type
  }

  /// Reads all keys of a type but `meta`.
  private func fill(_ type: TypeSpec, _ reader: inout MappingReader) {
    let path = type.path
    type.doc = reader.documentation()
    type.text = reader.expression("to-string")
    if let conversation = reader.mapping("-stream", what: "'-stream'") {
      type.stream = StreamAndSQLReader.conversation(conversation)
    }
    if let node = reader.value("-sql") {
      type.sql = StreamAndSQLReader.typeSQL(node, path: "\(path)/-sql", diagnostics)
    }

    type.params = reader.list("params").enumerated().compactMap { index, node in
      param(node, path: "\(path)/params/\(index)")
    }
    if let node = reader.value("seq") {
      if case .sequence(let nodes) = node.content {
        type.seq = nodes.enumerated().compactMap { index, node in
          AttributeReader.field(node, index: index, path: "\(path)/seq/\(index)", diagnostics)
        }
      } else {
        diagnostics.error(node.location, path: "\(path)/seq", "'seq' must be a list, not \(node.kind)")
      }
    }
    for pair in reader.mapping("instances", what: "'instances'")?.entries ?? [] {
      checkName(pair.key, at: pair.keyNode.location, path: "\(path)/instances/\(pair.key)")
      let instance = AttributeReader.instance(pair, path: "\(path)/instances/\(pair.key)", diagnostics)
      if let instance { type.instances.append(instance) }
    }
    for pair in reader.mapping("enums", what: "'enums'")?.entries ?? [] {
      checkName(pair.key, at: pair.keyNode.location, path: "\(path)/enums/\(pair.key)")
      type.enums.append(EnumReader.read(pair, path: "\(path)/enums/\(pair.key)", owner: type, diagnostics))
    }
    for pair in reader.mapping("types", what: "'types'")?.entries ?? [] {
      type.types.append(self.type(pair.key, pair, path: "\(path)/types/\(pair.key)", parent: type))
    }
    reader.finish(path.isEmpty ? "a description" : "a type")
  }

  private func checkName(_ name: String, at location: SourceLocation, path: String) {
    if !isIdentifier(name) {
      diagnostics.error(location, path: path, notAName(name))
    }
  }

  // MARK: Parts of a type

  private func param(_ node: YAMLNode, path: String) -> ParamSpec? {
    guard var reader = MappingReader(node, path: path, what: "a parameter", diagnostics) else { return nil }
    guard let name = reader.string("id") else {
      diagnostics.error(node.location, path: path, "a parameter needs an 'id'")
      return nil
    }
    checkName(name, at: node.location, path: path)
    let doc = reader.documentation()
    reader.ignore("-orig-id")
    let typeNode = reader.value("type")
    let type = typeNode.flatMap { reader.typeName($0, path: path + "/type") }
    let enumName = reader.name("enum")
    reader.finish("a parameter")
    return ParamSpec(
      name: name, location: node.location, path: path, doc: doc, type: type,
      typeLocation: typeNode?.location ?? node.location, enumName: enumName)
  }

  private func meta(_ original: MappingReader) -> MetaSpec {
    var reader = original
    var meta = MetaSpec()
    meta.id = reader.identifier("id")
    meta.title = reader.string("title")
    meta.encoding = reader.name("encoding")
    if let node = reader.value("endian") {
      meta.endian = endianness(node, path: reader.path + "/endian")
    }
    if let node = reader.value("bit-endian") {
      meta.bitEndian = order(node, "'bit-endian'", path: reader.path + "/bit-endian")
    }
    meta.imports = reader.list("imports").compactMap { node in
      node.scalar.map { NameReference(text: $0, location: node.location) }
    }
    meta.allowsOpaqueTypes = reader.boolean("ks-opaque-types") ?? false
    meta.isDebug = reader.boolean("ks-debug") ?? false
    reader.ignore("application", "file-extension", "xref", "license", "ks-version", "tags")
    if let transport = reader.mapping("-stream", what: "'-stream'") {
      meta.stream = StreamAndSQLReader.transport(transport)
    }
    if let sql = reader.mapping("-sql", what: "'-sql'") { meta.sql = StreamAndSQLReader.metaSQL(sql) }
    reader.finish("'meta'")
    return meta
  }

  private func endianness(_ node: YAMLNode, path: String) -> EndiannessSpec? {
    guard case .mapping = node.content else { return order(node, "'endian'", path: path).map(EndiannessSpec.fixed) }
    return SwitchReader.read(node, path: path, what: "a computed 'endian'", diagnostics) { _, pair, path in
      order(pair.value, "a case of 'endian'", path: path)
    }.map { on, cases in
      .computed(
        ComputedEndianness(
          on: on,
          cases: cases.map {
            ComputedEndianness.Case(key: $0.key, match: $0.match, order: $0.value, location: $0.location)
          }, location: node.location))
    }
  }

  private func order(_ node: YAMLNode, _ what: String, path: String) -> Endianness? {
    switch node.scalar {
    case "le": return .little
    case "be": return .big
    case let text:
      let found = text.map { "'\($0)'" } ?? node.kind
      diagnostics.error(node.location, path: path, "\(what) is 'le' or 'be', not \(found)")
      return nil
    }
  }
}

func notAName(_ text: String) -> String {
  "'\(text)' is no name: lower-case letters, digits and '_' are allowed, a letter first"
}

/// Whether a name may stand in a description, where names become Swift and SQL names.
func isIdentifier(_ name: String) -> Bool {
  guard let first = name.utf8.first, (0x61...0x7A).contains(first) else { return false }
  return name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
}
