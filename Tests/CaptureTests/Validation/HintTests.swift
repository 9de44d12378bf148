import ParserRuntime
import Testing

@testable import Capture

/// Fields that are hardly meant as they are described: what is told, and what just not.
@Suite struct HintTests {
  private typealias Member = DescriptionOutline.Member

  /// The hints about a field with these values.
  private func hints(_ member: Member, _ values: [(value: TraceValue, bytes: [UInt8])]) -> [String] {
    var statistics = TrafficStatistics(Outlines.of([member]))
    for (value, bytes) in values {
      var tree = FieldTree()
      tree.open("t", "t", index: nil, at: 0)
      tree.field("x", index: nil, at: 0, length: bytes.count, value, text: nil)
      tree.close(at: bytes.count)
      bytes.withUnsafeBytes { statistics.add(tree, $0) }
    }
    var findings = FindingCollector(statistics.outline)
    HintFinder(statistics: statistics).find(&findings)
    #expect(findings.sorted.allSatisfy { $0.kind == .hint && $0.name == "t.x" && $0.place?.line == member.line })
    return findings.sorted.map(\.message)
  }

  private func big16(_ value: Int) -> (TraceValue, [UInt8]) {
    (.integer(Int128(value)), [UInt8(value >> 8), UInt8(value & 0xFF)])
  }

  @Test func `a field that never varies is told from the twentieth value on`() {
    let member = Member("x", line: 2, type: "u2be")
    #expect(hints(member, [big16(7)] * 19).isEmpty)
    #expect(hints(member, [big16(7)] * 20) == ["always 7: should a constraint say so?"])
    #expect(hints(member, [big16(0)] * 20) == ["always zero: reserved, or part of another field?"])
    #expect(hints(member, [big16(7)] * 20 + [big16(8)]).isEmpty)
  }

  @Test func `what the description says itself is no news`() {
    #expect(hints(Member("x", line: 2, type: "u2be", hasConstraint: true), [big16(7)] * 20).isEmpty)
    #expect(hints(Member("x", line: 2, type: "u2be", isConstant: true), [big16(7)] * 20).isEmpty)
    #expect(hints(Member("x", line: 2, type: "u2be", isInstance: true), [big16(7)] * 20).isEmpty)
  }

  @Test func `numbers that look the wrong way round in nine of ten are told`() {
    let member = Member("x", line: 2, type: "u2be")
    // As numbers of the other byte order these are 1 to 18, and two great ones.
    let small = (1...18).map { big16($0 << 8) }
    let told = ["values would be much smaller as little-endian numbers"]
    #expect(hints(member, small + [big16(0x0100), big16(0x0203)]) == told)
    #expect(hints(member, small + [big16(0x0001), big16(0x0002)]) == told)
    #expect(hints(member, small.dropLast() + [big16(1), big16(2), big16(3)]).isEmpty)
    #expect(hints(member, small.dropLast() + [big16(0x0101), big16(0x0102), big16(0x0103)]).isEmpty)
    // Zeros are small in either order.
    #expect(hints(member, small + [big16(0)] * 2) == told && hints(member, small.dropLast() + [big16(0)] * 3).isEmpty)
    #expect(hints(member, (1...20).map(big16)).isEmpty)
    let little = small.map { (value: $0.0, bytes: Array($0.1.reversed())) }
    #expect(
      hints(Member("x", line: 2, type: "u2le"), little + little.prefix(2)) == [
        "values would be much smaller as big-endian numbers"
      ])
  }

  @Test func `bytes of which two never vary may be several fields`() {
    let member = Member("x", line: 2, type: "bytes")
    func values(_ fixed: Set<Int>, count: Int = 8) -> [(TraceValue, [UInt8])] {
      (0..<20).map { number in
        let bytes = (0..<count).map { fixed.contains($0) ? UInt8(9) : UInt8(number * 7 + $0) }
        return (.bytes(bytes), bytes)
      }
    }
    #expect(hints(member, values([3, 4])) == ["2 of its 8 bytes never vary (3-4): several fields?"])
    #expect(hints(member, values([0, 3, 4, 7])) == ["4 of its 8 bytes never vary (0, 3-4, 7): several fields?"])
    #expect(hints(member, values([3])).isEmpty)
    #expect(hints(member, values([3, 4], count: 7)).isEmpty)
    // Of several lengths nothing can be said.
    #expect(hints(member, values([3, 4]) + values([3, 4], count: 9).suffix(1)).isEmpty)
  }
}

/// What is kept of a field's values.
@Suite struct MemberStatisticsTests {
  private func statistics(_ values: [Int128]) -> MemberStatistics {
    var statistics = MemberStatistics()
    for value in values {
      var tree = FieldTree()
      tree.field("x", index: nil, at: 0, length: 1, .integer(value), text: nil)
      [UInt8(1)].withUnsafeBytes { bytes in
        tree.content.withUnsafeBytes { statistics.add(0, of: tree, $0, bytes) }
      }
    }
    return statistics
  }

  @Test func `the least and the greatest value are those that came`() {
    let statistics = statistics([7, 5, 9])
    #expect(statistics.minimum == 5 && statistics.maximum == 9 && statistics.count == 3)
    #expect(self.statistics([-3]).maximum == -3 && self.statistics([]).minimum == nil)
  }

  @Test func `the digest tells other values, and not another order`() {
    #expect(statistics([1, 2, 3]).digest == statistics([3, 1, 2]).digest)
    let others: [[Int128]] = [[1, 2], [1, 2, 4], [1, 2, 3, 3], [1, 2, 3, 4, 4], [1, 2, 3, 3, 3]]
    #expect(Set(([[1, 2, 3]] + others).map { statistics($0).digest }).count == 6)
  }

  @Test func `the first different values are samples, and different ones are counted up to a limit`() {
    #expect(statistics([4, 4, 5, 6, 7]).samples == ["4", "5", "6"])
    let limit = MemberStatistics.maximumDistinct
    #expect(statistics((0..<Int128(limit - 1)).map(\.self)).distinct.count == limit - 1)
    #expect(statistics((0..<Int128(limit + 9)).map(\.self)).distinct.count == limit)
  }
}

/// An array so many times.
private func * <Element>(array: [Element], count: Int) -> [Element] { (0..<count).flatMap { _ in array } }
