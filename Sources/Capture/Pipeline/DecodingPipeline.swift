import ParserRuntime

/// The way of a packet to rows, on one thread: link layer, IP, TCP and reassembly or UDP, decoding.
final class DecodingPipeline {
  /// The flows of a capture. Captures whose times overlap are read apart, so each has its own.
  private final class Track {
    // Lends nothing to those whom it calls with each segment.
    @exclusivity(unchecked) var packets: TransportDecoder
    let connections: FlowTable
    let datagrams: DatagramFlowTable

    init(_ packets: TransportDecoder, _ connections: FlowTable, _ datagrams: DatagramFlowTable) {
      self.packets = packets
      self.connections = connections
      self.datagrams = datagrams
    }
  }

  private let output: DecodingOutput
  private let options: DecodingOptions
  private let flows: FlowRows
  private let detector: Detector?
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
    let flows = FlowRows(output)
    self.flows = flows
    detector = options.detects ? Detector(specification, output: output, flows: flows) : nil
    current = Self.track(output, flows, detector, options)
    tracks = [current]
  }

  private static func track(
    _ output: DecodingOutput, _ flows: FlowRows, _ detector: Detector?, _ options: DecodingOptions
  ) -> Track {
    let requests = UnansweredRequests(output.info.matchScope ?? .flow)
    let connections = FlowTable(
      servicePorts: output.info.ports, limits: options.limits, policy: options.overlaps,
      events: FlowTable.Events(
        open: { segment, initiator, responder, isMidstream in
          let direction = segment.source == initiator ? 0 : 1
          let flow = FlowRecord(
            run: output.run, transport: .tcp, initiator: initiator, responder: responder, opened: segment.time,
            isMidstream: isMidstream, tunnel: segment.tunnel)
          if let detector, detector.isCandidate(flow) { return detector.stream(flow, direction: direction, requests) }
          let id = flows.open(flow, direction: direction)
          let exchange = Exchange(of: flow, among: requests)
          return (id, StreamDecoder(flow: id, output: output, isMidstream: isMidstream, exchange: exchange))
        },
        close: { flows.close($0, $1) }))
    let datagrams = DatagramFlowTable(
      servicePorts: output.info.ports, limits: options.limits,
      events: DatagramFlowTable.Events(
        open: { first, initiator, responder in
          let direction = first.source == initiator ? 0 : 1
          let flow = FlowRecord(
            run: output.run, transport: .udp, initiator: initiator, responder: responder, opened: first.time,
            tunnel: first.tunnel)
          if let detector, detector.isCandidate(flow) {
            return detector.datagrams(flow, direction: direction, requests)
          }
          let id = flows.open(flow, direction: direction)
          return (id, DatagramDecoder(flow: id, output: output, exchange: Exchange(of: flow, among: requests)))
        },
        close: { flows.close($0, $1) }))
    return Track(
      TransportDecoder(checksums: options.checksums, transports: output.info.transports), connections, datagrams)
  }

  /// What follows belongs to another run.
  /// - Parameter track: the capture whose flows go on, by number; the first that is not yet used begins anew.
  func begin(run: Int64, track: Int) {
    output.run = run
    while tracks.count <= track { tracks.append(Self.track(output, flows, detector, options)) }
    current = tracks[track]
  }

  var counts: DecodingCounts {
    var counts = output.counts
    for track in tracks {
      counts.unansweredAttempts += track.connections.unansweredAttempts
      counts.packets = counts.packets + track.packets.counts
    }
    return counts
  }

  func receive(_ packet: Packet) {
    let (connections, datagrams) = (current.connections, current.datagrams)
    current.packets.decode(packet) {
      connections.receive($0)
    } datagram: {
      datagrams.receive($0)
    }
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

  /// Ends the rows of a run, and goes on with those of another: flows that are open have their rows in both.
  /// - Parameter handedOn: called when the last row of the former run has been handed on.
  func rotate(to run: Int64, handedOn: () -> Void) {
    for track in tracks {
      for flow in track.connections.open { flows.leave(flow) }
      for flow in track.datagrams.open { flows.leave(flow) }
    }
    output.flush()
    handedOn()
    flows.goOn(in: run)
    output.flush()
  }

  /// Ends all flows and hands on the last rows.
  func finish() {
    for track in tracks {
      track.connections.finish()
      track.datagrams.finish()
    }
    output.flush()
  }
}
