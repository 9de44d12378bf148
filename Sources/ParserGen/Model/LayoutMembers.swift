// Which members decide how many bytes follow, and what they are: a wrong one ends the message.
extension AttributeDeclaration {
  var decidesLayout: Bool { owner.model.membersThatDecideLayout.contains(ObjectIdentifier(self)) }

  /// What the layout of the bytes behind the attribute depends on.
  fileprivate var layoutExpressions: [ResolvedExpression] {
    expressionUses.filter { use in
      switch use.key {
      case "if", "repeat-expr", "repeat-until": return true
      case "size": return use.expression.constant == nil
      // A switch inside of a sized part cannot disturb what follows that part.
      case "type/switch-on": return !isWindow
      default: return false
      }
    }.map(\.expression)
  }
}

extension Model {
  fileprivate var membersThatDecideLayout: Set<ObjectIdentifier> {
    layoutMembers.answer(queries, cycle: []) {
      var found: Set<ObjectIdentifier> = []
      for field in types.flatMap(\.fields) { field.layoutExpressions.forEach { mark($0, &found) } }
      // Parameters that decide a layout make their arguments decide it too, until nothing changes.
      var count = -1
      while found.count > count {
        count = found.count
        for use in types.flatMap(\.attributes).flatMap(\.typeUses) {
          for (parameter, argument) in zip(use.type.parameters, use.arguments)
          where found.contains(ObjectIdentifier(parameter)) {
            mark(argument, &found)
          }
        }
      }
      return found
    }
  }

  private func mark(_ expression: ResolvedExpression, _ found: inout Set<ObjectIdentifier>) {
    var rest = [expression]
    while let next = rest.popLast() {
      next.walk { part in
        guard case .member(_, let members) = part.kind else { return }
        for (_, member) in members {
          switch member {
          case .parameter(let parameter): found.insert(ObjectIdentifier(parameter))
          case .attribute(let attribute):
            guard found.insert(ObjectIdentifier(attribute)).inserted, attribute.spec.isComputed else { break }
            rest += attribute.expressionUses.filter { $0.key == "value" || $0.key == "if" }.map(\.expression)
          }
        }
      }
    }
  }
}
