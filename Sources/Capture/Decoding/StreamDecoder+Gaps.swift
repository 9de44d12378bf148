import ParserRuntime

// What the decoder does where bytes are missing. Where the length of the unit under the gap follows from the bytes that
// are there, the missing ones are counted off, and decoding goes on behind it without a search.
extension StreamDecoder {
  func lose(_ length: Int, direction: Int, time: Int64) {
    output.counts.lostBytes += Int64(length)
    forgetState()
    // For a search the data ends here: a message that ends exactly at the gap needs no other behind it.
    if directions[direction].search != nil {
      decodeBuffer(Chunk(direction: direction, time: time, acknowledged: nil, isLast: true))
    }
    let former = directions[direction].search
    let isInResponse = directions[direction].isInResponse
    let cut = directions[direction].rest
    let rest = cut > 0 ? cut - length : former == nil ? bytesBehind(length, direction) : nil
    if !directions[direction].buffer.isEmpty || former != nil {
      skip(
        directions[direction].buffer.count, direction, time,
        orElse: ("incomplete", "bytes are missing after this part of a message"))
      directions[direction].buffer = []
    }
    report(
      "gap", direction, time, at: directions[direction].offset, length: Int64(length),
      detail: "\(length) bytes are not in the capture")
    output.event(flow: flow, direction: direction, time: time, "gap of \(length) bytes")
    directions[direction].passGap(length)
    if let rest, rest >= 0 {
      directions[direction].rest = rest
      if isInResponse { directions[direction].streams[0].isUncertain = true }
    } else {
      directions[direction].isAligned = false
      // A stream that was under way may go on; one that was to come may have begun.
      let isInStream = isInResponse && (former == nil || former?.isInStream == true)
      directions[direction].search = DirectionState.Search(
        start: directions[direction].offset, kind: "after gap", path: "",
        detail: "the rest of a message whose begin is missing",
        isInStream: isInStream && !directions[direction].streams.isEmpty)
    }
  }

  // MARK: Counting off

  /// Bytes behind a gap that still belong to the unit that it cuts; nil where that cannot be known.
  private func bytesBehind(_ length: Int, _ direction: Int) -> Int? {
    guard length <= output.info.maximumMessageLength else { return nil }
    let isResponse = directions[direction].isInResponse
    let buffer = directions[direction].buffer
    var place = 0
    if !buffer.isEmpty {
      guard let size = knownLength(buffer, direction, isResponse), size > buffer.count else { return nil }
      place = size - buffer.count
      if place >= length { return place - length }
    }
    // Where a message begins inside of the gap nothing is known of it; units of a response may all be alike.
    guard isResponse, let size = knownLength([], direction, isResponse), size > 0 else { return nil }
    let part = (length - place) % size
    return part == 0 ? 0 : size - part
  }

  /// The length of a unit that begins with these bytes, if no byte that is missing has a say in it: it must come out
  /// the same whatever is put in their place.
  private func knownLength(_ prefix: [UInt8], _ direction: Int, _ isResponse: Bool) -> Int? {
    if !isResponse, let length = prefix.withUnsafeBytes({ frameLength(of: $0, direction) }) { return length }
    var lengths: [Int] = []
    let missing = max(0, output.info.maximumMessageLength - prefix.count)
    for filling: UInt8 in [0x00, 0xFF, 0x01] {
      let bytes = prefix + [UInt8](repeating: filling, count: missing)
      let length: Int? = bytes.withUnsafeBytes { bytes in
        var reader = ByteReader(bytes, isComplete: true)
        do throws(ParseError) {
          if isResponse {
            var stream = directions[direction].streams[0].stream
            _ = try stream.decodeUnit(&reader, into: nil)
          } else {
            _ = try probe(&reader, as: directions[direction].format)
          }
          return reader.position
        } catch {
          return nil
        }
      }
      guard let length, lengths.allSatisfy({ $0 == length }) else { return nil }
      lengths.append(length)
    }
    return lengths.first
  }

  /// Passes over what belongs to a unit that a gap has cut.
  func passRest(_ available: Int, _ chunk: Chunk) -> Int {
    let step = min(available, directions[chunk.direction].rest)
    output.counts.skippedBytes += Int64(step)
    directions[chunk.direction].skippedBytes += Int64(step)
    report(
      "incomplete", chunk.direction, chunk.time, at: directions[chunk.direction].offset, length: Int64(step),
      detail: "the rest of a message of which bytes are missing")
    directions[chunk.direction].rest -= step
    return step
  }

  // MARK: Response streams that may have ended inside of a gap

  /// A new request tells that the answer before it was over: what the sender had of the peer's stream then cannot
  /// have come before.
  func endUncertainStream(_ direction: Int, _ time: Int64, _ acknowledged: Int64?) {
    // Asked with every segment.
    guard directions[direction].streams.count > 1, directions[direction].streams[0].isUncertain, let acknowledged,
      let next = directions[direction].streams[1].requestEnd, acknowledged >= next
    else { return }
    skip(
      directions[direction].buffer.count, direction, time,
      orElse: ("incomplete", "an entry that the next request interrupts"))
    directions[direction].buffer = []
    directions[direction].unit = nil
    endStream(direction, time, "its end is missing")
  }

  /// Bytes that acknowledge all that there is of the peer's direction answer it: nothing follows there that could
  /// confirm a message found in a search, and nothing needs to.
  func confirmAnswered(_ direction: Int, _ time: Int64, _ acknowledged: Int64?) {
    guard directions[direction].search != nil,
      acknowledged == directions[direction].offset + Int64(directions[direction].buffer.count)
    else { return }
    decodeBuffer(Chunk(direction: direction, time: time, acknowledged: nil, isLast: false, isAnswered: true))
  }

  /// In a search, a response stream begins where its request's sender had all that came before: it waited for the
  /// answer, so nothing else is under way.
  func beginAwaitedStream(_ direction: Int, _ time: Int64, _ acknowledged: Int64?) {
    guard directions[direction].search != nil, let acknowledged else { return }
    let place = directions[direction].offset + Int64(directions[direction].buffer.count)
    guard
      let index = directions[direction].streams.firstIndex(where: { stream in
        stream.askedAt == place && stream.requestEnd.map { $0 <= acknowledged } == true
      })
    else { return }
    skip(directions[direction].buffer.count, direction, time, orElse: ("", ""))
    directions[direction].buffer = []
    for _ in 0..<index { endInterruptedStream(direction, time) }
  }

  /// What to do instead of going on with a response stream, or in a state.
  struct Departure {
    /// 0 to go on with a message; nil to wait for more bytes.
    var step: Int?
  }

  /// Whether a message stands where the next unit of a response stream is expected.
  /// - Returns: nil if the stream goes on.
  func leaveUncertainStream(_ bytes: UnsafeRawBufferPointer, _ chunk: Chunk) -> Departure? {
    guard directions[chunk.direction].format.canBegin(with: bytes) else { return nil }
    switch confirm(bytes, chunk) {
    case .none: return nil
    case .undecided: return chunk.isLast ? nil : Departure(step: nil)
    case .message:
      endStreams(chunk.direction, chunk.time, "its end is missing")
      directions[chunk.direction].unit = nil
      return Departure(step: 0)
    }
  }

  // MARK: Times

  /// When the message that begins the bytes was complete, if more has arrived since.
  func completionTime(_ bytes: UnsafeRawBufferPointer, _ chunk: Chunk) -> Int64 {
    var reader = ByteReader(bytes, isComplete: chunk.isLast)
    do throws(ParseError) { _ = try probe(&reader, as: directions[chunk.direction].format) } catch { return chunk.time }
    return directions[chunk.direction].arrival(of: reader.position)?.time ?? chunk.time
  }
}
