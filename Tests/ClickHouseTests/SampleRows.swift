import NanoParser
import ParserRuntime

@testable import Capture
@testable import ClickHouseStore

/// Rows such as a capture makes, with ids that begin anywhere.
struct SampleRows {
  static let info = NanoSpecification.info
  static let engine = EngineRows(after: info.tables)
  /// 2026-11-26 12:00:00 UTC.
  static let noon: Int64 = 1_795_694_400_000_000
  static let day: Int64 = 86_400_000_000

  let flow = FlowRecord(
    run: 7, transport: .tcp, initiator: Self.endpoint(1, 50_000), responder: Self.endpoint(2, 7075),
    opened: Self.noon)

  /// On 10.0.0.0/24.
  private static func endpoint(_ host: UInt8, _ port: UInt16) -> Endpoint {
    let bytes = [10, 0, 0, host]
    return Endpoint(address: IPAddress(v4: bytes), port: port)
  }

  /// A row of `message`, with nothing in it but what the engine writes.
  static func message(_ rows: RowBatch, flow: Int64, time: Int64) -> Int64 {
    typealias Column = EngineTables.Message
    var row = rows.begin(table: 0, id: rows.newID(table: 0))
    let id = row.id
    row.integer(Column.flow, flow)
    row.integer(Column.direction, 1)
    row.integer(Column.time, time)
    row.integer(Column.streamOffset, 40)
    row.integer(Column.length, 8)
    row.end()
    return id
  }

  /// A row of `keepalive_host`.
  static func host(_ rows: RowBatch, message: Int64, _ address: String = "::1", _ port: Int = 7075) {
    var row = rows.begin(table: 1, id: rows.newID(table: 1), link: RowLink(message: message))
    row.text(2, address)
    row.integer(3, port)
    row.end()
  }

  /// A batch of some messages on a connection of their own, each with two hosts; all ids go on from those of `former`.
  static func batch(_ rows: RowBatch, messages: Int, time: Int64 = noon) {
    let sample = SampleRows()
    let flow = engine.flow(rows, sample.flow)
    for number in 0..<messages {
      // What belongs to a message comes before it.
      let id = rows.newID(table: 0)
      for _ in 0..<2 { host(rows, message: id) }
      var row = rows.begin(table: 0, id: id)
      row.integer(EngineTables.Message.flow, flow)
      row.integer(EngineTables.Message.direction, number & 1)
      row.integer(EngineTables.Message.time, time + Int64(number))
      row.end()
    }
    engine.event(rows, flow: flow, direction: 0, time: time, "close connection")
    engine.flowEnd(
      rows, id: flow, sample.flow,
      FlowRecord.End(closed: time, reason: "fin", packets: 9, bytes: Directions { Int64($0) }, lost: 0))
  }

  /// Makes batches, one after another, until `each` says that it is enough.
  static func forEachBatch(_ ids: [Int64], messages: Int, _ each: (RowBatch) throws -> Bool) throws {
    var rows = RowBatch(nextIDs: ids)
    batch(rows, messages: messages)
    while try each(rows) {
      rows = RowBatch(after: rows)
      batch(rows, messages: messages)
    }
  }

  /// The number by which batches name a table.
  static func number(_ name: String) -> Int { info.batchTables.firstIndex { $0.name == name } ?? -1 }
}

/// Bytes as RowBinary has them.
struct Golden {
  var bytes: [UInt8] = []

  mutating func number(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }

  mutating func text(_ text: String) {
    precondition(text.utf8.count < 128)
    bytes.append(UInt8(text.utf8.count))
    bytes += text.utf8
  }

  static func row(_ fill: (inout Golden) -> Void) -> [UInt8] {
    var golden = Golden()
    fill(&golden)
    return golden.bytes
  }
}
