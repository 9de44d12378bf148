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
      let inMessages = run.rows.filter { $0.hasPrefix("message:") }.compactMap { $0.split(separator: " ")[3] }
        .compactMap { Int($0) }
      let inIssues = issues(run).compactMap { row in
        row.split(separator: "\"").compactMap { Int($0) }.dropFirst(4).first
      }
      #expect(inMessages.reduce(0, +) + inIssues.reduce(0, +) == bytes.count, "round \(round): \(start)..<\(end)")
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
}
