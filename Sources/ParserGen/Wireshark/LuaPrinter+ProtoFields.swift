// The names and kinds of values that Wireshark shows and filters by.
extension LuaPrinter {
  func print(_ spec: EnumSpec, _ out: inout CodeWriter) {
    let members = spec.members.filter { (0..<(1 << 32)).contains($0.value) }
    let list = members.map { "[\($0.value)] = \(text($0.name))" }.joined(separator: ", ")
    out.line("local \(Self.enumName(spec)) = {\(list)}")
  }

  static func enumName(_ spec: EnumSpec) -> String {
    "enum_" + spec.path.map { $0 == "/" ? "_" : String($0) }.joined().filter { $0 == "_" || $0.isLetter || $0.isNumber }
  }

  func protoFields(_ out: inout CodeWriter) {
    for type in model.types {
      for attribute in type.attributes where !attribute.spec.isComputed { protoFields(attribute, &out) }
      for instance in type.instances where instance.spec.isComputed {
        guard let (kind, _) = instanceKind(instance) else { continue }
        let key = key(type, instance.name)
        let arguments = declaration(key, instance.name, instance.spec.doc, kind, instance.type.enumeration)
        out.line("f[\(text(key))] = ProtoField.\(kind)(\(arguments))")
      }
    }
    for stream in model.streamTypes {
      let key = "stream." + stream.spec.traceName
      out.line(
        "f[\(text(key))] = ProtoField.none(\(declaration(self.key(nil, key), stream.spec.name, stream.spec.doc, "none")))"
      )
      out.line("stream_nodes[\(text(stream.spec.traceName))] = f[\(text(key))]")
    }
    if !model.answerTypes.isEmpty { matchFields(&out) }
    out.line("proto.fields = f")
    out.line()
  }

  /// Those of requests and answers. No member's name begins as theirs do.
  private func matchFields(_ out: inout CodeWriter) {
    for (kind, key, field) in [
      ("request", "_request_in", "framenum(%, \"Answers the request in\", base.NONE, frametype.REQUEST)"),
      ("answer", "_answer_in", "framenum(%, \"Answered in\", base.NONE, frametype.RESPONSE)"),
      ("time", "_time", "relative_time(%, \"Time from the request\")"),
    ] {
      let name = text("\(self.name).\(key)")
      out.line("f[\(name)] = ProtoField.\(field.replacing("%", with: name))")
      out.line("match_fields.\(kind) = f[\(name)]")
    }
  }

  private func protoFields(_ attribute: AttributeDeclaration, _ out: inout CodeWriter) {
    let key = key(attribute.owner, attribute.traceName)
    func add(_ key: String, _ kind: String, _ spec: EnumSpec? = nil) {
      let arguments = declaration(key, attribute.traceName, attribute.spec.doc, kind, spec)
      out.line("f[\(text(key))] = ProtoField.\(kind)(\(arguments))")
    }
    guard let choice = attribute.choice else {
      let kind = attribute.spec.process == nil ? attribute.format.protoField : "bytes"
      return add(key, kind, attribute.elementType.enumeration)
    }
    add(key, "none")
    add(key + ".raw", "bytes")
    let lowering = ProgramLowering(
      expressions: ExpressionLowering(message: MessagePlace(owner: attribute.owner, kind: .value)))
    guard case .choice(let program) = lowering.attribute(attribute).read else { return }
    for (branch, read) in zip(choice.branches, program.branches.map(\.read))
    where branch.spec != nil && !read.isObject {
      add(key + ".\(read.name)", branch.format.protoField)
    }
  }

  /// The arguments of a `ProtoField`.
  private func declaration(
    _ key: String, _ label: String, _ doc: Documentation, _ kind: String, _ spec: EnumSpec? = nil
  ) -> String {
    let doc = text(doc.oneLine ?? "")
    let head = "\(text(key)), \(text(label))"
    if kind.contains("int") {
      // Names for values of 64 bits would need another kind of table.
      let names = kind.hasSuffix("64") ? "nil" : spec.map(Self.enumName) ?? "nil"
      return "\(head), base.DEC, \(names), nil, \(doc)"
    }
    switch kind {
    case "bool": return "\(head), base.NONE, nil, nil, \(doc)"
    case "bytes": return "\(head), base.NONE, \(doc)"
    case "string": return "\(head), base.ASCII, \(doc)"
    case "float", "double": return "\(head), nil, \(doc)"
    default: return "\(head), \(doc)"
    }
  }

  /// The kind of `ProtoField` for an instance, and whether its values are 64-bit objects.
  func instanceKind(_ instance: AttributeDeclaration) -> (String, isWide: Bool)? {
    switch instance.type {
    case .integer(let range), .enumeration(_, let range):
      if IntegerRange(bytes: 4, isSigned: false).contains(range) { return ("uint32", false) }
      if IntegerRange(bytes: 4, isSigned: true).contains(range) { return ("int32", false) }
      return (range.lower < 0 ? "int64" : "uint64", true)
    case .boolean: return ("bool", false)
    case .string: return ("string", false)
    case .float: return ("double", false)
    default: return nil
    }
  }

  func key(_ type: TypeDeclaration?, _ member: String) -> String {
    guard let type, !type.isRoot else { return "\(name).\(member)" }
    return "\(name).\(type.spec.traceName.split(separator: ":").joined(separator: ".")).\(member)"
  }
}

extension ElementFormat {
  /// The kind of `ProtoField` that shows it.
  fileprivate var protoField: String {
    switch self {
    case .integer(let bytes, let isSigned, _): "\(isSigned ? "" : "u")int\(bytes * 8)"
    case .float(let bytes, _): bytes == 4 ? "float" : "double"
    case .bits(1, _): "bool"
    case .bits(let count, _): count > 32 ? "uint64" : "uint32"
    case .bytes, .contents, .opaque, .unknown: "bytes"
    case .string: "string"
    case .object: "none"
    }
  }
}
