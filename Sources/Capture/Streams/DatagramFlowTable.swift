/// All flows of datagrams of a capture, by their endpoints.
final class DatagramFlowTable {
  /// What the table tells of a flow's life.
  struct Events {
    /// A flow has begun. Gives its id, and what takes its datagrams.
    var open: (_ first: Datagram, _ initiator: Endpoint, _ responder: Endpoint) -> (Int64, any DatagramConsumer)
    /// A flow is over: `idle`, `evicted` or `endOfCapture`.
    var close: (DatagramFlow, CloseReason) -> Void
  }

  private let servicePorts: Set<UInt16>
  private let limits: FlowLimits
  private let events: Events
  // Used with each datagram. Those that are told of events do not know the table, so no accesses overlap.
  @exclusivity(unchecked) private var flows: [FlowKey: DatagramFlow] = [:]
  @exclusivity(unchecked) private var memory = 0
  private var clock = SweepClock()

  /// - Parameter servicePorts: ports that responders use: who sends to one of them is the initiator, otherwise who sends
  ///   first.
  init(servicePorts: [UInt16], limits: FlowLimits = FlowLimits(), events: Events) {
    self.servicePorts = Set(servicePorts)
    self.limits = limits
    self.events = events
  }

  func receive(_ datagram: Datagram) {
    let key = FlowKey(datagram.source, datagram.destination, tunnel: datagram.tunnel)
    if let flow = flows[key] {
      if datagram.time - flow.lastTime <= limits.datagramIdleTime { return pass(datagram, to: flow) }
      close(key, flow, .idle)
    }
    pass(datagram, to: open(datagram, key))
  }

  private func pass(_ datagram: Datagram, to flow: DatagramFlow) {
    let before = flow.memory
    flow.receive(datagram)
    memory += flow.memory - before
    if memory > limits.memory { makeRoom(datagram.time) }
  }

  /// The flows that are not over, in the order of their ids.
  var open: [DatagramFlow] { flows.values.sorted { $0.id < $1.id } }

  /// Ends all flows.
  func finish() {
    for flow in open { end(flow, .endOfCapture) }
    flows = [:]
  }

  private func open(_ datagram: Datagram, _ key: FlowKey) -> DatagramFlow {
    makeRoom(datagram.time)
    let isFromInitiator = servicePorts.isFromInitiator(datagram.source, datagram.destination)
    let initiator = isFromInitiator ? datagram.source : datagram.destination
    let responder = isFromInitiator ? datagram.destination : datagram.source
    let (id, consumer) = events.open(datagram, initiator, responder)
    let flow = DatagramFlow(
      id: id, initiator: initiator, responder: responder, time: datagram.time, consumer: consumer)
    flows[key] = flow
    return flow
  }

  /// Ends what is idle, and the oldest where there are too many. All flows are looked at, so this is done only now and
  /// then, and then for many at once.
  private func makeRoom(_ time: Int64) {
    let isDue = clock.isDue(time, interval: limits.datagramIdleTime)
    guard isDue || flows.count >= limits.flows || memory > limits.memory else { return }
    clock.note(time)
    let idle = time - limits.datagramIdleTime
    for (key, flow) in flows.oldestFirst(where: { $0.lastTime < idle }) { close(key, flow, .idle) }
    for (key, flow) in flows.excess(over: limits.flows) { close(key, flow, .evicted) }
    guard memory > limits.memory else { return }
    for (key, flow) in flows.oldestFirst(where: { $0.memory > 0 }) {
      guard memory > limits.memory - limits.memory / 16 else { break }
      close(key, flow, .evicted)
    }
  }

  private func close(_ key: FlowKey, _ flow: DatagramFlow, _ reason: CloseReason) {
    end(flow, reason)
    flows[key] = nil
  }

  private func end(_ flow: DatagramFlow, _ reason: CloseReason) {
    memory -= flow.memory
    flow.end()
    events.close(flow, reason)
  }
}
