import NanoParser
import Testing

@testable import Capture

private typealias Packet = Connection.Packet

/// What is decoded around bytes that are missing from the capture.
@Suite struct GapTests {
  private func message(_ type: UInt8, _ extensions: UInt16, _ body: [UInt8]) -> [UInt8] {
    [0x52, 0x43, 19, 19, 18, type, UInt8(extensions & 0xFF), UInt8(extensions >> 8)] + body
  }

  private func filled(_ count: Int) -> [UInt8] { (0..<count).map { UInt8($0 % 200 + 1) } }

  private var keepalive: [UInt8] { message(2, 0, filled(144)) }
  private var vote: [UInt8] { message(5, 0x4100, filled(104 + 128)) }

  /// Decodes a stream of direction 0, with an answer in direction 1, of which parts are missing.
  private func decode(_ bytes: [UInt8], missing: [Range<Int>], answer: [UInt8] = [], missingAnswer: [Range<Int>] = [])
    -> DecodingRun
  {
    func packets(_ bytes: [UInt8], _ missing: [Range<Int>], _ direction: Int, _ acknowledged: Int) -> [Packet] {
      var packets: [Packet] = []
      var place = 0
      for gap in missing + [bytes.count..<bytes.count] {
        if place < gap.lowerBound {
          packets.append(
            Packet(
              direction: direction, offset: place, bytes: Array(bytes[place..<gap.lowerBound]),
              acknowledged: acknowledged))
        }
        place = gap.upperBound
      }
      return packets
    }
    return DecodingRun(
      Connection.handshake + packets(bytes, missing, 0, 0) + packets(answer, missingAnswer, 1, bytes.count))
  }

  private func messages(_ run: DecodingRun) -> Int { run.rows.count { $0.hasPrefix("message:") } }
  private func issues(_ run: DecodingRun) -> [String] { run.rows.filter { $0.hasPrefix("engine 2") } }

  @Test func `a gap inside of a message costs that message only, and the next is found without a search`() {
    // What follows looks like nothing until it is complete, so a search would find only the message after it.
    let run = decode(keepalive + vote + keepalive + vote, missing: [keepalive.count + 20..<keepalive.count + 90])
    #expect(messages(run) == 3)
    #expect(issues(run).map { $0.contains("\"gap\"") }.contains(true))
    #expect(!issues(run).contains { $0.contains("after gap") })
  }

  @Test func `whatever gap lies within a message costs that message only`() {
    let start = keepalive.count
    for first in 0..<vote.count {
      for end in Set([first + 1, (first + 1 + vote.count) / 2, vote.count - 1, vote.count]) where end > first {
        let run = decode(keepalive + vote + keepalive + vote, missing: [start + first..<start + end])
        #expect(messages(run) == 3, "\(first)..<\(end)")
        // Behind the header, which tells the length, nothing has to be searched.
        guard first >= 8 else { continue }
        #expect(!issues(run).contains { $0.contains("after gap") }, "\(first)..<\(end)")
        let rest = issues(run).filter { $0.contains("the rest of a message of which bytes are missing") }
        #expect(rest.count == (end < vote.count ? 1 : 0), "\(first)..<\(end)")
      }
    }
  }

  @Test func `a gap that goes on a byte into the next message costs that too`() {
    let start = keepalive.count
    let run = decode(keepalive + vote + keepalive + vote, missing: [start + 20..<start + vote.count + 1])
    #expect(messages(run) == 2)
    #expect(issues(run).contains { $0.contains("after gap") })
  }

  @Test func `a gap over what tells the length is not counted off by what is put in its place`() {
    // The extensions, which have the number of hashes, and of which one byte is there.
    for missing in [6..<7, 7..<8, 6..<8, 7..<40] {
      let start = keepalive.count
      let run = decode(
        keepalive + vote + keepalive + keepalive, missing: [start + missing.lowerBound..<start + missing.upperBound])
      #expect(messages(run) == 3, "\(missing)")
      #expect(issues(run).contains { $0.contains("after gap") }, "\(missing)")
    }
  }

  @Test func `a message behind a gap is found after a gap that ends with it, too`() {
    // The search ends at the second gap, and so does the message.
    let bytes = vote + keepalive + vote + keepalive
    let run = decode(
      bytes, missing: [0..<vote.count, vote.count + keepalive.count..<bytes.count - keepalive.count])
    #expect(messages(run) == 2)
  }

  @Test func `a message is found after a gap that hides where it begins, even if it is the last`() {
    let bytes = keepalive + vote + keepalive
    let run = decode(bytes, missing: [keepalive.count - 10..<keepalive.count + 30])
    #expect(messages(run) == 1)
  }

  @Test func `a message between two gaps is found`() {
    let bytes = keepalive + vote + keepalive + vote + keepalive
    let second = keepalive.count + vote.count
    let run = decode(
      bytes,
      missing: [keepalive.count + 4..<keepalive.count + 50, second + keepalive.count..<second + keepalive.count + 8])
    #expect(messages(run) == 3)
  }

  @Test func `every byte is in a message, an issue or a gap`() {
    for round in 0..<200 {
      var bytes: [UInt8] = []
      for _ in 0..<6 { bytes += Bool.random() ? keepalive : vote }
      let start = Int.random(in: 0..<bytes.count - 1)
      let end = Int.random(in: start + 1..<bytes.count)
      let run = decode(bytes, missing: [start..<end])
      // Of a message: direction, offset, length; of an issue: flow, direction, time, offset, length.
      let inMessages = run.rows.filter { $0.hasPrefix("message:") }.compactMap { Int($0.split(separator: " ")[3]) }
      let inIssues = issues(run).compactMap { row -> Int? in
        row.split(separator: "\"").compactMap { Int($0) }.dropFirst(4).first
      }
      let (stored, told): (Int, Int) = (inMessages.reduce(0, +), inIssues.reduce(0, +))
      #expect(stored + told == bytes.count, "round \(round): \(start)..<\(end)")
    }
  }

  @Test func `a gap inside of a response costs the entries that it cuts`() {
    let entries = (0..<10).map { index in [UInt8](repeating: UInt8(index + 1), count: 64) }
    let answer = entries.flatMap { $0 } + [UInt8](repeating: 0, count: 64) + keepalive
    let run = decode(message(8, 0, filled(40)), missing: [], answer: answer, missingAnswer: [100..<300])
    // Of ten entries the second to the fifth are hit.
    #expect(run.rows.count { $0.hasPrefix("frontier_response:") } == 6)
    #expect(run.rows.contains { $0.contains("end of frontier_req. valid entries: 6") })
    #expect(messages(run) == 2, "the message behind the response is found")
  }

  @Test func `blocks after a gap inside of a block are found, its type being known`() {
    let block = [6] + filled(216)
    let answer = block + block + block + [1]
    let run = decode(message(6, 0, filled(64)), missing: [], answer: answer, missingAnswer: [250..<300])
    #expect(run.rows.count { $0.hasPrefix("bulk_pull_response:") } == 2)
  }

  @Test func `a request found in a search is there before its answer`() {
    // The first request is cut; behind it the next one is the last of its side, so only the answer confirms it.
    let entries = (0..<3).flatMap { [UInt8](repeating: UInt8($0 + 1), count: 64) } + [UInt8](repeating: 0, count: 64)
    let request = message(8, 0, filled(40))
    let run = DecodingRun(
      Connection.handshake + [
        Packet(direction: 0, offset: 20, bytes: Array(vote[20...]), acknowledged: 0),
        Packet(direction: 0, offset: vote.count, bytes: request, acknowledged: 0),
        Packet(direction: 1, offset: 0, bytes: entries, acknowledged: vote.count + request.count),
      ])
    #expect(messages(run) == 1 && run.rows.count { $0.hasPrefix("frontier_response:") } == 3)
  }

  @Test func `an answer whose request waited for all before is found after a gap in another`() {
    let block = [6] + filled(216)
    let (first, second) = (message(6, 0, filled(64)), message(8, 0, filled(40)))
    let answer = block + block + [1]
    let entries = [UInt8](repeating: 7, count: 128) + [UInt8](repeating: 0, count: 64)
    let run = DecodingRun(
      Connection.handshake + [
        Packet(direction: 0, offset: 0, bytes: first),
        // The gap hides the second block's type.
        Packet(direction: 1, offset: 0, bytes: Array(answer[..<200]), acknowledged: first.count),
        Packet(direction: 1, offset: 230, bytes: Array(answer[230...]), acknowledged: first.count),
        Packet(direction: 0, offset: first.count, bytes: second, acknowledged: answer.count),
        Packet(direction: 1, offset: answer.count, bytes: entries, acknowledged: first.count + second.count),
      ])
    #expect(run.rows.count { $0.hasPrefix("frontier_response:") } == 2)
    #expect(run.rows.contains { $0.contains("end of frontier_req. valid entries: 2, invalid: 0\"") })
  }

  @Test func `a request whose answerer has ended already has no answer`() {
    let run = DecodingRun(
      Connection.handshake + [
        Packet(direction: 1, offset: 0, flags: [.fin, .ack]),
        Packet(direction: 0, offset: 0, bytes: message(8, 0, filled(40)), acknowledged: 1),
      ])
    #expect(run.rows.contains { $0.contains("end of frontier_req. valid entries: 0, invalid: 0 (no answer)") })
  }

  @Test func `a message behind a gap is confirmed by the stream that follows it, too`() {
    let push = message(7, 0, []) + [6] + filled(216) + [2] + filled(152) + [1]
    let run = decode(vote + push, missing: [0..<vote.count])
    #expect(messages(run) == 1 && run.rows.count { $0.hasPrefix("bulk_push_entry:") } == 2)
  }

  @Test func `what violates a constraint confirms no message behind a gap`() {
    // No block has the type 9; the head of a push alone is too little.
    let run = decode(vote + message(7, 0, []) + [9] + filled(60) + keepalive, missing: [0..<vote.count])
    #expect(messages(run) == 1 && !run.rows.contains { $0.contains("bulk_push") }, "\(run.rows)")
  }

  @Test func `blocks behind a gap that hides where they begin are found by their types, and their end too`() {
    func block(_ type: UInt8, _ size: Int) -> [UInt8] { [type] + filled(size).map { $0 | 0x80 } }
    let blocks = [(6, 216), (2, 152), (3, 136), (4, 168), (5, 136), (6, 216)] as [(UInt8, Int)]
    let answer = blocks.flatMap { block($0.0, $0.1) } + [1] + keepalive
    // From the second into the third, so that the third's type is missing.
    let run = decode(message(6, 0, filled(64)), missing: [], answer: answer, missingAnswer: [360..<400])
    #expect(run.rows.count { $0.hasPrefix("bulk_pull_response:") } == 4)
    #expect(run.rows.contains { $0.contains("end of bulk_pull. valid entries: 4") })
    #expect(messages(run) == 2)
  }

  @Test(arguments: 0..<150) func `whatever is broken, every byte is in a message, a response, or told`(round: Int) {
    var packets = Connection.handshake
    var sent = [0, 0]
    for _ in 0..<12 {
      let direction = Int.random(in: 0...1)
      var bytes = [
        keepalive, vote, message(8, 0, filled(40)), message(6, 0, filled(64)), [6] + filled(216), filled(100),
      ]
      .shuffled().prefix(3).flatMap { $0 }
      if Bool.random() { bytes[Int.random(in: 0..<bytes.count)] ^= UInt8.random(in: 1...255) }
      var place = 0
      while place < bytes.count {
        let end = min(bytes.count, place + Int.random(in: 1...300))
        let packet = Packet(
          direction: direction, offset: sent[direction] + place, bytes: Array(bytes[place..<end]),
          acknowledged: sent[1 - direction])
        if Int.random(in: 0..<10) > 0 { packets.append(packet) }
        place = end
      }
      sent[direction] += bytes.count
    }
    let order = packets.indices.map { (key: $0 < 3 ? -1 : $0 + Int.random(in: 0...4), index: $0) }
      .sorted { ($0.key, $0.index) < ($1.key, $1.index) }
    let run = DecodingRun(order.map { packets[$0.index] })
    for direction in 0...1 {
      let bytes = run.bytes[direction]
      #expect(bytes.delivered == bytes.decoded + bytes.skipped)
      let ranges = run.ranges[direction].sorted { $0.lowerBound < $1.lowerBound }
      #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound }, "nothing is told twice")
    }
  }
}
