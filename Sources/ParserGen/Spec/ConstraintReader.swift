/// Reads `valid`.
enum ConstraintReader {
  /// The keys of each form; a form is chosen by the first of them that is there.
  private static let forms = [["eq"], ["min", "max"], ["any-of"], ["in-enum"], ["expr"]]

  static func read(_ keys: inout MappingReader) -> Constraint? {
    guard let node = keys.value("valid") else { return nil }
    let path = keys.path + "/valid"
    guard case .mapping = node.content else {
      return keys.expression(node, path: path).map { .equal($0, isShort: true) }
    }
    guard var valid = MappingReader(node, path: path, what: "'valid'", keys.diagnostics) else { return nil }
    let equal = valid.expression("eq")
    let (minimum, maximum) = (valid.expression("min"), valid.expression("max"))
    let anyOf = valid.expressions("any-of")
    let inEnum = valid.boolean("in-enum")
    let expression = valid.expression("expr")
    valid.finish("'valid'")

    guard let form = forms.first(where: { $0.contains(where: valid.has) }) else {
      if valid.entries.isEmpty {
        keys.complain(node.location, "valid", "'valid' takes a value, eq, min, max, any-of, in-enum or expr")
      }
      return nil
    }
    for key in forms.joined() where valid.has(key) && !form.contains(key) {
      let first = form.first(where: valid.has) ?? ""
      valid.complain(valid.keyLocation(key), key, "'\(key)' does not go with '\(first)'")
    }
    switch form[0] {
    case "eq": return equal.map { .equal($0, isShort: false) }
    case "min": return minimum == nil && maximum == nil ? nil : .range(minimum: minimum, maximum: maximum)
    case "any-of": return anyOf.map(Constraint.anyOf)
    case "expr": return expression.map(Constraint.expression)
    default:
      if inEnum == false { valid.complain(valid.valueLocation("in-enum"), "in-enum", "'in-enum' can only be true") }
      return inEnum == true ? .inEnum : nil
    }
  }
}
