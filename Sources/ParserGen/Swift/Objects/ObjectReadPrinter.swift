/// Prints the statements that read one element.
struct ObjectReadPrinter {
  let names: SwiftNames
  let program: ParseProgram

  private var expressions: SwiftExpressionPrinter { SwiftExpressionPrinter(names: names) }

  /// What becomes of a value as soon as there is one, even before an object has been read: what was parsed stays when
  /// the parse fails.
  enum Sink {
    /// It is assigned to a property.
    case property(String)
    /// It is appended to a property's list, or to a local one.
    case list(String)
    case none

    func keep(_ code: String, _ out: inout CodeWriter) {
      switch self {
      case .property(let name): out.line("\(name) = \(code)")
      case .list(let name): out.line("\(name).append(\(code))")
      case .none: break
      }
    }
  }

  /// Reads an element as the constant `element`, which is an optional where no case of a switch may match.
  func print(_ read: ReadProgram, as type: String, isOptional: Bool, _ sink: Sink, _ out: inout CodeWriter) {
    switch read {
    case .choice(let choice): print(choice, as: type, isOptional: isOptional, sink, &out)
    default: print(read, as: type, sink, name: "element", wrap: { $0 }, &out)
    }
  }

  private func print(
    _ read: ReadProgram, as type: String, _ sink: Sink, name: String, wrap: (String) -> String,
    _ out: inout CodeWriter
  ) {
    switch read {
    case .object(let construction):
      out.line("let \(name): \(type) = \(constructed(construction))")
      sink.keep(wrap(name), &out)
      out.line("try \(name).read()")
    case .opaque(let opaque, let arguments, let extent):
      let stream = extent.map(stream) ?? ("io", false)
      let list = ([stream.0] + arguments.map(expressions.text)).joined(separator: ", ")
      out.line("let \(name) = try \(SwiftNames.external(opaque.scope + [opaque.name]))(\(list))")
      sink.keep(wrap(name), &out)
      out.line("try \(name).read()")
    default:
      let code = value(read)
      out.line("let \(name): \(type) = \(code.canThrow ? "try " : "")\(code.text)")
      sink.keep(wrap(name), &out)
      guard case .contents(let bytes) = read else { return }
      // What is there instead stays, as a violated constraint's value does.
      out.block("if \(name) != (\(swiftBytes(bytes)) as [UInt8])") { out in
        out.line(
          "throw violation(.notEqual, \"contents\", \(name).withBytes(hexText), at: io.offset - \(bytes.count))")
      }
    }
  }

  // MARK: Switches

  private func print(
    _ program: ChoiceProgram, as type: String, isOptional: Bool, _ sink: Sink, _ out: inout CodeWriter
  ) {
    out.line("let element: \(type)\(isOptional ? "?" : "")")
    let conditional = program.branches.filter { $0.condition != nil }
    let conditions = conditional.compactMap(\.condition).map(expressions.condition)
    if !conditional.isEmpty {
      out.line(expressions.selector(program.selector, for: conditions))
    }
    for (index, branch) in conditional.enumerated() {
      out.line("\(index == 0 ? "" : "} else ")if \(conditions[index]) {")
      out.indented { print(branch, of: program, sink, &$0) }
    }
    let fallback = program.branches.first { $0.condition == nil }
    if fallback == nil, !isOptional { return out.line("}") }
    if !conditional.isEmpty { out.line("} else {") }
    func last(_ out: inout CodeWriter) {
      if let fallback { return print(fallback, of: program, sink, &out) }
      out.line("element = nil")
      if case .list = sink { sink.keep("nil", &out) }
    }
    if conditional.isEmpty { last(&out) } else { out.indented(last) }
    if !conditional.isEmpty { out.line("}") }
  }

  private func print(
    _ branch: ChoiceProgram.Branch, of program: ChoiceProgram, _ sink: Sink, _ out: inout CodeWriter
  ) {
    let own = Representation(branch.from)
    func wrap(_ code: String) -> String {
      if let alternative = branch.alternative {
        let name = names.alternative(program.choice, alternative)
        return "\(names.path(program.choice)).\(SwiftNames.quoted(name))(\(code))"
      }
      guard let joined = program.joined else { return code }
      let range = branch.from.range
      let value = ProgramExpression(.part, own, range: range, canThrow: false)
      return expressions.text(ExpressionLowering().convert(value, from: branch.from, to: joined))
    }
    print(
      branch.read, as: readType(branch.read, own), .none, name: "part", wrap: wrap,
      beforeReading: { out in
        out.line("element = \(wrap("part"))")
        sink.keep("element", &out)
      }, &out)
  }

  /// A branch's own type: what is read may be narrower than what all branches have in common.
  private func readType(_ read: ReadProgram, _ representation: Representation) -> String {
    names.swift(representation)
  }

  private func print(
    _ read: ReadProgram, as type: String, _ sink: Sink, name: String, wrap: (String) -> String,
    beforeReading: (inout CodeWriter) -> Void, _ out: inout CodeWriter
  ) {
    switch read {
    case .object(let construction):
      out.line("let \(name): \(type) = \(constructed(construction))")
      beforeReading(&out)
      out.line("try \(name).read()")
    default:
      print(read, as: type, sink, name: name, wrap: wrap, &out)
      beforeReading(&out)
    }
  }

  // MARK: Values

  private func value(_ read: ReadProgram) -> (text: String, canThrow: Bool) {
    switch read {
    case .integer(_, let bytes, let isSigned, let order):
      return (number("\(isSigned ? "S" : "U")\(bytes)", bytes, order), true)
    case .float(let bytes, let order): return (number("F\(bytes)", bytes, order), true)
    case .bits(let count, let order, let width, let isBoolean):
      let bits = "io.readBits\(order == .little ? "LE" : "BE")(\(count))"
      if isBoolean { return ("(\(bits) != 0)", true) }
      return ("\(width.rawValue)(truncatingIfNeeded: \(bits))", true)
    case .contents(let bytes): return ("io.readBytes(\(bytes.count))", true)
    case .bytes(let extent): return bytes(extent)
    case .text(let extent, let encoding):
      return ("Text.decode(\(bytes(extent).text), encoding: \(swiftLiteral(encoding)))", true)
    case .enumerated(let inner, let spec):
      let inner = value(inner)
      let raw = names.rawType(spec).rawValue
      return ("\(names.path(spec))(rawValue: \(raw)(truncatingIfNeeded: \(inner.text)))", inner.canThrow)
    case .object, .opaque, .choice: return ("()", false)
    }
  }

  private func number(_ name: String, _ bytes: Int, _ order: ByteOrder) -> String {
    if bytes == 1 { return "io.read\(name)()" }
    switch order {
    case .fixed(.little): return "io.read\(name)le()"
    case .fixed(.big): return "io.read\(name)be()"
    case .computed: return "(known(self.isLittleEndian, \"endian\") ? io.read\(name)le() : io.read\(name)be())"
    }
  }

  private func bytes(_ extent: Extent) -> (text: String, canThrow: Bool) {
    var text: String
    var canThrow = true
    let terminator = extent.terminator.map(swiftBytes) ?? "[]"
    switch extent.kind {
    case .size(let size): text = "io.readBytes(\(expressions.text(size)))"
    case .toEnd: text = "io.readBytesToEnd()"
    case .terminated:
      text =
        "io.readBytes(until: \(terminator), include: \(extent.include), consume: \(extent.consume), "
        + "required: \(extent.requiresTerminator))"
    }
    if let padding = extent.strippedPadding {
      text = "Bytes.stripRight(\(text), padding: \(padding))"
    }
    if extent.terminator != nil {
      if case .terminated = extent.kind {
      } else {
        text = "Bytes.terminate(\(text), by: \(terminator), include: \(extent.include))"
      }
    }
    if let process = extent.process {
      text = expressions.transformed(text, by: process)
      canThrow = true
    }
    return (text, canThrow)
  }

  /// Code of the stream of an element's bytes.
  private func stream(_ extent: Extent) -> (String, Bool) {
    if extent.isPlain {
      switch extent.kind {
      case .size(let size): return ("io.substream(\(expressions.text(size)))", true)
      case .toEnd: return ("io.substreamToEnd()", false)
      case .terminated: break
      }
    }
    if case .terminated = extent.kind, extent.process == nil, extent.padding == nil {
      let terminator = extent.terminator.map(swiftBytes) ?? "[]"
      return (
        "io.substream(until: \(terminator), include: \(extent.include), consume: \(extent.consume), "
          + "required: \(extent.requiresTerminator))", true
      )
    }
    return ("ByteStream(\(bytes(extent).text), within: io)", true)
  }

  // MARK: Objects

  private func constructed(_ construction: ConstructionProgram) -> String {
    var canThrow = construction.arguments.contains(where: \.canThrow)
    var arguments: [String] = []
    if let extent = construction.extent {
      let inner = stream(extent)
      arguments.append("stream: \(inner.0)")
      canThrow = canThrow || inner.1
    } else {
      arguments.append("stream: io")
    }
    switch construction.parent {
    case .this: arguments.append("parent: self")
    case .none: arguments.append("parent: nil")
    case .value(let parent):
      arguments.append("parent: \(expressions.text(parent))")
      canThrow = canThrow || parent.canThrow
    }
    arguments.append("root: \(construction.isForeign ? "nil" : "self.__root")")
    if ObjectPrinter.takesEndianness(construction.type) {
      let isKnown = program.endianness != nil || program.inheritsEndianness
      arguments.append("isLittleEndian: \(isKnown ? "self.isLittleEndian" : "nil")")
    }
    for (parameter, value) in zip(construction.type.parameters, construction.arguments) {
      arguments.append("\(names.label(parameter)): \(expressions.text(value))")
    }
    return "\(canThrow ? "try " : "")\(names.path(construction.type))(\(arguments.joined(separator: ", ")))"
  }
}
