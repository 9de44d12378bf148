import ParserRuntime

/// What decoding counts.
public struct DecodingCounts: Sendable {
  /// Connections, and flows of datagrams.
  public var flows = 0
  /// Those of them that are of datagrams.
  public var datagramFlows = 0
  /// Flows on ports that are none of the description's, where such are looked at.
  public var candidates = 0
  /// Those of them that have turned out to be of the protocol; `flows` has them too.
  public var detected = 0
  /// SYNs that nobody answered, or that were refused; they are no connections. On any port, where flows on others than
  /// the description's are looked at.
  public var unansweredAttempts = 0
  /// Messages, by kind.
  public var messages = MessageCounts()
  /// Units of response streams that are stored, without those that end a stream.
  public var responseEntries = 0
  /// Rows of `decode_issue`.
  public var issues = 0
  /// Bytes of streams and datagrams that are no message.
  public var skippedBytes: Int64 = 0
  /// Bytes of streams and datagrams that are not in the capture.
  public var lostBytes: Int64 = 0
  /// What the packets turned out to be.
  public var packets = PacketCounts()
}

extension DecodingCounts {
  /// What has been counted since.
  static func - (now: DecodingCounts, before: DecodingCounts) -> DecodingCounts {
    var counts = now
    counts.flows -= before.flows
    counts.datagramFlows -= before.datagramFlows
    counts.candidates -= before.candidates
    counts.detected -= before.detected
    counts.unansweredAttempts -= before.unansweredAttempts
    counts.messages = now.messages - before.messages
    counts.responseEntries -= before.responseEntries
    counts.issues -= before.issues
    counts.skippedBytes -= before.skippedBytes
    counts.lostBytes -= before.lostBytes
    counts.packets = now.packets - before.packets
    return counts
  }
}

/// Where all decoders of a capture write to: the current batch, which is handed on whenever it is full.
final class DecodingOutput {
  /// Rows go on to the writer in portions of about this size.
  private static let batchBytes = 1 << 18

  // Used with each message, and never lent to anybody: nothing is gained by looking out for overlapping accesses.
  @exclusivity(unchecked) private(set) var rows: RowBatch
  @exclusivity(unchecked) var counts = DecodingCounts()
  /// The row of `run` that new connections belong to.
  var run: Int64 = 0
  let engine: EngineRows
  private var options: DecodingOptions
  /// What messages are parsed with, by state.
  let states: [ConnectionState]
  let info: SpecificationInfo
  private let handOn: (RowBatch) -> Void
  private let spare: () -> RowBatch?
  /// The fields of the unit that is being watched; used again for the next.
  @exclusivity(unchecked) var tree = FieldTree()
  /// nil where no message is observed, which costs nothing. What is watched is not stored.
  let observer: (any DecodingObserver)?

  /// - Parameters:
  ///   - spare: gives a batch that is no longer needed, if there is one.
  ///   - handOn: takes a full batch.
  init(
    nextIDs: [Int64], specification: any Specification.Type, options: DecodingOptions = DecodingOptions(),
    observer: (any DecodingObserver)? = nil, spare: @escaping () -> RowBatch? = { nil },
    handOn: @escaping (RowBatch) -> Void
  ) {
    states = specification.states
    info = specification.info
    counts.messages = MessageCounts(kinds: info.messageKinds)
    rows = RowBatch(nextIDs: nextIDs, capacity: Self.batchBytes + (1 << 16))
    rows.omittedDetails = options.omittedDetails(of: info)
    engine = EngineRows(after: info.tables)
    self.options = options
    self.spare = spare
    self.handOn = handOn
    self.observer = observer
  }

  func change(to options: DecodingOptions) {
    self.options = options
    rows.omittedDetails = options.omittedDetails(of: info)
  }

  /// Hands the batch on if it is full.
  func handOnIfFull() {
    if rows.byteCount >= Self.batchBytes { flush() }
  }

  /// Hands the batch on, however little is in it.
  func flush() {
    guard rows.rowCount > 0 else { return }
    let full = rows
    if let spare = spare() {
      spare.restart(after: full)
      rows = spare
    } else {
      rows = RowBatch(after: full)
    }
    handOn(full)
  }

  func event(flow: Int64, direction: Int, time: Int64, _ event: String) {
    if options.storesEvents { engine.event(rows, flow: flow, direction: direction, time: time, event) }
  }

  /// Finds what a message answers, or what answers it, if it has a key; else lets it wait.
  ///
  /// What is watched is not stored: then a message is known by its number among all of them.
  /// - Parameter bytes: of the message.
  @discardableResult
  func match(
    _ message: DecodedMessage, _ envelope: Envelope, _ bytes: UnsafeRawBufferPointer, in exchange: inout Exchange
  ) -> Counterparts {
    guard let match = message.responses.match else { return Counterparts() }
    let id = observer == nil ? message.id : Int64(counts.messages.total) + 1
    let found = exchange.take(match, message: id, envelope, bytes)
    guard observer == nil else { return found }
    if let request = found.request {
      engine.answer(rows, message: id, time: envelope.time, to: request.message, delay: request.delay)
    }
    if let answer = found.answer {
      engine.answer(rows, message: answer.message, time: envelope.time + answer.delay, to: id, delay: answer.delay)
    }
    return found
  }

  /// Keeps a message as it was on the wire, if that is wanted.
  func bytes(_ bytes: UnsafeRawBufferPointer, ofMessage id: Int64) {
    if options.storesBytes { engine.bytes(rows, message: id, bytes) }
  }

  /// Tells a violated constraint of a message, or of a unit that answers or follows it.
  /// - Parameter place: of the message's or the unit's first byte.
  func issue(_ issue: Issue, of message: Int64, _ place: Envelope) {
    self.issue(
      DecodeIssue(
        flow: place.flow, direction: place.direction, message: message, time: place.time,
        streamOffset: place.streamOffset + Int64(issue.offset), length: Int64(issue.length), kind: issue.kind,
        path: issue.path, detail: issue.detail))
  }

  func issue(_ issue: DecodeIssue) {
    counts.issues += 1
    observer?.reported(issue)
    engine.issue(rows, issue)
  }
}
