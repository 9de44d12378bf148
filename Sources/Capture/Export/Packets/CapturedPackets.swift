import BitCollections

/// Packets of capture files, as they are.
final class CapturedPackets: PacketSource {
  private let filter: PacketFilter?
  private let frames: BitSet
  private let watch: QueryWatch
  private var files: ArraySlice<StoredRun.File>
  private var source: PacketFile?
  private var frame = 0

  /// - Parameter frames: those that are wanted, numbered from 1 among those that the run's filter passes.
  init(_ run: StoredRun, _ frames: BitSet, _ watch: QueryWatch) throws(CaptureError) {
    filter = try PacketFilter.ofRun(run.filter)
    files = run.files[...]
    self.frames = frames
    self.watch = watch
  }

  func next() throws -> ExportedPacket? {
    while true {
      guard let source else {
        guard let file = files.popFirst() else { return nil }
        source = try file.open(filter: filter)
        continue
      }
      guard let packet = try source.next() else {
        self.source = nil
        continue
      }
      frame += 1
      if frame % 4096 == 0 { try watch.check() }
      if frames.contains(frame) {
        return ExportedPacket(
          linkType: packet.linkType, time: packet.time, bytes: [UInt8](packet.bytes), wireLength: packet.wireLength)
      }
    }
  }
}
