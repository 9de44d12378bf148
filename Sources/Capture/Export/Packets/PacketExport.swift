import ParserRuntime

/// The packets that carry messages: those of the capture file that they were imported from, as they are; of a live capture,
/// and where that file is no longer there, packets that are made of the messages' stored bytes.
final class PacketExport: ExportSource {
  private let conditions: [RowCondition]
  private let engine: any QueryEngine
  private let info: SpecificationInfo
  private let control: QueryControl
  private let watch: QueryWatch
  private var file: any PacketFileFormat
  private var sources: [any PacketSource]?

  init(
    _ format: ExportFormat, of conditions: [RowCondition], from engine: any QueryEngine,
    as specification: any Specification.Type, _ control: QueryControl
  ) {
    self.conditions = conditions
    self.engine = engine
    info = specification.info
    self.control = control
    watch = QueryWatch(control)
    file = format == .pcap ? PcapFormat() : PcapngFormat()
  }

  func next() throws -> [UInt8]? {
    var sources = try self.sources ?? makeSources()
    defer { self.sources = sources }
    var part: [UInt8] = []
    while part.count < MessageExport.partBytes, let source = sources.first {
      if let packet = try source.next() { try file.append(packet, to: &part) } else { sources.removeFirst() }
    }
    return part.isEmpty ? nil : part
  }

  /// Looks at all messages, and decides where the packets of each run come from.
  private func makeSources() throws -> [any PacketSource] {
    let selected = try SelectedStreams(try SelectedMessages(engine, where: conditions, control), watch)
    guard selected.messages > 0 else { throw ExportError.noMessages }
    let runs = try StoredRuns(engine, control)
    var sources: [any PacketSource] = []
    var unread: [Int64: String] = [:]
    // Connections go on from one file of a rotation to the next, so these are read together.
    let captures = Dictionary(grouping: selected.flows.values) { runs.first(of: $0.run) }
    for (first, flows) in captures.sorted(by: { $0.key < $1.key }) {
      let run = runs.run(first)
      do throws(CaptureError) {
        try run.checkFiles()
      } catch {
        for flow in flows { unread[flow.run] = error.description }
        continue
      }
      let frames = try FrameSearch(run: run, info: info, watch: watch).frames(of: flows)
      sources.append(try CapturedPackets(run, frames, watch))
    }
    if !unread.isEmpty {
      // No more than were looked at: a capture may go on.
      let conditions = conditions + [.less("id", .integer(selected.lastID + 1))]
      sources.append(try BuiltPackets(of: conditions, in: unread, from: engine, control))
    }
    return sources
  }
}
