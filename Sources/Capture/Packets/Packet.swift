/// A captured frame.
struct Packet {
  /// What the frame begins with; a pcapng file may have interfaces of several types.
  var linkType: LinkType
  /// Nanoseconds since 1970-01-01 UTC.
  var time: Int64
  /// The captured bytes, valid until the next packet is read.
  var bytes: UnsafeRawBufferPointer
  /// Bytes on the wire; more than were captured where the snapshot length cut the frame.
  var wireLength: Int
}
