import ClickHouseSchema
import ParserRuntime
import Testing

@testable import Capture
@testable import ClickHouseStore

@Suite struct EncoderTests {
  private let encoder = RowEncoder(RowPlan(SampleRows.info, ClickHouseLayout(SampleRows.info)), sensor: 5)
  private let rows = RowBatch(nextIDs: Array(repeating: 1000, count: SampleRows.info.batchTables.count))
  private let noon = SampleRows.noon

  private func encode(_ batch: RowBatch? = nil) { encoder.encode(batch ?? rows, clock: 1_000_000) }

  private func buffers(_ table: String) -> [RowBuffer] { encoder.buffers.filter { $0.table.name == table } }

  private func bytes(_ table: String) -> [UInt8] { buffers(table).flatMap { [UInt8]($0.bytes) } }

  /// What rows take over from the sample's connection.
  private static func flow(_ golden: inout Golden) {
    golden.number(Int64(7))
    golden.number(UInt8(4))
    golden.text("10.0.0.1")
    golden.number(UInt16(50_000))
    golden.text("10.0.0.2")
    golden.number(UInt16(7075))
  }

  @Test func `connections and their ends`() {
    let sample = SampleRows().flow
    let id = SampleRows.engine.flow(rows, sample)
    var found = sample
    found.isDetected = true
    SampleRows.engine.flowEnd(
      rows, id: id, found,
      FlowRecord.End(closed: noon + 1, reason: "fin", packets: 3, bytes: Directions { Int64($0 + 8) }, lost: 2))
    encode()
    func head(_ golden: inout Golden) {
      golden.number(Int64(1000))
      Self.flow(&golden)
      golden.number(noon)
    }
    let open = Golden.row { golden in
      head(&golden)
      golden.number(UInt8(1))  // closed_us
      golden.number(UInt8(1))  // close_reason
      golden.number(UInt8(0))  // midstream
      for _ in 0..<4 { golden.number(UInt8(1)) }
      golden.number(UInt8(0))
      golden.text("tcp")
      golden.number(UInt8(1))  // detected
      golden.number(UInt16(5))
      golden.number(UInt64(1_000_001))
    }
    let closed = Golden.row { golden in
      head(&golden)
      golden.number(UInt8(0))
      golden.number(noon + 1)
      golden.number(UInt8(0))
      golden.text("fin")
      golden.number(UInt8(0))
      for value: Int64 in [3, 8, 9, 2] {
        golden.number(UInt8(0))
        golden.number(value)
      }
      golden.number(UInt8(0))
      golden.text("tcp")
      for byte: UInt8 in [0, 1] { golden.number(byte) }
      golden.number(UInt16(5))
      // Larger, so that it takes the other's place.
      golden.number(UInt64(1_000_002))
    }
    #expect(bytes("flow_state") == open + closed)
  }

  @Test func `what happens on a connection has its addresses`() {
    let flow = SampleRows.engine.flow(rows, SampleRows().flow)
    SampleRows.engine.event(rows, flow: flow, direction: 1, time: noon, "open connection")
    encode()
    let expected = Golden.row { golden in
      golden.number(Int64(1000))
      golden.number(flow)
      golden.number(UInt8(1))
      golden.number(noon)
      golden.text("open connection")
      golden.number(UInt16(5))
      Self.flow(&golden)
    }
    #expect(bytes("flow_event") == expected)
  }

  @Test func `what belongs to a message has its time also where it comes first`() {
    let message = rows.newID(table: 0)
    SampleRows.host(rows, message: message)
    var row = rows.begin(table: 0, id: message)
    row.integer(EngineTables.Message.time, noon)
    row.end()
    encode()
    let expected = Golden.row { golden in
      golden.number(Int64(1000))
      golden.number(message)
      golden.text("::1")
      golden.number(UInt16(7075))
      golden.number(UInt16(5))
      golden.number(noon)
    }
    #expect(bytes("keepalive_host") == expected)
  }

  @Test func `answers have the time of their request however late they come`() {
    let request = SampleRows.message(rows, flow: 1, time: noon)
    encode()
    var last = rows
    // So many that the request is no longer among the last, with an answer now and then.
    for _ in 0..<12 {
      let batch = RowBatch(after: last)
      for _ in 0..<50_000 { _ = SampleRows.message(batch, flow: 1, time: noon + SampleRows.day) }
      SampleRows.host(batch, message: request)
      encode(batch)
      last = batch
    }
    #expect(buffers("keepalive_host").map(\.times) == [RowBuffer.Range(first: noon, last: noon)])
    #expect(buffers("keepalive_host").map(\.rowCount) == [12])
  }

  @Test func `rows of messages that nobody remembers have the time of the last`() {
    _ = SampleRows.message(rows, flow: 1, time: noon)
    SampleRows.host(rows, message: 12)
    encode()
    #expect(buffers("keepalive_host").map(\.times.first) == [noon])
  }

  @Test func `each day has a buffer and so does each table`() {
    for day in [0, 1, 0, 2, 1] as [Int64] {
      SampleRows.host(rows, message: SampleRows.message(rows, flow: 1, time: noon + day * SampleRows.day))
    }
    encode()
    #expect(
      Set(buffers("message").map { "\($0.day?.text ?? "") \($0.rowCount)" }) == [
        "20261126 2", "20261127 2", "20261128 1",
      ])
    #expect(
      Set(buffers("keepalive_host").map { "\($0.day?.text ?? "") \($0.rowCount)" }) == [
        "20261126 2", "20261127 2", "20261128 1",
      ])
    let ids = buffers("message").first { $0.day?.text == "20261127" }?.ids
    #expect(ids == RowBuffer.Range(first: 1001, last: 1004))
    #expect(encoder.take { $0.day?.text == "20261127" }.count == 2)
    #expect(encoder.buffers.count == 4)
  }

  @Test func `connections are forgotten a batch after their end`() {
    let flow = SampleRows.engine.flow(rows, SampleRows().flow)
    encode()
    let end = RowBatch(after: rows)
    SampleRows.engine.flowEnd(
      end, id: flow, SampleRows().flow,
      FlowRecord.End(closed: nil, reason: "idle", packets: 1, bytes: Directions { _ in 0 }, lost: 0))
    // Comes behind it.
    SampleRows.engine.event(end, flow: flow, direction: 0, time: noon, "close connection")
    encode(end)
    for _ in 0..<2 { encode(RowBatch(after: end)) }
    let late = RowBatch(after: end)
    SampleRows.engine.event(late, flow: flow, direction: 0, time: noon, "x")
    encode(late)
    let known = Golden.row { Self.flow(&$0) }
    let unknown = Golden.row { golden in
      golden.number(Int64(0))
      golden.number(UInt8(0))
      golden.text("")
      golden.number(UInt16(0))
      golden.text("")
      golden.number(UInt16(0))
    }
    #expect(bytes("flow_event").suffix(unknown.count) == unknown[...])
    #expect(bytes("flow_event").contains(known))
  }

  @Test func `what is not stored is remembered for what is`() {
    let flow = SampleRows.engine.flow(rows, SampleRows().flow)
    let message = SampleRows.message(rows, flow: flow, time: noon)
    encoder.note(rows)
    #expect(encoder.buffers.isEmpty)
    let next = RowBatch(after: rows)
    SampleRows.host(next, message: message)
    SampleRows.engine.event(next, flow: flow, direction: 0, time: noon, "x")
    encode(next)
    #expect(buffers("keepalive_host").map(\.times.first) == [noon])
    #expect(bytes("flow_event").suffix(30).contains(Array("10.0.0.2".utf8)))
  }

  @Test func `texts of any length and values of other types`() {
    for count in [0, 1, 127, 128, 16_383, 16_384, 100_000] {
      let (encoder, rows) = (
        RowEncoder(RowPlan(SampleRows.info, ClickHouseLayout(SampleRows.info)), sensor: 1), RowBatch(after: rows)
      )
      SampleRows.host(rows, message: 1, String(repeating: "x", count: count), -1)
      encoder.encode(rows, clock: 0)
      var length: [UInt8] = []
      var rest = count
      repeat {
        length.append(UInt8(rest & 127) | (rest > 127 ? 128 : 0))
        rest >>= 7
      } while rest > 0
      let bytes = encoder.buffers.flatMap { [UInt8]($0.bytes) }
      #expect(Array(bytes[16..<(16 + length.count)]) == length)
      #expect(bytes.count == 16 + length.count + count + 2 + 2 + 8)
      #expect(Array(bytes[(16 + length.count + count)...].prefix(2)) == [255, 255])
    }
    // Fields of several types share a column of texts.
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = bytes.withUnsafeMutableBytes { buffer in
      var cursor = RowCursor(buffer.baseAddress!)
      cursor.write(.integer(-12), as: .bytes)
      cursor.write(.real(0.5), as: .bytes)
      cursor.write(.integer(3), as: .real)
      cursor.write(.real(-7.9), as: .int16)
      cursor.write(.real(.nan), as: .int8)
      return cursor.place - buffer.baseAddress!
    }
    let expected = Golden.row { golden in
      golden.text("-12")
      golden.text("0.5")
      golden.number(3.0.bitPattern)
      golden.number(Int16(-7))
      golden.number(Int8(0))
    }
    #expect(Array(bytes[..<count]) == expected)
  }

  @Test(
    arguments: [
      (0, "19700101"), (86_399_999_999, "19700101"), (86_400_000_000, "19700102"), (951_782_400_000_000, "20000229"),
      (1_709_164_800_000_000, "20240229"), (4_294_967_295_000_000, "21060207"),
      // Seconds have 32 bits.
      (4_294_967_296_000_000, "19700101"), (-1, "19700101"),
    ] as [(Int64, String)]) func `days as the server has them`(time: Int64, day: String)
  {
    #expect(UTCDay(of: time).text == day)
  }

  @Test func `the largest id is known`() {
    SampleRows.batch(rows, messages: 10)
    encode()
    #expect(encoder.lastID == 1019)
  }
}
