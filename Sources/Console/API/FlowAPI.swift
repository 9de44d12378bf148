import ParserRuntime
import Capture
import Hummingbird

extension ConsoleDesk {
  private static let maximumRows = 1000

  var flowOperation: Operation {
    Operation(
      [.get], "/api/v1/flow/{id}", "A connection: its row, its events, what went wrong, and its messages",
      parameters: [
        .init(name: "after", schema: .whole(), doc: "only messages with a greater id"),
        .init(name: "limit", schema: .integer(in: 1...Self.maximumRows), doc: "messages at the most; 200 by default"),
      ],
      answers: [
        .json(
          .object([
            ("flow", .map(of: .value())), ("events", .array(of: .map(of: .value()))),
            ("issues", .array(of: .map(of: .value()))), ("messages", .array(of: .map(of: .value()))),
            ("next", .nullable(.whole("the message after which the next page begins"))),
          ]))
      ]
    ) { [self] request, context in
      let id = try context.parameters.require("id", as: Int64.self)
      let after = request.uri.queryParameters.get("after", as: Int64.self) ?? 0
      let limit = request.uri.queryParameters.get("limit", as: Int.self) ?? 200
      return try await answer(to: context) { [self] in try await flow(id, after: after, limit: limit) }
    }
  }

  private func flow(_ id: Int64, after: Int64, limit: Int) async throws -> Response {
    let key = QueryValue.integer(id)
    guard let flow = try await queries.rows(RowRequest("flow", where: [.equal("id", key)])).first else {
      throw APIError(.notFound, "there is no connection \(id)")
    }
    func rows(_ table: String) async throws -> JSON {
      let request = RowRequest(table, where: [.equal("flow_id", key)], order: "id", limit: Self.maximumRows)
      return .array(try await queries.rows(request).map { JSON(row: $0) })
    }
    let types = try await messageTypes()
    let messages = try await queries.rows(
      RowRequest(
        "message", where: [.equal("flow_id", key), .greater("id", .integer(after))], order: "id", limit: limit)
    ).map { row in row + [("type", types.name(of: Dictionary(row) { first, _ in first }))] }
    return .json([
      "flow": JSON(row: flow), "events": try await rows("flow_event"), "issues": try await rows("decode_issue"),
      "messages": .array(messages.map { JSON(row: $0) }),
      "next": messages.count == limit ? messages.last?.first.map { JSON($0.1) } ?? .null : .null,
    ])
  }
}
