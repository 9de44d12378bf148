/// A member of an ancestor that a type's parser is given, since a value knows nothing of what is around it.
struct AncestorMember {
  enum Anchor: Hashable {
    case root
    /// 1 is `_parent`, 2 is `_parent._parent`.
    case parent(Int)
  }

  struct Key: Hashable {
    var anchor: Anchor
    var member: String
  }

  let key: Key
  /// What it is in each type that may be the ancestor.
  let members: [(owner: TypeDeclaration, member: MemberDeclaration)]
  let type: DataType

  var isOptional: Bool { members.contains { $0.member.isOptional } }
}

extension ResolvedExpression {
  /// `_root` is 0, `_parent` 1, `_parent._parent` 2; nil for anything else.
  private var generation: Int? {
    switch kind {
    case .root: 0
    case .parent: 1
    case .parentOf(let base): base.generation.flatMap { $0 > 0 ? $0 + 1 : nil }
    default: nil
    }
  }

  /// The ancestor's member that it is, for an expression in `owner`; nil for anything else.
  func ancestorMember(in owner: TypeDeclaration) -> AncestorMember? {
    guard case .member(let base, let members) = kind, let generation = base.generation, let first = members.first,
      !(generation == 0 && owner.isRoot)
    else { return nil }
    let anchor = generation == 0 ? AncestorMember.Anchor.root : .parent(generation)
    return AncestorMember(key: .init(anchor: anchor, member: first.member.name), members: members, type: type)
  }

  /// The member of `owner` itself that it is, for an expression in `owner`.
  func ownMember(in owner: TypeDeclaration) -> MemberDeclaration? {
    guard case .member(let base, let members) = kind, let first = members.first else { return nil }
    switch base.kind {
    case .this: return first.member
    case .root where owner.isRoot: return first.member
    default: return nil
    }
  }
}

extension TypeDeclaration {
  /// What the type, or what is parsed in it, uses of its ancestors.
  var ancestorMembers: [AncestorMember] { model.membersOfAncestors[ObjectIdentifier(self)] ?? [] }

  /// Those that a value has to keep, since its computed instances, its response streams or its key use them.
  var keptAncestorMembers: Set<AncestorMember.Key> {
    let kept = instances.filter(\.spec.isComputed).flatMap(\.expressionUses).map(\.expression) + streamExpressions
    var keys: Set<AncestorMember.Key> = []
    for expression in kept {
      expression.walk { part in if let member = part.ancestorMember(in: self) { keys.insert(member.key) } }
    }
    return keys
  }

  private var streamExpressions: [ResolvedExpression] {
    responseStreams.flatMap(\.arguments) + (match?.expressions ?? [])
  }

  fileprivate var ownAncestorMembers: [AncestorMember] {
    var found: [AncestorMember] = []
    for expression in attributes.flatMap(\.expressionUses).map(\.expression) + streamExpressions {
      expression.walk { part in
        guard let member = part.ancestorMember(in: self) else { return }
        if !found.contains(where: { $0.key == member.key }) { found.append(member) }
      }
    }
    return found
  }
}

extension Model {
  fileprivate var membersOfAncestors: [ObjectIdentifier: [AncestorMember]] {
    ancestorMembers.answer(queries, cycle: [:]) {
      var found: [ObjectIdentifier: [AncestorMember]] = [:]
      for type in types { found[ObjectIdentifier(type)] = type.ownAncestorMembers }
      // A type hands down what the types in it need, until nothing changes.
      var changed = true
      while changed {
        changed = false
        for type in types where inherit(type, &found) { changed = true }
      }
      return found
    }
  }

  private func inherit(_ type: TypeDeclaration, _ found: inout [ObjectIdentifier: [AncestorMember]]) -> Bool {
    var own = found[ObjectIdentifier(type)] ?? []
    let before = own.count
    for member in type.directTypes.flatMap({ found[ObjectIdentifier($0)] ?? [] }) {
      var key = member.key
      switch key.anchor {
      case .root where !type.isRoot: break
      case .parent(let generation) where generation > 1: key.anchor = .parent(generation - 1)
      default: continue
      }
      if own.contains(where: { $0.key == key }) { continue }
      own.append(AncestorMember(key: key, members: member.members, type: member.type))
    }
    found[ObjectIdentifier(type)] = own
    return own.count > before
  }
}
