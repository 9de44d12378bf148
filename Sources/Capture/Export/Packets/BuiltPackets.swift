import DequeModule
import ParserRuntime

/// Packets that are made of the bytes of messages: of each connection the handshake, and then its messages at their places
/// in the stream; a datagram for each message of UDP.
final class BuiltPackets: PacketSource {
  /// What is missing between messages is no longer than this, in bytes: whoever reads the packets takes what is far away
  /// for another connection's.
  private static let maximumGap: Int64 = 1 << 20
  private static let portion = 100

  private let engine: any QueryEngine
  private let control: QueryControl
  private let selection: SelectedMessages
  private let runs: [Int64: String]
  private var streams: [Int64: BuiltStream] = [:]
  private var ready: Deque<ExportedPacket> = []

  /// - Parameters:
  ///   - conditions: what must hold for a row of `message`.
  ///   - runs: those for whose messages packets are made, and why their capture files do not do.
  init(
    of conditions: [RowCondition], in runs: [Int64: String], from engine: any QueryEngine, _ control: QueryControl
  ) throws(QueryError) {
    self.engine = engine
    self.control = control
    self.runs = runs
    selection = try SelectedMessages(engine, where: conditions, control)
  }

  func next() throws -> ExportedPacket? {
    while ready.isEmpty {
      guard let some = try selection.next(Self.portion) else { return nil }
      let messages = some.filter { runs[$0.run] != nil }
      let bytes = try engine.storedBytes(of: messages, control)
      for message in messages {
        guard let own = bytes[message.id] else {
          throw ExportError.noBytes(
            messages: messages.count { bytes[$0.id] == nil }, reason: runs[message.run] ?? "")
        }
        try add(message, own)
      }
    }
    return ready.popFirst()
  }

  private func add(_ message: SelectedMessage, _ bytes: [UInt8]) throws(ExportError) {
    let id = message.flow.number("id")
    var stream = if let known = streams[id] { known } else { try BuiltStream(message.flow) }
    stream.add(bytes, message) { time, packet in
      let (nanoseconds, isTooLarge) = time.multipliedReportingOverflow(by: 1000)
      ready.append(
        ExportedPacket(
          linkType: .raw, time: isTooLarge ? 0 : nanoseconds, bytes: packet, wireLength: packet.count))
    }
    streams[id] = stream
  }

  /// A flow, as far as its packets have been made.
  private struct BuiltStream {
    let transport: Transport
    let opened: Int64
    let sides: (Endpoint, Endpoint)
    /// Places behind the last message of each direction, in the stream and in the packets.
    var end: Directions<Int64> = [0, 0]
    var sent: Directions<Int64> = [0, 0]
    var isOpen = false

    init(_ flow: StoredRow) throws(ExportError) {
      func endpoint(_ side: String) -> Endpoint? {
        IPAddress(flow.text("\(side)ip"), version: Int(flow.number("ipv"))).map {
          Endpoint(address: $0, port: UInt16(clamping: flow.number("\(side)port")))
        }
      }
      guard let initiator = endpoint("src"), let responder = endpoint("dst") else {
        throw .addresses(flow: flow.number("id"), flow.text("srcip"), flow.text("dstip"))
      }
      sides = (initiator, responder)
      transport = Transport(stored: flow["transport"])
      opened = flow.number("opened_us")
    }

    /// - Parameter emit: takes a time in µs since 1970-01-01 UTC, and a packet.
    mutating func add(_ bytes: [UInt8], _ message: SelectedMessage, _ emit: (Int64, [UInt8]) -> Void) {
      let direction = message.direction
      guard transport == .tcp else {
        let (source, destination) = direction == 0 ? sides : (sides.1, sides.0)
        return emit(message.time, PacketBuilder.datagram(source, destination, bytes))
      }
      if !isOpen {
        emit(opened, segment(0, .syn))
        emit(opened, segment(1, [.syn, .ack]))
        isOpen = true
      }
      let offset = message.streamRange.lowerBound
      let gap = min(max(0, offset - end[direction]), BuiltPackets.maximumGap)
      sent[direction] += gap
      end[direction] = max(end[direction], offset + Int64(bytes.count))
      var rest = bytes[...]
      while !rest.isEmpty {
        let part = rest.prefix(PacketBuilder.segmentRoom(sides.0.address.version))
        emit(message.time, segment(direction, .ack, part))
        sent[direction] += Int64(part.count)
        rest = rest.dropFirst(part.count)
      }
      // That the receiver has gone on tells that what is missing will not come.
      if gap > 0 { emit(message.time, segment(1 - direction, .ack)) }
    }

    /// The streams begin with the sequence number 1.
    private func segment(_ direction: Int, _ flags: TCPSegment.Flags, _ payload: ArraySlice<UInt8> = []) -> [UInt8] {
      let (source, destination) = direction == 0 ? sides : (sides.1, sides.0)
      let begin: Int64 = flags.contains(.syn) ? 0 : 1
      let acknowledgment = flags.contains(.ack) ? sent[1 - direction] + 1 : 0
      return PacketBuilder.segment(
        PacketBuilder.SegmentHeader(
          source: source, destination: destination, sequence: UInt32(truncatingIfNeeded: sent[direction] + begin),
          acknowledgment: UInt32(truncatingIfNeeded: acknowledgment), flags: flags), payload)
    }
  }
}
