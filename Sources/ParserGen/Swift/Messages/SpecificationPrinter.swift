/// Writes the conformance to the runtime's `Specification`.
struct SpecificationPrinter {
  let access: String
  let names: SwiftNames
  let model: Model
  let schema: SchemaPlan
  let fingerprint: String
  let views: [(name: String, sql: String)]
  let outline: OutlinePrinter

  private var root: TypeDeclaration { model.root }
  private var head: MessageHead { MessageHead(root) }

  static func name(_ root: TypeDeclaration, _ names: SwiftNames) -> String { names.name(root) + "Specification" }

  func emit(_ rows: RowPrinter, _ out: inout CodeWriter) {
    out.line("/// The description `\(root.spec.name)` as the capture engine uses it.")
    out.block("\(access)enum \(Self.name(root, names)): Specification") { out in
      emitInfo(&out)
      emitDecode(rows, &out)
      emitTrace(&out)
      HeadPrinter(access: access).print(head, &out)
    }
  }

  // MARK: Facts

  private func emitInfo(_ out: inout CodeWriter) {
    let transport = model.transport
    out.line("\(access)static let info = SpecificationInfo(")
    out.indented { out in
      out.line("name: \(swiftLiteral(root.spec.name)), fingerprint: \(swiftLiteral(fingerprint)),")
      out.line("ports: [\(transport.ports.map(String.init).joined(separator: ", "))],")
      out.line("maximumMessageLength: \(transport.maximumMessageLength), headLength: \(head.length),")
      out.line("tables: tables, details: [\(schema.details.map(swiftLiteral).joined(separator: ", "))],")
      out.line("nameTables: nameTables,")
      out.line("views: [")
      for view in views {
        out.line("  SpecificationInfo.View(\(swiftLiteral(view.name)), \(swiftLiteral(view.sql))),")
      }
      out.line("],")
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

  private func emitList(_ name: String, _ elements: [String], _ out: inout CodeWriter) {
    out.line("\(name): [")
    for element in elements { out.line("  \(element),") }
    out.line("],")
  }

  // MARK: Decoding

  private func emitDecode(_ rows: RowPrinter, _ out: inout CodeWriter) {
    let name = names.path(root)
    out.line("\(access)static func decodeMessage(")
    out.line("  from reader: inout ByteReader, envelope: Envelope, into rows: RowBatch")
    out.block(") throws(ParseError) -> DecodedMessage") { out in
      out.line("var trace = NoTrace()")
      out.line("let message = try \(name)(from: &reader, trace: &trace)")
      let uses = conversations
      // The streams' arguments may fail, and nothing may be written then.
      for (index, use) in uses.enumerated() { emitArguments(use, index, &out) }
      out.line("let rowID = rows.newID(table: 0)")
      rows.emitMessage(schema.message, &out)
      emitResult(uses, &out)
    }
    out.line()
  }

  private func emitTrace(_ out: inout CodeWriter) {
    let name = names.path(root)
    out.line("\(access)static func trace(")
    out.line("  _ reader: inout ByteReader, tree: inout FieldTree")
    out.block(") throws(ParseError)") { out in
      out.line(
        "tree.open(\(swiftLiteral(root.spec.name)), \(swiftLiteral(root.spec.name)), index: nil, at: reader.offset)")
      out.line("_ = try \(name)(from: &reader, trace: &tree)")
      out.line("tree.close(at: reader.offset)")
    }
    out.line()
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

  private func emitResult(_ uses: [Conversation], _ out: inout CodeWriter) {
    out.line("\(uses.isEmpty ? "let" : "var") result = DecodedMessage(id: rowID, name: name(of: message))")
    for (index, use) in uses.enumerated() {
      for (kind, stream) in streams(use) {
        let found = stream.type.parameters.map { argumentName(kind, index, $0) }
        let arguments = zip(stream.type.parameters, found).map { ", \(names.member($0)): \($1)" }.joined()
        // The request's own row is the content, if it has one.
        let hasRow = schema.rows.contains { $0.source.isType(use.type) }
        let make =
          "\(names.path(stream.type)).Units(message: rowID, request: \(hasRow ? "contentRow" : "nil")\(arguments))"
        if found.isEmpty {
          out.block("if \(condition(use))") { $0.line("result.\(kind) = \(make)") }
        } else {
          let bindings = found.map { "let \($0)" }.joined(separator: ", ")
          out.block("if \(bindings)") { $0.line("result.\(kind) = \(make)") }
        }
      }
    }
    out.line("return result")
  }

  private func condition(_ use: Conversation) -> String {
    guard let field = use.field else { return "true" }
    let access = "message.\(names.member(field))"
    guard let index = use.caseIndex, case .choice(let choice) = field.elementType else {
      return field.isOptional ? "\(access) != nil" : "true"
    }
    return "case .\(alternative(choice, index))\(field.isOptional ? "?" : "") = \(access)"
  }

  /// Writes the function that names a message after its content.
  func emitNames(_ out: inout CodeWriter) {
    out.line()
    out.block("extension \(Self.name(root, names))") { out in
      out.line("/// A message's name: its content's type, without the prefix of message types.")
      out.block("private static func name(of message: \(names.path(root))) -> String") { out in
        guard let content = root.content else {
          out.line(swiftLiteral(root.spec.name))
          return
        }
        let access = "message.\(names.member(content.field))"
        let alternatives = content.choice.alternatives.map { item in
          if case .object(let type) = item.type { shortTypeName(type.spec.name) } else { item.name }
        }
        guard content.choice.joined == nil else {
          let name = swiftLiteral(alternatives[0])
          out.line(
            content.field.isOptional ? "\(access) == nil ? \(swiftLiteral(root.spec.name)) : \(name)" : name)
          return
        }
        out.line("switch \(access) {")
        for (index, name) in alternatives.enumerated() {
          out.line("case .\(alternative(content.choice, index)): \(swiftLiteral(name))")
        }
        if content.field.isOptional { out.line("case nil: \(swiftLiteral(root.spec.name))") }
        out.line("}")
      }
      TablesPrinter(schema: schema).emit(&out)
    }
  }
}
