import ParserRuntime

/// Why a file is no database whose messages can be shown.
public enum DatabaseProblem: Error, Hashable, CustomStringConvertible {
  /// It cannot be read, and why.
  case unreadable(String)
  /// It has no captures.
  case noCaptures
  /// Its messages are of another protocol, by the description's name.
  case otherProtocol(String)

  /// The reason in words.
  public var description: String {
    switch self {
    case .unreadable(let reason): reason
    case .noCaptures: "is a database, but has no captures"
    case .otherProtocol(let name): "has messages of the protocol '\(name)'"
    }
  }
}

extension DatabaseFile {
  /// Why its messages cannot be shown; nil where they can.
  public func problem(_ control: QueryControl) -> DatabaseProblem? {
    do throws(QueryError) {
      let queries = queries
      for table in [EngineTables.run, EngineTables.flow] + info.tables.prefix(1) {
        guard try queries.has(table, control) else { return .noCaptures }
      }
      let column = EngineTables.Run.specification.definition.name
      let last = RowRequest(EngineTables.run.name, columns: [column], order: "id", isDescending: true, limit: 1)
      let cursor = try queries.rows(last, control)
      guard try cursor.step(), case .text(let name) = cursor.value(0), name != info.name else { return nil }
      return .otherProtocol(name)
    } catch {
      return .unreadable(error.description)
    }
  }
}
