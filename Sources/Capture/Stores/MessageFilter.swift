package import ParserRuntime

/// Which messages are meant; what is nil does not matter.
public struct MessageFilter: Sendable {
  /// A value of the column that tells a message's type; without such a column the table of its content.
  public var type: QueryValue?
  /// The address of either side.
  public var address: String?
  /// The port of the side that has the address.
  public var port: Int?
  /// The connection's row in `flow`.
  public var flow: Int64?
  /// No earlier than this, in µs since 1970-01-01 UTC.
  public var start: Int64?
  /// Earlier than this, in µs since 1970-01-01 UTC.
  public var end: Int64?
  /// What must hold besides, as a text says it (`FilterLanguage`).
  public var condition: MessageCondition?

  /// All messages.
  public init() {}
}

extension MessageFilter {
  /// All of it as one condition.
  package func condition(_ info: SpecificationInfo) -> MessageCondition {
    typealias Message = EngineTables.Message
    var conditions: [MessageCondition] = []
    func add(_ column: String, _ test: ColumnTest) { conditions.append(.message(column, test)) }
    if let type { add(info.typeColumn ?? Message.contentTable.definition.name, .isOneOf([type])) }
    if let address {
      let sides = [side(.initiatorAddress, .initiatorPort, address), side(.responderAddress, .responderPort, address)]
      conditions.append(.row(.flow, .any(sides)))
    }
    if let flow { add(Message.flow.definition.name, .isOneOf([.integer(flow)])) }
    if let start { add(Message.time.definition.name, .compares(.greaterOrEqual, .integer(start))) }
    if let end { add(Message.time.definition.name, .compares(.less, .integer(end))) }
    if let condition { conditions.append(condition) }
    return .all(conditions)
  }

  /// That one side of the connection has the address and the port.
  private func side(_ column: EngineTables.Flow, _ portColumn: EngineTables.Flow, _ address: String) -> RowTest {
    let isThere = RowTest.column(column.definition.name, .isOneOf([.text(address)]))
    guard let port else { return isThere }
    return .all([isThere, .column(portColumn.definition.name, .isOneOf([.integer(Int64(port))]))])
  }
}
