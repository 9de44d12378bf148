import ParserRuntime

/// The rows of the flows of a capture, from their beginnings to their ends.
final class FlowRows {
  private let output: DecodingOutput
  /// Kept for the whole rows of their ends.
  private var records: [Int64: FlowRecord] = [:]
  /// No row belongs to an earlier run: its file is left.
  private var firstRun: Int64 = 0

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
    var flow = flow
    // It may have been met in a run before it turned out to be of the protocol.
    flow.run = max(flow.run, firstRun)
    let id = output.engine.flow(output.rows, flow, id: id)
    records[id] = flow
    output.event(flow: id, direction: direction, time: flow.opened, flow.beginning)
    output.observer?.opened(flow: id, flow)
    return id
  }

  /// Ends a flow, if it has begun: what has turned out not to be of the protocol has not.
  func close(_ flow: some AgingFlow, _ reason: CloseReason) {
    guard let record = records.removeValue(forKey: flow.id) else { return }
    let (id, bytes) = (flow.id, flow.byteCounts)
    write(flow, record, reason)
    output.observer?.closed(flow: id, bytes: bytes[0] + bytes[1])
    if reason.isOver { output.event(flow: id, direction: 0, time: flow.lastTime, record.ending) }
    output.handOnIfFull()
  }

  private func write(_ flow: some AgingFlow, _ record: FlowRecord, _ reason: CloseReason) {
    let bytes = flow.byteCounts
    let isTurned = record.initiator != flow.initiator
    let end = FlowRecord.End(
      closed: reason.isOver ? flow.lastTime : nil, reason: reason.rawValue, packets: flow.packets,
      bytes: isTurned ? [bytes[1], bytes[0]] : bytes, lost: flow.lostBytes)
    output.engine.flowEnd(output.rows, id: flow.id, record, end)
  }

  // MARK: Rotation

  /// Writes how far a flow has come that goes on in another run, if it has begun.
  func leave(_ flow: some AgingFlow) {
    guard let record = records[flow.id] else { return }
    write(flow, record, .endOfCapture)
    output.handOnIfFull()
  }

  /// Writes all flows that go on once more, with their ids, as those of another run.
  func goOn(in run: Int64) {
    (output.run, firstRun) = (run, run)
    for id in records.keys.sorted() {
      records[id]?.run = run
      if let record = records[id] { _ = output.engine.flow(output.rows, record, id: id) }
      output.handOnIfFull()
    }
  }
}

extension CloseReason {
  /// Whether the flow is known to be over: what outlives the capture is not closed.
  fileprivate var isOver: Bool { self != .endOfCapture }
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
