// How attributes of user types and switches are read, and which bytes belong to them.
extension MessageReadPrinter {
  // MARK: Objects

  /// - Parameter assigned: code of the statement that takes the value, from code of the value.
  func object(
    _ construction: ConstructionProgram, _ attribute: AttributeDeclaration, _ index: String,
    _ assigned: (String) -> String, _ out: inout CodeWriter
  ) {
    let type = construction.type
    func parse(_ inner: String, _ assigned: (String) -> String, _ out: inout CodeWriter) {
      out.line(
        "trace.open(\(swiftLiteral(attribute.traceName)), \(swiftLiteral(type.spec.traceName)), index: \(index), "
          + "at: \(inner).offset)")
      out.line(assigned("try \(names.path(type))(\(arguments(construction, inner).joined(separator: ", ")))"))
      out.line("trace.close(at: \(inner).offset)")
    }
    guard let extent = construction.extent else { return parse(reader, assigned, &out) }
    let label = swiftLiteral(attribute.traceName)
    guard extent.process != nil else {
      let inner = names.local(attribute, "reader")
      out.line("var \(inner) = \(window(extent, label))")
      parse(inner, assigned, &out)
      return out.line("\(reader).close(\(inner))")
    }
    let (start, bytes) = (names.local(attribute, "start"), names.local(attribute, "bytes"))
    out.line("let \(start) = \(reader).offset")
    out.line("let \(bytes) = \(self.bytes(extent, label))")
    // What is in transformed bytes has no place of its own in the message.
    out.line("trace.pin(at: \(start), length: \(reader).offset - \(start))")
    let inner = names.local(attribute, "reader")
    let value = names.local(attribute, "value")
    out.line(
      "let \(value) = try \(reader).parse(\(bytes), at: \(start)) { "
        + "(\(inner): inout ByteReader) throws(ParseError) -> \(names.path(type)) in")
    out.indented { out in
      parse(inner, Target.constant(value).assigned, &out)
      out.line("return \(value)")
    }
    out.line("}")
    out.line(assigned(value))
    out.line("trace.unpin()")
  }

  private func arguments(_ construction: ConstructionProgram, _ reader: String) -> [String] {
    ["from: &\(reader)", "trace: &trace"]
      + construction.handedDown.map { item in
        "\(names.handed(item.member.key, to: construction.type)): \(expressions.text(item.value))"
      }
      + zip(construction.type.parameters, construction.arguments).map { parameter, argument in
        "\(names.label(parameter)): \(expressions.text(argument))"
      }
  }

  // MARK: Bytes

  /// Code of a stream of an attribute's bytes.
  private func window(_ extent: Extent, _ label: String) -> String {
    var code: String
    switch extent.kind {
    case .size(let size): code = "try \(reader).substream(\(expressions.text(size)), \(label))"
    case .toEnd: code = "try \(reader).substreamToEnd(\(label))"
    case .terminated:
      return
        "try \(reader).substream(until: \(terminator(extent)), include: \(extent.include), "
        + "consume: \(extent.consume), required: \(extent.requiresTerminator), \(label))"
    }
    if let padding = padding(extent) { code += ".strippingPadding(\(padding))" }
    if let bytes = extent.terminator { code += ".terminated(by: \(swiftBytes(bytes)), include: \(extent.include))" }
    return code
  }

  /// Code of an attribute's bytes, transformed.
  func bytes(_ extent: Extent, _ label: String) -> String {
    var code: String
    switch extent.kind {
    case .size(let size): code = "try \(reader).bytes(\(expressions.text(size)), \(label))"
    case .toEnd: code = "try \(reader).bytesToEnd(\(label))"
    case .terminated:
      code =
        "try \(reader).bytes(until: \(terminator(extent)), include: \(extent.include), consume: \(extent.consume), "
        + "required: \(extent.requiresTerminator), \(label))"
    }
    if let padding = padding(extent) { code += ".strippingPadding(\(padding))" }
    if case .terminated = extent.kind {
    } else if let bytes = extent.terminator {
      code += ".terminated(by: \(swiftBytes(bytes)), include: \(extent.include))"
    }
    guard let process = extent.process else { return code }
    return "try " + expressions.transformed(String(code.dropFirst("try ".count)), by: process)
  }

  /// Bytes that end with a terminator have no padding behind them.
  private func padding(_ extent: Extent) -> UInt8? {
    if case .terminated = extent.kind { nil } else { extent.strippedPadding }
  }

  private func terminator(_ extent: Extent) -> String {
    let bytes = extent.terminator ?? [0]
    return bytes.count == 1 ? "\(bytes[0])" : swiftBytes(bytes)
  }

  // MARK: Switches

  func print(
    _ program: ChoiceProgram, _ field: AttributeProgram, _ place: Target, _ index: String, _ out: inout CodeWriter
  ) {
    let target = place.name
    let type = names.swift(field.isElementOptional ? .optional(field.element) : field.element)
    if case .constant = place { out.line("let \(target): \(type)") }
    let branches = program.branches.filter { $0.match != nil }
    let fallback = program.branches.first { $0.match == nil }
    func last(_ out: inout CodeWriter) {
      guard let fallback else { return out.line("\(target) = nil") }
      print(fallback, program, field, target, index, &out)
    }
    guard !branches.isEmpty else { return last(&out) }
    guard program.hasPatterns else {
      let selector = names.local(field.attribute, "selector")
      var expressions = expressions
      expressions.values?.selector = selector
      out.line("let \(selector) = \(expressions.tried(program.selector))")
      for (number, branch) in branches.enumerated() {
        out.line("\(number == 0 ? "" : "} else ")if \(branch.condition.map(expressions.tried) ?? "true") {")
        out.indented { print(branch, program, field, target, index, &$0) }
      }
      if fallback != nil || field.isElementOptional {
        out.line("} else {")
        out.indented(last)
      }
      return out.line("}")
    }
    out.line("switch \(expressions.tried(program.selector)) {")
    for branch in branches {
      out.line("case \(branch.match.map(expressions.pattern) ?? "_"):")
      out.indented { print(branch, program, field, target, index, &$0) }
    }
    out.line("default:")
    out.indented(last)
    out.line("}")
  }

  private func print(
    _ branch: ChoiceProgram.Branch, _ program: ChoiceProgram, _ field: AttributeProgram, _ target: String,
    _ index: String, _ out: inout CodeWriter
  ) {
    let attribute = field.attribute
    let alternative = branch.alternative.map { SwiftNames.quoted(names.alternative(program.choice, $0)) }
    if case .object(let construction) = branch.read {
      guard let alternative else {
        return object(construction, attribute, index, { "\(target) = \($0)" }, &out)
      }
      return object(construction, attribute, index, { "\(target) = .\(alternative)(\($0))" }, &out)
    } else {
      let place = plain(branch.read, Representation(branch.from), attribute, "parsed", index, &out)
      if case .contents = branch.read {} else { tracer.field(attribute, branch.from, "parsed", place, &out) }
    }
    if let alternative { return out.line("\(target) = .\(alternative)(parsed)") }
    guard let joined = program.joined else { return out.line("\(target) = parsed") }
    let part = ProgramExpression(.part, Representation(branch.from), range: branch.from.range, canThrow: false)
    let converted = ExpressionLowering().convert(part, from: branch.from, to: joined)
    var printer = expressions
    printer.values?.part = "parsed"
    out.line("\(target) = \(printer.tried(converted))")
  }
}
