/// The kinds of messages: their contents' types, without the prefix of message types, and after those of a type the type
/// itself, for a message without content. Types of messages may have kinds in common.
struct MessageKinds {
  private(set) var names: [String] = []
  private var numbers: [ObjectIdentifier: [Int]] = [:]

  init(_ model: Model) {
    for type in model.messageTypes {
      numbers[ObjectIdentifier(type)] = Self.names(of: type, isRoot: type === model.root).map { name in
        if let known = names.firstIndex(of: name) { return known }
        names.append(name)
        return names.count - 1
      }
    }
  }

  /// The numbers of a type's kinds: by the alternatives of its content, and last that of a message without content.
  func numbers(of type: TypeDeclaration) -> [Int] { numbers[ObjectIdentifier(type)] ?? [] }

  private static func names(of type: TypeDeclaration, isRoot: Bool) -> [String] {
    let own = isRoot ? type.spec.name : shortTypeName(type.spec.name)
    guard let content = type.content else { return [own] }
    var kinds = content.choice.alternatives.map { item in
      if case .object(let type) = item.type { shortTypeName(type.spec.name) } else { item.name }
    }
    if content.choice.joined != nil { kinds = [kinds[0]] }
    return content.field.isOptional ? kinds + [own] : kinds
  }
}
