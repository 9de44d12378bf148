import DequeModule
import ParserRuntime

/// Reads captures unit by unit: packets are read only as units are asked for.
final class UnitReader {
  /// Packets between one question whether to go on and the next.
  private static let patience = 4096

  private let pipeline: DecodingPipeline
  private let units = UnitQueue()
  private let filter: PacketFilter?
  private var files: ArraySlice<String>
  private var source: PacketFile?
  private var warnings: [CaptureWarning] = []
  private var packets = 0
  /// Whether all has been read.
  private(set) var isAtEnd = false

  /// - Parameters:
  ///   - files: paths of capture files, or `-` for standard input; connections go on from one to the next.
  ///   - filter: a BPF filter for the packets, as a run has it: it makes sense for one of their link types at least.
  /// - Throws: Where the filter is none, or the options do not fit the specification.
  init(
    _ files: [String], as specification: any Specification.Type, filter: String?, options: DecodingOptions
  ) throws(CaptureError) {
    try options.check(specification)
    pipeline = DecodingPipeline(
      specification, run: 1, nextIDs: .unused(for: specification.info), options: options, observer: units
    ) { _ in }
    self.filter = try PacketFilter.ofRun(filter)
    self.files = files[...]
  }

  /// The next unit, in the order of decoding.
  /// - Parameter goesOn: asked now and then; false gives up for now.
  /// - Returns: nil at the end, or where it was given up.
  /// - Throws: Where a file cannot be read.
  func next(while goesOn: () -> Bool = { true }) throws(CaptureError) -> TracedUnit? {
    while true {
      if let unit = units.take() { return unit }
      guard !isAtEnd else { return nil }
      try read()
      packets += 1
      if packets % Self.patience == 0, !goesOn() { return nil }
    }
  }

  /// Reads a packet, or opens the next file, or ends.
  private func read() throws(CaptureError) {
    guard let source else {
      guard let file = files.popFirst() else {
        isAtEnd = true
        return pipeline.finish()
      }
      source = try PacketFile(path: file, filter: filter)
      return
    }
    if let packet = try source.next() { return pipeline.receive(packet) }
    close()
  }

  private func close() {
    warnings += source?.warnings ?? []
    source = nil
  }

  /// Ends the reading, wherever it is.
  /// - Returns: What the captures held, as far as they were read.
  func finish() -> MessageReader.Summary {
    units.close()
    close()
    if !isAtEnd { pipeline.finish() }
    isAtEnd = true
    return MessageReader.Summary(decoding: pipeline.counts, warnings: warnings)
  }
}

extension [Int64] {
  /// Ids for rows that nobody keeps.
  static func unused(for info: SpecificationInfo) -> [Int64] {
    [Int64](repeating: 1, count: info.tables.count + EngineRows.Kind.allCases.count)
  }
}

/// Makes `TracedUnit`s of what decoding shows, and keeps them until they are taken.
private final class UnitQueue: DecodingObserver {
  private var units: Deque<TracedUnit> = []
  /// Whether nobody takes any more.
  private var isClosed = false
  private var connections: [Int64: (record: FlowRecord, initiator: String, responder: String)] = [:]
  private var messages = 0
  /// Of the unit that is told next.
  private var issues: [Issue] = []

  func take() -> TracedUnit? { units.popFirst() }

  func close() {
    isClosed = true
    units = []
  }

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
    guard !isClosed, let flow = connections[unit.flow] else { return }
    let isResponse = !unit.kind.isMessage
    let type = unit.fields.fields.first?.type
    let name = if case .message(let name?) = unit.kind { name } else { type?.description ?? "" }
    units.append(
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
