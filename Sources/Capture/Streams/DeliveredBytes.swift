/// The end of a delivered stream, as far as the peer has not acknowledged it: what a retransmission is compared with.
///
/// A receiver keeps the first copy of a byte that it has acknowledged, so only what is not acknowledged is in doubt.
struct DeliveredBytes {
  /// Kept at the most, for a peer whose acknowledgments are not in the capture.
  private static let capacity = 1 << 14

  private var bytes: [UInt8] = []
  /// Stream offset behind the last byte.
  private var end: Int64 = 0

  var count: Int { bytes.count }

  mutating func append(_ new: UnsafeRawBufferPointer, upTo end: Int64) {
    let kept = UnsafeRawBufferPointer(rebasing: new.suffix(Self.capacity))
    // What is missing in between was lost.
    if self.end != end - Int64(new.count) || kept.count < new.count { bytes = [] }
    // At most what is there, since `kept` alone fits; half of it at least, so that bytes are seldom moved.
    let excess = bytes.count + kept.count - Self.capacity
    if excess > 0 { bytes.removeFirst(max(excess, bytes.count / 2)) }
    bytes.append(contentsOf: kept)
    self.end = end
  }

  mutating func forget(before offset: Int64) {
    if offset >= end { bytes = [] }
  }

  /// From the first to the last byte that differs from what had come before.
  func difference(from other: UnsafeRawBufferPointer, at offset: Int64) -> Range<Int64>? {
    let start = max(offset, end - Int64(bytes.count))
    let limit = min(offset + Int64(other.count), end)
    guard start < limit else { return nil }
    let mine = bytes[(bytes.count - Int(end - start))...].prefix(Int(limit - start))
    let theirs = other[Int(start - offset)..<Int(limit - offset)]
    return differing(mine, theirs).map { start + Int64($0.lowerBound)..<start + Int64($0.upperBound) }
  }
}

/// From the first to the last place where two collections of the same length differ, counted from 0.
func differing(_ left: some BidirectionalCollection<UInt8>, _ right: some BidirectionalCollection<UInt8>) -> Range<Int>?
{
  guard let first = zip(left, right).enumerated().first(where: { $1.0 != $1.1 })?.offset else { return nil }
  let last = zip(left.reversed(), right.reversed()).enumerated().first { $1.0 != $1.1 }?.offset ?? 0
  return first..<left.count - last
}
