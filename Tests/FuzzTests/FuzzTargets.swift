import Settings
import Foundation
import NanoParser
import ParserGen
import ParserRuntime

@testable import Capture

/// What is fuzzed: each takes any bytes, and stops the program where something is wrong.
///
/// `make fuzz` runs them with libFuzzer; the tests run them on the seeds, and on changed seeds.
enum FuzzTarget: String, CaseIterable {
  case parser, packets, encapsulations, reassembly, file, capture, description, expression, configuration, statement,
    filter

  func run(_ bytes: UnsafeRawBufferPointer) {
    switch self {
    case .parser: ExpandedInput.expand(bytes).withUnsafeBytes(Self.parse)
    case .packets: Self.decodePackets(bytes)
    case .encapsulations: Self.decodeNest(bytes)
    case .reassembly: Self.reassemble(bytes)
    case .file: Self.readFile(ExpandedInput.expand(bytes))
    case .capture: Self.importCapture(ExpandedInput.expand(bytes))
    case .description: Self.compile(String(decoding: bytes, as: UTF8.self))
    case .expression: Self.compileExpression(String(decoding: bytes, as: UTF8.self))
    case .configuration: Self.configure(String(decoding: bytes, as: UTF8.self))
    case .statement: Self.splitStatement(String(decoding: bytes, as: UTF8.self))
    case .filter: Self.compileFilter(String(decoding: bytes, as: UTF8.self))
    }
  }

  // MARK: Generated parser

  /// Messages one after another, stored and traced.
  private static func parse(_ bytes: UnsafeRawBufferPointer) {
    let info = NanoSpecification.info
    let rows = RowBatch(nextIDs: [Int64](repeating: 1, count: info.tables.count))
    var place = 0
    while place < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[place...])
      _ = NanoSpecification.canBegin(with: rest)
      var reader = ByteReader(rest, isComplete: true)
      var watched = ByteReader(rest, isComplete: true)
      var tree = FieldTree()
      let envelope = Envelope(flow: 1, direction: 0, time: 0, streamOffset: Int64(place))
      do throws(ParseError) {
        let message = try NanoSpecification.decode(&reader, envelope, into: rows)
        precondition(reader.position > 0 && reader.position <= rest.count)
        try NanoSpecification.trace(&watched, tree: &tree)
        precondition(watched.position == reader.position, "watching must not change what is read")
        if var stream = message.responses.answer ?? message.responses.continuation {
          units(&stream, rest, reader.position, rows)
        }
      } catch {
        _ = error.description
        return
      }
      place += reader.position
    }
    var count = 0
    rows.forEachRow { table, values in
      precondition(info.tables.indices.contains(table))
      while let (column, _) = values.next() { precondition(info.tables[table].columns.indices.contains(column)) }
      count += 1
    }
    precondition(count == rows.rowCount)
  }

  private static func units(
    _ stream: inout any ResponseStream, _ bytes: UnsafeRawBufferPointer, _ start: Int, _ rows: RowBatch
  ) {
    var place = start
    while place < bytes.count, !stream.isFinished {
      var reader = ByteReader(UnsafeRawBufferPointer(rebasing: bytes[place...]), isComplete: true)
      guard (try? stream.decodeUnit(&reader, into: rows)) != nil, reader.position > 0 else { return }
      place += reader.position
    }
  }

  // MARK: Engine

  /// Link types, and bytes in front of the IP header; nil where they differ.
  private static let linkTypes: [(type: LinkType, headerLength: Int?)] =
    [(.ethernet, 14), (.linuxCooked, 16), (.linuxCooked2, 20), (.raw, 0), (.null, 4), (.loop, 4)]
    + [9, 51, 104, 105, 109, 117, 119, 127, 163, 166, 204, 239, 242, 258].map { (LinkType(number: $0), nil) }

  /// Frames: a byte for the link type (bits 0 to 5) and whether wrong checksums are dropped (bit 7), then for each frame
  /// two bytes of length as described, what the snapshot length cut, and the description; see `ExpandedInput`. With bit 6
  /// the IP length of each frame is made that of the frame, or zero where an offloading device would fill it in.
  private static func decodePackets(_ bytes: UnsafeRawBufferPointer) {
    guard let first = bytes.first else { return }
    let (type, headerLength) = linkTypes[Int(first & 0x3F) % linkTypes.count]
    var decoder = TransportDecoder(checksums: first & 0x80 == 0 ? .ignore : .drop, transports: [.tcp, .udp])
    var place = 1
    var frames = 0
    while place + 3 <= bytes.count {
      let length = min(Int(bytes[place]) << 8 | Int(bytes[place + 1]), bytes.count - place - 3)
      var frame = ExpandedInput.expand(UnsafeRawBufferPointer(rebasing: bytes[place + 3..<place + 3 + length]))
      if first & 0x40 != 0, let headerLength { setLength(ofDatagramAt: headerLength, in: &frame) }
      frame.withUnsafeBytes { frame in
        let packet = Packet(
          linkType: type, time: Int64(place) * 1_000_000, bytes: frame, wireLength: frame.count + Int(bytes[place + 2]))
        decoder.decode(packet) { segment in
          precondition(segment.payload.count <= segment.payloadLength)
          for byte in segment.payload { blackHole = blackHole &+ byte }
        } datagram: { datagram in
          precondition(datagram.missing >= 0)
          for byte in datagram.payload { blackHole = blackHole &+ byte }
        }
      }
      frames += 1
      place += 3 + length
    }
    let counts = decoder.counts
    let found = counts.segments + counts.datagrams + counts.other + counts.fragments
    let refused = counts.malformed + counts.badChecksums + counts.encrypted + counts.tooDeep
    precondition(found + refused == frames)
  }

  /// Sets the total length of IPv4 or the payload length of IPv6; zero is what offloading leaves there for more than
  /// 65,535 bytes.
  private static func setLength(ofDatagramAt start: Int, in frame: inout [UInt8]) {
    guard start + 6 <= frame.count else { return }
    let isVersion6 = frame[start] >> 4 == 6
    let length = frame.count - start - (isVersion6 ? 40 : 0)
    let field = UInt16(exactly: length) ?? 0
    let place = start + (isVersion6 ? 4 : 2)
    frame[place] = UInt8(field >> 8)
    frame[place + 1] = UInt8(field & 0xFF)
  }

  /// Segments of a connection, six bytes each and a payload, through reassembly and decoding: whatever comes, what is
  /// delivered is decoded or told, and memory is bounded. A payload is as it stands, or eight bytes or a message repeated
  /// to up to 65,535 bytes, and all together are twice what is kept in memory at the most.
  private static func reassemble(_ bytes: UnsafeRawBufferPointer) {
    let info = NanoSpecification.info
    let ids = [Int64](repeating: 1, count: info.tables.count + EngineRows.Kind.allCases.count)
    let output = DecodingOutput(nextIDs: ids, specification: NanoSpecification.self) { _ in }
    var decoders: [StreamDecoder] = []
    var limits = FlowLimits()
    (limits.flows, limits.attempts, limits.memory) = (8, 8, 1 << 17)
    let table = FlowTable(
      servicePorts: info.ports, limits: limits, policy: (bytes.first ?? 0) & 1 == 0 ? .firstWins : .lastWins,
      events: FlowTable.Events(
        open: { _, _, _, _ in
          decoders.append(StreamDecoder(flow: Int64(decoders.count), output: output))
          return (Int64(decoders.count), decoders[decoders.count - 1])
        },
        close: { flow, _ in
          for direction in 0...1 {
            let decoder = decoders[Int(flow.id) - 1]
            let told = decoder.directions[direction].decodedBytes + decoder.directions[direction].skippedBytes
            precondition(flow.byteCounts[direction] == told, "a byte is lost, or told twice")
          }
        }))
    let address = [UInt8](repeating: 7, count: 4).withUnsafeBytes { $0.baseAddress.map(IPAddress.init(v4:)) }
    guard let address else { return }
    var sent: [UInt32] = [100, 4_294_967_290]
    var place = 1
    var time: Int64 = 0
    var total = 0
    while place + 6 <= bytes.count, total < 2 * limits.memory {
      let control = bytes[place]
      let direction = Int(control & 1)
      let step = Int32(Int8(bitPattern: bytes[place + 1])) << Int32(control >> 1 & 7) * 3
      let flags = TCPSegment.Flags(rawValue: bytes[place + 2] & 0x17)
      let isRepeated = control & 16 != 0
      let used = min(isRepeated ? (control & 32 == 0 ? 8 : 0) : Int(bytes[place + 3]) * 4, bytes.count - place - 6)
      let slice = UnsafeRawBufferPointer(rebasing: bytes[place + 6..<place + 6 + used])
      let payload = isRepeated ? repeated(slice, count: Int(bytes[place + 3]) * 257) : [UInt8](slice)
      let length = payload.count
      total += length
      let ends = [
        Endpoint(address: address, port: 5000 + UInt16(control >> 6)), Endpoint(address: address, port: 7075),
      ]
      time += Int64(Int8(bitPattern: bytes[place + 4])) << Int64(bytes[place + 5] & 31)
      let sequence = sent[direction] &+ UInt32(bitPattern: step)
      payload.withUnsafeBytes { payload in
        table.receive(
          TCPSegment(
            source: ends[direction], destination: ends[1 - direction], sequence: sequence,
            acknowledgment: sent[1 - direction] &+ UInt32(bytes[place + 5] >> 5), flags: flags, payload: payload,
            payloadLength: length + Int(bytes[place + 5] >> 7), time: time, frame: 0))
      }
      sent[direction] = sequence &+ UInt32(length) &+ (flags.contains(.syn) ? 1 : 0)
      place += 6 + used
    }
    table.finish()
    for decoder in decoders {
      for direction in 0...1 {
        precondition(decoder.directions[direction].buffer.isEmpty)
        precondition(decoder.directions[direction].streams.isEmpty)
      }
    }
  }

  /// A pattern again and again; without one a `keepalive` of Nano.
  private static func repeated(_ pattern: UnsafeRawBufferPointer, count: Int) -> [UInt8] {
    let keepalive: [UInt8] = [0x52, 0x43, 19, 19, 18, 2, 0, 0] + [UInt8](repeating: 1, count: 144)
    return ExpandedInput.repeated(pattern.isEmpty ? keepalive : [UInt8](pattern), count: count)
  }

  /// A capture file on disk, imported as far as to the rows. Compressed ones are left to the target `file`, which bounds
  /// what comes out of them.
  private static func importCapture(_ bytes: [UInt8]) {
    guard bytes.withUnsafeBytes({ Compression(start: $0) }) == nil else { return }
    let path = "/dev/shm/nanocap-fuzz-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).pcap"
    defer { unlink(path) }
    guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else { return }
    let info = NanoSpecification.info
    let watcher = TrafficWatcher(info.outline, canBegin: NanoSpecification.canBegin)
    let pipeline = DecodingPipeline(
      NanoSpecification.self, run: 1, nextIDs: .unused(for: info), options: DecodingOptions(), observer: watcher
    ) { _ in }
    do throws(CaptureError) {
      let file = try PacketFile(path: path, filter: nil)
      _ = file.identity
      while let packet = try file.next() { pipeline.receive(packet) }
    } catch {
      precondition(!error.description.isEmpty)
    }
    pipeline.finish()
    let (findings, totals) = watcher.finish(pipeline.counts, packets: 1)
    precondition(totals.unreadBytes >= 0 && findings.allSatisfy { $0.count > 0 })
  }

  nonisolated(unsafe) private static var blackHole: UInt8 = 0

  // MARK: Texts

  private static func compile(_ text: String) {
    let result = Generator { path in path == "t.ksy" ? text : nil }.generate("t.ksy")
    let isRefused = result.diagnostics.contains { $0.severity == .error }
    precondition(result.files.isEmpty == isRefused, "either code or a reason why not")
  }

  /// An expression in the places where one may stand.
  private static func compileExpression(_ text: String) {
    let literal = text.map { $0 == "'" ? "''" : $0.isNewline || $0 == "\0" ? " " : String($0) }.joined()
    compile(
      """
      meta: {id: t, endian: le}
      seq:
        - {id: a, type: u4}
        - {id: b, size: 8}
        - {id: c, type: part, repeat: until, repeat-until: '\(literal)'}
        - {id: d, size: '\(literal)', if: '\(literal)'}
      instances:
        e: {value: '\(literal)'}
      types:
        part: {seq: [{id: x, type: s2}]}
      """)
  }

  private static func configure(_ text: String) {
    let settings = [
      Setting("database", .text, .text(""), ""), Setting("web.port", .integer(1...65535), .integer(1), ""),
      Setting("web.enabled", .flag, .flag(true), ""), Setting("capture.filter", .text, .text(""), ""),
      Setting("capture.checksums", .choice(["ignore", "drop"]), .text("drop"), ""),
    ]
    do throws(ConfigurationError) {
      let file = try ConfigurationFile(text: text, path: "f", settings: settings)
      precondition(file.values.allSatisfy { $0.line > 0 })
    } catch {
      precondition(error.description.hasPrefix("f:"))
    }
  }
}
