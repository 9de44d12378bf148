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
  private var head: MessageHead { MessageHead(root) }

  static func name(_ root: TypeDeclaration, _ names: SwiftNames) -> String { names.name(root) + "Specification" }

  func emit(_ rows: RowPrinter, _ out: inout CodeWriter) {
    out.line("/// The description `\(root.spec.name)` as the capture engine uses it.")
    out.block("\(access)enum \(Self.name(root, names)): Specification") { out in
      emitInfo(&out)
      emitParse(&out)
      emitKind(&out)
      emitResponses(&out)
      emitStore(rows, &out)
      HeadPrinter(access: access).print(head, &out)
    }
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
      out.line("maximumMessageLength: \(transport.maximumMessageLength), headLength: \(head.length),")
      out.line("messageKinds: [\(kinds.map(swiftLiteral).joined(separator: ", "))],")
      out.line("tables: tables, details: [\(schema.details.map(swiftLiteral).joined(separator: ", "))],")
      out.line("nameTables: nameTables,")
      emitList("views", views.sqlite.map(swiftView), &out)
      if !views.clickHouse.isEmpty { emitList("clickHouseViews", views.clickHouse.map(swiftView), &out) }
      let planner = LookupPlanner(schema: schema)
      out.line("typeColumn: \(planner.typeColumn(root).map(swiftLiteral) ?? "nil"),")
      emitList(
        "lookups",
        planner.lookups.map {
          "SpecificationInfo.Lookup(\(swiftLiteral($0.table)), \(swiftLiteral($0.column)), \(swiftLiteral($0.name)))"
        }, &out)
      out.line("outline: outline)")
    }
    out.line()
    outline.emit(&out)
  }

  private func swiftView(_ view: (name: String, sql: String)) -> String {
    "SpecificationInfo.View(\(swiftLiteral(view.name)), \(swiftLiteral(view.sql)))"
  }

  private func emitList(_ name: String, _ elements: [String], _ out: inout CodeWriter) {
    out.line("\(name): [")
    for element in elements { out.line("  \(element),") }
    out.line("],")
  }

  // MARK: Messages

  private func emitParse(_ out: inout CodeWriter) {
    let name = swiftLiteral(root.spec.name)
    out.line("\(access)static func parse<Trace: ParseTrace>(")
    out.line("  _ reader: inout ByteReader, _ trace: inout Trace")
    out.block(") throws(ParseError) -> \(names.path(root))") { out in
      out.line("trace.open(\(name), \(name), index: nil, at: reader.offset)")
      let argument = root.datagramParameter.map { ", \(names.member($0)): reader.isDatagram" } ?? ""
      out.line("let message = try \(names.path(root))(from: &reader, trace: &trace\(argument))")
      out.line("trace.close(at: reader.offset)")
      out.line("return message")
    }
    out.line()
  }

  private func emitStore(_ rows: RowPrinter, _ out: inout CodeWriter) {
    out.line("\(access)static func store(")
    out.line("  _ message: \(names.path(root)), _ envelope: Envelope, length: Int, in rows: RowBatch")
    out.block(") -> StoredMessage") { out in
      out.line("let rowID = rows.newID(table: 0)")
      rows.emitMessage(schema.message, &out)
    }
    out.line()
  }

  private func emitKind(_ out: inout CodeWriter) {
    out.block("\(access)static func kind(of message: \(names.path(root))) -> Int") { out in
      guard let content = root.content, content.field.isOptional || content.choice.joined == nil else {
        return out.line("0")
      }
      let access = "message.\(names.member(content.field))"
      guard content.choice.joined == nil else { return out.line("\(access) == nil ? 1 : 0") }
      out.line("switch \(access) {")
      for index in content.choice.alternatives.indices {
        out.line("case .\(alternative(content.choice, index)): \(index)")
      }
      if content.field.isOptional { out.line("case nil: \(content.choice.alternatives.count)") }
      out.line("}")
    }
    out.line()
  }

  /// The names of the kinds of messages, by number: their contents' types, without the prefix of message types, and last
  /// that of a message without content.
  private var kinds: [String] {
    guard let content = root.content else { return [root.spec.name] }
    var kinds = content.choice.alternatives.map { item in
      if case .object(let type) = item.type { shortTypeName(type.spec.name) } else { item.name }
    }
    if content.choice.joined != nil { kinds = [kinds[0]] }
    return content.field.isOptional ? kinds + [root.spec.name] : kinds
  }

  // MARK: Conversations

  /// A message type that something follows.
  private struct Conversation {
    var type: TypeDeclaration
    /// Where the type is: nil for the root itself.
    var field: AttributeDeclaration?
    var caseIndex: Int?
  }

  private var conversations: [Conversation] {
    func talks(_ type: TypeDeclaration) -> Bool { type.spec.stream != nil }
    var found: [Conversation] = talks(root) ? [Conversation(type: root)] : []
    for field in root.fields where !field.isRepeated && field.spec.isNamed {
      switch field.elementType {
      case .object(let type) where talks(type): found.append(Conversation(type: type, field: field))
      case .choice(let choice):
        for (index, item) in choice.alternatives.enumerated() {
          if case .object(let type) = item.type, talks(type) {
            found.append(Conversation(type: type, field: field, caseIndex: index))
          }
        }
      default: break
      }
    }
    return found
  }

  /// Opens the scope in which the conversation's type is at hand as `value`.
  private func within(_ use: Conversation, _ out: inout CodeWriter, _ body: (inout CodeWriter) -> Void) {
    guard let field = use.field else {
      return out.block("do") { out in
        out.line("let value = message")
        body(&out)
      }
    }
    let access = "message.\(names.member(field))"
    guard let index = use.caseIndex, case .choice(let choice) = field.elementType else {
      out.block(field.isOptional ? "if let value = \(access)" : "do") { out in
        if !field.isOptional { out.line("let value = \(access)") }
        body(&out)
      }
      return
    }
    let pattern =
      "case .\(alternative(choice, index))(let value)\(field.isOptional ? "?" : "") = \(access)"
    out.block("if \(pattern)", body)
  }

  private func alternative(_ choice: SwitchDeclaration, _ index: Int) -> String {
    SwiftNames.quoted(names.alternative(choice, index))
  }

  private func streams(_ use: Conversation) -> [(kind: String, stream: ResponseStreamUse)] {
    use.type.responseStreams.map { ($0.direction == .answer ? "answer" : "continuation", $0) }
  }

  private func emitArguments(_ use: Conversation, _ index: Int, _ out: inout CodeWriter) {
    let lowering = ExpressionLowering(message: MessagePlace(owner: use.type, kind: .value))
    let printer = SwiftExpressionPrinter(
      names: names, values: SwiftExpressionPrinter.Values(owner: use.type, base: "value."))
    for (kind, stream) in streams(use) {
      for (parameter, argument) in zip(stream.type.parameters, stream.arguments) {
        let name = argumentName(kind, index, parameter)
        let value = lowering.lower(argument, as: parameter.type)
        out.line("var \(name): \(names.optional(Representation(parameter.type)))")
        within(use, &out) { $0.line("\(name) = \(printer.tried(value))") }
      }
    }
  }

  private func argumentName(_ kind: String, _ index: Int, _ parameter: ParameterDeclaration) -> String {
    "\(kind)\(index)\(SwiftNames.capitalized(parameter.name))"
  }

  private func emitResponses(_ out: inout CodeWriter) {
    let uses = conversations
    out.line("\(access)static func responses(")
    out.line("  to message: \(names.path(root))")
    out.block(") throws(ParseError) -> Responses") { out in
      guard !uses.isEmpty else { return out.line(".none") }
      // Most messages are followed by nothing, and taking one apart copies it.
      let cases = uses.compactMap { $0.field?.choice === root.content?.choice ? $0.caseIndex : nil }
      if cases.count == uses.count, kinds.count > 1 {
        out.line("switch kind(of: message) {")
        out.line("case \(cases.map(String.init).joined(separator: ", ")): break")
        out.line("default: return .none")
        out.line("}")
      }
      for (index, use) in uses.enumerated() { emitArguments(use, index, &out) }
      let used = Set(uses.flatMap(streams).map(\.kind))
      let parts = ["answer", "continuation"]
      for part in parts where used.contains(part) { out.line("var \(part): (any ResponseStream)?") }
      for (index, use) in uses.enumerated() { emitStreams(use, index, &out) }
      let arguments = parts.map { "\($0): \(used.contains($0) ? $0 : "nil")" }
      out.line("return .streams(\(arguments.joined(separator: ", ")))")
    }
    out.line()
  }

  private func emitStreams(_ use: Conversation, _ index: Int, _ out: inout CodeWriter) {
    for (kind, stream) in streams(use) {
      let found = stream.type.parameters.map { argumentName(kind, index, $0) }
      var arguments = zip(stream.type.parameters, found).map { "\(names.member($0)): \($1)" }
      // The request's own row is the content, if it has one.
      if !schema.rows.contains(where: { $0.source.isType(use.type) }) { arguments.append("hasRow: false") }
      let make = "\(names.path(stream.type)).Units(\(arguments.joined(separator: ", ")))"
      let holds =
        found.isEmpty ? condition(use) : found.map { "let \($0)" }.joined(separator: ", ")
      out.block("if \(holds)") { $0.line("\(kind) = \(make)") }
    }
  }

  private func condition(_ use: Conversation) -> String {
    guard let field = use.field else { return "true" }
    let access = "message.\(names.member(field))"
    guard let index = use.caseIndex, case .choice(let choice) = field.elementType else {
      return field.isOptional ? "\(access) != nil" : "true"
    }
    return "case .\(alternative(choice, index))\(field.isOptional ? "?" : "") = \(access)"
  }

  /// Writes the list of tables.
  func emitTables(_ out: inout CodeWriter) {
    out.line()
    out.block("extension \(Self.name(root, names))") { out in
      TablesPrinter(schema: schema).emit(&out)
    }
  }
}
