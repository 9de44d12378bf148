package import ParserRuntime

/// The stages of an import, each as far as it can be measured by itself: a capture file is read, and what the last
/// stage gives is counted and dropped.
package struct ImportStages {
  let specification: any Specification.Type
  /// The capture file.
  package let path: String

  /// - Parameter path: a capture file.
  package init(of path: String, as specification: any Specification.Type) {
    self.specification = specification
    self.path = path
  }

  /// Packets, and their bytes.
  package func packets() throws -> Int {
    var bytes = 0
    try forEachPacket { bytes += $0.bytes.count }
    return bytes
  }

  /// Packets -> TCP segments; counts payload bytes.
  package func segments() throws -> Int {
    var segments = TransportDecoder()
    var bytes = 0
    try forEachPacket { segments.decode($0) { bytes += $0.payload.count } }
    return bytes
  }

  /// Segments -> ordered bytes of streams, which are counted.
  package func streams() throws -> Int {
    let counter = ByteCounter()
    var flow: Int64 = 0
    let flows = FlowTable(
      servicePorts: specification.info.ports,
      events: FlowTable.Events(
        open: { _, _, _, _ in
          flow += 1
          return (flow, counter)
        }, close: { _, _ in }))
    var segments = TransportDecoder()
    try forEachPacket { segments.decode($0) { flows.receive($0) } }
    flows.finish()
    return counter.bytes
  }

  /// Streams -> messages -> rows; counts messages, and entries of response streams.
  /// - Parameter batch: takes the rows.
  package func rows(_ batch: @escaping (RowBatch) -> Void = { _ in }) throws -> Int {
    let pipeline = DecodingPipeline(
      specification, run: 1, nextIDs: .unused(for: specification.info), options: DecodingOptions(), handOn: batch)
    try forEachPacket { pipeline.receive($0) }
    pipeline.finish()
    return pipeline.counts.messages.total + pipeline.counts.responseEntries
  }

  private func forEachPacket(_ body: (Packet) -> Void) throws(CaptureError) {
    let file = try PacketFile(path: path, filter: nil)
    while let packet = try file.next() { body(packet) }
  }
}

/// Counts what streams carry.
private final class ByteCounter: StreamConsumer {
  var bytes = 0

  func receive(_ stream: StreamBytes) { bytes += stream.bytes.count }
  func lose(_ length: Int, direction: Int, time: Int64) {}
  func conflict(_ place: Range<Int64>, direction: Int, time: Int64, isKept: Bool) {}
  func stray(_ length: Int, _ reason: StrayReason, direction: Int, time: Int64) {}
  func end(direction: Int, time: Int64) {}
}
