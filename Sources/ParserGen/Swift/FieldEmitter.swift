/// Writes the statements that read a field.
///
/// Names of helper constants have an underscore, which no name made from a description has.
struct FieldEmitter {
  let emitter: ExpressionEmitter
  let tracer: TraceEmitter
  /// Code of the arguments that hand down what a type needs of its ancestors.
  let needs: (ResolvedType) -> [String]

  // MARK: Runs of fixed-size fields

  /// Bytes of a field that can be part of a run; nil for one that cannot.
  static func runSize(_ field: Field) -> Int? {
    guard field.condition == nil, field.repetition == nil else { return nil }
    switch (field.format, field.elementType, field.sizing) {
    case (.integer(let bytes, _, _), _, .natural), (.float(let bytes, _), _, .natural): return bytes
    case (.contents(let bytes), _, _): return bytes.count
    case (.bytes, .bytes(let count?), _): return count
    default: return nil
    }
  }

  func emitRun(_ fields: [Field], _ out: inout SwiftWriter) {
    let sizes = fields.map { Self.runSize($0) ?? 0 }
    let total = sizes.reduce(0, +)
    let list = zip(fields, sizes).map { "\($0.name):\($1)" }.joined(separator: " ")
    let run = "run_\(fields[0].index)"
    out.line("let \(run) = try reader.run(\(total), \(swiftLiteral(list)))")
    var offset = 0
    for (field, size) in zip(fields, sizes) {
      let place = "reader.offset - \(total - offset)"
      if case .contents(let bytes) = field.format {
        emitContents(field, bytes, "\(run)", offset, place, &out)
      } else if !field.spec.isNamed, field.constraint == nil {
        let code = "(\(value(field, run, offset)) as \(field.elementType.swift))"
        tracer.field(field, code, index: "nil", at: place, length: "\(size)", &out)
      } else {
        let name = SwiftNames.member(field.name)
        out.line("let \(name): \(field.elementType.swift) = \(value(field, run, offset))")
        tracer.field(field, name, index: "nil", at: place, length: "\(size)", &out)
        check(field, name, at: place, length: "\(size)", &out)
      }
      offset += size
    }
  }

  private func emitContents(
    _ field: Field, _ bytes: [UInt8], _ run: String, _ offset: Int, _ place: String, _ out: inout SwiftWriter
  ) {
    let isText = bytes.allSatisfy { (0x20..<0x7F).contains($0) }
    let holds =
      isText
      ? "\(run).holds(\(swiftLiteral(String(decoding: bytes, as: UTF8.self))), count: \(bytes.count), at: \(offset))"
      : "\(run).holds(\(swiftBytes(bytes)), at: \(offset))"
    out.block("guard \(holds) else") { out in
      out.line("throw ParseError(.unexpectedContents, field: \(swiftLiteral(field.name)), offset: \(place))")
    }
    out.line(
      tracer.plain(
        field.name, ".bytes(\(swiftBytes(bytes)))", index: "nil", at: place, length: String(bytes.count)))
  }

  func value(_ field: Field, _ run: String, _ offset: Int) -> String {
    let raw: String
    let type: String
    switch field.format {
    case .integer(let bytes, let isSigned, let order):
      type = IntegerRange(bytes: bytes, isSigned: isSigned).swift
      raw =
        switch (bytes, isSigned) {
        case (1, false): "\(run).byte(\(offset))"
        case (1, true): "\(run).signedByte(\(offset))"
        default: "\(run).\(order == .big ? "big" : "little")(\(offset))"
        }
    case .float(let bytes, let order):
      let name = (order == .big ? "big" : "little") + (bytes == 4 ? "Float" : "Double")
      return bytes == 4 ? "Double(\(run).\(name)(\(offset)))" : "\(run).\(name)(\(offset))"
    default: return "\(run).bytes(\(offset))"
    }
    guard case .enumeration(let spec, _) = field.elementType else { return raw }
    return "\(SwiftNames.path(spec))(rawValue: Int(truncatingIfNeeded: \(raw) as \(type)))"
  }

  // MARK: Other fields

  /// Writes statements that end with the field's value in a constant of its name.
  func emit(_ field: Field, _ out: inout SwiftWriter) {
    let name = SwiftNames.member(field.name)
    let type = field.type.swift + (field.isOptional ? "?" : "")
    guard let condition = field.condition else {
      emitWhole(field, name, &out)
      return
    }
    let code = emitter.emit(condition)
    let label = swiftLiteral(field.name)
    guard field.spec.isNamed else {
      return out.block("if \(code.tried)") { out in
        out.line("trace.condition(\(label), true)")
        emitWhole(field, name, &out)
      } else: { out in
        out.line("trace.condition(\(label), false)")
      }
    }
    out.line("let \(name): \(type)")
    out.block("if \(code.tried)") { out in
      out.line("trace.condition(\(label), true)")
      emitWhole(field, "present", &out)
      out.line("\(name) = present")
    } else: { out in
      out.line("trace.condition(\(label), false)")
      out.line("\(name) = nil")
    }
  }

  /// The field with its repetition, but without its condition.
  private func emitWhole(_ field: Field, _ target: String, _ out: inout SwiftWriter) {
    guard let repetition = field.repetition else {
      emitElement(field, target, index: "nil", &out)
      if !field.spec.isNamed { out.line("_ = \(target)") }
      return
    }
    let element = field.elementType.swift
    let label = swiftLiteral(field.name)
    if case .fixed(let count) = repetition {
      let type = "InlineArray<\(count), \(element)>"
      out.line("let \(target) = try \(type) { (elementIndex: Int) throws(ParseError) -> \(element) in")
      out.indented { out in
        emitElement(field, "element", index: "elementIndex", &out)
        out.line("return element")
      }
      out.line("}")
      if !field.spec.isNamed { out.line("_ = \(target)") }
      return
    }
    if case .count(let count) = repetition {
      out.line("let \(SwiftNames.plain(field.name))_count = \(emitter.int(count).tried)")
      out.line("try reader.require(\(SwiftNames.plain(field.name))_count, of: \(minimumSize(field)), \(label))")
    }
    out.line("var \(target): [\(element)] = []")
    switch repetition {
    case .count:
      let count = "\(SwiftNames.plain(field.name))_count"
      if minimumSize(field) > 0 { out.line("\(target).reserveCapacity(\(count))") }
      out.block("for elementIndex in 0..<\(count)") { out in
        out.line("let elementStart = reader.position")
        emitElement(field, "element", index: "elementIndex", &out)
        out.line("\(target).append(element)")
        // Elements without bytes would let a count from the wire decide the time that is spent.
        out.line("if elementIndex >= 65536 { try reader.requireProgress(since: elementStart, \(label)) }")
      }
    case .toEnd:
      out.block("while !(try reader.isAtEnd())") { out in
        out.line("let (elementStart, elementIndex) = (reader.position, \(target).count)")
        emitElement(field, "element", index: "elementIndex", &out)
        out.line("\(target).append(element)")
        out.line("try reader.requireProgress(since: elementStart, \(label))")
      }
    case .until(let end):
      out.block("while true") { out in
        out.line("let (elementStart, elementIndex) = (reader.position, \(target).count)")
        emitElement(field, "element", index: "elementIndex", &out)
        out.line("\(target).append(element)")
        out.line("if \(emitter.emit(end).tried) { break }")
        out.line("try reader.requireProgress(since: elementStart, \(label))")
      }
    case .fixed: break
    }
    if !field.spec.isNamed { out.line("_ = \(target)") }
  }

  private func minimumSize(_ field: Field) -> Int {
    switch (field.sizing, field.format) {
    case (.constant(let size), _): size
    case (.natural, .integer(let bytes, _, _)), (.natural, .float(let bytes, _)): bytes
    case (.natural, .user(let type, _)): type.minimumSize
    default: 0
    }
  }

  /// Reads one element into a new constant.
  func emitElement(_ field: Field, _ target: String, index: String, _ out: inout SwiftWriter) {
    let label = swiftLiteral(field.name)
    let start = SwiftNames.plain(field.name) + "_start"
    switch field.format {
    case .integer, .float, .contents:
      emitScalar(field, target, index, &out)
      return
    case .bytes where { if case .bytes(_?) = field.elementType { true } else { false } }():
      emitScalar(field, target, index, &out)
      return
    case .bytes:
      out.line("let \(start) = reader.offset")
      out.line("let \(target) = \(bytes(field))")
    case .string(let encoding):
      out.line("let \(start) = reader.offset")
      out.line("let \(SwiftNames.plain(field.name))_bytes = \(bytes(field))")
      out.line(
        "let \(target) = try reader.text(\(SwiftNames.plain(field.name))_bytes, .\(encoding), \(label))")
    case .user(let type, let arguments):
      emitSized(field, &out) { reader, out in
        emitUser(type, arguments, label, target, index, reader, &out)
      }
      if case .natural = field.sizing {} else { out.line("reader.close(\(SwiftNames.plain(field.name))_reader)") }
      if field.constraint != nil {
        out.line("let \(start) = reader.offset")
        check(field, target, at: start, length: "0", &out)
      }
      return
    case .choice(let choice):
      emitSized(field, &out) { reader, out in emitChoice(choice, field, target, index, reader, &out) }
      if case .natural = field.sizing {} else { out.line("reader.close(\(SwiftNames.plain(field.name))_reader)") }
      return
    }
    tracer.field(field, target, index: index, at: start, length: "reader.offset - \(start)", &out)
    check(field, target, at: start, length: "reader.offset - \(start)", &out)
  }

  private func emitScalar(_ field: Field, _ target: String, _ index: String, _ out: inout SwiftWriter) {
    let size: Int
    switch field.format {
    case .integer(let bytes, _, _), .float(let bytes, _): size = bytes
    case .contents(let bytes): size = bytes.count
    default: if case .bytes(let count?) = field.elementType { size = count } else { size = 0 }
    }
    let run = SwiftNames.plain(field.name) + "_run"
    out.line("let \(run) = try reader.run(\(size), \(swiftLiteral("\(field.name):\(size)")))")
    if case .contents(let bytes) = field.format {
      emitContents(field, bytes, run, 0, "reader.offset - \(size)", &out)
      out.line("let \(target) = \(swiftBytes(bytes)) as [UInt8]")
      return
    }
    out.line("let \(target): \(field.elementType.swift) = \(value(field, run, 0))")
    tracer.field(field, target, index: index, at: "reader.offset - \(size)", length: "\(size)", &out)
    check(field, target, at: "reader.offset - \(size)", length: "\(size)", &out)
  }

  private func bytes(_ field: Field) -> String {
    let label = swiftLiteral(field.name)
    let spec = field.spec
    var code: String
    switch field.sizing {
    case .constant(let size): code = "try reader.bytes(\(size), \(label))"
    case .computed(let size):
      let size = emitter.int(size)
      code = "try reader.bytes(\(size.text), \(label))"
    case .terminated(let terminator):
      return
        "try reader.bytes(until: \(terminator.byte), include: \(terminator.include), consume: \(terminator.consume), "
        + "required: \(terminator.required), \(label))"
    case .toEnd, .natural: code = "try reader.bytesToEnd(\(label))"
    }
    if let terminator = field.terminator {
      code += ".terminated(by: \(terminator.byte), include: \(terminator.include))"
    }
    if let pad = spec.padRight { code += ".strippingPadding(\(pad))" }
    return code
  }

  // MARK: Checks

  func check(_ field: Field, _ value: String, at place: String, length: String, _ out: inout SwiftWriter) {
    guard let constraint = field.constraint else { return }
    ConstraintEmitter(emitter: emitter).emit(
      constraint,
      ConstraintEmitter.Subject(
        name: field.name, value: value, type: field.elementType, offset: place, length: length,
        isFatal: field.decidesLayout), &out)
  }
}
