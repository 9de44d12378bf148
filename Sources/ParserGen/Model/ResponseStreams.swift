/// A type whose values follow a message, one after another, until it ends.
struct ResponseStreamUse {
  enum Direction {
    /// From the peer.
    case answer
    /// From the sender of the message.
    case continuation
  }

  let direction: Direction
  let type: TypeDeclaration
  let arguments: [ResolvedExpression]
  let name: TypeName
  let path: String
}

extension TypeDeclaration {
  /// What follows a message of this type, as `-stream` says.
  var responseStreams: [ResponseStreamUse] {
    guard let stream = spec.stream else { return [] }
    let written: [(ResponseStreamUse.Direction, TypeName?, String)] = [
      // What a key finds is a message.
      (.answer, stream.match == nil ? stream.answeredBy : nil, "answered-by"),
      (.continuation, stream.followedBy, "followed-by"),
    ]
    return written.compactMap { direction, name, key in
      guard let name, let type = type(named: name) else { return nil }
      let path = "\(stream.path)/\(key)"
      let typing = ExpressionTyping(ExpressionTyping.Context(type: self, path: path), isQuiet: true)
      return ResponseStreamUse(
        direction: direction, type: type, arguments: name.arguments.map(typing.type), name: name, path: path)
    }
  }

  /// The number of the state in which the connection goes on after a message of this type.
  var nextState: Int? { spec.stream?.then.flatMap { model.state(named: $0.text) } }

  /// What the peer answers with: a response stream, or with `match` a message.
  var answeredBy: TypeDeclaration? { spec.stream?.answeredBy.flatMap { type(named: $0) } }
  var followedBy: TypeDeclaration? { responseStreams.first { $0.direction == .continuation }?.type }
}

extension Model {
  /// The types that follow messages.
  var streamTypes: [TypeDeclaration] {
    let used = types.flatMap(\.responseStreams).map(\.type)
    return types.filter { type in used.contains { $0 === type } }
  }
}
