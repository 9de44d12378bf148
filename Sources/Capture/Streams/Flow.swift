/// A TCP connection: where it begins and ends, and which segments are its own.
final class Flow<Consumer: StreamConsumer> {
  let id: Int64
  let initiator: Endpoint
  let responder: Endpoint
  let consumer: Consumer
  private(set) var isClosed = false
  private var reassembler: ConnectionReassembler<Consumer>
  /// The connection that had these endpoints before.
  private let former: FormerConnection
  /// nil once its first bytes are known.
  private var beginning: FlowBeginning?
  private var outside = OutsideSegments()
  /// Where a RST stands, by its direction, and whether it was the answer of a host that had no such connection.
  private var reset: (direction: Int, offset: Int64, isAnswer: Bool, packets: Int)?

  /// - Parameters:
  ///   - former: the connection that had the same endpoints before.
  ///   - isMidstream: whether its beginning is not in the capture.
  init(
    id: Int64, initiator: Endpoint, responder: Endpoint, time: Int64, consumer: Consumer,
    policy: OverlapPolicy = .firstWins, former: Flow? = nil, isMidstream: Bool = false
  ) {
    self.id = id
    self.initiator = initiator
    self.responder = responder
    self.consumer = consumer
    self.former = former?.standing ?? FormerConnection()
    reassembler = ConnectionReassembler(consumer: consumer, policy: policy, time: time)
    if isMidstream { beginning = FlowBeginning(initiator: initiator) }
  }

  var packets: Int { reassembler.packets }
  var lostBytes: Int64 { reassembler.lostBytes }
  var lastTime: Int64 { reassembler.lastTime }
  /// What the connection keeps in memory, in bytes: mostly what waits because others before it are missing.
  var memory: Int { reassembler.memory + (beginning?.memory ?? 0) + outside.memory }

  private var standing: FormerConnection {
    var standing = FormerConnection()
    for (direction, sender) in [initiator, responder].enumerated() where reassembler.streams[direction].isSeen {
      if let next = reassembler.streams[direction].nextSequence { standing.note(next, of: sender) }
    }
    return standing
  }

  func direction(of segment: TCPSegment) -> Int { segment.source == initiator ? 0 : 1 }

  /// Whether a SYN, or the answer to one, belongs to another connection with the same endpoints.
  func isReused(by segment: TCPSegment) -> Bool {
    guard segment.flags.contains(.syn) else { return false }
    let stream = reassembler.streams[direction(of: segment)]
    // The same number may come again: nobody repeats a SYN that data has followed.
    if !segment.flags.contains(.ack), isClosed || (stream.next > 0 && segment.payload.isEmpty) {
      return true
    }
    return stream.base.map { $0 != segment.sequence &+ 1 } ?? isClosed
  }

  /// Whether the connection itself began with this SYN.
  func began(with syn: TCPSegment) -> Bool {
    reassembler.streams[direction(of: syn)].base == syn.sequence &+ 1
  }

  // MARK: Segments

  /// - Returns: The reason, if the segment ends the connection.
  func receive(_ segment: TCPSegment) -> CloseReason? {
    reassembler.note(time: segment.time)
    guard beginning != nil else { return process(segment) }
    return beginning?.add(segment) == true ? settle() : nil
  }

  /// Begins each direction of a connection met in its middle with the first byte that the segments so far tell of.
  /// - Returns: The reason, if they end the connection.
  func settle() -> CloseReason? {
    guard let first = beginning else { return nil }
    beginning = nil
    for direction in 0...1 {
      if let sequence = first.start(of: direction, former: former) { reassembler.start(direction, at: sequence) }
    }
    var reason: CloseReason?
    for segment in first.segments { reason = segment.withSegment(process) ?? reason }
    return reason
  }

  private func process(_ segment: TCPSegment) -> CloseReason? {
    reassembler.countPacket()
    let direction = direction(of: segment)
    guard !isClosed else { return isLate(segment, direction) ? nil : withhold(segment, direction) }
    guard !isFormer(segment, direction) else { return nil }
    let acknowledged = reassembler.takeHeader(segment, direction)
    let isSyn = segment.flags.contains(.syn)
    if let offset = reassembler.streams[direction].offset(of: segment.sequence &+ (isSyn ? 1 : 0)) {
      take(segment, direction, offset, acknowledged)
    } else if let reason = withhold(segment, direction) {
      return reason
    }
    reassembler.advance(segment.time)
    return closeReason()
  }

  private func take(_ segment: TCPSegment, _ direction: Int, _ offset: Int64, _ acknowledged: Int64?) {
    let dataEnd = offset + Int64(segment.payload.count)
    if dataEnd > reassembler.streams[direction].next, !outside.isEmpty(direction) { tellStrays(direction) }
    // A sender says nothing behind its own RST: then it was somebody else's.
    if !segment.payload.isEmpty, let reset, reset.direction == direction, dataEnd > reset.offset { self.reset = nil }
    guard reassembler.take(segment, direction, offset, acknowledged) else { return }
    if segment.flags.contains(.rst) {
      // Such an answer acknowledges nothing (RFC 9293, section 3.10.7.1).
      let isAnswer = !segment.flags.contains(.ack)
      reset = reset ?? (direction, offset + Int64(segment.payloadLength), isAnswer, packets)
    }
  }

  /// Whether a segment is a late one of the connection that had these endpoints before.
  private func isFormer(_ segment: TCPSegment, _ direction: Int) -> Bool {
    former.isNear(segment) && reassembler.streams[direction].nextSequence.map(segment.sequence.isNear) != true
  }

  /// Whether a segment can be one of a connection that is over.
  private func isLate(_ segment: TCPSegment, _ direction: Int) -> Bool {
    reassembler.streams[direction].nextSequence.map(segment.sequence.isNear) ?? true
  }

  // MARK: Out of any window

  /// Keeps a segment that is out of any window. Once a few agree the stream goes on where they are, behind a gap; where
  /// they are behind, or nothing may follow, they belong to another connection.
  /// - Returns: Why the connection is over, if they do.
  private func withhold(_ segment: TCPSegment, _ direction: Int) -> CloseReason? {
    guard !segment.payload.isEmpty else { return nil }
    if !outside.mayAgree(segment, direction) { tellStrays(direction) }
    guard !outside.has(segment, direction), outside.add(segment, direction) else { return nil }
    if !isClosed, isAhead(direction) {
      jump(direction)
      return nil
    }
    outside.succeed()
    close(.reuse)
    return .reuse
  }

  /// The first segments of the connection that has followed this one.
  func takeSuccessor() -> [KeptSegment] {
    let first = outside.takeSuccessor()
    return first.isEmpty ? [] : first + outside.take(0) + outside.take(1)
  }

  /// Whether the stream may go on with what is withheld.
  private func isAhead(_ direction: Int) -> Bool {
    guard !reassembler.ended[direction], let lowest = outside.lowest(direction),
      let next = reassembler.streams[direction].nextSequence
    else { return false }
    return lowest.distance(from: next) > 0
  }

  /// Goes on with what is withheld; what is missing before it is lost.
  private func jump(_ direction: Int) {
    guard let lowest = outside.lowest(direction) else { return }
    let kept = outside.take(direction)
    reassembler.jump(direction, to: lowest)
    for segment in kept {
      segment.withSegment { segment in
        guard let offset = reassembler.streams[direction].offset(of: segment.sequence) else {
          return consumer.stray(segment.payload.count, direction: direction, time: segment.time)
        }
        let isAcknowledging = segment.flags.contains(.ack)
        let peer = reassembler.streams[1 - direction]
        take(segment, direction, offset, isAcknowledging ? peer.offset(of: segment.acknowledgment) : nil)
      }
    }
  }

  /// Tells the bytes of segments that have turned out to belong nowhere.
  func tellStrays() {
    for segment in outside.takeSuccessor() { tellStray(segment) }
    for direction in 0...1 { tellStrays(direction) }
  }

  private func tellStrays(_ direction: Int) {
    for segment in outside.take(direction) { tellStray(segment) }
  }

  private func tellStray(_ segment: KeptSegment) {
    consumer.stray(
      segment.payload.count, direction: direction(of: segment.header), time: segment.header.time)
  }

  // MARK: The end

  private func closeReason() -> CloseReason? {
    if reassembler.ended == [true, true] { return close(.fin) }
    guard let reset else { return nil }
    // A RST may overtake data that the capture has a little later, and the FIN that it answers.
    let isReached = reassembler.streams[reset.direction].next >= reset.offset
    let mayFollow = reassembler.streams[1 - reset.direction].mayLackFIN
    let isOverdue = packets - reset.packets > ConnectionReassembler<Consumer>.patiencePackets
    return (isReached && !mayFollow) || isOverdue ? close(.rst) : nil
  }

  /// Whether a direction can be taken for ended though the capture lacks its FIN: the peer has ended too, or the sender
  /// no longer knew the connection. Where a connection merely falls silent, or is broken off, a missing number is lost:
  /// it may have been a byte.
  private func hasEnded(_ direction: Int) -> Bool {
    if isAhead(direction) { return false }
    if reassembler.streams[1 - direction].end != nil { return true }
    guard let reset, reset.direction == direction else { return false }
    return reset.isAnswer && reset.offset == reassembler.streams[direction].acknowledged
  }

  /// Delivers what is left, missing parts declared lost, and ends both directions.
  /// - Returns: Why the connection is over, which may be another reason than what makes it end now.
  @discardableResult
  func close(_ reason: CloseReason) -> CloseReason {
    if let own = settle() { return own }
    guard !isClosed else { return reason }
    isClosed = true
    for direction in 0...1 where hasEnded(direction) { reassembler.presumeFIN(direction) }
    reassembler.release()
    while let direction = (0...1).first(where: isAhead) {
      jump(direction)
      reassembler.release()
    }
    for direction in 0...1 { tellStrays(direction) }
    reassembler.end()
    return reset == nil || reason == .fin ? reason : .rst
  }
}
