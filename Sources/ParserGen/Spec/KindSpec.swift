/// What `meta/-sql/kinds` says of a kind of values: those that columns with the same `kind` have in common.
struct KindSpec {
  var name: NameReference
  var doc: String?
  /// What parameters of queries are called that have a value in a spelling of the kind, and the Swift function of each.
  var spellings: [(name: String, function: String)]
}

/// Reads what a description says of kinds of values.
enum KindReader {
  /// `meta/-sql/kinds`.
  static func kinds(_ reader: MappingReader) -> [KindSpec] {
    reader.entries.compactMap { pair in
      let path = "\(reader.path)/\(pair.key)"
      let name = NameReference(text: pair.key, location: pair.keyNode.location)
      checkName(name, path: path, reader.diagnostics)
      guard var kind = MappingReader(pair.value, path: path, what: "a kind", reader.diagnostics) else { return nil }
      let doc = kind.string("doc")
      let spellings = kind.mapping("spellings", what: "'spellings'").map(spellings) ?? []
      kind.finish("a kind")
      return KindSpec(name: name, doc: doc, spellings: spellings)
    }
  }

  private static func spellings(_ reader: MappingReader) -> [(name: String, function: String)] {
    reader.entries.compactMap { pair in
      let path = "\(reader.path)/\(pair.key)"
      checkName(NameReference(text: pair.key, location: pair.keyNode.location), path: path, reader.diagnostics)
      if pair.key == "value" {
        reader.diagnostics.error(
          pair.keyNode.location, path: path, "':value' is the value itself; give the spelling another name")
      }
      guard let function = pair.value.scalar, StreamAndSQLReader.isSwiftPath(function) else {
        reader.diagnostics.error(
          pair.value.location, path: path, "a spelling is the name of a Swift function, such as Sensor.text")
        return nil
      }
      return (pair.key, function)
    }
  }

  /// The kinds of a column: one, or a list of them.
  static func kinds(ofColumn reader: inout MappingReader) -> [NameReference] {
    var kinds: [NameReference] = []
    for kind in reader.names("kind") {
      checkName(kind, path: reader.path + "/kind", reader.diagnostics)
      if kinds.contains(where: { $0.text == kind.text }) {
        reader.complain(kind.location, "kind", "the kind '\(kind.text)' is named twice")
      } else {
        kinds.append(kind)
      }
    }
    return kinds
  }

  private static func checkName(_ name: NameReference, path: String, _ diagnostics: Diagnostics) {
    if !isIdentifier(name.text) { diagnostics.error(name.location, path: path, notAName(name.text)) }
  }
}
