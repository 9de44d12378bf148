import DequeModule

/// Both directions of a connection, in the order in which the two sides can have seen them.
///
/// A segment is delivered after everything that it acknowledges, so that an answer never comes before its question,
/// whatever the order in which the capture has them.
struct ConnectionReassembler: ~Copyable {
  /// A hole that the peer has acknowledged will not be filled by a retransmission; it may still be filled by a packet
  /// that the capture has out of order, within so many packets of the flow or so much time.
  static let patiencePackets = 64
  private static let patienceTime: Int64 = 1_000_000
  /// Bytes out of order that are kept for a flow, and pieces that they are in.
  private static let maximumWaitingBytes = 4 << 20
  private static let maximumWaitingChunks = 16_384
  /// What is missing of a direction that the capture has nothing of is told in portions of so many bytes.
  private static let unseenPortion: Int64 = 1 << 20

  private let consumer: any StreamConsumer
  private let policy: OverlapPolicy
  private(set) var streams = Directions { _ in StreamReassembler() }
  private(set) var ended: Directions<Bool> = [false, false]
  /// The flow's packets so far, and the time of the latest.
  private(set) var packets = 0
  private(set) var lastTime: Int64
  /// Where a direction waits for something that the peer has, and since when.
  private var blocked: Directions<(place: Int64, packets: Int, time: Int64)?> = [nil, nil]

  init(consumer: any StreamConsumer, policy: OverlapPolicy, time: Int64) {
    self.consumer = consumer
    self.policy = policy
    lastTime = time
  }

  var memory: Int { streams[0].memory + streams[1].memory }
  /// Whether both directions have ended.
  var hasEnded: Bool { ended[0] && ended[1] }

  mutating func note(time: Int64) { lastTime = max(lastTime, time) }
  mutating func countPacket() { packets += 1 }

  // MARK: What a segment tells

  /// Fixes where a direction begins, unless it is known.
  mutating func start(_ direction: Int, at sequence: SequenceNumber) { streams[direction].start(at: sequence) }

  /// Notes what a segment's header tells of its own direction and of the peer's.
  /// - Returns: How far the sender had the peer's stream; nil where that is unknown.
  mutating func takeHeader(_ segment: TCPSegment, _ direction: Int) -> Int64? {
    streams[direction].isSeen = true
    if segment.flags.contains(.syn) {
      streams[direction].start(at: segment.sequence &+ 1)
    } else if !streams[direction].isStarted, !segment.flags.contains(.rst) || !segment.payload.isEmpty {
      streams[direction].start(at: segment.sequence)
    }
    guard segment.flags.contains(.ack) else { return nil }
    // In a connection met in its middle the peer's stream is known to have come to the acknowledged byte.
    if !segment.flags.contains(.rst) { streams[1 - direction].start(at: segment.acknowledgment) }
    guard let offset = streams[1 - direction].offset(of: segment.acknowledgment) else { return nil }
    streams[1 - direction].acknowledge(offset)
    return offset
  }

  /// Delivers a segment's bytes, or keeps them until their turn comes.
  /// - Parameters:
  ///   - offset: place of the first byte in the stream.
  ///   - acknowledged: how far the sender had the peer's stream.
  /// - Returns: Whether they can be the stream's: a sender says nothing behind its own FIN.
  mutating func take(_ segment: TCPSegment, _ direction: Int, _ offset: Int64, _ acknowledged: Int64?) -> Bool {
    let payload = segment.payload
    compare(payload, direction, offset, segment.time)
    let end = offset + Int64(segment.payloadLength)
    if segment.payloadLength > 0 {
      if let known = streams[direction].end, end > known {
        guard !ended[direction] else { return false }
        streams[direction].unfinish()
      }
      streams[direction].noteSent(upTo: end)
    }
    if !payload.isEmpty, offset + Int64(payload.count) > streams[direction].next {
      var new = StreamBytes(
        bytes: payload, direction: direction, time: segment.time, acknowledged: acknowledged, frame: segment.frame)
      if streams[direction].isNext(offset, count: payload.count), isCaused(acknowledged, direction) {
        let old = Int(streams[direction].next - offset)
        new.bytes = UnsafeRawBufferPointer(rebasing: payload[old...])
        deliver(new)
      } else {
        let conflicts = streams[direction].insert(new, at: offset, arrival: packets, policy)
        for place in conflicts {
          consumer.conflict(place, direction: direction, time: segment.time, isKept: policy == .firstWins)
        }
      }
    }
    if segment.flags.contains(.fin) { streams[direction].finish(at: end) }
    return true
  }

  /// Tells bytes that have come again and differ from those that were delivered.
  private func compare(_ payload: UnsafeRawBufferPointer, _ direction: Int, _ offset: Int64, _ time: Int64) {
    guard offset < streams[direction].next, !streams[direction].isProbe(offset, count: payload.count),
      let place = streams[direction].delivered.difference(from: payload, at: offset)
    else { return }
    consumer.conflict(place, direction: direction, time: time, isKept: true)
  }

  /// Goes on at a sequence number that is ahead of all that came before; what is missing is lost.
  mutating func jump(_ direction: Int, to sequence: SequenceNumber) {
    while !streams[direction].waiting.isEmpty { force(direction, lastTime, limit: .max) }
    guard let distance = streams[direction].distanceAhead(of: sequence) else { return }
    streams[direction].jump(ahead: distance)
    lose(Int(distance), direction, lastTime)
  }

  // MARK: Order

  /// Whether the capture lacks a direction altogether.
  private func isUnseen(_ direction: Int) -> Bool { !streams[direction].isSeen && packets > Self.patiencePackets }

  /// Whether the peer's stream has come to where the sender had it.
  private func isCaused(_ acknowledged: Int64?, _ direction: Int) -> Bool {
    guard let acknowledged, !isUnseen(1 - direction) else { return true }
    return streams[1 - direction].hasReached(acknowledged)
  }

  /// Delivers all that can be delivered, and gives up what will not come.
  mutating func advance(_ time: Int64) {
    drain()
    for direction in 0...1 {
      let acknowledged = streams[direction].acknowledged
      if isUnseen(direction) {
        if acknowledged - streams[direction].next >= Self.unseenPortion {
          force(direction, time, limit: acknowledged)
        }
        continue
      }
      // Where the peer's acknowledgments are not in the capture, what waits tells that something is missing.
      let isBlocked =
        !streams[direction].hasReached(acknowledged)
        || (isUnseen(1 - direction) && !streams[direction].waiting.isEmpty)
      let isFull =
        streams[direction].waitingBytes > Self.maximumWaitingBytes
        || streams[direction].waiting.count > Self.maximumWaitingChunks
      guard isBlocked || isFull else {
        blocked[direction] = nil
        continue
      }
      // What fills one hole gives the next its own time.
      let place = streams[direction].next
      if blocked[direction]?.place != place { blocked[direction] = (place, packets, time) }
      guard let since = blocked[direction] else { continue }
      if isFull || packets - since.packets > Self.patiencePackets || time - since.time > Self.patienceTime {
        if streams[direction].mayLackFIN {
          streams[direction].passFIN()
        } else {
          force(direction, time, limit: isFull || isUnseen(1 - direction) ? .max : acknowledged)
        }
        drain()
      }
    }
  }

  /// Takes the last number of a direction that the peer acknowledged for that of a FIN, if it can be one's.
  mutating func presumeFIN(_ direction: Int) { streams[direction].presumeFIN() }

  /// Delivers all that waits; what is missing is lost.
  mutating func release() {
    drain()
    while let direction = lacking {
      force(direction, lastTime, limit: streams[direction].waiting.isEmpty ? streams[direction].known : .max)
      drain()
    }
  }

  /// A direction that does not have all that is known to be its.
  private var lacking: Int? { isLacking(0) ? 0 : isLacking(1) ? 1 : nil }

  private func isLacking(_ direction: Int) -> Bool {
    !streams[direction].waiting.isEmpty || streams[direction].known > streams[direction].next
  }

  /// Ends both directions, and keeps nothing more than where they stood.
  mutating func end() {
    for direction in 0...1 {
      if !ended[direction] { end(direction, lastTime) }
      streams[direction].forget()
    }
  }

  /// Keeps nothing of what is still to be delivered: nobody takes it.
  mutating func abandon() {
    for direction in 0...1 { streams[direction].abandon() }
  }

  /// Delivers what is in order on both directions, each piece after what it acknowledges.
  private mutating func drain() {
    while true {
      var delivered = false
      for direction in 0...1 {
        while streams[direction].isReady, isCaused(streams[direction].waiting[0].acknowledged, direction) {
          deliverReady(direction)
          delivered = true
        }
      }
      if delivered { continue }
      // Retransmissions acknowledge more than the original did, so both sides may seem to wait for each other.
      guard streams[0].isReady, streams[1].isReady else { break }
      deliverReady(streams[0].waiting[0].arrival <= streams[1].waiting[0].arrival ? 0 : 1)
    }
    for direction in 0...1 where !ended[direction] && streams[direction].end == streams[direction].next {
      end(direction, max(streams[direction].time, lastTime))
    }
  }

  // MARK: Delivery

  private mutating func deliver(_ new: StreamBytes) {
    var new = new
    streams[new.direction].advance(by: new.bytes, time: new.time)
    // What came late has the time of what it waited for.
    new.time = streams[new.direction].time
    consumer.receive(new)
  }

  private mutating func deliverReady(_ direction: Int) {
    guard let chunk = streams[direction].takeReady() else { return }
    let time = streams[direction].time
    chunk.bytes.withUnsafeBytes { bytes in
      consumer.receive(
        StreamBytes(
          bytes: bytes, direction: direction, time: time, acknowledged: chunk.acknowledged, frame: chunk.frame))
    }
  }

  /// Gives up what a direction waits for: bytes that are missing, or the cause of those that are there.
  private mutating func force(_ direction: Int, _ time: Int64, limit: Int64) {
    if streams[direction].isReady { return deliverReady(direction) }
    let lost = streams[direction].skipMissing(upTo: min(limit, streams[direction].end ?? limit))
    if lost > 0 { lose(lost, direction, time) }
  }

  private mutating func lose(_ length: Int, _ direction: Int, _ time: Int64) {
    consumer.lose(length, direction: direction, time: time)
  }

  private mutating func end(_ direction: Int, _ time: Int64) {
    ended[direction] = true
    consumer.end(direction: direction, time: time)
  }
}
