/// A packet on its way into a file.
struct ExportedPacket {
  var linkType: LinkType
  /// Nanoseconds since 1970-01-01 UTC.
  var time: Int64
  /// As much as was captured.
  var bytes: [UInt8]
  /// Bytes on the wire.
  var wireLength: Int
}

/// What packets of an export come from.
protocol PacketSource: AnyObject {
  /// The next packet; nil at the end.
  func next() throws -> ExportedPacket?
}
