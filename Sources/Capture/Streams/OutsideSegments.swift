/// Segments of a connection that are out of any window. Once a few of a direction agree on a place it is known what they
/// are: the stream goes on there, behind a gap, or another connection has the same endpoints. Those that no others
/// agree with are strays.
struct OutsideSegments {
  /// So many agree on a place.
  static let agreeing = 3

  /// Of each direction, in the order of arrival, all close to each other.
  private var withheld: Directions<[KeptSegment]> = [[], []]
  private var successor: [KeptSegment] = []
  /// What is kept, in payload bytes.
  private(set) var memory = 0

  func isEmpty(_ direction: Int) -> Bool { withheld[direction].isEmpty }

  /// Whether a segment, or a longer one of the same place, is here already.
  func has(_ segment: TCPSegment, _ direction: Int) -> Bool {
    withheld[direction].contains {
      $0.header.sequence == segment.sequence && $0.payload.count >= segment.payload.count
    }
  }

  /// Whether a segment is close to those that are here, if there are any.
  func mayAgree(_ segment: TCPSegment, _ direction: Int) -> Bool {
    withheld[direction].last.map { segment.sequence.isNear($0.header.sequence) } ?? true
  }

  /// Keeps a segment.
  /// - Returns: Whether enough agree by now.
  mutating func add(_ segment: TCPSegment, _ direction: Int) -> Bool {
    withheld[direction].append(KeptSegment(segment))
    memory += segment.payload.count
    return withheld[direction].count >= Self.agreeing
  }

  /// The lowest sequence number of a direction's segments.
  func lowest(_ direction: Int) -> SequenceNumber? {
    guard let first = withheld[direction].first?.header.sequence else { return nil }
    return withheld[direction].map(\.header.sequence).min { $0.distance(from: first) < $1.distance(from: first) }
  }

  /// Takes out the segments of a direction.
  mutating func take(_ direction: Int) -> [KeptSegment] {
    defer { withheld[direction] = [] }
    return forget(withheld[direction])
  }

  /// Takes all segments for the first ones of the connection that has the same endpoints after this.
  mutating func succeed() {
    successor += withheld[0] + withheld[1]
    withheld = [[], []]
  }

  /// Takes out the first segments of the connection after this, in their order by direction.
  mutating func takeSuccessor() -> [KeptSegment] {
    defer { successor = [] }
    return forget(successor)
  }

  private mutating func forget(_ segments: [KeptSegment]) -> [KeptSegment] {
    for segment in segments { memory -= segment.payload.count }
    return segments
  }
}
