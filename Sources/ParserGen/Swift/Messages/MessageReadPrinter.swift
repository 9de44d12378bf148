/// Prints the statements that read an attribute of a message.
///
/// Names of helper constants have an underscore, which no name made from a description has.
struct MessageReadPrinter {
  let names: SwiftNames
  let tracer: TracePrinter
  /// Of the attributes.
  let owner: TypeDeclaration
  /// Those of the attributes whose values go into their properties at once.
  var madeInPlace: Set<ObjectIdentifier> = []
  /// Code of the stream that is read from.
  var reader = "reader"
  /// Code of the place in a repetition.
  var index = "elementIndex"

  var expressions: SwiftExpressionPrinter {
    SwiftExpressionPrinter(
      names: names, values: SwiftExpressionPrinter.Values(owner: owner, index: index, reader: reader))
  }

  // MARK: Runs of fixed-size fields

  func run(_ fields: [AttributeProgram], _ out: inout CodeWriter) {
    let sizes = fields.map { $0.attribute.runSize ?? 0 }
    let total = sizes.reduce(0, +)
    let list = zip(fields, sizes).map { "\($0.attribute.traceName):\($1)" }.joined(separator: " ")
    let run = "run_\(fields[0].attribute.place)"
    out.line("let \(run) = try \(reader).run(\(total), \(swiftLiteral(list)))")
    var start = 0
    for (field, size) in zip(fields, sizes) {
      let offset = "\(start)"
      let place = Place(offset: "\(reader).offset - \(total - start)", length: "\(size)", index: "nil")
      let attribute = field.attribute
      if case .contents(let bytes) = field.read {
        contents(attribute, bytes, run, offset, place, &out)
      } else if !attribute.spec.isNamed, field.checks.isEmpty {
        let code = "(\(value(field.read, run, offset)) as \(names.swift(field.element)))"
        tracer.field(attribute, attribute.elementType, code, place, &out)
      } else {
        let name = names.member(attribute)
        out.line("let \(name): \(names.swift(field.element)) = \(value(field.read, run, offset))")
        finish(field, name, attribute.elementType, place, &out)
      }
      start += size
    }
  }

  /// Where a value goes.
  enum Target {
    /// Into a new constant.
    case constant(String)
    /// Into a constant or a property that is declared already.
    case declared(String)

    var name: String {
      switch self {
      case .constant(let name), .declared(let name): name
      }
    }

    /// Code of a statement.
    func assigned(_ value: String) -> String {
      if case .constant = self { "let \(name) = \(value)" } else { "\(name) = \(value)" }
    }
  }

  /// Where an element is, as code.
  struct Place {
    /// From the message's first byte.
    var offset: String
    var length: String
    /// In a repetition; `nil` outside of one.
    var index: String
  }

  func contents(
    _ attribute: AttributeDeclaration, _ bytes: [UInt8], _ run: String, _ offset: String, _ place: Place,
    _ out: inout CodeWriter
  ) {
    let isText = bytes.allSatisfy { (0x20..<0x7F).contains($0) }
    let holds =
      isText
      ? "\(run).holds(\(swiftLiteral(String(decoding: bytes, as: UTF8.self))), count: \(bytes.count), at: \(offset))"
      : "\(run).holds(\(swiftBytes(bytes)), at: \(offset))"
    let label = swiftLiteral(attribute.traceName)
    out.block("guard \(holds) else") { out in
      out.line("throw ParseError(.unexpectedContents, field: \(label), offset: \(place.offset))")
    }
    out.line(tracer.plain(attribute, ".bytes(\(swiftBytes(bytes)))", place))
  }

  /// Code of a value of fixed size in a run.
  func value(_ read: ReadProgram, _ run: String, _ offset: String) -> String {
    switch read {
    case .integer(_, let bytes, let isSigned, let order):
      if bytes == 1 { return "\(run).\(isSigned ? "signedByte" : "byte")(\(offset))" }
      return "\(run).\(name(order))(\(offset))"
    case .float(let bytes, let order):
      let code = "\(run).\(name(order))\(bytes == 4 ? "Float" : "Double")(\(offset))"
      return bytes == 4 ? "Double(\(code))" : code
    case .enumerated(let inner, let spec):
      var type = ""
      if case .integer(let width, _, _, _) = inner { type = " as \(width.rawValue)" }
      let value = "truncatingIfNeeded: \(value(inner, run, offset))\(type)"
      return "\(names.path(spec))(rawValue: \(names.rawType(spec).rawValue)(\(value)))"
    default: return "\(run).bytes(\(offset))"
    }
  }

  private func name(_ order: ByteOrder) -> String {
    if case .fixed(.big) = order { "big" } else { "little" }
  }

  // MARK: Whole attributes

  /// Prints statements that end with the attribute's value in its property, where it is made in place, or else in a
  /// constant of its name.
  func print(_ field: AttributeProgram, _ out: inout CodeWriter) {
    let attribute = field.attribute
    let isInPlace = madeInPlace.contains(ObjectIdentifier(attribute))
    let name = isInPlace ? "self.\(names.member(attribute))" : names.member(attribute)
    let target = isInPlace ? Target.declared(name) : .constant(name)
    guard let condition = field.condition else { return whole(field, target, &out) }
    let label = swiftLiteral(attribute.traceName)
    guard attribute.spec.isNamed else {
      return out.block("if \(expressions.tried(condition))") { out in
        out.line("trace.condition(\(label), true)")
        whole(field, target, &out)
      } else: { out in
        out.line("trace.condition(\(label), false)")
      }
    }
    if !isInPlace { out.line("let \(name): \(names.optional(field.representation))") }
    out.block("if \(expressions.tried(condition))") { out in
      out.line("trace.condition(\(label), true)")
      whole(field, isInPlace ? target : .constant("present"), &out)
      if !isInPlace { out.line("\(name) = present") }
    } else: { out in
      out.line("trace.condition(\(label), false)")
      out.line("\(name) = nil")
    }
  }

  /// The attribute with its repetition, but without its condition.
  func whole(_ field: AttributeProgram, _ place: Target, _ out: inout CodeWriter) {
    let target = place.name
    defer { if !field.attribute.spec.isNamed { out.line("_ = \(target)") } }
    let type = names.swift(field.isElementOptional ? .optional(field.element) : field.element)
    let label = swiftLiteral(field.attribute.traceName)
    var end: ProgramExpression?
    switch field.loop {
    case .once: return element(field, place, index: "nil", &out)
    case .inline(let count):
      let list = "InlineArray<\(count), \(type)>"
      out.line("let \(target) = try \(list) { (elementIndex: Int) throws(ParseError) -> \(type) in")
      out.indented { out in
        element(field, .constant("element"), index: "elementIndex", &out)
        out.line("return element")
      }
      return out.line("}")
    case .count(let count):
      let number = names.local(field.attribute, "count")
      let size = field.attribute.minimumElementSize
      out.line("let \(number) = \(expressions.tried(count))")
      out.line("try \(reader).require(\(number), of: \(size), \(label))")
      out.line("var \(target): [\(type)] = []")
      if size > 0 { out.line("\(target).reserveCapacity(\(number))") }
      if let size = self.size(field.read, field.element), field.checks.isEmpty, !field.isElementOptional {
        return list(field, target, count: number, size, &out)
      }
      return out.block("for elementIndex in 0..<\(number)") { out in
        out.line("let elementStart = \(reader).position")
        element(field, .constant("element"), index: "elementIndex", &out)
        out.line("\(target).append(element)")
        // Elements without bytes would let a count from the wire decide the time that is spent.
        out.line("if elementIndex >= 65536 { try \(reader).requireProgress(since: elementStart, \(label)) }")
      }
    case .toEnd: break
    case .until(let condition, _): end = condition
    }
    out.line("var \(target): [\(type)] = []")
    out.block("while \(end == nil ? "!(try \(reader).isAtEnd())" : "true")") { out in
      out.line("let (elementStart, elementIndex) = (\(reader).position, \(target).count)")
      element(field, .constant("element"), index: "elementIndex", &out)
      out.line("\(target).append(element)")
      if let end { out.line("if \(expressions.tried(end)) { break }") }
      out.line("try \(reader).requireProgress(since: elementStart, \(label))")
    }
  }

  /// The elements of a list that are all of one size, after one check of bounds.
  private func list(
    _ field: AttributeProgram, _ target: String, count: String, _ size: Int, _ out: inout CodeWriter
  ) {
    let attribute = field.attribute
    let run = names.local(attribute, "run")
    out.line(
      "let \(run) = try \(reader).run(\(count) * \(size), \(swiftLiteral("\(attribute.traceName):\(size)")))")
    out.block("for elementIndex in 0..<\(count)") { out in
      let place = Place(
        offset: "\(reader).offset - (\(count) - elementIndex) * \(size)", length: "\(size)", index: "elementIndex")
      if case .contents(let bytes) = field.read {
        contents(attribute, bytes, run, "elementIndex * \(size)", place, &out)
        return out.line("\(target).append(\(swiftBytes(bytes)))")
      }
      let value = value(field.read, run, "elementIndex * \(size)")
      out.line("let element: \(names.swift(field.element)) = \(value)")
      finish(field, "element", attribute.elementType, place, &out)
      out.line("\(target).append(element)")
    }
  }

  // MARK: Elements

  /// Reads one element. What is no object goes into a new constant.
  func element(_ field: AttributeProgram, _ target: Target, index: String, _ out: inout CodeWriter) {
    let attribute = field.attribute
    switch field.read {
    case .choice(let choice):
      print(choice, field, target, index, &out)
      check(field, target.name, attribute.elementType, here(index), &out)
    case .object(let construction):
      object(construction, attribute, index, target.assigned, &out)
      check(field, target.name, attribute.elementType, here(index), &out)
    default:
      let place = plain(field.read, field.element, attribute, target.name, index, &out)
      if case .contents = field.read { return }
      finish(field, target.name, attribute.elementType, place, &out)
    }
  }

  /// Where the stream stands.
  private func here(_ index: String) -> Place { Place(offset: "\(reader).offset", length: "0", index: index) }

  /// Reads what is no object into a new constant.
  func plain(
    _ read: ReadProgram, _ type: Representation, _ attribute: AttributeDeclaration, _ target: String, _ index: String,
    _ out: inout CodeWriter
  ) -> Place {
    let label = swiftLiteral(attribute.traceName)
    if let size = size(read, type) {
      let run = names.local(attribute, "run")
      let place = Place(offset: "\(reader).offset - \(size)", length: "\(size)", index: index)
      out.line("let \(run) = try \(reader).run(\(size), \(swiftLiteral("\(attribute.traceName):\(size)")))")
      if case .contents(let bytes) = read {
        contents(attribute, bytes, run, "0", place, &out)
        out.line("let \(target) = \(swiftBytes(bytes)) as [UInt8]")
      } else {
        out.line("let \(target): \(names.swift(type)) = \(value(read, run, "0"))")
      }
      return place
    }
    let start = names.local(attribute, "start")
    out.line("let \(start) = \(reader).\(isBits(read) ? "bitOffset" : "offset")")
    switch read {
    case .text(let extent, let encoding):
      let bytes = names.local(attribute, "bytes")
      out.line("let \(bytes) = \(self.bytes(extent, label))")
      if let known = Self.exactEncoding(encoding) {
        out.line("let \(target) = try \(reader).text(\(bytes), .\(known), \(label))")
      } else {
        out.line("let \(target) = try Text.decode(\(bytes), encoding: \(swiftLiteral(encoding)))")
      }
    case .bytes(let extent): out.line("let \(target) = \(bytes(extent, label))")
    default: out.line("let \(target): \(names.swift(type)) = \(bits(read, label))")
    }
    return Place(offset: start, length: "\(reader).offset - \(start)", index: index)
  }

  /// The runtime's name of an encoding whose invalid bytes are an error; what the C library decodes replaces them.
  private static func exactEncoding(_ text: String) -> String? {
    switch text.uppercased().filter({ $0 != "-" && $0 != "_" }) {
    case "ASCII", "USASCII": "ascii"
    case "UTF8": "utf8"
    case "UTF16LE": "utf16Little"
    case "UTF16BE": "utf16Big"
    case "ISO88591", "LATIN1": "latin1"
    default: nil
    }
  }

  /// Bytes, where they are the same for every value.
  private func size(_ read: ReadProgram, _ type: Representation) -> Int? {
    switch read {
    case .integer(_, let bytes, _, _), .float(let bytes, _): return bytes
    case .contents(let bytes): return bytes.count
    case .enumerated(let inner, _): return size(inner, type)
    case .bytes: if case .fixedBytes(let count) = type { return count } else { return nil }
    default: return nil
    }
  }

  private func isBits(_ read: ReadProgram) -> Bool {
    switch read {
    case .bits: true
    case .enumerated(let inner, _): isBits(inner)
    default: false
    }
  }

  private func bits(_ read: ReadProgram, _ label: String) -> String {
    switch read {
    case .bits(let count, let order, let width, let isBoolean):
      let code = "try \(reader).bits(\(count), isBigEndian: \(order == .big), \(label))"
      return isBoolean ? "\(code) != 0" : "\(width.rawValue)(truncatingIfNeeded: \(code))"
    case .enumerated(let inner, let spec):
      return "\(names.path(spec))(rawValue: \(names.rawType(spec).rawValue)(truncatingIfNeeded: \(bits(inner, label))))"
    default: return "()"
    }
  }

  // MARK: Traces and checks

  private func finish(
    _ field: AttributeProgram, _ value: String, _ type: DataType, _ place: Place, _ out: inout CodeWriter
  ) {
    tracer.field(field.attribute, type, value, place, &out)
    check(field, value, type, place, &out)
  }

  private func check(
    _ field: AttributeProgram, _ value: String, _ type: DataType, _ place: Place, _ out: inout CodeWriter
  ) {
    let subject = MessageCheckPrinter.Subject(
      name: field.attribute.traceName, value: value, type: type, offset: place.offset, length: place.length)
    MessageCheckPrinter(expressions: expressions).print(field.checks, subject, &out)
  }

  /// The checks of a computed instance, which is a constant.
  func check(_ instance: ComputedProgram, _ out: inout CodeWriter) {
    let subject = MessageCheckPrinter.Subject(
      name: instance.attribute.name, value: names.member(instance.attribute), type: instance.attribute.type,
      offset: "\(reader).offset", length: "0")
    MessageCheckPrinter(expressions: expressions).print(instance.checks, subject, &out)
  }
}
