import ParserRuntime

// The way back into a response stream after a gap that hides where its units begin. Several units in a row that hold
// every constraint are taken for it, if their constraints tell one place from another.
extension StreamDecoder {
  /// Units in a row that are no accident.
  private static let convincingUnits = 3
  /// Places right behind a candidate at which the same must not be found: units that may hold anything begin anywhere.
  private static let comparedPlaces = 8

  /// Whether a unit of the stream that a gap has interrupted begins here, as far as others behind it can tell.
  func confirmUnits(_ bytes: UnsafeRawBufferPointer, _ chunk: Chunk) -> Candidate {
    guard directions[chunk.direction].search?.isInStream == true else { return .none }
    let found = chain(bytes, chunk)
    guard found == .message else { return found }
    for place in 1...Self.comparedPlaces where place < bytes.count {
      if chain(UnsafeRawBufferPointer(rebasing: bytes[place...]), chunk) == .message { return .none }
    }
    return .message
  }

  private func chain(_ bytes: UnsafeRawBufferPointer, _ chunk: Chunk) -> Candidate {
    var stream = directions[chunk.direction].streams[0].stream
    var (place, units) = (0, 0)
    while units < Self.convincingUnits, !stream.isFinished {
      var reader = ByteReader(UnsafeRawBufferPointer(rebasing: bytes[place...]), isComplete: chunk.isLast)
      do throws(ParseError) { _ = try stream.decodeUnit(&reader, into: nil) } catch { return candidate(error) }
      guard reader.issues.isEmpty, reader.position > 0 else { return .none }
      place += reader.position
      units += 1
    }
    guard stream.isFinished, units < Self.convincingUnits else { return .message }
    // A short rest of the stream must be followed by what may follow a stream; an end alone says too little.
    let rest = UnsafeRawBufferPointer(rebasing: bytes[place...])
    guard units > 1 else { return .none }
    if rest.isEmpty { return chunk.isLast || chunk.isAnswered ? .message : .undecided }
    return directions[chunk.direction].format.canBegin(with: rest) ? .message : .none
  }
}
