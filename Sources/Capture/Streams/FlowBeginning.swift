/// The first segments of a connection met in its middle. They may come in any order, so a few are looked at together
/// before it is known with which byte each direction begins.
struct FlowBeginning {
  /// So many segments, or those of so much time in µs.
  private static let maximumCount = 8
  private static let maximumTime: Int64 = 100_000

  private let initiator: Endpoint
  private(set) var segments: [KeptSegment] = []
  /// What is kept, in payload bytes.
  private(set) var memory = 0

  init(initiator: Endpoint) { self.initiator = initiator }

  /// - Returns: Whether that is enough to begin with.
  mutating func add(_ segment: TCPSegment) -> Bool {
    segments.append(KeptSegment(segment))
    memory += segment.payload.count
    return segments.count >= Self.maximumCount || segment.time - segments[0].header.time > Self.maximumTime
  }

  /// The lowest sequence number that the segments tell of a direction: of its own bytes, and of those that the peer
  /// acknowledges. nil where they tell nothing.
  /// - Parameter former: whose late segments do not count.
  func start(of direction: Int, former: FormerConnection) -> SequenceNumber? {
    let places = segments.compactMap { segment -> SequenceNumber? in
      let header = segment.header
      if (header.source == initiator) == (direction == 0) {
        return segment.payload.isEmpty || former.isNear(header) ? nil : header.sequence
      }
      return header.flags.contains(.ack) && !header.flags.contains(.rst) ? header.acknowledgment : nil
    }
    guard let first = places.first else { return nil }
    return places.filter { $0.isNear(first) }.min { $0.distance(from: first) < $1.distance(from: first) }
  }
}
