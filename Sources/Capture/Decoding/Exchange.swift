import ParserRuntime

/// Finds what the messages of a flow answer: requests of the same flow, or of any between the same hosts, as the
/// description says.
struct Exchange {
  private var ofFlow = WaitingRequests<Int>(limit: MatchLimits.ofFlow)
  /// nil where answers are looked for in the flow alone.
  private let ofHosts: HostRequests?
  /// The addresses of the flow's initiator and its responder.
  private let hosts: Directions<IPAddress>?

  /// Answers are in the flow of their requests.
  init() { (ofHosts, hosts) = (nil, nil) }

  /// Answers are in any flow between the flow's hosts, where requests of all flows are given.
  init(of flow: FlowRecord, among requests: HostRequests?) {
    ofHosts = requests
    hosts = [flow.initiator.address, flow.responder.address]
  }

  /// Takes a message that has a key.
  /// - Parameter message: its row in `message`.
  /// - Returns: What it answers; nil where it answers nothing.
  mutating func take(_ match: Match, message: Int64, _ envelope: Envelope) -> AnsweredRequest? {
    let (direction, back) = (envelope.direction, 1 - envelope.direction)
    guard let ofHosts, let hosts else {
      return ofFlow.take(match, message: message, envelope, from: direction, to: back)
    }
    return ofHosts.waiting.take(match, message: message, envelope, from: hosts[direction], to: hosts[back])
  }
}

/// The requests of all flows of a capture.
final class HostRequests {
  fileprivate var waiting = WaitingRequests<IPAddress>(limit: MatchLimits.ofHosts)
}
