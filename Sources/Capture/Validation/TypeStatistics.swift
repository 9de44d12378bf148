import ParserRuntime

/// What has been seen of a type.
final class TypeStatistics {
  var count = 0
  /// Times that what follows was what should follow: behind a message or an entry, and inside of a list.
  var boundaries = (good: 0, goodInLists: 0)
  private(set) var members: [String: MemberStatistics] = [:]

  func member(_ name: String) -> MemberStatistics {
    if let known = members[name] { return known }
    let new = MemberStatistics()
    members[name] = new
    return new
  }
}

/// What has been seen of all types of a description.
final class TrafficStatistics {
  let outline: DescriptionOutline
  private(set) var types: [String: TypeStatistics] = [:]

  init(_ outline: DescriptionOutline) { self.outline = outline }

  func type(_ name: String) -> TypeStatistics {
    if let known = types[name] { return known }
    let new = TypeStatistics()
    types[name] = new
    return new
  }

  /// Counts a node and all in it.
  /// - Parameter isUnit: whether it is a response stream of which only one unit is shown.
  func add(_ node: FieldNode, _ bytes: UnsafeRawBufferPointer, isUnit: Bool = false) {
    guard let name = node.type else { return }
    let type = type(name)
    if !isUnit { type.count += 1 }
    for (field, holds) in node.conditions { type.member(field).condition(holds) }
    for child in node.children {
      let own = UnsafeRawBufferPointer(rebasing: bytes[child.offset..<child.offset + child.length])
      type.member(child.name).add(child, own)
      if child.type != nil { add(child, bytes) }
    }
  }

  /// How often a value of an enum was seen, in whatever member.
  func count(of value: Int64, in enumeration: Int) -> Int {
    outline.types.reduce(0) { sum, outline in
      sum
        + outline.members.filter { $0.enumeration == enumeration }
        .reduce(0) { $0 + (type(outline.name).member($1.name).values[value] ?? 0) }
    }
  }
}
