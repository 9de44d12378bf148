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
  /// The virtual network that the addresses are of, as `LayerPath` has it; 0 outside of all.
  var tunnel: UInt64 = 0
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
  /// Number of the frame that completed the segment, from 1 in the order of the capture.
  var frame: Int
}

extension TCPSegment {
  /// No SYN that a node or a system sends has more data.
  private static let maximumSynData = 1460

  /// Whether this is a SYN, which begins a connection only if somebody answers.
  var isAttempt: Bool { flags.contains(.syn) && !flags.contains(.ack) && payload.count <= Self.maximumSynData }

  /// Whether the segment comes right after a SYN: its answer, or what its sender says next.
  func follows(_ syn: TCPSegment) -> Bool {
    // The data in a SYN may be acknowledged or not.
    let next = syn.sequence &+ 1
    if source == syn.source { return sequence &- next <= syn.payloadLength }
    return flags.contains(.ack) && acknowledgment &- next <= syn.payloadLength
  }

  /// The segment in an IP payload; nil where it contradicts itself.
  /// - Parameters:
  ///   - bytes: the payload as far as it was captured.
  ///   - length: the payload's length on the wire.
  init?(
    _ bytes: UnsafeRawBufferPointer, length: Int, from: IPAddress, to: IPAddress, tunnel: UInt64 = 0, time: Int64,
    frame: Int
  ) {
    guard bytes.count >= 20 else { return nil }
    let headerLength = Int(bytes[12] >> 4) * 4
    guard headerLength >= 20, headerLength <= length else { return nil }
    source = Endpoint(address: from, port: bytes.big16(0))
    destination = Endpoint(address: to, port: bytes.big16(2))
    self.tunnel = tunnel
    sequence = bytes.big32(4)
    acknowledgment = bytes.big32(8)
    flags = Flags(rawValue: bytes[13])
    payload = UnsafeRawBufferPointer(rebasing: bytes[min(headerLength, bytes.count)...])
    payloadLength = length - headerLength
    self.time = time
    self.frame = frame
  }
}
