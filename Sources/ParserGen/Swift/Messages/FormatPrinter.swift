/// Writes the conformance of a type of messages to the runtime's `MessageFormat`.
struct FormatPrinter {
  let access: String
  let names: SwiftNames
  let type: TypeDeclaration
  let kinds: MessageKinds
  let schema: SchemaPlan

  /// The numbers of the type's kinds of messages.
  private var numbers: [Int] { kinds.numbers(of: type) }

  // MARK: Messages

  func emitBody(_ rows: RowPrinter, _ out: inout CodeWriter) {
    emitParse(&out)
    emitKind(&out)
    emitResponses(&out)
    emitStore(rows, &out)
    HeadPrinter(access: access).print(MessageHead(type), &out)
    if MessageFrame(MessageLowering.lower(type)) != nil { FramePrinter(access: access, names: names).print(type, &out) }
  }

  private func emitParse(_ out: inout CodeWriter) {
    let label = "\(swiftLiteral(type.spec.name)), \(swiftLiteral(type.spec.traceName))"
    out.line("\(access)static func parse<Trace: ParseTrace>(")
    out.line("  _ reader: inout ByteReader, _ trace: inout Trace")
    out.block(") throws(ParseError) -> \(names.path(type))") { out in
      out.line("trace.open(\(label), index: nil, at: reader.offset)")
      let argument = type.datagramParameter.map { ", \(names.member($0)): reader.isDatagram" } ?? ""
      out.line("let message = try \(names.path(type))(from: &reader, trace: &trace\(argument))")
      out.line("trace.close(at: reader.offset)")
      out.line("return message")
    }
    out.line()
  }

  private func emitStore(_ rows: RowPrinter, _ out: inout CodeWriter) {
    out.line("\(access)static func store(")
    out.line("  _ message: \(names.path(type)), _ envelope: Envelope, length: Int, in rows: RowBatch")
    out.block(") -> StoredMessage") { out in
      out.line("let rowID = rows.newID(table: 0)")
      rows.emitMessage(schema.messages.first { $0.source.isType(type) } ?? schema.messages[0], &out)
    }
    out.line()
  }

  private func emitKind(_ out: inout CodeWriter) {
    out.block("\(access)static func kind(of message: \(names.path(type))) -> Int") { out in
      guard let content = type.content, content.field.isOptional || content.choice.joined == nil else {
        return out.line("\(numbers[0])")
      }
      let access = "message.\(names.member(content.field))"
      guard content.choice.joined == nil else { return out.line("\(access) == nil ? \(numbers[1]) : \(numbers[0])") }
      if let selection = selection(of: content.field) { return emitKinds(selection, &out) }
      out.line("switch \(access) {")
      for index in content.choice.alternatives.indices {
        out.line("case .\(alternative(content.choice, index)): \(numbers[index])")
      }
      if content.field.isOptional { out.line("case nil: \(numbers[content.choice.alternatives.count])") }
      out.line("}")
    }
    out.line()
  }

  /// How the content is chosen, where constants choose it whenever it is there: looking at the content itself, which may
  /// be large, would copy it.
  private func selection(of field: AttributeDeclaration) -> ChoiceProgram? {
    let place = MessagePlace(owner: type, kind: .value)
    let program = ProgramLowering(expressions: ExpressionLowering(message: place)).attribute(field)
    guard program.condition == nil, case .choice(let choice) = program.read, choice.hasPatterns,
      !choice.selector.canThrow
    else { return nil }
    return choice
  }

  private func emitKinds(_ selection: ChoiceProgram, _ out: inout CodeWriter) {
    let printer = SwiftExpressionPrinter(
      names: names, values: SwiftExpressionPrinter.Values(owner: type, base: "message."))
    func number(_ branch: ChoiceProgram.Branch?) -> Int { numbers[branch?.alternative ?? numbers.count - 1] }
    out.line("switch \(printer.text(selection.selector)) {")
    for branch in selection.branches {
      guard let match = branch.match else { continue }
      out.line("case \(printer.pattern(match)): \(number(branch))")
    }
    out.line("default: \(number(selection.branches.first { $0.match == nil }))")
    out.line("}")
  }

  // MARK: Conversations

  /// A message type that something follows.
  struct Conversation {
    var type: TypeDeclaration
    /// Where the type is: nil for the root itself.
    var field: AttributeDeclaration?
    var caseIndex: Int?
  }

  private var conversations: [Conversation] {
    func talks(_ type: TypeDeclaration) -> Bool { type.spec.stream != nil }
    var found: [Conversation] = talks(type) ? [Conversation(type: type)] : []
    for field in type.fields where !field.isRepeated && field.spec.isNamed {
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

  /// Prints expressions of the conversation's type, which is at hand as `value`.
  func printer(of use: Conversation, value: String = "value.") -> SwiftExpressionPrinter {
    SwiftExpressionPrinter(names: names, values: SwiftExpressionPrinter.Values(owner: use.type, base: value))
  }

  /// Opens the scope of a message that has the conversation's type: at hand as `value`, if the code of one of the
  /// expressions asks for it.
  func within(
    _ use: Conversation, asking expressions: [ProgramExpression], _ out: inout CodeWriter,
    _ body: (inout CodeWriter) -> Void
  ) {
    let (printer, other) = (printer(of: use), printer(of: use, value: ""))
    guard expressions.contains(where: { printer.text($0) != other.text($0) }) else {
      return out.block("if \(condition(use))", body)
    }
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
    let printer = printer(of: use)
    for (kind, stream) in streams(use) {
      for (parameter, argument) in zip(stream.type.parameters, stream.arguments) {
        let name = argumentName(kind, index, parameter)
        let value = lowering.lower(argument, as: parameter.type)
        out.line("var \(name): \(names.optional(Representation(parameter.type)))")
        within(use, asking: [value], &out) { $0.line("\(name) = \(printer.tried(value))") }
      }
    }
  }

  private func argumentName(_ kind: String, _ index: Int, _ parameter: ParameterDeclaration) -> String {
    "\(kind)\(index)\(SwiftNames.capitalized(parameter.name))"
  }

  private func emitResponses(_ out: inout CodeWriter) {
    let uses = conversations
    out.line("\(access)static func responses(")
    out.line("  to message: \(names.path(type))")
    out.block(") throws(ParseError) -> Responses") { out in
      guard !uses.isEmpty else { return out.line(".none") }
      // Most messages are followed by nothing, and taking one apart copies it.
      let cases = uses.compactMap { $0.field?.choice === type.content?.choice ? $0.caseIndex : nil }
      if cases.count == uses.count, numbers.count > 1 {
        out.line("switch kind(of: message) {")
        out.line("case \(cases.map { String(numbers[$0]) }.joined(separator: ", ")): break")
        out.line("default: return .none")
        out.line("}")
      }
      for (index, use) in uses.enumerated() { emitArguments(use, index, &out) }
      let used = Set(uses.flatMap(streams).map(\.kind))
      let parts = ["answer", "continuation"]
      for part in parts where used.contains(part) { out.line("var \(part): (any ResponseStream)?") }
      for (index, use) in uses.enumerated() { emitStreams(use, index, &out) }
      var arguments = parts.map { "\($0): \(used.contains($0) ? $0 : "nil")" }
      if uses.contains(where: { $0.type.nextState != nil }) {
        out.line("var state: Int?")
        for use in uses {
          guard let next = use.type.nextState else { continue }
          out.block("if \(condition(use))") { $0.line("state = \(next)") }
        }
        arguments.append("then: state")
      }
      if uses.contains(where: { $0.type.match != nil }) {
        emitMatches(uses, &out)
        arguments.append("match: match")
      }
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
}
