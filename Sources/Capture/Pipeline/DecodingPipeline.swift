import ParserRuntime

/// The way of a packet to rows, on one thread: link layer, IP, TCP, reassembly, decoding.
final class DecodingPipeline {
  /// The connections of a capture. Captures whose times overlap are read apart, so each has its own.
  private final class Track {
    // Lends nothing to those whom it calls with each segment.
    @exclusivity(unchecked) var segments: SegmentDecoder
    let flows: FlowTable

    init(_ segments: SegmentDecoder, _ flows: FlowTable) {
      self.segments = segments
      self.flows = flows
    }
  }

  private let output: DecodingOutput
  private let options: DecodingOptions
  private var tracks: [Track] = []
  @exclusivity(unchecked) private var current: Track

  /// - Parameters:
  ///   - specification: what messages are parsed with.
  ///   - run: the row's id in `run`.
  ///   - nextIDs: the first free id of each table, by number.
  ///   - spare: gives a batch that is no longer needed, if there is one.
  ///   - handOn: takes full batches.
  init(
    _ specification: any Specification.Type, run: Int64, nextIDs: [Int64], options: DecodingOptions,
    observer: (any DecodingObserver)? = nil, spare: @escaping () -> RowBatch? = { nil },
    handOn: @escaping (RowBatch) -> Void
  ) {
    output = DecodingOutput(
      nextIDs: nextIDs, specification: specification, options: options, observer: observer, spare: spare, handOn: handOn
    )
    output.run = run
    self.options = options
    current = Self.track(output, options)
    tracks = [current]
  }

  private static func track(_ output: DecodingOutput, _ options: DecodingOptions) -> Track {
    let engine = output.engine
    // Kept for the whole rows of their ends.
    var open: [Int64: FlowRecord] = [:]
    let flows = FlowTable(
      servicePorts: output.info.ports, limits: options.limits, policy: options.overlaps,
      events: FlowTable.Events(
        open: { segment, initiator, responder, isMidstream in
          output.counts.flows += 1
          let flow = FlowRecord(
            run: output.run, initiator: initiator, responder: responder, opened: segment.time,
            isMidstream: isMidstream)
          let id = engine.flow(output.rows, flow)
          open[id] = flow
          let direction = segment.source == initiator ? 0 : 1
          output.event(
            flow: id, direction: direction, time: segment.time, isMidstream ? "join connection" : "open connection")
          output.observer?.opened(flow: id, initiator: initiator, responder: responder, time: segment.time)
          return (id, StreamDecoder(flow: id, output: output, isMidstream: isMidstream))
        },
        close: { flow, reason in
          // A connection that outlives the capture is not closed.
          let isOver = reason != .endOfCapture
          let bytes = flow.byteCounts
          if let record = open.removeValue(forKey: flow.id) {
            engine.flowEnd(
              output.rows, id: flow.id, record,
              FlowRecord.End(
                closed: isOver ? flow.lastTime : nil, reason: reason.rawValue, packets: flow.packets, bytes: bytes,
                lost: flow.lostBytes))
          }
          output.observer?.closed(flow: flow.id, bytes: bytes[0] + bytes[1])
          if isOver { output.event(flow: flow.id, direction: 0, time: flow.lastTime, "close connection") }
          output.handOnIfFull()
        }))
    return Track(SegmentDecoder(checksums: options.checksums), flows)
  }

  /// What follows belongs to another run.
  /// - Parameter track: the capture whose connections go on, by number; the first that is not yet used begins anew.
  func begin(run: Int64, track: Int) {
    output.run = run
    while tracks.count <= track { tracks.append(Self.track(output, options)) }
    current = tracks[track]
  }

  var counts: DecodingCounts {
    var counts = output.counts
    for track in tracks {
      counts.unansweredAttempts += track.flows.unansweredAttempts
      counts.packets = counts.packets + track.segments.counts
    }
    return counts
  }

  func receive(_ packet: Packet) {
    let flows = current.flows
    current.segments.decode(packet) { flows.receive($0) }
  }

  /// Stores other details from now on.
  func change(to options: DecodingOptions) { output.change(to: options) }

  /// Hands on the rows there are, with the run's counters.
  func flush(_ record: RunRecord) {
    output.engine.runProgress(output.rows, record)
    flush()
  }

  /// Hands on the rows there are.
  func flush() { output.flush() }

  /// Ends all connections and hands on the last rows.
  func finish() {
    for track in tracks { track.flows.finish() }
    output.flush()
  }
}
