/// Reads the members of an enum.
enum EnumReader {
  static func read(_ pair: YAMLPair, path: String, owner: TypeSpec, _ diagnostics: Diagnostics) -> EnumSpec {
    let result = EnumSpec(name: pair.key, location: pair.keyNode.location, path: path, owner: owner)
    guard let reader = MappingReader(pair.value, path: path, what: "an enum", diagnostics) else { return result }
    for entry in reader.entries {
      let memberPath = "\(path)/\(entry.key)"
      guard let value = integerLiteral(entry.key) else {
        diagnostics.error(
          entry.keyNode.location, path: memberPath, "an enum's key must be an integer, not '\(entry.key)'")
        continue
      }
      guard let member = member(value, entry, path: memberPath, diagnostics) else { continue }
      if !isIdentifier(member.name) {
        diagnostics.error(entry.value.location, path: memberPath, "'\(member.name)' is no name for an enum's member")
      } else if result.member(member.name) != nil {
        diagnostics.error(entry.value.location, path: memberPath, "the enum has two members '\(member.name)'")
      } else if let other = result.members.first(where: { $0.value == value }) {
        diagnostics.error(
          entry.keyNode.location, path: memberPath, "the value \(value) already belongs to '\(other.name)'")
      } else {
        result.members.append(member)
      }
    }
    return result
  }

  private static func member(
    _ value: Int128, _ entry: YAMLPair, path: String, _ diagnostics: Diagnostics
  ) -> EnumSpec.Member? {
    if let name = entry.value.scalar {
      return EnumSpec.Member(value: value, name: name, location: entry.keyNode.location)
    }
    guard var reader = MappingReader(entry.value, path: path, what: "an enum's member", diagnostics) else { return nil }
    let doc = reader.documentation()
    let name = reader.string("id")
    reader.ignore("-orig-id")
    reader.finish("an enum's member")
    guard let name else {
      diagnostics.error(entry.value.location, path: path, "an enum's member needs an 'id'")
      return nil
    }
    return EnumSpec.Member(value: value, name: name, location: entry.keyNode.location, doc: doc)
  }
}
