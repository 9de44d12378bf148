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
    rows.begin(table: table(.flow), id: id)
    rows.integer(1, run)
    rows.integer(2, initiator.address.version)
    rows.text(3, initiator.address.description)
    rows.integer(4, initiator.port)
    rows.text(5, responder.address.description)
    rows.integer(6, responder.port)
    rows.integer(7, opened)
    rows.boolean(8, isMidstream)
    return id
  }

  func flowEnd(
    _ rows: RowBatch, flow: Int64, closed: Int64?, reason: String, packets: Int, bytes: Directions<Int64>, lost: Int64
  ) {
    rows.begin(table: table(.flowEnd), id: flow)
    if let closed { rows.integer(1, closed) }
    rows.text(2, reason)
    rows.integer(3, packets)
    rows.integer(4, bytes[0])
    rows.integer(5, bytes[1])
    rows.integer(6, lost)
  }

  func runProgress(_ rows: RowBatch, run: Int64, _ progress: CaptureProgress) {
    rows.begin(table: table(.runProgress), id: run)
    rows.integer(1, progress.packets)
    rows.integer(2, progress.bytes)
    rows.integer(3, progress.droppedByKernel)
    rows.integer(4, progress.droppedByQueue)
  }

  func event(_ rows: RowBatch, flow: Int64, direction: Int, time: Int64, _ event: String) {
    rows.begin(table: table(.flowEvent), id: rows.newID(table: table(.flowEvent)))
    rows.integer(1, flow)
    rows.integer(2, direction)
    rows.integer(3, time)
    rows.text(4, event)
  }

  func bytes(_ rows: RowBatch, message: Int64, _ bytes: UnsafeRawBufferPointer) {
    rows.begin(table: table(.messageBytes), id: message)
    rows.blob(1, bytes)
  }

  func issue(_ rows: RowBatch, _ issue: DecodeIssue) {
    rows.begin(table: table(.decodeIssue), id: rows.newID(table: table(.decodeIssue)))
    rows.integer(1, issue.flow)
    rows.integer(2, issue.direction)
    if let message = issue.message { rows.integer(3, message) }
    rows.integer(4, issue.time)
    rows.integer(5, issue.streamOffset)
    rows.integer(6, issue.length)
    rows.text(7, issue.kind)
    if !issue.path.isEmpty { rows.text(8, issue.path) }
    rows.text(9, issue.detail)
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
