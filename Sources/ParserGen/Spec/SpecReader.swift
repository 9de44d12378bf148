/// Turns the YAML of a description into its types. Whatever is wrong is reported, and the rest is read on.
struct SpecReader {
  let diagnostics: Diagnostics

  /// The root type; nil where the document is no description at all.
  func read(_ node: YAMLNode, fallbackName: String) -> TypeSpec? {
    guard var reader = MappingReader(node, path: "", what: "a description", diagnostics) else { return nil }
    let meta = reader.mapping("meta", what: "'meta'").map { MetaReader(diagnostics: diagnostics).read($0) }
    if reader.has("meta") ? meta != nil && meta?.places["id"] == nil : true {
      let place = reader.has("meta") ? reader.keyLocation("meta") : node.location
      diagnostics.error(place, path: "/meta", "a description needs 'meta' with an 'id'")
    }
    let root = TypeSpec(name: meta?.id ?? fallbackName, location: node.location, path: "", parent: nil)
    root.meta = meta ?? MetaSpec()
    fill(root, &reader)
    return root
  }

  private func type(_ pair: YAMLPair, path: String, parent: TypeSpec) -> TypeSpec {
    let type = TypeSpec(name: pair.key, location: pair.keyNode.location, path: path, parent: parent)
    if pair.value.isNull { return type }
    guard var reader = MappingReader(pair.value, path: path, what: "a type", diagnostics) else { return type }
    if let meta = reader.mapping("meta", what: "'meta'") { type.meta = MetaReader(diagnostics: diagnostics).read(meta) }
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
    type.params = reader.elements("params").enumerated().compactMap { index, node in
      param(node, path: "\(path)/params/\(index)")
    }
    type.seq = reader.elements("seq").enumerated().compactMap { index, node in
      AttributeReader.field(node, index: index, path: "\(path)/seq/\(index)", of: type, diagnostics)
    }
    type.instances = declarations("instances", &reader).compactMap { pair, path in
      AttributeReader.instance(pair, path: path, of: type, diagnostics)
    }
    checkMembers(of: type)
    type.enums = declarations("enums", &reader).map { pair, path in
      EnumReader.read(pair, path: path, owner: type, diagnostics)
    }
    type.types = declarations("types", &reader).map { pair, path in self.type(pair, path: path, parent: type) }
    reader.finish(path.isEmpty ? "a description" : "a type")
  }

  /// The pairs of a mapping from names to what they mean, with the path of each.
  private func declarations(_ key: String, _ reader: inout MappingReader) -> [(YAMLPair, path: String)] {
    let pairs = reader.mapping(key, what: "'\(key)'")?.entries ?? []
    return pairs.map { pair in
      let path = "\(reader.path)/\(key)/\(pair.key)"
      if !isIdentifier(pair.key) { diagnostics.error(pair.keyNode.location, path: path, notAName(pair.key)) }
      return (pair, path)
    }
  }

  /// Parameters, attributes and instances share one set of names.
  private func checkMembers(of type: TypeSpec) {
    var seen: Set<String> = []
    let members =
      type.params.map { ($0.name, $0.location, $0.path) }
      + type.seq.filter(\.isNamed).map { ($0.name, $0.place("id"), $0.path) }
      + type.instances.map { ($0.name, $0.location, $0.path) }
    for (name, location, path) in members where !seen.insert(name).inserted {
      diagnostics.error(location, path: path, "the type has two members '\(name)'")
    }
  }

  private func param(_ node: YAMLNode, path: String) -> ParamSpec? {
    guard var reader = MappingReader(node, path: path, what: "a parameter", diagnostics) else { return nil }
    let name = reader.identifier("id")
    if !reader.has("id") { diagnostics.error(node.location, path: path, "a parameter needs an 'id'") }
    let doc = reader.documentation()
    let typeNode = reader.value("type")
    let type = typeNode.flatMap { reader.typeName($0, path: path + "/type") }
    if let type, !type.arguments.isEmpty {
      reader.complain(type.location, "type", "a parameter's type takes no parameters")
    }
    let enumName = reader.name("enum")
    reader.finish("a parameter")
    guard let name else { return nil }
    return ParamSpec(
      name: name, location: reader.valueLocation("id"), path: path, doc: doc, type: type,
      typeLocation: typeNode?.location ?? node.location, enumName: enumName)
  }
}

/// Whether a name may stand in a description, where names become Swift and SQL names.
func isIdentifier(_ name: String) -> Bool {
  guard let first = name.utf8.first, (0x61...0x7A).contains(first) else { return false }
  return name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
}

func notAName(_ text: String) -> String {
  "'\(text)' is no name: lower-case letters, digits and '_' are allowed, a letter first"
}
