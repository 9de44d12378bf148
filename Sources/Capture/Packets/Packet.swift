/// A captured frame.
struct Packet {
  /// Nanoseconds since 1970-01-01 UTC.
  var time: Int64
  /// The captured bytes, valid until the next packet is read.
  var bytes: UnsafeRawBufferPointer
  /// Bytes on the wire; more than were captured where the snapshot length cut the frame.
  var wireLength: Int
}
