import ParserRuntime

/// Finds the TCP segments and UDP datagrams in frames: behind link layers, tags and tunnels, and those in fragments too.
struct TransportDecoder {
  /// Layers of a frame that are followed; a frame that has more was made to keep its reader busy.
  static let maximumDepth = 24

  private let checksums: ChecksumPolicy
  private let findsSegments: Bool
  private let findsDatagrams: Bool
  private var fragments = FragmentAssembler()
  private(set) var counts = PacketCounts()
  /// Frames so far.
  private var frame = 0

  /// - Parameter transports: what is looked for; the rest is of other protocols.
  init(checksums: ChecksumPolicy = .ignore, transports: [Transport] = [.tcp]) {
    self.checksums = checksums
    findsSegments = transports.contains(.tcp)
    findsDatagrams = transports.contains(.udp)
  }

  /// What became of a frame. Of several parts the one counts whose outcome comes last here: a segment or a
  /// datagram, or else what may have hidden one.
  private enum Outcome: Int, Comparable {
    case other, fragment, malformed, encrypted, tooDeep, badChecksum, datagram, segment

    static func < (left: Outcome, right: Outcome) -> Bool { left.rawValue < right.rawValue }
  }

  /// The frames of the latest datagram that came in fragments; the last of them completed it.
  var fragmentFrames: [Int] { fragments.completed }

  /// Calls `segment` and `datagram` with what is complete with this frame; `counts` tells what else it was.
  mutating func decode(
    _ packet: Packet, segment: (TCPSegment) -> Void, datagram: (Datagram) -> Void = { _ in }
  ) {
    frame += 1
    var path = LayerPath()
    let whole = FrameSlice(packet.bytes, wireLength: packet.wireLength)
    switch follow(Layer(packet.linkType) ?? .other, whole, depth: 0, &path, packet, segment, datagram) {
    case .segment: counts.segments += 1
    case .datagram: counts.datagrams += 1
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
    _ segment: (TCPSegment) -> Void, _ datagram: (Datagram) -> Void
  ) -> Outcome {
    var (layer, rest, depth) = (first, frame, begun)
    while depth < Self.maximumDepth {
      depth += 1
      switch layer {
      case .ethernet: layer = Ethernet.header(&rest)
      case .ip:
        guard let ip = IPHeader(rest.bytes, wireLength: rest.wireLength) else { return .malformed }
        let carried = Layer(ipProtocol: ip.transport)
        guard ip.isTCP && findsSegments || carried != nil else { return .other }
        // The IP length tells the payload from padding. A host refuses a datagram that claims more than there is.
        guard rest.limit(to: ip.totalLength), rest.drop(ip.headerLength) else { return .malformed }
        if case .ip? = carried { path.note(.ipInIP) }
        if let fragment = ip.fragment {
          return assemble(fragment, ip, carried, rest, depth: depth, &path, packet, segment, datagram)
        }
        guard let carried else { return pass(rest, ip, path, packet, segment) }
        if findsDatagrams, ip.isUDP { return unwrap(rest, ip, depth: depth, &path, packet, segment, datagram) }
        layer = carried
      case .aggregate: return separate(rest, depth: depth, &path, packet, segment, datagram)
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
    _ path: inout LayerPath, _ packet: Packet, _ segment: (TCPSegment) -> Void, _ datagram: (Datagram) -> Void
  ) -> Outcome {
    // Times are ns in packets, and µs from here on.
    let whole = fragments.add(
      rest.bytes, isWhole: rest.count == rest.wireLength, fragment, ip, tunnel: path.tunnel, time: packet.time / 1000,
      frame: frame)
    guard let whole else { return .fragment }
    return whole.withUnsafeBytes { bytes in
      let whole = FrameSlice(bytes, wireLength: bytes.count)
      guard let carried else { return pass(whole, ip, path, packet, segment) }
      if findsDatagrams, ip.isUDP { return unwrap(whole, ip, depth: depth, &path, packet, segment, datagram) }
      return follow(carried, whole, depth: depth, &path, packet, segment, datagram)
    }
  }

  /// Goes on with what a datagram of UDP encapsulates, or passes it on where that is nothing.
  private mutating func unwrap(
    _ rest: FrameSlice, _ ip: IPHeader, depth: Int, _ path: inout LayerPath, _ packet: Packet,
    _ segment: (TCPSegment) -> Void, _ datagram: (Datagram) -> Void
  ) -> Outcome {
    let tunnel = path.tunnel
    var payload = rest
    let header = UDPHeader(&payload)
    var inside = payload
    let layer = header.map { UDPTunnel.payload(of: $0, &inside, &path) } ?? .malformed
    guard let header, case .other = layer else {
      return follow(layer, inside, depth: depth + 1, &path, packet, segment, datagram)
    }
    if checksums == .drop, payload.count == payload.wireLength {
      let whole = UnsafeRawBufferPointer(rebasing: rest.bytes.prefix(UDPHeader.length + payload.count))
      if !TransportChecksum.isGood(datagram: whole, ip) { return .badChecksum }
    }
    datagram(
      Datagram(
        source: Endpoint(address: ip.source, port: header.source),
        destination: Endpoint(address: ip.destination, port: header.destination), tunnel: tunnel,
        payload: payload.bytes, payloadLength: payload.wireLength, time: packet.time / 1000, frame: frame))
    return .datagram
  }

  /// Goes on with each subframe.
  private mutating func separate(
    _ rest: FrameSlice, depth: Int, _ path: inout LayerPath, _ packet: Packet, _ segment: (TCPSegment) -> Void,
    _ datagram: (Datagram) -> Void
  ) -> Outcome {
    var rest = rest
    var outcome: Outcome?
    while let subframe = WirelessLAN.subframe(&rest) {
      let next = follow(.llc, subframe, depth: depth, &path, packet, segment, datagram)
      outcome = outcome.map { max($0, next) } ?? next
    }
    return outcome ?? .malformed
  }

  private func pass(
    _ rest: FrameSlice, _ ip: IPHeader, _ path: LayerPath, _ packet: Packet, _ segment: (TCPSegment) -> Void
  ) -> Outcome {
    guard
      let found = TCPSegment(
        rest.bytes, length: rest.wireLength, from: ip.source, to: ip.destination, tunnel: path.tunnel,
        time: packet.time / 1000, frame: frame)
    else { return .malformed }
    // Of what is not there completely nothing can be said.
    if checksums == .drop, rest.count == rest.wireLength, !TransportChecksum.isGood(segment: rest.bytes, ip) {
      return .badChecksum
    }
    segment(found)
    return .segment
  }
}
