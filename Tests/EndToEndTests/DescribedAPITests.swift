import Foundation
import Testing

/// The web API takes and answers what its own description says.
@Suite struct DescribedAPITests {
  private static let schemathesis = Place.root.appending(path: ".build-schemathesis/bin/schemathesis")

  /// Schemathesis makes requests of each operation's schema: right ones, wrong ones, and ones with methods that a path does
  /// not take. It looks at the status of each answer, and holds its body against the schema.
  @Test func `requests that are made of the description are answered as it says`() throws {
    try #require(
      FileManager.default.fileExists(atPath: Self.schemathesis.path), "make setup-tests installs schemathesis")
    let folder = try TemporaryFolder()
    // It asks for a capture as well, which is to find an interface, and nothing else.
    try Data(#"{"capture": {"interface": "lo", "filter": "tcp port 1"}}"#.utf8)
      .write(to: folder.url.appending(path: "nanocap.config"))
    let console = try ConsoleProcess.serving(in: folder)
    let paths = try #require(try console.ask("/api/v1/openapi.json").object["paths"] as? [String: [String: Any]])
    let count = paths.values.map(\.count).reduce(0, +)
    let outcome = try run(
      Self.schemathesis,
      [
        "--config-file", Place.fixtures.appending(path: "schemathesis.toml").path, "--no-color",
        "run", console.url + "/api/v1/openapi.json", "--phases", "coverage,fuzzing",
      ], folder: folder.url)
    #expect(outcome.status == 0, "\(outcome.output.suffix(6000))\(outcome.errors.suffix(1000))")
    #expect(outcome.output.contains("Tested: \(count)\n"), "\(outcome.output.suffix(1500))")
    #expect(try console.ask("/healthz").status == 200)
  }
}
