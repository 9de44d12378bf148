/// How messages of a type find their counterpart by a key, as `match` of `-stream` says.
struct MatchUse {
  /// What kind of value a key is: those of a request and of its answers are of one.
  enum Kind: String {
    case number = "a number"
    case bytes
    case text = "a string"

    /// nil for what is no key.
    init?(_ type: DataType) {
      switch type {
      case .integer, .enumeration: self = .number
      case .bytes: self = .bytes
      case .string: self = .text
      default: return nil
      }
    }
  }

  let key: ResolvedExpression
  /// Whether a message is a request; nil where all are, as far as they answer none of the same type.
  let isRequest: ResolvedExpression?
  /// The type of the answers to requests; nil where messages only answer.
  let answer: TypeDeclaration?

  var kind: Kind? { Kind(key.type) }
  var expressions: [ResolvedExpression] { [key, isRequest].compactMap(\.self) }
}

extension TypeDeclaration {
  /// How messages of this type find their counterpart, if they do that by a key.
  var match: MatchUse? {
    guard let stream = spec.stream, let key = stream.match else { return nil }
    func resolved(_ expression: Expression, _ key: String) -> ResolvedExpression {
      ExpressionTyping(ExpressionTyping.Context(type: self, path: "\(stream.path)/\(key)"), isQuiet: true)
        .type(expression)
    }
    return MatchUse(
      key: resolved(key, "match"), isRequest: stream.requestIf.map { resolved($0, "request-if") }, answer: answeredBy)
  }

  /// Whether it is a message, or what a field holds that each message has once.
  var isPartOfMessage: Bool {
    isMessage
      || model.users(of: self).map(\.attribute).contains { attribute in
        attribute.owner.isMessage && attribute.spec.isNamed && !attribute.isRepeated && !attribute.isInstance
      }
  }
}

extension TypeDeclaration {
  /// Whether another key may count in a message that has this one: of several the first that is there does, the message's
  /// own before those of its fields.
  var isMatchPreceded: Bool {
    model.messageTypes.contains { message in
      guard message !== self, let place = message.fields.firstIndex(where: isIn) else { return false }
      return message.match != nil
        || message.fields[..<place].contains { field in field.parsedTypes.contains { $0.match != nil } }
    }
  }

  private func isIn(_ field: AttributeDeclaration) -> Bool { field.parsedTypes.contains { $0 === self } }
}

extension Model {
  /// The types of messages that answer others by a key, whose numbers `Match` has.
  var answerTypes: [TypeDeclaration] {
    types.filter { $0.spec.stream?.match != nil }.compactMap(\.answeredBy).reduce(into: []) { found, type in
      if !found.contains(where: { $0 === type }) { found.append(type) }
    }
  }
}
