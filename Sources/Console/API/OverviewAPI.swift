import Capture
import Hummingbird
import ParserRuntime

extension ConsoleDesk {
  private static let overviewBody = Schema.object([
    ("from_us", .whole("time in µs since 1970-01-01 UTC, from which on")),
    ("to_us", .whole("time in µs, before which")),
    ("width_us", .integer("of a piece of the time line, in µs", in: 1...Int(JSON.exactInteger))),
  ])

  private static let overviewAnswer = Schema.object([
    (
      "queries",
      .array(
        of: .object([
          ("title", .string()), ("doc", .nullable(.string("how the result is to be read"))),
          (
            "chart",
            .nullable(
              .choice(
                SpecificationInfo.OverviewQuery.Chart.allCases.map(\.rawValue),
                "by the first column, the numbers in the others; null for a table"))
          ), ("query", .string("with the time in its place")),
        ]))
    )
  ])

  /// What the description wants to be told of a time.
  var overviewOperation: Operation {
    Operation(
      [.post], "/api/v1/overview", "What the description's overview asks of a time", body: .json(Self.overviewBody),
      answers: [.json(Self.overviewAnswer)]
    ) { [self] request, context in
      let body = try await self.body(of: request, as: Self.overviewBody)
      var parameters: [String: QueryValue] = [:]
      for name in ["from_us", "to_us", "width_us"] {
        parameters[name] = .integer(Int64(try body.integerIfAny(name) ?? 0))
      }
      return try await answer(to: context) { [self, parameters] in
        .json(["queries": .array(try await overviewQueries(parameters))])
      }
    }
  }

  private func overviewQueries(_ parameters: [String: QueryValue]) async throws -> [JSON] {
    try await queries.ask { [info = runner.info] engine, control in
      try info.overviewQueries.map { one -> JSON in
        let text = try engine.statement(one.query, .named(parameters), control)
        return [
          "title": .text(one.query.title), "doc": .optional(one.query.doc), "chart": .optional(one.chart?.rawValue),
          "query": .text(text),
        ]
      }
    }
  }
}
