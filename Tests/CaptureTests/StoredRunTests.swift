import Testing

@testable import Capture

/// What the rows of `run` say of where bytes are to be found again.
@Suite struct StoredRunTests {
  private func row(
    _ id: Int64, _ source: String, kind: String = "import", continues: Int64? = nil, _ more: [String: QueryValue] = [:]
  ) -> [String: QueryValue] {
    var row: [String: QueryValue] = [
      "id": .integer(id), "kind": .text(kind), "source": .text(source),
      "source_identity": .text("identity of \(source)"),
      "continues": continues.map { .integer($0) } ?? .null,
    ]
    row.merge(more) { $1 }
    return row
  }

  @Test func `a run has its file, and those in which its connections go on`() {
    let rows = [
      row(1, "a"), row(2, "b"), row(3, "c", continues: 1), row(4, "d", continues: 2), row(5, "e", continues: 3),
    ]
    #expect(StoredRun(id: 1, rows: rows).files.map(\.path) == ["a", "c", "e"])
    #expect(StoredRun(id: 2, rows: rows).files.map(\.path) == ["b", "d"])
    #expect(StoredRun(id: 3, rows: rows).files.map(\.path) == ["c", "e"], "what came before is not its own")
    #expect(StoredRun(id: 5, rows: rows).files == [StoredRun.File(path: "e", identity: "identity of e")])
    #expect(StoredRun(id: 9, rows: rows).files.isEmpty)
  }

  @Test func `what can be read only once is no file`() {
    #expect(StoredRun(id: 1, rows: [row(1, "-")]).files.isEmpty)
    #expect(StoredRun(id: 1, rows: [row(1, "eth0", kind: "live")]).files.isEmpty)
    #expect(StoredRun(id: 1, rows: [row(1, "-"), row(2, "b", continues: 1)]).files.map(\.path) == ["b"])
  }

  @Test func `policies and the filter are those of the run itself, and what is unknown has the default`() {
    let policies: [String: QueryValue] = [
      "filter": .text("tcp"), "overlaps": .text(OverlapPolicy.lastWins.rawValue),
      "checksums": .text(ChecksumPolicy.drop.rawValue),
    ]
    let run = StoredRun(id: 1, rows: [row(1, "a", policies), row(2, "b", continues: 1)])
    #expect(run.filter == "tcp" && run.overlaps == .lastWins && run.checksums == .drop)
    let other = StoredRun(id: 1, rows: [row(1, "a", ["overlaps": .text("mine"), "checksums": .integer(7)])])
    #expect(other.filter == nil && other.overlaps == .firstWins && other.checksums == .ignore)
  }
}

/// Times as people read them.
@Suite struct TimeTextTests {
  @Test(
    arguments: [
      (0, "1970-01-01 00:00:00.000000"), (1, "1970-01-01 00:00:00.000001"), (-1, "1969-12-31 23:59:59.999999"),
      (-1_000_000, "1969-12-31 23:59:59.000000"), (1_600_000_000_123_456, "2020-09-13 12:26:40.123456"),
    ] as [(Int64, String)])
  func `microseconds since 1970 are a time of that day`(time: Int64, text: String) { #expect(timeText(time) == text) }
}
