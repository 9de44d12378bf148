import DequeModule

/// Puts the segments of one direction of a connection in order.
///
/// Offsets count stream bytes; 0 is the byte after the SYN, or the first byte that could be captured. Sequence
/// numbers, which wrap at 2^32, are turned into offsets on arrival and used nowhere else.
struct StreamReassembler: ~Copyable {
  /// A piece of the stream that waits for what comes before it.
  struct Chunk {
    var offset: Int64
    var bytes: [UInt8]
    /// When it was captured, in µs.
    var time: Int64
    /// The peer's stream up to here was known to the sender; nil where that is unknown.
    var acknowledged: Int64?
    var frame: Int
    /// Order of arrival.
    var arrival: Int

    var end: Int64 { offset + Int64(bytes.count) }

    /// Compares bytes that have come again, and takes them where the last win.
    /// - Returns: From the first to the last byte that differs, as places in the stream.
    mutating func merge(
      _ other: UnsafeRawBufferPointer, _ place: Range<Int64>, _ policy: OverlapPolicy
    ) -> Range<Int64>? {
      let own = Int(place.lowerBound - offset)..<Int(place.upperBound - offset)
      guard let difference = differing(bytes[own], other) else { return nil }
      if policy == .lastWins { bytes.replaceSubrange(own, with: other) }
      let start = place.lowerBound
      return start + Int64(difference.lowerBound)..<start + Int64(difference.upperBound)
    }
  }

  /// Segments further away than this from where the stream stands belong to no sane sender.
  static let window: Int64 = 1 << 26

  /// The sequence number of offset 0; nil until it is known.
  private(set) var base: SequenceNumber?
  /// Everything before this has been delivered or declared lost.
  private(set) var next: Int64 = 0
  /// Bytes before `next` that were declared lost.
  private(set) var lost: Int64 = 0
  /// In order of offset, without overlaps.
  private(set) var waiting: Deque<Chunk> = []
  private(set) var waitingBytes = 0
  private(set) var delivered = DeliveredBytes()
  /// How much the peer has acknowledged.
  private(set) var acknowledged: Int64 = 0
  /// Where the stream ends, once that is known.
  private(set) var end: Int64?
  /// The end of the bytes that segments were said to hold, whether the capture has all of them or not.
  private(set) var sent: Int64 = 0
  /// Where nothing waits for a number that may be a FIN's.
  private var passedFIN: Int64?
  /// Time of the latest packet that what has been delivered needed.
  private(set) var time: Int64 = .min
  /// Whether the capture has anything of the direction.
  var isSeen = false

  /// Fixes offset 0, unless it is known.
  mutating func start(at sequence: SequenceNumber) {
    if base == nil { base = sequence }
  }

  var isStarted: Bool { base != nil }

  /// The offset of a sequence number; nil while the stream's start is unknown, or out of any window.
  func offset(of sequence: SequenceNumber) -> Int64? {
    guard let distance = nextSequence.map(sequence.distance) else { return nil }
    return abs(distance) <= Self.window ? next + distance : nil
  }

  /// The sequence number that comes next; nil while the stream's start is unknown.
  var nextSequence: SequenceNumber? { base.map { $0 &+ SequenceNumber(truncatingIfNeeded: next) } }

  /// How far ahead of the window a sequence number is; nil where it is inside, or behind.
  func distanceAhead(of sequence: SequenceNumber) -> Int64? {
    guard let distance = nextSequence.map(sequence.distance) else { return nil }
    return distance > Self.window ? distance : nil
  }

  /// What the stream keeps in memory, in bytes.
  var memory: Int { waitingBytes + waiting.count * MemoryLayout<Chunk>.stride + delivered.count }

  mutating func acknowledge(_ offset: Int64) {
    acknowledged = max(acknowledged, offset)
    delivered.forget(before: acknowledged)
  }

  /// Notes where the stream ends. A FIN amid what is there already is somebody else's.
  mutating func finish(at offset: Int64) {
    if end == nil, offset >= max(next, waiting.last?.end ?? next) { end = offset }
  }

  /// Notes that a segment was said to hold bytes up to a place.
  mutating func noteSent(upTo offset: Int64) { sent = max(sent, offset) }

  /// Forgets where the stream was said to end.
  mutating func unfinish() { end = nil }

  /// The place up to which there are bytes, as far as acknowledgments, segments and a FIN tell.
  var known: Int64 { min(max(acknowledged, sent), end ?? .max) }

  /// Whether all that is acknowledged is there but one number: that of a FIN, which the capture lacks, or of a byte.
  var mayLackFIN: Bool { acknowledged == next + 1 && end == nil && waiting.isEmpty && sent <= next }

  /// Lets nothing wait for the one number any longer. What it was is told by what follows, or by how the connection ends.
  mutating func passFIN() { passedFIN = next }

  /// Takes the last acknowledged number for that of a FIN, unless a segment tells that it is a byte's.
  mutating func presumeFIN() {
    let dataEnd = max(next, waiting.last?.end ?? next, sent)
    if end == nil, acknowledged > dataEnd { end = acknowledged - 1 }
  }

  /// Whether the stream has come to where its receiver had it.
  func hasReached(_ acknowledged: Int64) -> Bool {
    // A FIN counts as a byte in acknowledgments, but is none of the stream.
    next >= min(acknowledged, end ?? acknowledged)
      || (passedFIN == next && acknowledged == next + 1 && waiting.isEmpty)
  }

  /// Whether bytes that start here need not wait for others.
  func isNext(_ offset: Int64, count: Int) -> Bool {
    waiting.isEmpty && offset <= next && offset + Int64(count) > next
  }

  /// Whether a segment is a keep-alive probe: a byte, which may be garbage, in the place of the last one or of the FIN.
  func isProbe(_ offset: Int64, count: Int) -> Bool {
    count == 1 && (offset + 1 == next || (offset == next && offset == end))
  }

  /// Notes that bytes at `next` are delivered.
  mutating func advance(by bytes: UnsafeRawBufferPointer, time: Int64) {
    next += Int64(bytes.count)
    self.time = max(self.time, time)
    if next > acknowledged { delivered.append(bytes, upTo: next) }
  }

  /// Keeps a segment's bytes.
  /// - Returns: The places where they are others than had come before.
  mutating func insert(
    _ new: StreamBytes, at offset: Int64, arrival: Int, _ policy: OverlapPolicy
  ) -> [Range<Int64>] {
    let bytes = new.bytes
    var conflicts: [Range<Int64>] = []
    var start = max(offset, next)
    let end = offset + Int64(bytes.count)
    var index = waiting.partitioningIndex { $0.end > start }
    while start < end {
      let limit = index < waiting.count ? min(end, waiting[index].offset) : end
      if start < limit {
        let part = bytes[Int(start - offset)..<Int(limit - offset)]
        waiting.insert(
          Chunk(
            offset: start, bytes: [UInt8](part), time: new.time, acknowledged: new.acknowledged, frame: new.frame,
            arrival: arrival),
          at: index)
        waitingBytes += part.count
        index += 1
      }
      guard index < waiting.count else { break }
      let (lower, upper) = (max(start, waiting[index].offset), min(end, waiting[index].end))
      if lower < upper {
        let again = UnsafeRawBufferPointer(rebasing: bytes[Int(lower - offset)..<Int(upper - offset)])
        if let conflict = waiting[index].merge(again, lower..<upper, policy) { conflicts.append(conflict) }
      }
      start = max(limit, waiting[index].end)
      index += 1
    }
    return conflicts
  }

  /// Whether the first chunk that waits can be delivered, as far as this direction is concerned.
  var isReady: Bool { !waiting.isEmpty && waiting[0].offset == next }

  /// Takes the chunk that is ready.
  mutating func takeReady() -> Chunk? {
    guard isReady else { return nil }
    let chunk = waiting.removeFirst()
    waitingBytes -= chunk.bytes.count
    chunk.bytes.withUnsafeBytes { advance(by: $0, time: chunk.time) }
    return chunk
  }

  /// Gives up what is missing before the next bytes that are there, or before `limit`.
  /// - Returns: How many bytes are lost; 0 if none is missing.
  mutating func skipMissing(upTo limit: Int64) -> Int {
    let target = min(waiting.first?.offset ?? limit, limit)
    guard target > next else { return 0 }
    return lose(target - next)
  }

  /// Gives up what is missing before a place that no window reaches; nothing may be waiting.
  mutating func jump(ahead distance: Int64) { _ = lose(distance) }

  private mutating func lose(_ length: Int64) -> Int {
    next += length
    lost += length
    return Int(length)
  }

  /// Keeps nothing that waits, or that was delivered.
  mutating func abandon() {
    waiting = []
    waitingBytes = 0
    forget()
  }

  /// Keeps nothing more than what counts.
  mutating func forget() { delivered = DeliveredBytes() }
}

extension Deque {
  /// The first index whose element satisfies a condition that all elements after it satisfy too.
  fileprivate func partitioningIndex(_ condition: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if condition(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
