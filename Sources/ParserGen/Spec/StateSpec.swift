/// What the two sides of a connection speak, for a part of its life: `initiator` and `responder` of `meta/-stream`, or of
/// one of its `states`.
struct StateSpec {
  /// Empty where the description does not name states.
  var name = ""
  /// The type of what a side says; nil for the root type.
  var initiator: TypeName?
  var responder: TypeName?
  var path: String
  var location: SourceLocation

  var sides: [(key: String, type: TypeName?)] { [("initiator", initiator), ("responder", responder)] }
}

/// Reads who speaks what.
enum StateReader {
  /// The states of `meta/-stream`, the first first; empty where both sides always speak the root type.
  static func states(_ reader: inout MappingReader) -> [StateSpec] {
    guard reader.has("states") else {
      let state = state(&reader)
      return state.sides.allSatisfy { $0.type == nil } ? [] : [state]
    }
    reader.refuse(["initiator", "responder"]) { "'\($0)' belongs to each of the 'states'" }
    guard let states = reader.mapping("states", what: "'states'") else { return [] }
    if states.entries.isEmpty {
      reader.complain(states.node.location, "states", "'states' names one state at least")
    }
    return states.entries.compactMap { pair in
      let path = "\(states.path)/\(pair.key)"
      if !isIdentifier(pair.key) { reader.diagnostics.error(pair.keyNode.location, path: path, notAName(pair.key)) }
      guard var inner = MappingReader(pair.value, path: path, what: "a state", reader.diagnostics) else { return nil }
      var state = state(&inner)
      state.name = pair.key
      inner.finish("a state")
      return state
    }
  }

  private static func state(_ reader: inout MappingReader) -> StateSpec {
    func side(_ key: String) -> TypeName? {
      reader.value(key).flatMap { reader.typeName($0, path: "\(reader.path)/\(key)") }
    }
    return StateSpec(
      initiator: side("initiator"), responder: side("responder"), path: reader.path, location: reader.node.location)
  }
}
