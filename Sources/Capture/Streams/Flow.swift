/// A TCP connection: where it begins and ends, and which segments are its own.
final class Flow: AgingFlow {
  let id: Int64
  let initiator: Endpoint
  let responder: Endpoint
  private let consumer: any StreamConsumer
  let candidate: Candidate?
  // Looking out for overlapping accesses at run time would be a large part of a segment's cost. There are none: the
  // consumer, which is called while they are changed, does not know the connection.
  @exclusivity(unchecked) private var isOver = false
  @exclusivity(unchecked) private var reassembler: ConnectionReassembler
  /// The connection that had these endpoints before.
  private let former: FormerConnection
  /// nil once its first bytes are known.
  @exclusivity(unchecked) private var beginning: FlowBeginning?
  @exclusivity(unchecked) private var outside = OutsideSegments()
  /// Where a RST stands, by its direction, and whether it was the answer of a host that had no such connection.
  @exclusivity(unchecked) private var reset: (direction: Int, offset: Int64, isAnswer: Bool, packets: Int)?

  /// - Parameters:
  ///   - former: the connection that had the same endpoints before.
  ///   - isMidstream: whether its beginning is not in the capture.
  init(
    id: Int64, initiator: Endpoint, responder: Endpoint, time: Int64, consumer: any StreamConsumer,
    policy: OverlapPolicy = .firstWins, former: Flow? = nil, isMidstream: Bool = false
  ) {
    self.id = id
    self.initiator = initiator
    self.responder = responder
    self.consumer = consumer
    candidate = consumer.candidate
    self.former = former?.standing ?? FormerConnection()
    reassembler = ConnectionReassembler(consumer: consumer, policy: policy, time: time)
    if isMidstream { beginning = FlowBeginning(initiator: initiator) }
  }

  var packets: Int { reassembler.packets }
  /// Bytes of each direction that were delivered.
  var byteCounts: Directions<Int64> {
    Directions { reassembler.streams[$0].next - reassembler.streams[$0].lost }
  }
  var lostBytes: Int64 { reassembler.streams[0].lost + reassembler.streams[1].lost }
  var lastTime: Int64 { reassembler.lastTime }
  /// What the connection keeps in memory, in bytes: mostly what waits because others before it are missing, or because it
  /// is not known whether it is of the protocol.
  var memory: Int { reassembler.memory + (beginning?.memory ?? 0) + outside.memory + (candidate?.memory ?? 0) }
  /// Whether nothing more is to come of it.
  var isClosed: Bool { isOver || candidate?.outcome == .dismissed }

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
    let direction = direction(of: segment)
    // The same number may come again: nobody repeats a SYN that data has followed.
    if !segment.flags.contains(.ack),
      isClosed || (reassembler.streams[direction].next > 0 && segment.payload.isEmpty)
    {
      return true
    }
    return reassembler.streams[direction].base.map { $0 != segment.sequence &+ 1 } ?? isClosed
  }

  /// Whether the connection itself began with this SYN.
  func began(with syn: TCPSegment) -> Bool {
    reassembler.streams[direction(of: syn)].base == syn.sequence &+ 1
  }

  // MARK: Segments

  /// - Returns: The reason, if the segment ends the connection.
  func receive(_ segment: TCPSegment) -> CloseReason? {
    reassembler.note(time: segment.time)
    guard let candidate else { return take(segment) }
    // Of what is not of the protocol nothing is put together any more.
    if candidate.outcome == .dismissed { return nil }
    let reason = take(segment)
    if candidate.outcome == .dismissed { reassembler.abandon() }
    return reason
  }

  private func take(_ segment: TCPSegment) -> CloseReason? {
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
    if isClosed { return takeLate(segment, direction) }
    if isFormer(segment, direction) {
      tellStray(former.undelivered(of: segment), .formerConnection, direction, segment.time)
      return nil
    }
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
    if dataEnd > reassembler.streams[direction].next, !outside.isEmpty(direction) {
      tellStrays(outside.take(direction))
    }
    // A sender says nothing behind its own RST: then it was somebody else's.
    if !segment.payload.isEmpty, let reset, reset.direction == direction, dataEnd > reset.offset { self.reset = nil }
    let isTaken = reassembler.take(segment, direction, offset, acknowledged)
    if !isTaken || offset < 0 { tellOutside(segment, direction, offset) }
    if isTaken, segment.flags.contains(.rst) {
      // Such an answer acknowledges nothing (RFC 9293, section 3.10.7.1).
      let isAnswer = !segment.flags.contains(.ack)
      reset = reset ?? (direction, offset + Int64(segment.payloadLength), isAnswer, packets)
    }
  }

  /// Whether a segment is a late one of the connection that had these endpoints before.
  private func isFormer(_ segment: TCPSegment, _ direction: Int) -> Bool {
    former.isNear(segment) && reassembler.streams[direction].nextSequence.map(segment.sequence.isNear) != true
  }

  /// A segment that comes when the connection is over: late, or one of the next connection.
  /// - Returns: Why the connection is over, if others tell that there is a next one.
  private func takeLate(_ segment: TCPSegment, _ direction: Int) -> CloseReason? {
    let sequence = segment.sequence &+ (segment.flags.contains(.syn) ? 1 : 0)
    guard let next = reassembler.streams[direction].nextSequence, sequence.isNear(next),
      let offset = reassembler.streams[direction].offset(of: sequence)
    else { return withhold(segment, direction) }
    tellOutside(segment, direction, offset)
    return nil
  }

  // MARK: Out of any window

  /// Keeps a segment that is out of any window. Once a few agree the stream goes on where they are, behind a gap; where
  /// they are behind, or nothing may follow, they belong to another connection.
  /// - Returns: Why the connection is over, if they do.
  private func withhold(_ segment: TCPSegment, _ direction: Int) -> CloseReason? {
    guard !segment.payload.isEmpty else { return nil }
    if !outside.mayAgree(segment, direction) { tellStrays(outside.take(direction)) }
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
          return tellStray(segment.payloadLength, .outOfWindow, direction, segment.time)
        }
        let acknowledged =
          segment.flags.contains(.ack) ? reassembler.streams[1 - direction].offset(of: segment.acknowledgment) : nil
        take(segment, direction, offset, acknowledged)
      }
    }
  }

  // MARK: Strays

  /// Tells the bytes of segments that have turned out to belong nowhere.
  func tellStrays() {
    tellStrays(outside.takeSuccessor())
    for direction in 0...1 { tellStrays(outside.take(direction)) }
  }

  private func tellStrays(_ segments: [KeptSegment]) {
    for segment in segments {
      tellStray(segment.header.payloadLength, .outOfWindow, direction(of: segment.header), segment.header.time)
    }
  }

  /// Tells the bytes of a segment that are none of its stream's; those that have come before need not be told again.
  private func tellOutside(_ segment: TCPSegment, _ direction: Int, _ offset: Int64) {
    guard !reassembler.streams[direction].isProbe(offset, count: segment.payloadLength) else { return }
    let end = offset + Int64(segment.payloadLength)
    tellStray(Int(min(end, 0) - offset), .beforeStart, direction, segment.time)
    guard reassembler.ended[direction] else { return }
    tellStray(Int(end - max(offset, reassembler.streams[direction].next)), .behindEnd, direction, segment.time)
  }

  private func tellStray(_ length: Int, _ reason: StrayReason, _ direction: Int, _ time: Int64) {
    if length > 0 { consumer.stray(length, reason, direction: direction, time: time) }
  }

  // MARK: The end

  private func closeReason() -> CloseReason? {
    if reassembler.hasEnded { return close(.fin) }
    guard let reset else { return nil }
    // A RST may overtake data that the capture has a little later, and the FIN that it answers.
    let isReached = reassembler.streams[reset.direction].next >= reset.offset
    let mayFollow = reassembler.streams[1 - reset.direction].mayLackFIN
    let isOverdue = packets - reset.packets > ConnectionReassembler.patiencePackets
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
    isOver = true
    for direction in 0...1 where hasEnded(direction) { reassembler.presumeFIN(direction) }
    reassembler.release()
    while let direction = (0...1).first(where: isAhead) {
      jump(direction)
      reassembler.release()
    }
    for direction in 0...1 { tellStrays(outside.take(direction)) }
    reassembler.end()
    return reset == nil || reason == .fin ? reason : .rst
  }
}
