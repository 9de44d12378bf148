import Foundation

/// A live mix of Nano messages, the same for every run: two thirds votes, then requests, blocks, peers, telemetry.
struct Messages {
  private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

  private mutating func random() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  private mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(random() >> 40 & 0xFF) } }

  private func message(_ type: UInt8, _ extensions: Int, _ body: [UInt8]) -> [UInt8] {
    [0x52, 0x43, 19, 19, 18, type, UInt8(extensions & 0xFF), UInt8(extensions >> 8)] + body
  }

  mutating func next() -> [UInt8] {
    switch random() % 1000 {
    case 0..<655:
      let count = Int(random() % 12) + 1
      return message(5, count << 12 | 0x100, bytes(104 + 32 * count))
    case 655..<810:
      let count = Int(random() % 7) + 1
      return message(4, count << 12 | 0x100, bytes(64 * count))
    case 810..<930: return message(3, 0x600, bytes(216))
    case 930..<950: return message(3, 0x200, bytes(152))
    case 950..<985: return message(2, 0, bytes(144))
    default: return message(13, 202, bytes(202))
    }
  }
}

/// A capture of live traffic between 50 pairs of nodes, a message a packet.
struct Traffic {
  let megabytes: Int
  private static let flows = 50

  func write(to path: String) throws {
    guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
    else {
      throw CocoaError(.fileWriteUnknown)
    }
    var messages = Messages()
    var data = Data()
    var written = 0
    var sequence = [UInt32](repeating: 1, count: Self.flows * 2)
    var clock: UInt64 = 1_700_000_000_000_000
    func append(_ bytes: [UInt8]) { data.append(contentsOf: bytes) }
    func little(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(value >> UInt32(8 * $0) & 0xFF) } }
    func big(_ value: UInt32, _ count: Int) -> [UInt8] {
      (0..<count).reversed().map { UInt8(value >> UInt32(8 * $0) & 0xFF) }
    }
    func packet(_ flow: Int, _ direction: Int, _ flags: UInt8, _ payload: [UInt8]) {
      let client: [UInt8] = [10, 1, 0, UInt8(flow)]
      let ends: [([UInt8], UInt32)] = [(client, 40000 + UInt32(flow)), ([10, 0, 0, 1], 7075)]
      let (source, target) = (ends[direction], ends[1 - direction])
      var frame: [UInt8] = [UInt8](repeating: 2, count: 12) + [8, 0, 0x45, 0] + big(UInt32(40 + payload.count), 2)
      frame += [0, 0, 0x40, 0, 64, 6, 0, 0] + source.0 + target.0 + big(source.1, 2) + big(target.1, 2)
      frame +=
        big(sequence[flow * 2 + direction], 4) + big(sequence[flow * 2 + 1 - direction], 4) + [
          0x50, flags, 255, 255, 0, 0, 0, 0,
        ]
      frame += payload
      clock += 20
      append(little(UInt32(clock / 1_000_000)) + little(UInt32(clock % 1_000_000)))
      append(little(UInt32(frame.count)) + little(UInt32(frame.count)) + frame)
      sequence[flow * 2 + direction] &+= UInt32(payload.count) + (flags & 2 == 0 ? 0 : 1)
    }
    append(little(0xA1B2_C3D4) + [2, 0, 4, 0] + little(0) + little(0) + little(262144) + little(1))
    for flow in 0..<Self.flows {
      packet(flow, 0, 2, [])
      packet(flow, 1, 0x12, [])
    }
    var turn = 0
    while written < megabytes * 1_000_000 {
      turn += 1
      packet(turn % Self.flows, turn / Self.flows % 2, 0x18, messages.next())
      if data.count > 1 << 20 {
        written += data.count
        try file.write(contentsOf: data)
        data.removeAll(keepingCapacity: true)
      }
    }
    try file.write(contentsOf: data)
    try file.close()
  }
}
