/// Prints the class of a type: its properties, its parser, its instances.
struct ObjectPrinter {
  /// Empty, or ends with a space.
  let access: String
  let names: SwiftNames
  /// nil where objects need not be shown to a dump.
  let dump: ObjectDumpPrinter?

  private var expressions: SwiftExpressionPrinter { SwiftExpressionPrinter(names: names) }

  /// Whether a type's byte order is found out by a type around it.
  static func takesEndianness(_ type: TypeDeclaration) -> Bool {
    guard let (endian, owner) = type.inherited(\.endian), case .computed = endian else { return false }
    return owner !== type
  }

  /// Prints a type with all that is declared in it.
  func print(_ type: TypeDeclaration, _ out: inout CodeWriter) {
    let program = ProgramLowering().lower(type)
    out.doc(type.spec.doc, fallback: "`\(type.spec.name)` of the description.")
    out.block("\(access)final class \(names.name(type)): \(dump == nil ? "ParsedObject" : "DumpableObject")") { out in
      properties(program, &out)
      initializer(program, &out)
      parser(program, &out)
      for (index, field) in program.fields.enumerated() { print(field, index, program, &out) }
      for (index, instance) in program.instances.enumerated() { print(instance, index, program, &out) }
      if let text = program.text { description(text, &out) }
      dump?.print(program, &out)
      for spec in type.spec.enums {
        out.line()
        EnumPrinter(access: access, names: names).print(spec, &out)
      }
      for choice in program.choices {
        out.line()
        ObjectChoicePrinter(access: access, names: names, dump: dump).print(choice, &out)
      }
      for inner in type.types {
        out.line()
        print(inner, &out)
      }
    }
  }

  // MARK: Properties

  private func properties(_ program: ParseProgram, _ out: inout CodeWriter) {
    out.line("\(access)static let typeName = \(swiftLiteral(program.type.qualifiedName))")
    out.line("\(access)let stream: ByteStream")
    out.line("\(access)private(set) weak var parentObject: (any ParsedObject)?")
    out.line("fileprivate weak var rootObject: (any ParsedObject)?")
    out.line("\(access)let startPosition: Int")
    let own = program.type.isRoot ? " ?? self" : ""
    out.line("fileprivate var __root: (any ParsedObject)? { rootObject\(own) }")
    if program.endianness != nil || program.inheritsEndianness {
      out.line("/// Whether numbers begin with their lowest byte; nil as long as that is not decided.")
      out.line("\(access)private(set) var isLittleEndian: Bool?")
    }
    if dump != nil {
      out.line("private(set) var currentMember: (name: StaticString, index: Int?)?")
      out.line("fileprivate var __spans: [String: (start: Int, end: Int)] = [:]")
    }
    for parameter in program.parameters {
      let storage = names.storage(parameter.parameter)
      if parameter.representation.isReference {
        out.line("fileprivate weak var \(storage): \(names.optional(parameter.representation))")
      } else {
        out.line("fileprivate let \(storage): \(names.swift(parameter.representation))")
      }
      out.doc(parameter.parameter.spec.doc)
      let type =
        parameter.representation.isReference
        ? names.optional(parameter.representation) : names.swift(parameter.representation)
      out.line("\(access)var \(names.member(parameter.parameter)): \(type) { \(storage) }")
    }
    for field in program.fields where field.attribute.spec.isNamed {
      let storage = names.storage(field.attribute)
      out.line("fileprivate var \(storage): \(names.optional(field.representation))")
      out.doc(field.attribute.spec.doc)
      let name = names.member(field.attribute)
      if field.attribute.isOptional {
        out.line("\(access)var \(name): \(names.optional(field.representation)) { \(storage) }")
      } else {
        out.line("\(access)var \(name): \(names.swift(field.representation)) { parsed(\(storage)) }")
      }
    }
  }

  private func initializer(_ program: ParseProgram, _ out: inout CodeWriter) {
    let parameters = program.parameters.enumerated().map { index, parameter in
      (label: names.label(parameter.parameter), name: "argument\(index)", parameter: parameter)
    }
    let declared = parameters.map { ", \($0.label) \($0.name): \(names.swift($0.parameter.representation))" }.joined()
    out.line()
    if program.type.isRoot {
      let path = names.path(program.type)
      out.line("/// Parses a value from the first of these bytes on.")
      out.block("\(access)static func parse(_ bytes: [UInt8]\(declared)) throws(ParseError) -> \(path)") { out in
        let passed = parameters.map { ", \($0.label): \($0.name)" }.joined()
        let endian = Self.takesEndianness(program.type) ? ", isLittleEndian: nil" : ""
        out.line("let object = \(path)(stream: ByteStream(bytes), parent: nil, root: nil\(endian)\(passed))")
        out.line("try object.read()")
        out.line("return object")
      }
      out.line()
    }
    let endian = Self.takesEndianness(program.type) ? ", isLittleEndian: Bool?" : ""
    out.line("/// An object that has not been read yet.")
    out.block(
      "\(access)init(stream: ByteStream, parent: (any ParsedObject)?, root: (any ParsedObject)?\(endian)\(declared))"
    ) { out in
      out.line("self.stream = stream")
      out.line("self.parentObject = parent")
      out.line("self.rootObject = root")
      out.line("self.startPosition = stream.position")
      if !endian.isEmpty { out.line("self.isLittleEndian = isLittleEndian") }
      for item in parameters { out.line("self.\(names.storage(item.parameter.parameter)) = \(item.name)") }
    }
  }

  // MARK: The parser

  private func parser(_ program: ParseProgram, _ out: inout CodeWriter) {
    out.line()
    out.line("/// Parses the object; what was parsed stays where that fails.")
    out.block("\(access)func read() throws(ParseError)") { out in
      guard !program.fields.isEmpty || program.endianness != nil else { return }
      out.line("try self.stream.enter(\(swiftLiteral(program.type.spec.name)))")
      out.line("defer { self.stream.leave() }")
      out.line("\(program.fields.isEmpty ? "let" : "var") field: StaticString = \"endian\"")
      out.line("do throws(ParseError) {")
      out.indented { fields(program, &$0) }
      out.line("} catch {")
      out.indented { $0.line("throw error.placed(in: field, at: self.stream)") }
      out.line("}")
      if dump != nil { out.line("self.currentMember = nil") }
    }
  }

  private func fields(_ program: ParseProgram, _ out: inout CodeWriter) {
    if let endianness = program.endianness { print(endianness, &out) }
    if program.endianness != nil || program.inheritsEndianness {
      out.line("if self.isLittleEndian == nil { throw self.stream.fail(.undecidedEndianness) }")
    }
    var isInBits = false
    for (index, field) in program.fields.enumerated() {
      let isBits = field.attribute.isBitField
      if isInBits, !isBits { out.line("self.stream.alignToByte()") }
      isInBits = isBits
      out.line("field = \(swiftLiteral(field.attribute.name))")
      out.line("try self.__read\(index)()")
    }
  }

  private func print(_ program: EndiannessProgram, _ out: inout CodeWriter) {
    let conditional = program.cases.filter { $0.condition != nil }
    let conditions = conditional.compactMap(\.condition).map(expressions.condition)
    if !conditional.isEmpty {
      out.line(expressions.selector(program.on, for: conditions))
    }
    for (index, branch) in conditional.enumerated() {
      out.line("\(index == 0 ? "" : "} else ")if \(conditions[index]) {")
      out.indented { $0.line("self.isLittleEndian = \(branch.order == .little)") }
    }
    let fallback = program.cases.first { $0.condition == nil }
    if conditional.isEmpty {
      if let fallback { out.line("self.isLittleEndian = \(fallback.order == .little)") }
      return
    }
    if let fallback {
      out.line("} else {")
      out.indented { $0.line("self.isLittleEndian = \(fallback.order == .little)") }
    }
    out.line("}")
  }

  private func print(_ field: AttributeProgram, _ index: Int, _ program: ParseProgram, _ out: inout CodeWriter) {
    let storage = "self.\(names.storage(field.attribute))"
    let name = swiftLiteral(field.attribute.name)
    let isKept = field.attribute.spec.isNamed
    out.line()
    out.block("fileprivate func __read\(index)() throws(ParseError)") { out in
      if dump != nil { out.line("self.currentMember = (\(name), nil)") }
      if let condition = field.condition { out.line("guard \(expressions.condition(condition)) else { return }") }
      out.line("let io = self.stream")
      if dump != nil, isKept {
        out.line("let start = io.offset")
        out.line("defer { self.__spans[\(name)] = (start, io.offset) }")
      }
      if case .once = field.loop {
        element(field, program, isKept ? .property(storage) : .none, &out)
      } else {
        if isKept {
          out.line("\(storage) = []")
        }
        repeated(field, program, isKept ? .list("\(storage)?") : .none, &out)
      }
    }
  }

  private func element(
    _ field: AttributeProgram, _ program: ParseProgram, _ sink: ObjectReadPrinter.Sink, _ out: inout CodeWriter
  ) {
    ObjectReadPrinter(names: names, program: program).print(
      field.read, as: names.swift(field.element), isOptional: field.isElementOptional, sink, &out)
    // What has no name is read, and may be checked, but nobody need look at it.
    if case .none = sink, !field.attribute.isInstance { out.line("_ = element") }
    checks(field.checks, field.attribute, isOptional: field.isElementOptional, field.element, &out)
  }

  private func repeated(
    _ field: AttributeProgram, _ program: ParseProgram, _ sink: ObjectReadPrinter.Sink, _ out: inout CodeWriter
  ) {
    func body(_ out: inout CodeWriter) {
      if dump != nil { out.line("self.currentMember = (\(swiftLiteral(field.attribute.name)), elementIndex)") }
      element(field, program, sink, &out)
    }
    switch field.loop {
    // Only messages have inline lists.
    case .once, .inline: break
    case .count(let count):
      out.line("let count: Int = \(expressions.tried(count))")
      out.line("var elementIndex = 0")
      out.block("while elementIndex < count") { out in
        body(&out)
        out.line("elementIndex += 1")
      }
    case .toEnd:
      out.line("var elementIndex = 0")
      out.block("while !io.isAtEnd") { out in
        out.line("let progress = io.progress")
        body(&out)
        out.line("try requireProgress(io, since: progress)")
        out.line("elementIndex += 1")
      }
    case .until(let end, let usesElement):
      out.line("var elementIndex = 0")
      out.block("while true") { out in
        out.line("let progress = io.progress")
        body(&out)
        if field.isElementOptional, usesElement {
          out.line("guard let element else { throw io.fail(.missingField) }")
          out.line("_ = element")
        }
        out.line("if \(expressions.condition(end)) { break }")
        // Elements without bytes are allowed, as long as there is an end to them.
        out.line("if elementIndex > 65_535 { try requireProgress(io, since: progress) }")
        out.line("elementIndex += 1")
      }
    }
  }

  private func checks(
    _ checks: [CheckProgram], _ attribute: AttributeDeclaration, isOptional: Bool, _ representation: Representation,
    _ out: inout CodeWriter
  ) {
    func print(_ out: inout CodeWriter) {
      for check in checks {
        if case .boolean(true) = check.condition.kind { continue }
        out.block("if !\(expressions.condition(check.condition).replacingPrefix("try ", with: "(try ", suffix: ")"))") {
          out in
          out.line(
            "throw violation(.\(check.violation.rawValue), \(swiftLiteral(attribute.name)), "
              + "\(shown(representation)), at: self.stream.offset)")
        }
      }
    }
    guard !checks.isEmpty else { return }
    guard isOptional else { return print(&out) }
    out.block("if let element") { out in
      out.line("_ = element")
      print(&out)
    }
  }

  /// Code of the text of a value in a message.
  private func shown(_ representation: Representation) -> String {
    switch representation {
    case .integer, .float, .boolean: "\"\\(element)\""
    case .string: "element"
    case .bytes: "element.withBytes(hexText)"
    case .enumeration: "\"\\(element.rawValue)\""
    default: "\"the value\""
    }
  }

  // MARK: Instances

  private func print(_ instance: InstanceProgram, _ index: Int, _ program: ParseProgram, _ out: inout CodeWriter) {
    let attribute = instance.attribute
    let value = names.swift(instance.representation)
    let type = attribute.isOptional ? names.optional(instance.representation) : value
    let state = "self.__state\(index)"
    out.line()
    out.line("fileprivate var __state\(index) = Evaluation<\(type)>.unasked")
    out.doc(attribute.spec.doc)
    out.block("\(access)var \(names.member(attribute)): \(type)") { out in
      out.block("get throws(ParseError)") { out in
        out.line("if let settled = try \(state).settled(\(swiftLiteral(attribute.name))) { return settled }")
        out.line("\(state) = .running")
        out.block("do throws(ParseError)") { out in
          out.line("try self.stream.enter(\(swiftLiteral(attribute.name)))")
          out.line("defer { self.stream.leave() }")
          out.line("let value = try self.__evaluate\(index)()")
          out.line("\(state) = .known(value)")
          out.line("return value")
        }
        out.block("catch") { out in
          out.line("let error = error.placed(in: \(swiftLiteral(attribute.name)), at: self.stream)")
          out.line("\(state) = .failed(error)")
          out.line("throw error")
        }
      }
    }
    out.line()
    out.block("fileprivate func __evaluate\(index)() throws(ParseError) -> \(type)") { out in
      switch instance {
      case .computed(let computed): print(computed, type, &out)
      case .parsed(let parsed): print(parsed, program, &out)
      }
    }
  }

  private func print(_ computed: ComputedProgram, _ type: String, _ out: inout CodeWriter) {
    if let condition = computed.condition { out.line("guard \(expressions.condition(condition)) else { return nil }") }
    let isOptional = if case .optional = computed.value.representation { true } else { false }
    out.line(
      "let element: \(isOptional ? type : names.swift(computed.representation)) = \(expressions.tried(computed.value))")
    checks(computed.checks, computed.attribute, isOptional: isOptional, computed.representation, &out)
    out.line("return element")
  }

  private func print(_ parsed: AttributeProgram, _ program: ParseProgram, _ out: inout CodeWriter) {
    if let condition = parsed.condition { out.line("guard \(expressions.condition(condition)) else { return nil }") }
    out.line("let io: ByteStream = \(parsed.stream.map(expressions.tried) ?? "self.stream")")
    if let position = parsed.position {
      out.line("let before = io.position")
      out.line("defer { try? io.seek(to: before) }")
      out.line("try io.seek(to: \(expressions.text(position)))")
    }
    if case .once = parsed.loop {
      element(parsed, program, .none, &out)
      return out.line("return element")
    }
    let element = parsed.isElementOptional ? names.optional(parsed.element) : names.swift(parsed.element)
    out.line("var elements: [\(element)] = []")
    repeated(parsed, program, .list("elements"), &out)
    out.line("return elements")
  }

  private func description(_ text: ProgramExpression, _ out: inout CodeWriter) {
    out.line()
    out.line("/// `to-string` of the description; an empty text where it cannot be evaluated.")
    out.block("\(access)var description: String") { out in
      if text.canThrow {
        out.line("func evaluate() throws(ParseError) -> String { return try \(expressions.text(text)) }")
        out.line("return (try? evaluate()) ?? \"\"")
      } else {
        out.line("return \(expressions.text(text))")
      }
    }
  }
}

extension String {
  fileprivate func replacingPrefix(_ prefix: String, with new: String, suffix: String) -> String {
    hasPrefix(prefix) ? new + dropFirst(prefix.count) + suffix : "(\(self))"
  }
}
