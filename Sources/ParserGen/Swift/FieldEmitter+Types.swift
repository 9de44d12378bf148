// How fields of user types and switches are read.
extension FieldEmitter {
  /// Calls `body` with the reader of the field's part of the stream.
  func emitSized(
    _ field: Field, _ out: inout SwiftWriter, _ body: (String, inout SwiftWriter) -> Void
  ) {
    let name = "\(SwiftNames.plain(field.name))_reader"
    let label = swiftLiteral(field.name)
    switch field.sizing {
    case .natural: return body("reader", &out)
    case .constant(let size): out.line("var \(name) = try reader.substream(\(size), \(label))")
    case .computed(let size):
      let size = emitter.int(size)
      out.line("var \(name) = try reader.substream(\(size.text), \(label))")
    case .toEnd: out.line("var \(name) = try reader.substreamToEnd(\(label))")
    case .terminated(let terminator):
      out.line(
        "var \(name) = try reader.substream(until: \(terminator.byte), include: \(terminator.include), "
          + "consume: \(terminator.consume), required: \(terminator.required), \(label))")
    }
    body(name, &out)
  }

  func emitUser(
    _ type: ResolvedType, _ arguments: [TypedExpression], _ label: String, _ target: String, _ index: String,
    _ reader: String, _ out: inout SwiftWriter
  ) {
    out.line("trace.open(\(label), \(swiftLiteral(type.spec.traceName)), index: \(index), at: \(reader).offset)")
    out.line("let \(target) = \(call(type, arguments, reader))")
    out.line("trace.close(at: \(reader).offset)")
  }

  /// Code that parses a user type.
  func call(_ type: ResolvedType, _ arguments: [TypedExpression], _ reader: String) -> String {
    let parameters = zip(type.parameters, arguments).map { parameter, argument in
      "\(SwiftNames.member(parameter.name)): \(emitter.emit(argument, as: parameter.type).text)"
    }
    let all = ["from: &\(reader)", "trace: &trace"] + needs(type) + parameters
    return "try \(SwiftNames.path(type))(\(all.joined(separator: ", ")))"
  }

  func emitChoice(
    _ choice: Choice, _ field: Field, _ target: String, _ index: String, _ reader: String, _ out: inout SwiftWriter
  ) {
    guard let on = choice.on else { return }
    let isOptional = !choice.hasDefault
    out.line("let \(target): \(SwiftNames.path(choice))\(isOptional ? "?" : "")")
    out.line("switch \(emitter.emit(on).tried) {")
    for branch in choice.branches {
      guard let match = branch.match else { continue }
      let pattern = emitter.emit(match)
      out.line("case \(pattern.tried):")
      out.indented { emitBranch(choice, branch, field, target, index, reader, &$0) }
    }
    if case .boolean = on.type, choice.branches.count(where: { $0.match != nil }) >= 2 {
      out.line("}")
      return
    }
    out.line("default:")
    out.indented { out in
      if let branch = choice.branches.first(where: { $0.match == nil }) {
        emitBranch(choice, branch, field, target, index, reader, &out)
      } else if choice.rawCaseIndex != nil {
        emitRaw(field, target, index, reader, &out)
      } else {
        out.line("\(target) = nil")
      }
    }
    out.line("}")
  }

  private func emitBranch(
    _ choice: Choice, _ branch: Choice.Branch, _ field: Field, _ target: String, _ index: String, _ reader: String,
    _ out: inout SwiftWriter
  ) {
    let item = choice.cases[branch.caseIndex]
    let name = SwiftNames.member(item.name)
    switch branch.format {
    case .user(let type, let arguments):
      emitUser(type, arguments, swiftLiteral(field.name), "parsed", index, reader, &out)
      out.line("\(target) = .\(name)(parsed)")
    case .integer, .float:
      let inner = Field(field.spec, owner: field.owner, index: field.index)
      inner.format = branch.format
      inner.elementType = item.type
      FieldEmitter(emitter: emitter, tracer: tracer, needs: needs).emitScalarCase(inner, index, reader, &out)
      out.line("\(target) = .\(name)(parsed)")
    case .string(let encoding):
      emitRawBytes(field, reader, &out)
      out.line("let parsed = try \(reader).text(parsedBytes, .\(encoding), \(swiftLiteral(field.name)))")
      traceRaw(field, index, reader, ".text(parsed)", &out)
      out.line("\(target) = .\(name)(parsed)")
    default:
      emitRawBytes(field, reader, &out)
      traceRaw(field, index, reader, ".bytes(parsedBytes)", &out)
      out.line("\(target) = .\(name)(parsedBytes)")
    }
  }

  private func emitScalarCase(_ field: Field, _ index: String, _ reader: String, _ out: inout SwiftWriter) {
    let size: Int
    switch field.format {
    case .integer(let bytes, _, _), .float(let bytes, _): size = bytes
    default: size = 0
    }
    out.line("let parsedRun = try \(reader).run(\(size), \(swiftLiteral("\(field.name):\(size)")))")
    out.line("let parsed: \(field.elementType.swift) = \(value(field, "parsedRun", 0))")
    tracer.field(field, "parsed", index: index, at: "\(reader).offset - \(size)", length: "\(size)", &out)
  }

  private func emitRaw(
    _ field: Field, _ target: String, _ index: String, _ reader: String, _ out: inout SwiftWriter
  ) {
    emitRawBytes(field, reader, &out)
    traceRaw(field, index, reader, ".bytes(parsedBytes)", &out)
    out.line("\(target) = .rawBytes(parsedBytes)")
  }

  private func emitRawBytes(_ field: Field, _ reader: String, _ out: inout SwiftWriter) {
    out.line("let parsedBytes = try \(reader).bytesToEnd(\(swiftLiteral(field.name)))")
  }

  private func traceRaw(
    _ field: Field, _ index: String, _ reader: String, _ value: String, _ out: inout SwiftWriter
  ) {
    out.line(
      tracer.plain(
        field.name, value, index: index, at: "\(reader).offset - parsedBytes.count", length: "parsedBytes.count"))
  }
}
