/// A TCP segment on its way from the packet to the stream.
struct TCPSegment {
  struct Flags: OptionSet {
    let rawValue: UInt8
    static let fin = Flags(rawValue: 0x01)
    static let syn = Flags(rawValue: 0x02)
    static let rst = Flags(rawValue: 0x04)
    static let ack = Flags(rawValue: 0x10)
  }

  var source: Endpoint
  var destination: Endpoint
  /// Of the first payload byte, or of the SYN or FIN.
  var sequence: UInt32
  /// The next byte that the sender expects, if `flags` has `ack`.
  var acknowledgment: UInt32
  var flags: Flags
  /// As much of the payload as was captured; valid as long as the packet is.
  var payload: UnsafeRawBufferPointer
  /// Payload bytes on the wire.
  var payloadLength: Int
  /// Microseconds since 1970-01-01 UTC.
  var time: Int64
}

extension TCPSegment {
  /// The segment in an IP datagram; nil where it carries no TCP, is a fragment, or contradicts itself.
  init?(datagram: UnsafeRawBufferPointer, time: Int64) {
    guard let ip = IPHeader(datagram), ip.isTCP else { return nil }
    // The IP length tells the payload from padding; where segmentation was offloaded it may be zero.
    let tcp = UnsafeRawBufferPointer(rebasing: datagram[ip.headerLength..<min(datagram.count, ip.totalLength)])
    guard tcp.count >= 20 else { return nil }
    let headerLength = Int(tcp[12] >> 4) * 4
    guard headerLength >= 20, ip.headerLength + headerLength <= ip.totalLength else { return nil }
    source = Endpoint(address: ip.source, port: tcp.big16(0))
    destination = Endpoint(address: ip.destination, port: tcp.big16(2))
    sequence = tcp.big32(4)
    acknowledgment = tcp.big32(8)
    flags = Flags(rawValue: tcp[13])
    payload = UnsafeRawBufferPointer(rebasing: tcp[min(headerLength, tcp.count)...])
    payloadLength = ip.totalLength - ip.headerLength - headerLength
    self.time = time
  }
}
