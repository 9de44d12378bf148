import ParserRuntime

/// What a reference of the protocol says, before it is Markdown or HTML.
struct Reference {
  struct TypeEntry {
    var name: String
    var doc: String?
    var links: [String]
    /// Types that have a field of this one.
    var users: [String]
    var facts: [String]
    var diagram: ByteDiagram
    var fields: [Member]
    var instances: [Member]
  }

  struct Member {
    var name: String
    /// nil where it varies.
    var offset: Int?
    var size: String
    var type: String
    /// The user type, if it is of one.
    var link: String?
    /// What a switch chooses by which value; the type has a link if it is a user type.
    var cases: [(match: String, type: String, isLink: Bool)] = []
    var doc: String?
    /// `if`, repetition, constraint, cases; for an instance its expression.
    var notes: [String]
  }

  struct EnumEntry {
    var name: String
    var values: [(value: String, name: String, doc: String?)]
  }

  var title: String
  var doc: String?
  var links: [String]
  var transport: String
  var types: [TypeEntry]
  var enums: [EnumEntry]

  init(_ model: Model) {
    let root = model.root.spec
    title = root.meta.title ?? root.name
    doc = root.doc.oneLine
    links = root.doc.references
    let ports = model.transport.ports.map(String.init).joined(separator: ", ")
    let transports = model.transport.transports.map { $0.rawValue.uppercased() }.joined(separator: " and ")
    transport =
      (ports.isEmpty ? transports : "\(transports), port \(ports)")
      + "; a message has at most \(model.transport.maximumMessageLength) bytes"
    if !model.transport.states.isEmpty { transport += "; \(Self.sides(model))" }
    types = model.types.map(Self.entry)
    enums = model.enums.map { spec in
      EnumEntry(
        name: spec.name,
        values: spec.members.map { member in
          let hex = member.value > 9 ? " (0x\(String(member.value, radix: 16)))" : ""
          return ("\(member.value)\(hex)", member.name, member.doc.oneLine)
        })
    }
  }

  /// Who speaks what.
  private static func sides(_ model: Model) -> String {
    model.states.map { state in
      let sides =
        "who connects sends \(state.initiator.spec.traceName), the other side \(state.responder.spec.traceName)"
      return state.name.isEmpty ? sides : "in the state \(state.name) \(sides)"
    }.joined(separator: "; ")
  }

  /// By what an answer is found, where that is a key.
  private static func key(of answer: TypeDeclaration) -> String {
    answer.spec.stream?.match.map { " of the same \($0.text)" } ?? ""
  }

  private static func entry(_ type: TypeDeclaration) -> TypeEntry {
    var facts: [String] = []
    if let size = type.fixedSize {
      facts.append("Always \(size) byte\(size == 1 ? "" : "s").")
    } else {
      facts.append("At least \(type.minimumSize) byte\(type.minimumSize == 1 ? "" : "s").")
    }
    if !type.parameters.isEmpty {
      facts.append("Takes \(type.parameters.map(\.name).joined(separator: ", ")).")
    }
    if let answer = type.answeredBy {
      facts.append("The peer answers with \(answer.spec.traceName)\(key(of: answer)).")
    }
    if let next = type.followedBy { facts.append("\(next.spec.traceName) follows in the same direction.") }
    if let state = type.spec.stream?.then?.text { facts.append("After it the connection is in the state \(state).") }
    var offset: Int? = 0
    let fields = type.fields.map { field in
      let member = member(field, offset)
      let isFixed = field.spec.condition == nil && !field.isRepeated
      offset = isFixed ? offset.flatMap { place in field.elementSize.map { place + $0 } } : nil
      return member
    }
    return TypeEntry(
      name: type.spec.traceName, doc: type.spec.doc.oneLine, links: type.spec.doc.references,
      users: type.userTypes.map(\.spec.traceName), facts: facts, diagram: ByteDiagram(type), fields: fields,
      instances: type.instances.map { $0.spec.isComputed ? computed($0) : member($0, nil) })
  }

  private static func member(_ field: AttributeDeclaration, _ offset: Int?) -> Member {
    var notes: [String] = []
    if let condition = field.spec.condition { notes.append("if \(condition.text)") }
    if let repetition = field.repetitionText { notes.append("repeated: \(repetition)") }
    if let position = field.spec.position { notes.append("at \(position.text)") }
    if let contents = field.spec.contents { notes.append("always \(shown(contents))") }
    if let valid = field.spec.valid { notes.append("valid: \(valid.text)") }
    if let name = field.spec.enumName?.text { notes.append("enum \(name)") }
    notes += kinds(field)
    var link: String?
    var cases: [(match: String, type: String, isLink: Bool)] = []
    if case .object(let type, let use) = field.format {
      link = type.spec.traceName
      if !use.arguments.isEmpty { notes.append("with \(use.arguments.map(\.text).joined(separator: ", "))") }
    }
    if let choice = field.choice {
      notes.append("by \(choice.spec.on.text)")
      // What no case matches has no case of its own.
      cases = choice.branches.filter { $0.spec != nil }.map { branch in
        let match = branch.matchText ?? "otherwise"
        if let type = branch.format.object { return (match, type.spec.traceName, true) }
        return (match, branch.spec?.type.text ?? "", false)
      }
    }
    return Member(
      name: field.spec.isNamed ? field.name : "(no name)", offset: offset,
      size: field.elementSize.map(String.init) ?? field.sizeText ?? "varies", type: field.typeText, link: link,
      cases: cases,
      doc: field.spec.doc.oneLine, notes: notes)
  }

  /// What kinds of values it has, each once.
  private static func kinds(_ attribute: AttributeDeclaration) -> [String] {
    (attribute.spec.sql?.columns ?? []).flatMap(\.kinds).map { "kind \($0.text)" }
      .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  private static func computed(_ instance: AttributeDeclaration) -> Member {
    var notes = [(instance.spec.value?.text ?? "")]
    if let condition = instance.spec.condition { notes.append("if \(condition.text)") }
    if let valid = instance.spec.valid { notes.append("valid: \(valid.text)") }
    notes += kinds(instance)
    return Member(
      name: instance.name, offset: nil, size: "", type: instance.typeText, doc: instance.spec.doc.oneLine,
      notes: notes)
  }

  private static func shown(_ bytes: [UInt8]) -> String {
    bytes.allSatisfy { (0x20..<0x7F).contains($0) }
      ? "\"\(String(decoding: bytes, as: UTF8.self))\""
      : bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
  }
}
