// Who uses an attribute.
extension AttributeDeclaration {
  /// Whether expressions of other attributes of the type, or of what is parsed in them, use the attribute, be it through
  /// computed instances.
  func isUsed(by users: [AttributeDeclaration]) -> Bool {
    users.contains { user in
      user.expressionUses.contains { mentions($0.expression, []) }
        || user.typeUses.flatMap(\.arguments).contains { mentions($0, []) }
        || user.typeUses.flatMap(\.type.ancestorMembers).contains { member in
          owner.member(member.key.member).map { mentions($0, []) } ?? false
        }
    }
  }

  private func mentions(_ member: MemberDeclaration, _ seen: Set<ObjectIdentifier>) -> Bool {
    guard case .attribute(let attribute) = member, !seen.contains(ObjectIdentifier(attribute)) else { return false }
    if attribute === self { return true }
    guard attribute.isInstance else { return false }
    let inner = seen.union([ObjectIdentifier(attribute)])
    return attribute.expressionUses.contains { mentions($0.expression, inner) }
  }

  private func mentions(_ expression: ResolvedExpression, _ seen: Set<ObjectIdentifier>) -> Bool {
    var found = false
    expression.walk { part in
      if let member = part.ownMember(in: owner), mentions(member, seen) { found = true }
    }
    return found
  }
}
