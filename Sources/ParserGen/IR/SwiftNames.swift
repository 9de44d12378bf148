/// The names that a program's types and members have in Swift: unique where they stand, and none that Swift or the
/// runtime uses.
final class SwiftNames {
  /// Types that generated code names without a module.
  private static let types: Set<String> = [
    "Any", "AnyObject", "Array", "Bool", "ByteProcessor", "ByteSource", "ByteStream", "Bytes", "Checked", "Double",
    "DumpMember", "DumpRoot", "DumpValue", "DumpableObject", "Error", "Evaluation", "Float", "Hashable", "Hasher",
    "Violation", "Int", "Int128",
    "Int16", "Int32", "Int64", "Int8", "Integer", "Never", "Optional", "ParseError", "ParsedObject", "ParserDump",
    "ParserRuntime", "Protocol", "Result", "Self", "Sendable", "StaticString", "String", "Swift", "Text", "Type",
    "UInt",
    "UInt16", "UInt32", "UInt64", "UInt8", "Void",
    // Those of messages.
    "ByteReader", "ByteString", "ConnectionState", "DecodedMessage", "DescriptionOutline", "Envelope", "FieldRun",
    "FieldTree",
    "FixedBytes", "InlineArray", "Issue", "MessageFormat", "NoTrace", "ParseTrace", "ParsedMessage", "ResponseStream",
    "Responses",
    "RowBatch", "RowLink", "RowReference", "Specification", "SpecificationInfo", "StoredMessage", "TextEncoding",
    "Trace", "TraceValue", "UnitKind", "Units",
  ]
  /// What every object has.
  private static let members: Set<String> = [
    "currentMember", "dumpMembers", "init", "isLittleEndian", "parentObject", "parse", "read", "rootObject", "self",
    "startPosition", "stream", "typeName", "Type", "Protocol", "dynamicType", "description",
    // Functions that are called without a module's name.
    "castObject", "castValue", "hexText", "known", "parsed", "present", "requireProgress", "unfolded", "violation",
    "wrongType", "decimalText", "ipText", "required",
    // Constants of the parsers of messages, and of what stores them.
    "contentRow", "element", "elementIndex", "elementStart", "reader", "rowID", "rowLink", "rows", "rowWriter",
    "trace",
  ]
  /// What every enum has.
  private static let cases: Set<String> = [
    "unknown", "init", "self", "rawValue", "name", "isKnown", "hash", "hashValue", "object", "dumped", "Type",
    "Protocol",
  ]
  private static let keywords: Set<String> = [
    "as", "associatedtype", "await", "break", "case", "catch", "class", "continue", "default", "defer", "deinit", "do",
    "else", "enum", "extension", "fallthrough", "false", "fileprivate", "for", "func", "guard", "if", "import", "in",
    "inout", "internal", "is", "let", "nil", "operator", "precedencegroup", "private", "protocol", "public", "repeat",
    "rethrows", "return", "static", "struct", "subscript", "super", "switch", "throw", "throws", "true", "try",
    "typealias", "var", "where", "while", "some", "any", "Any", "async", "actor", "macro", "nonisolated",
    "consuming", "borrowing", "each", "package", "isolated", "sending",
  ]

  private var paths: [ObjectIdentifier: String] = [:]
  private var simple: [ObjectIdentifier: String] = [:]
  private var caseNames: [ObjectIdentifier: [String]] = [:]
  private var handedNames: [ObjectIdentifier: [AncestorMember.Key: String]] = [:]

  private let model: Model

  init(_ model: Model) {
    self.model = model
    var taken = Taken(names: Self.types)
    for root in model.roots {
      let name = Self.unique(Self.camel(root.spec.name, isType: true), &taken)
      set(root, name, path: name)
    }
    for root in model.roots { nameContents(of: root, taken: taken.names) }
  }

  /// - Parameter taken: names that mean something to the code in `type`: those of all root types and of the types around.
  private func nameContents(of type: TypeDeclaration, taken: Set<String>) {
    let path = paths[ObjectIdentifier(type)] ?? ""
    var inner = Taken(names: taken)
    func add(_ item: AnyObject, _ name: String) {
      let unique = Self.unique(Self.camel(name, isType: true), &inner)
      set(item, unique, path: "\(path).\(unique)")
    }
    for child in type.types { add(child, child.spec.name) }
    for spec in type.spec.enums {
      add(spec, spec.name)
      var cases = Taken(names: Self.cases)
      caseNames[ObjectIdentifier(spec)] = spec.members.map { Self.unique(Self.camel($0.name, isType: false), &cases) }
    }
    for choice in type.attributes.compactMap(\.choice) {
      add(choice, choice.attribute.name)
      var cases = Taken(names: Self.cases)
      caseNames[ObjectIdentifier(choice)] = choice.alternatives.map { alternative in
        let name = alternative.name.split(separator: ":").last.map(String.init) ?? alternative.name
        return Self.unique(Self.camel(name.filter { $0 != "[" && $0 != "]" }, isType: false), &cases)
      }
    }
    var members = Taken(names: Self.members)
    for parameter in type.parameters {
      set(parameter, Self.unique(Self.camel(parameter.name, isType: false), &members))
    }
    for attribute in type.attributes {
      set(attribute, Self.unique(Self.camel(attribute.name, isType: false), &members))
    }
    for member in type.ancestorMembers {
      let name = Self.unique(Self.handed(member.key), &members)
      handedNames[ObjectIdentifier(type), default: [:]][member.key] = name
    }
    for child in type.types {
      nameContents(of: child, taken: taken.union([simple[ObjectIdentifier(child)] ?? ""]))
    }
  }

  private func set(_ item: AnyObject, _ name: String, path: String? = nil) {
    simple[ObjectIdentifier(item)] = name
    if let path { paths[ObjectIdentifier(item)] = path }
  }

  /// The name, or the first of `name_`, `name_2`, `name_3` and so on that nothing has yet.
  private static func unique(_ name: String, _ taken: inout Taken) -> String {
    var result = name
    while !taken.names.insert(result).inserted {
      taken.clashes[name, default: 0] += 1
      let count = taken.clashes[name] ?? 1
      result = name + (count == 1 ? "_" : "_\(count)")
    }
    return result
  }

  /// Names that mean something already, and how often one of them was wanted again.
  private struct Taken {
    var names: Set<String>
    var clashes: [String: Int] = [:]
  }

  /// `msg_reading` -> `msgReading`, or `MsgReading`.
  private static func camel(_ name: String, isType: Bool) -> String {
    let parts = name.split(separator: "_").map(String.init)
    guard let first = parts.first else { return isType ? "Unnamed" : "unnamed" }
    func capitalized(_ part: String) -> String { part.prefix(1).uppercased() + part.dropFirst() }
    return (isType ? capitalized(first) : first) + parts.dropFirst().map(capitalized).joined()
  }

  /// `_root.header` -> `rootHeader`.
  private static func handed(_ key: AncestorMember.Key) -> String {
    switch key.anchor {
    case .root: "root" + camel(key.member, isType: true)
    case .parent(let generation): "parent\(generation > 1 ? "\(generation)" : "")" + camel(key.member, isType: true)
    }
  }

  // MARK: Names

  func name(_ type: TypeDeclaration) -> String { simple[ObjectIdentifier(type)] ?? "Unnamed" }
  func path(_ type: TypeDeclaration) -> String { paths[ObjectIdentifier(type)] ?? "Unnamed" }
  func name(_ spec: EnumSpec) -> String { simple[ObjectIdentifier(spec)] ?? "Unnamed" }
  func path(_ spec: EnumSpec) -> String { paths[ObjectIdentifier(spec)] ?? "Unnamed" }
  /// The type of an enum's raw values.
  func rawType(_ spec: EnumSpec) -> IntegerWidth { .wide([model.range(of: spec)]) }
  func name(_ choice: SwitchDeclaration) -> String { simple[ObjectIdentifier(choice)] ?? "Unnamed" }
  func path(_ choice: SwitchDeclaration) -> String { paths[ObjectIdentifier(choice)] ?? "Unnamed" }

  /// As it stands after a dot or is declared.
  func member(_ attribute: AttributeDeclaration) -> String { Self.quoted(plain(attribute)) }
  func member(_ parameter: ParameterDeclaration) -> String { Self.quoted(plain(parameter)) }
  /// The property that holds the value: no name of a description begins with an underscore.
  func storage(_ attribute: AttributeDeclaration) -> String { "_" + plain(attribute) }
  func storage(_ parameter: ParameterDeclaration) -> String { "_" + plain(parameter) }

  /// A constant beside that of an attribute: no name of a description has an underscore in Swift.
  func local(_ attribute: AttributeDeclaration, _ suffix: String) -> String { "\(plain(attribute))_\(suffix)" }
  /// Without quotes, where a suffix follows or none are needed.
  func binding(_ attribute: AttributeDeclaration) -> String { plain(attribute) }
  /// A capitalized name, of a part of a longer one.
  static func capitalized(_ name: String) -> String { camel(name, isType: true) }

  /// What an ancestor hands down to a type, as a property and as a parameter.
  func handed(_ key: AncestorMember.Key, to type: TypeDeclaration) -> String {
    handedNames[ObjectIdentifier(type)]?[key] ?? "unnamed"
  }

  private func plain(_ item: AnyObject) -> String { simple[ObjectIdentifier(item)] ?? "unnamed" }

  /// The names of an enum's members, in their order.
  func cases(_ spec: EnumSpec) -> [String] { (caseNames[ObjectIdentifier(spec)] ?? []).map(Self.quoted) }
  func enumCase(_ spec: EnumSpec, _ member: EnumSpec.Member) -> String {
    guard let index = spec.place(of: member.name), let names = caseNames[ObjectIdentifier(spec)] else {
      return "unknown"
    }
    return Self.quoted(names[index])
  }
  /// The name of a switch's alternative, without quotes.
  func alternative(_ choice: SwitchDeclaration, _ index: Int) -> String {
    (caseNames[ObjectIdentifier(choice)] ?? [])[index]
  }

  /// As a label of an argument, where most keywords may stand.
  func label(_ parameter: ParameterDeclaration) -> String {
    let name = plain(parameter)
    return ["inout", "var", "let"].contains(name) ? "`\(name)`" : name
  }

  static func quoted(_ name: String) -> String { keywords.contains(name) ? "`\(name)`" : name }

  /// The Swift name of a type that the user of the parser brings along.
  static func external(_ parts: [String]) -> String { parts.map { camel($0, isType: true) }.joined(separator: ".") }

  // MARK: Types

  /// The Swift type that holds a value.
  func swift(_ representation: Representation) -> String {
    switch representation {
    case .integer(let width): width.rawValue
    case .float: "Double"
    case .boolean: "Bool"
    case .string: "String"
    case .bytes: "[UInt8]"
    case .fixedBytes(let count): "FixedBytes<\(count)>"
    case .enumeration(let spec): path(spec)
    case .object(let type): path(type)
    case .anyObject: "any ParsedObject"
    case .choice(let choice): path(choice)
    case .opaque(let name): Self.external(name.scope + [name.name])
    case .list(let element): "[\(swift(element))]"
    case .inlineList(let count, let element): "InlineArray<\(count), \(swift(element))>"
    case .optional(let inner): optional(inner)
    case .stream: "ByteStream"
    case .any: "Any"
    }
  }

  func optional(_ representation: Representation) -> String {
    switch representation {
    case .anyObject: "(any ParsedObject)?"
    case .optional: swift(representation)
    default: swift(representation) + "?"
    }
  }
}
