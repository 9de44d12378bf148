import Foundation
import GRDB
import LayerBuilding
import NanoParser
import ParserRuntime
import Testing

@testable import Capture

/// Packets of messages: whoever imports them has these messages again.
@Suite struct PacketExportTests {
  private let folder: TemporaryExports
  private static let samples = ["node-v24-bootstrap", "node-v25-ascending"].map {
    URL(filePath: #filePath).appending(path: "../../../Samples/\($0).pcap").standardized
  }

  init() throws { folder = try TemporaryExports() }

  // MARK: Of a capture file

  @Test func `all messages of a capture have all of its packets that carry any`() throws {
    for sample in Self.samples {
      let store = try folder.imported(try folder.copy(sample))
      let exported = try folder.export(.pcap, nil, from: store)
      #expect(try folder.messages(of: try folder.imported(exported)) == folder.messages(of: store), "\(sample)")
      let originals = try FileRun([UInt8](try Data(contentsOf: sample))).records
      let records = try FileRun([UInt8](try Data(contentsOf: URL(filePath: exported)))).records
      #expect(records.count < originals.count && Self.isPart(records, of: originals), "\(sample)")
    }
  }

  @Test func `messages of a filter are there, with those that share their packets`() throws {
    let store = try folder.imported(try folder.copy(Self.samples[1]))
    let originals = try FileRun([UInt8](try Data(contentsOf: Self.samples[1]))).records
    for filter in [
      "flow == 1", "type == telemetry_ack", "type == asc_pull_ack and length > 2000", "direction == 1", "flow != 1",
    ] {
      let selected = try folder.messages(of: store, filter)
      let exported = try folder.export(.pcapng, filter, from: store)
      let found = try folder.messages(of: try folder.imported(exported))
      #expect(!selected.isEmpty && found.isSuperset(of: selected), "\(filter): \(selected.subtracting(found).count)")
      #expect(found.isSubset(of: try folder.messages(of: store)), "\(filter)")
      let records = try FileRun([UInt8](try Data(contentsOf: URL(filePath: exported)))).records
      #expect(Self.isPart(records, of: originals) && records.count < originals.count, "\(filter)")
    }
    let connection = try folder.messages(of: try folder.imported(try folder.export(.pcap, "flow == 1", from: store)))
    #expect(try connection == folder.messages(of: store, "flow == 1"))
  }

  /// Whether records are some of others, in their order.
  private static func isPart(_ records: [CaptureBytes.Record], of all: [CaptureBytes.Record]) -> Bool {
    var rest = all[...]
    return records.allSatisfy { record in
      guard let place = rest.firstIndex(of: record) else { return false }
      rest = rest[(place + 1)...]
      return true
    }
  }

  @Test func `a message has all of its packets: segments, also where they came late, and fragments`() throws {
    var frames = TCPFrames()
    let message = Self.keepalive(7)
    let parts = [message.prefix(50), message[50..<60], message.suffix(92)].map { frames.record(2, Array($0)) }
    let other = frames.record(9, Self.keepalive(8))
    // The second part comes behind the third.
    let records = frames.handshake + [parts[0], parts[2], parts[1], other]
    let store = try folder.imported(try folder.write(records))
    let exported = try FileRun([UInt8](try folder.exported(.pcap, "length == 152 and flow == 1", from: store)))
    #expect(exported.records == records)
    let first = try FileRun([UInt8](try folder.exported(.pcap, nil, "id = 1", from: store)))
    #expect(first.records == Array(records.dropLast()))

    let segment = LayerBuilder.tcp(Self.keepalive(9))
    let fragments = [
      LayerBuilder.ip(4, 6, Array(segment.prefix(80)), fragment: 0x2000),
      LayerBuilder.ip(4, 6, Array(segment.dropFirst(80)), fragment: 10),
    ].map(LayerBuilder.ethernet).enumerated().map {
      CaptureBytes.Record(time: 1_700_000_000_000_000_000 + Int64($0) * 1000, bytes: $1)
    }
    let fragmented = try folder.imported(try folder.write(fragments))
    #expect(try FileRun([UInt8](try folder.exported(.pcap, nil, from: fragmented))).records == fragments)
  }

  @Test func `a flow's first frame tells whose it is, though it carries none of the messages`() throws {
    // Neither port is the description's: who speaks first has asked.
    var frames = TCPFrames()
    let records = [
      frames.record(1, Self.keepalive(1)), frames.record(2, Self.keepalive(2), isAnswer: true),
      frames.record(3, Self.keepalive(3), isAnswer: true),
    ]
    let store = try folder.imported(try folder.write(records))
    let exported = try folder.export(.pcap, "direction == 1", from: store)
    #expect(
      try folder.messages(of: try folder.imported(exported), "direction == 1")
        == folder.messages(of: store, "direction == 1"))
  }

  // MARK: Of bytes

  @Test func `packets that are made of bytes carry the same messages at the same times`() throws {
    for sample in Self.samples {
      let copy = try folder.copy(sample)
      let store = try folder.imported(copy, storesBytes: true)
      try FileManager.default.removeItem(atPath: copy)
      for filter in [nil, "flow == 1", "direction == 1", "length > 200", "type == keepalive"] {
        let exported = try folder.export(.pcap, filter, from: store)
        // Wrong checksums would be dropped.
        let again = try folder.imported(exported) { $0.checksums = .drop }
        #expect(try folder.messages(of: again) == folder.messages(of: store, filter), "\(sample) \(filter ?? "")")
        #expect(try Self.isRight(exported))
      }
    }
  }

  /// Whether no checksum is left to a device.
  private static func isRight(_ path: String) throws -> Bool {
    try FileRun([UInt8](try Data(contentsOf: URL(filePath: path)))).records.allSatisfy { record in
      record.bytes.withUnsafeBytes { bytes in
        let (header, place) = bytes[0] >> 4 == 4 ? (20, 16) : (40, 16)
        let transport = bytes[0] >> 4 == 4 ? bytes[9] : bytes[6]
        return bytes.big16(header + (transport == 6 ? place : 6)) != 0
      }
    }
  }

  @Test func `connections of IPv6 and flows of datagrams are made again`() throws {
    let segment = LayerBuilder.tcp(Self.keepalive(1) + Self.keepalive(2))
    let record = CaptureBytes.Record(
      time: 1_700_000_000_000_123_000, bytes: LayerBuilder.ethernet(LayerBuilder.ip(6, 6, segment)))
    let capture = try folder.write([record])
    let store = try folder.imported(capture, storesBytes: true)
    try FileManager.default.removeItem(atPath: capture)
    let again = try folder.imported(try folder.export(.pcap, nil, from: store)) { $0.checksums = .drop }
    #expect(try folder.messages(of: again) == folder.messages(of: store))
    #expect(try folder.messages(of: again).map(\.source) == Array(repeating: "[::1]:50000", count: 2))

    let frames = UDPFrames()
    let datagrams = [
      frames.record(0, Self.gauge(1, 1)), frames.record(1, Self.gauge(2, 2), isAnswer: true),
      frames.record(2, Self.gauge(1, 3) + Self.gauge(1, 4)),
    ]
    let path = try folder.write(datagrams)
    let gauges = try folder.imported(path, as: GaugeSpecification.self, storesBytes: true)
    let original = try folder.exported(.pcap, nil, "id = 4", from: gauges, as: GaugeSpecification.self)
    #expect(try FileRun([UInt8](original)).records == [datagrams[0], datagrams[2]])
    try FileManager.default.removeItem(atPath: path)
    let built = try folder.export(.pcap, nil, from: gauges, as: GaugeSpecification.self)
    let rebuilt = try folder.imported(built, as: GaugeSpecification.self) { $0.checksums = .drop }
    #expect(
      try folder.messages(of: rebuilt, as: GaugeSpecification.self)
        == folder.messages(of: gauges, as: GaugeSpecification.self))
  }

  @Test func `what is far away in a stream is not taken for another connection's`() throws {
    var frames = TCPFrames()
    var records = frames.handshake
    for step in 1...40 {
      // Lost, and more than two windows in all; the receiver has it.
      for _ in 0..<60 { _ = frames.record(0, [UInt8](repeating: 0, count: 60_000)) }
      for part in 0..<3 {
        records.append(frames.record(Int64(step * 2000 + part), Self.keepalive(UInt8(step + 60 * part))))
      }
      records.append(frames.record(Int64(step) * 2000 + 3, Self.keepalive(255), isAnswer: true))
    }
    let capture = try folder.write(records)
    let store = try folder.imported(capture, storesBytes: true)
    let filter = "direction == 0 and stream_offset in {3600000, 75609120, 144017784}"
    let selected = try folder.messages(of: store, filter)
    try #require(selected.count == 3)
    let some = try folder.imported(try folder.export(.pcap, filter, from: store))
    #expect(try folder.messages(of: some).isSuperset(of: selected))
    try FileManager.default.removeItem(atPath: capture)
    let built = try folder.imported(try folder.export(.pcap, filter, from: store))
    #expect(try folder.messages(of: built) == selected)
  }

  // MARK: What cannot be had

  /// A database may come from anywhere.
  @Test func `times and places that nothing can have make packets too`() throws {
    for values in [
      "time_us = -1", "time_us = -9223372036854775808", "time_us = 9223372036854775807", "stream_offset = -1",
      "stream_offset = -9223372036854775808", "stream_offset = 9223372036854775807", "length = 9223372036854775807",
      "stream_offset = 9223372036854775807, length = 9223372036854775807", "length = -1",
    ] {
      let capture = try folder.copy(Self.samples[1])
      let store = try folder.imported(capture, storesBytes: true)
      try FileManager.default.removeItem(atPath: capture)
      try DatabaseQueue(path: store.name).write { try $0.execute(sql: "UPDATE message SET \(values) WHERE id % 3 = 0") }
      for format in [ExportFormat.pcap, .pcapng] {
        #expect(try folder.exported(format, nil, from: store).count > 10_000, "\(values)")
      }
    }
  }

  @Test func `where neither the capture nor the bytes are there it is said, and nothing is made`() throws {
    let copy = try folder.copy(Self.samples[1])
    let store = try folder.imported(copy)
    #expect(throws: ExportError.noMessages) { try folder.exported(.pcap, "length > 1000000", from: store) }
    try FileManager.default.removeItem(atPath: copy)
    for format in [ExportFormat.pcap, .json] {
      let error = #expect(throws: ExportError.self) { try folder.exported(format, nil, from: store) }
      guard case .noBytes(let count, let reason)? = error else { continue }
      #expect(count > 0 && reason == "\(copy): is no longer there", "\(format)")
    }
    #expect(try folder.exported(.csv, nil, from: store).count > 1000)
  }

  @Test func `packets of several link types are for pcapng`() throws {
    var frames = TCPFrames()
    let ethernet = frames.handshake + [frames.record(1, Self.keepalive(1))]
    let raw = CaptureBytes.Record(
      time: 1_800_000_000_000_000_000, bytes: LayerBuilder.ip(4, 6, LayerBuilder.tcp(Self.keepalive(2))), linkType: 101)
    let store = try folder.imported(try folder.write(ethernet))
    _ = try folder.imported(try folder.write([raw]), into: store)
    #expect(throws: ExportError.linkTypes("EN10MB", "RAW")) { try folder.exported(.pcap, nil, from: store) }
    #expect(try FileRun([UInt8](try folder.exported(.pcapng, nil, from: store))).records == ethernet + [raw])
    #expect(try FileRun([UInt8](try folder.exported(.pcap, "flow == 2", from: store))).records == [raw])
  }

  // MARK: Files

  @Test func `the files are those that others make of the same packets`() throws {
    let records = CaptureBytes.records(3)
    func file(_ format: some PacketFileFormat, _ records: [CaptureBytes.Record]) throws -> [UInt8] {
      var (format, file) = (format, [UInt8]())
      for record in records {
        try format.append(
          ExportedPacket(
            linkType: LinkType(number: record.linkType), time: record.time, bytes: record.bytes,
            wireLength: record.bytes.count), to: &file)
      }
      return file
    }
    #expect(
      try file(PcapFormat(), records)
        == CaptureBytes.pcap(records, isNanoseconds: true, snapshotLength: 262_144))
    let other = CaptureBytes.records(1, linkType: 101)
    let blocks =
      CaptureBytes.section() + CaptureBytes.interface(1, resolution: 9, snapshotLength: 262_144)
      + records.flatMap { CaptureBytes.packet($0.bytes, ticks: UInt64($0.time)) }
      + CaptureBytes.interface(101, resolution: 9, snapshotLength: 262_144)
      + other.flatMap { CaptureBytes.packet($0.bytes, ticks: UInt64($0.time), interface: 1) }
    let written = try FileRun(try file(PcapngFormat(), records + other))
    #expect(try written.records == FileRun(blocks).records && written.damage == nil)
  }

  private static func keepalive(_ filling: UInt8) -> [UInt8] {
    [0x52, 0x43, 19, 19, 18, 2, 0, 0] + [UInt8](repeating: filling, count: 144)
  }

  private static func gauge(_ kind: UInt8, _ value: UInt8) -> [UInt8] { [0x47, kind, 0, value] }
}
