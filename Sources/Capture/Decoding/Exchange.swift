import ParserRuntime

/// Finds what the messages of a flow answer: requests of the same flow, or of any between the same hosts, as the
/// description says.
struct Exchange {
  private let requests: UnansweredRequests
  /// Those of the flow, from the first on.
  private var ofFlow: FlowRequests?
  /// The flow's initiator and its responder; nil where answers are looked for in the flow alone.
  private let hosts: Directions<Host>?
  /// Whether messages are decoded in the order in which they were captured.
  private let isInOrder: Bool

  /// Answers are in the flow of their requests.
  init() { (requests, hosts, isInOrder) = (UnansweredRequests(.flow), nil, false) }

  /// Answers are where the description says.
  /// - Parameter requests: of the capture that the flow is in.
  init(of flow: FlowRecord, among requests: UnansweredRequests) {
    self.requests = requests
    isInOrder = flow.transport == .udp
    hosts =
      requests.scope == .hosts
      ? [
        Host(address: flow.initiator.address, tunnel: flow.tunnel),
        Host(address: flow.responder.address, tunnel: flow.tunnel),
      ] : nil
  }

  /// Takes a message that has a key.
  /// - Parameters:
  ///   - message: its row in `message`.
  ///   - bytes: of the message.
  mutating func take(
    _ match: Match, message: Int64, _ envelope: Envelope, _ bytes: UnsafeRawBufferPointer
  ) -> Counterparts {
    let (direction, back) = (envelope.direction, 1 - envelope.direction)
    var waiting = WaitingMessage(
      id: message, time: envelope.time, flow: envelope.flow, direction: direction, isInOrder: isInOrder)
    if match.awaits != nil {
      var hasher = Hasher()
      hasher.combine(bytes: bytes)
      waiting.digest = hasher.finalize()
    }
    if let hosts { return requests.betweenHosts.take(match, waiting, from: hosts[direction], to: hosts[back]) }
    let ofFlow = ofFlow ?? FlowRequests(totals: requests.totals)
    self.ofFlow = ofFlow
    return ofFlow.table.take(match, waiting, from: direction, to: back)
  }
}

/// Who speaks, whichever ports it uses.
private struct Host: Hashable {
  var address: IPAddress
  /// The same addresses in two virtual networks are different hosts.
  var tunnel: UInt64
}

/// The requests of all flows of a capture.
final class UnansweredRequests {
  fileprivate let scope: MatchScope
  let totals = MatchTotals()
  /// Of those whose answers are looked for between hosts.
  fileprivate var betweenHosts = RequestTable<Host>(limit: MatchLimits.ofAll)

  /// - Parameter scope: where answers are looked for.
  init(_ scope: MatchScope) { self.scope = scope }
}

/// The requests of one flow.
private final class FlowRequests {
  var table: RequestTable<Int>

  init(totals: MatchTotals) { table = RequestTable(limit: MatchLimits.ofFlow, totals: totals) }

  deinit { table.removeAll() }
}
