import Capture
import Hummingbird

extension ConsoleDesk {
  var exportOperation: Operation {
    let formats = ExportFormat.allCases
    return Operation(
      [.get], "/api/v1/export",
      "Download the messages that a filter lets through: the packets that carry them, their fields, or their rows",
      parameters: [
        .init(name: "format", schema: .choice(formats.map(\.rawValue)), isRequired: true, doc: "what the file is"),
        .init(
          name: "where", schema: .string(), doc: "in the language of filters; without it all, see /api/v1/filter/names"),
      ],
      answers: formats.map { .file(String($0.mediaType.prefix { $0 != ";" })) }
    ) { [self] request, context in
      let given = request.uri.formValues
      guard let format = given["format"].flatMap({ ExportFormat(rawValue: $0) }) else {
        throw APIError(.badRequest, "the parameter 'format' is missing")
      }
      let filter = given["where"].flatMap { $0.isEmpty ? nil : $0 }
      let conditions = try filter.map { [RowCondition.message(try condition($0))] } ?? []
      let export = StreamedExport(try await queries.place(), format, conditions, self)
      return try await download(
        export.open, try await context.presence(), type: format.mediaType, name: "messages.\(format.rawValue)"
      ) { try await export.next() }
    }
  }
}

/// The parts of an export that is sent while it is made.
private actor StreamedExport {
  /// Its place among the queries.
  let open: OpenQuery
  private let begin: @Sendable () throws -> MessageExport
  private var export: MessageExport?

  init(_ open: OpenQuery, _ format: ExportFormat, _ conditions: [RowCondition], _ desk: ConsoleDesk) {
    self.open = open
    let control = QueryControl(
      limits: QueryLimits(seconds: desk.options.limits.maximumSeconds, memory: desk.options.limits.memory),
      cancellation: open.cancellation)
    let (engine, specification) = (desk.runner.store.queries, desk.runner.specification)
    begin = { try MessageExport(format, of: conditions, from: engine, as: specification, control) }
  }

  func next() async throws -> [UInt8]? {
    let known = export
    do {
      let (part, export) = try await open.work { [begin] in
        let export = try known ?? begin()
        return (try export.next(), export)
      }
      self.export = export
      return part
    } catch let error as QueryError {
      throw APIError(error)
    } catch let error as ExportError {
      throw APIError(error == .noMessages ? .notFound : .conflict, error.description)
    } catch let error as CaptureError {
      throw APIError(.conflict, error.description)
    }
  }
}
