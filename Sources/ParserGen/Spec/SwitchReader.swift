/// Reads `switch-on` with its `cases`, of types and of byte orders.
enum SwitchReader {
  struct Case<Value> {
    var key: String
    /// nil for `_`.
    var match: Expression?
    var value: Value
    /// Of the key.
    var location: SourceLocation
  }

  /// - Parameter read: makes something of the value of a case, given its path.
  static func read<Value>(
    _ node: YAMLNode, path: String, what: String, _ diagnostics: Diagnostics,
    _ read: (MappingReader, YAMLPair, String) -> Value?
  ) -> (on: Expression, cases: [Case<Value>])? {
    guard var reader = MappingReader(node, path: path, what: what, diagnostics) else { return nil }
    let on = reader.expression("switch-on")
    let cases = reader.mapping("cases", what: "'cases'")
    reader.finish(what)
    if !reader.has("switch-on") || !reader.has("cases") {
      diagnostics.error(node.location, path: path, "\(what) needs 'switch-on' and 'cases'")
    }
    let made = cases?.entries.compactMap { pair -> Case<Value>? in
      guard let cases else { return nil }
      let casePath = "\(path)/cases/\(pair.key)"
      let value = read(cases, pair, casePath)
      var match: Expression?
      if pair.key != "_" {
        match = cases.expression(pair.keyNode, path: casePath)
        if match == nil { return nil }
      }
      return value.map { Case(key: pair.key, match: match, value: $0, location: pair.keyNode.location) }
    }
    guard let on, let made else { return nil }
    return (on, made)
  }
}
