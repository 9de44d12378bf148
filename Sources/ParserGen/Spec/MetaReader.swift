/// Reads `meta`.
struct MetaReader {
  let diagnostics: Diagnostics

  func read(_ original: MappingReader) -> MetaSpec {
    var reader = original
    var meta = MetaSpec()
    meta.places = reader.places
    checkVersion(&reader)
    meta.id = reader.identifier("id")
    meta.title = reader.string("title")
    meta.encoding = reader.name("encoding")
    meta.endian = reader.value("endian").flatMap { endianness($0, path: reader.path + "/endian") }
    meta.bitEndian = reader.value("bit-endian").flatMap { order($0, "'bit-endian'", path: reader.path + "/bit-endian") }
    meta.imports = reader.names("imports")
    meta.allowsOpaqueTypes = reader.boolean("ks-opaque-types") ?? false
    meta.isDebug = reader.boolean("ks-debug") ?? false
    reader.ignore("application", "file-extension", "xref", "license", "tags")
    if let transport = reader.mapping("-stream", what: "'-stream'") {
      meta.stream = StreamAndSQLReader.transport(transport)
    }
    if let sql = reader.mapping("-sql", what: "'-sql'") { meta.sql = StreamAndSQLReader.metaSQL(sql) }
    if let program = reader.mapping("-program", what: "'-program'") {
      meta.program = ProgramReader(program).read()
    }
    reader.finish("'meta'")
    return meta
  }

  private func checkVersion(_ reader: inout MappingReader) {
    guard let name = reader.name("ks-version") else { return }
    guard let version = LanguageVersion(name.text) else {
      return reader.complain(name.location, "ks-version", "'\(name.text)' is no version of Kaitai Struct")
    }
    if version > .ours {
      reader.complain(
        name.location, "ks-version",
        "the description needs version \(version) of Kaitai Struct; \(LanguageVersion.ours) is supported")
    }
  }

  private func endianness(_ node: YAMLNode, path: String) -> EndiannessSpec? {
    guard case .mapping = node.content else { return order(node, "'endian'", path: path).map(EndiannessSpec.fixed) }
    return SwitchReader.read(node, path: path, what: "a computed 'endian'", diagnostics) { _, pair, path in
      order(pair.value, "a case of 'endian'", path: path)
    }.map { on, cases in
      let made = cases.map {
        ComputedEndianness.Case(key: $0.key, match: $0.match, order: $0.value, location: $0.location)
      }
      return .computed(ComputedEndianness(on: on, cases: made, location: node.location))
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
