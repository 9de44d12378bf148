/// Finds the TCP segments in IP datagrams, those in fragments too.
struct SegmentDecoder {
  private var fragments = FragmentAssembler()

  /// Calls `body` with the segment that is complete with this datagram.
  /// - Parameter time: µs since 1970-01-01 UTC.
  /// - Returns: Whether there was one; it is false for a fragment that others are missing of.
  mutating func decode(_ datagram: UnsafeRawBufferPointer, time: Int64, _ body: (TCPSegment) -> Void) -> Bool {
    guard let ip = IPHeader(datagram), ip.isTCP else { return false }
    // The IP length tells the payload from padding; where segmentation was offloaded it may be zero.
    let end = min(datagram.count, ip.totalLength)
    guard ip.headerLength <= end else { return false }
    let payload = UnsafeRawBufferPointer(rebasing: datagram[ip.headerLength..<end])
    let length = ip.totalLength - ip.headerLength
    func pass(_ bytes: UnsafeRawBufferPointer, _ length: Int) -> Bool {
      guard
        let segment = TCPSegment(bytes, length: length, from: ip.source, to: ip.destination, time: time)
      else { return false }
      body(segment)
      return true
    }
    guard let fragment = ip.fragment else { return pass(payload, length) }
    guard let whole = fragments.add(payload, isWhole: payload.count == length, fragment, ip, time: time) else {
      return false
    }
    return whole.withUnsafeBytes { pass($0, whole.count) }
  }
}
