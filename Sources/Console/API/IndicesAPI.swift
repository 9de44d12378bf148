import Capture
import HTTPTypes
import Hummingbird
import ParserRuntime

extension ConsoleDesk {
  var indicesOperation: Operation {
    Operation(
      [.get], "/api/v1/indices", "Indices that make queries faster, and whether they are there",
      answers: [
        .json(
          .object([("indices", .array(of: .object([("name", .string()), ("sql", .string()), ("exists", .boolean())])))])
        )
      ]
    ) { [self] _, _ in
      let existing = try await queries.rows("SELECT name FROM sqlite_master WHERE type = 'index'")
        .compactMap { row -> String? in if case .text(let name)? = row.first?.1 { name } else { nil } }
      let indices = SuggestedIndex.all(of: runner.info).map { index -> JSON in
        [
          "name": .text(index.name), "sql": .text(index.sql),
          "exists": .bool(existing.contains(index.name)),
        ]
      }
      return .json(["indices": .array(indices)])
    }
  }

  var makeIndicesOperation: Operation {
    Operation(
      [.post], "/api/v1/indices/make", "Make the suggested indices; no capture may run meanwhile",
      answers: [.json(.object([("made", .integer())]))]
    ) { [self] _, _ in
      let indices = SuggestedIndex.all(of: runner.info)
      try await changing { try await runner.makeIndices(indices.map(\.sql)) }
      return .json(["made": .integer(indices.count)])
    }
  }
}
