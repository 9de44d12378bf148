/// The link layers whose frames can carry IP.
enum LinkLayer {
  case ethernet
  /// Linux cooked capture, version 1 and 2.
  case linuxCooked, linuxCooked2
  /// IP without any link layer.
  case raw
  /// BSD loopback: an address family in front, in the byte order of the capturing host or, for `loop`, in network order.
  case null, loop

  init?(_ type: LinkType) {
    switch type {
    case .ethernet: self = .ethernet
    case .linuxCooked: self = .linuxCooked
    case .linuxCooked2: self = .linuxCooked2
    case .raw, .ipv4, .ipv6: self = .raw
    case .null: self = .null
    case .loop: self = .loop
    default: return nil
    }
  }

  /// The IP datagram in a frame; nil where the frame carries something else or is cut off.
  func datagram(in frame: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    switch self {
    case .ethernet: return etherPayload(frame, typeAt: 12, payloadAt: 14)
    case .linuxCooked: return etherPayload(frame, typeAt: 14, payloadAt: 16)
    case .linuxCooked2: return etherPayload(frame, typeAt: 0, payloadAt: 20)
    case .raw: return UnsafeRawBufferPointer(rebasing: frame[...])
    case .null, .loop:
      // The family's number differs between systems; the datagram itself says its version.
      return frame.count > 4 ? UnsafeRawBufferPointer(rebasing: frame[4...]) : nil
    }
  }

  private func etherPayload(
    _ frame: UnsafeRawBufferPointer, typeAt: Int, payloadAt: Int
  ) -> UnsafeRawBufferPointer? {
    guard frame.count >= payloadAt else { return nil }
    var type = frame.big16(typeAt)
    var start = payloadAt
    // VLAN tags (802.1Q, 802.1ad and its older numbers) put another type behind themselves.
    while [0x8100, 0x88A8, 0x9100, 0x9200].contains(type) {
      guard frame.count >= start + 4 else { return nil }
      type = frame.big16(start + 2)
      start += 4
    }
    guard type == 0x0800 || type == 0x86DD else { return nil }
    return UnsafeRawBufferPointer(rebasing: frame[start...])
  }
}

extension UnsafeRawBufferPointer {
  /// A big-endian integer; the caller has checked that it is there.
  func big16(_ offset: Int) -> UInt16 { UInt16(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt16.self)) }
  func big32(_ offset: Int) -> UInt32 { UInt32(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
}
