import HTTPTypes
import Hummingbird

// Queries that are shared by all who use the console.
extension ConsoleDesk {
  private static let savedPath = "/api/v1/queries"
  private static let savedSchema = Schema.object([
    ("queries", .array(of: .object([("name", .string()), ("query", .string("SQL"))])))
  ])
  private static let saveBody = Schema.object([
    ("name", .filled(length: 200)), ("query", .filled("SQL", length: 50_000)),
    ("replace", .omittable(.boolean("another query of this name, which is answered by 409 without it"))),
  ])
  private static let removeBody = Schema.object([("name", .filled(length: 200))])

  var savedQueriesOperation: Operation {
    Operation(
      [.get], Self.savedPath, "Queries that were saved, by their names", answers: [.json(Self.savedSchema)]
    ) { [self] _, _ in try savedQueriesAnswer() }
  }

  var saveQueryOperation: Operation {
    Operation(
      [.post], Self.savedPath + "/save", "Save a query for all who use the console", body: .json(Self.saveBody),
      answers: [.json(Self.savedSchema)]
    ) { [self] request, _ in
      let body = try await self.body(of: request, as: Self.saveBody)
      try savedQueries.save(
        .init(name: try body.text("name"), query: try body.text("query")), isReplacing: try body.flag("replace"))
      return try savedQueriesAnswer()
    }
  }

  var removeQueryOperation: Operation {
    Operation(
      [.post], Self.savedPath + "/remove", "Remove a query that was saved", body: .json(Self.removeBody),
      answers: [.json(Self.savedSchema)]
    ) { [self] request, _ in
      let body = try await self.body(of: request, as: Self.removeBody)
      try savedQueries.remove(try body.text("name"))
      return try savedQueriesAnswer()
    }
  }

  private func savedQueriesAnswer() throws -> Response {
    let queries = try savedQueries.all.map { query -> JSON in
      ["name": .text(query.name), "query": .text(query.query)]
    }
    return .json(["queries": .array(queries)])
  }
}
