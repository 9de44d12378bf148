/// Prints the struct of a type of messages: its properties, its parser, its instances.
struct MessagePrinter {
  /// Empty, or ends with a space.
  let access: String
  let names: SwiftNames
  let tracer: TracePrinter

  /// Prints a type without those that are declared in it.
  func print(_ type: TypeDeclaration, _ out: inout CodeWriter) {
    let program = MessageLowering.lower(type)
    out.doc(type.spec.doc, fallback: "`\(type.spec.name)` of the description.")
    out.block("\(access)struct \(names.name(type)): Sendable") { out in
      properties(program, &out)
      convenience(program, &out)
      parser(program, &out)
      if type.isMessage, let frame = MessageFrame(program) {
        FramePrinter(access: access, names: names).printParser(frame, self, program, &out)
      }
      for instance in program.instances { print(instance, program, &out) }
      for spec in type.spec.enums {
        out.line()
        EnumPrinter(access: access, names: names).print(spec, &out)
      }
      for choice in program.choices {
        out.line()
        MessageChoicePrinter(access: access, names: names).print(choice, &out)
      }
    }
  }

  // MARK: Properties

  private func properties(_ program: MessageProgram, _ out: inout CodeWriter) {
    for item in program.parameters {
      out.doc(item.parameter.spec.doc)
      out.line("\(access)var \(names.member(item.parameter)): \(stored(names.swift(item.representation)))")
    }
    for item in program.handed where item.isKept {
      out.line("\(access)var \(name(item, program)): \(stored(names.swift(item.representation)))")
    }
    for field in program.stored {
      out.doc(field.spec.doc)
      out.line("\(access)var \(names.member(field)): \(stored(type(field)))")
    }
    for case .parsed(let instance) in program.instances {
      out.line("var \(names.local(instance.attribute, "result")): \(result(instance))")
    }
  }

  /// The type of a stored property. Swift sets a variable of type `T?` to nil before the parser does, which costs copies
  /// of the whole value; one of type `Optional<T>` it leaves to the parser.
  private func stored(_ type: String) -> String { type.hasSuffix("?") ? "Optional<\(type.dropLast())>" : type }

  private func name(_ item: MessageProgram.Handed, _ program: MessageProgram) -> String {
    names.handed(item.member.key, to: program.type)
  }

  private func type(_ attribute: AttributeDeclaration) -> String {
    let plain = attribute.storedRepresentation
    return attribute.isOptional ? names.optional(plain) : names.swift(plain)
  }

  private func result(_ instance: AttributeProgram) -> String { "Result<\(type(instance.attribute)), ParseError>" }

  // MARK: The parser

  /// What the parser takes besides the reader: label and type.
  private func arguments(_ program: MessageProgram) -> [(name: String, type: String)] {
    program.handed.map { (name($0, program), names.swift($0.representation)) }
      + program.parameters.map { (names.member($0.parameter), names.swift($0.representation)) }
  }

  private func convenience(_ program: MessageProgram, _ out: inout CodeWriter) {
    let arguments = arguments(program)
    out.line()
    out.line("/// Parses a value without tracing.")
    out.block(
      "\(access)init(from reader: inout ByteReader\(arguments.map { ", \($0.name): \($0.type)" }.joined())) "
        + "throws(ParseError)"
    ) { out in
      out.line("var trace = NoTrace()")
      let passed = arguments.map { ", \($0.name): \($0.name)" }.joined()
      out.line("try self.init(from: &reader, trace: &trace\(passed))")
    }
  }

  private func parser(_ program: MessageProgram, _ out: inout CodeWriter) {
    let list = arguments(program).map { ", \($0.name): \($0.type)" }.joined()
    let type = program.type
    let computed = program.instances.compactMap { instance -> ComputedProgram? in
      if case .computed(let computed) = instance, tracer.shows(computed) { computed } else { nil }
    }
    out.line()
    out.line("/// Parses a value and shows its fields to `trace`.")
    // What is a few loads is made where its user wants it, rather than returned.
    if program.isOneRun { out.line("@inline(__always)") }
    out.line("\(access)init<Trace: ParseTrace>(")
    out.line("  from reader: inout ByteReader, trace: inout Trace\(list)")
    out.block(") throws(ParseError)") { out in
      if type.isRecursive { out.line("try reader.enter(\(swiftLiteral(type.spec.name)))") }
      let reads = MessageReadPrinter(names: names, tracer: tracer, owner: type, madeInPlace: program.madeInPlace)
      for step in program.steps { print(step, reads, program, &out) }
      if type.isRecursive { out.line("reader.leave()") }
      for item in program.parameters { assign(names.member(item.parameter), &out) }
      for item in program.handed where item.isKept { assign(name(item, program), &out) }
      for field in program.stored where !program.madeInPlace.contains(ObjectIdentifier(field)) {
        assign(names.member(field), &out)
      }
      for case .parsed(let instance) in program.instances { assign(names.local(instance.attribute, "result"), &out) }
      if !computed.isEmpty { out.line("_showInstances(to: &trace, at: reader.offset)") }
    }
    // Where the parser itself showed them, their closures would keep the value from being made in place.
    guard !computed.isEmpty else { return }
    out.line()
    out.block("private func _showInstances<Trace: ParseTrace>(to trace: inout Trace, at offset: Int)") { out in
      for instance in computed { tracer.instance(instance, &out) }
    }
  }

  func print(
    _ step: MessageProgram.Step, _ reads: MessageReadPrinter, _ program: MessageProgram, _ out: inout CodeWriter
  ) {
    switch step {
    case .run(let fields): reads.run(fields, &out)
    case .read(let field): reads.print(field, &out)
    case .align: out.line("reader.alignToByte()")
    case .compute(let instance): compute(instance, reads, &out)
    case .check(let instance):
      guard let condition = instance.condition else {
        guard instance.attribute.isOptional else { return reads.check(instance, &out) }
        let name = names.member(instance.attribute)
        return out.block("if let \(name) = \(name)") { reads.check(instance, &$0) }
      }
      out.block("if \(reads.expressions.tried(condition))") { out in
        compute(instance, reads, &out)
        reads.check(instance, &out)
      }
    case .parse(let instance): parse(instance, reads, &out)
    }
  }

  private func compute(_ instance: ComputedProgram, _ reads: MessageReadPrinter, _ out: inout CodeWriter) {
    let type = names.swift(instance.representation)
    let isOptional = instance.condition == nil && instance.attribute.isOptional
    out.line(
      "let \(names.member(instance.attribute)): \(type)\(isOptional ? "?" : "") = "
        + reads.expressions.tried(instance.value))
  }

  /// What a parsed instance cannot be is told to who asks for it; only bytes that have not come yet stop the parse.
  private func parse(_ instance: AttributeProgram, _ reads: MessageReadPrinter, _ out: inout CodeWriter) {
    let name = names.local(instance.attribute, "result")
    out.line("let \(name): \(result(instance))")
    out.line("let \(names.local(instance.attribute, "depth")) = trace.depth")
    out.line("do throws(ParseError) {")
    out.indented { out in
      guard let condition = instance.condition else { return place(instance, reads, &out) }
      let label = swiftLiteral(instance.attribute.traceName)
      out.block("if \(reads.expressions.tried(condition))") { out in
        out.line("trace.condition(\(label), true)")
        place(instance, reads, &out)
      } else: { out in
        out.line("trace.condition(\(label), false)")
        out.line("\(name) = .success(nil)")
      }
    }
    out.line("} catch {")
    out.indented { out in
      out.line("if error.isShortage { throw error }")
      out.line("trace.close(to: \(names.local(instance.attribute, "depth")))")
      out.line("\(name) = .failure(error)")
    }
    out.line("}")
  }

  /// Reads an instance at its place.
  private func place(_ instance: AttributeProgram, _ reads: MessageReadPrinter, _ out: inout CodeWriter) {
    let attribute = instance.attribute
    let reader = names.local(attribute, "place")
    if let position = instance.position {
      out.line(
        "var \(reader) = try reader.at(\(reads.expressions.text(position)), \(swiftLiteral(attribute.traceName)))")
    } else {
      out.line("var \(reader) = reader.copy()")
    }
    var inner = reads
    inner.reader = reader
    inner.whole(instance, .constant(names.member(attribute)), &out)
    out.line("reader.close(\(reader))")
    out.line("\(names.local(attribute, "result")) = .success(\(names.member(attribute)))")
  }

  private func assign(_ name: String, _ out: inout CodeWriter) { out.line("self.\(name) = \(name)") }

  // MARK: Instances

  private func print(_ instance: InstanceProgram, _ program: MessageProgram, _ out: inout CodeWriter) {
    let expressions = SwiftExpressionPrinter(
      names: names, values: SwiftExpressionPrinter.Values(owner: program.type))
    let attribute = instance.attribute
    out.line()
    out.doc(attribute.spec.doc)
    out.block("\(access)var \(names.member(attribute)): \(type(attribute))") { out in
      func body(_ out: inout CodeWriter) {
        switch instance {
        case .parsed: out.line("return try \(names.local(attribute, "result")).get()")
        case .computed(let computed):
          if let condition = computed.condition {
            out.line("guard \(expressions.tried(condition)) else { return nil }")
          }
          out.line("return \(expressions.tried(computed.value))")
        }
      }
      if attribute.canThrow { out.block("get throws(ParseError)", body) } else { body(&out) }
    }
  }
}
