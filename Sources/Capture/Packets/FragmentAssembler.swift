/// Puts fragmented IP datagrams together (RFC 791, RFC 8200).
///
/// Fragments may come in any order and may overlap: of bytes that come twice the first to arrive win. What is not
/// complete in time, or too much, is dropped: the stream then has a gap there.
struct FragmentAssembler {
  /// RFC 8200 gives a datagram 60 seconds, in µs of packet time.
  private static let lifetime: Int64 = 60_000_000
  /// Datagrams in work, and bytes of one.
  private static let maximumCount = 1024
  private static let maximumLength = 65_535

  private struct Key: Hashable {
    var source: IPAddress
    var destination: IPAddress
    var identification: UInt32
    /// The same addresses in two tunnels are different hosts.
    var tunnel: UInt64
  }

  fileprivate struct Datagram {
    var bytes: [UInt8] = []
    /// Ranges that are there, in order and apart.
    var known: [Range<Int>] = []
    var length: Int?
    var begun: Int64
    var order: Int
  }

  private var datagrams: [Key: Datagram] = [:]
  private var begun = 0

  /// - Parameter isWhole: whether the fragment was captured to its end.
  /// - Returns: The datagram's payload, if this was its last missing part.
  mutating func add(
    _ payload: UnsafeRawBufferPointer, isWhole: Bool, _ fragment: IPHeader.Fragment, _ ip: IPHeader, tunnel: UInt64 = 0,
    time: Int64
  ) -> [UInt8]? {
    let key = Key(
      source: ip.source, destination: ip.destination, identification: fragment.identification, tunnel: tunnel)
    let end = fragment.offset + payload.count
    // Parts before the last come in multiples of 8 bytes.
    guard end <= Self.maximumLength, !payload.isEmpty, !fragment.hasMore || !isWhole || payload.count % 8 == 0 else {
      return nil
    }
    var datagram = take(key, time)
    if !fragment.hasMore, isWhole { datagram.length = datagram.length ?? end }
    datagram.insert(payload, at: fragment.offset)
    if let length = datagram.length, datagram.known.first?.lowerBound == 0,
      (datagram.known.first?.upperBound ?? 0) >= length
    {
      return Array(datagram.bytes.prefix(length))
    }
    datagrams[key] = datagram
    return nil
  }

  /// The datagram in work, or a new one.
  private mutating func take(_ key: Key, _ time: Int64) -> Datagram {
    if let datagram = datagrams.removeValue(forKey: key), abs(time - datagram.begun) <= Self.lifetime {
      return datagram
    }
    if datagrams.count >= Self.maximumCount, let oldest = datagrams.min(by: { $0.value.order < $1.value.order }) {
      datagrams[oldest.key] = nil
    }
    begun += 1
    return Datagram(begun: time, order: begun)
  }
}

extension FragmentAssembler.Datagram {
  /// Puts in what is not there yet.
  fileprivate mutating func insert(_ payload: UnsafeRawBufferPointer, at offset: Int) {
    let end = offset + payload.count
    if bytes.count < end { bytes += [UInt8](repeating: 0, count: end - bytes.count) }
    var place = offset
    var merged: [Range<Int>] = []
    var whole = offset..<end
    for range in known {
      if range.upperBound < offset || range.lowerBound > end {
        merged.append(range)
        continue
      }
      if place < range.lowerBound { copy(payload, offset, place..<min(range.lowerBound, end)) }
      place = max(place, range.upperBound)
      whole = min(whole.lowerBound, range.lowerBound)..<max(whole.upperBound, range.upperBound)
    }
    if place < end { copy(payload, offset, place..<end) }
    known = (merged + [whole]).sorted { $0.lowerBound < $1.lowerBound }
  }

  private mutating func copy(_ payload: UnsafeRawBufferPointer, _ offset: Int, _ range: Range<Int>) {
    bytes.replaceSubrange(range, with: payload[range.lowerBound - offset..<range.upperBound - offset])
  }
}
