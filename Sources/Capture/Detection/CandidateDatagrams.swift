import ParserRuntime

/// Takes a flow of datagrams that may be of the protocol: keeps them, and gives them to a decoder once two in a row, of
/// either direction, are whole messages that hold every constraint.
final class CandidateDatagrams: DatagramConsumer {
  /// So many in a row are no accident.
  private static let convincing = 2

  /// A datagram that outlives its packet.
  private struct Kept {
    let header: Datagram
    let payload: [UInt8]
    let direction: Int
    let offset: Int64
  }

  private let state = Candidate()
  var candidate: Candidate? { state }
  private let flow: CandidateFlow
  private let detector: Detector
  private var kept: [Kept] = []
  private var shown: Directions<Int> = [0, 0]
  /// Datagrams in a row that are messages: with the sides as they seem, and turned.
  private var found: Directions<Int> = [0, 0]
  /// What takes the flow once it is confirmed.
  private var decoder: (any DatagramConsumer)?

  init(_ flow: CandidateFlow, _ detector: Detector) {
    self.flow = flow
    self.detector = detector
  }

  // MARK: DatagramConsumer

  func receive(_ datagram: Datagram, direction: Int, offset: Int64) {
    if let decoder { return decoder.receive(datagram, direction: direction, offset: offset) }
    guard state.outcome == .undecided else { return }
    var header = datagram
    header.payload = UnsafeRawBufferPointer(start: nil, count: 0)
    kept.append(Kept(header: header, payload: [UInt8](datagram.payload), direction: direction, offset: offset))
    shown[direction] += datagram.payload.count
    state.memory += datagram.payload.count + MemoryLayout<Kept>.stride
    for turned in detector.canBeTurned(flow.record) ? 0...1 : 0...0 {
      if let holds = detector.holds(datagram, from: direction ^ turned) {
        found[turned] = holds ? found[turned] + 1 : 0
      }
    }
    if let turned = (0...1).first(where: { found[$0] >= Self.convincing }) {
      confirm(isTurned: turned == 1)
    } else if max(shown[0], shown[1]) > detector.limits.bytes || kept.count >= detector.limits.datagrams {
      dismiss()
    }
  }

  func end() {
    if let decoder { return decoder.end() }
    dismiss()
  }

  private func dismiss() {
    state.dismiss()
    kept = []
  }

  private func confirm(isTurned: Bool) {
    state.confirm()
    let exchange = detector.confirm(flow, isTurned: isTurned)
    let own = DatagramDecoder(flow: flow.id, output: detector.output, exchange: exchange)
    let decoder: any DatagramConsumer = isTurned ? TurnedDatagrams(own) : own
    for datagram in kept {
      datagram.payload.withUnsafeBytes { payload in
        var header = datagram.header
        header.payload = payload
        decoder.receive(header, direction: datagram.direction, offset: datagram.offset)
      }
    }
    kept = []
    self.decoder = decoder
  }
}

extension Detector {
  /// Whether a datagram is a whole message that holds every constraint, or nothing but such messages. Its head may be
  /// another than in streams, so it is left to the parser.
  /// - Returns: nil where the side's messages may begin with any bytes, so that nothing is to be told of them.
  fileprivate func holds(_ datagram: Datagram, from side: Int) -> Bool? {
    let format = output.states[0].format(side)
    guard format.hasConstrainedHead else { return nil }
    guard datagram.missing == 0, !datagram.payload.isEmpty else { return false }
    var used = 0
    repeat {
      let rest = UnsafeRawBufferPointer(rebasing: datagram.payload[used...])
      var reader = ByteReader(rest, isComplete: true)
      reader.isDatagram = true
      let envelope = Envelope(flow: 0, direction: side, time: 0, streamOffset: 0)
      do throws(ParseError) { _ = try format.decode(&reader, envelope, into: nil) } catch { return false }
      guard reader.issues.isEmpty else { return false }
      used += reader.position
    } while used < datagram.payload.count && output.info.datagramContent == .many
    return used == datagram.payload.count
  }
}
