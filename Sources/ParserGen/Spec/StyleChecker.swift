/// Warns of names that Kaitai's style guide would have otherwise.
struct StyleChecker {
  let diagnostics: Diagnostics

  func check(_ root: TypeSpec) {
    for type in root.withDescendants {
      if let encoding = type.meta.encoding { check(encoding, path: type.path + "/meta/encoding") }
      let members = members(of: type)
      for attribute in type.seq + type.instances {
        if let encoding = attribute.encoding { check(encoding, path: attribute.path + "/encoding") }
        checkNames(attribute, members)
      }
    }
  }

  private func check(_ encoding: NameReference, path: String) {
    switch EncodingName.canonical(encoding.text) {
    case nil:
      diagnostics.warning(encoding.location, path: path, "unrecognized encoding name '\(encoding.text)'")
    case let name? where name != encoding.text:
      diagnostics.warning(encoding.location, path: path, "use the encoding's usual name '\(name)'")
    default: break
    }
  }

  /// The size of `x` is `len_x`, the number of its elements `num_x`.
  private func checkNames(_ attribute: AttributeSpec, _ members: Members) {
    guard attribute.isNamed else { return }
    if let size = attribute.size, isBytes(attribute.type) {
      check(size, is: "len_" + attribute.name, "the size", of: attribute, members)
    }
    if case .count(let count)? = attribute.repetition {
      check(count, is: "num_" + attribute.name, "the number of elements", of: attribute, members)
    }
  }

  private func isBytes(_ use: TypeUse?) -> Bool {
    switch use {
    case nil: true
    case .plain(let type): BuiltinTypeName(type) == nil
    case .choice: false
    }
  }

  private func check(
    _ expression: Expression, is good: String, _ what: String, of attribute: AttributeSpec,
    _ members: Members
  ) {
    guard case .name(let name) = expression.kind, name != good, let (place, path) = members[name] else { return }
    diagnostics.warning(
      place, path: path + "/id", "'\(name)' is \(what) of '\(attribute.name)': name it '\(good)'")
  }

  private typealias Members = [String: (place: SourceLocation, path: String)]

  private func members(of type: TypeSpec) -> Members {
    var found: Members = [:]
    for field in type.seq + type.instances where field.isNamed && found[field.name] == nil {
      found[field.name] = (field.place("id"), field.path)
    }
    for parameter in type.params where found[parameter.name] == nil {
      found[parameter.name] = (parameter.location, parameter.path)
    }
    return found
  }
}
