/// Makes the bytes of a capture file, packet by packet.
protocol PacketFileFormat {
  /// Appends a packet, and before the first one what the file begins with.
  /// - Throws: Where the file cannot have packets of the link type.
  mutating func append(_ packet: ExportedPacket, to file: inout [UInt8]) throws(ExportError)
}

/// A pcap file with times in nanoseconds (draft-ietf-opsawg-pcap).
struct PcapFormat: PacketFileFormat {
  private var linkType: LinkType?

  mutating func append(_ packet: ExportedPacket, to file: inout [UInt8]) throws(ExportError) {
    if linkType == nil {
      linkType = packet.linkType
      file.append(little: 0xA1B2_3C4D as UInt32)
      file.append(little: 2 as UInt16)
      file.append(little: 4 as UInt16)
      file.append(little: 0 as UInt64)
      file.append(little: snapshotLength)
      file.append(little: UInt32(packet.linkType.number))
    }
    if let linkType, linkType != packet.linkType { throw .linkTypes(linkType.name, packet.linkType.name) }
    let (seconds, rest) = packet.time.quotientAndRemainder(dividingBy: 1_000_000_000)
    file.append(little: UInt32(truncatingIfNeeded: seconds))
    // Before 1970 there are no times.
    file.append(little: UInt32(clamping: rest))
    file.append(little: UInt32(packet.bytes.count))
    file.append(little: UInt32(packet.wireLength))
    file += packet.bytes
  }
}

/// A pcapng file with an interface for each link type, and times in nanoseconds (draft-ietf-opsawg-pcapng).
struct PcapngFormat: PacketFileFormat {
  private var interfaces: [LinkType] = []

  mutating func append(_ packet: ExportedPacket, to file: inout [UInt8]) throws(ExportError) {
    if interfaces.isEmpty {
      block(0x0A0D_0D0A, to: &file) { body in
        body.append(little: 0x1A2B_3C4D as UInt32)
        body.append(little: 1 as UInt16)
        body.append(little: 0 as UInt16)
        body.append(little: -1 as Int64)
      }
    }
    let interface = interfaces.firstIndex(of: packet.linkType) ?? interfaces.count
    if interface == interfaces.count {
      interfaces.append(packet.linkType)
      block(1, to: &file) { body in
        body.append(little: packet.linkType.number)
        body.append(little: 0 as UInt16)
        body.append(little: snapshotLength)
        // The option if_tsresol, nanoseconds, and the end of the options.
        body += [9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0]
      }
    }
    block(6, to: &file) { body in
      body.append(little: UInt32(interface))
      body.append(little: UInt32(truncatingIfNeeded: packet.time >> 32))
      body.append(little: UInt32(truncatingIfNeeded: packet.time))
      body.append(little: UInt32(packet.bytes.count))
      body.append(little: UInt32(packet.wireLength))
      body += packet.bytes
    }
  }

  private func block(_ type: UInt32, to file: inout [UInt8], _ fill: (inout [UInt8]) -> Void) {
    let start = file.count
    file.append(little: type)
    file.append(little: 0 as UInt32)
    fill(&file)
    while (file.count - start) % 4 != 0 { file.append(0) }
    let length = UInt32(file.count - start + 4)
    file.append(little: length)
    withUnsafeBytes(of: length.littleEndian) { file.replaceSubrange(start + 4..<start + 8, with: $0) }
  }
}

/// What libpcap allows at the most.
private let snapshotLength: UInt32 = 262_144

extension [UInt8] {
  fileprivate mutating func append(little value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}
