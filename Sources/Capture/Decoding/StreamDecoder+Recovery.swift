import ParserRuntime

// What the decoder does with bytes that are no message: it tells them, and looks for the next message.
extension StreamDecoder {
  // MARK: Failures

  /// - Returns: Bytes that cannot be parsed, where the message tells how many it has; nil where more bytes are needed; 0
  ///   where a search for the next message has begun.
  func handle(
    _ error: ParseError, _ unit: DecodedUnit.Kind, _ bytes: UnsafeRawBufferPointer, _ chunk: Chunk,
    _ parse: (inout ByteReader, inout FieldTree) throws(ParseError) -> Void
  ) -> Int? {
    var error = error
    if case .needsMoreBytes(let count) = error.reason {
      guard count > output.info.maximumMessageLength else {
        directions[chunk.direction].needed = count
        return nil
      }
      error.reason = .invalid("a message of at least \(count) bytes is longer than any may be")
    }
    let frame = unit.isMessage ? frameLength(of: bytes, chunk.direction) : nil
    if let frame, frame > bytes.count, !chunk.isLast {
      directions[chunk.direction].needed = frame
      return nil
    }
    // Parsed once more, watched: only now the field's path is of interest.
    var tree = FieldTree()
    var reader = ByteReader(bytes, isComplete: true)
    var path = error.field
    do throws(ParseError) { try parse(&reader, &tree) } catch { path = tree.path(error.field) }
    if let observer = output.observer {
      observer.failed(
        UnitFailure(
          unit: decodedUnit(unit, bytes, chunk, at: error.offset, tree), kind: error.kind, path: path,
          detail: error.description, offset: error.offset))
    }
    directions[chunk.direction].unit = nil
    let place = directions[chunk.direction].offset
    if let frame, frame <= bytes.count {
      // The next message begins behind it, whatever is wrong with this one.
      output.counts.skippedBytes += Int64(frame)
      directions[chunk.direction].skippedBytes += Int64(frame)
      report(
        error.kind, chunk.direction, chunk.time, at: place, length: Int64(frame), path: path, detail: error.description)
      return frame
    }
    directions[chunk.direction].isAligned = false
    directions[chunk.direction].search = DirectionState.Search(
      start: place, kind: error.kind, path: path, detail: error.description)
    return 0
  }

  /// The length of the message at the current place, where its begin tells it and it may be so long.
  func frameLength(of bytes: UnsafeRawBufferPointer, _ direction: Int) -> Int? {
    guard directions[direction].isAligned, let length = directions[direction].format.frameLength(of: bytes) else {
      return nil
    }
    return (1...output.info.maximumMessageLength).contains(length) ? length : nil
  }

  /// Reports violated constraints of a message, or of a unit that answers or follows it.
  func report(_ issues: [Issue], _ message: Int64, _ chunk: Chunk, also tell: (Issue) -> Void = { _ in }) {
    let place = Envelope(
      flow: flow, direction: chunk.direction, time: chunk.time, streamOffset: directions[chunk.direction].offset)
    for issue in issues {
      output.issue(issue, of: message, place)
      tell(issue)
    }
  }

  func report(
    _ kind: String, _ direction: Int, _ time: Int64, at offset: Int64, length: Int64, path: String = "", detail: String
  ) {
    output.issue(
      DecodeIssue(
        flow: flow, direction: direction, message: nil, time: time, streamOffset: offset, length: length, kind: kind,
        path: path, detail: detail))
  }

  func conflict(_ place: Range<Int64>, direction: Int, time: Int64, isKept: Bool) {
    report(
      "overlap", direction, time, at: place.lowerBound, length: place.upperBound - place.lowerBound,
      detail: "a segment has other bytes than one before; those of the \(isKept ? "first" : "last") count")
    output.handOnIfFull()
  }

  func stray(_ length: Int, _ reason: StrayReason, direction: Int, time: Int64) {
    let origin =
      switch reason {
      case .outOfWindow: "whose sequence number is out of any window"
      case .beforeStart: "before the first byte of the stream"
      case .behindEnd: "behind the end of the stream"
      case .formerConnection: "of the connection that had these endpoints before"
      }
    report(
      "stray", direction, time, at: directions[direction].offset, length: Int64(length),
      detail: "\(length) bytes of a segment \(origin)")
    output.handOnIfFull()
  }

  /// Reports `count` more bytes, and those passed over by a search before, as no message.
  func skip(_ count: Int, _ direction: Int, _ time: Int64, orElse reason: (kind: String, detail: String)) {
    let search = directions[direction].search
    let start = search?.start ?? directions[direction].offset
    let length = directions[direction].offset + Int64(count) - start
    if length > 0 {
      output.counts.skippedBytes += length
      directions[direction].skippedBytes += length
      report(
        search?.kind ?? reason.kind, direction, time, at: start, length: length, path: search?.path ?? "",
        detail: search?.detail ?? reason.detail)
    }
    directions[direction].search = nil
    directions[direction].offset += Int64(count)
  }

  // MARK: Resynchronisation

  /// Looks for the next place where a message begins and is followed by another, or by nothing.
  /// - Returns: Bytes passed over; nil where more are needed to decide.
  func resynchronize(_ bytes: UnsafeRawBufferPointer, _ chunk: Chunk) -> Int? {
    guard let search = directions[chunk.direction].search else { return 0 }
    // The place where a parse failed is no candidate itself; the one after a gap is.
    var place = search.start == directions[chunk.direction].offset && search.kind != "after gap" ? 1 : 0
    while place < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[place...])
      let message = confirmInAnyState(rest, chunk)
      let units = message == .none ? confirmUnits(rest, chunk) : .none
      if message == .message || units == .message {
        endSearch(behind: place, isInStream: units == .message, chunk)
        return place
      }
      if !chunk.isLast, message == .undecided || units == .undecided { return place > 0 ? place : nil }
      place += 1
    }
    return place
  }

  private func endSearch(behind place: Int, isInStream: Bool, _ chunk: Chunk) {
    directions[chunk.direction].offset += Int64(place)
    skip(0, chunk.direction, chunk.time, orElse: ("", ""))
    directions[chunk.direction].offset -= Int64(place)
    directions[chunk.direction].isBehind = true
    output.observer?.resynchronized(
      flow: flow, direction: chunk.direction, offset: directions[chunk.direction].offset + Int64(place))
    if isInStream {
      directions[chunk.direction].unit = .response
      directions[chunk.direction].streams[0].isUncertain = true
    } else {
      endPassedStreams(chunk.direction, chunk.time, chunk.acknowledged)
    }
  }

  enum Candidate { case message, undecided, none }

  /// Whether a message stands here: one that can be parsed, with the head of another behind it or the end of the
  /// stream. The other may be damaged itself, so its body has no say.
  func confirm(_ bytes: UnsafeRawBufferPointer, _ chunk: Chunk) -> Candidate {
    let format = directions[chunk.direction].format
    var reader = ByteReader(bytes, isComplete: chunk.isLast)
    let message: DecodedMessage
    do throws(ParseError) { message = try probe(&reader, as: format) } catch { return candidate(error) }
    let rest = UnsafeRawBufferPointer(rebasing: bytes[reader.position...])
    if rest.isEmpty { return chunk.isLast || chunk.isAnswered ? .message : .undecided }
    let next = self.format(after: message, chunk.direction) ?? format
    guard next.canBegin(with: rest) else { return confirmContinuation(message, rest, chunk) }
    return rest.count >= next.headLength || chunk.isLast ? .message : .undecided
  }

  /// Whether a message is of a kind that a stream follows directly, and such a stream begins behind it.
  private func confirmContinuation(
    _ message: DecodedMessage, _ rest: UnsafeRawBufferPointer, _ chunk: Chunk
  ) -> Candidate {
    guard var stream = message.responses.continuation else { return .none }
    var unit = ByteReader(rest, isComplete: chunk.isLast)
    do throws(ParseError) { _ = try stream.decodeUnit(&unit, into: nil) } catch { return candidate(error) }
    return unit.issues.isEmpty ? .message : .none
  }

  /// What a parse that failed says of a place.
  func candidate(_ error: ParseError) -> Candidate {
    if case .needsMoreBytes(let count) = error.reason, count <= output.info.maximumMessageLength { return .undecided }
    return .none
  }

  /// Parses a message without storing it.
  func probe(_ reader: inout ByteReader, as format: any MessageFormat.Type) throws(ParseError) -> DecodedMessage {
    try format.decode(&reader, Envelope(flow: flow, direction: 0, time: 0, streamOffset: 0), into: nil)
  }
}
