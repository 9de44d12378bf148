import ParserRuntime

/// A message as a store has it, with its flow.
struct SelectedMessage {
  /// Where a message is, by what a capture tells of it.
  struct Place: Hashable {
    var flow: FlowPlace
    var direction: Int64
    var offset: Int64
  }

  /// The row in `message`.
  let row: StoredRow
  /// The row in `flow`.
  let flow: StoredRow

  var id: Int64 { row.number("id") }
  /// In µs since 1970-01-01 UTC.
  var time: Int64 { row.number("time_us") }
  /// 0 from the flow's initiator, 1 to it.
  var direction: Int { row.number("direction") == 0 ? 0 : 1 }
  /// Where it begins and ends in its direction's stream; a database may come from anywhere, and say anything.
  var streamRange: Range<Int64> {
    let start = min(max(0, row.number("stream_offset")), 1 << 60)
    return start..<start + min(max(0, row.number("length")), 1 << 32)
  }
  /// The id of its row in `run`.
  var run: Int64 { flow.number("run_id") }
  /// Whether its flow was told by its bytes.
  var isDetected: Bool { flow.number("detected") == 1 }
  var place: Place {
    Place(flow: FlowPlace(flow), direction: row.number("direction"), offset: row.number("stream_offset"))
  }
}

/// A connection or a flow of datagrams, by what a capture tells of it.
struct FlowPlace: Hashable {
  var transport: Transport
  /// Address and port of the side that opened it, or asked first.
  var initiator: String
  var responder: String
  /// When it began, in µs since 1970-01-01 UTC.
  var opened: Int64

  init(transport: Transport, initiator: String, responder: String, opened: Int64) {
    self.transport = transport
    self.initiator = initiator
    self.responder = responder
    self.opened = opened
  }

  /// - Parameter flow: a row of `flow`.
  init(_ flow: StoredRow) {
    self.init(
      transport: Transport(stored: flow["transport"]),
      initiator: endpointText(flow.text("srcip"), flow.text("srcport")),
      responder: endpointText(flow.text("dstip"), flow.text("dstport")), opened: flow.number("opened_us"))
  }
}

/// The messages for which conditions hold, some at a time, in the order of their ids.
final class SelectedMessages {
  private let engine: any QueryEngine
  private let control: QueryControl
  private let cursor: any ResultCursor
  private let columns: StoredRow.Columns
  private var isAtEnd = false

  /// - Parameters:
  ///   - conditions: what must hold for a row of `message`.
  ///   - limit: no more messages than these, the first ones; nil for all.
  /// - Throws: Where a condition is none, or where the store cannot be read.
  init(
    _ engine: any QueryEngine, where conditions: [RowCondition], limit: Int? = nil, _ control: QueryControl
  ) throws(QueryError) {
    self.engine = engine
    self.control = control
    cursor = try engine.rows(RowRequest("message", where: conditions, order: "id", limit: limit), control)
    columns = StoredRow.Columns(cursor.columns)
  }

  /// The columns of `message`, as the store has them.
  var columnNames: [String] { columns.names }

  /// - Parameter count: no more messages than these.
  /// - Returns: nil where there are no more. Rows without a flow are passed over.
  func next(_ count: Int) throws(QueryError) -> [SelectedMessage]? {
    var rows: [StoredRow] = []
    // Behind its end a cursor is not to be asked.
    while rows.count < count, !isAtEnd {
      if try cursor.step() { rows.append(StoredRow(columns: columns, values: cursor.row)) } else { isAtEnd = true }
    }
    guard !rows.isEmpty else { return nil }
    let ids = Set(rows.compactMap { $0["flow_id"] })
    let flows = Dictionary(
      try engine.storedRows("flow", by: "id", Array(ids), control).map { ($0["id"], $0) }
    ) { first, _ in first }
    return rows.compactMap { row in flows[row["flow_id"]].map { SelectedMessage(row: row, flow: $0) } }
  }
}
