import ParserRuntime

/// Finds flows of the protocol by what they carry, where their ports do not tell.
///
/// Such a flow is a candidate. What it carries is kept, and decoded on trial, until messages confirm it; then it becomes
/// a flow as if that had been known from its first packet on. Of any other nothing comes but a count.
final class Detector {
  let limits: CandidateLimits
  let output: DecodingOutput
  let evidence: Evidence
  /// What is decoded on trial goes there, and nowhere else.
  let trialOutput: DecodingOutput
  /// Whether the sides speak different types, so that it matters which is which.
  private let tellsSides: Bool
  private let ports: Set<UInt16>
  private let flows: FlowRows
  /// What either direction may speak, and what any of them may.
  private let heads: Directions<HeadSearch>
  private let anyHeads: HeadSearch
  private var trials: Int64 = 0

  /// - Parameters:
  ///   - output: what confirmed flows are decoded into.
  ///   - flows: where they begin.
  init(_ specification: any Specification.Type, output: DecodingOutput, flows: FlowRows) {
    self.output = output
    self.flows = flows
    let states = specification.states
    ports = Set(specification.info.ports)
    limits = CandidateLimits(specification.info)
    tellsSides = states.contains { ObjectIdentifier($0.initiator) != ObjectIdentifier($0.responder) }
    evidence = Evidence(counting: Directions { states.haveConstrainedHeads($0) })
    heads = Directions { HeadSearch(states.formats($0)) }
    anyHeads = HeadSearch(states.formats(0, 1))
    var options = DecodingOptions()
    options.storesEvents = false
    var written: RowBatch?
    trialOutput = DecodingOutput(
      nextIDs: .unused(for: specification.info), specification: specification, options: options, observer: evidence,
      spare: {
        defer { written = nil }
        return written
      }, handOn: { written = $0 })
  }

  /// Whether a flow is to be looked at first.
  func isCandidate(_ flow: FlowRecord) -> Bool {
    !ports.contains(flow.initiator.port) && !ports.contains(flow.responder.port)
  }

  /// Whether the initiator of a candidate may be the responder: a SYN tells which it is, and nothing else does.
  func canBeTurned(_ flow: FlowRecord) -> Bool { tellsSides && (flow.isMidstream || flow.transport == .udp) }

  /// What takes a connection that is to be looked at.
  /// - Parameters:
  ///   - direction: of its first segment.
  ///   - requests: of the capture that the flow is in.
  func stream(_ record: FlowRecord, direction: Int, _ requests: UnansweredRequests) -> (Int64, any StreamConsumer) {
    let flow = begin(record, direction, requests)
    return (flow.id, CandidateStream(flow, self, canBeTurned(record) ? Directions { _ in anyHeads } : heads))
  }

  /// What takes a flow of datagrams that is to be looked at.
  /// - Parameters:
  ///   - direction: of its first datagram.
  ///   - requests: of the capture that the flow is in.
  func datagrams(_ record: FlowRecord, direction: Int, _ requests: UnansweredRequests) -> (Int64, any DatagramConsumer)
  {
    let flow = begin(record, direction, requests)
    return (flow.id, CandidateDatagrams(flow, self))
  }

  private func begin(_ record: FlowRecord, _ direction: Int, _ requests: UnansweredRequests) -> CandidateFlow {
    output.counts.candidates += 1
    return CandidateFlow(id: flows.newID(), record: record, direction: direction, requests: requests)
  }

  /// A number for something to be decoded on trial.
  func newTrial() -> Int64 {
    trials += 1
    return trials
  }

  /// Begins a flow that has been confirmed.
  /// - Parameter isTurned: whether its sides are the other way round.
  /// - Returns: What finds answers in it.
  func confirm(_ flow: CandidateFlow, isTurned: Bool) -> Exchange {
    output.counts.detected += 1
    var record = flow.record
    record.isDetected = true
    if isTurned { swap(&record.initiator, &record.responder) }
    flows.open(record, direction: isTurned ? 1 - flow.direction : flow.direction, id: flow.id)
    return Exchange(of: record, among: flow.requests)
  }
}

/// What is looked at of a candidate at the most; who has shown more without being confirmed is dismissed.
struct CandidateLimits {
  /// Of a direction. Two messages fit in, however long they are, behind the rest of one that was met in its middle.
  let bytes: Int
  /// Pieces that a stream comes in, of both directions: small ones cost more than their bytes.
  var pieces: Int { bytes / 64 }
  /// Of both directions. Of a flow of the protocol nearly all are messages, so few are looked at.
  let datagrams = 64

  init(_ info: SpecificationInfo) { bytes = max(1 << 16, 3 * info.maximumMessageLength) }
}

/// A flow that is looked at, and what is needed where it turns out to be of the protocol.
struct CandidateFlow {
  /// That its row in `flow` gets.
  let id: Int64
  /// As its first packet makes it seem.
  let record: FlowRecord
  /// Of its first packet.
  let direction: Int
  /// Of the capture that it is in.
  let requests: UnansweredRequests
}
