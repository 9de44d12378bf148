import Foundation
import Testing

@testable import Console

/// Queries that are saved for all who use a console.
@Suite struct SavedQueryTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path("saved.json") }

  init() throws { folder = try TemporaryFolder() }

  private func names(_ queries: SavedQueries) throws -> [String] { try queries.all.map(\.name) }

  @Test func `queries are kept by their names, and found by who comes later`() throws {
    let queries = SavedQueries(path: path)
    #expect(try names(queries) == [] && !FileManager.default.fileExists(atPath: path))
    for (name, query) in [("b", "select 1"), ("a", "select 2"), ("b", "select 1")] {
      try queries.save(.init(name: name, query: query))
    }
    // Another one of a name that is known replaces it only where that is said.
    let other = SavedQueries.Query(name: "b", query: "select 3")
    let refused = #expect(throws: APIError.self) { try queries.save(other) }
    #expect(refused?.message.contains("'b'") == true)
    #expect(try queries.all.map(\.query) == ["select 2", "select 1"])
    try queries.save(other, isReplacing: true)
    let later = SavedQueries(path: path)
    #expect(try later.all.map { "\($0.name) \($0.query)" } == ["a select 2", "b select 3"])
    try later.remove("a")
    #expect(try names(queries) == ["b"])
    #expect(throws: APIError.self) { try queries.remove("a") }
  }

  @Test func `there are so many, and no more`() throws {
    let queries = SavedQueries(path: path)
    let many = (0..<SavedQueries.maximumCount).map { SavedQueries.Query(name: "\($0)", query: "select 1") }
    try JSONEncoder().encode(many).write(to: URL(filePath: path))
    #expect(throws: APIError.self) { try queries.save(.init(name: "more", query: "select 1")) }
    // One of a known name takes no place.
    try queries.save(.init(name: "7", query: "select 7"), isReplacing: true)
    #expect(try queries.all.count == SavedQueries.maximumCount)
  }

  @Test func `a file that is no list is told, and left as it is`() throws {
    try Data("[{]".utf8).write(to: URL(filePath: path))
    let queries = SavedQueries(path: path)
    for change in [{ _ = try queries.all }, { try queries.save(.init(name: "a", query: "b")) }] {
      let error = #expect(throws: APIError.self) { try change() }
      #expect(error?.message.contains(path) == true)
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "[{]")
  }

  @Test func `those who save at once lose nothing`() async throws {
    let console = try await TestConsole.start()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<20 {
        group.addTask {
          let answer = try await console.post("/api/v1/queries/save", #"{"name": "q\#(number)", "query": "select 1"}"#)
          #expect(answer.status == 200, "\(answer.text)")
        }
      }
      try await group.waitForAll()
    }
    let saved = try await console.get("/api/v1/queries").object["queries"] as? [[String: String]]
    #expect(saved?.count == 20)
    let other = #""name": "q1", "query": "select 2""#
    let refused = try await console.post("/api/v1/queries/save", "{\(other)}")
    #expect(refused.status == 409 && refused.object["kind"] as? String == "exists", "\(refused.text)")
    #expect(try await console.post("/api/v1/queries/save", #"{\#(other), "replace": true}"#).status == 200)
    #expect(try await console.post("/api/v1/queries/remove", #"{"name": "q1"}"#).status == 200)
    #expect(try await console.post("/api/v1/queries/remove", #"{"name": "q1"}"#).status == 404)
    #expect(try await console.post("/api/v1/queries/save", #"{"name": "", "query": "x"}"#).status == 400)
  }
}
