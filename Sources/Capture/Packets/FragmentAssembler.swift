import DequeModule

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
    /// For each byte whether it is there.
    var isKnown: [Bool] = []
    /// All bytes before this are there.
    var complete = 0
    var length: Int?
    var begun: Int64
    var order: Int
    /// The frames that its parts came in.
    var frames: [Int] = []
  }

  private var datagrams: [Key: Datagram] = [:]
  private var begun = 0
  /// Datagrams in the order in which they began, with some that are complete by now.
  private var order: Deque<(key: Key, number: Int)> = []
  /// The frames of the datagram that was completed last.
  private(set) var completed: [Int] = []

  /// - Parameters:
  ///   - isWhole: whether the fragment was captured to its end.
  ///   - frame: the number of the frame that it came in.
  /// - Returns: The datagram's payload, if this was its last missing part.
  mutating func add(
    _ payload: UnsafeRawBufferPointer, isWhole: Bool, _ fragment: IPHeader.Fragment, _ ip: IPHeader, tunnel: UInt64 = 0,
    time: Int64, frame: Int = 0
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
    // More than there can be parts tell nothing.
    if datagram.frames.count < Self.maximumLength / 8 { datagram.frames.append(frame) }
    if let length = datagram.length, datagram.complete >= length {
      completed = datagram.frames
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
    while datagrams.count >= Self.maximumCount, let oldest = order.popFirst() {
      if datagrams[oldest.key]?.order == oldest.number { datagrams[oldest.key] = nil }
    }
    if order.count >= 2 * Self.maximumCount { order.removeAll { datagrams[$0.key]?.order != $0.number } }
    begun += 1
    order.append((key, begun))
    return Datagram(begun: time, order: begun)
  }
}

extension FragmentAssembler.Datagram {
  /// Puts in what is not there yet; the work is that of the payload, whatever came before.
  fileprivate mutating func insert(_ payload: UnsafeRawBufferPointer, at offset: Int) {
    let missing = offset + payload.count - bytes.count
    if missing > 0 {
      bytes.append(contentsOf: repeatElement(0, count: missing))
      isKnown.append(contentsOf: repeatElement(false, count: missing))
    }
    for (index, byte) in payload.enumerated() where !isKnown[offset + index] {
      bytes[offset + index] = byte
      isKnown[offset + index] = true
    }
    while complete < isKnown.count, isKnown[complete] { complete += 1 }
  }
}
