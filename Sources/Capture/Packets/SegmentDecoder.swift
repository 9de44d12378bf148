/// Finds the TCP segments in IP datagrams, those in fragments too.
struct SegmentDecoder {
  private let checksums: ChecksumPolicy
  private var fragments = FragmentAssembler()
  private(set) var counts = PacketCounts()
  /// Frames so far.
  private var frame = 0

  init(checksums: ChecksumPolicy = .ignore) { self.checksums = checksums }

  /// Calls `body` with the segment that is complete with this frame, if there is one; `counts` tells what else it was.
  mutating func decode(_ packet: Packet, _ body: (TCPSegment) -> Void) {
    frame += 1
    guard let datagram = LinkLayer(packet.linkType)?.datagram(in: packet.bytes) else { return counts.other += 1 }
    let wireLength = datagram.count + max(0, packet.wireLength - packet.bytes.count)
    guard let ip = IPHeader(datagram, wireLength: wireLength) else { return counts.malformed += 1 }
    guard ip.isTCP else { return counts.other += 1 }
    // The IP length tells the payload from padding. A host refuses a datagram that claims more than there is.
    let end = min(datagram.count, ip.totalLength)
    guard ip.headerLength <= end, ip.totalLength <= wireLength else { return counts.malformed += 1 }
    let payload = UnsafeRawBufferPointer(rebasing: datagram[ip.headerLength..<end])
    let length = ip.totalLength - ip.headerLength
    guard let fragment = ip.fragment else { return pass(payload, length, ip, packet, body) }
    // Times are ns in packets, and µs from here on.
    let whole = fragments.add(
      payload, isWhole: payload.count == length, fragment, ip, time: packet.time / 1000)
    guard let whole else { return counts.fragments += 1 }
    whole.withUnsafeBytes { pass($0, whole.count, ip, packet, body) }
  }

  private mutating func pass(
    _ bytes: UnsafeRawBufferPointer, _ length: Int, _ ip: IPHeader, _ packet: Packet, _ body: (TCPSegment) -> Void
  ) {
    guard
      let segment = TCPSegment(
        bytes, length: length, from: ip.source, to: ip.destination, time: packet.time / 1000,
        frame: frame)
    else { return counts.malformed += 1 }
    // Of what is not there completely nothing can be said.
    if checksums == .drop, bytes.count == length, !TCPChecksum.isGood(bytes, ip) { return counts.badChecksums += 1 }
    counts.segments += 1
    body(segment)
  }
}
