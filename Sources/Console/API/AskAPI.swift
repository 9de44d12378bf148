import Capture
import Hummingbird
import ParserRuntime

// What the page shows is asked for by name: the store has the words.
extension ConsoleDesk {
  private static let filterSchema = Schema.object([
    ("type", .optional(.value("of the type's column"))), ("address", .optional(.string("of either side"))),
    ("port", .optional(.integer("of the side that has the address"))), ("flow", .optional(.whole("the connection"))),
    ("start_us", .optional(.whole("no earlier than this"))), ("end_us", .optional(.whole("earlier than this"))),
    ("where", .optional(.string("what must hold besides, in the language of filters; see /api/v1/filter/names"))),
  ])

  var askOperation: Operation {
    Operation(
      [.post], "/api/v1/ask", "What the page shows, in the columns and rows of a result",
      body: .object([
        (
          "question",
          .string(
            "span, times, last, fences, messages, traffic, talkers, flows, flow_totals, issue_kinds, types, rows or count"
          )
        ), ("filter", .optional(Self.filterSchema)), ("from", .optional(.whole("an id, or a time in µs"))),
        ("limit", .optional(.integer())), ("every", .optional(.integer("of fences"))),
        ("width", .optional(.integer("of the pieces of traffic, in µs"))),
        ("address", .optional(.string("of flows"))), ("order", .optional(.string("of flows"))),
        ("offset", .optional(.integer("of flows"))), ("table", .optional(.string("of rows and count"))),
      ]),
      answers: [
        .json(.object([("columns", .array(of: .string())), ("rows", .array(of: .array(of: .value())))]))
      ]
    ) { [self] request, context in
      let body = try await RequestBodyObject(request, limit: options.limits.bodyBytes)
      let question = try question(body)
      return try await context.presence().whilePresent { [self] in
        try await failingAsAPI { try await answer(question) }
      }
    }
  }

  private func answer(_ question: QueryService.Question) async throws -> Response {
    var request = QueryService.Request(question)
    request.rows = options.limits.rows
    request.bytes = options.limits.resultBytes
    let body = try await queries.run(request) { cursor in
      var writer = ResultWriter(.json, columns: cursor.columns, bigIntegersAsText: true)
      writer.begin()
      while try cursor.step() { writer.row(cursor) }
      writer.end()
      return writer.take()
    }
    return .bytes(body, ResultWriter.Format.json.mediaType)
  }

  private func question(_ body: RequestBodyObject) throws -> QueryService.Question {
    func number(_ name: String, _ range: ClosedRange<Int>, _ fallback: Int) throws -> Int {
      let value = try body.integerIfAny(name) ?? fallback
      guard range.contains(value) else {
        throw APIError(.badRequest, "'\(name)' is from \(range.lowerBound) to \(range.upperBound)")
      }
      return value
    }
    let start = Int64(try body.integerIfAny("from") ?? 0)
    let address = try body.textIfAny("address")
    switch try body.text("question") {
    case "span": return .answer(.span)
    case "times": return .answer(.times)
    case "last":
      return .rows(RowRequest("message", columns: ["id"], order: "id", isDescending: true, limit: 1))
    case "fences": return .answer(.fences(try filter(body), from: start, every: try number("every", 2...10_000, 500)))
    case "messages":
      return .answer(.messages(try filter(body), from: start, limit: try number("limit", 1...10_000, 500)))
    case "traffic": return .answer(.traffic(from: start, width: Int64(try number("width", 1...Int.max, 1_000_000))))
    case "talkers": return .answer(.talkers(limit: try number("limit", 1...1000, 10)))
    case "flows":
      let name = try body.textIfAny("order") ?? FlowOrder.latest.rawValue
      guard let order = FlowOrder(rawValue: name) else {
        let names = FlowOrder.allCases.map(\.rawValue).joined(separator: ", ")
        throw APIError(.badRequest, "'order' is one of \(names)")
      }
      return .answer(
        .flows(
          address: address, order, limit: try number("limit", 1...10_000, 200),
          offset: try number("offset", 0...Int.max, 0)))
    case "flow_totals": return .answer(.flowTotals(address: address))
    case "issue_kinds": return .answer(.issueKinds(limit: try number("limit", 1...1000, 12)))
    case "types": return .counts("message", by: [runner.info.typeColumn ?? "content_table"])
    case "count": return .counts(try body.text("table"), by: [])
    case "rows":
      return .rows(RowRequest(try body.text("table"), limit: try number("limit", 1...10_000, 10_000)))
    case let other: throw APIError(.badRequest, "there is no question '\(other)'")
    }
  }

  private func filter(_ body: RequestBodyObject) throws -> MessageFilter {
    var filter = MessageFilter()
    guard let given = try body.object("filter") else { return filter }
    filter.type = try given.queryValueIfAny("type")
    filter.address = try given.textIfAny("address")
    filter.port = try given.integerIfAny("port")
    filter.flow = try given.integerIfAny("flow").map(Int64.init)
    filter.start = try given.integerIfAny("start_us").map(Int64.init)
    filter.end = try given.integerIfAny("end_us").map(Int64.init)
    filter.condition = try given.textIfAny("where").map(condition)
    return filter
  }

  var statementOperation: Operation {
    Operation(
      [.post], "/api/v1/statement", "A query to go on with: for messages, for rows of a table, or for a text anywhere",
      body: .object([
        ("filter", .optional(Self.filterSchema)),
        ("values", .optional(.string("a name of filters: how often it has which value in these messages"))),
        ("table", .optional(.string())), ("column", .optional(.string())),
        ("value", .optional(.value("that rows have in the column"))),
        ("find", .optional(.string("in all columns of the tables that messages are stored in"))),
      ]), answers: [.json(.object([("query", .string())]))]
    ) { [self] request, _ in
      let body = try await RequestBodyObject(request, limit: options.limits.bodyBytes)
      let topic: StatementTopic =
        if let text = try body.textIfAny("find") {
          .occurrences(text)
        } else if let table = try body.textIfAny("table") {
          .rows(table: table, column: try body.textIfAny("column"), try body.queryValueIfAny("value"))
        } else if let name = try body.textIfAny("values") {
          .values(try values(of: name), try filter(body))
        } else {
          .messages(try filter(body))
        }
      return .json(["query": .text(runner.store.queries.statement(topic))])
    }
  }
}
