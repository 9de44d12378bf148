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

  let id: Int64
  let initiator: Endpoint
  let consumer: Consumer
  private(set) var streams = [StreamReassembler(), StreamReassembler()]
  private(set) var packets = 0
  private(set) var lostBytes: Int64 = 0
  private(set) var isClosed = false
  private(set) var lastTime: Int64
  private var ended = [false, false]
  /// Where a RST stands, by its direction.
  private var reset: (direction: Int, offset: Int64, packets: Int)?
  /// Where a direction waits for something that the peer has, and since when.
  private var blocked: [(place: Int64, packets: Int, time: Int64)?] = [nil, nil]

  init(id: Int64, initiator: Endpoint, time: Int64, consumer: Consumer) {
    self.id = id
    self.initiator = initiator
    self.consumer = consumer
    lastTime = time
  }

  /// Bytes that are kept because others before them are missing.
  var waitingBytes: Int { streams[0].waitingBytes + streams[1].waitingBytes }

  func direction(of segment: TCPSegment) -> Int { segment.source == initiator ? 0 : 1 }

  /// Whether the segment begins another connection with the same endpoints.
  func isReused(by segment: TCPSegment) -> Bool {
    guard segment.flags.contains(.syn), !segment.flags.contains(.ack) else { return false }
    let direction = direction(of: segment)
    guard let base = streams[direction].base else { return isClosed }
    return base != segment.sequence &+ 1
  }

  /// - Returns: The reason, if the segment ends the connection.
  func receive(_ segment: TCPSegment) -> CloseReason? {
    packets += 1
    lastTime = max(lastTime, segment.time)
    guard !isClosed else { return nil }
    let direction = direction(of: segment)
    start(direction, segment)
    let acknowledged = noteAcknowledgment(direction, segment)
    let isSyn = segment.flags.contains(.syn)
    if let offset = streams[direction].offset(of: segment.sequence &+ (isSyn ? 1 : 0)) {
      take(segment, direction, offset, acknowledged)
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
    if !payload.isEmpty, offset + Int64(payload.count) > streams[direction].next {
      if streams[direction].isNext(offset, count: payload.count), isCaused(acknowledged, direction) {
        let old = Int(streams[direction].next - offset)
        deliver(UnsafeRawBufferPointer(rebasing: payload[old...]), direction, segment.time, acknowledged)
      } else {
        streams[direction].insert(
          payload, at: offset, time: segment.time, acknowledged: acknowledged, arrival: packets)
      }
    }
    let end = offset + Int64(segment.payloadLength)
    if segment.flags.contains(.fin) { streams[direction].finish(at: end) }
    if segment.flags.contains(.rst) { reset = reset ?? (direction, end, packets) }
  }

  /// Whether the peer's stream has come to where the sender had it.
  private func isCaused(_ acknowledged: Int64?, _ direction: Int) -> Bool {
    guard let acknowledged else { return true }
    let peer = streams[1 - direction]
    // A FIN counts as a byte in acknowledgments, but is none of the stream.
    return peer.next >= min(acknowledged, peer.end ?? acknowledged)
  }

  // MARK: Delivery

  private func deliver(_ bytes: UnsafeRawBufferPointer, _ direction: Int, _ time: Int64, _ acknowledged: Int64?) {
    streams[direction].advance(by: bytes.count, time: time)
    consumer.receive(bytes, direction: direction, time: streams[direction].time, acknowledged: acknowledged)
  }

  /// Delivers all that can be delivered, and gives up what will not come.
  private func advance(_ time: Int64) {
    drain()
    for direction in 0...1 {
      let stream = streams[direction]
      let isBlocked = stream.next < min(stream.acknowledged, stream.end ?? stream.acknowledged)
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
        force(direction, time, limit: isBlocked ? stream.acknowledged : .max)
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
        bytes, direction: direction, time: streams[direction].time, acknowledged: chunk.acknowledged)
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
    guard !isClosed else { return reason }
    isClosed = true
    var isWaiting = true
    while isWaiting {
      drain()
      isWaiting = false
      for direction in 0...1 {
        let stream = streams[direction]
        let known = min(stream.acknowledged, stream.end ?? stream.acknowledged)
        guard !stream.waiting.isEmpty || known > stream.next else { continue }
        force(direction, lastTime, limit: stream.waiting.isEmpty ? known : .max)
        isWaiting = true
        break
      }
    }
    for direction in 0...1 where !ended[direction] {
      ended[direction] = true
      consumer.end(direction: direction, time: lastTime)
    }
    return reason
  }
}
