import Foundation
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
  /// - Returns: How many there are whose bytes are no longer to be had, and why.
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
  /// - Returns: How many there are whose bytes are no longer to be had, and why.
  /// - Throws: `QueryError` where a condition is none, or where the store cannot be read.
  public func run(
    where conditions: [RowCondition], limit: Int, _ body: (TracedUnit) -> Bool
  ) throws -> (missing: Int, reason: String?) {
    let rows = try places(conditions, limit)
    var units = try stored(rows)
    var reason: String?
    // All columns: databases of older versions lack some.
    let runs = try engine.values(RowRequest("run", order: "id"))
    let unread = Dictionary(grouping: rows.filter { units[$0.id] == nil }, by: \.run)
    for (id, wanted) in unread.sorted(by: { $0.key < $1.key }) {
      do throws(CaptureError) {
        units.merge(try read(wanted, from: StoredRun(id: id, rows: runs))) { first, _ in first }
      } catch {
        reason = error.description
      }
    }
    let missing = rows.count { units[$0.id] == nil }
    try addCounterparts(to: &units)
    for row in rows {
      guard let unit = units[row.id] else { continue }
      guard body(unit) else { break }
    }
    return (missing, reason)
  }

  // MARK: The store

  /// Where a message is, by what a capture tells of it.
  private struct Place: Hashable {
    var transport: Transport
    var initiator: String
    var responder: String
    var opened: Int64
    var direction: Int64
    var offset: Int64
  }

  private struct Row {
    var id: Int64
    var place: Place
    var time: Int64
    /// The id of its row in `run`.
    var run: Int64
    /// Whether its flow was told by its bytes.
    var isDetected: Bool
    /// All that is stored in `message`, by column.
    var message: [String: QueryValue]
  }

  private func places(_ conditions: [RowCondition], _ limit: Int) throws(QueryError) -> [Row] {
    let messages = try engine.values(RowRequest("message", where: conditions, order: "id", limit: limit))
    let flows = try values("flow", by: "id", Array(Set(messages.compactMap { $0["flow_id"] })))
    let flowsByID = Dictionary(flows.map { ($0["id"], $0) }) { first, _ in first }
    return messages.compactMap { message in
      guard let flow = flowsByID[message["flow_id"]] else { return nil }
      func endpoint(_ side: String) -> String {
        endpointText(flow["\(side)ip"]?.words ?? "", flow["\(side)port"]?.words ?? "")
      }
      let place = Place(
        transport: Transport(stored: flow["transport"]), initiator: endpoint("src"), responder: endpoint("dst"),
        opened: flow.number("opened_us"), direction: message.number("direction"),
        offset: message.number("stream_offset"))
      return Row(
        id: message.number("id"), place: place, time: message.number("time_us"), run: flow.number("run_id"),
        isDetected: flow.number("detected") == 1, message: message)
    }
  }

  /// Rows by their keys, some at a time: a query has only so many parameters.
  private func values(
    _ table: String, by column: String, _ keys: [QueryValue]
  ) throws(QueryError) -> [[String: QueryValue]] {
    var found: [[String: QueryValue]] = []
    var rest = keys[...]
    while !rest.isEmpty {
      found += try engine.values(RowRequest(table, where: [.oneOf(column, Array(rest.prefix(1000)))]))
      rest = rest.dropFirst(1000)
    }
    return found
  }

  /// Adds what the store knows of requests and their answers.
  private func addCounterparts(to units: inout [Int64: TracedUnit]) throws(QueryError) {
    let table = EngineTables.messageAnswer
    guard specification.info.matchScope != nil, try engine.has(table, QueryControl()) else { return }
    typealias Column = EngineTables.MessageAnswer
    let (message, request) = (Column.message.definition.name, Column.request.definition.name)
    let ids = units.keys.map { QueryValue.integer($0) }
    for (id, other) in [(message, request), (request, message)] {
      for row in try values(table.name, by: id, ids) {
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

  /// Messages whose bytes the store has.
  private func stored(_ rows: [Row]) throws(QueryError) -> [Int64: TracedUnit] {
    let found = try values("message_bytes", by: "message_id", rows.map { .integer($0.id) })
    let bytesByID = Dictionary(found.map { ($0.number("message_id"), $0["bytes"]) }) { first, _ in first }
    var units: [Int64: TracedUnit] = [:]
    let tracer = MessageTracer(specification)
    for row in rows {
      guard case .blob(let bytes)?? = bytesByID[row.id] else { continue }
      let (fields, issues, error) = tracer.fields(
        of: bytes, direction: Int(row.place.direction), from: row.place.transport, storedAs: row.message)
      units[row.id] = TracedUnit(
        number: Int(row.id), name: fields.contentName ?? "", isResponse: false, transport: row.place.transport,
        initiator: row.place.initiator, responder: row.place.responder, opened: row.place.opened, time: row.time,
        direction: Int(row.place.direction), streamOffset: row.place.offset, frame: nil, bytes: bytes, fields: fields,
        issues: issues,
        failure: error.map { TracedUnit.Failure(path: $0.field, offset: $0.offset, reason: $0.description) })
    }
    return units
  }

  // MARK: The capture file

  private func read(_ wanted: [Row], from run: StoredRun) throws(CaptureError) -> [Int64: TracedUnit] {
    guard !run.files.isEmpty else {
      throw CaptureError("the bytes were not stored; to keep them, capture with capture.raw_details")
    }
    for file in run.files where try PacketFile.imported(file, filter: nil) == nil {
      throw CaptureError("\(file.path): is not the capture that was imported")
    }
    var ids = Dictionary(wanted.map { ($0.place, $0.id) }) { first, _ in first }
    var units: [Int64: TracedUnit] = [:]
    var options = DecodingOptions()
    options.overlaps = run.overlaps
    options.checksums = run.checksums
    options.detects = wanted.contains(where: \.isDetected)
    try MessageReader(
      run.files.map(\.path), as: specification, filter: run.filter, options: options
    ).run { unit in
      guard !unit.isResponse, unit.failure == nil else { return true }
      let place = Place(
        transport: unit.transport, initiator: unit.initiator, responder: unit.responder, opened: unit.opened,
        direction: Int64(unit.direction), offset: unit.streamOffset)
      if let id = ids.removeValue(forKey: place) {
        units[id] = unit
        units[id]?.number = Int(id)
        // Its number in the file need not be that in the store.
        units[id]?.answers = nil
        units[id]?.answeredBy = nil
      }
      return !ids.isEmpty
    }
    return units
  }
}

extension [String: QueryValue] {
  fileprivate func number(_ column: String) -> Int64 {
    if case .integer(let value)? = self[column] { value } else { 0 }
  }
}

extension QueryValue {
  fileprivate var words: String? {
    switch self {
    case .text(let value): value
    case .integer(let value): String(value)
    default: nil
    }
  }
}
