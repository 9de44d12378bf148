import ParserRuntime

// What is wrong with the types that the sides of a connection speak, and with its states.
extension MessageChecker {
  func checkStates() {
    if let last = model.transport.states.dropFirst().last, model.transport.transports.contains(.udp) {
      diagnostics.error(
        last.location, path: last.path, "states are those of a TCP connection: datagrams have no order that tells them")
    }
    for state in model.transport.states {
      for (key, name) in state.sides {
        guard let name else { continue }
        check(name, path: "\(state.path)/\(key)")
      }
    }
    // What the root type cannot have has been told.
    for type in model.messageTypes where type !== model.root && !type.ancestorMembers.isEmpty {
      diagnostics.error(
        type.spec.location, path: type.spec.path,
        "'\(type.spec.name)' is spoken by a side of a connection, and so a message by itself: it cannot use '_root' or "
          + "'_parent' of what is around it")
    }
  }

  private func check(_ name: TypeName, path: String) {
    guard let type = model.root.type(named: name) else {
      return diagnostics.error(
        name.location, path: path,
        "unknown type '\(name.text)'\(suggestion(for: name.text, among: model.root.visibleTypes))")
    }
    if type !== model.root, !type.parameters.isEmpty || !name.arguments.isEmpty {
      diagnostics.error(
        name.location, path: path, "what a side of a connection speaks is parsed by itself: it cannot have parameters")
    }
  }

  func checkThen(_ stream: ConversationSpec) {
    guard let then = stream.then, model.state(named: then.text) == nil else { return }
    let names = model.states.map(\.name).filter { !$0.isEmpty }
    let remedy = names.isEmpty ? "; name states in 'meta/-stream/states'" : suggestion(for: then.text, among: names)
    diagnostics.error(then.location, path: "\(stream.path)/then", "unknown state '\(then.text)'\(remedy)")
  }
}
