import ParserRuntime

/// Decodes both directions of a connection into messages and response streams.
///
/// A message is parsed where it lies if it is whole in a segment; what is incomplete is copied and waits for as many
/// bytes as the parser asked for. A response stream is parsed unit by unit, so its length costs no memory.
final class StreamDecoder<Protocol: Specification>: StreamConsumer {
  private let flow: Int64
  private let output: DecodingOutput
  private var directions = [DirectionState(), DirectionState()]

  /// - Parameter flow: the row's id in `flow`.
  init(flow: Int64, output: DecodingOutput) {
    self.flow = flow
    self.output = output
  }

  /// Stream bytes of each direction.
  var byteCounts: (Int64, Int64) { (directions[0].bytes, directions[1].bytes) }

  // MARK: StreamConsumer

  func receive(_ bytes: UnsafeRawBufferPointer, direction: Int, time: Int64, acknowledged: Int64?) {
    directions[direction].bytes += Int64(bytes.count)
    let chunk = Chunk(direction: direction, time: time, acknowledged: acknowledged, isLast: false)
    if directions[direction].buffer.isEmpty {
      let used = decode(bytes, chunk)
      directions[direction].buffer.append(contentsOf: bytes[used...])
    } else {
      directions[direction].buffer.append(contentsOf: bytes)
      if directions[direction].buffer.count >= directions[direction].needed { decodeBuffer(chunk) }
    }
    output.handOnIfFull()
  }

  func lose(_ length: Int, direction: Int, time: Int64) {
    let state = directions[direction]
    output.counts.lostBytes += Int64(length)
    if !state.buffer.isEmpty || state.search != nil {
      skip(
        state.buffer.count, direction, time, orElse: ("incomplete", "bytes are missing after this part of a message"))
    }
    directions[direction].buffer = []
    endStreams(direction, time, "interrupted by a gap")
    let start = directions[direction].offset
    report("gap", direction, time, at: start, length: Int64(length), detail: "\(length) bytes are not in the capture")
    output.event(flow: flow, direction: direction, time: time, "gap of \(length) bytes")
    directions[direction].offset += Int64(length)
    directions[direction].unit = nil
    directions[direction].needed = 0
    directions[direction].search = DirectionState.Search(
      start: directions[direction].offset, kind: "after gap", path: "",
      detail: "the rest of a message whose begin is missing")
  }

  func end(direction: Int, time: Int64) {
    decodeBuffer(Chunk(direction: direction, time: time, acknowledged: nil, isLast: true))
    let state = directions[direction]
    if !state.buffer.isEmpty || state.search != nil {
      skip(state.buffer.count, direction, time, orElse: ("incomplete", "the stream ends inside of a message"))
      directions[direction].buffer = []
    }
    endStreams(direction, time, nil)
    output.handOnIfFull()
  }

  // MARK: Units

  /// What is known of bytes besides themselves.
  private struct Chunk {
    var direction: Int
    var time: Int64
    var acknowledged: Int64?
    /// Whether the direction ends with these bytes.
    var isLast: Bool
  }

  private func decodeBuffer(_ chunk: Chunk) {
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
      if directions[chunk.direction].search != nil {
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
    return used
  }

  /// What the next bytes are: those of a response stream, if the sender can have had its request.
  private func unit(_ chunk: Chunk) -> DirectionState.Unit {
    if let unit = directions[chunk.direction].unit { return unit }
    var unit = DirectionState.Unit.message
    if let stream = directions[chunk.direction].streams.first {
      let isRequested = stream.requestEnd.map { end in chunk.acknowledged.map { $0 >= end } ?? true } ?? true
      if isRequested || stream.validEntries + stream.invalidEntries > 0 { unit = .response }
    }
    directions[chunk.direction].unit = unit
    return unit
  }

  /// - Returns: The message's length; nil where more bytes are needed.
  private func decodeMessage(_ bytes: UnsafeRawBufferPointer, _ chunk: Chunk) -> Int? {
    let state = directions[chunk.direction]
    let envelope = Envelope(flow: flow, direction: chunk.direction, time: chunk.time, streamOffset: state.offset)
    var reader = ByteReader(bytes, isComplete: chunk.isLast)
    do throws(ParseError) {
      let message = try Protocol.decodeMessage(from: &reader, envelope: envelope, into: output.rows)
      guard reader.position > 0 else { throw reader.fail(.noProgress, "") }
      if !reader.issues.isEmpty { reportIssues(bytes, message.id, chunk) }
      finish(message, length: reader.position, chunk)
      return reader.position
    } catch {
      return handle(error, bytes, chunk) { reader, tree throws(ParseError) in
        try Protocol.trace(&reader, tree: &tree)
      }
    }
  }

  private func finish(_ message: DecodedMessage, length: Int, _ chunk: Chunk) {
    output.counts.messages[message.name, default: 0] += 1
    directions[chunk.direction].unit = nil
    if let answer = message.answer {
      let end = directions[chunk.direction].offset + Int64(length)
      directions[1 - chunk.direction].streams.append(
        DirectionState.PendingStream(stream: answer, request: message.name, requestEnd: end))
    }
    if let continuation = message.continuation {
      directions[chunk.direction].streams.insert(
        DirectionState.PendingStream(stream: continuation, request: message.name), at: 0)
    }
  }

  /// - Returns: The unit's length; nil where more bytes are needed.
  private func decodeResponse(_ bytes: UnsafeRawBufferPointer, _ chunk: Chunk) -> Int? {
    let direction = chunk.direction
    var reader = ByteReader(bytes, isComplete: chunk.isLast)
    let before = directions[direction].streams[0].stream
    do throws(ParseError) {
      let kind = try directions[direction].streams[0].stream.decodeUnit(from: &reader, into: output.rows)
      let isFinished = directions[direction].streams[0].stream.isFinished
      if reader.position == 0, !isFinished { throw reader.fail(.noProgress, "") }
      count(kind, direction, isValid: reader.issues.isEmpty)
      if !reader.issues.isEmpty {
        reportIssues(bytes, nil, chunk) { (reader: inout ByteReader, tree: inout FieldTree) throws(ParseError) in
          try before.traceUnit(&reader, tree: &tree)
        }
      }
      directions[direction].unit = nil
      if isFinished { endStream(direction, chunk.time, nil) }
      return reader.position
    } catch {
      directions[direction].streams[0].stream = before
      let used = handle(error, bytes, chunk) { reader, tree throws(ParseError) in
        try before.traceUnit(&reader, tree: &tree)
      }
      if used != nil {
        endStreams(
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

  private func endStream(_ direction: Int, _ time: Int64, _ remark: String?) {
    let stream = directions[direction].streams.removeFirst()
    output.event(
      flow: flow, direction: direction, time: time,
      "end of \(stream.request). valid entries: \(stream.validEntries), invalid: \(stream.invalidEntries)"
        + (remark.map { " (\($0))" } ?? ""))
  }

  private func endStreams(_ direction: Int, _ time: Int64, _ remark: String?) {
    while let first = directions[direction].streams.first {
      let isStarted = first.validEntries + first.invalidEntries > 0
      endStream(direction, time, isStarted ? remark ?? "the stream ended without a terminator" : "no answer")
    }
  }

  // MARK: Failures

  /// - Returns: nil where more bytes are needed; 0 where a search for the next message has begun.
  private func handle(
    _ error: ParseError, _ bytes: UnsafeRawBufferPointer, _ chunk: Chunk,
    _ parse: (inout ByteReader, inout FieldTree) throws(ParseError) -> Void
  ) -> Int? {
    var error = error
    if case .needsMoreBytes(let count) = error.reason {
      guard count > Protocol.info.maximumMessageLength else {
        directions[chunk.direction].needed = count
        return nil
      }
      error.reason = .invalid("a message of at least \(count) bytes is longer than any may be")
    }
    // Parsed once more, watched: only now the field's path is of interest.
    var tree = FieldTree()
    var reader = ByteReader(bytes, isComplete: true)
    var path = error.field
    do throws(ParseError) { try parse(&reader, &tree) } catch { path = tree.path(error.field) }
    directions[chunk.direction].search = DirectionState.Search(
      start: directions[chunk.direction].offset, kind: error.kind, path: path, detail: error.description)
    directions[chunk.direction].unit = nil
    return 0
  }

  /// Parses a message or a unit with violated constraints once more to learn the paths of the fields.
  private func reportIssues(
    _ bytes: UnsafeRawBufferPointer, _ message: Int64?, _ chunk: Chunk,
    _ parse: (inout ByteReader, inout FieldTree) throws(ParseError) -> Void = { reader, tree throws(ParseError) in
      try Protocol.trace(&reader, tree: &tree)
    }
  ) {
    var tree = FieldTree()
    var reader = ByteReader(bytes, isComplete: chunk.isLast)
    try? parse(&reader, &tree)
    for issue in reader.issues {
      output.issue(
        DecodeIssue(
          flow: flow, direction: chunk.direction, message: message, time: chunk.time,
          streamOffset: directions[chunk.direction].offset + Int64(issue.offset), length: Int64(issue.length),
          kind: issue.kind, path: issue.path, detail: issue.detail))
    }
  }

  private func report(
    _ kind: String, _ direction: Int, _ time: Int64, at offset: Int64, length: Int64, path: String = "", detail: String
  ) {
    output.issue(
      DecodeIssue(
        flow: flow, direction: direction, message: nil, time: time, streamOffset: offset, length: length, kind: kind,
        path: path, detail: detail))
  }

  /// Reports `count` more bytes, and those passed over by a search before, as no message.
  private func skip(_ count: Int, _ direction: Int, _ time: Int64, orElse reason: (kind: String, detail: String)) {
    let state = directions[direction]
    let start = state.search?.start ?? state.offset
    let length = state.offset + Int64(count) - start
    if length > 0 {
      output.counts.skippedBytes += length
      report(
        state.search?.kind ?? reason.kind, direction, time, at: start, length: length, path: state.search?.path ?? "",
        detail: state.search?.detail ?? reason.detail)
    }
    directions[direction].search = nil
    directions[direction].offset += Int64(count)
  }

  // MARK: Resynchronisation

  /// Looks for the next place where a message begins and is followed by another, or by nothing.
  /// - Returns: Bytes passed over; nil where more are needed to decide.
  private func resynchronize(_ bytes: UnsafeRawBufferPointer, _ chunk: Chunk) -> Int? {
    guard let search = directions[chunk.direction].search else { return 0 }
    // The place where a parse failed is no candidate itself; the one after a gap is.
    var place = search.start == directions[chunk.direction].offset && search.kind != "after gap" ? 1 : 0
    while place < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[place...])
      if Protocol.canBegin(with: rest) {
        switch confirm(rest, isLast: chunk.isLast) {
        case .message:
          directions[chunk.direction].offset += Int64(place)
          skip(0, chunk.direction, chunk.time, orElse: ("", ""))
          directions[chunk.direction].offset -= Int64(place)
          return place
        case .undecided where !chunk.isLast: return place > 0 ? place : nil
        case .undecided, .none: break
        }
      }
      place += 1
    }
    return place
  }

  private enum Candidate { case message, undecided, none }

  /// Whether a message stands here: one that can be parsed, with another behind it or the end of the stream.
  private func confirm(_ bytes: UnsafeRawBufferPointer, isLast: Bool) -> Candidate {
    let first = probe(bytes, isLast: isLast)
    guard case .message(let length) = first else { return first == .undecided ? .undecided : .none }
    let rest = UnsafeRawBufferPointer(rebasing: bytes[length...])
    if rest.isEmpty { return isLast ? .message : .undecided }
    guard Protocol.canBegin(with: rest) else { return .none }
    switch probe(rest, isLast: isLast) {
    case .message: return .message
    // The next message is not whole yet; its head is enough.
    case .undecided: return rest.count >= Protocol.info.headLength ? .message : .undecided
    case .none: return .none
    }
  }

  private enum Probe: Equatable { case message(length: Int), undecided, none }

  /// Parses a message without storing it.
  private func probe(_ bytes: UnsafeRawBufferPointer, isLast: Bool) -> Probe {
    var tree = FieldTree()
    var reader = ByteReader(bytes, isComplete: isLast)
    do throws(ParseError) {
      try Protocol.trace(&reader, tree: &tree)
      return reader.position > 0 ? .message(length: reader.position) : .none
    } catch {
      if case .needsMoreBytes(let count) = error.reason, count <= Protocol.info.maximumMessageLength {
        return .undecided
      }
      return .none
    }
  }
}
