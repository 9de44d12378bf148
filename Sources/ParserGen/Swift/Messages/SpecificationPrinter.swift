import ParserRuntime

/// Writes the conformance to the runtime's `Specification`.
struct SpecificationPrinter {
  let access: String
  let names: SwiftNames
  let model: Model
  let schema: SchemaPlan
  let fingerprint: String
  let views: DescriptionViews
  let outline: OutlinePrinter

  private var root: TypeDeclaration { model.root }
  private var kinds: MessageKinds { MessageKinds(model) }
  private var valueKinds: KindsPrinter {
    KindsPrinter(specs: root.spec.meta.sql.kinds, queries: views.valueQueries)
  }
  /// What the initiator of a connection says first: the specification itself is its format.
  private var first: TypeDeclaration { model.messageTypes[0] }

  static func name(_ root: TypeDeclaration, _ names: SwiftNames) -> String { names.name(root) + "Specification" }

  func emit(_ rows: RowPrinter, _ out: inout CodeWriter) {
    out.line("/// The description `\(root.spec.name)` as the capture engine uses it.")
    out.block("\(access)enum \(Self.name(root, names)): Specification") { out in
      emitInfo(&out)
      if !model.speaksRootOnly { emitStates(&out) }
      printer(first).emitBody(rows, &out)
    }
    for type in model.messageTypes.dropFirst() {
      out.line()
      out.block("extension \(Self.name(root, names))") { out in
        out.line("/// How messages of the type `\(type.spec.name)` are parsed and stored.")
        out.block("\(access)enum \(formatName(type)): MessageFormat") { out in
          out.line("\(access)static let headLength = \(MessageHead(type).length)")
          out.line()
          printer(type).emitBody(rows, &out)
        }
      }
    }
  }

  private func printer(_ type: TypeDeclaration) -> FormatPrinter {
    FormatPrinter(access: access, names: names, type: type, kinds: kinds, schema: schema)
  }

  // MARK: States

  /// The name of a type's format within the specification; types in types may have one name.
  private func formatName(_ type: TypeDeclaration) -> String {
    let name = names.name(type) + "Format"
    let namesakes = model.messageTypes.dropFirst().filter { names.name($0) == names.name(type) }
    let place = namesakes.firstIndex { $0 === type }.map { $0 - namesakes.startIndex } ?? 0
    return place == 0 ? name : "\(name)_\(place + 1)"
  }

  private func emitStates(_ out: inout CodeWriter) {
    func format(_ type: TypeDeclaration) -> String {
      (type === first ? Self.name(root, names) : formatName(type)) + ".self"
    }
    out.line("\(access)static let states: [ConnectionState] = [")
    for state in model.states {
      out.line(
        "  ConnectionState(\(swiftLiteral(state.name)), initiator: \(format(state.initiator)), "
          + "responder: \(format(state.responder))),")
    }
    out.line("]")
    out.line()
  }

  // MARK: Facts

  private func emitInfo(_ out: inout CodeWriter) {
    let transport = model.transport
    out.line("\(access)static let info = SpecificationInfo(")
    out.indented { out in
      out.line("name: \(swiftLiteral(root.spec.name)), fingerprint: \(swiftLiteral(fingerprint)),")
      ProgramPrinter(root: root.spec, fingerprint: fingerprint, queries: views.queries).emit(&out)
      out.line("ports: [\(transport.ports.map(String.init).joined(separator: ", "))],")
      if transport.transports != [.tcp] {
        let transports = transport.transports.map { ".\($0.rawValue)" }.joined(separator: ", ")
        out.line("transports: [\(transports)], datagramContent: .\(transport.datagramContent.rawValue),")
      }
      out.line("maximumMessageLength: \(transport.maximumMessageLength), headLength: \(MessageHead(first).length),")
      out.line("messageKinds: [\(kinds.names.map(swiftLiteral).joined(separator: ", "))],")
      emitMatches(&out)
      out.line("tables: tables, storedTypes: storedTypes,")
      out.line("details: [\(schema.details.map(swiftLiteral).joined(separator: ", "))],")
      out.line("nameTables: nameTables,")
      emitList("views", views.sqlite.map(swiftView), &out)
      if !views.clickHouse.isEmpty { emitList("clickHouseViews", views.clickHouse.map(swiftView), &out) }
      let planner = LookupPlanner(schema: schema)
      out.line("typeColumn: \(planner.typeColumn(model.messageTypes).map(swiftLiteral) ?? "nil"),")
      emitList(
        "lookups",
        planner.lookups.map {
          "SpecificationInfo.Lookup(\(swiftLiteral($0.table)), \(swiftLiteral($0.column)), \(swiftLiteral($0.name)))"
        }, &out)
      if !valueKinds.isEmpty { out.line("valueKinds: valueKinds,") }
      if !views.overviewQueries.isEmpty { out.line("overviewQueries: overviewQueries,") }
      out.line("summaries: summaries, outline: outline)")
    }
    out.line()
    outline.emit(&out)
  }

  /// Whether messages answer others by a key, and which tables have the contents of requests alone.
  private func emitMatches(_ out: inout CodeWriter) {
    guard !model.answerTypes.isEmpty else { return }
    var (names, others): ([String], Set<String>) = ([], [])
    for row in schema.rows {
      guard case .type(let type) = row.source else { continue }
      let name = row.table.name
      if !type.isAlwaysRequest { others.insert(name) } else if !names.contains(name) { names.append(name) }
    }
    // A table may have the contents of several types.
    names.removeAll(where: others.contains)
    let scope = model.transport.matchScope.rawValue
    out.line("matchScope: .\(scope), requestTables: [\(names.map(swiftLiteral).joined(separator: ", "))],")
  }

  private func swiftView(_ view: (name: String, sql: String)) -> String {
    "SpecificationInfo.View(\(swiftLiteral(view.name)), \(swiftLiteral(view.sql)))"
  }

  private func emitList(_ name: String, _ elements: [String], _ out: inout CodeWriter) {
    out.line("\(name): [")
    for element in elements { out.line("  \(element),") }
    out.line("],")
  }

  /// Writes the list of tables.
  func emitTables(_ out: inout CodeWriter) {
    out.line()
    out.block("extension \(Self.name(root, names))") { out in
      TablesPrinter(schema: schema).emit(&out)
      valueKinds.emit(&out)
      OverviewPrinter(queries: views.overviewQueries).emit(&out)
      SummaryPrinter(schema.summaries).emit(&out)
      StoredTypesPrinter(schema: schema).emit(&out)
    }
  }
}
