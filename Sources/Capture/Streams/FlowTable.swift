import DequeModule

/// How many connections are kept in memory, and how long.
struct FlowLimits: Sendable {
  var flows = 65_536
  /// What all connections keep together, in bytes: mostly segments out of order.
  var memory = 256 << 20
  /// Connection attempts that nobody has answered yet.
  var attempts = 16_384
  /// A connection of which nothing is heard for so long is taken for over, in µs of packet time.
  var idleTime: Int64 = 3_600_000_000
  /// Closed connections are remembered for so long: late segments must not look like a new connection.
  var closedMemory: Int64 = 60_000_000
}

/// All connections of a capture, by their endpoints.
///
/// A SYN alone makes no connection: it is only remembered until somebody answers, so a flood of them is cheap.
final class FlowTable<Consumer: StreamConsumer> {
  /// Both endpoints, in an order that does not depend on the direction.
  private struct Key: Hashable {
    let lower: Endpoint
    let upper: Endpoint
    let tunnel: UInt64

    init(_ segment: TCPSegment) {
      let isOrdered = segment.source < segment.destination
      lower = isOrdered ? segment.source : segment.destination
      upper = isOrdered ? segment.destination : segment.source
      tunnel = segment.tunnel
    }
  }

  /// What the table tells of a connection's life.
  struct Events {
    /// A connection has begun, or (`isMidstream`) was met in its middle.
    var open:
      (_ segment: TCPSegment, _ initiator: Endpoint, _ responder: Endpoint, _ isMidstream: Bool) -> (Int64, Consumer)
    var close: (Flow<Consumer>, CloseReason) -> Void
  }

  private let servicePorts: Set<UInt16>
  private let limits: FlowLimits
  private let policy: OverlapPolicy
  private let events: Events
  private var flows: [Key: Flow<Consumer>] = [:]
  /// A SYN without an answer, and the data in it.
  private struct Attempt {
    let syn: TCPSegment
    let payload: [UInt8]

    init(_ segment: TCPSegment) {
      payload = [UInt8](segment.payload)
      var syn = segment
      // It must not outlive its packet.
      syn.payload = UnsafeRawBufferPointer(start: nil, count: 0)
      self.syn = syn
    }
  }

  /// SYNs without an answer, and the order in which they came.
  private var attempts: [Key: Attempt] = [:]
  private var attemptOrder: Deque<(key: Key, sequence: UInt32)> = []
  private var memory = 0
  private var lastSweep = Int64.min
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
    let key = Key(segment)
    let former = flows[key]
    let isOther = former?.isReused(by: segment) ?? true
    var attempt = attempts[key]
    // Both sides may begin at once; the second SYN then answers the first.
    if isOther, segment.isAttempt, attempt?.syn.source != segment.destination { return remember(segment, key) }
    let isAnswer =
      attempt.map { attempt in
        segment.follows(attempt.syn) && (segment.flags.contains(.syn) || former?.began(with: attempt.syn) != true)
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
    let flow = open(attempt?.syn ?? segment, key, former)
    if let attempt { pass(attempt, to: flow, key) }
    pass(segment, to: flow, key)
  }

  /// Closes all connections that are still open.
  func finish() {
    for flow in flows.values.filter({ !$0.isClosed }).sorted(by: { $0.id < $1.id }) { close(flow, .endOfCapture) }
    unansweredAttempts += attempts.count
    flows = [:]
    attempts = [:]
  }

  // MARK: Beginnings

  private func remember(_ segment: TCPSegment, _ key: Key) {
    if let old = attempts[key] {
      if old.syn.sequence == segment.sequence { return }
      unansweredAttempts += 1
    }
    attempts[key] = Attempt(segment)
    attemptOrder.append((key, segment.sequence))
    while attemptOrder.count > limits.attempts, let oldest = attemptOrder.popFirst() {
      if attempts[oldest.key]?.syn.sequence == oldest.sequence {
        attempts[oldest.key] = nil
        unansweredAttempts += 1
      }
    }
  }

  private func open(_ segment: TCPSegment, _ key: Key, _ former: Flow<Consumer>?) -> Flow<Consumer> {
    makeRoom(segment.time)
    let isSyn = segment.flags.contains(.syn)
    let isFromInitiator: Bool =
      if isSyn {
        !segment.flags.contains(.ack)
      } else {
        !servicePorts.contains(segment.source.port) || servicePorts.contains(segment.destination.port)
      }
    let initiator = isFromInitiator ? segment.source : segment.destination
    let responder = isFromInitiator ? segment.destination : segment.source
    let (id, consumer) = events.open(segment, initiator, responder, !isSyn)
    let flow = Flow(
      id: id, initiator: initiator, time: segment.time, consumer: consumer, policy: policy, former: former)
    flows[key] = flow
    return flow
  }

  private func pass(_ attempt: Attempt, to flow: Flow<Consumer>, _ key: Key) {
    attempt.payload.withUnsafeBytes { payload in
      var syn = attempt.syn
      syn.payload = payload
      pass(syn, to: flow, key)
    }
  }

  private func pass(_ segment: TCPSegment, to flow: Flow<Consumer>, _ key: Key) {
    let before = flow.memory
    let reason = flow.receive(segment)
    memory += flow.memory - before
    if let reason { events.close(flow, reason) }
    if memory > limits.memory { makeRoom(segment.time) }
  }

  // MARK: Ends

  private func close(_ flow: Flow<Consumer>, _ reason: CloseReason) {
    memory -= flow.memory
    events.close(flow, flow.close(reason))
    memory += flow.memory
  }

  /// Forgets what is over, and closes what is idle or too much. All connections are looked at, so this is done only now
  /// and then, and then for many at once.
  private func makeRoom(_ time: Int64) {
    // The clock of a capture may be set back.
    lastSweep = min(lastSweep, time)
    let isDue = lastSweep == .min || time >= lastSweep + min(limits.closedMemory, limits.idleTime)
    guard isDue || flows.count >= limits.flows || memory > limits.memory else { return }
    lastSweep = time
    for (key, flow) in flows {
      if flow.isClosed {
        if flow.lastTime < time - limits.closedMemory { flows[key] = nil }
      } else if flow.lastTime < time - limits.idleTime {
        remove(key, flow, .idle)
      }
    }
    guard flows.count >= limits.flows || memory > limits.memory else { return }
    // A sixteenth more than is needed, so that the next time is some way off.
    let room = limits.flows - limits.flows / 16
    for (key, flow) in flows.sorted(by: { ($0.value.lastTime, $0.value.id) < ($1.value.lastTime, $1.value.id) }) {
      let isTooMany = flows.count >= room
      guard isTooMany || memory > limits.memory else { return }
      if isTooMany || flow.memory > 0 { remove(key, flow, .evicted) }
    }
  }

  private func remove(_ key: Key, _ flow: Flow<Consumer>, _ reason: CloseReason) {
    if !flow.isClosed { close(flow, reason) }
    flows[key] = nil
  }
}
