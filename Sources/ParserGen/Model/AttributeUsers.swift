// Who uses an attribute.
extension TypeDeclaration {
  /// The attributes that expressions of `users`, or of what is parsed in them, use, be it through computed instances.
  func attributesUsed(by users: [AttributeDeclaration]) -> Set<ObjectIdentifier> {
    var found: Set<ObjectIdentifier> = []
    func add(_ member: MemberDeclaration?) {
      guard case .attribute(let attribute)? = member, found.insert(ObjectIdentifier(attribute)).inserted,
        attribute.isInstance
      else { return }
      for use in attribute.expressionUses { add(use.expression) }
    }
    func add(_ expression: ResolvedExpression) { expression.walk { add($0.ownMember(in: self)) } }
    for user in users {
      for use in user.expressionUses { add(use.expression) }
      for use in user.typeUses {
        for argument in use.arguments { add(argument) }
        for handed in use.type.ancestorMembers { add(member(handed.key.member)) }
      }
    }
    return found
  }
}
