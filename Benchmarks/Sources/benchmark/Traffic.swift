import Foundation

/// A live mix of Nano messages, the same for every run: two thirds votes, then requests, blocks, peers, telemetry.
struct Messages {
  private var state: UInt64 = 0x9E37_79B9_7F4A_7C15
  /// Nearly all votes are signed by these.
  private var representatives: [[UInt8]] = []
  private let kind: Kind?

  /// The kinds of messages of the mix.
  enum Kind: String, CaseIterable {
    case confirmAck = "confirm_ack"
    case confirmReq = "confirm_req"
    case state = "publish, state block"
    case send = "publish, send block"
    case keepalive, telemetryAck = "telemetry_ack"
  }

  /// - Parameter kind: the kind of all of them; nil for the mix.
  init(_ kind: Kind? = nil) {
    self.kind = kind
    representatives = (0..<300).map { _ in bytes(32) }
  }

  private mutating func random() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  private mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(random() >> 40 & 0xFF) } }

  private mutating func representative() -> [UInt8] {
    // Some vote much more often than others.
    representatives[Int(random() % 300 * (random() % 300) / 300)]
  }

  private func message(_ type: UInt8, _ extensions: Int, _ body: [UInt8]) -> [UInt8] {
    [0x52, 0x43, 19, 19, 18, type, UInt8(extensions & 0xFF), UInt8(extensions >> 8)] + body
  }

  mutating func next() -> [UInt8] { message(kind ?? next()) }

  private mutating func next() -> Kind {
    switch random() % 1000 {
    case 0..<655: .confirmAck
    case 655..<810: .confirmReq
    case 810..<930: .state
    case 930..<950: .send
    case 950..<985: .keepalive
    default: .telemetryAck
    }
  }

  private mutating func message(_ kind: Kind) -> [UInt8] {
    switch kind {
    case .confirmAck:
      let count = Int(random() % 12) + 1
      return message(5, count << 12 | 0x100, representative() + bytes(72 + 32 * count))
    case .confirmReq:
      let count = Int(random() % 7) + 1
      return message(4, count << 12 | 0x100, bytes(64 * count))
    case .state: return message(3, 0x600, stateBlock())
    case .send: return message(3, 0x200, bytes(152))
    case .keepalive: return message(2, 0, bytes(144))
    case .telemetryAck: return message(13, 202, bytes(202))
    }
  }

  private mutating func stateBlock() -> [UInt8] { bytes(64) + representative() + bytes(120) }

  /// A request for the blocks of an account.
  mutating func bulkPull() -> [UInt8] { message(6, 0, bytes(64)) }

  /// An answer to it.
  mutating func blocks(_ count: Int) -> [UInt8] { (0..<count).flatMap { _ in [6] + stateBlock() } + [1] }

  /// What begins like a message now and then, and is none.
  mutating func nonsense(_ count: Int) -> [UInt8] {
    var bytes = bytes(count)
    for place in stride(from: 0, to: count - 8, by: 64) { (bytes[place], bytes[place + 1]) = (0x52, 0x43) }
    return bytes
  }
}

/// A capture of live traffic between pairs of nodes.
struct Traffic {
  /// What happens to segments on the way.
  enum Fate: String, CaseIterable {
    case inOrder = "in order", reordered, lossy
  }

  /// What the connections carry.
  enum Content: String {
    case live
    /// Requests for chains of blocks, and these.
    case bootstrap
    /// Nothing that could be decoded.
    case hostile
  }

  var megabytes: Int
  var content = Content.live
  var flows = 50
  /// Bytes of a segment; nil for a message a segment.
  var segmentBytes: Int?
  var fate = Fate.inOrder

  func write(to path: String) throws {
    guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
    else {
      throw CocoaError(.fileWriteUnknown)
    }
    var capture = PcapFile(flows: flows)
    var messages = Messages()
    for flow in 0..<flows { capture.open(flow) }
    // Of each direction what is not yet sent; of the whole what is held back, and until when.
    var pending = [[UInt8]](repeating: [], count: flows * 2)
    var held: [(frame: [UInt8], turn: Int)] = []
    var (turn, written) = (-1, 0)
    while written < megabytes * 1_000_000 {
      turn += 1
      let (flow, direction) = (turn % flows, turn / flows % 2)
      let segment = segment(&pending[flow * 2 + direction], &messages, direction)
      let frame = capture.frame(flow, direction, 0x18, segment)
      if fate == .reordered, turn % 10 == 0 {
        held.append((frame, turn + 3 * flows))
      } else if fate != .lossy || turn % 500 != 0 {
        capture.append(frame)
      }
      while let first = held.first, first.turn <= turn { capture.append(held.removeFirst().frame) }
      if capture.data.count > 1 << 20 {
        written += capture.data.count
        try file.write(contentsOf: Data(capture.data))
        capture.data.removeAll(keepingCapacity: true)
      }
    }
    for late in held { capture.append(late.frame) }
    try file.write(contentsOf: Data(capture.data))
    try file.close()
  }

  private func segment(_ pending: inout [UInt8], _ messages: inout Messages, _ direction: Int) -> [UInt8] {
    switch content {
    case .live: break
    case .bootstrap where direction == 0: return messages.bulkPull()
    case .bootstrap: return messages.blocks(100)
    case .hostile: return messages.nonsense(1448)
    }
    guard let segmentBytes else { return messages.next() }
    while pending.count < segmentBytes { pending += messages.next() }
    defer { pending.removeFirst(segmentBytes) }
    return Array(pending[..<segmentBytes])
  }
}

/// Records of a pcap file, and where the connections in them stand.
struct PcapFile {
  var data: [UInt8] = []
  private var sequence: [UInt32]
  private var clock: UInt64 = 1_700_000_000_000_000

  init(flows: Int) {
    sequence = [UInt32](repeating: 1, count: flows * 2)
    data = little(0xA1B2_C3D4) + [2, 0, 4, 0] + little(0) + little(0) + little(262144) + little(1)
  }

  mutating func open(_ flow: Int) {
    append(frame(flow, 0, 2, []))
    append(frame(flow, 1, 0x12, []))
  }

  /// An Ethernet frame with the connection's next segment.
  mutating func frame(_ flow: Int, _ direction: Int, _ flags: UInt8, _ payload: [UInt8]) -> [UInt8] {
    let client: [UInt8] = [10, 1 + UInt8(flow >> 16), UInt8(flow >> 8 & 0xFF), UInt8(flow & 0xFF)]
    let ends: [([UInt8], UInt32)] = [(client, 40000 + UInt32(flow % 1000)), ([10, 0, 0, 1], 7075)]
    let (source, target) = (ends[direction], ends[1 - direction])
    var frame: [UInt8] = [UInt8](repeating: 2, count: 12) + [8, 0, 0x45, 0] + big(UInt32(40 + payload.count), 2)
    frame += [0, 0, 0x40, 0, 64, 6, 0, 0] + source.0 + target.0 + big(source.1, 2) + big(target.1, 2)
    frame += big(sequence[flow * 2 + direction], 4) + big(sequence[flow * 2 + 1 - direction], 4)
    frame += [0x50, flags, 255, 255, 0, 0, 0, 0]
    sequence[flow * 2 + direction] &+= UInt32(payload.count) + (flags & 2 == 0 ? 0 : 1)
    return frame + payload
  }

  mutating func append(_ frame: [UInt8]) {
    clock += 20
    data += little(UInt32(clock / 1_000_000)) + little(UInt32(clock % 1_000_000))
    data += little(UInt32(frame.count)) + little(UInt32(frame.count)) + frame
  }

  private func little(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(value >> UInt32(8 * $0) & 0xFF) } }

  private func big(_ value: UInt32, _ count: Int) -> [UInt8] {
    (0..<count).reversed().map { UInt8(value >> UInt32(8 * $0) & 0xFF) }
  }
}
