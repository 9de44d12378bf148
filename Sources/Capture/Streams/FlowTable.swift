/// All connections of a capture, by their endpoints.
final class FlowTable<Consumer: StreamConsumer> {
  /// Both endpoints, in an order that does not depend on the direction.
  private struct Key: Hashable {
    let lower: Endpoint
    let upper: Endpoint

    init(_ segment: TCPSegment) {
      let isOrdered = segment.source < segment.destination
      lower = isOrdered ? segment.source : segment.destination
      upper = isOrdered ? segment.destination : segment.source
    }
  }

  /// What the table tells of a connection's life.
  struct Events {
    /// A connection has begun, or (`isMidstream`) was met in its middle.
    var open:
      (_ segment: TCPSegment, _ initiator: Endpoint, _ responder: Endpoint, _ isMidstream: Bool) -> (Int64, Consumer)
    var close: (Flow<Consumer>, CloseReason) -> Void
  }

  /// Closed connections are remembered for so long: late segments must not look like a new connection.
  private static var closedMemory: Int64 { 60_000_000 }

  private let servicePorts: Set<UInt16>
  private let events: Events
  private var flows: [Key: Flow<Consumer>] = [:]
  private var closed: [(key: Key, id: Int64, time: Int64)] = []
  private var forgotten = 0

  /// - Parameter servicePorts: ports that responders use, to tell the initiator of a connection met in its middle.
  init(servicePorts: [UInt16], events: Events) {
    self.servicePorts = Set(servicePorts)
    self.events = events
  }

  func receive(_ segment: TCPSegment) {
    let key = Key(segment)
    if let flow = flows[key] {
      guard flow.isReused(by: segment) else { return pass(segment, to: flow, key) }
      if !flow.isClosed { events.close(flow, flow.close(.reuse)) }
    } else if segment.payload.isEmpty, !segment.flags.contains(.syn) {
      // The rest of a connection that is over; nothing can come of it.
      return
    }
    let flow = open(segment)
    flows[key] = flow
    pass(segment, to: flow, key)
  }

  /// Closes all connections that are still open.
  func finish() {
    for flow in flows.values.filter({ !$0.isClosed }).sorted(by: { $0.id < $1.id }) {
      events.close(flow, flow.close(.endOfCapture))
    }
    flows = [:]
  }

  private func open(_ segment: TCPSegment) -> Flow<Consumer> {
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
    return Flow(id: id, initiator: initiator, time: segment.time, consumer: consumer)
  }

  private func pass(_ segment: TCPSegment, to flow: Flow<Consumer>, _ key: Key) {
    guard let reason = flow.receive(segment) else { return }
    events.close(flow, reason)
    closed.append((key, flow.id, segment.time))
    forget(before: segment.time - Self.closedMemory)
  }

  private func forget(before time: Int64) {
    while forgotten < closed.count, closed[forgotten].time < time {
      let entry = closed[forgotten]
      if let flow = flows[entry.key], flow.id == entry.id { flows[entry.key] = nil }
      forgotten += 1
    }
    if forgotten > 1024 {
      closed.removeFirst(forgotten)
      forgotten = 0
    }
  }
}
