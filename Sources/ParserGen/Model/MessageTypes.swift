/// What the two sides of a connection speak in one of its states.
struct StateDeclaration {
  let name: String
  let initiator: TypeDeclaration
  let responder: TypeDeclaration
}

extension Model {
  /// The states of a connection, the one that it begins with first. Without a word about them there is one, in which both
  /// sides speak the root type.
  var states: [StateDeclaration] {
    let specs = transport.states
    guard !specs.isEmpty else { return [StateDeclaration(name: "", initiator: root, responder: root)] }
    func type(_ name: TypeName?) -> TypeDeclaration { name.flatMap(root.type) ?? root }
    return specs.map { StateDeclaration(name: $0.name, initiator: type($0.initiator), responder: type($0.responder)) }
  }

  /// The types of messages: those that a side speaks, what the initiator says first at the begin.
  var messageTypes: [TypeDeclaration] {
    messageTypesQuery.answer(queries, cycle: []) {
      states.flatMap { [$0.initiator, $0.responder] }.reduce(into: []) { found, type in
        if !found.contains(where: { $0 === type }) { found.append(type) }
      }
    }
  }

  /// Whether both sides always speak the root type.
  var speaksRootOnly: Bool { messageTypes.count == 1 && messageTypes[0] === root }

  /// The number of a state.
  func state(named name: String) -> Int? { states.firstIndex { $0.name == name && !name.isEmpty } }
}

extension TypeDeclaration {
  /// Whether a side of a connection speaks it.
  var isMessage: Bool { model.messageTypes.contains { $0 === self } }
}
