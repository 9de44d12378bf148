/// Computed instances whose types nobody can find out, because they follow from each other.
struct CyclicInstances {
  private let members: Set<ObjectIdentifier>

  init(_ model: Model) {
    let unknown = model.types.flatMap(\.instances).filter { $0.spec.isComputed && $0.type.isUnknown }
    var rest = Dictionary(uniqueKeysWithValues: unknown.map { (ObjectIdentifier($0), Self.sources(of: $0)) })
    // What follows from none of the rest has another error, and what none of the rest follows from is not in a cycle.
    Self.peel(&rest)
    rest = Self.reversed(rest)
    Self.peel(&rest)
    members = Set(rest.keys)
  }

  func contains(_ instance: AttributeDeclaration) -> Bool { members.contains(ObjectIdentifier(instance)) }

  private typealias Graph = [ObjectIdentifier: [ObjectIdentifier]]

  /// Removes what leads to nothing, until all that is left leads on.
  private static func peel(_ graph: inout Graph) {
    let users = reversed(graph)
    var counts = graph.mapValues(\.count)
    var ends = counts.filter { $0.value == 0 }.map(\.key)
    while let end = ends.popLast() {
      graph[end] = nil
      for user in users[end] ?? [] {
        counts[user, default: 0] -= 1
        if counts[user] == 0 { ends.append(user) }
      }
    }
    for (node, next) in graph { graph[node] = next.filter { graph[$0] != nil } }
  }

  private static func reversed(_ graph: Graph) -> Graph {
    var result = graph.mapValues { _ in [ObjectIdentifier]() }
    for (node, next) in graph { for other in next { result[other]?.append(node) } }
    return result
  }

  /// The computed instances of unknown type that an instance's expression names.
  private static func sources(of instance: AttributeDeclaration) -> [ObjectIdentifier] {
    guard let value = instance.spec.value else { return [] }
    var found: [ObjectIdentifier] = []
    func add(_ name: String, _ types: [TypeDeclaration]) {
      for type in types {
        guard case .attribute(let attribute) = type.member(name), attribute.isInstance, attribute.spec.isComputed,
          attribute.type.isUnknown
        else { continue }
        found.append(ObjectIdentifier(attribute))
      }
    }
    let typing = ExpressionTyping(instance.context(for: "value"), isQuiet: true)
    var rest = [value]
    while let next = rest.popLast() {
      switch next.kind {
      case .name(let name): add(name, [instance.owner])
      case .member(let base, let name, arguments: nil):
        add(name, typing.type(base).type.objects)
        rest.append(base)
      // What is cast is of a known type.
      case .cast: break
      default: rest += next.operands
      }
    }
    return found
  }
}
