/// Both endpoints of a flow, in an order that does not depend on the direction, and the virtual network that they are of.
struct FlowKey: Hashable {
  private let lower: Endpoint
  private let upper: Endpoint
  private let tunnel: UInt64

  /// - Parameter tunnel: as `LayerPath` has it.
  init(_ source: Endpoint, _ destination: Endpoint, tunnel: UInt64) {
    let isOrdered = source < destination
    lower = isOrdered ? source : destination
    upper = isOrdered ? destination : source
    self.tunnel = tunnel
  }

  /// Only what tells flows apart, which for IPv4 is little: this is done for each packet.
  func hash(into hasher: inout Hasher) {
    hasher.combine(lower.address.low)
    hasher.combine(upper.address.low)
    hasher.combine(UInt32(lower.port) << 16 | UInt32(upper.port))
    if lower.address.version == 6 {
      hasher.combine(lower.address.high)
      hasher.combine(upper.address.high)
    }
    if tunnel != 0 { hasher.combine(tunnel) }
  }
}

/// What a table of flows keeps, by its key.
protocol AgingFlow: AnyObject {
  var id: Int64 { get }
  /// Time of the latest packet, in µs.
  var lastTime: Int64 { get }
  var packets: Int { get }
  /// Bytes of each direction that the capture has.
  var byteCounts: Directions<Int64> { get }
  /// Bytes of both directions that it has not.
  var lostBytes: Int64 { get }
  var initiator: Endpoint { get }
  /// nil where it was known from the first packet on that the flow is of the protocol.
  var candidate: Candidate? { get }
  /// What it keeps in memory, in bytes.
  var memory: Int { get }
}

extension AgingFlow {
  /// In which order flows make room for others, the first first: what is not known to be of the protocol before all that
  /// is, then the oldest.
  fileprivate var rank: (Int, Int64, Int64) {
    (candidate.map { $0.outcome == .confirmed ? 1 : 0 } ?? 1, lastTime, id)
  }
}

extension Dictionary where Key == FlowKey, Value: AgingFlow {
  /// Some of the flows, in the order in which they make room, which is the same for the same traffic.
  func oldestFirst(where isWanted: (Value) -> Bool) -> [(key: FlowKey, value: Value)] {
    var found: [(key: FlowKey, value: Value)] = []
    for (key, flow) in self where isWanted(flow) { found.append((key, flow)) }
    return found.sorted { $0.value.rank < $1.value.rank }
  }

  /// The first of the flows to make room, where there is no room for another: a sixteenth more than is needed, so that the next time
  /// is some way off.
  func excess(over limit: Int) -> [(key: FlowKey, value: Value)] {
    guard self.count >= limit else { return [] }
    let count = self.count - (limit - limit / 16) + 1
    let last = values.map(\.rank).sorted(by: <)[count - 1]
    return oldestFirst { $0.rank <= last }
  }
}

/// Tells when all flows are to be looked at: only now and then, and then for many at once.
struct SweepClock {
  private var last = Int64.min

  /// - Parameter interval: how long nothing is done after a sweep, in µs of packet time.
  mutating func isDue(_ time: Int64, interval: Int64) -> Bool {
    // The clock of a capture may be set back.
    last = min(last, time)
    return last == .min || time >= last + interval
  }

  /// Notes a sweep.
  mutating func note(_ time: Int64) { last = time }
}

extension Set<UInt16> {
  /// Whether the sender of a packet is who asks, where nothing else tells: a service is asked on one of these ports.
  func isFromInitiator(_ source: Endpoint, _ destination: Endpoint) -> Bool {
    !contains(source.port) || contains(destination.port)
  }
}
