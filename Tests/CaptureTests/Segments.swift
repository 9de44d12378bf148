@testable import Capture

/// Makes the packets of a TCP connection, as values.
struct Connection {
  static let client = Endpoint(address: address(10, 0, 0, 1), port: 50000)
  static let server = Endpoint(address: address(10, 0, 0, 2), port: 7075)

  /// Initial sequence numbers of both sides, whose SYN takes the number itself.
  var isn: [UInt32] = [1000, 4_294_967_000]

  /// A segment and the bytes that it owns.
  struct Packet {
    var direction: Int
    var offset: Int
    var bytes: [UInt8] = []
    var flags: TCPSegment.Flags = .ack
    /// What the sender has of the peer's stream.
    var acknowledged = 0
    var time: Int64 = 0
    /// Bytes behind `bytes` that the capture has cut off.
    var cut = 0
  }

  /// Gives a packet to `body` as a segment; offset -1 is the SYN.
  func deliver(_ packet: Packet, _ body: (TCPSegment) -> Void) {
    packet.bytes.withUnsafeBytes { payload in
      let ends = [Self.client, Self.server]
      body(
        TCPSegment(
          source: ends[packet.direction], destination: ends[1 - packet.direction],
          sequence: isn[packet.direction] &+ 1 &+ UInt32(truncatingIfNeeded: packet.offset),
          acknowledgment: isn[1 - packet.direction] &+ 1 &+ UInt32(truncatingIfNeeded: packet.acknowledged),
          flags: packet.flags, payload: payload, payloadLength: payload.count + packet.cut, time: packet.time,
          frame: 0))
    }
  }

  static let handshake = [
    Packet(direction: 0, offset: -1, flags: .syn), Packet(direction: 1, offset: -1, flags: [.syn, .ack]),
    Packet(direction: 0, offset: 0),
  ]

  private static func address(_ bytes: UInt8...) -> IPAddress {
    // An array of four bytes has an address.
    bytes.withUnsafeBytes { IPAddress(v4: $0.baseAddress.unsafelyUnwrapped) }
  }
}

/// The usual content of a stream, whose bytes tell their places.
func bytes(_ places: Range<Int>) -> [UInt8] { places.map { UInt8($0 & 0xFF) } }

/// A packet with a part of that content.
/// - Parameters:
///   - fill: what all of its bytes are instead.
///   - changed: places whose bytes differ from the usual.
func data(
  _ places: Range<Int>, _ direction: Int = 0, acknowledged: Int = 0, fill: UInt8? = nil, changed: [Int] = [],
  time: Int64 = 0
) -> Connection.Packet {
  Connection.Packet(
    direction: direction, offset: places.lowerBound,
    bytes: places.map { (fill ?? UInt8($0 & 0xFF)) ^ (changed.contains($0) ? 0x80 : 0) }, acknowledged: acknowledged,
    time: time)
}

/// Keeps what a connection delivers.
final class Recorder: StreamConsumer {
  var bytes: [[UInt8]] = [[], []]
  /// What happened, in order: `0+5` five bytes of direction 0, `1-7` seven lost in direction 1, `0.` the end.
  var log: [String] = []
  var times: [Int64] = []
  /// For each delivery whether the peer's stream had come as far as the sender had it.
  var isCausal = true

  func receive(_ stream: StreamBytes) {
    let direction = stream.direction
    if let acknowledged = stream.acknowledged, Int64(bytes[1 - direction].count) < acknowledged { isCausal = false }
    bytes[direction] += stream.bytes
    log.append("\(direction)+\(stream.bytes.count)")
    times.append(stream.time)
  }

  func lose(_ length: Int, direction: Int, time: Int64) { log.append("\(direction)-\(length)") }

  func conflict(_ place: Range<Int64>, direction: Int, time: Int64, isKept: Bool) {
    log.append("\(direction)!\(place.lowerBound)..<\(place.upperBound)")
  }

  func stray(_ length: Int, _ reason: StrayReason, direction: Int, time: Int64) { log.append("\(direction)?\(length)") }

  func end(direction: Int, time: Int64) { log.append("\(direction).") }
}

/// Runs packets through a flow table.
struct TableRun {
  var recorders: [Recorder] = []
  var closed: [(id: Int64, reason: CloseReason, lost: Int64)] = []
  var initiators: [Endpoint] = []
  var isMidstream: [Bool] = []

  init(
    _ packets: [Connection.Packet], _ connection: Connection = Connection(), policy: OverlapPolicy = .firstWins,
    finish: Bool = true
  ) {
    final class Box {
      var recorders: [Recorder] = []
      var closed: [(Int64, CloseReason, Int64)] = []
      var initiators: [Endpoint] = []
      var isMidstream: [Bool] = []
    }
    let box = Box()
    let table = FlowTable(
      servicePorts: [7075], policy: policy,
      events: FlowTable.Events(
        open: { _, initiator, _, isMidstream in
          box.recorders.append(Recorder())
          box.initiators.append(initiator)
          box.isMidstream.append(isMidstream)
          return (Int64(box.recorders.count), box.recorders[box.recorders.count - 1])
        },
        close: { flow, reason in box.closed.append((flow.id, reason, flow.lostBytes)) }))
    for packet in packets { connection.deliver(packet) { table.receive($0) } }
    if finish { table.finish() }
    (recorders, initiators, isMidstream) = (box.recorders, box.initiators, box.isMidstream)
    closed = box.closed
  }
}
