import ParserRuntime

/// Finds what the messages of a flow answer: requests of the same flow, or of any between the same hosts, as the
/// description says.
struct Exchange {
  private let requests: CaptureRequests
  /// Those of the flow, from the first on.
  private var ofFlow: FlowRequests?
  /// The addresses of the flow's initiator and its responder; nil where answers are looked for in the flow alone.
  private let hosts: Directions<IPAddress>?

  /// Answers are in the flow of their requests.
  init() { (requests, hosts) = (CaptureRequests(.flow), nil) }

  /// Answers are where the description says.
  /// - Parameter requests: of the capture that the flow is in.
  init(of flow: FlowRecord, among requests: CaptureRequests) {
    self.requests = requests
    hosts = requests.scope == .hosts ? [flow.initiator.address, flow.responder.address] : nil
  }

  /// Takes a message that has a key.
  /// - Parameter message: its row in `message`.
  /// - Returns: What it answers; nil where it answers nothing.
  mutating func take(_ match: Match, message: Int64, _ envelope: Envelope) -> AnsweredRequest? {
    let (direction, back) = (envelope.direction, 1 - envelope.direction)
    guard let hosts else {
      let ofFlow = ofFlow ?? FlowRequests(total: requests.total)
      self.ofFlow = ofFlow
      return ofFlow.waiting.take(match, message: message, envelope, from: direction, to: back)
    }
    return requests.waiting.take(match, message: message, envelope, from: hosts[direction], to: hosts[back])
  }
}

/// The requests of all flows of a capture.
final class CaptureRequests {
  fileprivate let scope: MatchScope
  let total = WaitingTotal()
  /// Of those whose answers are looked for between hosts.
  fileprivate var waiting = WaitingRequests<IPAddress>(limit: MatchLimits.ofAll)

  /// - Parameter scope: where answers are looked for.
  init(_ scope: MatchScope) { self.scope = scope }
}

/// The requests of one flow.
private final class FlowRequests {
  var waiting: WaitingRequests<Int>

  init(total: WaitingTotal) { waiting = WaitingRequests(limit: MatchLimits.ofFlow, total: total) }

  deinit { waiting.total.count -= waiting.count }
}
