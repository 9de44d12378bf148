/// Puts the segments of one direction of a connection in order.
///
/// Offsets count stream bytes; 0 is the byte after the SYN, or the first byte that could be captured. Sequence
/// numbers, which wrap at 2^32, are turned into offsets on arrival and used nowhere else.
struct StreamReassembler {
  /// A piece of the stream that waits for what comes before it.
  struct Chunk {
    var offset: Int64
    var bytes: [UInt8]
    /// When it was captured, in µs.
    var time: Int64
    /// The peer's stream up to here was known to the sender; nil where that is unknown.
    var acknowledged: Int64?
    /// Order of arrival.
    var arrival: Int

    var end: Int64 { offset + Int64(bytes.count) }
  }

  /// Segments further away than this from where the stream stands belong to no sane sender.
  static let window: Int64 = 1 << 26

  /// The sequence number of offset 0; nil until it is known.
  private(set) var base: UInt32?
  /// Everything before this has been delivered or declared lost.
  private(set) var next: Int64 = 0
  /// In order of offset, without overlaps.
  private(set) var waiting: [Chunk] = []
  private(set) var waitingBytes = 0
  /// How much the peer has acknowledged.
  private(set) var acknowledged: Int64 = 0
  /// Where the stream ends, once that is known.
  private(set) var end: Int64?
  /// Time of the latest packet that what has been delivered needed.
  private(set) var time: Int64 = .min

  /// Fixes offset 0, unless it is known.
  mutating func start(at sequence: UInt32) {
    if base == nil { base = sequence }
  }

  var isStarted: Bool { base != nil }

  /// The offset of a sequence number; nil while the stream's start is unknown, or out of any window.
  func offset(of sequence: UInt32) -> Int64? {
    guard let base else { return nil }
    let expected = base &+ UInt32(truncatingIfNeeded: next)
    let offset = next + Int64(Int32(bitPattern: sequence &- expected))
    return abs(offset - next) <= Self.window ? offset : nil
  }

  mutating func acknowledge(_ offset: Int64) { acknowledged = max(acknowledged, offset) }

  mutating func finish(at offset: Int64) {
    if end == nil, offset >= next { end = offset }
  }

  /// Whether bytes that start here need not wait for others.
  func isNext(_ offset: Int64, count: Int) -> Bool {
    waiting.isEmpty && offset <= next && offset + Int64(count) > next
  }

  /// Notes that `count` bytes at `next` have been delivered without being kept here.
  mutating func advance(by count: Int, time: Int64) {
    next += Int64(count)
    self.time = max(self.time, time)
  }

  /// Keeps a segment's bytes. Of bytes that come twice the first to arrive win.
  mutating func insert(
    _ bytes: UnsafeRawBufferPointer, at offset: Int64, time: Int64, acknowledged: Int64?, arrival: Int
  ) {
    var start = max(offset, next)
    let end = offset + Int64(bytes.count)
    var index = waiting.partitioningIndex { $0.end > start }
    while start < end {
      let limit = index < waiting.count ? min(end, waiting[index].offset) : end
      if start < limit {
        let part = bytes[Int(start - offset)..<Int(limit - offset)]
        waiting.insert(
          Chunk(offset: start, bytes: [UInt8](part), time: time, acknowledged: acknowledged, arrival: arrival),
          at: index)
        waitingBytes += part.count
        index += 1
      }
      guard index < waiting.count else { break }
      start = max(limit, waiting[index].end)
      index += 1
    }
  }

  /// The chunk that can be delivered now, as far as this direction is concerned.
  var ready: Chunk? {
    guard let first = waiting.first, first.offset == next else { return nil }
    return first
  }

  /// Takes the chunk that is ready.
  mutating func takeReady() -> Chunk? {
    guard ready != nil else { return nil }
    let chunk = waiting.removeFirst()
    waitingBytes -= chunk.bytes.count
    advance(by: chunk.bytes.count, time: chunk.time)
    return chunk
  }

  /// Gives up what is missing before the next bytes that are there, or before `limit`.
  /// - Returns: How many bytes are lost; 0 if none is missing.
  mutating func skipMissing(upTo limit: Int64) -> Int {
    let target = min(waiting.first?.offset ?? limit, limit)
    guard target > next else { return 0 }
    defer { next = target }
    return Int(target - next)
  }
}

extension Array {
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
