/// What is of interest in the headers of an IP datagram.
struct IPHeader {
  var source: IPAddress
  var destination: IPAddress
  /// Bytes before the transport header, IPv6 extension headers included.
  var headerLength: Int
  /// Bytes of the whole datagram on the wire.
  var totalLength: Int
  /// Number of the transport protocol; 6 is TCP, 17 UDP.
  var transport: UInt8
  /// Where the payload belongs, if it is only a part of a datagram's.
  var fragment: Fragment?

  struct Fragment {
    var identification: UInt32
    /// Place of the first byte in the datagram's payload, in bytes.
    var offset: Int
    /// Whether more follows behind it.
    var hasMore: Bool
  }

  var isTCP: Bool { transport == 6 }
  var isUDP: Bool { transport == 17 }

  /// nil where the bytes are no IP header, or too few.
  /// - Parameter wireLength: bytes of the datagram on the wire, if its header does not say so.
  init?(_ bytes: UnsafeRawBufferPointer, wireLength: Int) {
    guard let first = bytes.first else { return nil }
    switch first >> 4 {
    case 4: self.init(v4: bytes, wireLength: wireLength)
    case 6: self.init(v6: bytes, wireLength: wireLength)
    default: return nil
    }
  }

  private init?(v4 bytes: UnsafeRawBufferPointer, wireLength: Int) {
    guard bytes.count >= 20, let base = bytes.baseAddress else { return nil }
    headerLength = Int(bytes[0] & 0x0F) * 4
    let length = Int(bytes.big16(2))
    // Where segmentation is left to the device the length may be zero.
    totalLength = length == 0 ? wireLength : length
    guard headerLength >= 20, headerLength <= totalLength, headerLength <= bytes.count else { return nil }
    transport = bytes[9]
    let position = bytes.big16(6)
    if position & 0x3FFF != 0 {
      fragment = Fragment(
        identification: UInt32(bytes.big16(4)), offset: Int(position & 0x1FFF) * 8, hasMore: position & 0x2000 != 0)
    }
    source = IPAddress(v4: base + 12)
    destination = IPAddress(v4: base + 16)
  }

  private init?(v6 bytes: UnsafeRawBufferPointer, wireLength: Int) {
    guard bytes.count >= 40, let base = bytes.baseAddress else { return nil }
    let length = Int(bytes.big16(4))
    totalLength = length == 0 ? wireLength : 40 + length
    source = IPAddress(v6: base + 8)
    destination = IPAddress(v6: base + 24)
    var next = bytes[6]
    var offset = 40
    transport = next
    headerLength = offset
    while true {
      headerLength = offset
      transport = next
      switch next {
      case 0, 43, 60, 135, 139, 140:
        // Hop-by-hop, routing, destination options, mobility, HIP, shim6: length in units of 8 bytes after the first.
        guard bytes.count >= offset + 8 else { return nil }
        let end = offset + 8 + Int(bytes[offset + 1]) * 8
        if next == 0, length == 0, let jumbo = Self.jumboLength(bytes[..<min(end, bytes.count)].dropFirst(offset + 2)) {
          guard jumbo > 65_535 else { return nil }
          totalLength = 40 + jumbo
        }
        (next, offset) = (bytes[offset], end)
      case 51:
        // Authentication header: length in units of 4 bytes, less 2.
        guard bytes.count >= offset + 8 else { return nil }
        (next, offset) = (bytes[offset], offset + (Int(bytes[offset + 1]) + 2) * 4)
      case 44:
        guard bytes.count >= offset + 8 else { return nil }
        let position = bytes.big16(offset + 2)
        // A fragment header of a datagram in one piece is allowed, and harmless.
        if position & 0xFFF9 != 0 {
          fragment = Fragment(
            identification: bytes.big32(offset + 4), offset: Int(position & 0xFFF8), hasMore: position & 1 != 0)
        }
        (next, offset) = (bytes[offset], offset + 8)
        // What stands behind the header of a later fragment is the middle of something.
        if let fragment, fragment.offset > 0 {
          (transport, headerLength) = (next, offset)
          return
        }
      default:
        guard offset <= min(bytes.count, totalLength) else { return nil }
        return
      }
    }
  }

  /// The length of a jumbogram's payload (RFC 2675): more than its header has room for.
  /// - Parameter options: hop-by-hop options, as far as they were captured.
  private static func jumboLength(_ options: Slice<UnsafeRawBufferPointer>) -> Int? {
    var options = options
    while let type = options.popFirst() {
      // A byte of padding is all that there is of it.
      guard type != 0 else { continue }
      guard let length = options.popFirst(), options.count >= length else { return nil }
      if type == 0xC2, length == 4 { return options.prefix(4).reduce(0) { $0 << 8 | Int($1) } }
      options.removeFirst(Int(length))
    }
    return nil
  }
}
