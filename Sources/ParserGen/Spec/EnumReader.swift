/// Reads the members of an enum.
enum EnumReader {
  static func read(_ pair: YAMLPair, path: String, owner: TypeSpec, _ diagnostics: Diagnostics) -> EnumSpec {
    let result = EnumSpec(name: pair.key, location: pair.keyNode.location, path: path, owner: owner)
    guard let reader = MappingReader(pair.value, path: path, what: "an enum", diagnostics) else { return result }
    var names: Set<String> = []
    var values: [Int128: String] = [:]
    for entry in reader.entries {
      let memberPath = "\(path)/\(entry.key)"
      func complain(_ node: YAMLNode, _ message: String) {
        diagnostics.error(node.location, path: memberPath, message)
      }
      guard let value = integerLiteral(entry.key) else {
        complain(entry.keyNode, "an enum's key must be an integer, not '\(entry.key)'")
        continue
      }
      guard let member = member(value, entry, path: memberPath, diagnostics) else { continue }
      if let other = values[value] {
        complain(entry.keyNode, "the value \(value) already belongs to '\(other)'")
      } else if !names.insert(member.name).inserted {
        complain(entry.value, "the enum has two members '\(member.name)'")
      } else {
        values[value] = member.name
        result.members.append(member)
      }
    }
    return result
  }

  private static func member(
    _ value: Int128, _ entry: YAMLPair, path: String, _ diagnostics: Diagnostics
  ) -> EnumSpec.Member? {
    let location = entry.keyNode.location
    func isName(_ name: String, _ node: YAMLNode, _ path: String) -> Bool {
      if isIdentifier(name) { return true }
      diagnostics.error(node.location, path: path, notAName(name))
      return false
    }
    if entry.value.scalar != nil {
      // `1: true` names a member, however YAML spells its booleans.
      guard let name = entry.value.boolean.map(String.init) ?? entry.value.scalar, !entry.value.isNull else {
        diagnostics.error(
          entry.value.location, path: path, "an enum's member needs a name; put quotes around one like 'null'")
        return nil
      }
      guard isName(name, entry.value, path) else { return nil }
      return EnumSpec.Member(value: value, name: name, location: location)
    }
    guard var reader = MappingReader(entry.value, path: path, what: "an enum's member", diagnostics) else { return nil }
    let doc = reader.documentation()
    let node = reader.value("id")
    let name = node?.boolean.map(String.init) ?? reader.string("id")
    reader.finish("an enum's member")
    guard let node, let name else {
      if node == nil { diagnostics.error(entry.value.location, path: path, "an enum's member needs an 'id'") }
      return nil
    }
    guard isName(name, node, path + "/id") else { return nil }
    return EnumSpec.Member(value: value, name: name, location: location, doc: doc)
  }
}
