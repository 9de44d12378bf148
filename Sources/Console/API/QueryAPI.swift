import ParserRuntime
import Capture
import HTTPTypes
import Hummingbird
import NIOCore

extension ConsoleDesk {
  private static let resultMembers: [(String, Schema)] = [
    ("columns", .array(of: .string())),
    ("rows", .array(of: .array(of: .value("only where big_integers is text")))),
    ("truncated", .optional(.boolean("true where there were more rows than the limit"))),
    ("milliseconds", .optional(.number("that the query took"))),
    (
      "next",
      .optional(
        .value("of a page: the key after which the next one begins, as its column has it in rows; null after the last"))
    ),
  ]

  private static let formatSchema = Schema.choice(ResultWriter.Format.allCases.map(\.rawValue))
  private static let formatDoc = """
    json by default. All others are sent while the result is made. rows has a line of JSON for the columns' names, one for \
    the values of each row, and at the end an object: with truncated and limit where there were more rows, and with error \
    and kind where the query ended before its end
    """
  /// No result has more rows.
  private static let limitSchema = Schema.integer(in: 0...Int(JSON.exactInteger))

  private static let parametersSchema = Schema.either(
    [.array(of: parameterSchema), .map(of: parameterSchema)],
    "a list of values for ?, or an object with values for :name; values are texts, numbers, truth values and nulls")
  private static let parameterSchema = Schema.either([.value(), .boolean()], "a text, a number, true, false or null")

  private static let queryBody = Schema.object([
    ("query", .filled("SQL")), ("parameters", .omittable(parametersSchema)),
    ("format", .omittable(formatSchema)), ("limit", .omittable(limitSchema)),
    ("timeout", .omittable(.positive("seconds"))),
    (
      "big_integers",
      .omittable(
        .choice(
          ["text", "number"],
          "'text' makes texts of integers that JavaScript cannot hold, and takes such texts for 'after' of a page"))
    ),
    ("download", .omittable(.boolean("json in full, as a file"))),
    (
      "order",
      .omittable(
        .object([
          ("column", .filled("of the result, by which its rows are sorted")), ("descending", .omittable(.boolean())),
        ]))
    ),
    (
      "page",
      .omittable(
        .object([
          ("key", .filled("the column of the result by which its rows are ordered")),
          ("after", .optional(.value("only rows behind those with this key"))),
          ("limit", .omittable(.integer("rows; 100 by default", in: 1...10_000))),
          ("descending", .omittable(.boolean())),
        ]))
    ),
  ])

  private static let explainBody = Schema.object([
    ("query", .filled("SQL")), ("parameters", .omittable(parametersSchema)),
  ])

  var queryOperation: Operation {
    Operation(
      [.get, .post], "/api/v1/capture/query", "Run one SQL statement that reads",
      parameters: [
        .init(name: "query", schema: .filled(), isRequired: true, doc: "SQL"),
        .init(name: "format", schema: Self.formatSchema, doc: Self.formatDoc),
        .init(
          name: "limit", schema: Self.limitSchema,
          doc: "rows at the most; no more than max_query_result for json and max_page_rows for rows, else all"),
        .init(
          name: "timeout", schema: .positive(),
          doc: "seconds; query_seconds by default for json and rows, \(Int(options.limits.maximumSeconds)) else"),
        .init(name: "parameters", schema: .filled(), doc: "values as in a body, in JSON"),
        .init(name: "download", schema: .integer(in: 0...1), doc: "1: json in full, as a file"),
      ],
      body: .json(Self.queryBody),
      answers: [
        .json(.object(Self.resultMembers)), .text("text/csv"), .text("application/x-ndjson"),
      ]
    ) { [self] request, context in
      let query = try await queryRequest(request, Self.queryBody)
      if query.isStreamed { return try await stream(query, try await context.presence()) }
      return try await answer(to: context) { [self] in try await whole(query) }
    }
  }

  var explainOperation: Operation {
    Operation(
      [.get, .post], "/api/v1/explain", "How the store would run a statement",
      parameters: [.init(name: "query", schema: .filled(), isRequired: true, doc: "SQL")],
      body: .json(Self.explainBody),
      answers: [
        .json(
          .object([
            (
              "plan",
              .array(of: .object([("id", .integer()), ("parent", .integer()), ("detail", .string())]))
            )
          ]))
      ]
    ) { [self] request, context in
      let query = try await queryRequest(request, Self.explainBody)
      return try await answer(to: context) { [self] in
        let plan = try await queries.ask { try $0.explain(query.sql, query.parameters, $1) }
        let steps = plan.map { step -> JSON in
          ["id": .integer(step.id), "parent": .integer(step.parent), "detail": .text(step.detail)]
        }
        return .json(["plan": .array(steps)])
      }
    }
  }

  // MARK: Answers

  private func queryRequest(_ request: Request, _ body: Schema) async throws -> QueryRequest {
    request.method == .get
      ? try QueryRequest(request.uri)
      : try QueryRequest(try await self.body(of: request, as: body))
  }

  /// A result that is small enough to be made before any of it is sent, so that an error is an answer of its own.
  private func whole(_ query: QueryRequest) async throws -> Response {
    let limit = min(query.limit ?? options.limits.rows, options.limits.rows)
    var request = QueryService.Request(query.question(rows: limit))
    request.rows = limit
    request.bytes = options.limits.resultBytes
    request.seconds = query.seconds
    let body = try await queries.run(request) { cursor in
      let start = ContinuousClock.now
      var writer = ResultWriter(.json, columns: cursor.columns, bigIntegersAsText: query.bigIntegersAsText)
      writer.begin()
      try query.check(cursor.columns)
      let page = try query.page.map { try PageKey($0, in: cursor.columns) }
      var next: JSON = .null
      var rows = 0
      while try cursor.step() {
        writer.row(cursor)
        rows += 1
        if let page, rows == page.limit { next = page.key(of: cursor, bigIntegersAsText: query.bigIntegersAsText) }
      }
      var more: [(String, JSON)] = cursor.isTruncated ? [("truncated", true)] : []
      if query.isExtended {
        let time = start.duration(to: .now)
        more.append(("milliseconds", .real((time / .milliseconds(1) * 100).rounded() / 100)))
      }
      if page != nil { more.append(("next", next)) }
      writer.end(more)
      return writer.take()
    }
    return .bytes(body, ResultWriter.Format.json.mediaType)
  }

  /// A result of any length, sent while it is made.
  private func stream(_ query: QueryRequest, _ presence: ClientPresence) async throws -> Response {
    // What the page shows is bounded as other answers are, what is a file is not.
    let isShown = query.format == .rows && !query.isDownload
    let limit = isShown ? min(query.limit ?? options.limits.pageRows, options.limits.pageRows) : query.limit
    var request = QueryService.Request(query.question(rows: limit))
    request.rows = limit
    request.seconds = query.seconds ?? (isShown ? options.limits.seconds : options.limits.maximumSeconds)
    let sendable = request
    let open = try await failingAsAPI { try await queries.open(sendable) }
    let rows = StreamedResult(open, query, limit: limit)
    return try await download(
      open, presence, type: query.format.mediaType, name: "result.\(query.format.rawValue)"
    ) { [self] in try await failingAsAPI { try await rows.next() } }
  }

  /// Makes an answer that takes queries: they end when the client goes away, and what they fail with is told it.
  func answer(
    to context: ConsoleContext, _ body: @escaping @Sendable () async throws -> Response
  ) async throws -> Response {
    try await context.presence().whilePresent { [self] in try await failingAsAPI(body) }
  }

  /// What queries fail with, as answers.
  func failingAsAPI<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
    do {
      return try await body()
    } catch let error as QueryError {
      throw APIError(error)
    }
  }
}

/// The parts of a result that is sent while it is made.
private actor StreamedResult {
  private static let partBytes = 64 << 10

  private let open: OpenQuery
  private let query: QueryRequest
  private let limit: Int?
  private var writer: ResultWriter?
  private var isAtEnd = false

  init(_ open: OpenQuery, _ query: QueryRequest, limit: Int?) {
    self.open = open
    self.query = query
    self.limit = limit
  }

  func next() async throws -> [UInt8]? {
    guard !isAtEnd else { return nil }
    let before = writer
    let (bytes, after, isLast) = try await open.onThread { [query, limit] cursor in
      var writer =
        before ?? ResultWriter(query.format, columns: cursor.columns, bigIntegersAsText: query.bigIntegersAsText)
      if before == nil {
        try query.check(cursor.columns)
        writer.begin()
      }
      while writer.byteCount < Self.partBytes {
        do {
          guard try cursor.step() else {
            writer.end(cursor.isTruncated ? [("truncated", true), ("limit", .optional(limit))] : [])
            return (writer.take(), writer, true)
          }
        } catch let error as QueryError {
          // Without a row the error is the answer; behind rows, only `rows` can say it.
          guard query.format == .rows, before != nil || writer.hasRows else { throw error }
          writer.end([("error", .text(error.description)), ("kind", .text(error.kind.rawValue))])
          return (writer.take(), writer, true)
        }
        writer.row(cursor)
      }
      return (writer.take(), writer, false)
    }
    writer = after
    isAtEnd = isLast
    return bytes
  }
}

/// The key of a page's last row.
private struct PageKey {
  let limit: Int
  private let column: Int

  init(_ page: ResultPage, in columns: [String]) throws {
    guard let column = columns.firstIndex(of: page.key) else {
      throw QueryError(.sql, "the result has no column '\(page.key)' to page by")
    }
    self.column = column
    limit = page.limit
  }

  func key(of cursor: any ResultCursor, bigIntegersAsText: Bool) -> JSON {
    switch cursor.value(column) {
    case .null: .null
    case .integer(let value): bigIntegersAsText ? .whole(value) : .integer(value)
    case .real(let value): .real(value)
    case .text(let value): .text(value)
    case .blob(let value): .text(value.hex)
    }
  }
}
