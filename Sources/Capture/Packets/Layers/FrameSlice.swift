/// The part of a frame that is still to be decoded.
struct FrameSlice {
  /// As much as was captured; valid as long as the packet is.
  private(set) var bytes: UnsafeRawBufferPointer
  /// Bytes on the wire, never fewer than were captured.
  private(set) var wireLength: Int
  /// Whether the frame was cut before it was captured, so that `wireLength` is only what is left of it: by a mirror
  /// that truncates, or by a firewall's log.
  var isCut = false

  init(_ bytes: UnsafeRawBufferPointer, wireLength: Int) {
    self.bytes = bytes
    self.wireLength = max(bytes.count, wireLength)
  }

  /// Captured bytes.
  var count: Int { bytes.count }

  subscript(offset: Int) -> UInt8 { bytes[offset] }

  /// Takes a header off the front; false where less than it was captured.
  /// - Parameter length: in bytes, not negative.
  mutating func drop(_ length: Int) -> Bool {
    guard length <= bytes.count else { return false }
    bytes = UnsafeRawBufferPointer(rebasing: bytes[length...])
    wireLength -= length
    return true
  }

  /// Takes off what stands behind `length` bytes: padding, trailers. False where the wire had fewer bytes.
  mutating func limit(to length: Int) -> Bool {
    guard length >= 0, length <= wireLength || isCut else { return false }
    wireLength = length
    if length < bytes.count { bytes = UnsafeRawBufferPointer(rebasing: bytes[..<length]) }
    return true
  }

  /// Integers in network order; the caller has checked that they are there.
  func big16(_ offset: Int) -> UInt16 { bytes.big16(offset) }
  func big32(_ offset: Int) -> UInt32 { bytes.big32(offset) }
  func little16(_ offset: Int) -> UInt16 { bytes.big16(offset).byteSwapped }
  func little32(_ offset: Int) -> UInt32 { bytes.big32(offset).byteSwapped }
}

extension UnsafeRawBufferPointer {
  /// A big-endian integer; the caller has checked that it is there.
  func big16(_ offset: Int) -> UInt16 { UInt16(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt16.self)) }
  func big32(_ offset: Int) -> UInt32 { UInt32(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
}
