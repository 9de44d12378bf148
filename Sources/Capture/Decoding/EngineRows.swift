import ParserRuntime

/// The rows of the engine's own tables. In a batch their tables are numbered after those of the description.
struct EngineRows {
  /// Statements for engine tables, in the order of their numbers.
  enum Statement: Int, CaseIterable {
    case flow, flowEvent, decodeIssue, messageBytes, flowEnd, runProgress

    /// What it does with a row's values.
    var kind: RowStatement.Kind {
      switch self {
      case .flowEnd, .runProgress: .update(target, columns: columns)
      default: .insert(into: target, columns: columns)
      }
    }

    /// The table that is written to.
    var target: String {
      switch self {
      case .flow, .flowEnd: "flow"
      case .flowEvent: "flow_event"
      case .decodeIssue: "decode_issue"
      case .messageBytes: "message_bytes"
      case .runProgress: "run"
      }
    }

    /// The columns in the order of the row's values; of an update the first one chooses the row.
    var columns: [String] {
      switch self {
      case .flow: ["id", "run_id", "ipv", "srcip", "srcport", "dstip", "dstport", "opened_us", "midstream"]
      case .flowEvent: ["id", "flow_id", "direction", "time_us", "event"]
      case .decodeIssue:
        [
          "id", "flow_id", "direction", "message_id", "time_us", "stream_offset", "length", "kind", "path", "detail",
        ]
      case .messageBytes: ["message_id", "bytes"]
      case .flowEnd: ["id", "closed_us", "close_reason", "packets", "bytes_forward", "bytes_backward", "lost_bytes"]
      case .runProgress: ["id", "packets", "bytes", "dropped_kernel", "dropped_queue"]
      }
    }

    /// The table whose largest id is the last one given; nil where no new row is written.
    var table: String? {
      switch self {
      case .flow: "flow"
      case .flowEvent: "flow_event"
      case .decodeIssue: "decode_issue"
      case .messageBytes, .flowEnd, .runProgress: nil
      }
    }
  }

  /// The number of the first engine table.
  let first: Int

  init(after tables: [SpecificationInfo.Table]) { first = tables.count }

  func table(_ statement: Statement) -> Int { first + statement.rawValue }

  /// - Returns: The flow's id.
  func flow(
    _ rows: RowBatch, run: Int64, initiator: Endpoint, responder: Endpoint, opened: Int64, isMidstream: Bool
  ) -> Int64 {
    let id = rows.newID(table: table(.flow))
    var row = rows.begin(table: table(.flow), id: id)
    row.integer(1, run)
    row.integer(2, initiator.address.version)
    row.text(3, initiator.address.description)
    row.integer(4, initiator.port)
    row.text(5, responder.address.description)
    row.integer(6, responder.port)
    row.integer(7, opened)
    row.boolean(8, isMidstream)
    row.end()
    return id
  }

  func flowEnd(
    _ rows: RowBatch, flow: Int64, closed: Int64?, reason: String, packets: Int, bytes: Directions<Int64>, lost: Int64
  ) {
    var row = rows.begin(table: table(.flowEnd), id: flow)
    if let closed { row.integer(1, closed) }
    row.text(2, reason)
    row.integer(3, packets)
    row.integer(4, bytes[0])
    row.integer(5, bytes[1])
    row.integer(6, lost)
    row.end()
  }

  func runProgress(_ rows: RowBatch, run: Int64, _ progress: CaptureProgress) {
    var row = rows.begin(table: table(.runProgress), id: run)
    row.integer(1, progress.packets)
    row.integer(2, progress.bytes)
    row.integer(3, progress.droppedByKernel)
    row.integer(4, progress.droppedByQueue)
    row.end()
  }

  func event(_ rows: RowBatch, flow: Int64, direction: Int, time: Int64, _ event: String) {
    var row = rows.begin(table: table(.flowEvent), id: rows.newID(table: table(.flowEvent)))
    row.integer(1, flow)
    row.integer(2, direction)
    row.integer(3, time)
    row.text(4, event)
    row.end()
  }

  func bytes(_ rows: RowBatch, message: Int64, _ bytes: UnsafeRawBufferPointer) {
    var row = rows.begin(table: table(.messageBytes), id: message)
    row.blob(1, bytes)
    row.end()
  }

  func issue(_ rows: RowBatch, _ issue: DecodeIssue) {
    var row = rows.begin(table: table(.decodeIssue), id: rows.newID(table: table(.decodeIssue)))
    row.integer(1, issue.flow)
    row.integer(2, issue.direction)
    if let message = issue.message { row.integer(3, message) }
    row.integer(4, issue.time)
    row.integer(5, issue.streamOffset)
    row.integer(6, issue.length)
    row.text(7, issue.kind)
    if !issue.path.isEmpty { row.text(8, issue.path) }
    row.text(9, issue.detail)
    row.end()
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
