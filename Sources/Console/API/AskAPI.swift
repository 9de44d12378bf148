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
    let pieces = [
      ("from", Schema.omittable(.whole("time in µs, where pieces of time begin"))),
      ("width", .omittable(.integer("of a piece, in µs; a second by default", in: 1...Int(JSON.exactInteger)))),
    ]
    return .variants(
      by: "question",
      [
        ("span", []), ("last", []), ("types", []),
        ("summaries", [("ids", .array(of: .whole("of a message"), limit: 1000))]), ("times", [filter]),
        ("traffic", [filter] + pieces), ("talkers", [filter, limit(1...1000, 10)]), ("issues", [filter] + pieces),
        ("requests", [filter]),
        (
          "latency",
          [filter, ("by", .choice(["type", "time", "flow"], "what is told each for itself")), limit(1...1000, 10)]
            + pieces
        ), ("runs", [filter, limit(1...10_000, 1000)]),
        (
          "fences",
          [
            filter, ("from", .omittable(.whole("the first id"))),
            ("every", .omittable(.integer("messages from one to the next; 500 by default", in: 2...10_000))),
          ]
        ), ("messages", [filter, ("from", .omittable(.whole("the first id"))), limit(1...10_000, 500)]),
        (
          "flows",
          [
            address, filter, ("order", .omittable(.choice(FlowOrder.allCases.map(\.rawValue)))), limit(1...10_000, 200),
            ("offset", .omittable(.integer("rows that are left out before", in: 0...Int(JSON.exactInteger)))),
          ]
        ), ("flow_totals", [address, filter]), ("count", [("table", .filled())]),
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
        return try await answer(to: context) { [self] in try await summaries(of: ids) }
      }
      let question = try question(body)
      return try await answer(to: context) { [self] in
        do {
          return try await answer(question)
        } catch let error as QueryError where error.kind == .sql && question.table != nil {
          // The statement is ours: it is the table that is not there.
          throw APIError(.notFound, error.description)
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
    case "last":
      return .rows(RowRequest("message", columns: ["id"], order: "id", isDescending: true, limit: 1))
    case "fences": return .answer(.fences(try filter(body), from: start, every: try number("every", 500)))
    case "messages": return .answer(.messages(try filter(body), from: start, limit: try number("limit", 500)))
    case "flows":
      let order = try body.textIfAny("order").flatMap(FlowOrder.init) ?? .latest
      return .answer(
        .flows(
          address: address, try filter(body), order, limit: try number("limit", 200), offset: try number("offset", 0)))
    case "flow_totals": return .answer(.flowTotals(address: address, try filter(body)))
    case "types": return .counts("message", by: [runner.info.messageTypeColumn])
    case "count": return .counts(try body.text("table"), by: [])
    case "rows": return .rows(RowRequest(try body.text("table"), limit: try number("limit", 10_000)))
    case let other:
      guard let question = try overviewQuestion(other, body) else {
        throw APIError(.badRequest, "there is no question '\(other)'")
      }
      return .answer(.overview(question, try filter(body)))
    }
  }

  private func overviewQuestion(_ name: String, _ body: RequestBodyObject) throws -> OverviewQuestion? {
    let start = Int64(try body.integerIfAny("from") ?? 0)
    let width = Int64(try body.integerIfAny("width") ?? 1_000_000)
    let limit = try body.integerIfAny("limit")
    switch name {
    case "times": return .times
    case "traffic": return .traffic(from: start, width: width)
    case "talkers": return .talkers(limit: limit ?? 10)
    case "issues": return .issues(from: start, width: width)
    case "requests": return .requests
    case "latency":
      switch try body.text("by") {
      case "time": return .latency(.time(from: start, width: width))
      case "flow": return .latency(.flow(limit: limit ?? 10))
      default: return .latency(.type)
      }
    case "runs": return .runs(limit: limit ?? 1000)
    default: return nil
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
      .object([
        ("issues", .object([("kind", .omittable(.filled("of any kind without it")))])),
        ("filter", .omittable(filterSchema)),
      ]),
      .object([("find", .filled("in all columns of the tables that messages are stored in"))]),
    ], "an object with 'filter', 'issues' or 'find', or with 'table', alone or with 'column' and 'value'")

  var statementOperation: Operation {
    Operation(
      [.post], "/api/v1/statement",
      "A query to go on with: for messages, their issues, rows of a table, or a text anywhere",
      body: .json(Self.statementBody), answers: [.json(.object([("query", .string())]))]
    ) { [self] request, _ in
      let body = try await self.body(of: request, as: Self.statementBody)
      let topic: StatementTopic =
        if let text = try body.textIfAny("find") {
          .occurrences(text)
        } else if let table = try body.textIfAny("table") {
          .rows(table: table, column: try body.textIfAny("column"), try body.queryValueIfAny("value"))
        } else if let issues = try body.object("issues") {
          .issues(kind: try issues.textIfAny("kind"), try filter(body))
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
