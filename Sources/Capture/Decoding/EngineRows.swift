public import ParserRuntime

/// The rows of the engine's own tables. In a batch their tables are numbered after those of the description.
struct EngineRows {
  /// The kinds of rows, in the order of their numbers.
  enum Kind: Int, CaseIterable {
    case flow, flowEvent, decodeIssue, messageBytes, messageAnswer, flowEnd, runProgress

    /// The table that the row is of.
    var table: SpecificationInfo.Table {
      switch self {
      case .flow, .flowEnd: EngineTables.flow
      case .flowEvent: EngineTables.flowEvent
      case .decodeIssue: EngineTables.decodeIssue
      case .messageBytes: EngineTables.messageBytes
      case .messageAnswer: EngineTables.messageAnswer
      case .runProgress: EngineTables.run
      }
    }

    /// Whether the row takes the place of an earlier one of the same id. It is a whole row all the same: there are stores
    /// that can only add.
    var replaces: Bool { self == .flowEnd || self == .runProgress }

    /// Whether the row gets an id of its own.
    var hasNewID: Bool { self == .flow || self == .flowEvent || self == .decodeIssue }
  }

  /// The number of the first engine table.
  let first: Int

  init(after tables: [SpecificationInfo.Table]) { first = tables.count }

  func table(_ kind: Kind) -> Int { first + kind.rawValue }

  /// Begins a connection, or a flow of datagrams.
  /// - Parameter id: nil for a new one.
  /// - Returns: Its id.
  func flow(_ rows: RowBatch, _ flow: FlowRecord, id: Int64? = nil) -> Int64 {
    let id = id ?? newFlow(rows)
    var row = rows.begin(table: table(.flow), id: id)
    write(flow, to: &row)
    row.end()
    return id
  }

  /// The id of a flow that may begin.
  func newFlow(_ rows: RowBatch) -> Int64 { rows.newID(table: table(.flow)) }

  func flowEnd(_ rows: RowBatch, id: Int64, _ flow: FlowRecord, _ end: FlowRecord.End) {
    typealias Column = EngineTables.Flow
    var row = rows.begin(table: table(.flowEnd), id: id)
    write(flow, to: &row)
    if let closed = end.closed { row.integer(Column.closed, closed) }
    row.text(Column.closeReason, end.reason)
    row.integer(Column.packets, end.packets)
    row.integer(Column.bytesForward, end.bytes[0])
    row.integer(Column.bytesBackward, end.bytes[1])
    row.integer(Column.lostBytes, end.lost)
    row.end()
  }

  private func write(_ flow: FlowRecord, to row: inout RowWriter) {
    typealias Column = EngineTables.Flow
    row.integer(Column.run, flow.run)
    row.integer(Column.version, flow.initiator.address.version)
    row.text(Column.initiatorAddress, flow.initiator.address.description)
    row.integer(Column.initiatorPort, flow.initiator.port)
    row.text(Column.responderAddress, flow.responder.address.description)
    row.integer(Column.responderPort, flow.responder.port)
    row.integer(Column.opened, flow.opened)
    row.boolean(Column.isMidstream, flow.isMidstream)
    row.text(Column.transport, flow.transport.rawValue)
    if flow.isDetected { row.boolean(Column.isDetected, true) }
  }

  func runProgress(_ rows: RowBatch, _ run: RunRecord) { run.write(to: rows, table: table(.runProgress)) }

  func event(_ rows: RowBatch, flow: Int64, direction: Int, time: Int64, _ event: String) {
    var row = rows.begin(table: table(.flowEvent), id: rows.newID(table: table(.flowEvent)))
    typealias Column = EngineTables.FlowEvent
    row.integer(Column.flow, flow)
    row.integer(Column.direction, direction)
    row.integer(Column.time, time)
    row.text(Column.event, event)
    row.end()
  }

  func bytes(_ rows: RowBatch, message: Int64, _ bytes: UnsafeRawBufferPointer) {
    var row = rows.begin(table: table(.messageBytes), id: message)
    row.blob(EngineTables.MessageBytes.bytes, bytes)
    row.end()
  }

  /// - Parameters:
  ///   - message: that answers, at this time in µs.
  ///   - request: the message that it answers.
  ///   - delay: between them, in µs.
  func answer(_ rows: RowBatch, message: Int64, time: Int64, to request: Int64, delay: Int64) {
    var row = rows.begin(table: table(.messageAnswer), id: message)
    typealias Column = EngineTables.MessageAnswer
    row.integer(Column.time, time)
    row.integer(Column.request, request)
    row.integer(Column.delay, delay)
    row.end()
  }

  func issue(_ rows: RowBatch, _ issue: DecodeIssue) {
    var row = rows.begin(table: table(.decodeIssue), id: rows.newID(table: table(.decodeIssue)))
    typealias Column = EngineTables.DecodeIssue
    row.integer(Column.flow, issue.flow)
    row.integer(Column.direction, issue.direction)
    if let message = issue.message { row.integer(Column.message, message) }
    row.integer(Column.time, issue.time)
    row.integer(Column.streamOffset, issue.streamOffset)
    row.integer(Column.length, issue.length)
    row.text(Column.kind, issue.kind)
    if !issue.path.isEmpty { row.text(Column.path, issue.path) }
    row.text(Column.detail, issue.detail)
    row.end()
  }
}

extension SpecificationInfo {
  /// The tables that a row in a batch can name, by number: the description's, then the engine's. A table occurs twice
  /// where some of its rows replace others.
  public var batchTables: [Table] { tables + EngineRows.Kind.allCases.map(\.table) }
}

/// A row of `flow`, as far as it is known when the connection begins.
struct FlowRecord {
  var run: Int64
  var transport: Transport
  var initiator: Endpoint
  var responder: Endpoint
  /// In µs since 1970.
  var opened: Int64
  /// Whether its beginning is not in the capture; a flow of datagrams has none.
  var isMidstream = false
  /// Whether its bytes told that it is of the protocol, and not its ports.
  var isDetected = false
  /// The virtual network that it is in, as `LayerPath` has it; no column.
  var tunnel: UInt64 = 0

  /// What is known once it is over.
  struct End {
    /// In µs since 1970; nil where it outlives the capture.
    var closed: Int64?
    var reason: String
    var packets: Int
    var bytes: Directions<Int64>
    var lost: Int64
  }
}

/// A row of `decode_issue`.
struct DecodeIssue {
  var flow: Int64
  var direction: Int
  var message: Int64?
  var time: Int64
  var streamOffset: Int64
  var length: Int64
  var kind: String
  var path = ""
  var detail: String
}

extension RowWriter {
  /// Values of the engine's columns, by their names.
  mutating func integer(_ column: some EngineColumn, _ value: some FixedWidthInteger) {
    integer(column.rawValue, value)
  }

  mutating func boolean(_ column: some EngineColumn, _ value: Bool) { boolean(column.rawValue, value) }

  mutating func text(_ column: some EngineColumn, _ value: String) { text(column.rawValue, value) }

  mutating func blob(_ column: some EngineColumn, _ value: UnsafeRawBufferPointer) { blob(column.rawValue, value) }
}
