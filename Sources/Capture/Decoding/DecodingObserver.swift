import ParserRuntime

/// A message, or a unit of a response stream, with all that is known of it.
struct DecodedUnit {
  enum Kind: Equatable {
    /// nil: not known, because it could not be parsed.
    case message(String?)
    /// A unit of the stream that answers, or follows, a message of this name.
    case response(to: String)

    var isMessage: Bool { if case .message = self { true } else { false } }
  }

  var kind: Kind
  /// The flow's id, 0 from its initiator and 1 to it, and the place of the unit's first byte in that direction's stream.
  var flow: Int64
  var direction: Int
  var offset: Int64
  /// The captured frame that the unit begins in; of a failure or a violation, the frame of its place.
  var frame: Int?
  /// Of the packet that completes the unit, in µs.
  var time: Int64
  /// The unit's bytes, or all that are there from its first on if it could not be parsed. Valid during the call.
  var bytes: UnsafeRawBufferPointer
  /// The fields; of what could not be parsed those before the failure.
  var fields: FieldTree
  /// The messages that it answers, or that answer it, by a key that both have.
  var counterparts = Counterparts()

  var nodes: [FieldNode] { fields.nodes }
}

/// Bytes that are no unit as the description has it.
struct UnitFailure {
  var unit: DecodedUnit
  /// As `decode_issue` has them.
  var kind: String
  var path: String
  var detail: String
  /// Place of the failure, from the unit's first byte.
  var offset: Int
}

/// How a response stream ended.
struct StreamEnd {
  var flow: Int64
  var direction: Int
  /// The place behind it in the direction's stream.
  var offset: Int64
  var request: String
  var entries: Int
  var invalidEntries: Int
  /// nil: as described.
  var remark: String?
}

/// Watches decoding: what was parsed from which bytes, and what could not be.
protocol DecodingObserver: AnyObject {
  func opened(flow: Int64, _ record: FlowRecord)
  /// - Parameter bytes: of both directions, as far as the capture has them.
  func closed(flow: Int64, bytes: Int64)
  func parsed(_ unit: DecodedUnit)
  func failed(_ failure: UnitFailure)
  /// A constraint is violated in a unit that was parsed; the unit itself is told too.
  func violated(_ issue: Issue, _ unit: DecodedUnit)
  func ended(_ stream: StreamEnd)
  /// A search has found the place of the next message.
  func resynchronized(flow: Int64, direction: Int, offset: Int64)
  /// Anything that becomes a row of `decode_issue`, failures and violations too.
  func reported(_ issue: DecodeIssue)
}
