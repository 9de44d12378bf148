/// Swift code of the values that somebody gives for the parameters of a root type.
struct RootArguments {
  let names: SwiftNames
  /// What stands before the names of root types: the namespace and a dot, or nothing.
  let prefix: String
  let diagnostics: Diagnostics

  /// `, label: value` for each parameter.
  func code(for root: TypeDeclaration, _ values: [String: ParameterValue]) -> String {
    for name in values.keys.sorted() where !root.parameters.contains(where: { $0.name == name }) {
      let near = suggestion(for: name, among: root.parameters.map(\.name))
      diagnostics.error(root.spec.location, path: "/params", "the root type has no parameter '\(name)'\(near)")
    }
    return root.parameters.map { parameter in
      guard let value = values[parameter.name] else {
        complain(parameter, "the root type's parameter '\(parameter.name)' needs a value")
        return ""
      }
      guard let code = code(value, parameter.type) else {
        complain(parameter, "this is no value of the parameter '\(parameter.name)', which is \(parameter.type.name)")
        return ""
      }
      return ", \(names.label(parameter)): \(code)"
    }.joined()
  }

  private func complain(_ parameter: ParameterDeclaration, _ message: String) {
    diagnostics.error(parameter.spec.location, path: parameter.spec.path, message)
  }

  /// nil where the value is of another type, or where nobody outside can have such a value.
  private func code(_ value: ParameterValue, _ type: DataType) -> String? {
    switch type {
    case .integer(let range): integer(value).flatMap { integer($0, IntegerWidth(holding: range)) }
    case .float: float(value).map { "(\($0) as Double)" }
    case .boolean: boolean(value).map { "\($0)" }
    case .string: text(value).map { swiftLiteral($0) }
    case .bytes: bytes(value).map { "(\(swiftBytes($0)) as [UInt8])" }
    case .enumeration(let spec, _): member(value, of: spec)
    case .array(let element): list(value, of: element)
    case .any: any(value)
    default: nil
    }
  }

  private func integer(_ value: Int128, _ width: IntegerWidth) -> String? {
    guard width.range.contains(IntegerRange(lower: value, upper: value)) else { return nil }
    return "(\(value) as \(width.rawValue))"
  }

  private func integer(_ value: ParameterValue) -> Int128? {
    switch value {
    case .integer(let value): value
    case .typed(let text): integerLiteral(text)
    default: nil
    }
  }

  private func float(_ value: ParameterValue) -> Double? {
    switch value {
    case .integer(let value): Double(value)
    case .float(let value): value
    case .typed(let text): Double(text).flatMap { $0.isFinite ? $0 : nil }
    default: nil
    }
  }

  private func boolean(_ value: ParameterValue) -> Bool? {
    switch value {
    case .boolean(let value): value
    case .typed(let text): Bool(text)
    default: nil
    }
  }

  private func text(_ value: ParameterValue) -> String? {
    switch value {
    case .text(let text), .typed(let text): text
    default: nil
    }
  }

  private func bytes(_ value: ParameterValue) -> [UInt8]? {
    switch value {
    case .bytes(let bytes): return bytes
    case .typed(let text): return ParameterValue.bytes(text)
    case .list(let elements):
      let bytes = elements.compactMap { integer($0).flatMap(UInt8.init(exactly:)) }
      return bytes.count == elements.count ? bytes : nil
    default: return nil
    }
  }

  /// A member's name, or an integer.
  private func member(_ value: ParameterValue, of spec: EnumSpec) -> String? {
    if let name = text(value), let member = spec.member(name) {
      return "\(prefix)\(names.path(spec)).\(names.enumCase(spec, member))"
    }
    let raw = integer(value).flatMap { integer($0, names.rawType(spec)) }
    return raw.map { "\(prefix)\(names.path(spec))(rawValue: \($0))" }
  }

  private func list(_ value: ParameterValue, of element: DataType) -> String? {
    let values: [ParameterValue]
    switch value {
    case .list(let elements): values = elements
    case .typed(let text): values = text.split(separator: ",").map { .typed(String($0)) }
    case .bytes(let bytes): values = bytes.map { .integer(Int128($0)) }
    default: return nil
    }
    let parts = values.compactMap { code($0, element) }
    guard parts.count == values.count else { return nil }
    let type = names.swift(Representation(element))
    let isDeclared = if case .enumeration = element { true } else { false }
    return "([\(parts.joined(separator: ", "))] as [\(isDeclared ? prefix : "")\(type)])"
  }

  private func any(_ value: ParameterValue) -> String? {
    switch value {
    case .boolean: code(value, .boolean)
    case .integer: code(value, .integer(.int64))
    case .float: code(value, .float)
    case .text, .typed: code(value, .string)
    case .bytes: code(value, .bytes)
    case .list: nil
    }
  }
}
