import ParserRuntime

/// The rows of the flows of a capture, from their beginnings to their ends.
final class FlowRows {
  private let output: DecodingOutput
  /// Kept for the whole rows of their ends.
  private var records: [Int64: FlowRecord] = [:]

  init(_ output: DecodingOutput) { self.output = output }

  /// Begins a flow.
  /// - Parameter direction: of the first packet.
  /// - Returns: Its id.
  func open(_ flow: FlowRecord, direction: Int) -> Int64 {
    output.counts.flows += 1
    if flow.transport == .udp { output.counts.datagramFlows += 1 }
    let id = output.engine.flow(output.rows, flow)
    records[id] = flow
    output.event(flow: id, direction: direction, time: flow.opened, flow.beginning)
    output.observer?.opened(flow: id, flow)
    return id
  }

  /// Ends a flow.
  func close(_ flow: some AgingFlow, _ reason: CloseReason) {
    let (id, time, bytes) = (flow.id, flow.lastTime, flow.byteCounts)
    // What outlives the capture is not closed.
    let isOver = reason != .endOfCapture
    let record = records.removeValue(forKey: id)
    if let record {
      let end = FlowRecord.End(
        closed: isOver ? time : nil, reason: reason.rawValue, packets: flow.packets, bytes: bytes,
        lost: flow.lostBytes)
      output.engine.flowEnd(output.rows, id: id, record, end)
    }
    output.observer?.closed(flow: id, bytes: bytes[0] + bytes[1])
    if isOver, let record { output.event(flow: id, direction: 0, time: time, record.ending) }
    output.handOnIfFull()
  }
}

extension FlowRecord {
  /// What its first event says.
  fileprivate var beginning: String {
    switch transport {
    case .tcp: isMidstream ? "join connection" : "open connection"
    case .udp: "first datagram"
    }
  }

  /// What its last event says.
  fileprivate var ending: String {
    switch transport {
    case .tcp: "close connection"
    case .udp: "last datagram"
    }
  }
}
