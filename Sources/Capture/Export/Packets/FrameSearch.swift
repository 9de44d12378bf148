import BitCollections
import ParserRuntime

/// Finds the frames of capture files that carry the messages of flows: they are put together once more, as the import
/// did.
struct FrameSearch {
  let run: StoredRun
  let info: SpecificationInfo
  let watch: QueryWatch

  /// - Parameter flows: whose messages are in the run's files.
  /// - Returns: The frames, numbered from 1 among those that the run's filter passes: those that carry bytes of the
  ///   messages, and of each flow the first one, which tells whose it is.
  /// - Throws: `CaptureError` where a file cannot be read; `ExportError` where it does not have all of the messages;
  ///   `QueryError` where a bound is reached.
  func frames(of flows: [SelectedStreams.Flow]) throws -> BitSet {
    let found = FoundFrames(flows)
    let connections = FlowTable(
      servicePorts: info.ports, policy: run.overlaps,
      events: FlowTable.Events(
        open: { segment, initiator, responder, _ in
          let pieces = found.open(.tcp, initiator, responder, segment.time, frame: segment.frame)
          found.opened[FlowKey(segment)] = pieces.isWanted ? pieces : nil
          return (0, pieces)
        },
        close: { _, _ in }))
    let datagrams = DatagramFlowTable(
      servicePorts: info.ports,
      events: DatagramFlowTable.Events(
        open: { first, initiator, responder in
          (0, found.open(.udp, initiator, responder, first.time, frame: first.frame))
        },
        close: { _, _ in }))
    var decoder = TransportDecoder(
      checksums: run.checksums, transports: Transport.allCases.filter(Set(flows.map(\.place.transport)).contains))
    var packets = 0
    let filter = try PacketFilter.ofRun(run.filter)
    for file in run.files {
      let source = try file.open(filter: filter)
      while let packet = try source.next() {
        packets += 1
        if packets % 4096 == 0 { try watch.check() }
        decoder.decode(packet) { segment in
          found.current = segment.frame
          connections.receive(segment)
          // What begins a connection tells its sides, and where their streams begin.
          if segment.flags.contains(.syn), found.opened[FlowKey(segment)] != nil {
            found.frames.insert(segment.frame)
          }
        } datagram: { datagram in
          datagrams.receive(datagram)
        }
        if let last = decoder.fragmentFrames.last, last == packets { found.fragments[last] = decoder.fragmentFrames }
      }
    }
    connections.finish()
    datagrams.finish()
    guard found.missing == 0 else {
      throw ExportError.notInCapture(file: run.files.first?.path ?? "", bytes: found.missing)
    }
    for (last, others) in found.fragments where found.frames.contains(last) { found.frames.formUnion(others) }
    return found.frames
  }
}

extension FlowKey {
  fileprivate init(_ segment: TCPSegment) {
    self.init(segment.source, segment.destination, tunnel: segment.tunnel)
  }
}

/// The frames that were found.
private final class FoundFrames {
  var frames = BitSet()
  /// The frames of datagrams that came in fragments, by the last of them.
  var fragments: [Int: [Int]] = [:]
  /// The connections with messages, where they are the last that was opened between two endpoints.
  var opened: [FlowKey: FlowPieces] = [:]
  /// The frame of the segment that is looked at.
  var current = 0
  /// Bytes of the messages that have not come.
  var missing: Int64
  private let flows: [FlowPlace: SelectedStreams.Flow]

  init(_ flows: [SelectedStreams.Flow]) {
    self.flows = Dictionary(flows.map { ($0.place, $0) }) { first, _ in first }
    missing = self.flows.values.reduce(0) { $0 + $1.directions[0].count + $1.directions[1].count }
  }

  /// A flow begins.
  func open(
    _ transport: Transport, _ initiator: Endpoint, _ responder: Endpoint, _ time: Int64, frame: Int
  ) -> FlowPieces {
    func place(_ initiator: Endpoint, _ responder: Endpoint) -> FlowPlace {
      FlowPlace(
        transport: transport, initiator: initiator.description, responder: responder.description, opened: time)
    }
    var wanted = flows[place(initiator, responder)]
    // What the bytes of a flow told of its sides may be the other way round than its first packet.
    if wanted == nil, var turned = flows[place(responder, initiator)] {
      turned.directions.reverse()
      wanted = turned
    }
    if wanted != nil { frames.insert(frame) }
    return FlowPieces(wanted?.directions ?? [], self)
  }
}

/// Notes the frames that carry wanted bytes of a flow.
private final class FlowPieces: StreamConsumer, DatagramConsumer {
  /// By direction; empty where none are wanted.
  private var wanted: [StreamRanges]
  private let found: FoundFrames
  /// How far each direction has come.
  private var place: Directions<Int64> = [0, 0]
  /// Where each direction was when frames of it were taken that tell others where it stands, and how many are to follow.
  private var anchor: Directions<Int64> = [0, 0]
  private var following: Directions<Int> = [0, 0]

  init(_ wanted: [StreamRanges], _ found: FoundFrames) {
    self.wanted = wanted
    self.found = found
  }

  var isWanted: Bool { !wanted.isEmpty }

  func receive(_ stream: StreamBytes) { take(stream.bytes.count, stream.direction, stream.frame) }

  func receive(_ datagram: Datagram, direction: Int, offset: Int64) {
    place[direction] = offset
    take(datagram.payload.count, direction, datagram.frame)
  }

  func end() {}

  private func take(_ count: Int, _ direction: Int, _ frame: Int) {
    let bytes = place[direction]..<place[direction] + Int64(count)
    place[direction] = bytes.upperBound
    guard isWanted else { return }
    let overlap = wanted[direction].advance(to: bytes)
    found.missing -= overlap
    // Whoever reads the frames alone believes a place that is far away only if several frames are there.
    if overlap > 0, bytes.lowerBound - anchor[direction] > StreamReassembler.window / 2 {
      anchor[direction] = bytes.upperBound
      following[direction] = OutsideSegments.agreeing
    }
    guard overlap > 0 || following[direction] > 0 else { return }
    following[direction] = max(0, following[direction] - 1)
    found.frames.insert(frame)
  }

  func lose(_ length: Int, direction: Int, time: Int64) { place[direction] += Int64(length) }

  /// The bytes that count may be those of the segment that came later.
  func conflict(_ place: Range<Int64>, direction: Int, time: Int64, isKept: Bool) {
    if !isKept, isWanted { found.frames.insert(found.current) }
  }

  func stray(_ length: Int, _ reason: StrayReason, direction: Int, time: Int64) {}
  func end(direction: Int, time: Int64) {}
}
