import ParserRuntime

/// The rows of the engine's own tables. In a batch their tables are numbered after those of the description.
struct EngineRows {
  /// The kinds of rows, in the order of their numbers.
  enum Kind: Int, CaseIterable {
    case flow, flowEvent, decodeIssue, messageBytes, flowEnd, runProgress

    /// The table that the row is of.
    var table: SpecificationInfo.Table {
      switch self {
      case .flow, .flowEnd: EngineTables.flow
      case .flowEvent: EngineTables.flowEvent
      case .decodeIssue: EngineTables.decodeIssue
      case .messageBytes: EngineTables.messageBytes
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

  /// Begins a connection.
  /// - Returns: Its id.
  func flow(_ rows: RowBatch, _ flow: FlowRecord) -> Int64 {
    let id = rows.newID(table: table(.flow))
    rows.begin(table: table(.flow), id: id)
    write(flow, to: rows)
    return id
  }

  func flowEnd(_ rows: RowBatch, id: Int64, _ flow: FlowRecord, _ end: FlowRecord.End) {
    typealias Column = EngineTables.Flow
    rows.begin(table: table(.flowEnd), id: id)
    write(flow, to: rows)
    if let closed = end.closed { rows.integer(Column.closed.rawValue, closed) }
    rows.text(Column.closeReason.rawValue, end.reason)
    rows.integer(Column.packets.rawValue, end.packets)
    rows.integer(Column.bytesForward.rawValue, end.bytes[0])
    rows.integer(Column.bytesBackward.rawValue, end.bytes[1])
    rows.integer(Column.lostBytes.rawValue, end.lost)
  }

  private func write(_ flow: FlowRecord, to rows: RowBatch) {
    typealias Column = EngineTables.Flow
    rows.integer(Column.run.rawValue, flow.run)
    rows.integer(Column.version.rawValue, flow.initiator.address.version)
    rows.text(Column.initiatorAddress.rawValue, flow.initiator.address.description)
    rows.integer(Column.initiatorPort.rawValue, flow.initiator.port)
    rows.text(Column.responderAddress.rawValue, flow.responder.address.description)
    rows.integer(Column.responderPort.rawValue, flow.responder.port)
    rows.integer(Column.opened.rawValue, flow.opened)
    rows.boolean(Column.isMidstream.rawValue, flow.isMidstream)
  }

  func runProgress(_ rows: RowBatch, _ run: RunRecord) { run.write(to: rows, table: table(.runProgress)) }

  func event(_ rows: RowBatch, flow: Int64, direction: Int, time: Int64, _ event: String) {
    rows.begin(table: table(.flowEvent), id: rows.newID(table: table(.flowEvent)))
    typealias Column = EngineTables.FlowEvent
    rows.integer(Column.flow.rawValue, flow)
    rows.integer(Column.direction.rawValue, direction)
    rows.integer(Column.time.rawValue, time)
    rows.text(Column.event.rawValue, event)
  }

  func bytes(_ rows: RowBatch, message: Int64, _ bytes: UnsafeRawBufferPointer) {
    rows.begin(table: table(.messageBytes), id: message)
    rows.blob(EngineTables.MessageBytes.bytes.rawValue, bytes)
  }

  func issue(_ rows: RowBatch, _ issue: DecodeIssue) {
    rows.begin(table: table(.decodeIssue), id: rows.newID(table: table(.decodeIssue)))
    typealias Column = EngineTables.DecodeIssue
    rows.integer(Column.flow.rawValue, issue.flow)
    rows.integer(Column.direction.rawValue, issue.direction)
    if let message = issue.message { rows.integer(Column.message.rawValue, message) }
    rows.integer(Column.time.rawValue, issue.time)
    rows.integer(Column.streamOffset.rawValue, issue.streamOffset)
    rows.integer(Column.length.rawValue, issue.length)
    rows.text(Column.kind.rawValue, issue.kind)
    if !issue.path.isEmpty { rows.text(Column.path.rawValue, issue.path) }
    rows.text(Column.detail.rawValue, issue.detail)
  }
}

/// A row of `flow`, as far as it is known when the connection begins.
struct FlowRecord {
  var run: Int64
  var initiator: Endpoint
  var responder: Endpoint
  /// In µs since 1970.
  var opened: Int64
  var isMidstream: Bool

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
