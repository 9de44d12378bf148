public import ParserRuntime

extension ClickHouseTable {
  /// What a table of the engine or of a description is.
  public init(_ table: SpecificationInfo.Table) {
    name = table.name
    doc = table.doc
    columns = table.columns.enumerated().map(ClickHouseColumn.init)
    order = Self.order(of: table)
    let extra = Self.furtherColumns(of: table)
    switch table.name {
    case EngineTables.run.name: (name, view) = ("run_state", table.name)
    case EngineTables.flow.name: (name, view) = ("flow_state", table.name)
    default: break
    }
    // A description may have columns of these names.
    for column in extra {
      var column = column
      while columns.contains(where: { $0.name == column.name }) { column.name += "_" }
      columns.append(column)
    }
    switch table.name {
    case EngineTables.run.name: timeColumn = nil
    case EngineTables.flow.name: timeColumn = EngineTables.Flow.opened.rawValue
    case EngineTables.flowEvent.name: timeColumn = EngineTables.FlowEvent.time.rawValue
    case EngineTables.decodeIssue.name: timeColumn = EngineTables.DecodeIssue.time.rawValue
    case EngineTables.messageAnswer.name: timeColumn = EngineTables.MessageAnswer.time.rawValue
    case "message": timeColumn = EngineTables.Message.time.rawValue
    default: timeColumn = columns.firstIndex { $0.source == .time }
    }
  }

  /// What belongs to a message is found by the message; everything else by its key, which rises with time.
  private static func order(of table: SpecificationInfo.Table) -> [String] {
    let key = table.columns.first.map { [$0.name] } ?? []
    guard table.columns.count > 1, table.name != "message", table.columns[1].role == .reference(to: "message") else {
      return key
    }
    return [table.columns[1].name] + key
  }

  private static func furtherColumns(of table: SpecificationInfo.Table) -> [ClickHouseColumn] {
    let sensor = addedSensor
    let version = ClickHouseColumn("version", .uint64, .version, doc: "the larger one counts")
    switch table.name {
    case EngineTables.run.name:
      let dropped = ClickHouseColumn(
        "dropped_spool", .int64, .droppedRows,
        doc: "rows dropped because they could not be kept until the store took them")
      return [sensor, dropped, version]
    case EngineTables.flow.name: return [sensor, version]
    // With the connection's addresses most questions need no other table.
    case EngineTables.flowEvent.name, "message":
      typealias Flow = EngineTables.Flow
      let columns: [Flow] = [
        .run, .version, .initiatorAddress, .initiatorPort, .responderAddress, .responderPort,
      ]
      return [sensor]
        + columns.map { column in
          var planned = ClickHouseColumn(column.rawValue, column.definition)
          planned.source = .flow(column)
          planned.doc = column == .run ? nil : "of the connection"
          return planned
        }
    case EngineTables.decodeIssue.name, EngineTables.messageAnswer.name: return [sensor]
    default: return [sensor, addedTime]
    }
  }

  /// What all tables have, since many sensors share them.
  static let addedSensor = ClickHouseColumn(
    "sensor", .uint16, .sensor, doc: "the sensor that wrote the row, see the table sensor")

  /// What tables have of the message that their rows belong to.
  static let addedTime = {
    var time = ClickHouseColumn("time_us", .int64, .time, doc: "of the message, µs since 1970-01-01 UTC")
    time.isRising = true
    return time
  }()
}

extension ClickHouseColumn {
  /// What a column of the engine or of a description is.
  init(_ number: Int, _ column: SpecificationInfo.Column) {
    let type = ClickHouseType(column.type)
    self.init(column.name, column.isNullable ? .nullable(type) : type, .batch(number), doc: column.doc)
    // Values of a kind are looked for in all columns that may have them.
    isIndexed = column.isIndexed || !column.kinds.isEmpty && !column.isList
    switch column.role {
    case .reference: (isReference, isRising) = (true, true)
    case .key, .content: isRising = true
    case .value, .contentTable: isRising = Self.times.contains(column)
    }
    isBinary = column.type == .blob
    isRepetitive =
      column.role == .contentTable
      || column.type == .text && Self.repetitive.contains(column)
  }

  /// Columns of the engine that have times.
  private static let times: [SpecificationInfo.Column] = [
    EngineTables.Message.time.definition, EngineTables.Flow.opened.definition, EngineTables.Flow.closed.definition,
    EngineTables.FlowEvent.time.definition, EngineTables.DecodeIssue.time.definition,
    EngineTables.MessageAnswer.time.definition,
  ]
  /// Columns of the engine that have few values.
  private static let repetitive: [SpecificationInfo.Column] =
    [EngineTables.Flow.initiatorAddress, .responderAddress, .closeReason, .transport].map(\.definition)
    + [EngineTables.FlowEvent.event].map(\.definition) + [EngineTables.DecodeIssue.kind, .path].map(\.definition)
}
