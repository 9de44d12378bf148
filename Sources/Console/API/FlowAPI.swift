import ParserRuntime
import Capture
import Hummingbird

extension ConsoleDesk {
  private static let maximumRows = 1000

  var flowOperation: Operation {
    Operation(
      [.get], "/api/v1/flow/{id}", "A connection: its row, its events, what went wrong, and its messages",
      parameters: [
        .init(name: "after", schema: .integer(), doc: "only messages with a greater id"),
        .init(name: "limit", schema: .integer(), doc: "messages at the most, up to 1000; 200 by default"),
      ],
      answers: [
        .json(
          .object([
            ("flow", .map(of: .any())), ("events", .array(of: .map(of: .any()))),
            ("issues", .array(of: .map(of: .any()))), ("messages", .array(of: .map(of: .any()))),
            ("next", .nullable(.integer("the message after which the next page begins"))),
          ]))
      ]
    ) { [self] request, context in
      let id = try context.parameters.require("id", as: Int64.self)
      let after = request.uri.queryParameters.get("after", as: Int64.self) ?? 0
      let limit = min(max(request.uri.queryParameters.get("limit", as: Int.self) ?? 200, 1), Self.maximumRows)
      return try await failingAsAPI { try await flow(id, after: after, limit: limit) }
    }
  }

  private func flow(_ id: Int64, after: Int64, limit: Int) async throws -> Response {
    guard let flow = try await queries.rows("SELECT * FROM flow WHERE id = ?", .list([.integer(id)])).first else {
      throw APIError(.notFound, "there is no connection \(id)")
    }
    func rows(_ table: String) async throws -> JSON {
      let sql = "SELECT * FROM \(table) WHERE flow_id = ? ORDER BY id LIMIT \(Self.maximumRows)"
      return .array(try await queries.rows(sql, .list([.integer(id)])).map { JSON(row: $0) })
    }
    let messages = try await queries.rows(
      "SELECT m.*, \(typeName("m")) AS type FROM message AS m WHERE flow_id = ? AND id > ? ORDER BY id LIMIT ?",
      .list([.integer(id), .integer(after), .integer(Int64(limit))]))
    return .json([
      "flow": JSON(row: flow), "events": try await rows("flow_event"), "issues": try await rows("decode_issue"),
      "messages": .array(messages.map { JSON(row: $0) }),
      "next": messages.count == limit ? messages.last?.first.map { JSON($0.1) } ?? .null : .null,
    ])
  }

  /// SQL for the name of a message's type.
  func typeName(_ message: String) -> String {
    guard let column = runner.info.typeColumn,
      let names = runner.info.lookups.first(where: { $0.table == "message" && $0.column == column })?.names
    else { return "coalesce(\(message).content_table, 'message')" }
    return
      "coalesce((SELECT name FROM \"\(names)\" WHERE value = \(message).\"\(column)\"), \(message).\"\(column)\")"
  }
}
