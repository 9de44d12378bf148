import ParserRuntime
import Testing

@testable import Capture

/// How findings are gathered and compared.
@Suite struct FindingTests {
  private func example(_ offset: Int) -> Finding.Example {
    Finding.Example(file: "a", connection: "", streamOffset: offset, offset: 0, path: "", detail: "")
  }

  @Test func `a finding has its first three examples, and counts all`() {
    var findings = FindingCollector(Outlines.messages)
    for offset in 0..<5 {
      findings.add(.failure, type: "ping", member: "x", about: "", message: "bad", example: example(offset))
    }
    let found = findings.sorted
    #expect(found.count == 1 && found[0].count == 5 && found[0].examples.map(\.streamOffset) == [0, 1, 2])
    #expect(found[0].place == Finding.Place(file: "t.ksy", line: 7))
  }

  @Test func `twenty different things of one place are told apart, and the rest together`() {
    var findings = FindingCollector(Outlines.messages)
    func add(_ number: Int) {
      findings.add(.unlisted, type: "ping", member: "x", about: "\(number)", message: "\(number)")
    }
    (0..<20).forEach(add)
    #expect(findings.sorted.count == 20)
    (20..<23).forEach(add)
    findings.add(.unlisted, type: "ping", member: "x", about: "7", message: "7")
    findings.add(.unlisted, type: "pong", member: "x", about: "1", message: "another place")
    let counts = Dictionary(findings.sorted.map { ($0.message, $0.count) }) { $0 + $1 }
    #expect(counts.count == 22 && counts["and others"] == 3 && counts["7"] == 2 && counts["another place"] == 1)
  }

  @Test func `the worst kind comes first, and of a kind what is most frequent`() {
    var findings = FindingCollector(Outlines.messages)
    findings.add(.hint, about: "", message: "hint", count: 50)
    findings.add(.failure, about: "a", message: "seldom")
    findings.add(.failure, about: "b", message: "often", count: 2)
    findings.add(.failure, type: "ping", about: "c", message: "b", count: 1)
    #expect(findings.sorted.map(\.message) == ["often", "seldom", "b", "hint"])
  }

  // MARK: Comparison

  private func report(_ counts: [(Finding.Kind, Int)], hits: Int = 1) -> ValidationReport {
    let findings = counts.map { kind, count in
      Finding(kind: kind, type: "ping", member: nil, place: nil, message: "at \(count)", count: count, examples: [])
    }
    let point = Coverage.Point(kind: .type, name: "ping", outcome: "", source: 0, line: 6, hits: hits)
    return ValidationReport(
      description: "t", fingerprint: "1", files: [], totals: ValidationReport.Totals(),
      findings: findings.filter { $0.count > 0 }, types: [], coverage: Coverage(points: [point], sources: []))
  }

  private func comparison(_ before: [(Finding.Kind, Int)], _ after: [(Finding.Kind, Int)]) -> ReportComparison {
    ReportComparison(before: report(before), after: report(after))
  }

  @Test func `more of a finding is worse, and fewer or as many are not`() {
    #expect(comparison([(.failure, 1)], [(.failure, 2)]).isWorse)
    #expect(comparison([], [(.failure, 1)]).isWorse)
    #expect(!comparison([(.failure, 2)], [(.failure, 1)]).isWorse)
    #expect(!comparison([(.failure, 2)], []).isWorse)
    let same = comparison([(.failure, 2)], [(.failure, 2)])
    #expect(!same.isWorse && !same.isDifferent && same.findings.isEmpty)
    #expect(comparison([(.failure, 2), (.unread, 1)], [(.failure, 1), (.unread, 2)]).isWorse)
  }

  @Test func `hints and faults of the capture make nothing worse`() {
    for kind in [Finding.Kind.hint, .capture] {
      let comparison = comparison([], [(kind, 3)])
      #expect(!comparison.isWorse && comparison.isDifferent)
    }
  }

  @Test func `of coverage it counts whether a point is reached, not how often`() {
    func changes(_ before: Int, _ after: Int) -> [String] {
      ReportComparison(before: report([], hits: before), after: report([], hits: after)).coverage.map(\.point)
    }
    #expect(changes(1, 9).isEmpty && changes(0, 0).isEmpty)
    #expect(changes(0, 1) == ["type ping"] && changes(1, 0) == ["type ping"])
  }
}
