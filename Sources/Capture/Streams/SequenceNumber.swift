/// A TCP sequence number. It wraps at 2^32, so two of them are compared by their distance (RFC 9293, section 3.4).
typealias SequenceNumber = UInt32

extension SequenceNumber {
  /// Segments of the same connection that come late, or out of order, are no further from each other than this.
  static var vicinity: Int64 { 1 << 20 }

  /// How far this number is ahead of another, in bytes; negative where it is behind.
  func distance(from other: SequenceNumber) -> Int64 { Int64(Int32(bitPattern: self &- other)) }

  func isNear(_ other: SequenceNumber) -> Bool { abs(distance(from: other)) <= Self.vicinity }
}
