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
    ) { [self] _, context in
      try await answer(to: context) { [self] in
        let indices = try await suggestedIndices().map { index -> JSON in
          ["name": .text(index.name), "sql": .text(index.definition), "exists": .bool(index.exists)]
        }
        return .json(["indices": .array(indices)])
      }
    }
  }

  private func suggestedIndices() async throws -> [SuggestedIndex] {
    try await queries.askSchema { try $0.indices($1) }
  }

  var makeIndicesOperation: Operation {
    Operation(
      [.post], "/api/v1/indices/make", "Make the suggested indices; no capture may run meanwhile",
      answers: [.json(.object([("made", .integer())]))]
    ) { [self] _, _ in
      try await changing { try await runner.makeIndices() }
      return .json(["made": .integer(try await failingAsAPI { try await suggestedIndices().count })])
    }
  }
}
