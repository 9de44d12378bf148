import ParserRuntime

// The states of a connection: which types its sides speak, by what they have said before.
extension StreamDecoder {
  /// A message has called for another state: what its sender says next is in it, and what the peer says once it has had
  /// the message.
  /// - Parameter place: behind the message.
  func begin(_ state: Int, after place: Int64, _ chunk: Chunk) {
    directions[chunk.direction].format = output.states[state].format(chunk.direction)
    directions[1 - chunk.direction].transitions.append(
      DirectionState.Transition(state: state, requestEnd: place))
  }

  /// How the sender of a message goes on, if that calls for another state.
  func format(after message: DecodedMessage, _ direction: Int) -> (any MessageFormat.Type)? {
    guard case .streams(_, _, let state?, _) = message.responses else { return nil }
    return output.states[state].format(direction)
  }

  /// Begins the states that the sender knew of when it said what comes next.
  func takeTransitions(_ chunk: Chunk) {
    let direction = chunk.direction
    while let next = directions[direction].transitions.first {
      if let acknowledged = chunk.acknowledged, acknowledged < next.requestEnd { return }
      directions[direction].format = output.states[next.state].format(direction)
      directions[direction].transitions.removeFirst()
    }
  }

  /// A message that called for another state may be missing.
  func forgetState() {
    for direction in 0...1 { directions[direction].isStateKnown = output.states.count == 1 }
  }

  /// Where the state is not known and a message fails in the one that was assumed, it may be one of another.
  /// - Returns: nil where it is none, or where the message needs more bytes.
  func leaveState(_ error: ParseError, _ bytes: UnsafeRawBufferPointer, _ chunk: Chunk) -> Departure? {
    guard !directions[chunk.direction].isStateKnown, candidate(error) == .none else { return nil }
    for (state, format) in otherStates(chunk.direction) where format.canBegin(with: bytes) {
      var reader = ByteReader(bytes, isComplete: chunk.isLast)
      do throws(ParseError) {
        _ = try probe(&reader, as: format)
      } catch {
        guard case .needsMoreBytes(let count) = error.reason, candidate(error) == .undecided else { continue }
        directions[chunk.direction].needed = count
        return Departure(step: nil)
      }
      guard reader.issues.isEmpty else { continue }
      assume(state, chunk)
      return Departure(step: 0)
    }
    return nil
  }

  /// Whether a message stands here, in the state that the connection is in, or may be in.
  func confirmInAnyState(_ bytes: UnsafeRawBufferPointer, _ chunk: Chunk) -> Candidate {
    let format = directions[chunk.direction].format
    let found = format.canBegin(with: bytes) ? confirm(bytes, chunk) : .none
    guard found == .none, !directions[chunk.direction].isStateKnown else { return found }
    for (state, other) in otherStates(chunk.direction) where other.canBegin(with: bytes) {
      directions[chunk.direction].format = other
      let found = confirm(bytes, chunk)
      directions[chunk.direction].format = format
      if found == .message { assume(state, chunk) }
      if found != .none { return found }
    }
    return .none
  }

  /// The states in which a direction has other messages than it is thought to have, the last of the description first.
  private func otherStates(_ direction: Int) -> [(state: Int, format: any MessageFormat.Type)] {
    output.states.indices.reversed().map { ($0, output.states[$0].format(direction)) }
      .filter { ObjectIdentifier($0.format) != ObjectIdentifier(directions[direction].format) }
  }

  /// Takes the connection for one in this state. What the peer says may have been said before.
  private func assume(_ state: Int, _ chunk: Chunk) {
    for direction in 0...1 {
      directions[direction].format = output.states[state].format(direction)
      directions[direction].transitions = []
    }
    directions[1 - chunk.direction].isStateKnown = false
  }
}
