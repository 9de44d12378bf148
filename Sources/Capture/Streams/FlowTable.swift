import DequeModule

/// How many flows are kept in memory, and how long.
struct FlowLimits: Sendable {
  /// Connections; and as many flows of datagrams.
  var flows = 65_536
  /// What all connections keep together, in bytes: mostly segments out of order. As much may be kept of datagrams, where
  /// it is not known whether they are of the protocol.
  var memory = 256 << 20
  /// Connection attempts that nobody has answered yet.
  var attempts = 16_384
  /// A connection of which nothing is heard for so long is taken for over, in µs of packet time.
  var idleTime: Int64 = 3_600_000_000
  /// Datagrams between two endpoints that come after such a silence are another flow, in µs of packet time. RFC 4787
  /// recommends five minutes to those who translate addresses.
  var datagramIdleTime: Int64 = 300_000_000
  /// Closed connections are remembered for so long: late segments must not look like a new connection.
  var closedMemory: Int64 = 60_000_000
}

/// All connections of a capture, by their endpoints.
///
/// A SYN alone makes no connection: it is only remembered until somebody answers, so a flood of them is cheap.
final class FlowTable {
  /// What the table tells of a connection's life.
  struct Events {
    /// A connection has begun, or (`isMidstream`) was met in its middle.
    /// Gives its id, and what takes its bytes.
    var open:
      (_ segment: TCPSegment, _ initiator: Endpoint, _ responder: Endpoint, _ isMidstream: Bool) -> (
        Int64, any StreamConsumer
      )
    var close: (Flow, CloseReason) -> Void
  }

  private let servicePorts: Set<UInt16>
  private let limits: FlowLimits
  private let policy: OverlapPolicy
  private let events: Events
  // Used with each segment. Those that are told of events do not know the table, so no accesses overlap.
  @exclusivity(unchecked) private var flows: [FlowKey: Flow] = [:]
  /// SYNs without an answer, and the order in which they came.
  @exclusivity(unchecked) private var attempts: [FlowKey: KeptSegment] = [:]
  private var attemptOrder: Deque<(key: FlowKey, sequence: UInt32)> = []
  @exclusivity(unchecked) private var memory = 0
  private var clock = SweepClock()
  /// How often all connections were looked at.
  private(set) var sweeps = 0
  /// SYNs that nobody answered, or that were refused.
  private(set) var unansweredAttempts = 0

  /// - Parameter servicePorts: ports that responders use, to tell the initiator of a connection met in its middle.
  init(
    servicePorts: [UInt16], limits: FlowLimits = FlowLimits(), policy: OverlapPolicy = .firstWins, events: Events
  ) {
    self.servicePorts = Set(servicePorts)
    self.limits = limits
    self.policy = policy
    self.events = events
  }

  func receive(_ segment: TCPSegment) {
    let key = FlowKey(segment.source, segment.destination, tunnel: segment.tunnel)
    let former = flows[key]
    // Whether a SYN begins another connection is seen by what is known of this one.
    if let former, segment.flags.contains(.syn) { handle(former, key) { $0.settle() } }
    let isOther = former?.isReused(by: segment) ?? true
    var attempt = attempts[key]
    // Both sides may begin at once; the second SYN then answers the first.
    if isOther, segment.isAttempt, attempt?.header.source != segment.destination { return remember(segment, key) }
    let isAnswer =
      attempt.map { attempt in
        segment.follows(attempt.header)
          && (segment.flags.contains(.syn) || former?.began(with: attempt.header) != true)
      } ?? false
    // A SYN does not end a connection: it may be old, or forged. Its answer does.
    if let former, !isOther, !isAnswer { return pass(segment, to: former, key) }
    attempts[key] = nil
    if attempt != nil, segment.flags.contains(.rst) || (former != nil && !isAnswer) {
      unansweredAttempts += 1
      attempt = nil
      if segment.flags.contains(.rst) { return }
    }
    // The rest of a connection that is over; nothing can come of it.
    if attempt == nil, segment.payload.isEmpty, !segment.flags.contains(.syn) { return }
    if let former, !former.isClosed { close(former, .reuse) }
    let flow = open(attempt?.header ?? segment, key, former)
    if let attempt { pass(attempt, to: flow, key) }
    pass(segment, to: flow, key)
  }

  /// The connections that are not closed, in the order of their ids.
  var open: [Flow] { flows.values.filter { !$0.isClosed }.sorted { $0.id < $1.id } }

  /// Closes all connections that are still open.
  func finish() {
    for flow in open { close(flow, .endOfCapture) }
    for flow in flows.values.sorted(by: { $0.id < $1.id }) { flow.tellStrays() }
    unansweredAttempts += attempts.count
    flows = [:]
    attempts = [:]
  }

  // MARK: Beginnings

  private func remember(_ segment: TCPSegment, _ key: FlowKey) {
    if let old = attempts[key] {
      if old.header.sequence == segment.sequence { return }
      unansweredAttempts += 1
    }
    attempts[key] = KeptSegment(segment)
    attemptOrder.append((key, segment.sequence))
    while attemptOrder.count > limits.attempts, let oldest = attemptOrder.popFirst() {
      if attempts[oldest.key]?.header.sequence == oldest.sequence {
        attempts[oldest.key] = nil
        unansweredAttempts += 1
      }
    }
  }

  private func open(_ segment: TCPSegment, _ key: FlowKey, _ former: Flow?) -> Flow {
    makeRoom(segment.time)
    let isSyn = segment.flags.contains(.syn)
    let isFromInitiator: Bool =
      if isSyn {
        !segment.flags.contains(.ack)
      } else {
        servicePorts.isFromInitiator(segment.source, segment.destination)
      }
    let initiator = isFromInitiator ? segment.source : segment.destination
    let responder = isFromInitiator ? segment.destination : segment.source
    if let former { forget(former) }
    let (id, consumer) = events.open(segment, initiator, responder, !isSyn)
    let flow = Flow(
      id: id, initiator: initiator, responder: responder, time: segment.time, consumer: consumer, policy: policy,
      former: former, isMidstream: !isSyn)
    flows[key] = flow
    return flow
  }

  private func pass(_ kept: KeptSegment, to flow: Flow, _ key: FlowKey) {
    kept.withSegment { pass($0, to: flow, key) }
  }

  private func pass(_ segment: TCPSegment, to flow: Flow, _ key: FlowKey) {
    handle(flow, key) { $0.receive(segment) }
    if memory > limits.memory { makeRoom(segment.time) }
  }

  /// Lets a connection do something that may end it.
  private func handle(_ flow: Flow, _ key: FlowKey, _ body: (Flow) -> CloseReason?) {
    let before = flow.memory
    let wasClosed = flow.isClosed
    let reason = body(flow)
    memory += flow.memory - before
    guard let reason else { return }
    if !wasClosed { events.close(flow, reason) }
    if reason == .reuse { succeed(flow, key) }
  }

  /// Goes on with the connection that has the same endpoints, and whose beginning is not in the capture.
  private func succeed(_ former: Flow, _ key: FlowKey) {
    memory -= former.memory
    let kept = former.takeSuccessor()
    memory += former.memory
    guard let first = kept.first else { return }
    let flow = open(first.header, key, former)
    for segment in kept { pass(segment, to: flow, key) }
  }

  // MARK: Ends

  private func close(_ flow: Flow, _ reason: CloseReason) {
    memory -= flow.memory
    events.close(flow, flow.close(reason))
    memory += flow.memory
  }

  /// Forgets what is over, and closes what is idle or too much. All connections are looked at, so this is done only now
  /// and then, and then for many at once.
  private func makeRoom(_ time: Int64) {
    let isDue = clock.isDue(time, interval: min(limits.closedMemory, limits.idleTime))
    guard isDue || flows.count >= limits.flows || memory > limits.memory else { return }
    clock.note(time)
    sweeps += 1
    let closed = time - limits.closedMemory
    let idle = time - limits.idleTime
    for (key, flow) in flows.oldestFirst(where: { $0.lastTime < ($0.isClosed ? closed : idle) }) {
      remove(key, flow, .idle)
    }
    for (key, flow) in flows.excess(over: limits.flows) { remove(key, flow, .evicted) }
    if memory > limits.memory {
      for (key, flow) in flows.oldestFirst(where: { $0.memory > 0 }) {
        guard memory > limits.memory - limits.memory / 16 else { break }
        remove(key, flow, .evicted)
      }
    }
  }

  private func remove(_ key: FlowKey, _ flow: Flow, _ reason: CloseReason) {
    if !flow.isClosed { close(flow, reason) }
    forget(flow)
    flows[key] = nil
  }

  /// Nothing more comes to a connection that is over.
  private func forget(_ flow: Flow) {
    memory -= flow.memory
    flow.tellStrays()
  }
}
