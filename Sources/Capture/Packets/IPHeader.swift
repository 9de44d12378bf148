/// What is of interest in the headers of an IP datagram.
struct IPHeader {
  var source: IPAddress
  var destination: IPAddress
  /// Bytes before the transport header, IPv6 extension headers included.
  var headerLength: Int
  /// Bytes of the whole datagram on the wire.
  var totalLength: Int
  /// Whether it is a TCP segment, and whole.
  var isTCP: Bool

  /// nil where the bytes are no IP header, or too few.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard let first = bytes.first else { return nil }
    switch first >> 4 {
    case 4: self.init(v4: bytes)
    case 6: self.init(v6: bytes)
    default: return nil
    }
  }

  private init?(v4 bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= 20, let base = bytes.baseAddress else { return nil }
    headerLength = Int(bytes[0] & 0x0F) * 4
    let length = Int(bytes.big16(2))
    totalLength = length == 0 ? bytes.count : length
    guard headerLength >= 20, headerLength <= totalLength, headerLength <= bytes.count else { return nil }
    let isFragment = bytes.big16(6) & 0x3FFF != 0
    isTCP = bytes[9] == 6 && !isFragment
    source = IPAddress(v4: base + 12)
    destination = IPAddress(v4: base + 16)
  }

  private init?(v6 bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= 40, let base = bytes.baseAddress else { return nil }
    let length = Int(bytes.big16(4))
    totalLength = length == 0 ? bytes.count : 40 + length
    source = IPAddress(v6: base + 8)
    destination = IPAddress(v6: base + 24)
    var next = bytes[6]
    var offset = 40
    isTCP = false
    headerLength = offset
    while true {
      headerLength = offset
      switch next {
      case 6:
        guard offset <= min(bytes.count, totalLength) else { return nil }
        isTCP = true
        return
      case 0, 43, 60, 135, 139, 140:
        // Hop-by-hop, routing, destination options, mobility, HIP, shim6: length in units of 8 bytes after the first.
        guard bytes.count >= offset + 8 else { return nil }
        (next, offset) = (bytes[offset], offset + 8 + Int(bytes[offset + 1]) * 8)
      case 51:
        // Authentication header: length in units of 4 bytes, less 2.
        guard bytes.count >= offset + 8 else { return nil }
        (next, offset) = (bytes[offset], offset + (Int(bytes[offset + 1]) + 2) * 4)
      case 44:
        // A fragment header of a datagram in one piece is allowed, and harmless.
        guard bytes.count >= offset + 8 else { return nil }
        guard bytes.big16(offset + 2) & 0xFFF9 == 0 else { return }
        (next, offset) = (bytes[offset], offset + 8)
      default: return
      }
    }
  }
}
