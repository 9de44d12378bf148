import ParserRuntime

/// Reads the keys `-stream` and `-sql`.
enum StreamAndSQLReader {
  // MARK: -stream

  static func transport(_ original: MappingReader) -> TransportSpec {
    var reader = original
    var result = TransportSpec()
    if reader.has("transport") { result.transports = transports(&reader) }
    if let content = datagramContent(&reader, result.transports) { result.datagramContent = content }
    result.ports = reader.list("ports").compactMap { reader.port($0, "ports") }
    if let node = reader.value("max-message") {
      if let value = node.scalar.flatMap(integerLiteral), (1...(1 << 30)).contains(value) {
        result.maximumMessageLength = Int(value)
      } else {
        reader.diagnostics.error(
          node.location, path: reader.path + "/max-message", "'max-message' is a number of bytes from 1 to 2^30")
      }
    }
    if let scope = reader.name("match-within") {
      result.matchScopeLocation = scope.location
      if let known = MatchScope(rawValue: scope.text) {
        result.matchScope = known
      } else {
        reader.complain(scope.location, "match-within", "'match-within' is flow or hosts, not '\(scope.text)'")
      }
    }
    result.states = StateReader.states(&reader)
    reader.finish("'-stream'")
    return result
  }

  private static func transports(_ reader: inout MappingReader) -> [Transport] {
    var found: [Transport] = []
    let names = reader.names("transport")
    for name in names {
      guard let transport = Transport(rawValue: name.text) else {
        let near = suggestion(for: name.text, among: Transport.allCases.map(\.rawValue))
        reader.complain(name.location, "transport", "'transport' is tcp, udp, or both: not '\(name.text)'\(near)")
        continue
      }
      if found.contains(transport) {
        reader.complain(name.location, "transport", "the transport '\(name.text)' is named twice")
      } else {
        found.append(transport)
      }
    }
    if case .sequence(let nodes)? = reader.value("transport")?.content, nodes.isEmpty {
      reader.complain(
        reader.valueLocation("transport"), "transport", "'transport' is tcp, udp, or both: not an empty list")
    }
    return found.isEmpty ? [.tcp] : found
  }

  private static func datagramContent(_ reader: inout MappingReader, _ transports: [Transport]) -> DatagramContent? {
    guard let name = reader.name("datagram") else { return nil }
    if !transports.contains(.udp) {
      reader.complain(
        reader.keyLocation("datagram"), "datagram", "'datagram' is for udp, which is not among the transports")
    }
    guard let content = DatagramContent(rawValue: name.text) else {
      reader.complain(name.location, "datagram", "'datagram' is one or many, not '\(name.text)'")
      return nil
    }
    return content
  }

  static func conversation(_ original: MappingReader) -> ConversationSpec {
    var reader = original
    let path = reader.path
    let answeredBy = reader.value("answered-by").flatMap { reader.typeName($0, path: path + "/answered-by") }
    let followedBy = reader.value("followed-by").flatMap { reader.typeName($0, path: path + "/followed-by") }
    let then = reader.name("then")
    let (match, requestIf) = (reader.expression("match"), reader.expression("request-if"))
    reader.finish("'-stream'")
    return ConversationSpec(
      answeredBy: answeredBy, followedBy: followedBy, then: then, match: match, requestIf: requestIf, path: path)
  }

  // MARK: -sql

  static func metaSQL(_ original: MappingReader) -> MetaSQL {
    var reader = original
    var result = MetaSQL()
    for pair in reader.mapping("formats", what: "'formats'")?.entries ?? [] {
      guard let function = pair.value.scalar, isSwiftPath(function) else {
        reader.diagnostics.error(
          pair.value.location, path: "\(reader.path)/formats/\(pair.key)",
          "a format is the name of a Swift function, such as Sensor.text")
        continue
      }
      result.formats[pair.key] = function
    }
    result.views = reader.name("views")
    result.clickHouseViews = reader.name("clickhouse-views")
    result.kinds = reader.mapping("kinds", what: "'kinds'").map(KindReader.kinds) ?? []
    (result.valueQueries, result.clickHouseValueQueries) = queries("value-queries", &reader)
    (result.overviewQueries, result.clickHouseOverviewQueries) = queries("overview-queries", &reader)
    reader.finish("'-sql'")
    return result
  }

  /// A file of queries, and one with those that have other words in ClickHouse.
  private static func queries(_ key: String, _ reader: inout MappingReader) -> (NameReference?, NameReference?) {
    let (own, others) = (reader.name(key), reader.name("clickhouse-\(key)"))
    if let others, own == nil {
      reader.complain(others.location, "clickhouse-\(key)", "'clickhouse-\(key)' needs '\(key)', whose names it uses")
    }
    return (own, others)
  }

  static func typeSQL(_ node: YAMLNode, path: String, _ diagnostics: Diagnostics) -> TypeSQL {
    var result = TypeSQL(location: node.location)
    if node.scalar == "none" {
      result.table = TypeSQL.TableName.none
      return result
    }
    guard var reader = MappingReader(node, path: path, what: "'-sql' (or none)", diagnostics) else { return result }
    if let name = reader.name("table") {
      result.table = name.text == "none" ? TypeSQL.TableName.none : .named(name.text)
      checkSQLName(name, path: path + "/table", diagnostics)
    }
    if let link = reader.name("link") {
      switch link.text {
      case "parent": result.link = .parent
      case "content": result.link = .content
      default:
        diagnostics.error(link.location, path: path + "/link", "'link' is parent or content, not '\(link.text)'")
      }
    }
    result.detail = detail(&reader)
    if let node = reader.value("summary") {
      let parts = reader.parsed(node, path: path + "/summary", what: "a text") { text, node throws(Diagnostic) in
        try ExpressionParser.template(text, at: node)
      }
      result.summary = parts.map { SummarySpec(parts: $0, location: node.location) }
    }
    for (index, node) in reader.list("computed").enumerated() {
      let place = "\(path)/computed/\(index)"
      guard var computed = MappingReader(node, path: place, what: "a computed column", diagnostics) else { continue }
      let (column, property) = (computed.name("column"), computed.name("from"))
      let (format, index) = (computed.name("as"), computed.boolean("index") ?? false)
      let kinds = KindReader.kinds(ofColumn: &computed)
      computed.finish("a computed column")
      guard let column, let property else {
        diagnostics.error(node.location, path: place, "a computed column needs 'column' and 'from'")
        continue
      }
      checkSQLName(column, path: place + "/column", diagnostics)
      if !isSwiftPath(property.text) {
        diagnostics.error(property.location, path: place + "/from", "'\(property.text)' is no Swift property's name")
      }
      result.computed.append(
        ComputedColumn(
          column: column.text, property: property.text, format: format, isIndexed: index, kinds: kinds,
          location: node.location))
    }
    reader.finish("'-sql'")
    return result
  }

  static func attributeSQL(_ node: YAMLNode, path: String, _ diagnostics: Diagnostics) -> AttributeSQL {
    var result = AttributeSQL(location: node.location)
    switch node.content {
    case .scalar("none", _): result.columns = []
    case .scalar("true", _): break
    case .scalar:
      diagnostics.error(node.location, path: path, "'-sql' is none, true, a mapping, or a list of columns")
    case .sequence(let nodes):
      result.columns = nodes.compactMap { node in
        guard var reader = MappingReader(node, path: path, what: "a column", diagnostics) else { return nil }
        let column = column(&reader)
        reader.finish("a column")
        return column
      }
    case .mapping:
      guard var reader = MappingReader(node, path: path, what: "'-sql'", diagnostics) else { break }
      result.columns = [column(&reader)]
      result.table = reader.name("table")
      if let table = result.table { checkSQLName(table, path: path + "/table", diagnostics) }
      result.detail = detail(&reader)
      if let count = reader.name("count") {
        result.countColumn = count.text == "none" ? "" : count.text
        checkSQLName(count, path: path + "/count", diagnostics)
      }
      result.byValue = byValue(&reader)
      result.hasPosition = reader.boolean("position") ?? true
      if let terminator = reader.name("terminator") {
        result.omitsTerminator = terminator.text == "omit"
        if terminator.text != "omit", terminator.text != "keep" {
          diagnostics.error(terminator.location, path: path + "/terminator", "'terminator' is omit or keep")
        }
      }
      reader.finish("'-sql'")
    }
    return result
  }

  private static func detail(_ reader: inout MappingReader) -> NameReference? {
    guard let name = reader.name("detail") else { return nil }
    checkSQLName(name, path: reader.path + "/detail", reader.diagnostics)
    return name
  }

  private static func byValue(_ reader: inout MappingReader) -> NameReference? {
    guard let name = reader.name("by_value"), name.text != "false" else { return nil }
    checkSQLName(name, path: reader.path + "/by_value", reader.diagnostics)
    return name
  }

  private static func column(_ reader: inout MappingReader) -> AttributeSQL.Column {
    let name = reader.name("column")
    if let name { checkSQLName(name, path: reader.path + "/column", reader.diagnostics) }
    return AttributeSQL.Column(
      name: name?.text, format: reader.name("as"), isIndexed: reader.boolean("index") ?? false,
      kinds: KindReader.kinds(ofColumn: &reader))
  }

  private static func checkSQLName(_ name: NameReference, path: String, _ diagnostics: Diagnostics) {
    if !isIdentifier(name.text) {
      diagnostics.error(
        name.location, path: path, "'\(name.text)' is no SQL name: lower-case letters, digits and '_' are allowed")
    }
  }

  /// `name` or `Type.name`.
  static func isSwiftPath(_ text: String) -> Bool {
    text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
      guard let first = part.first, first.isLetter || first == "_" else { return false }
      return part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }
  }
}
