/// How names of a description become names in Swift.
enum SwiftNames {
  private static let keywords: Set<String> = [
    "as", "associatedtype", "break", "case", "catch", "class", "continue", "default", "defer", "deinit", "do", "else",
    "enum", "extension", "fallthrough", "false", "fileprivate", "for", "func", "guard", "if", "import", "in", "init",
    "inout", "internal", "is", "let", "nil", "operator", "private", "protocol", "public", "repeat", "rethrows",
    "return", "self", "static", "struct", "subscript", "super", "switch", "throw", "throws", "true", "try", "typealias",
    "var", "where", "while", "await", "some", "any",
  ]
  /// Names that generated code uses itself.
  private static let taken: Set<String> = [
    "reader", "trace", "rows", "element", "elementIndex", "elementStart", "present", "parsed", "parsedBytes",
    "parsedRun", "rowID", "contentRow", "rowLink",
  ]

  /// `msg_publish` -> `msgPublish`, without back-ticks.
  static func plain(_ name: String) -> String {
    let parts = name.split(separator: "_").map(String.init)
    guard let first = parts.first else { return "unnamed" }
    let camel = first + parts.dropFirst().map(capitalized).joined()
    return taken.contains(camel) ? camel + "_" : camel
  }

  /// A property, parameter or enum case.
  static func member(_ name: String) -> String {
    let camel = plain(name)
    return keywords.contains(camel) ? "`\(camel)`" : camel
  }

  /// An enum's member; `unknown` is the case for values that are not listed.
  static func enumCase(_ name: String) -> String { name == "unknown" ? "unknown_" : member(name) }

  /// `msg_publish` -> `MsgPublish`.
  static func type(_ name: String) -> String {
    let camel = name.split(separator: "_").map { capitalized(String($0)) }.joined()
    return ["Type", "Protocol", "Self", "Any"].contains(camel) ? camel + "_" : camel
  }

  private static func capitalized(_ part: String) -> String {
    part.prefix(1).uppercased() + part.dropFirst()
  }

  /// `Nano.MsgPublish`.
  static func path(_ spec: TypeSpec) -> String {
    spec.parent.map { path($0) + "." + type(spec.name) } ?? type(spec.name)
  }

  static func path(_ type: ResolvedType) -> String { path(type.spec) }

  /// Enums stand beside the types of their owner; where both have the same name, the enum gets a suffix.
  static func path(_ spec: EnumSpec) -> String {
    guard let owner = spec.owner else { return type(spec.name) }
    let name = type(spec.name)
    return path(owner) + "." + (owner.types.contains { type($0.name) == name } ? name + "Value" : name)
  }

  static func path(_ choice: Choice) -> String { path(choice.owner) + "." + name(choice) }

  /// The enum of a switch is named after the attribute, if that name is free.
  static func name(_ choice: Choice) -> String {
    let name = type(choice.name)
    let spec = choice.owner.spec
    let taken = Set(
      sequence(first: spec) { $0.parent }.flatMap { $0.types.map(\.name) + $0.enums.map(\.name) }.map(type))
    return taken.contains(name) ? name + "Content" : name
  }

  /// `_root.header` -> `rootHeader`.
  static func need(_ need: Need) -> String {
    switch need.anchor {
    case .root: "root" + type(need.member)
    case .parent(let depth): "parent" + (depth > 1 ? "\(depth)" : "") + type(need.member)
    }
  }
}

extension ValueType {
  /// The Swift type that holds a value.
  var swift: String {
    switch self {
    case .integer(let range): range.swift
    case .float: "Double"
    case .boolean: "Bool"
    case .string: "String"
    case .bytes(let count?): "FixedBytes<\(count)>"
    case .bytes(nil): "[UInt8]"
    case .enumeration(let spec, _): SwiftNames.path(spec)
    case .user(let type): SwiftNames.path(type)
    case .choice(let choice): SwiftNames.path(choice)
    case .array(let element, let count?): "InlineArray<\(count), \(element.swift)>"
    case .array(let element, nil): "[\(element.swift)]"
    case .stream, .unknown: "Never"
    }
  }
}

extension IntegerRange {
  /// The type of a field of exactly this range, else Int, else UInt64.
  var swift: String {
    for bytes in [1, 2, 4, 8] {
      if self == IntegerRange(bytes: bytes, isSigned: false) { return "UInt\(bytes * 8)" }
      if self == IntegerRange(bytes: bytes, isSigned: true) { return bytes == 8 ? "Int" : "Int\(bytes * 8)" }
    }
    return IntegerRange.int64.contains(self) ? "Int" : "UInt64"
  }

  /// The range of a Swift integer type.
  init(swift: String) {
    switch swift {
    case "UInt8": self.init(bytes: 1, isSigned: false)
    case "UInt16": self.init(bytes: 2, isSigned: false)
    case "UInt32": self.init(bytes: 4, isSigned: false)
    case "UInt64": self = .uint64
    case "Int8": self.init(bytes: 1, isSigned: true)
    case "Int16": self.init(bytes: 2, isSigned: true)
    case "Int32": self.init(bytes: 4, isSigned: true)
    case "Int128": self.init(lower: .min, upper: .max)
    default: self = .int64
    }
  }
}

/// A Swift string literal.
func swiftLiteral(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\t": result += "\\t"
    case _ where scalar.value < 0x20 || scalar.value == 0x7F: result += "\\u{\(String(scalar.value, radix: 16))}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}

/// An array literal of bytes.
func swiftBytes(_ bytes: [UInt8]) -> String {
  "[" + bytes.map { "0x" + (($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true)) }.joined(separator: ", ")
    + "]"
}
