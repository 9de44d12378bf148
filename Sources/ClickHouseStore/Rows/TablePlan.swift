import Capture
import ClickHouseSchema
import ParserRuntime

/// How rows of a table become RowBinary: what is known of it before the first row comes.
struct TablePlan {
  /// What a value is and where it comes from.
  struct Column {
    enum Kind {
      case int8, int16, int32, int64, real, bytes
    }

    enum Source {
      /// The column of this number in the batch's row.
      case batch(Int)
      case sensor, time, version, droppedRows
      /// The value of the list that is being split.
      case value
      /// Columns of the row's connection; the number is that of the group in `RowPlan.flowColumns`.
      case flow(Int)
    }

    var source: Source
    var kind: Kind
    var isNullable: Bool
  }

  /// Where the time of a row is.
  enum Time {
    /// In a column of its own.
    case column(Int)
    /// It is that of the message whose id is in this column.
    case message(Int)
    /// Nowhere: the table is not kept by days.
    case none
  }

  /// How the values of a list become rows of a table of their own.
  struct Values {
    /// The list, by its number in the batch.
    var list: Int
    var columns: [Column]
    /// The number of the table that rows go to, in `RowPlan.targets`.
    var target: Int
    /// Bytes of a row at the most, without those of the value.
    var fixedSize: Int
  }

  /// What a row means for others.
  enum Role {
    case other, message, flow, flowEnd
  }

  var columns: [Column] = []
  var time: Time
  var role: Role
  /// The column that the table is ordered by before the id, by its number in the batch.
  var group: Int?
  /// The column that names the row's connection, by its number in the batch.
  var flow: Int?
  /// The number of the table that rows go to, in `RowPlan.targets`.
  var target: Int
  /// Bytes of a row at the most, without those of texts.
  var fixedSize = 0
  /// Lists whose values are written to tables of their own.
  var values: [Values] = []
}

/// How the rows of a description, and those of the engine, become RowBinary.
struct RowPlan {
  /// By the number by which a row in a `RowBatch` names its table.
  private(set) var tables: [TablePlan] = []
  /// The tables that rows go to: several numbers in a batch can mean the same one.
  private(set) var targets: [ClickHouseTable] = []
  /// What rows take over from those of their connection: the columns of `flow`, in the order in which they are written.
  private(set) var flowColumns: [[TablePlan.Column]] = []
  /// Columns of the table that has most of them.
  private(set) var columnCount = 0

  /// - Parameters:
  ///   - info: of the description.
  ///   - layout: its tables, and those of the engine.
  init(_ info: SpecificationInfo, _ layout: ClickHouseLayout) {
    for (number, (source, table)) in zip(info.batchTables, layout.tables).enumerated() {
      columnCount = max(columnCount, source.columns.count)
      var plan = TablePlan(
        time: Self.time(source, table), role: Self.role(number, source, info), target: target(table))
      if case .batch(let number)? = table.group?.source { plan.group = number }
      plan.flow = source.columns.firstIndex { $0.role == .reference(to: EngineTables.flow.name) }
      plan.columns = columns(of: table)
      plan.fixedSize = plan.columns.fixedSize
      plan.values = layout.valueTables[number].compactMap { values(of: $0) }
      tables.append(plan)
    }
  }

  /// The number of a table that rows go to.
  private mutating func target(_ table: ClickHouseTable) -> Int {
    if let known = targets.firstIndex(where: { $0.name == table.name }) { return known }
    targets.append(table)
    return targets.count - 1
  }

  private mutating func values(of table: ClickHouseTable) -> TablePlan.Values? {
    let lists = table.columns.compactMap { if case .value(let list) = $0.source { list } else { nil } }
    guard let list = lists.first else { return nil }
    let columns = columns(of: table)
    return TablePlan.Values(
      list: list, columns: columns, target: target(table), fixedSize: columns.fixedSize)
  }

  private static func role(
    _ number: Int, _ table: SpecificationInfo.Table, _ info: SpecificationInfo
  ) -> TablePlan.Role {
    switch table.name {
    case "message": return .message
    // Of the two numbers that this table has, the second means that the connection has ended.
    case EngineTables.flow.name:
      return info.batchTables.lastIndex { $0.name == table.name } == number ? .flowEnd : .flow
    default: return .other
    }
  }

  /// What of a row comes from its connection is written at once: connections keep it ready.
  private mutating func columns(of table: ClickHouseTable) -> [TablePlan.Column] {
    var columns: [TablePlan.Column] = []
    var flow: [TablePlan.Column] = []
    func finishFlow(_ known: inout [[TablePlan.Column]]) {
      guard !flow.isEmpty else { return }
      known.append(flow)
      columns.append(TablePlan.Column(source: .flow(known.count - 1), kind: .bytes, isNullable: false))
      flow = []
    }
    for column in table.columns {
      var (type, isNullable) = (column.type, false)
      if case .nullable(let inner) = type { (type, isNullable) = (inner, true) }
      let kind = TablePlan.Column.Kind(type)
      let source: TablePlan.Column.Source
      switch column.source {
      case .batch(let number): source = .batch(number)
      case .value: source = .value
      case .sensor: source = .sensor
      case .time: source = .time
      case .version: source = .version
      case .droppedRows: source = .droppedRows
      case .flow(let number):
        flow.append(TablePlan.Column(source: .batch(number.rawValue), kind: kind, isNullable: isNullable))
        continue
      }
      finishFlow(&flowColumns)
      columns.append(TablePlan.Column(source: source, kind: kind, isNullable: isNullable))
    }
    finishFlow(&flowColumns)
    return columns
  }

  private static func time(_ source: SpecificationInfo.Table, _ table: ClickHouseTable) -> TablePlan.Time {
    guard let column = table.timeColumn else { return .none }
    switch table.columns[column].source {
    case .batch(let number): return .column(number)
    // The key of a row may be that of its message.
    default: return .message(source.columns.firstIndex { $0.role == .reference(to: "message") } ?? 0)
    }
  }
}

extension TablePlan.Column {
  /// Bytes that a value takes at the most; of a text those of its length, and of a number that is written as text.
  var fixedSize: Int {
    switch kind {
    case .int8: 2
    case .int16: 3
    case .int32: 5
    case .int64, .real: 9
    case .bytes: 40
    }
  }
}

extension [TablePlan.Column] {
  /// Bytes of a row at the most, without those of texts.
  fileprivate var fixedSize: Int { reduce(0) { $0 + $1.fixedSize } }
}

extension TablePlan.Column.Kind {
  fileprivate init(_ type: ClickHouseType) {
    self =
      switch type {
      case .int8, .uint8: .int8
      case .int16, .uint16: .int16
      case .int32, .uint32: .int32
      case .int64, .uint64: .int64
      case .float64: .real
      case .string, .nullable: .bytes
      }
  }
}
