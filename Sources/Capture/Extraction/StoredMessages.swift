import Foundation
public import ParserRuntime

/// Messages of a database, field by field: from their stored bytes, or from the capture file that they were imported
/// from.
public struct StoredMessages {
  private let specification: any Specification.Type
  private let path: String
  private let connection: ReadConnection

  /// Opens a database for reading.
  /// - Throws: `QueryError` where there is none, or where it cannot be opened.
  public init(database path: String, as specification: any Specification.Type) throws {
    self.specification = specification
    self.path = path
    connection = try ReadConnection(path: path)
  }

  /// - Parameters:
  ///   - condition: SQL that a row of `message` must satisfy; nil for all.
  ///   - limit: no more messages than these, the first ones.
  ///   - body: takes the messages in the order of their ids; returning false ends it.
  /// - Returns: How many there are whose bytes are no longer to be had, and why.
  /// - Throws: `QueryError` where the condition is no SQL, or where the database cannot be read.
  public func run(
    where condition: String?, limit: Int, _ body: (TracedUnit) -> Bool
  ) throws -> (missing: Int, reason: String?) {
    let rows = try places(condition, limit)
    var units = try stored(rows)
    var reason: String?
    let unread = Dictionary(grouping: rows.filter { units[$0.id] == nil }, by: \.run)
    for (id, wanted) in unread.sorted(by: { $0.key < $1.key }) {
      do {
        units.merge(try read(wanted, from: run(id))) { first, _ in first }
      } catch let error as CaptureError {
        reason = error.description
      }
    }
    let missing = rows.count { units[$0.id] == nil }
    for row in rows {
      guard let unit = units[row.id] else { continue }
      guard body(unit) else { break }
    }
    return (missing, reason)
  }

  // MARK: The database

  /// Where a message is, by what a capture tells of it.
  private struct Place: Hashable {
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
  }

  private func places(_ condition: String?, _ limit: Int) throws -> [Row] {
    let cursor = try QueryCursor(
      """
      SELECT m.id, f.srcip, f.srcport, f.dstip, f.dstport, f.opened_us, m.direction, m.stream_offset, m.time_us, r.id
      FROM message AS m JOIN flow AS f ON f.id = m.flow_id JOIN run AS r ON r.id = f.run_id
      WHERE m.id IN (SELECT id FROM message WHERE (\(condition ?? "1")
      ) LIMIT \(limit)) ORDER BY m.id
      """, on: connection, limits: QueryLimits())
    var rows: [Row] = []
    while try cursor.step() {
      let row = cursor.row
      func endpoint(_ column: Int) -> String {
        endpointText(row[column].words ?? "", row[column + 1].words ?? "")
      }
      let place = Place(
        initiator: endpoint(1), responder: endpoint(3), opened: row[5].number, direction: row[6].number,
        offset: row[7].number)
      rows.append(Row(id: row[0].number, place: place, time: row[8].number, run: row[9].number))
    }
    return rows
  }

  private func run(_ id: Int64) throws -> StoredRun {
    // All columns: databases of older versions lack some.
    let cursor = try QueryCursor("SELECT * FROM run ORDER BY id", on: connection, limits: QueryLimits())
    var rows: [[String: QueryValue]] = []
    while try cursor.step() { rows.append(Dictionary(zip(cursor.columns, cursor.row)) { first, _ in first }) }
    return StoredRun(id: id, rows: rows)
  }

  /// Messages whose bytes the database has.
  private func stored(_ rows: [Row]) throws -> [Int64: TracedUnit] {
    var units: [Int64: TracedUnit] = [:]
    let tracer = MessageTracer(specification)
    for row in rows {
      let cursor = try QueryCursor(
        "SELECT bytes FROM message_bytes WHERE message_id = \(row.id)", on: connection, limits: QueryLimits())
      guard try cursor.step(), case .blob(let bytes) = cursor.value(0) else { continue }
      let (nodes, issues, error) = tracer.fields(of: bytes)
      units[row.id] = TracedUnit(
        number: Int(row.id), name: nodes.first?.contentName ?? "", isResponse: false, initiator: row.place.initiator,
        responder: row.place.responder, opened: row.place.opened, time: row.time, direction: Int(row.place.direction),
        streamOffset: row.place.offset, frame: nil, bytes: bytes, nodes: nodes, issues: issues,
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
    try MessageReader(
      run.files.map(\.path), as: specification, filter: run.filter, options: options
    ).run { unit in
      guard !unit.isResponse, unit.failure == nil else { return true }
      let place = Place(
        initiator: unit.initiator, responder: unit.responder, opened: unit.opened, direction: Int64(unit.direction),
        offset: unit.streamOffset)
      if let id = ids.removeValue(forKey: place) {
        units[id] = unit
        units[id]?.number = Int(id)
      }
      return !ids.isEmpty
    }
    return units
  }
}

extension QueryValue {
  fileprivate var number: Int64 { if case .integer(let value) = self { value } else { 0 } }

  fileprivate var words: String? {
    switch self {
    case .text(let value): value
    case .integer(let value): String(value)
    default: nil
    }
  }
}
