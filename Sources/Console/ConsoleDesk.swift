import Capture
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization
import ParserRuntime

/// What a request comes with.
struct ConsoleContext: RequestContext {
  var coreContext: CoreRequestContextStorage

  private let channel: any Channel

  init(source: Source) {
    coreContext = CoreRequestContextStorage(source: source)
    channel = source.channel
  }

  /// Lets the client send a file, which may take its time as long as there is more of it.
  func expectFile() async throws {
    try await channel.eventLoop.submit { [channel] in
      try channel.pipeline.syncOperations.handler(type: ClientWatch.self).expectsFile = true
    }.get()
  }

  /// Whether the client is still there.
  func presence() async throws -> ClientPresence {
    try await channel.eventLoop.submit { [channel] in
      try channel.pipeline.syncOperations.handler(type: ClientWatch.self).presence
    }.get()
  }
}

/// What requests are answered from.
final class ConsoleDesk: Sendable {
  let options: ConsoleOptions
  let runner: ActivityRunner
  let tracer: MessageTracer
  let fieldDocumentation: FieldDocumentation
  let filterLanguage: FilterLanguage
  let queries: QueryService
  let savedQueries: SavedQueries
  private let page: PageFiles
  let storedSummaries: StoredSummaries
  /// The desk of the console's own database, where this one is of another.
  let main: ConsoleDesk?
  private let others: OtherDatabases?
  private let isOver = Atomic(false)
  /// Whether somebody sends a capture file.
  let isUploading = Atomic(false)
  let listeners: ListenerCount

  init(_ options: ConsoleOptions, runner: ActivityRunner, tracer: MessageTracer) {
    self.options = options
    self.runner = runner
    self.tracer = tracer
    main = nil
    others = options.databaseFolder.map { OtherDatabases(DatabaseFolder(path: $0, info: runner.info)) }
    listeners = ListenerCount()
    fieldDocumentation = FieldDocumentation(tracer.info)
    storedSummaries = StoredSummaries(runner.info)
    filterLanguage = FilterLanguage(tracer.info)
    queries = QueryService(engine: { [runner] in runner.store.queries }, limits: options.limits)
    savedQueries = SavedQueries(path: options.savedQueries)
    page = PageFiles(program: runner.info.program)
  }

  /// For another database of the folder: it is shown, and nothing is written to it.
  init(_ database: DatabaseFile, beside main: ConsoleDesk) {
    options = main.options
    tracer = main.tracer
    fieldDocumentation = main.fieldDocumentation
    storedSummaries = main.storedSummaries
    filterLanguage = main.filterLanguage
    savedQueries = main.savedQueries
    page = main.page
    listeners = main.listeners
    let engine = database.queries
    queries = QueryService(engine: { engine }, sharing: main.queries)
    // Nobody runs it.
    runner = ActivityRunner(store: database, as: main.runner.specification, control: .none) { _ in }
    self.main = main
    others = nil
  }

  /// Nobody is served any more.
  var isClosed: Bool { isOver.load(ordering: .relaxed) || main?.isClosed == true }

  /// The folder of other databases; nil where there is none.
  var databaseFolder: String? { options.databaseFolder }

  func close() {
    isOver.store(true, ordering: .relaxed)
    others?.close()
    queries.close()
  }

  // MARK: Routes

  var operations: [Operation] {
    [
      statusOperation, schemaOperation, descriptionOperation, queryOperation, explainOperation, askOperation,
      statementOperation, filterNamesOperation, valueOperation, savedQueriesOperation, saveQueryOperation,
      removeQueryOperation, startOperation, stopOperation, rotateOperation, toggleOperation, destroyOperation,
      interfacesOperation,
      filterOperation, importOperation, uploadOperation, filesOperation, countOperation, perTypeOperation,
      perNameOperation, messageOperation, flowOperation, indicesOperation, makeIndicesOperation, eventsOperation,
      healthOperation, metricsOperation,
      overviewOperation, exportOperation, databasesOperation,
    ]
  }

  /// - Parameter isGuarded: whether requests have passed no other router, which lets in who may.
  func router(isGuarded: Bool = true) -> Router<ConsoleContext> {
    let router = Router(context: ConsoleContext.self)
    let program = runner.info.program
    if isGuarded {
      router.add(middleware: SecurityHeaders())
      router.add(middleware: RequestGuard(options: options, program: program))
    }
    for operation in operations {
      for method in operation.methods { router.on(RouterPath(operation.path), method: method, use: operation.answer) }
      var allowed = operations.filter { $0.path == operation.path }.flatMap(\.methods)
      // What supervisors may ask. Not everywhere: some of the original's GETs do something.
      if operation.path == "/healthz" { allowed.append(.head) }
      router.refuseOthers(operation.path, than: allowed)
    }
    let document = OpenAPIDocument(operations: operations, title: program.name, version: options.version).json.utf8
    router.get("/api/v1/openapi.json") { _, _ in
      Response.bytes(document, "application/json; charset=utf-8")
    }
    router.refuseOthers("/api/v1/openapi.json", than: [.get])
    for method in HTTPRequest.Method.standard {
      router.on("/api/**", method: method) { request, _ -> Response in
        throw APIError(.notFound, "there is no \(request.uri.path) here; /api/v1/openapi.json lists what there is")
      }
    }
    if let others {
      for path in ["/{name}", "/{name}/**"] {
        for method in HTTPRequest.Method.standard {
          router.on(RouterPath(OtherDatabases.path + path), method: method) { [self] request, context in
            try await others.respond(to: request, context, beside: self)
          }
        }
      }
    }
    for path in ["/", "/healthz"] { router.on(RouterPath(path), method: .head) { _, _ in Response(status: .ok) } }
    router.get("/") { [page] request, _ in try page.answer("index.html", to: request) }
    router.get("/**") { [page] request, _ in try page.answer(String(request.uri.path.dropFirst()), to: request) }
    router.refuseOthers("/", than: [.get, .head])
    router.refuseOthers("/**", than: [.get])
    return router
  }
}

extension Router<ConsoleContext> {
  /// Answers methods that a path does not take by naming those that it does, as RFC 9110 has it (15.5.6).
  fileprivate func refuseOthers(_ path: String, than allowed: [HTTPRequest.Method]) {
    for method in HTTPRequest.Method.standard where !allowed.contains(method) {
      on(RouterPath(path), method: method) { request, _ -> Response in throw APIError(request, takes: allowed) }
    }
  }
}

extension HTTPRequest.Method {
  /// Those of RFC 9110 and RFC 5789, and QUERY, which is about to be one.
  fileprivate static let standard: [Self] =
    [.get, .head, .post, .put, .delete, .connect, .options, .trace, .patch] + [Self("QUERY")].compactMap(\.self)
}
