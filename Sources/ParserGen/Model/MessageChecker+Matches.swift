import ParserRuntime

// What is wrong with the keys by which requests and answers find each other.
extension MessageChecker {
  func checkMatchScope() {
    guard let location = model.transport.matchScopeLocation, model.answerTypes.isEmpty else { return }
    diagnostics.error(
      location, path: "/meta/-stream/match-within",
      "'match-within' is for requests and answers that have a key: no type has 'answered-by' with 'match'")
  }

  /// - Parameter isMessage: whether the type may have `-stream`, as far as that has been looked at.
  func checkMatch(_ type: TypeDeclaration, _ stream: ConversationSpec, isMessage: Bool) {
    if let condition = stream.requestIf, stream.match == nil || stream.answeredBy == nil {
      diagnostics.error(
        condition.location, path: "\(stream.path)/request-if",
        "'request-if' tells which messages are requests: it needs 'answered-by' and 'match' beside it")
    }
    guard let key = stream.match else { return checkLackOfMatch(type, stream) }
    let path = "\(stream.path)/match"
    if isMessage, !type.isPartOfMessage {
      diagnostics.error(
        key.location, path: path,
        "'match' belongs to a message, or to the type of one of its fields that is no list and has an 'id': "
          + "'\(type.spec.name)' is neither")
    }
    checkExpressions(of: type, stream)
    guard let name = stream.answeredBy else {
      if !model.answerTypes.contains(where: { $0 === type }) {
        diagnostics.error(
          key.location, path: path,
          "'match' is for requests, which say 'answered-by', and for what answers them: '\(type.spec.name)' is neither")
      }
      return
    }
    if let answer = type.answeredBy { check(answer, named: name, answering: type, stream) }
  }

  /// What is answered by a message with a key must have the key.
  private func checkLackOfMatch(_ type: TypeDeclaration, _ stream: ConversationSpec) {
    guard let name = stream.answeredBy, let answer = type.answeredBy, answer.spec.stream?.match != nil else { return }
    diagnostics.error(
      name.location, path: "\(stream.path)/answered-by",
      "'\(name.text)' is found by its 'match': '\(type.spec.name)' needs one too")
  }

  private func checkExpressions(of type: TypeDeclaration, _ stream: ConversationSpec) {
    func typing(_ key: String) -> ExpressionTyping {
      ExpressionTyping(ExpressionTyping.Context(type: type, path: "\(stream.path)/\(key)"))
    }
    if let expression = stream.match {
      let key = typing("match").type(expression)
      check(key, of: type, path: "\(stream.path)/match", inValue: "'match'")
      if !key.type.isUnknown, MatchUse.Kind(key.type) == nil {
        diagnostics.error(
          expression.location, path: "\(stream.path)/match",
          "a key is an integer, a value of an enum, bytes or a string, but this is \(key.type.name)")
      }
      if case .attribute(let field)? = key.ownMember(in: type), let size = field.elementSize,
        size > MatchKey.maximumLength
      {
        diagnostics.error(
          expression.location, path: "\(stream.path)/match",
          "a key has at most \(MatchKey.maximumLength) bytes, and '\(field.name)' always has \(size): use a part of it")
      }
    }
    if let expression = stream.requestIf {
      let condition = typing("request-if").type(expression, as: .boolean, "'request-if'")
      check(condition, of: type, path: "\(stream.path)/request-if", inValue: "'request-if'")
    }
  }

  private func check(
    _ answer: TypeDeclaration, named name: TypeName, answering type: TypeDeclaration, _ stream: ConversationSpec
  ) {
    let path = "\(stream.path)/answered-by"
    if !name.arguments.isEmpty {
      diagnostics.error(
        name.location, path: path, "what is found by 'match' is a message, which takes no arguments here")
    }
    guard let match = answer.match else {
      let remedy =
        answer.isPartOfMessage
        ? "give it one" : "and it is no message: for a stream of units leave out 'match' here"
      return diagnostics.error(
        name.location, path: path, "'\(name.text)' has no 'match' to be found by as the answer; \(remedy)")
    }
    guard let own = type.match?.kind, let other = match.kind, own != other else { return }
    diagnostics.error(
      name.location, path: path,
      "keys of two kinds are never the same: 'match' is \(own.rawValue) here and \(other.rawValue) in '\(name.text)'")
  }
}
