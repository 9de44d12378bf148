import NanoParser
import ParserRuntime
import Testing

@testable import Capture

/// Runs conversations through reassembly and decoding, and tells the rows without the ids, which depend on the
/// order in which the two directions happen to be decoded.
struct DecodingRun {
  private(set) var rows: [String] = []
  /// Of both directions: bytes delivered, lost, decoded, and told as neither.
  private(set) var bytes: [(delivered: Int64, decoded: Int64, skipped: Int64)] = []
  /// Ranges of both directions that messages and issues without one have.
  private(set) var ranges: [[Range<Int>]] = [[], []]

  init(
    _ packets: [Connection.Packet], as specification: any Specification.Type = NanoSpecification.self,
    policy: OverlapPolicy = .firstWins, options: DecodingOptions = DecodingOptions()
  ) {
    let info = specification.info
    final class Box {
      var batches: [RowBatch] = []
      var decoders: [StreamDecoder] = []
      var delivered: [Directions<Int64>] = []
    }
    let box = Box()
    let ids = [Int64](repeating: 1, count: info.tables.count + EngineRows.Kind.allCases.count)
    let output = DecodingOutput(nextIDs: ids, specification: specification, options: options) {
      box.batches.append($0)
    }
    let table = FlowTable(
      servicePorts: [Connection.server.port], policy: policy,
      events: FlowTable.Events(
        open: { _, _, _, isMidstream in
          box.decoders.append(StreamDecoder(flow: 1, output: output, isMidstream: isMidstream))
          return (1, box.decoders[box.decoders.count - 1])
        }, close: { flow, _ in box.delivered.append(flow.byteCounts) }))
    for packet in packets { Connection().deliver(packet) { table.receive($0) } }
    table.finish()
    output.flush()
    if let decoder = box.decoders.first, let delivered = box.delivered.first {
      bytes = (0...1).map {
        (delivered[$0], decoder.directions[$0].decodedBytes, decoder.directions[$0].skippedBytes)
      }
    }
    collect(box.batches, info)
  }

  private mutating func collect(_ batches: [RowBatch], _ info: SpecificationInfo) {
    var raw: [(table: Int, values: [Int: String])] = []
    for batch in batches {
      batch.forEachRow { table, values in
        var row: [Int: String] = [:]
        while let (column, value) = values.next() {
          switch value {
          case .integer(let number): row[column] = "\(number)"
          case .real(let number): row[column] = "\(number)"
          case .text(let bytes), .blob(let bytes): row[column] = String(decoding: bytes, as: UTF8.self)
          }
        }
        raw.append((table, row))
      }
    }
    for row in raw {
      func range(_ offset: Int, _ length: Int) -> Range<Int> {
        let start = Int(row.values[offset] ?? "") ?? 0
        return start..<start + (Int(row.values[length] ?? "") ?? 0)
      }
      let direction = Int(row.values[2] ?? "") ?? 0
      if row.table == 0 { ranges[direction].append(range(4, 5)) }
      let isIssue = row.table == info.tables.count + EngineRows.Kind.decodeIssue.rawValue
      let isBeside = ["overlap", "stray"].contains(row.values[7])
      if isIssue, row.values[3] == nil, !isBeside { ranges[direction].append(range(5, 6)) }
    }
    // A message is known by its place; rows of other tables by that of their message.
    var places: [String: String] = [:]
    for row in raw where row.table == 0 {
      places[row.values[0] ?? ""] = "\(row.values[2] ?? "")@\(row.values[4] ?? "")"
    }
    rows = raw.map { row in
      guard info.tables.indices.contains(row.table) else {
        return
          "engine \(row.table - info.tables.count): \(row.values.filter { ![0, 3].contains($0.key) }.sorted { $0.key < $1.key }.map(\.value))"
      }
      let table = info.tables[row.table]
      let fields = row.values.sorted { $0.key < $1.key }.compactMap { column, value -> String? in
        let name = table.columns[column].name
        if name == "packet_id" { return places[value] ?? "?" }
        // Ids and the time depend on the order of arrival.
        if name.hasSuffix("id"), name != "request_id", name != "nodeid" { return nil }
        return name == "time_us" ? nil : value
      }
      return "\(table.name): \(fields.joined(separator: " "))"
    }.sorted()
  }
}

@Suite struct RowPropertyTests {
  private typealias Packet = Connection.Packet

  /// What both sides say, in turns; a turn is sent when the one before has arrived.
  private static func turns() -> [(direction: Int, bytes: [UInt8])] {
    func message(_ type: UInt8, _ extensions: UInt16, _ body: [UInt8]) -> [UInt8] {
      [0x52, 0x43, 19, 19, 18, type, UInt8(extensions & 0xFF), UInt8(extensions >> 8)] + body
    }
    func random(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 1...255) } }
    func block() -> [UInt8] {
      let sizes: [(UInt8, Int)] = [(2, 152), (3, 136), (4, 168), (5, 136), (6, 216)]
      let (type, size) = sizes[Int.random(in: 0..<5)]
      return [type] + random(size)
    }
    func talk() -> [UInt8] {
      switch Int.random(in: 0..<6) {
      case 0: return message(2, 0, random(144))
      case 1: return message(5, 0x3100, random(200))
      case 2: return message(4, 0x2100, random(128))
      case 3: return message(3, 0x0600, random(216))
      case 4: return message(12, 0, [])
      default:
        let payload = block() + block() + [1]
        return message(15, UInt16(payload.count), [1] + random(8) + payload)
      }
    }
    var turns: [(Int, [UInt8])] = [
      (0, message(10, 1, random(32))), (1, message(10, 3, random(128))), (0, message(10, 2, random(96))),
    ]
    for _ in 0..<6 {
      switch Int.random(in: 0..<5) {
      case 0:
        let entries = (0..<Int.random(in: 0...5)).flatMap { _ in random(64) }
        turns += [(0, message(8, 0, random(40))), (1, entries + [UInt8](repeating: 0, count: 64))]
      case 1:
        let blocks = (0..<Int.random(in: 0...5)).flatMap { _ in block() }
        turns += [(0, message(6, 0, random(64)) + talk()), (1, blocks + [1] + talk())]
      case 2:
        let flags = UInt8.random(in: 0...2)
        let size = [48, 32, 80][Int(flags)]
        let entries = (0..<Int.random(in: 0...5)).flatMap { _ in random(size) }
        turns += [
          (0, message(11, 0, random(48) + [flags])), (1, random(48) + entries + [UInt8](repeating: 0, count: size)),
        ]
      case 3: turns += [(0, message(7, 0, []) + block() + block() + [1] + talk())]
      default: turns += [(Int.random(in: 0...1), talk() + talk())]
      }
    }
    return turns
  }

  private func packets(_ turns: [(direction: Int, bytes: [UInt8])], cut: (Int) -> Int) -> [Packet] {
    var packets: [Packet] = []
    var sent = [0, 0]
    for (direction, bytes) in turns {
      var place = 0
      while place < bytes.count {
        let end = min(bytes.count, place + max(1, cut(bytes.count)))
        packets.append(
          Packet(
            direction: direction, offset: sent[direction], bytes: Array(bytes[place..<end]),
            acknowledged: sent[1 - direction]))
        sent[direction] += end - place
        place = end
      }
    }
    return packets
  }

  @Test(arguments: 0..<60) func `any cut into segments and any order gives the same rows`(round: Int) {
    let turns = Self.turns()
    let plain = DecodingRun(Connection.handshake + packets(turns) { $0 })
    #expect(plain.rows.count > 10 && !plain.rows.contains { $0.hasPrefix("engine 2") }, "nothing fails to decode")
    let limit = [1, 3, 20, 100, 700][round % 5]
    let segments = packets(turns) { _ in Int.random(in: 1...limit) }
    let order = segments.indices.map { (key: $0 + Int.random(in: 0...30), index: $0) }
      .sorted { ($0.key, $0.index) < ($1.key, $1.index) }
    let mixed = DecodingRun(Connection.handshake + order.map { segments[$0.index] })
    #expect(mixed.rows == plain.rows)
  }
}
