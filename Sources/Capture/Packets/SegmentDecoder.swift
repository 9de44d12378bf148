/// Finds the TCP segments in frames: behind link layers, tags and tunnels, and those in fragments too.
struct SegmentDecoder {
  /// Layers of a frame that are followed; a frame that has more was made to keep its reader busy.
  static let maximumDepth = 24

  private let checksums: ChecksumPolicy
  private var fragments = FragmentAssembler()
  private(set) var counts = PacketCounts()
  /// Frames so far.
  private var frame = 0

  init(checksums: ChecksumPolicy = .ignore) { self.checksums = checksums }

  /// What became of a frame. Of several parts the one counts whose outcome comes last here: a segment, or else what may
  /// have hidden one.
  private enum Outcome: Int, Comparable {
    case other, fragment, malformed, encrypted, tooDeep, badChecksum, segment

    static func < (left: Outcome, right: Outcome) -> Bool { left.rawValue < right.rawValue }
  }

  /// Calls `body` with the segments that are complete with this frame; `counts` tells what else it was.
  mutating func decode(_ packet: Packet, _ body: (TCPSegment) -> Void) {
    frame += 1
    var path = LayerPath()
    let whole = FrameSlice(packet.bytes, wireLength: packet.wireLength)
    switch follow(Layer(packet.linkType) ?? .other, whole, depth: 0, &path, packet, body) {
    case .segment: counts.segments += 1
    case .other: counts.other += 1
    case .fragment: counts.fragments += 1
    case .malformed: counts.malformed += 1
    case .badChecksum: counts.badChecksums += 1
    case .encrypted: counts.encrypted += 1
    case .tooDeep: counts.tooDeep += 1
    }
    if !path.encapsulations.isEmpty { counts.encapsulations.add(path.encapsulations) }
  }

  private mutating func follow(
    _ first: Layer, _ frame: FrameSlice, depth begun: Int, _ path: inout LayerPath, _ packet: Packet,
    _ body: (TCPSegment) -> Void
  ) -> Outcome {
    var (layer, rest, depth) = (first, frame, begun)
    while depth < Self.maximumDepth {
      depth += 1
      switch layer {
      case .ethernet: layer = Ethernet.header(&rest)
      case .ip:
        guard let ip = IPHeader(rest.bytes, wireLength: rest.wireLength) else { return .malformed }
        let carried = Layer(ipProtocol: ip.transport)
        guard ip.isTCP || carried != nil else { return .other }
        // The IP length tells the payload from padding. A host refuses a datagram that claims more than there is.
        guard rest.limit(to: ip.totalLength), rest.drop(ip.headerLength) else { return .malformed }
        if case .ip? = carried { path.note(.ipInIP) }
        if let fragment = ip.fragment {
          return assemble(fragment, ip, carried, rest, depth: depth, &path, packet, body)
        }
        guard let carried else { return pass(rest, ip, path, packet, body) }
        layer = carried
      case .aggregate: return separate(rest, depth: depth, &path, packet, body)
      case .other: return .other
      case .malformed: return .malformed
      case .encrypted: return .encrypted
      default: layer = layer.next(&rest, &path)
      }
    }
    return .tooDeep
  }

  /// Goes on with the datagram that a fragment completes.
  private mutating func assemble(
    _ fragment: IPHeader.Fragment, _ ip: IPHeader, _ carried: Layer?, _ rest: FrameSlice, depth: Int,
    _ path: inout LayerPath, _ packet: Packet, _ body: (TCPSegment) -> Void
  ) -> Outcome {
    // Times are ns in packets, and µs from here on.
    let whole = fragments.add(
      rest.bytes, isWhole: rest.count == rest.wireLength, fragment, ip, tunnel: path.tunnel, time: packet.time / 1000)
    guard let whole else { return .fragment }
    return whole.withUnsafeBytes { bytes in
      let datagram = FrameSlice(bytes, wireLength: bytes.count)
      guard let carried else { return pass(datagram, ip, path, packet, body) }
      return follow(carried, datagram, depth: depth, &path, packet, body)
    }
  }

  /// Goes on with each subframe.
  private mutating func separate(
    _ rest: FrameSlice, depth: Int, _ path: inout LayerPath, _ packet: Packet, _ body: (TCPSegment) -> Void
  ) -> Outcome {
    var rest = rest
    var outcome: Outcome?
    while let subframe = WirelessLAN.subframe(&rest) {
      let next = follow(.llc, subframe, depth: depth, &path, packet, body)
      outcome = outcome.map { max($0, next) } ?? next
    }
    return outcome ?? .malformed
  }

  private func pass(
    _ rest: FrameSlice, _ ip: IPHeader, _ path: LayerPath, _ packet: Packet, _ body: (TCPSegment) -> Void
  ) -> Outcome {
    guard
      let segment = TCPSegment(
        rest.bytes, length: rest.wireLength, from: ip.source, to: ip.destination, tunnel: path.tunnel,
        time: packet.time / 1000, frame: frame)
    else { return .malformed }
    // Of what is not there completely nothing can be said.
    if checksums == .drop, rest.count == rest.wireLength, !TCPChecksum.isGood(rest.bytes, ip) { return .badChecksum }
    body(segment)
    return .segment
  }
}
