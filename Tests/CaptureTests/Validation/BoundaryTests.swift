import ParserRuntime
import Testing

@testable import Capture

/// Which type is blamed for bytes that are no message.
@Suite struct BoundaryTests {
  /// A message begins with a 1.
  private static let begin: UInt8 = 1

  /// What happens to a stream, one after another; each step is at the place where the one before ended.
  private enum Step {
    /// A message of this content, so many bytes of 9.
    case ping, pong
    /// Bytes that are no message, and so many bytes to the next one.
    case failure(skipped: Int)
  }

  /// What is found about a type.
  private func findings(_ type: String, _ steps: [Step], end: UInt8 = 9) -> [String] {
    var statistics = TrafficStatistics(Outlines.messages)
    var watch = BoundaryWatch { $0.first == Self.begin }
    var offset: Int64 = 0
    func message(_ content: StaticString) {
      let bytes = [Self.begin, 9, 9, end]
      DecodedUnit.message(content, at: offset, bytes) { unit in
        statistics.add(unit.fields, unit.bytes)
        watch.parsed(unit, &statistics)
      }
      offset += 4
    }
    for step in steps {
      switch step {
      case .ping: message("ping")
      case .pong: message("pong")
      case .failure(let skipped):
        UnitFailure.message(at: offset, [9, 9, 9, 9, 9, 9, 9, 9]) { watch.failed($0) }
        offset += Int64(skipped)
        watch.resynchronized(flow: 1, direction: 0, offset: offset)
      }
    }
    var findings = FindingCollector(statistics.outline)
    watch.find(statistics, &findings)
    return findings.sorted.filter { $0.type == type }.map(\.message)
  }

  @Test func `a part that is mostly followed by no message is blamed, and one that is so by accident is not`() {
    let twice: [Step] = [.ping, .failure(skipped: 3), .ping, .failure(skipped: 3), .ping]
    // The last message is followed by nothing.
    #expect(
      findings("part", twice + [.pong]) == [
        "2 of 3 are followed by bytes that are no message; 2 times the next message begins 3 bytes later: "
          + "is the type described too short?"
      ])
    #expect(findings("part", twice + [.ping, .pong]).isEmpty, "half of them are right")
    #expect(findings("part", [.ping, .failure(skipped: 3), .pong]).isEmpty, "once is an accident")
  }

  @Test func `a message is blamed however seldom it is, but not for one failure`() {
    let twice: [Step] = [.ping, .failure(skipped: 3), .ping, .failure(skipped: 3)]
    #expect(findings("ping", twice + [Step](repeating: .ping, count: 9)).count == 1)
    #expect(findings("pong", twice + [Step](repeating: .pong, count: 9)).isEmpty)
    #expect(findings("ping", [.ping, .failure(skipped: 3), .pong]).isEmpty)
  }

  @Test func `bytes of the next message at a message's end tell that its type is described too long`() {
    #expect(
      findings("ping", [.ping, .failure(skipped: 3), .ping, .failure(skipped: 3), .pong], end: 1) == [
        "2 of 2 are followed by bytes that are no message; 2 times the next message begins 1 bytes earlier: "
          + "is the type described too long?"
      ])
  }

  @Test func `distances that are all different say nothing but that it fails`() {
    let steps: [Step] = [
      .ping, .failure(skipped: 1), .ping, .failure(skipped: 2), .ping, .failure(skipped: 3), .ping,
      .failure(skipped: 4), .pong,
    ]
    #expect(findings("ping", steps) == ["4 of 4 are followed by bytes that are no message"])
  }

  @Test func `a question is blamed for answers that are no message, where most are`() {
    func findings(_ answers: [Bool], from direction: Int = 1) -> [String] {
      var statistics = TrafficStatistics(Outlines.messages)
      var watch = BoundaryWatch { $0.first == Self.begin }
      for (index, isMessage) in answers.enumerated() {
        let (question, answer) = (Int64(index) * 4, Int64(index) * 100)
        DecodedUnit.message("ping", at: question, [Self.begin, 9, 9, 9]) { unit in
          statistics.add(unit.fields, unit.bytes)
          watch.parsed(unit, &statistics)
        }
        if isMessage {
          DecodedUnit.message("pong", direction: 1, at: answer, [Self.begin, 9]) { unit in
            statistics.add(unit.fields, unit.bytes)
            watch.parsed(unit, &statistics)
          }
        } else {
          UnitFailure.message(direction: direction, at: answer + 1000, [9, 9]) { watch.failed($0) }
        }
      }
      var findings = FindingCollector(statistics.outline)
      watch.find(statistics, &findings)
      return findings.sorted.map { "\($0.name ?? ""): \($0.message)" }
    }
    #expect(
      findings([false, true, false]) == [
        "ping: 2 of 3 are answered by bytes that are no message: is a response stream missing, or wrong?"
      ])
    #expect(findings([false, true, false, true]).isEmpty)
    #expect(findings([false]).isEmpty)
    #expect(findings([false, false, false], from: 0).isEmpty, "what a host says itself is no answer")
  }
}
