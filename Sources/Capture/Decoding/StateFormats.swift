import ParserRuntime

extension [ConnectionState] {
  /// What some directions may speak, each format once, in the order of the states.
  func formats(_ directions: Int...) -> [any MessageFormat.Type] {
    var known: Set<ObjectIdentifier> = []
    return flatMap { state in directions.map { state.format($0) } }
      .filter { known.insert(ObjectIdentifier($0)).inserted }
  }
}
