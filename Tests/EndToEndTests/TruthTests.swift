import Foundation
import Testing

@Suite struct TruthTests {
  @Test(arguments: ["node-v24-bootstrap", "node-v25-ascending"])
  func `a real node's capture gives exactly the messages and entries of its truth`(name: String) throws {
    let folder = try TemporaryFolder()
    let capture = Place.samples.appending(path: "\(name).pcap").path
    let outcome = try nanocap("import", capture, "--database", folder.path("a.db"))
    #expect(outcome.status == 0, "\(outcome.errors)")
    let judge = try TruthJudge(
      database: folder.path("a.db"), truth: Place.fixtures.appending(path: "\(name).truth.jsonl.gz"), capture: capture)
    #expect(try judge.differences() == [])
    #expect(try Database(folder.path("a.db")).count("SELECT count(*) FROM decode_issue") == 0)
  }

  @Test func `the judge sees what is missing and what is changed`() throws {
    let folder = try TemporaryFolder()
    let capture = Place.samples.appending(path: "node-v25-ascending.pcap").path
    let truth = Place.fixtures.appending(path: "node-v25-ascending.truth.jsonl.gz")
    for (index, change) in [
      "DELETE FROM message WHERE id = 100", "UPDATE vote SET hashes = 'x' WHERE id = 3",
      "UPDATE message SET time_us = time_us + 1 WHERE id = 5", "UPDATE block_open SET hash = '' WHERE id = 1",
      "DELETE FROM asc_pull_block WHERE id = 2", "UPDATE keepalive_host SET port = 1 WHERE id = 8",
    ].enumerated() {
      let database = folder.path("\(index).db")
      try nanocap("import", capture, "--database", database)
      #expect(try system("sqlite3", database, change).status == 0)
      #expect(try !TruthJudge(database: database, truth: truth, capture: capture).differences().isEmpty, "\(change)")
    }
  }

  /// `make check-captures DIR=…`: any folder of captures with their truth.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["CAPTURES"] != nil))
  func `every capture of a folder gives its truth`() throws {
    let folder = URL(filePath: ProcessInfo.processInfo.environment["CAPTURES"] ?? "")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    let captures = try CaptureFile.names(in: folder.path)
    #expect(!captures.isEmpty, "there is no capture in \(folder.path)")
    for file in captures {
      let name = file.replacingOccurrences(of: ".gz", with: "").replacingOccurrences(of: ".pcap", with: "")
      guard let truth = files.first(where: { $0.hasPrefix(name + ".truth.jsonl") }) else { continue }
      let work = try TemporaryFolder()
      let capture = try CaptureFile.unpacked(folder.appending(path: file).path, into: work)
      let outcome = try nanocap("import", capture, "--database", work.path("a.db"))
      #expect(outcome.status == 0, "\(outcome.errors)")
      let judge = try TruthJudge(
        database: work.path("a.db"), truth: folder.appending(path: truth), capture: capture)
      let problems = try judge.differences(damaged: damagedFlows(folder.appending(path: "\(name).summary.json")))
      print("\(name): \(problems.count) differences")
      #expect(problems.prefix(5) == [], "\(name)")
    }
  }

  /// Flows that the capture's summary calls damaged.
  private func damagedFlows(_ file: URL) throws -> Set<Int> {
    guard let data = try? Data(contentsOf: file),
      let summary = try JSONSerialization.jsonObject(with: data) as? [String: Any],
      let flows = summary["flow_table"] as? [[String: Any]]
    else { return [] }
    let damaged = flows.filter { $0["valid"] as? Bool != true || ($0["errors"] as? [Any])?.isEmpty == false }
    return Set(damaged.compactMap { $0["flow"] as? Int })
  }
}
