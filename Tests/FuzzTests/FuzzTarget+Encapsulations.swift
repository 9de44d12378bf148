import LayerBuilding

@testable import Capture

/// A frame with a segment in tunnels, as an input describes it.
private struct Nest {
  /// Layers that the link layer has at the most, with the IP header of the segment, and those of a tunnel.
  private static let layersOfLink = 5
  private static let layersOfTunnel = 5

  let link: LayerBuilder.Link
  private(set) var tunnels: [LayerBuilder.Tunnel] = []
  let payload: [UInt8]
  private(set) var frame: [UInt8]
  /// Bytes of the frame that were captured.
  let captured: Int
  /// Whether the frame is as it was built.
  private(set) var isSound = true

  /// Whether the nest is never too deep.
  var isShallow: Bool {
    Self.layersOfLink + tunnels.count * Self.layersOfTunnel <= TransportDecoder.maximumDepth
  }

  /// The link type; the version of IP (bit 0) and the number of tunnels; for each tunnel its kind and the version of IP
  /// around it (bit 7), from the inside out; two bytes of the payload's length, and its pattern; two bytes of how much
  /// was captured; then changes, each of two bytes of place and one that is what changes there.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= 7 else { return nil }
    let count = Int(bytes[1] >> 1 & 0x1F)
    guard bytes.count >= 7 + count else { return nil }
    link = LayerBuilder.links[Int(bytes[0]) % LayerBuilder.links.count]
    var wraps: [LayerBuilder.Wrap] = []
    for byte in bytes[2..<2 + count] {
      let tunnel = LayerBuilder.tunnels[Int(byte & 0x7F) % LayerBuilder.tunnels.count]
      tunnels.append(tunnel)
      wraps.append { LayerBuilder.tunneled($0, in: tunnel, version: byte & 0x80 == 0 ? 4 : 6) }
    }
    let version = bytes[1] & 1 == 0 ? 4 : 6
    func datagram(_ payload: [UInt8]) -> [UInt8] {
      wraps.reduce(LayerBuilder.ip(version, 6, LayerBuilder.tcp(payload))) { datagram, wrap in wrap(datagram) }
    }
    let rest = UnsafeRawBufferPointer(rebasing: bytes[(2 + count)...])
    // No length within the frame is greater than that of the whole.
    let empty = datagram([])
    let room = min(link.longest - empty.count, 65_535 - link.wrap(empty).count)
    guard room >= 0 else { return nil }
    payload = ExpandedInput.pattern(rest[2], count: min(Int(rest.big16(0)), room))
    frame = link.wrap(datagram(payload))
    captured = min(frame.count, Int(rest.big16(3)))
    var change = 5
    while change + 3 <= rest.count {
      let place = Int(rest.big16(change))
      if frame.indices.contains(place), rest[change + 2] != 0 {
        frame[place] ^= rest[change + 2]
        isSound = false
      }
      change += 3
    }
  }
}

extension FuzzTarget {
  /// A frame with a segment in tunnels: it is found where the frame is sound and whole, what is cut off is missing and
  /// nothing else, and of any frame only its bytes are looked at, each once.
  static func decodeNest(_ bytes: UnsafeRawBufferPointer) {
    guard let nest = Nest(bytes) else { return }
    // A copy of its own, behind which nothing may be read.
    let frame = Array(nest.frame.prefix(nest.captured))
    var decoder = TransportDecoder(checksums: .ignore)
    var found: [[UInt8]] = []
    frame.withUnsafeBytes { frame in
      let packet = Packet(
        linkType: LinkType(number: nest.link.type), time: 0, bytes: frame, wireLength: nest.frame.count)
      decoder.decode(packet) { segment in
        precondition(segment.payload.count <= segment.payloadLength)
        precondition(!nest.isSound || segment.payloadLength == nest.payload.count)
        found.append([UInt8](segment.payload))
      }
    }
    let counts = decoder.counts
    let other = counts.other + counts.fragments + counts.malformed + counts.badChecksums + counts.encrypted
    precondition(counts.segments + other + counts.tooDeep == 1)
    precondition(found.reduce(0) { $0 + $1.count } <= frame.count, "a byte is found twice")
    guard nest.isSound else { return }
    precondition(counts.tooDeep == 0 || !nest.isShallow)
    precondition(found.count <= 1 && found.allSatisfy { nest.payload.starts(with: $0) })
    guard nest.captured == nest.frame.count, counts.tooDeep == 0 else { return }
    precondition(found == [nest.payload], "the segment is not found")
    precondition(nest.tunnels.allSatisfy { counts.encapsulations[$0.encapsulation] == 1 })
    if let encapsulation = nest.link.encapsulation { precondition(counts.encapsulations[encapsulation] == 1) }
  }
}
