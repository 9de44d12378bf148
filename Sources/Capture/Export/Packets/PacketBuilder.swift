/// Makes IP packets: the headers of a message of which only the bytes are known.
enum PacketBuilder {
  /// What is known of a segment besides its payload.
  struct SegmentHeader {
    var source: Endpoint
    var destination: Endpoint
    var sequence: UInt32
    var acknowledgment: UInt32
    var flags: TCPSegment.Flags
  }

  private static let hops: UInt8 = 64

  /// Bytes of a segment's payload that a frame of Ethernet has room for.
  static func segmentRoom(_ version: Int) -> Int { 1500 - (version == 4 ? 20 : 40) - 20 }

  /// A segment of TCP (RFC 9293) in IP.
  static func segment(_ header: SegmentHeader, _ payload: some Collection<UInt8>) -> [UInt8] {
    var bytes = ports(header.source, header.destination)
    bytes.append(big: header.sequence)
    bytes.append(big: header.acknowledgment)
    // Five words of header, and a window without scaling.
    bytes += [0x50, header.flags.rawValue, 0xFF, 0xFF, 0, 0, 0, 0]
    bytes += payload
    return packet(header.source.address, header.destination.address, transport: 6, bytes, checksumAt: 16)
  }

  /// A datagram of UDP (RFC 768) in IP.
  static func datagram(_ source: Endpoint, _ destination: Endpoint, _ payload: some Collection<UInt8>) -> [UInt8] {
    var bytes = ports(source, destination)
    bytes.append(big: UInt16(clamping: UDPHeader.length + payload.count))
    bytes += [0, 0]
    bytes += payload
    return packet(source.address, destination.address, transport: 17, bytes, checksumAt: 6)
  }

  private static func ports(_ source: Endpoint, _ destination: Endpoint) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(big: source.port)
    bytes.append(big: destination.port)
    return bytes
  }

  private static func packet(
    _ source: IPAddress, _ destination: IPAddress, transport: UInt8, _ payload: [UInt8], checksumAt place: Int
  ) -> [UInt8] {
    var payload = payload
    let checksum = payload.withUnsafeBytes {
      TransportChecksum.value($0, from: source, to: destination, transport: transport)
    }
    // A datagram's zero stands for none.
    payload.replace(big: checksum == 0 && transport == 17 ? 0xFFFF : checksum, at: place)
    var header: [UInt8]
    if source.version == 4 {
      header = [0x45, 0]
      header.append(big: UInt16(clamping: 20 + payload.count))
      // Not to be fragmented.
      header += [0, 0, 0x40, 0, hops, transport, 0, 0]
      header += source.bytes + destination.bytes
      header.replace(big: header.withUnsafeBytes { TransportChecksum.value(ofHeader: $0) }, at: 10)
    } else {
      header = [0x60, 0, 0, 0]
      header.append(big: UInt16(clamping: payload.count))
      header += [transport, hops]
      header += source.bytes + destination.bytes
    }
    return header + payload
  }
}

extension [UInt8] {
  fileprivate mutating func append(big value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
  }

  fileprivate mutating func replace(big value: UInt16, at place: Int) {
    self[place] = UInt8(value >> 8)
    self[place + 1] = UInt8(value & 0xFF)
  }
}
