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
  private let isOver = Atomic(false)
  let listeners = ListenerCount()

  init(_ options: ConsoleOptions, runner: ActivityRunner, tracer: MessageTracer) {
    self.options = options
    self.runner = runner
    self.tracer = tracer
    fieldDocumentation = FieldDocumentation(tracer.info)
    filterLanguage = FilterLanguage(tracer.info)
    queries = QueryService(engine: runner.store.queries, limits: options.limits)
  }

  /// Nobody is served any more.
  var isClosed: Bool { isOver.load(ordering: .relaxed) }

  func close() {
    isOver.store(true, ordering: .relaxed)
    queries.close()
  }

  // MARK: Routes

  var operations: [Operation] {
    [
      statusOperation, schemaOperation, descriptionOperation, queryOperation, explainOperation, askOperation,
      statementOperation, filterNamesOperation, startOperation, stopOperation, toggleOperation,
      destroyOperation, importOperation, filesOperation, countOperation, perTypeOperation,
      perNameOperation, messageOperation, flowOperation, indicesOperation, makeIndicesOperation, eventsOperation,
      healthOperation,
      metricsOperation,
    ]
  }

  func router() -> Router<ConsoleContext> {
    let router = Router(context: ConsoleContext.self)
    let program = runner.info.program
    router.add(middleware: SecurityHeaders())
    router.add(middleware: RequestGuard(options: options, program: program))
    for operation in operations {
      for method in operation.methods {
        router.on(RouterPath(operation.path), method: method) { try await operation.handler($0, $1) }
      }
    }
    let document = OpenAPIDocument(operations: operations, title: program.name, version: options.version).json.utf8
    router.get("/api/v1/openapi.json") { _, _ in
      Response.bytes(document, "application/json; charset=utf-8")
    }
    router.get("/api/**") { request, _ -> Response in
      throw APIError(.notFound, "there is no \(request.uri.path) here; /api/v1/openapi.json lists what there is")
    }
    // What supervisors may ask. Not everywhere: some of the original's GETs do something.
    for path in ["/", "/healthz"] { router.on(RouterPath(path), method: .head) { _, _ in Response(status: .ok) } }
    let page = PageFiles(program: program)
    router.get("/") { request, _ in try page.answer("index.html", to: request) }
    router.get("/**") { request, _ in try page.answer(String(request.uri.path.dropFirst()), to: request) }
    return router
  }
}
