import ParserRuntime

/// Decodes both directions of a connection into messages and response streams.
///
/// A message is parsed where it lies if it is whole in a segment; what is incomplete is copied and waits for as many
/// bytes as the parser asked for. A response stream is parsed unit by unit, so its length costs no memory.
final class StreamDecoder: StreamConsumer {
  /// Requests that wait for an answer on a connection; nodes have a handful at the most.
  private static let maximumPendingStreams = 1024

  let flow: Int64
  let output: DecodingOutput
  // Touched many times a message, so that looking out for overlapping accesses at run time would be the larger part of
  // the work. There are none: all happens in one call at a time, and nothing of this is lent to anybody.
  @exclusivity(unchecked) var directions: Directions<DirectionState>
  @exclusivity(unchecked) private var exchange: Exchange

  /// - Parameters:
  ///   - flow: the row's id in `flow`.
  ///   - isMidstream: whether the capture lacks the connection's begin.
  ///   - exchange: finds what messages answer.
  init(flow: Int64, output: DecodingOutput, isMidstream: Bool = false, exchange: Exchange = Exchange()) {
    self.flow = flow
    self.output = output
    self.exchange = exchange
    let state = output.states[isMidstream ? output.states.count - 1 : 0]
    let isStateKnown = !isMidstream || output.states.count == 1
    directions = Directions {
      DirectionState(state.format($0), isStateKnown: isStateKnown, isAligned: !isMidstream)
    }
  }

  // MARK: StreamConsumer

  func receive(_ stream: StreamBytes) {
    let (direction, time, acknowledged) = (stream.direction, stream.time, stream.acknowledged)
    directions[direction].note(stream)
    confirmAnswered(1 - direction, time, acknowledged)
    endUncertainStream(direction, time, acknowledged)
    beginAwaitedStream(direction, time, acknowledged)
    let chunk = Chunk(direction: direction, time: time, acknowledged: acknowledged, isLast: false)
    if directions[direction].buffer.isEmpty {
      let used = decode(stream.bytes, chunk)
      if used < stream.bytes.count { directions[direction].buffer.append(contentsOf: stream.bytes[used...]) }
    } else {
      directions[direction].buffer.append(contentsOf: stream.bytes)
      if directions[direction].buffer.count >= directions[direction].needed { decodeBuffer(chunk) }
    }
    output.handOnIfFull()
  }

  func end(direction: Int, time: Int64) {
    decodeBuffer(Chunk(direction: direction, time: time, acknowledged: nil, isLast: true))
    if !directions[direction].buffer.isEmpty || directions[direction].search != nil {
      skip(
        directions[direction].buffer.count, direction, time,
        orElse: ("incomplete", "the stream ends inside of a message"))
      directions[direction].buffer = []
    }
    endStreams(direction, time, nil)
    directions[direction].isEnded = true
    output.handOnIfFull()
  }

  // MARK: Units

  /// What is known of bytes besides themselves.
  struct Chunk {
    var direction: Int
    var time: Int64
    var acknowledged: Int64?
    /// Whether the direction ends with these bytes.
    var isLast: Bool
    /// Whether the peer's answer is there already.
    var isAnswered = false
  }

  func decodeBuffer(_ chunk: Chunk) {
    // The buffer is taken out while it is read: decoding may touch the state around it.
    var buffer: [UInt8] = []
    swap(&buffer, &directions[chunk.direction].buffer)
    let used = buffer.withUnsafeBytes { decode($0, chunk) }
    buffer.removeFirst(used)
    swap(&buffer, &directions[chunk.direction].buffer)
  }

  /// Decodes as many units as there are.
  /// - Returns: Bytes used; the rest is the beginning of a unit.
  private func decode(_ bytes: UnsafeRawBufferPointer, _ chunk: Chunk) -> Int {
    var used = 0
    directions[chunk.direction].needed = 0
    while used < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[used...])
      let step: Int?
      if directions[chunk.direction].rest > 0 {
        step = passRest(rest.count, chunk)
      } else if directions[chunk.direction].search != nil {
        if !directions[chunk.direction].transitions.isEmpty { takeTransitions(chunk) }
        step = resynchronize(rest, chunk)
      } else {
        switch unit(chunk) {
        case .message: step = decodeMessage(rest, chunk)
        case .response: step = decodeResponse(rest, chunk)
        }
      }
      guard let step else { break }
      used += step
      directions[chunk.direction].offset += Int64(step)
    }
    directions[chunk.direction].forgetArrivals()
    return used
  }

  /// What the next bytes are: those of a response stream, if the sender can have had its request.
  private func unit(_ chunk: Chunk) -> DirectionState.Unit {
    if let unit = directions[chunk.direction].unit { return unit }
    if !directions[chunk.direction].transitions.isEmpty { takeTransitions(chunk) }
    var unit = DirectionState.Unit.message
    if !directions[chunk.direction].streams.isEmpty {
      let isRequested = directions[chunk.direction].streams[0].isRequested(by: chunk.acknowledged)
      if isRequested || directions[chunk.direction].streams[0].isStarted { unit = .response }
    }
    directions[chunk.direction].unit = unit
    return unit
  }

  /// - Returns: The message's length; nil where more bytes are needed.
  private func decodeMessage(_ bytes: UnsafeRawBufferPointer, _ chunk: Chunk) -> Int? {
    let time = directions[chunk.direction].isBehind ? completionTime(bytes, chunk) : chunk.time
    let envelope = Envelope(
      flow: flow, direction: chunk.direction, time: time, streamOffset: directions[chunk.direction].offset)
    var reader = ByteReader(bytes, isComplete: chunk.isLast)
    do throws(ParseError) {
      let message: DecodedMessage
      if output.observer == nil {
        message = try directions[chunk.direction].format.decode(&reader, envelope, into: output.rows)
        if !reader.issues.isEmpty { report(reader.issues, message.id, chunk) }
      } else {
        output.tree.removeAll()
        message = try directions[chunk.direction].format.trace(&reader, envelope, tree: &output.tree, into: nil)
        let whole = UnsafeRawBufferPointer(rebasing: bytes[..<reader.position])
        let counterparts = output.match(message, envelope, whole, in: &exchange)
        var complete = chunk
        complete.time = time
        show(
          output.tree, .message(output.info.messageKinds[message.kind]), bytes, reader, message.id, complete,
          counterparts)
      }
      let whole = UnsafeRawBufferPointer(rebasing: bytes[..<reader.position])
      output.bytes(whole, ofMessage: message.id)
      directions[chunk.direction].decodedBytes += Int64(whole.count)
      finish(message, whole, envelope, chunk)
      return whole.count
    } catch {
      if let departure = leaveState(error, bytes, chunk) { return departure.step }
      let format = directions[chunk.direction].format
      return handle(error, .message(nil), bytes, chunk) { reader, tree throws(ParseError) in
        try format.trace(&reader, tree: &tree)
      }
    }
  }

  private func finish(
    _ message: DecodedMessage, _ bytes: UnsafeRawBufferPointer, _ envelope: Envelope, _ chunk: Chunk
  ) {
    output.counts.messages.count(message.kind)
    directions[chunk.direction].unit = nil
    directions[chunk.direction].isAligned = true
    directions[chunk.direction].isStateKnown = true
    guard case .streams(let answer, let continuation, let state, _) = message.responses else { return }
    // Whoever watches was told with the message.
    if output.observer == nil { output.match(message, envelope, bytes, in: &exchange) }
    let end = directions[chunk.direction].offset + Int64(bytes.count)
    if let state { begin(state, after: end, chunk) }
    let name = output.info.messageKinds[message.kind]
    if let answer {
      if directions[1 - chunk.direction].streams.count >= Self.maximumPendingStreams {
        endStream(1 - chunk.direction, chunk.time, "too many requests wait for an answer")
      }
      directions[1 - chunk.direction].streams.append(
        DirectionState.PendingStream(
          stream: answer, request: name, requestID: message.id, requestEnd: end,
          askedAt: directions[chunk.direction].arrival(of: bytes.count)?.acknowledged ?? chunk.acknowledged))
      if directions[1 - chunk.direction].isEnded { endStreams(1 - chunk.direction, chunk.time, nil) }
    }
    if let continuation {
      directions[chunk.direction].streams.insert(
        DirectionState.PendingStream(stream: continuation, request: name, requestID: message.id), at: 0)
    }
  }

  /// - Returns: The unit's length; nil where more bytes are needed.
  private func decodeResponse(_ bytes: UnsafeRawBufferPointer, _ chunk: Chunk) -> Int? {
    let direction = chunk.direction
    if directions[direction].streams[0].isUncertain, let decision = leaveUncertainStream(bytes, chunk) {
      return decision.step
    }
    var reader = ByteReader(bytes, isComplete: chunk.isLast)
    do throws(ParseError) {
      let kind: UnitKind
      let request = directions[direction].streams[0].requestID
      if output.observer == nil {
        kind = try directions[direction].streams[0].stream.decodeUnit(&reader, into: output.rows)
        if !reader.issues.isEmpty { report(reader.issues, request, chunk) }
      } else {
        output.tree.removeAll()
        kind = try directions[direction].streams[0].stream.traceUnit(&reader, tree: &output.tree, into: nil)
        show(output.tree, .response(to: directions[direction].streams[0].request), bytes, reader, request, chunk)
      }
      let isFinished = directions[direction].streams[0].stream.isFinished
      if reader.position == 0, !isFinished { throw reader.fail(.noProgress, "") }
      directions[direction].decodedBytes += Int64(reader.position)
      count(kind, direction, isValid: reader.issues.isEmpty)
      directions[direction].unit = nil
      if isFinished { endStream(direction, chunk.time, nil) }
      return reader.position
    } catch {
      var stream = directions[direction].streams[0].stream
      let unit = DecodedUnit.Kind.response(to: directions[direction].streams[0].request)
      let used = handle(error, unit, bytes, chunk) { reader, tree throws(ParseError) in
        _ = try stream.traceUnit(&reader, tree: &tree, into: nil)
      }
      if used != nil {
        endStream(
          direction, chunk.time,
          chunk.isLast ? "the stream ended inside of an entry" : "interrupted by bytes that are none of it")
      }
      return used
    }
  }

  private func count(_ kind: UnitKind, _ direction: Int, isValid: Bool) {
    guard case .entry = kind else { return }
    output.counts.responseEntries += 1
    if isValid {
      directions[direction].streams[0].validEntries += 1
    } else {
      directions[direction].streams[0].invalidEntries += 1
    }
  }

  // MARK: Response streams

  func endStream(_ direction: Int, _ time: Int64, _ remark: String?) {
    let stream = directions[direction].streams.removeFirst()
    output.observer?.ended(
      StreamEnd(
        flow: flow, direction: direction, offset: directions[direction].offset, request: stream.request,
        entries: stream.validEntries, invalidEntries: stream.invalidEntries, remark: remark))
    output.event(
      flow: flow, direction: direction, time: time,
      "end of \(stream.request). valid entries: \(stream.validEntries), invalid: \(stream.invalidEntries)"
        + (remark.map { " (\($0))" } ?? ""))
  }

  /// Ends a stream whose end, or all of which, has passed unseen.
  func endInterruptedStream(_ direction: Int, _ time: Int64) {
    let isStarted = directions[direction].streams[0].isStarted
    endStream(direction, time, isStarted ? "interrupted by a gap" : "no answer")
  }

  /// Ends the streams whose request the sender had: what is left of their answers has passed unseen.
  func endPassedStreams(_ direction: Int, _ time: Int64, _ acknowledged: Int64?) {
    while let stream = directions[direction].streams.first {
      let isPassed = stream.isRequested(by: acknowledged)
      guard isPassed || stream.isStarted else { return }
      endInterruptedStream(direction, time)
    }
  }

  func endStreams(_ direction: Int, _ time: Int64, _ remark: String?) {
    while let first = directions[direction].streams.first {
      endStream(direction, time, first.isStarted ? remark ?? "the stream ended without a terminator" : "no answer")
    }
  }
}
