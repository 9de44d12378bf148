import Capture
import Hummingbird
import ParserRuntime

// What the page shows is asked for by name: the store has the words.
extension ConsoleDesk {
  private static let filterSchema = Schema.object([
    ("type", .omittable(.value("of the type's column"))), ("address", .omittable(.string("of either side"))),
    ("port", .omittable(.integer("of the side that has the address", in: 0...65_535))),
    ("flow", .omittable(.whole("the connection"))), ("start_us", .omittable(.whole("no earlier than this"))),
    ("end_us", .omittable(.whole("earlier than this"))),
    ("where", .omittable(.string("what must hold besides, in the language of filters; see /api/v1/filter/names"))),
  ])

  /// The questions, each with what it takes.
  private static let askBody: Schema = {
    let filter = ("filter", Schema.omittable(filterSchema))
    func limit(_ range: ClosedRange<Int>, _ fallback: Int) -> (String, Schema) {
      ("limit", .omittable(.integer("rows; \(fallback) by default", in: range)))
    }
    let address = ("address", Schema.omittable(.string("of either side")))
    return .variants(
      by: "question",
      [
        ("span", []), ("times", []), ("last", []), ("types", []),
        ("summaries", [("ids", .array(of: .whole("of a message"), limit: 1000))]), ("talkers", [limit(1...1000, 10)]),
        ("issue_kinds", [limit(1...1000, 12)]),
        (
          "fences",
          [
            filter, ("from", .omittable(.whole("the first id"))),
            ("every", .omittable(.integer("messages from one to the next; 500 by default", in: 2...10_000))),
          ]
        ), ("messages", [filter, ("from", .omittable(.whole("the first id"))), limit(1...10_000, 500)]),
        (
          "traffic",
          [
            ("from", .omittable(.whole("time in µs"))),
            ("width", .omittable(.integer("of a piece, in µs; a second by default", in: 1...Int(JSON.exactInteger)))),
          ]
        ),
        (
          "flows",
          [
            address, ("order", .omittable(.choice(FlowOrder.allCases.map(\.rawValue)))), limit(1...10_000, 200),
            ("offset", .omittable(.integer("rows that are left out before", in: 0...Int(JSON.exactInteger)))),
          ]
        ), ("flow_totals", [address]), ("count", [("table", .filled())]),
        ("rows", [("table", .filled()), limit(1...10_000, 10_000)]),
      ])
  }()

  var askOperation: Operation {
    Operation(
      [.post], "/api/v1/ask", "What the page shows, in the columns and rows of a result",
      body: .json(Self.askBody),
      answers: [
        .json(.object([("columns", .array(of: .string())), ("rows", .array(of: .array(of: .value())))]))
      ]
    ) { [self] request, context in
      let body = try await self.body(of: request, as: Self.askBody)
      if try body.text("question") == "summaries" {
        let ids = try body.integers("ids").map(Int64.init)
        return try await context.presence().whilePresent { [self] in
          try await failingAsAPI { try await summaries(of: ids) }
        }
      }
      let question = try question(body)
      return try await context.presence().whilePresent { [self] in
        do {
          return try await answer(question)
        } catch let error as QueryError where error.kind == .sql && question.table != nil {
          // The statement is ours: it is the table that is not there.
          throw APIError(.notFound, error.description)
        } catch let error as QueryError {
          throw APIError(error)
        }
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
    func number(_ name: String, _ fallback: Int) throws -> Int { try body.integerIfAny(name) ?? fallback }
    let start = Int64(try number("from", 0))
    let address = try body.textIfAny("address")
    switch try body.text("question") {
    case "span": return .answer(.span)
    case "times": return .answer(.times)
    case "last":
      return .rows(RowRequest("message", columns: ["id"], order: "id", isDescending: true, limit: 1))
    case "fences": return .answer(.fences(try filter(body), from: start, every: try number("every", 500)))
    case "messages": return .answer(.messages(try filter(body), from: start, limit: try number("limit", 500)))
    case "traffic": return .answer(.traffic(from: start, width: Int64(try number("width", 1_000_000))))
    case "talkers": return .answer(.talkers(limit: try number("limit", 10)))
    case "flows":
      let order = try body.textIfAny("order").flatMap(FlowOrder.init) ?? .latest
      return .answer(
        .flows(address: address, order, limit: try number("limit", 200), offset: try number("offset", 0)))
    case "flow_totals": return .answer(.flowTotals(address: address))
    case "issue_kinds": return .answer(.issueKinds(limit: try number("limit", 12)))
    case "types": return .counts("message", by: [runner.info.typeColumn ?? "content_table"])
    case "count": return .counts(try body.text("table"), by: [])
    case "rows": return .rows(RowRequest(try body.text("table"), limit: try number("limit", 10_000)))
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

  private static let statementBody = Schema.either(
    [
      .object([
        ("filter", .omittable(filterSchema)),
        ("values", .omittable(.filled("a name of filters: how often it has which value in these messages"))),
      ]),
      .object([
        ("table", .filled()), ("column", .filled()), ("value", .value("that rows have in the column; null for NULL")),
      ]), .object([("table", .filled())]),
      .object([("find", .filled("in all columns of the tables that messages are stored in"))]),
    ], "an object with 'filter' or 'find', or with 'table', alone or with 'column' and 'value'")

  var statementOperation: Operation {
    Operation(
      [.post], "/api/v1/statement", "A query to go on with: for messages, for rows of a table, or for a text anywhere",
      body: .json(Self.statementBody), answers: [.json(.object([("query", .string())]))]
    ) { [self] request, _ in
      let body = try await self.body(of: request, as: Self.statementBody)
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

extension QueryService.Question {
  /// The table that a client has named.
  fileprivate var table: String? {
    switch self {
    case .rows(let request): request.table
    case .counts(let table, _): table
    default: nil
    }
  }
}
