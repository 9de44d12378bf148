public import ParserRuntime

/// A message or a unit of a response stream in a capture, field by field, or bytes that are none.
public struct TracedUnit: Sendable {
  /// Of a message its number, from 1 in the order of decoding: its id in a database that only this file was imported
  /// into. nil for what is no complete message.
  public var number: Int?
  /// The message's name; of a unit the response stream's type.
  public var name: String
  /// Whether it is a unit of a response stream.
  public var isResponse: Bool
  /// What carried it.
  public var transport: Transport
  /// Address and port of the side that opened the connection, or asked first.
  public var initiator: String
  /// Address and port of the side that was connected to.
  public var responder: String
  /// When the connection or flow began, in µs since 1970-01-01 UTC.
  public var opened: Int64
  /// When the unit was complete, in µs since 1970-01-01 UTC.
  public var time: Int64
  /// 0 from the initiator, 1 to it.
  public var direction: Int
  /// Place of the unit's first byte in the direction's stream, or behind the datagrams before.
  public var streamOffset: Int64
  /// The frame of the capture that the unit begins in, or that a failure lies in.
  public var frame: Int?
  /// The unit's bytes; of what could not be parsed those up to the failure, and some behind it.
  public var bytes: [UInt8]
  /// The fields; of what could not be parsed those before the failure.
  public var fields: FieldTree
  /// Violated constraints.
  public var issues: [Issue]
  /// Why it could not be parsed; nil where it could.
  public var failure: Failure?
  /// The message that it answers, by a key that both have.
  public var answers: Counterpart?
  /// The message that answers it; in a capture file, which is read from front to back, only where it was decoded first.
  public var answeredBy: Counterpart?

  /// The other one of a request and its answer.
  public struct Counterpart: Sendable {
    /// The message's number, as `number` has it.
    public var number: Int
    /// From the request to its answer, in µs.
    public var delay: Int64

    init(number: Int, delay: Int64) { (self.number, self.delay) = (number, delay) }

    init(_ counterpart: Capture.Counterpart) {
      self.init(number: Int(counterpart.message), delay: counterpart.delay)
    }
  }

  /// Why a unit could not be parsed, and where.
  public struct Failure: Sendable {
    /// The field's path from the unit's type, such as `body.reading.values`.
    public var path: String
    /// Place in the unit, in bytes.
    public var offset: Int
    /// What kind of failure it is, and what was found.
    public var reason: String
  }

  /// Address and port of the side that sent it.
  public var source: String { direction == 0 ? initiator : responder }
  /// Address and port of the side that it was sent to.
  public var destination: String { direction == 0 ? responder : initiator }
}

/// Reads all messages of a capture, field by field, in the order of decoding.
public struct MessageReader {
  private let specification: any Specification.Type
  private let files: [String]
  private let filter: String?
  private let options: DecodingOptions

  /// - Parameters:
  ///   - files: paths of capture files, or `-` for standard input; connections go on from one to the next.
  ///   - filter: a BPF filter for the packets, as a run has it: it makes sense for one of their link types at least.
  public init(
    _ files: [String], as specification: any Specification.Type, filter: String? = nil,
    options: DecodingOptions = DecodingOptions()
  ) {
    self.specification = specification
    self.files = files
    self.filter = filter
    self.options = options
  }

  /// What the captures held.
  public struct Summary: Sendable {
    /// What became of the packets.
    public var decoding = DecodingCounts()
    /// What was wrong with the files.
    public var warnings: [CaptureWarning] = []
  }

  /// Reads the files.
  /// - Parameter body: takes what is found; returning false ends the reading.
  /// - Returns: What the captures held, as far as they were read.
  /// - Throws: Where a file cannot be read, or the filter is none.
  @discardableResult
  public func run(_ body: @escaping (TracedUnit) -> Bool) throws(CaptureError) -> Summary {
    try options.check(specification)
    var summary = Summary()
    let observer = UnitForwarder(body)
    let pipeline = DecodingPipeline(
      specification, run: 1, nextIDs: .unused(for: specification.info), options: options, observer: observer
    ) { _ in }
    let packetFilter = try PacketFilter.ofRun(filter)
    for file in files where observer.goesOn {
      let source = try PacketFile(path: file, filter: packetFilter)
      while observer.goesOn, let packet = try source.next() { pipeline.receive(packet) }
      summary.warnings += source.warnings
    }
    pipeline.finish()
    summary.decoding = pipeline.counts
    if observer.goesOn, summary.decoding.messages.total == 0, let file = files.first, files.count == 1 {
      let glance = TrafficGlance(path: file, specification.info, filter: filter, detects: options.detects)
      summary.warnings.append(.noMessages(file: file, glance))
    }
    return summary
  }
}

extension TracedUnit {
  /// What the unit is, or was to be as far as it was parsed: its content's type, without the prefix of message types.
  public var contentName: String? { fields.contentName }
}

extension FieldTree {
  /// The number of a message's content: the last user type that is directly in it.
  var contentType: Int? {
    var last: Int?
    var next = 1
    while next < fields.first?.end ?? 0 {
      if fields[next].type != nil { last = next }
      next = fields[next].end
    }
    return last
  }

  /// Of a message the name: its content's type, without the prefix of message types.
  var contentName: String? {
    guard let type = contentType.flatMap({ fields[$0].type?.description }) else { return nil }
    return type.hasPrefix("msg_") ? String(type.dropFirst(4)) : type
  }
}

extension [Int64] {
  /// Ids for rows that nobody keeps.
  static func unused(for info: SpecificationInfo) -> [Int64] {
    [Int64](repeating: 1, count: info.tables.count + EngineRows.Kind.allCases.count)
  }
}

/// Makes `TracedUnit`s of what decoding shows.
private final class UnitForwarder: DecodingObserver {
  private let body: (TracedUnit) -> Bool
  private(set) var goesOn = true
  private var connections: [Int64: (record: FlowRecord, initiator: String, responder: String)] = [:]
  private var messages = 0
  /// Of the unit that is told next.
  private var issues: [Issue] = []

  init(_ body: @escaping (TracedUnit) -> Bool) { self.body = body }

  func opened(flow: Int64, _ record: FlowRecord) {
    connections[flow] = (record, record.initiator.description, record.responder.description)
  }

  func closed(flow: Int64, bytes: Int64) { connections[flow] = nil }

  func parsed(_ unit: DecodedUnit) {
    if unit.kind.isMessage { messages += 1 }
    forward(unit, nil)
  }

  func failed(_ failure: UnitFailure) {
    issues = []
    forward(
      failure.unit,
      TracedUnit.Failure(path: failure.path, offset: failure.offset, reason: "\(failure.kind): \(failure.detail)"))
  }

  func violated(_ issue: Issue, _ unit: DecodedUnit) { issues.append(issue) }

  private func forward(_ unit: DecodedUnit, _ failure: TracedUnit.Failure?) {
    defer { issues = [] }
    guard goesOn, let flow = connections[unit.flow] else { return }
    let isResponse = !unit.kind.isMessage
    let type = unit.fields.fields.first?.type
    let name = if case .message(let name?) = unit.kind { name } else { type?.description ?? "" }
    goesOn = body(
      TracedUnit(
        number: isResponse || failure != nil ? nil : messages, name: name, isResponse: isResponse,
        transport: flow.record.transport, initiator: flow.initiator, responder: flow.responder,
        opened: flow.record.opened, time: unit.time, direction: unit.direction, streamOffset: unit.offset,
        frame: unit.frame, bytes: [UInt8](unit.bytes), fields: unit.fields, issues: issues, failure: failure,
        answers: unit.counterparts.request.map(TracedUnit.Counterpart.init),
        answeredBy: unit.counterparts.answer.map(TracedUnit.Counterpart.init)))
  }

  func ended(_ stream: StreamEnd) {}
  func resynchronized(flow: Int64, direction: Int, offset: Int64) {}
  func reported(_ issue: DecodeIssue) {}
}
