import Capture
import Foundation
import NanoParser
import Testing

@testable import Console

/// Several databases in one folder.
@Suite struct OtherDatabasesTests {
  private let folder: TemporaryFolder
  private let console: TestConsole

  /// A database with messages, one without, a file that is none, and one beyond the folder with links to it.
  init() async throws {
    folder = try TemporaryFolder()
    let inside = folder.url.appending(path: "in")
    try FileManager.default.createDirectory(at: inside, withIntermediateDirectories: true)
    let sample = URL(filePath: #filePath).appending(path: "../../../Samples/node-v25-ascending.pcap").standardized.path
    for path in ["in/a week.db", "outside.db"] {
      _ = try Importer(into: folder.path(path), as: NanoSpecification.self).run([sample])
    }
    try DatabaseFile(path: folder.path("in/empty.db"), info: NanoSpecification.info).prepare()
    try Data("SQLite format 3\0 and then something else".utf8).write(to: inside.appending(path: "damaged.db"))
    try Data("no database".utf8).write(to: inside.appending(path: "notes.txt"))
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("in/link.db"), withDestinationPath: folder.path("outside.db"))
    console = try await TestConsole.start { [folder] in $0.databaseFolder = folder.path("in") }
  }

  @Test func `databases are listed, with the reason where one cannot be shown`() async throws {
    let list = try await console.get("/api/v1/databases").object
    let databases = try #require(list["databases"] as? [[String: Any]])
    #expect(databases.map { $0["name"] as? String } == ["a week.db", "damaged.db", "empty.db"])
    #expect(databases.map { $0["problem"] is String } == [false, true, false])
    #expect(databases.allSatisfy { $0["is_shown"] as? Bool == false && $0["is_own"] as? Bool == false })
    #expect(list["folder"] as? String == folder.path("in") && list["shown"] as? String == list["own"] as? String)
    let other = try await console.get("/databases/a%20week.db/api/v1/databases").object
    #expect((other["databases"] as? [[String: Any]])?[0]["is_shown"] as? Bool == true)
    #expect(other["own"] as? String == list["own"] as? String)
  }

  @Test func `each has the page and the API of its own`() async throws {
    let count = "api/v1/count/packet"
    #expect(try await console.get("/\(count)").object["count"] as? Int == 0)
    #expect(try await console.get("/databases/a%20week.db/\(count)").object["count"] as? Int == 425)
    #expect(try await console.get("/databases/empty.db/\(count)").object["count"] as? Int == 0)
    #expect(
      try await console.get("/databases/a%20week.db/api/v1/capture/query?query=select+count(*)+from+message")
        .rows.first?.first as? Int == 425)
    let page = try await console.get("/databases/a%20week.db/")
    #expect(page.status == 200 && page.text.contains("<main id=\"view\""))
    #expect(try await console.get("/databases/a%20week.db/app.js").status == 200)
    let bare = try await console.get("/databases/a%20week.db")
    #expect(bare.status == 308 && bare.head.contains("Location: a%20week.db/\r\n"))
    #expect(try await console.get("/databases/a%20week.db/api/v1/none").status == 404)
  }

  @Test func `nothing is written to them`() async throws {
    for path in ["capture/start", "capture/stop", "capture/destroy", "indices/make"] {
      let answer = try await console.post("/databases/a%20week.db/api/v1/\(path)", "{}")
      #expect(answer.status == 409 && answer.error.contains("is only shown here"), "\(path): \(answer.text)")
    }
    // What the original does by GET is nothing that another site may ask for here either.
    let foreign = try await console.get(
      "/databases/a%20week.db/api/v1/capture/destroy", "Origin: http://elsewhere.example")
    #expect(foreign.status == 403)
    #expect(try await console.get("/databases/a%20week.db/api/v1/count/packet").object["count"] as? Int == 425)
  }

  @Test func `nothing outside of the folder can be reached`() async throws {
    for name in ["link.db", "..%2Foutside.db", "%2E%2E", "none.db", "notes.txt", "in%2Fempty.db", "a.db", "%00", "."] {
      let answer = try await console.get("/databases/\(name)/api/v1/count/packet")
      #expect(answer.status == 404, "\(name): \(answer.text)")
    }
    #expect(try await console.get("/databases/../outside.db/api/v1/count/packet").status == 404)
    #expect(try await console.get("/databases/damaged.db/api/v1/count/packet").status == 409)
  }

  @Test func `without a folder there is no other`() async throws {
    let console = try await TestConsole.start()
    let list = try await console.get("/api/v1/databases").object
    #expect(list["folder"] is NSNull && (list["databases"] as? [Any])?.isEmpty == true)
    #expect(try await console.get("/databases/a.db/api/v1/count/packet").status == 404)
  }
}
