import Capture
import Foundation
import HTTPTypes
import Hummingbird
import ParserRuntime

extension ConsoleDesk {
  var messageOperation: Operation {
    Operation(
      [.get], "/api/v1/message/{id}", "A message: its fields with docs and byte ranges, its bytes, its row",
      answers: [.json(Self.messageSchema)]
    ) { [self] _, context in
      let id = try context.parameters.require("id", as: Int64.self)
      return try await answer(to: context) { [self] in try await message(id) }
    }
  }

  private static let messageSchema = Schema.object([
    ("message", .map(of: .value())), ("type", .string()), ("type_doc", .nullable(.string())), ("source", .string()),
    ("destination", .string()), ("time", .string("UTC")), ("previous", .nullable(.whole("message of the flow"))),
    ("next", .nullable(.whole("message of the flow"))),
    ("content", .nullable(.object([("table", .string()), ("row", .map(of: .value()))]))),
    ("answers", .nullable(counterpartSchema("message that it answers"))),
    ("answered_by", .nullable(counterpartSchema("message that answers it"))),
    ("issues", .array(of: .map(of: .value()))), ("bytes", .nullable(.string("hex"))),
    ("bytes_from", .nullable(.string("database or file"))), ("bytes_missing", .nullable(.string("why there are none"))),
    (
      "fields",
      .array(of: .any("{name, type, index, offset, length, value, text, doc, filter: {name, value}, computed, fields}"))
    ),
    ("failure", .nullable(.object([("offset", .integer()), ("field", .string()), ("reason", .string())]))),
  ])

  private static func counterpartSchema(_ doc: String) -> Schema {
    .object([("message", .whole(doc)), ("delay_us", .whole("µs from the request to its answer"))])
  }

  private func message(_ id: Int64) async throws -> Response {
    guard let row = try await queries.rows(RowRequest("message", where: [.equal("id", .integer(id))])).first else {
      throw APIError(.notFound, "there is no message \(id)")
    }
    let message = Dictionary(row) { first, _ in first }
    let flowID = message["flow_id"] ?? .null
    let flow = Dictionary(
      try await queries.rows(RowRequest("flow", where: [.equal("id", flowID)])).first ?? []
    ) { first, _ in first }
    let type = try await messageTypes().name(of: message)
    let isForward = message["direction"] == .integer(0)
    let (source, destination) = isForward ? ("src", "dst") : ("dst", "src")
    func endpoint(_ side: String) -> String {
      endpointText(flow["\(side)ip"]?.text ?? "?", flow["\(side)port"]?.text ?? "?")
    }
    func neighbour(_ place: RowCondition, isBefore: Bool) async throws -> JSON {
      let request = RowRequest(
        "message", columns: ["id"], where: [.equal("flow_id", flowID), place], order: "id", isDescending: isBefore,
        limit: 1)
      return try await search(request).first?.first.map { JSON($0.1) } ?? .null
    }
    let bytes = try await bytes(of: message, flow)
    let transport = Transport(stored: flow["transport"])
    let (tree, _, failure) =
      bytes.bytes.map {
        tracer.fields(of: $0, direction: isForward ? 0 : 1, from: transport, storedAs: message)
      } ?? (FieldTree(), [], nil)
    let fields = tree.nodes
    let issues = try await queries.rows(
      RowRequest("decode_issue", where: [.equal("message_id", .integer(id))], order: "id", limit: 100))
    return .json([
      "message": JSON(row: row), "type": .text(type.text ?? "message"),
      "type_doc": .optional(fieldDocumentation.typeDoc(of: fields)), "source": .text(endpoint(source)),
      "destination": .text(endpoint(destination)), "time": .text(message["time_us"]?.integer.map(TimeText.utc) ?? ""),
      "previous": try await neighbour(.less("id", .integer(id)), isBefore: true),
      "next": try await neighbour(.greater("id", .integer(id)), isBefore: false),
      "content": try await content(of: message),
      "answers": try await counterpart(.request, of: .message, id),
      "answered_by": try await counterpart(.message, of: .request, id), "issues": .array(issues.map { JSON(row: $0) }),
      "bytes": .optional(bytes.bytes?.hex), "bytes_from": .optional(bytes.origin),
      "bytes_missing": .optional(bytes.missing), "fields": fieldDocumentation.json(fields, filterLanguage),
      "failure": failure.map {
        ["offset": .integer($0.offset), "field": .text($0.field), "reason": .text($0.description)]
      } ?? .null,
    ])
  }

  /// What a message answers, or what answers it.
  private func counterpart(
    _ other: EngineTables.MessageAnswer, of own: EngineTables.MessageAnswer, _ id: Int64
  ) async throws -> JSON {
    let table = EngineTables.messageAnswer
    guard tracer.info.matchScope != nil, try await queries.askSchema({ try $0.has(table, $1) }) else { return .null }
    let (key, delay) = (other.definition.name, EngineTables.MessageAnswer.delay.definition.name)
    let request = RowRequest(
      table.name, columns: [key, delay], where: [.equal(own.definition.name, .integer(id))], limit: 1)
    guard let row = try await search(request).first, row.count == 2 else { return .null }
    return ["message": JSON(row[0].1), "delay_us": JSON(row[1].1)]
  }

  /// What a search finds in a second: without an index one for something far away can take longer than it is worth.
  private func search(_ request: RowRequest) async throws -> [[(String, QueryValue)]] {
    do { return try await queries.rows(request, seconds: 1) } catch let error as QueryError where error.kind == .timeout
    {
      return []
    }
  }

  private func content(of message: [String: QueryValue]) async throws -> JSON {
    // The name comes from the database, which may come from anywhere.
    guard case .text(let table)? = message["content_table"], let id = message["content_id"],
      tracer.info.tables.contains(where: { $0.name == table })
    else { return .null }
    let rows = try await queries.rows(RowRequest(table, where: [.equal("id", id)]))
    return rows.first.map { ["table": .text(table), "row": JSON(row: $0)] } ?? .null
  }

  // MARK: Bytes

  private func bytes(
    of message: [String: QueryValue], _ flow: [String: QueryValue]
  ) async throws -> (bytes: [UInt8]?, origin: String?, missing: String?) {
    let stored = try await queries.rows(
      RowRequest("message_bytes", columns: ["bytes"], where: [.equal("message_id", message["id"] ?? .null)]))
    if case .blob(let bytes)? = stored.first?.first?.1 { return (bytes, "database", nil) }
    let advice = "to keep the bytes of messages, capture with capture.raw_details"
    // All columns: databases of older versions lack some.
    let rows = try await queries.rows(RowRequest("run", order: "id"))
    let run = StoredRun(
      id: flow["run_id"]?.integer ?? 0, rows: rows.map { Dictionary($0) { first, _ in first } })
    guard let extractor = StreamExtractor(run), let file = run.files.first?.path else {
      return (nil, nil, "the bytes were not stored; \(advice)")
    }
    guard let offset = message["stream_offset"]?.integer, let length = message["length"]?.integer,
      let direction = message["direction"]?.integer, let opened = flow["opened_us"]?.integer
    else { return (nil, nil, "the message's row is not complete") }
    let connection = StreamExtractor.Connection(
      initiator: (flow["srcip"]?.text ?? "", Int(flow["srcport"]?.integer ?? 0)),
      responder: (flow["dstip"]?.text ?? "", Int(flow["dstport"]?.integer ?? 0)),
      transport: Transport(stored: flow["transport"]), opened: opened)
    let deadline = ContinuousClock.now + .seconds(options.limits.seconds)
    let ports = tracer.info.ports
    do {
      let found = try await queries.work { cancellation in
        try extractor.bytes(
          of: connection, direction: Int(direction), offset: offset, count: Int(length), servicePorts: ports
        ) { ContinuousClock.now < deadline && !cancellation.isCancelled }
      }
      return found.map { ($0, "file", nil) } ?? (nil, nil, "\(file) no longer has the message; \(advice)")
    } catch let error as CaptureError {
      return (nil, nil, "\(error); \(advice)")
    }
  }
}

extension QueryValue {
  var integer: Int64? { if case .integer(let value) = self { value } else { nil } }

  var text: String? {
    switch self {
    case .text(let value): value
    case .integer(let value): String(value)
    case .null, .real, .blob: nil
    }
  }
}

/// Fields of a message with what the description says of them.
struct FieldDocumentation: Sendable {
  private let outline: DescriptionOutline

  init(_ info: SpecificationInfo) { outline = info.outline }

  /// Of the content: the last type of the message.
  func typeDoc(of fields: [FieldNode]) -> String? {
    fields.first?.children.last { $0.type != nil }?.type.flatMap { outline.type($0)?.doc }
  }

  func json(_ nodes: [FieldNode], _ language: FilterLanguage) -> JSON {
    var comparisons = FieldComparisons(language)
    return .array(nodes.map { json($0, in: [], &comparisons) })
  }

  private func json(_ node: FieldNode, in owners: [FieldNode], _ comparisons: inout FieldComparisons) -> JSON {
    let comparison = comparisons.comparison(node, in: owners)
    return [
      "name": .text(node.name), "type": .optional(node.type), "index": .optional(node.index),
      "offset": .integer(node.offset), "length": .integer(node.length), "value": node.value.map(value) ?? .null,
      "text": .optional(node.meaning), "doc": .optional(outline.doc(of: node, in: owners.last?.type)),
      "filter": comparison.map { ["name": .text($0.name), "value": .text($0.value)] } ?? .null,
      "computed": .bool(node.isInstance),
      "fields": .array(node.children.map { json($0, in: owners + [node], &comparisons) }),
    ]
  }

  /// Numbers that JavaScript cannot hold are texts.
  private func value(_ value: TraceValue) -> JSON {
    switch value {
    case .integer(let value): Int64(exactly: value).map { .whole($0) } ?? .text(String(value))
    case .float(let value): .real(value)
    case .boolean(let value): .bool(value)
    case .text(let value): .text(value)
    case .bytes(let bytes): .text(bytes.hex)
    case .enumeration(let raw, _): .whole(raw)
    }
  }
}
