/// Warns of names that Kaitai's style guide would have otherwise.
struct StyleChecker {
  let diagnostics: Diagnostics

  func check(_ root: TypeSpec) {
    for type in root.withDescendants {
      if let encoding = type.meta.encoding { check(encoding, path: type.path + "/meta/encoding") }
      for attribute in type.seq + type.instances {
        if let encoding = attribute.encoding { check(encoding, path: attribute.path + "/encoding") }
        checkNames(attribute, type)
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
  private func checkNames(_ attribute: AttributeSpec, _ type: TypeSpec) {
    guard attribute.isNamed else { return }
    if let size = attribute.size, isBytes(attribute.type) {
      check(size, is: "len_" + attribute.name, "the size", of: attribute, type)
    }
    if case .count(let count)? = attribute.repetition {
      check(count, is: "num_" + attribute.name, "the number of elements", of: attribute, type)
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
    _ expression: Expression, is good: String, _ what: String, of attribute: AttributeSpec, _ type: TypeSpec
  ) {
    guard case .name(let name) = expression.kind, name != good, let (place, path) = member(name, type) else { return }
    diagnostics.warning(
      place, path: path + "/id", "'\(name)' is \(what) of '\(attribute.name)': name it '\(good)'")
  }

  private func member(_ name: String, _ type: TypeSpec) -> (SourceLocation, path: String)? {
    if let field = (type.seq + type.instances).first(where: { $0.name == name && $0.isNamed }) {
      return (field.place("id"), field.path)
    }
    return type.params.first { $0.name == name }.map { ($0.location, $0.path) }
  }
}
