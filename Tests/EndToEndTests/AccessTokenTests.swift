import Foundation
import Testing

/// The token of a console that others can reach.
@Suite struct AccessTokenTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try SampleDatabase.copy(of: "node-v25-ascending.pcap", to: folder.path("a.db"))
  }

  private func serve() throws -> ConsoleProcess {
    try ConsoleProcess(["serve", "--database", "a.db", "--bind", "0.0.0.0"], folder: folder)
  }

  @Test func `one is made, for its owner alone, and nothing is answered without it`() throws {
    let console = try serve()
    let token = try #require(console.token)
    #expect(token.count == 64)
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.path("a.db.token"))
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    #expect(try String(contentsOfFile: folder.path("a.db.token"), encoding: .utf8) == token + "\n")
    #expect(try console.ask("/api/v1/status").status == 401)
    #expect(try console.ask("/api/v1/status", "-H", "Authorization: Bearer \(token)").status == 200)
  }

  @Test func `a token that was kept counts, if it is long enough to be one`() throws {
    let file = URL(filePath: folder.path("a.db.token"))
    try Data("0123456789abcdef\n".utf8).write(to: file)
    #expect(try serve().token == "0123456789abcdef")
    for short in ["0123456789abcde\n", "\n", ""] {
      try Data(short.utf8).write(to: file)
      let outcome = try nanocap(
        "serve", "--database", "a.db", "--bind", "0.0.0.0", "--set", "web.port=0", folder: folder.url)
      #expect(outcome.status == 1 && outcome.errors.contains("a.db.token: is no token; remove the file"))
      #expect(try Data(contentsOf: file) == Data(short.utf8))
    }
  }
}
