/// A TCP connection: both directions' streams, in the order in which the two sides can have seen them.
///
/// A segment is delivered after everything that it acknowledges, so that an answer never comes before its question,
/// whatever the order in which the capture has them.
final class Flow<Consumer: StreamConsumer> {
  /// A hole that the peer has acknowledged will not be filled by a retransmission; it may still be filled by a packet
  /// that the capture has out of order, within so many packets of the flow or so much time.
  private static var patiencePackets: Int { 64 }
  private static var patienceTime: Int64 { 1_000_000 }
  /// Bytes out of order that are kept for a flow, and pieces that they are in.
  private static var maximumWaitingBytes: Int { 4 << 20 }
  private static var maximumWaitingChunks: Int { 16_384 }
  /// What is missing of a direction that the capture has nothing of is told in portions of so many bytes.
  private static var unseenPortion: Int64 { 1 << 20 }
  /// Segments that agree on a place out of any window are no strays.
  private static var agreeing: Int { 3 }
  /// The first segments of a connection met in its middle may come in any order: so many of them, or those of so much
  /// time in µs, are looked at together before the first byte is known.
  private static var beginningPackets: Int { 8 }
  private static var beginningTime: Int64 { 100_000 }
  /// A segment of the connection that had these endpoints before is no further than this from where that stood.
  private static var formerDistance: Int64 { 1 << 20 }

  let id: Int64
  let initiator: Endpoint
  let consumer: Consumer
  private let policy: OverlapPolicy
  /// Where the connection that had these endpoints before stood, by its senders.
  private let former: [Endpoint: UInt32]
  private(set) var streams = [StreamReassembler(), StreamReassembler()]
  private(set) var packets = 0
  private(set) var lostBytes: Int64 = 0
  private(set) var isClosed = false
  private(set) var lastTime: Int64
  private var ended = [false, false]
  /// Who sends in a direction; nil as long as the capture has nothing of it.
  private var senders: [Endpoint?] = [nil, nil]
  /// Segments in a row that were out of any window, close to each other: a few, until it is known what they are.
  private var withheld: [[KeptSegment]] = [[], []]
  /// The first segments of a connection met in its middle; nil once its first bytes are known.
  private var beginning: [KeptSegment]?
  /// Payload bytes in `withheld` and `beginning`.
  private var keptBytes = 0
  /// The first segments of the connection that has the same endpoints after this.
  private var successor: [KeptSegment] = []
  /// Where a RST stands, by its direction.
  private var reset: (direction: Int, offset: Int64, packets: Int)?
  /// Where a direction waits for something that the peer has, and since when.
  private var blocked: [(place: Int64, packets: Int, time: Int64)?] = [nil, nil]

  /// - Parameters:
  ///   - former: the connection that had the same endpoints before.
  ///   - isMidstream: whether its beginning is not in the capture.
  init(
    id: Int64, initiator: Endpoint, time: Int64, consumer: Consumer, policy: OverlapPolicy = .firstWins,
    former: Flow? = nil, isMidstream: Bool = false
  ) {
    self.id = id
    self.initiator = initiator
    self.consumer = consumer
    self.policy = policy
    self.former = former?.standing ?? [:]
    lastTime = time
    if isMidstream { beginning = [] }
  }

  /// What the connection keeps in memory, in bytes: mostly what waits because others before it are missing.
  var memory: Int { streams[0].memory + streams[1].memory + keptBytes }

  /// The next sequence numbers, by sender.
  private var standing: [Endpoint: UInt32] {
    var result: [Endpoint: UInt32] = [:]
    for direction in 0...1 {
      if let next = streams[direction].nextSequence, let sender = senders[direction] { result[sender] = next }
    }
    return result
  }

  func direction(of segment: TCPSegment) -> Int { segment.source == initiator ? 0 : 1 }

  /// Whether a SYN, or the answer to one, belongs to another connection with the same endpoints.
  func isReused(by segment: TCPSegment) -> Bool {
    guard segment.flags.contains(.syn) else { return false }
    let stream = streams[direction(of: segment)]
    // The same number may come again: nobody repeats a SYN that data has followed.
    if !segment.flags.contains(.ack), isClosed || (stream.next > 0 && segment.payload.isEmpty) {
      return true
    }
    return stream.base.map { $0 != segment.sequence &+ 1 } ?? isClosed
  }

  /// Whether the connection itself began with this SYN.
  func began(with syn: TCPSegment) -> Bool { streams[direction(of: syn)].base == syn.sequence &+ 1 }

  /// Whether a segment is a late one of the connection that had these endpoints before.
  private func isFormer(_ segment: TCPSegment, _ direction: Int) -> Bool {
    guard !segment.flags.contains(.syn), let there = former[segment.source] else { return false }
    func distance(_ place: UInt32) -> Int64 { abs(Int64(Int32(bitPattern: segment.sequence &- place))) }
    let own = streams[direction].nextSequence.map(distance) ?? .max
    return distance(there) <= Self.formerDistance && own > Self.formerDistance
  }

  /// - Returns: The reason, if the segment ends the connection.
  func receive(_ segment: TCPSegment) -> CloseReason? {
    lastTime = max(lastTime, segment.time)
    return beginning == nil ? process(segment) : hold(segment)
  }

  private func hold(_ segment: TCPSegment) -> CloseReason? {
    let kept = (beginning ?? []) + [KeptSegment(segment)]
    beginning = kept
    keptBytes += segment.payload.count
    let isOver = segment.time - kept[0].header.time > Self.beginningTime
    return isOver || kept.count >= Self.beginningPackets ? settle() : nil
  }

  /// Begins each direction of a connection met in its middle with the first byte that the segments so far tell of.
  /// - Returns: The reason, if they end the connection.
  func settle() -> CloseReason? {
    guard let kept = beginning else { return nil }
    beginning = nil
    for segment in kept { keptBytes -= segment.payload.count }
    for direction in 0...1 {
      let places = kept.compactMap { segment -> UInt32? in
        if self.direction(of: segment.header) == direction {
          return segment.payload.isEmpty || isFormer(segment.header, direction) ? nil : segment.header.sequence
        }
        let flags = segment.header.flags
        return flags.contains(.ack) && !flags.contains(.rst) ? segment.header.acknowledgment : nil
      }
      guard let first = places.first else { continue }
      let distances = places.map { Int64(Int32(bitPattern: $0 &- first)) }
      let lowest = distances.filter { abs($0) <= Self.formerDistance }.min() ?? 0
      streams[direction].start(at: first &+ UInt32(truncatingIfNeeded: lowest))
    }
    var reason: CloseReason?
    for segment in kept { reason = segment.withSegment(process) ?? reason }
    return reason
  }

  private func process(_ segment: TCPSegment) -> CloseReason? {
    packets += 1
    let direction = direction(of: segment)
    guard !isClosed else { return isLate(segment, direction) ? nil : withhold(segment, direction) }
    guard !isFormer(segment, direction) else { return nil }
    senders[direction] = segment.source
    start(direction, segment)
    let acknowledged = noteAcknowledgment(direction, segment)
    let isSyn = segment.flags.contains(.syn)
    if let offset = streams[direction].offset(of: segment.sequence &+ (isSyn ? 1 : 0)) {
      take(segment, direction, offset, acknowledged)
    } else if let reason = withhold(segment, direction) {
      return reason
    }
    advance(segment.time)
    return closeReason(segment.time)
  }

  // MARK: What a segment tells

  private func start(_ direction: Int, _ segment: TCPSegment) {
    if segment.flags.contains(.syn) {
      streams[direction].start(at: segment.sequence &+ 1)
    } else if !streams[direction].isStarted, !segment.flags.contains(.rst) || !segment.payload.isEmpty {
      streams[direction].start(at: segment.sequence)
    }
    // In a connection met in its middle the peer's stream is known to have come to the acknowledged byte.
    if segment.flags.contains(.ack), !segment.flags.contains(.rst), !streams[1 - direction].isStarted {
      streams[1 - direction].start(at: segment.acknowledgment)
    }
  }

  private func noteAcknowledgment(_ direction: Int, _ segment: TCPSegment) -> Int64? {
    guard segment.flags.contains(.ack), let offset = streams[1 - direction].offset(of: segment.acknowledgment) else {
      return nil
    }
    streams[1 - direction].acknowledge(offset)
    return offset
  }

  private func take(_ segment: TCPSegment, _ direction: Int, _ offset: Int64, _ acknowledged: Int64?) {
    let payload = segment.payload
    // A keep-alive probe may hold a byte of garbage in the place of the last one.
    if offset < streams[direction].next, payload.count > 1 || offset + 1 < streams[direction].next,
      let place = streams[direction].delivered.difference(from: payload, at: offset)
    {
      consumer.conflict(place, direction: direction, time: segment.time, isKept: true)
    }
    // A sender says nothing behind its own RST or FIN: then it was somebody else's.
    let dataEnd = offset + Int64(payload.count)
    if dataEnd > streams[direction].next, !withheld[direction].isEmpty { tellStrays(direction) }
    if !payload.isEmpty, let reset, reset.direction == direction, dataEnd > reset.offset { self.reset = nil }
    if !payload.isEmpty, let end = streams[direction].end, dataEnd > end {
      guard !ended[direction] else { return }
      streams[direction].unfinish()
    }
    if !payload.isEmpty, dataEnd > streams[direction].next {
      if streams[direction].isNext(offset, count: payload.count), isCaused(acknowledged, direction) {
        let old = Int(streams[direction].next - offset)
        deliver(UnsafeRawBufferPointer(rebasing: payload[old...]), direction, segment.time, acknowledged, segment.frame)
      } else {
        let conflicts = streams[direction].insert(
          payload, at: offset, time: segment.time, acknowledged: acknowledged, frame: segment.frame,
          arrival: packets, policy)
        for place in conflicts {
          consumer.conflict(place, direction: direction, time: segment.time, isKept: policy == .firstWins)
        }
      }
    }
    let end = offset + Int64(segment.payloadLength)
    if segment.flags.contains(.fin) { streams[direction].finish(at: end) }
    if segment.flags.contains(.rst) { reset = reset ?? (direction, end, packets) }
  }

  // MARK: Out of any window

  /// Whether a segment can be one of a connection that is over.
  private func isLate(_ segment: TCPSegment, _ direction: Int) -> Bool {
    guard let next = streams[direction].nextSequence else { return true }
    return abs(Int64(Int32(bitPattern: segment.sequence &- next))) <= Self.formerDistance
  }

  /// Keeps a segment that is out of any window. Once a few agree the stream goes on where they are, behind a gap; where
  /// they are behind, or nothing may follow, they belong to another connection.
  /// - Returns: Why the connection is over, if they do.
  private func withhold(_ segment: TCPSegment, _ direction: Int) -> CloseReason? {
    guard !segment.payload.isEmpty else { return nil }
    if let last = withheld[direction].last,
      abs(Int64(Int32(bitPattern: segment.sequence &- last.header.sequence))) > Self.formerDistance
    {
      tellStrays(direction)
    }
    let isRepeated = withheld[direction].contains {
      $0.header.sequence == segment.sequence && $0.payload.count >= segment.payload.count
    }
    if isRepeated { return nil }
    withheld[direction].append(KeptSegment(segment))
    keptBytes += segment.payload.count
    guard withheld[direction].count >= Self.agreeing else { return nil }
    if !isClosed, isAhead(direction) {
      passJump(direction)
      return nil
    }
    successor = withheld[0] + withheld[1]
    withheld = [[], []]
    keptBytes = 0
    return close(.reuse)
  }

  /// The segments of the connection that has followed this one.
  func takeSuccessor() -> [KeptSegment] {
    guard !successor.isEmpty else { return [] }
    defer {
      (successor, withheld) = ([], [[], []])
      keptBytes = 0
    }
    return successor + withheld[0] + withheld[1]
  }

  /// The lowest sequence number of what is withheld.
  private func lowestWithheld(_ direction: Int) -> UInt32? {
    guard let first = withheld[direction].first?.header.sequence else { return nil }
    return withheld[direction].map(\.header.sequence).min {
      Int32(bitPattern: $0 &- first) < Int32(bitPattern: $1 &- first)
    }
  }

  /// Whether the stream may go on with what is withheld.
  private func isAhead(_ direction: Int) -> Bool {
    guard !ended[direction], let lowest = lowestWithheld(direction), let next = streams[direction].nextSequence else {
      return false
    }
    return Int32(bitPattern: lowest &- next) > 0
  }

  /// Goes on with what is withheld; what is missing before it is lost.
  private func passJump(_ direction: Int) {
    guard let lowest = lowestWithheld(direction) else { return }
    let kept = withheld[direction]
    withheld[direction] = []
    for segment in kept { keptBytes -= segment.payload.count }
    while !streams[direction].waiting.isEmpty { force(direction, lastTime, limit: .max) }
    if let distance = streams[direction].distanceAhead(of: lowest) {
      streams[direction].jump(ahead: distance)
      lostBytes += distance
      consumer.lose(Int(distance), direction: direction, time: lastTime)
    }
    for segment in kept {
      segment.withSegment { segment in
        guard let offset = streams[direction].offset(of: segment.sequence) else {
          return consumer.stray(segment.payload.count, direction: direction, time: segment.time)
        }
        let isAcknowledging = segment.flags.contains(.ack)
        take(
          segment, direction, offset,
          isAcknowledging ? streams[1 - direction].offset(of: segment.acknowledgment) : nil)
      }
    }
  }

  private func tellStrays(_ direction: Int) {
    let kept = withheld[direction]
    withheld[direction] = []
    for segment in kept {
      keptBytes -= segment.payload.count
      consumer.stray(segment.payload.count, direction: direction, time: segment.header.time)
    }
  }

  /// Tells the bytes of segments that have turned out to belong nowhere.
  func tellStrays() {
    for segment in successor {
      let direction = direction(of: segment.header)
      consumer.stray(segment.payload.count, direction: direction, time: segment.header.time)
    }
    successor = []
    for direction in 0...1 { tellStrays(direction) }
  }

  /// Whether the capture lacks a direction altogether.
  private func isUnseen(_ direction: Int) -> Bool { senders[direction] == nil && packets > Self.patiencePackets }

  /// Whether the peer's stream has come to where the sender had it.
  private func isCaused(_ acknowledged: Int64?, _ direction: Int) -> Bool {
    guard let acknowledged, !isUnseen(1 - direction) else { return true }
    return streams[1 - direction].hasReached(acknowledged)
  }

  // MARK: Delivery

  private func deliver(
    _ bytes: UnsafeRawBufferPointer, _ direction: Int, _ time: Int64, _ acknowledged: Int64?, _ frame: Int
  ) {
    streams[direction].advance(by: bytes, time: time)
    consumer.receive(
      bytes, direction: direction, time: streams[direction].time, acknowledged: acknowledged, frame: frame)
  }

  /// Delivers all that can be delivered, and gives up what will not come.
  private func advance(_ time: Int64) {
    drain()
    for direction in 0...1 {
      let stream = streams[direction]
      if isUnseen(direction) {
        if stream.acknowledged - stream.next >= Self.unseenPortion {
          force(direction, time, limit: stream.acknowledged)
        }
        continue
      }
      // Where the peer's acknowledgments are not in the capture, what waits tells that something is missing.
      let isBlocked =
        !stream.hasReached(stream.acknowledged)
        || (isUnseen(1 - direction) && !stream.waiting.isEmpty)
      let isFull =
        stream.waitingBytes > Self.maximumWaitingBytes || stream.waiting.count > Self.maximumWaitingChunks
      guard isBlocked || isFull else {
        blocked[direction] = nil
        continue
      }
      // What fills one hole gives the next its own time.
      if blocked[direction]?.place != stream.next { blocked[direction] = (stream.next, packets, time) }
      guard let since = blocked[direction] else { continue }
      if isFull || packets - since.packets > Self.patiencePackets || time - since.time > Self.patienceTime {
        if stream.mayLackFIN {
          streams[direction].presumeEnd()
        } else {
          force(direction, time, limit: isFull || isUnseen(1 - direction) ? .max : stream.acknowledged)
        }
        drain()
      }
    }
  }

  /// Delivers what is in order on both directions, each piece after what it acknowledges.
  private func drain() {
    while true {
      var delivered = false
      for direction in 0...1 {
        while let chunk = streams[direction].ready, isCaused(chunk.acknowledged, direction) {
          deliverReady(direction)
          delivered = true
        }
      }
      if delivered { continue }
      // Retransmissions acknowledge more than the original did, so both sides may seem to wait for each other.
      guard let left = streams[0].ready, let right = streams[1].ready else { break }
      deliverReady(left.arrival <= right.arrival ? 0 : 1)
    }
    for direction in 0...1 where !ended[direction] && streams[direction].end == streams[direction].next {
      ended[direction] = true
      consumer.end(direction: direction, time: max(streams[direction].time, lastTime))
    }
  }

  private func deliverReady(_ direction: Int) {
    guard let chunk = streams[direction].takeReady() else { return }
    chunk.bytes.withUnsafeBytes { bytes in
      consumer.receive(
        bytes, direction: direction, time: streams[direction].time, acknowledged: chunk.acknowledged,
        frame: chunk.frame)
    }
  }

  /// Gives up what a direction waits for: bytes that are missing, or the cause of those that are there.
  private func force(_ direction: Int, _ time: Int64, limit: Int64) {
    if streams[direction].ready != nil { return deliverReady(direction) }
    let lost = streams[direction].skipMissing(upTo: min(limit, streams[direction].end ?? limit))
    guard lost > 0 else { return }
    lostBytes += Int64(lost)
    consumer.lose(lost, direction: direction, time: time)
  }

  // MARK: The end

  private func closeReason(_ time: Int64) -> CloseReason? {
    if ended[0], ended[1] { return close(.fin) }
    guard let reset else { return nil }
    // A RST may overtake data that the capture has a little later.
    let isReached = streams[reset.direction].next >= reset.offset
    return isReached || packets - reset.packets > Self.patiencePackets ? close(.rst) : nil
  }

  /// Delivers what is left, missing parts declared lost, and ends both directions.
  @discardableResult
  func close(_ reason: CloseReason) -> CloseReason {
    if let own = settle() { return own }
    guard !isClosed else { return reason }
    isClosed = true
    var isWaiting = true
    while isWaiting {
      drain()
      isWaiting = false
      for direction in 0...1 {
        let stream = streams[direction]
        let known = min(stream.acknowledged, stream.end ?? stream.acknowledged)
        guard !stream.waiting.isEmpty || known > stream.next, !stream.mayLackFIN else { continue }
        force(direction, lastTime, limit: stream.waiting.isEmpty ? known : .max)
        isWaiting = true
        break
      }
      if !isWaiting, let direction = (0...1).first(where: isAhead) {
        passJump(direction)
        isWaiting = true
      }
    }
    for direction in 0...1 { tellStrays(direction) }
    for direction in 0...1 where !ended[direction] {
      ended[direction] = true
      consumer.end(direction: direction, time: lastTime)
    }
    for direction in 0...1 { streams[direction].forget() }
    return reason
  }
}
