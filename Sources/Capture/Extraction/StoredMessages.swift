public import ParserRuntime

/// Messages of a store, field by field: from their stored bytes, or from the capture file that they were imported from.
public struct StoredMessages {
  private let specification: any Specification.Type
  private let engine: any QueryEngine

  /// - Parameter engine: what the messages' rows are asked from.
  public init(_ engine: any QueryEngine, as specification: any Specification.Type) {
    self.specification = specification
    self.engine = engine
  }

  /// - Parameters:
  ///   - condition: what a row of `message` must satisfy, in the store's language; nil for all.
  ///   - limit: no more messages than these, the first ones.
  ///   - body: takes the messages in the order of their ids; returning false ends it.
  /// - Returns: How many of those that were looked at have bytes that are no longer to be had, and why.
  /// - Throws: `QueryError` where the condition is none, or where the store cannot be read.
  public func run(
    where condition: String?, limit: Int, _ body: (TracedUnit) -> Bool
  ) throws -> (missing: Int, reason: String?) {
    try run(where: condition.map { [.expression($0)] } ?? [], limit: limit, body)
  }

  /// - Parameters:
  ///   - conditions: what a row of `message` must satisfy.
  ///   - limit: no more messages than these, the first ones.
  ///   - body: takes the messages in the order of their ids; returning false ends it.
  /// - Returns: How many of those that were looked at have bytes that are no longer to be had, and why.
  /// - Throws: `QueryError` where a condition is none, or where the store cannot be read.
  public func run(
    where conditions: [RowCondition], limit: Int, _ body: (TracedUnit) -> Bool
  ) throws -> (missing: Int, reason: String?) {
    let units = try StoredUnits(engine, as: specification, where: conditions, limit: limit, QueryControl())
    while let some = try units.next() {
      for unit in some where !body(unit) { return (units.missing, units.reason) }
    }
    return (units.missing, units.reason)
  }
}

/// Messages of a store, field by field, some at a time in the order of their ids.
///
/// A capture file is read once, as far as its messages are asked for: they come in the order in which they were decoded,
/// which is that of their ids.
final class StoredUnits {
  /// Messages at a time; each may have `SpecificationInfo.maximumMessageLength` bytes.
  private static let portion = 100
  /// Capture files that are open at once.
  private static let maximumReaders = 64

  private let specification: any Specification.Type
  private let engine: any QueryEngine
  private let control: QueryControl
  private let watch: QueryWatch
  private let selection: SelectedMessages
  private let tracer: MessageTracer
  private var runs: StoredRuns?
  private var readers: [(run: Int64, reader: UnitReader, detects: Bool)] = []
  /// How many messages have bytes that are not to be had.
  private(set) var missing = 0
  /// Why the latest of them have not.
  private(set) var reason: String?

  /// - Parameters:
  ///   - conditions: what a row of `message` must satisfy.
  ///   - limit: no more messages than these, the first ones; nil for all.
  /// - Throws: Where a condition is none, or where the store cannot be read.
  init(
    _ engine: any QueryEngine, as specification: any Specification.Type, where conditions: [RowCondition],
    limit: Int? = nil, _ control: QueryControl
  ) throws(QueryError) {
    self.specification = specification
    self.engine = engine
    self.control = control
    watch = QueryWatch(control)
    tracer = MessageTracer(specification)
    selection = try SelectedMessages(engine, where: conditions, limit: limit, control)
  }

  /// - Returns: The next messages whose bytes are to be had; nil where there are no more.
  func next() throws(QueryError) -> [TracedUnit]? {
    guard let rows = try selection.next(Self.portion) else { return nil }
    var units = try stored(rows)
    let unread = Dictionary(grouping: rows.filter { units[$0.id] == nil }, by: \.run)
    for (run, wanted) in unread.sorted(by: { $0.key < $1.key }) {
      do {
        try read(wanted, from: run, into: &units)
      } catch let error as CaptureError {
        reason = error.description
      } catch let error as QueryError {
        throw error
      } catch {
        reason = "\(error)"
      }
    }
    try watch.check()
    missing += rows.count { units[$0.id] == nil }
    try addCounterparts(to: &units)
    return rows.compactMap { units[$0.id] }
  }

  /// Messages whose bytes the store has.
  private func stored(_ rows: [SelectedMessage]) throws(QueryError) -> [Int64: TracedUnit] {
    let bytes = try engine.storedBytes(of: rows, control)
    var units: [Int64: TracedUnit] = [:]
    for row in rows {
      guard let bytes = bytes[row.id] else { continue }
      let place = row.place
      let (fields, issues, error) = tracer.fields(
        of: bytes, direction: row.direction, from: place.flow.transport, storedAs: row.row.byName)
      units[row.id] = TracedUnit(
        number: Int(row.id), name: fields.contentName ?? "", isResponse: false, transport: place.flow.transport,
        initiator: place.flow.initiator, responder: place.flow.responder, opened: place.flow.opened, time: row.time,
        direction: row.direction, streamOffset: place.offset, frame: nil, bytes: bytes, fields: fields, issues: issues,
        failure: error.map { TracedUnit.Failure(path: $0.field, offset: $0.offset, reason: $0.description) })
    }
    return units
  }

  /// Adds what the store knows of requests and their answers.
  private func addCounterparts(to units: inout [Int64: TracedUnit]) throws(QueryError) {
    let table = EngineTables.messageAnswer
    guard specification.info.matchScope != nil, try engine.has(table, control) else { return }
    typealias Column = EngineTables.MessageAnswer
    let (message, request) = (Column.message.definition.name, Column.request.definition.name)
    let ids = units.keys.map { QueryValue.integer($0) }
    for (id, other) in [(message, request), (request, message)] {
      for row in try engine.storedRows(table.name, by: id, ids, control) {
        let counterpart = TracedUnit.Counterpart(
          number: Int(row.number(other)), delay: row.number(Column.delay.definition.name))
        if id == message {
          units[row.number(id)]?.answers = counterpart
        } else {
          units[row.number(id)]?.answeredBy = counterpart
        }
      }
    }
  }

  // MARK: Capture files

  /// Reads on in the capture files of a run until all messages are found.
  /// - Throws: `CaptureError` where they cannot be read, `QueryError` where the store cannot.
  private func read(_ wanted: [SelectedMessage], from run: Int64, into units: inout [Int64: TracedUnit]) throws {
    let reader = try reader(of: run, detects: wanted.contains(where: \.isDetected))
    var ids = Dictionary(wanted.map { ($0.place, $0.id) }) { first, _ in first }
    while !ids.isEmpty, let unit = try reader.next(while: { watch.goesOn }) {
      guard !unit.isResponse, unit.failure == nil else { continue }
      let flow = FlowPlace(
        transport: unit.transport, initiator: unit.initiator, responder: unit.responder, opened: unit.opened)
      let place = SelectedMessage.Place(flow: flow, direction: Int64(unit.direction), offset: unit.streamOffset)
      guard let id = ids.removeValue(forKey: place) else { continue }
      units[id] = unit
      units[id]?.number = Int(id)
      // Its number in the file need not be that in the store.
      units[id]?.answers = nil
      units[id]?.answeredBy = nil
    }
  }

  /// What reads the capture files of a run, wherever it is in them; from their beginning where it is at their end.
  private func reader(of run: Int64, detects: Bool) throws -> UnitReader {
    if let place = readers.firstIndex(where: { $0.run == run }) {
      let known = readers.remove(at: place)
      if !known.reader.isAtEnd, known.detects || !detects {
        readers.append(known)
        return known.reader
      }
    }
    let runs = try self.runs ?? StoredRuns(engine, control)
    self.runs = runs
    let stored = runs.run(run)
    try stored.checkFiles()
    var options = DecodingOptions()
    options.overlaps = stored.overlaps
    options.checksums = stored.checksums
    options.detects = detects
    let reader = try UnitReader(
      stored.files.map(\.path), as: specification, filter: stored.filter, options: options)
    readers.append((run, reader, detects))
    if readers.count > Self.maximumReaders { readers.removeFirst() }
    return reader
  }
}

extension QueryEngine {
  /// The bytes of messages, as far as the store has them, by the messages' ids.
  func storedBytes(of messages: [SelectedMessage], _ control: QueryControl) throws(QueryError) -> [Int64: [UInt8]] {
    let rows = try storedRows("message_bytes", by: "message_id", messages.map { .integer($0.id) }, control)
    let found = rows.compactMap { row -> (Int64, [UInt8])? in
      if case .blob(let bytes)? = row["bytes"] { (row.number("message_id"), bytes) } else { nil }
    }
    return Dictionary(found) { first, _ in first }
  }
}
