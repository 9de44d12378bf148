// The names and kinds of values that Wireshark shows and filters by.
extension LuaEmitter {
  func emit(_ spec: EnumSpec, _ out: inout SwiftWriter) {
    let members = spec.members.filter { (0..<(1 << 32)).contains($0.value) }
    let list = members.map { "[\($0.value)] = \(text($0.name))" }.joined(separator: ", ")
    out.line("local \(enumName(spec)) = {\(list)}")
  }

  func enumName(_ spec: EnumSpec) -> String {
    "enum_" + spec.path.map { $0 == "/" ? "_" : String($0) }.joined().filter { $0 == "_" || $0.isLetter || $0.isNumber }
  }

  func emitProtoFields(_ out: inout SwiftWriter) {
    for type in specification.types {
      for field in type.fields {
        let key = key(type, field.name)
        switch field.format {
        case .choice(let choice):
          emitProtoField(key, field.name, field.spec.doc, field.format, nil, &out)
          emitProtoField(key + ".raw", field.name, field.spec.doc, .bytes, nil, &out)
          for branch in choice.branches where !branch.format.isUser {
            let inner = key + ".\(choice.cases[branch.caseIndex].name)"
            emitProtoField(inner, field.name, field.spec.doc, branch.format, nil, &out)
          }
        default:
          emitProtoField(key, field.name, field.spec.doc, field.format, field.elementType.enumeration, &out)
        }
      }
      for instance in type.instances {
        guard let (kind, _) = instanceKind(instance) else { continue }
        let key = key(type, instance.name)
        let arguments = declaration(key, instance.name, instance.spec.doc, kind, instance.type.enumeration)
        out.line("f[\(text(key))] = ProtoField.\(kind)(\(arguments))")
      }
    }
    for stream in streamTypes {
      let key = "stream." + stream.spec.traceName
      out.line(
        "f[\(text(key))] = ProtoField.none(\(declaration(self.key(nil, key), stream.spec.name, stream.spec.doc, "none")))"
      )
      out.line("stream_nodes[\(text(stream.spec.traceName))] = f[\(text(key))]")
    }
    out.line("proto.fields = f")
    out.line()
  }

  private func emitProtoField(
    _ key: String, _ label: String, _ doc: Documentation, _ format: FieldFormat, _ spec: EnumSpec?,
    _ out: inout SwiftWriter
  ) {
    let kind: String =
      switch format {
      case .integer(let bytes, let isSigned, _): "\(isSigned ? "" : "u")int\(bytes * 8)"
      case .float(let bytes, _): bytes == 4 ? "float" : "double"
      case .bytes, .contents: "bytes"
      case .string: "string"
      case .user, .choice: "none"
      }
    out.line("f[\(text(key))] = ProtoField.\(kind)(\(declaration(key, label, doc, kind, spec)))")
  }

  /// The arguments of a `ProtoField`.
  private func declaration(
    _ key: String, _ label: String, _ doc: Documentation, _ kind: String, _ spec: EnumSpec? = nil
  ) -> String {
    let doc = text(doc.oneLine ?? "")
    let head = "\(text(key)), \(text(label))"
    if kind.contains("int") {
      // Names for values of 64 bits would need another kind of table.
      let names = kind.hasSuffix("64") ? "nil" : spec.map(enumName) ?? "nil"
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
  func instanceKind(_ instance: Instance) -> (String, isWide: Bool)? {
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

  func key(_ type: ResolvedType?, _ member: String) -> String {
    guard let type, !type.isRoot else { return "\(name).\(member)" }
    return "\(name).\(type.spec.traceName.split(separator: ":").joined(separator: ".")).\(member)"
  }

  var streamTypes: [ResolvedType] {
    let used = specification.types.flatMap { [$0.answeredBy?.type, $0.followedBy?.type].compactMap(\.self) }
    return specification.types.filter { type in used.contains { $0 === type } }
  }
}
