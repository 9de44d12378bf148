import ParserRuntime

extension [ConnectionState] {
  /// Whether what a direction says is told by its bytes, in whichever state the connection is.
  func haveConstrainedHeads(_ direction: Int) -> Bool { allSatisfy { $0.format(direction).hasConstrainedHead } }

  /// What some directions may speak, each format once, in the order of the states.
  func formats(_ directions: Int...) -> [any MessageFormat.Type] {
    var known: Set<ObjectIdentifier> = []
    return flatMap { state in directions.map { state.format($0) } }
      .filter { known.insert(ObjectIdentifier($0)).inserted }
  }
}
