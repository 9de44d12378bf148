import ParserRuntime

/// The rows of the flows of a capture, from their beginnings to their ends.
final class FlowRows {
  private let output: DecodingOutput
  /// Kept for the whole rows of their ends.
  private var records: [Int64: FlowRecord] = [:]

  init(_ output: DecodingOutput) { self.output = output }

  /// The id of a flow that may begin.
  func newID() -> Int64 { output.engine.newFlow(output.rows) }

  /// Begins a flow.
  /// - Parameters:
  ///   - direction: of the first packet.
  ///   - id: nil for a new one.
  /// - Returns: Its id.
  @discardableResult
  func open(_ flow: FlowRecord, direction: Int, id: Int64? = nil) -> Int64 {
    output.counts.flows += 1
    if flow.transport == .udp { output.counts.datagramFlows += 1 }
    let id = output.engine.flow(output.rows, flow, id: id)
    records[id] = flow
    output.event(flow: id, direction: direction, time: flow.opened, flow.beginning)
    output.observer?.opened(flow: id, flow)
    return id
  }

  /// Ends a flow, if it has begun: what has turned out not to be of the protocol has not.
  func close(_ flow: some AgingFlow, _ reason: CloseReason) {
    guard let record = records.removeValue(forKey: flow.id) else { return }
    let (id, time, bytes) = (flow.id, flow.lastTime, flow.byteCounts)
    // What outlives the capture is not closed.
    let isOver = reason != .endOfCapture
    let isTurned = record.initiator != flow.initiator
    let end = FlowRecord.End(
      closed: isOver ? time : nil, reason: reason.rawValue, packets: flow.packets,
      bytes: isTurned ? [bytes[1], bytes[0]] : bytes, lost: flow.lostBytes)
    output.engine.flowEnd(output.rows, id: id, record, end)
    output.observer?.closed(flow: id, bytes: bytes[0] + bytes[1])
    if isOver { output.event(flow: id, direction: 0, time: time, record.ending) }
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
