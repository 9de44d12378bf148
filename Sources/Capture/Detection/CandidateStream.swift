import ParserRuntime

/// Takes a connection that may be of the protocol: keeps what it carries, and gives it to a decoder once messages
/// confirm it.
///
/// Nothing is decoded on trial before a whole head of a message is seen. Then all is, with the engine's own decoder, so
/// that states, answers, gaps and messages cut in their middle are what they are in any other connection.
final class CandidateStream: StreamConsumer {
  /// What a piece costs besides its bytes.
  private static let pieceOverhead = 128

  /// A decoding that nothing is stored of.
  private struct Trial {
    let number: Int64
    /// Whether it takes the responder for the initiator.
    let isTurned: Bool
    let decoder: any StreamConsumer
  }

  private let state = Candidate()
  var candidate: Candidate? { state }
  private let flow: CandidateFlow
  private let detector: Detector
  private var heads: Directions<HeadSearch>
  /// What has come, to be given to a decoder.
  private var pieces: [(any StreamConsumer) -> Void] = []
  private var shown: Directions<Int> = [0, 0]
  private var ended: Directions<Bool> = [false, false]
  private var trials: [Trial] = []
  /// What takes the connection once it is confirmed.
  private var decoder: (any StreamConsumer)?

  /// - Parameter heads: for each direction.
  init(_ flow: CandidateFlow, _ detector: Detector, _ heads: Directions<HeadSearch>) {
    self.flow = flow
    self.detector = detector
    self.heads = heads
  }

  // MARK: StreamConsumer

  func receive(_ stream: StreamBytes) {
    if let decoder { return decoder.receive(stream) }
    guard state.outcome == .undecided else { return }
    let kept = KeptBytes(stream)
    shown[stream.direction] += kept.bytes.count
    if trials.isEmpty, heads[stream.direction].finds(stream.bytes) { begin() }
    take { kept.deliver(to: $0) }
  }

  func lose(_ length: Int, direction: Int, time: Int64) {
    take { $0.lose(length, direction: direction, time: time) }
  }

  func conflict(_ place: Range<Int64>, direction: Int, time: Int64, isKept: Bool) {
    take { $0.conflict(place, direction: direction, time: time, isKept: isKept) }
  }

  func stray(_ length: Int, _ reason: StrayReason, direction: Int, time: Int64) {
    take { $0.stray(length, reason, direction: direction, time: time) }
  }

  func end(direction: Int, time: Int64) {
    ended[direction] = true
    take { $0.end(direction: direction, time: time) }
  }

  // MARK: The trial

  private func take(_ piece: @escaping (any StreamConsumer) -> Void) {
    if let decoder { return piece(decoder) }
    guard state.outcome == .undecided else { return }
    pieces.append(piece)
    // A decoder may keep what it is given until a message is whole.
    state.memory = (shown[0] + shown[1]) * (1 + trials.count) + pieces.count * Self.pieceOverhead
    for trial in trials { piece(trial.decoder) }
    if let trial = trials.first(where: { detector.evidence.isConvincing($0.number) }) {
      confirm(isTurned: trial.isTurned)
    } else if isOver {
      state.dismiss()
      forget()
    }
  }

  /// Whether enough has been seen.
  private var isOver: Bool {
    max(shown[0], shown[1]) > detector.limits.bytes || pieces.count > detector.limits.pieces || (ended[0] && ended[1])
  }

  /// Begins to decode on trial, with all that has come so far.
  private func begin() {
    for isTurned in detector.canBeTurned(flow.record) ? [false, true] : [false] {
      let number = detector.newTrial()
      let decoder = StreamDecoder(flow: number, output: detector.trialOutput, isMidstream: flow.record.isMidstream)
      trials.append(
        Trial(number: number, isTurned: isTurned, decoder: isTurned ? TurnedStream(decoder) : decoder))
    }
    for piece in pieces { for trial in trials { piece(trial.decoder) } }
  }

  private func confirm(isTurned: Bool) {
    state.confirm()
    let exchange = detector.confirm(flow, isTurned: isTurned)
    let own = StreamDecoder(
      flow: flow.id, output: detector.output, isMidstream: flow.record.isMidstream, exchange: exchange)
    let decoder: any StreamConsumer = isTurned ? TurnedStream(own) : own
    for piece in pieces { piece(decoder) }
    self.decoder = decoder
    forget()
  }

  private func forget() {
    for trial in trials { detector.evidence.forget(trial.number) }
    (pieces, trials) = ([], [])
  }
}

/// Bytes of a stream that outlive their packet.
private struct KeptBytes {
  private let header: StreamBytes
  let bytes: [UInt8]

  init(_ stream: StreamBytes) {
    bytes = [UInt8](stream.bytes)
    var header = stream
    header.bytes = UnsafeRawBufferPointer(start: nil, count: 0)
    self.header = header
  }

  func deliver(to consumer: any StreamConsumer) {
    bytes.withUnsafeBytes { bytes in
      var stream = header
      stream.bytes = bytes
      consumer.receive(stream)
    }
  }
}
