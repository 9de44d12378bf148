/// A UDP datagram on its way from the packet to its messages.
struct Datagram {
  var source: Endpoint
  var destination: Endpoint
  /// The virtual network that the addresses are of, as `LayerPath` has it; 0 outside of all.
  var tunnel: UInt64 = 0
  /// As much of the payload as was captured; valid as long as the packet is.
  var payload: UnsafeRawBufferPointer
  /// Payload bytes on the wire.
  var payloadLength: Int
  /// Microseconds since 1970-01-01 UTC.
  var time: Int64
  /// Number of the frame that completed the datagram, from 1 in the order of the capture.
  var frame: Int

  /// Payload bytes that the snapshot length has cut off.
  var missing: Int { payloadLength - payload.count }
}

/// The header of a UDP datagram (RFC 768).
struct UDPHeader {
  static let length = 8

  let source: UInt16
  let destination: UInt16

  /// Takes the header off the front, and what stands behind the datagram off the end; nil where its length contradicts
  /// the packet.
  init?(_ rest: inout FrameSlice) {
    guard rest.count >= Self.length else { return nil }
    (source, destination) = (rest.big16(0), rest.big16(2))
    let length = Int(rest.big16(4))
    // Zero leaves the length to IP (RFC 2675).
    if length != 0 { guard length >= Self.length, rest.limit(to: length) else { return nil } }
    guard rest.drop(Self.length) else { return nil }
  }
}
