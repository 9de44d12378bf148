/// Refuses names of a description that would become one name in Swift, or one that generated code uses itself.
struct NameConflicts {
  let diagnostics: Diagnostics

  /// Types that the code of messages names without a module.
  private static let types: Set<String> = [
    "Any", "AnyObject", "Array", "Bool", "ByteReader", "ByteString", "Bytes", "Checked", "DecodedMessage",
    "DescriptionOutline", "Double", "Envelope", "Error", "FieldRun", "FieldTree", "FixedBytes", "Float", "Hashable",
    "Hasher", "InlineArray", "Int", "Int128", "Int16", "Int32", "Int64", "Int8", "Issue", "Never", "NoTrace",
    "Optional",
    "ParseError", "ParseTrace", "ParserRuntime", "ResponseStream", "Result", "RowBatch", "RowLink", "RowReference",
    "Sendable", "Specification", "SpecificationInfo", "StaticString", "String", "Swift", "TextEncoding", "Trace",
    "TraceValue", "UInt", "UInt16", "UInt32", "UInt64", "UInt8", "UnitKind", "Void",
  ]
  /// Members that Swift itself gives a meaning.
  private static let members: Set<String> = ["self", "init", "Type", "Protocol"]

  func check(_ roots: [TypeSpec]) {
    var taken = Self.types
    for root in roots { claim(SwiftNames.type(root.name), root.location, "/meta/id", root.name, &taken) }
    for root in roots { check(root, taken) }
  }

  private func check(_ type: TypeSpec, _ outer: Set<String>) {
    var types = outer
    for inner in type.types { claim(SwiftNames.type(inner.name), inner.location, inner.path, inner.name, &types) }
    var members = Self.members
    for item in type.params { claim(SwiftNames.plain(item.name), item.location, item.path, item.name, &members) }
    for item in type.seq + type.instances where item.isNamed {
      claim(SwiftNames.plain(item.name), item.location, item.path, item.name, &members)
    }
    for spec in type.enums {
      if Self.types.contains(SwiftNames.type(spec.name)) { refuse(spec.location, spec.path, spec.name) }
      var cases = Self.members
      for member in spec.members {
        let path = "\(spec.path)/\(member.value)"
        claim(SwiftNames.enumCase(member.name), member.location, path, member.name, &cases)
      }
    }
    for inner in type.types { check(inner, outer.union([SwiftNames.type(inner.name)])) }
  }

  private func claim(
    _ name: String, _ location: SourceLocation, _ path: String, _ written: String, _ taken: inout Set<String>
  ) {
    if !taken.insert(name).inserted { refuse(location, path, written) }
  }

  private func refuse(_ location: SourceLocation, _ path: String, _ name: String) {
    diagnostics.error(
      location, path: path, "'\(name)' becomes a name in Swift that is taken already; call it otherwise")
  }
}
