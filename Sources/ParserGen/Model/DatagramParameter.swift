extension TypeDeclaration {
  /// The root type's parameter that tells whether a message came in a datagram. What a stream needs besides, such as a
  /// length before the message, depends on it.
  var datagramParameter: ParameterDeclaration? {
    guard isRoot else { return nil }
    return parameters.first { parameter in
      if case .boolean = parameter.type { parameter.name == "is_datagram" } else { false }
    }
  }
}

extension AttributeDeclaration {
  /// Whether a message in a stream has it in any case: its condition is `not is_datagram`, or there is none.
  var isAlwaysInStreams: Bool {
    guard spec.condition != nil else { return true }
    guard let parameter = owner.datagramParameter, case .unary(.not, let operand)? = expression("if")?.kind,
      case .parameter(let member)? = operand.ownMember(in: owner)
    else { return false }
    return member === parameter
  }
}
