import ParserRuntime

/// The way of a packet to rows, on one thread: link layer, IP, TCP, reassembly, decoding.
final class DecodingPipeline<Protocol: Specification> {
  private let output: DecodingOutput
  private let flows: FlowTable<StreamDecoder<Protocol>>
  private var segments: SegmentDecoder
  private let run: Int64

  /// - Parameters:
  ///   - run: the row's id in `run`.
  ///   - nextIDs: the first free id of each table, by number.
  ///   - handOn: takes full batches.
  init(
    run: Int64, nextIDs: [Int64], options: DecodingOptions, observer: (any DecodingObserver)? = nil,
    handOn: @escaping (RowBatch) -> Void
  ) {
    let output = DecodingOutput(
      nextIDs: nextIDs, info: Protocol.info, options: options, observer: observer, handOn: handOn)
    let engine = output.engine
    segments = SegmentDecoder(checksums: options.checksums)
    self.output = output
    self.run = run
    flows = FlowTable(
      servicePorts: Protocol.info.ports, limits: options.limits, policy: options.overlaps,
      events: FlowTable.Events(
        open: { segment, initiator, responder, isMidstream in
          output.counts.flows += 1
          let id = engine.flow(
            output.rows, run: run, initiator: initiator, responder: responder, opened: segment.time,
            isMidstream: isMidstream)
          let direction = segment.source == initiator ? 0 : 1
          output.event(
            flow: id, direction: direction, time: segment.time, isMidstream ? "join connection" : "open connection")
          observer?.opened(flow: id, initiator: initiator, responder: responder, time: segment.time)
          return (id, StreamDecoder<Protocol>(flow: id, output: output))
        },
        close: { flow, reason in
          // A connection that outlives the capture is not closed.
          let isOver = reason != .endOfCapture
          let bytes = flow.consumer.byteCounts
          engine.flowEnd(
            output.rows, flow: flow.id, closed: isOver ? flow.lastTime : nil, reason: reason.rawValue,
            packets: flow.packets, bytes: bytes, lost: flow.lostBytes)
          observer?.closed(flow: flow.id, bytes: bytes.0 + bytes.1)
          if isOver { output.event(flow: flow.id, direction: 0, time: flow.lastTime, "close connection") }
          output.handOnIfFull()
        }))
  }

  var counts: DecodingCounts {
    var counts = output.counts
    counts.unansweredAttempts = flows.unansweredAttempts
    counts.packets = segments.counts
    return counts
  }

  func receive(_ packet: Packet) {
    segments.decode(packet) { flows.receive($0) }
  }

  /// Stores other details from now on.
  func change(to options: DecodingOptions) { output.change(to: options, Protocol.info) }

  /// Hands on the rows there are, with the capture's counters.
  func flush(_ progress: CaptureProgress) {
    output.engine.runProgress(output.rows, run: run, progress)
    flush()
  }

  /// Hands on the rows there are.
  func flush() { output.flush() }

  /// Ends all connections and hands on the last rows.
  func finish() {
    flows.finish()
    output.flush()
  }
}
