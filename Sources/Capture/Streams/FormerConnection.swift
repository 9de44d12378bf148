/// Where a connection stood when another one with the same endpoints followed: its late segments are none of the new
/// one's.
struct FormerConnection {
  /// The next sequence numbers, by sender; none where there was no connection before.
  private var places: [Endpoint: SequenceNumber] = [:]

  mutating func note(_ place: SequenceNumber, of sender: Endpoint) { places[sender] = place }

  /// Whether a segment may be one of the former connection.
  func isNear(_ segment: TCPSegment) -> Bool {
    !segment.flags.contains(.syn) && places[segment.source].map(segment.sequence.isNear) == true
  }

  /// Bytes of one of its segments that it had not come to.
  func undelivered(of segment: TCPSegment) -> Int {
    guard let place = places[segment.source] else { return 0 }
    return max(0, segment.payloadLength + Int(min(0, segment.sequence.distance(from: place))))
  }
}
