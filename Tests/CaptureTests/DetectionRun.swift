import LayerBuilding
import NanoParser
import ParserRuntime

@testable import Capture

/// What becomes of packets where flows on other ports are told by what they carry.
struct DetectionRun {
  /// All rows in their order, with their ids, but without ports and what tells that a flow was detected.
  private(set) var rows: [String] = []
  /// The ports of rows of `flow`, and whether they say that it was detected.
  private(set) var flows: [String] = []
  private(set) var counts = DecodingCounts()

  /// - Parameters:
  ///   - port: the server's.
  ///   - packets: of a connection, or of several one after another.
  init(
    _ packets: [Connection.Packet], port: UInt16 = 17_075,
    as specification: any Specification.Type = NanoSpecification.self,
    detects: Bool = true, limits: FlowLimits = FlowLimits()
  ) {
    self.init(packets.map { Self.frame($0, port: port) }, as: specification, detects: detects, limits: limits)
  }

  /// - Parameter frames: of Ethernet.
  init(
    _ frames: [CaptureBytes.Record], as specification: any Specification.Type, detects: Bool = true,
    limits: FlowLimits = FlowLimits()
  ) {
    var options = DecodingOptions()
    options.detects = detects
    options.limits = limits
    var batches: [RowBatch] = []
    let pipeline = DecodingPipeline(
      specification, run: 1, nextIDs: .unused(for: specification.info), options: options
    ) { batches.append($0) }
    for frame in frames {
      frame.bytes.withUnsafeBytes { bytes in
        pipeline.receive(
          Packet(linkType: .ethernet, time: frame.time, bytes: bytes, wireLength: frame.bytes.count))
      }
    }
    pipeline.finish()
    counts = pipeline.counts
    for batch in batches { collect(batch, specification.info.batchTables) }
  }

  private mutating func collect(_ batch: RowBatch, _ tables: [SpecificationInfo.Table]) {
    batch.forEachRow { table, values in
      var row: [(name: String, value: String)] = []
      while let (column, value) = values.next() {
        let text =
          switch value {
          case .integer(let number): "\(number)"
          case .real(let number): "\(number)"
          case .text(let bytes), .blob(let bytes): String(decoding: bytes, as: UTF8.self)
          }
        row.append((tables[table].columns[column].name, text))
      }
      let isPort = { (name: String) in ["srcport", "dstport", "detected"].contains(name) }
      rows.append(
        tables[table].name + row.filter { !isPort($0.name) }.map { " \($0.name)=\($0.value)" }.joined())
      if tables[table].name == "flow" {
        flows.append(row.filter { isPort($0.name) }.map(\.value).joined(separator: " "))
      }
    }
  }

  /// A packet as a frame; the client's port is 50000.
  static func frame(_ packet: Connection.Packet, client: UInt16 = 50_000, port: UInt16) -> CaptureBytes.Record {
    var bytes: [UInt8] = []
    var time: Int64 = 0
    Connection().deliver(packet) { segment in
      let ports = packet.direction == 0 ? [client, port] : [port, client]
      let header =
        ports.flatMap { LayerBuilder.big16(Int($0)) } + LayerBuilder.big32(Int(segment.sequence))
        + LayerBuilder.big32(Int(segment.acknowledgment)) + [0x50, segment.flags.rawValue, 0, 0, 0, 0, 0, 0]
      var datagram = LayerBuilder.ip(4, 6, header + segment.payload)
      if packet.direction == 1 { datagram.replaceSubrange(12..<20, with: [10, 0, 0, 2, 10, 0, 0, 1]) }
      bytes = LayerBuilder.ethernet(datagram)
      time = 1_700_000_000_000_000_000 + segment.time * 1000
    }
    return CaptureBytes.Record(time: time, bytes: bytes)
  }
}
