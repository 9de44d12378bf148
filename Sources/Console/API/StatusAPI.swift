import Capture
import Hummingbird
import ParserRuntime

extension ConsoleDesk {
  var statusOperation: Operation {
    Operation([.get], "/api/v1/status", "What runs, and how far it has come", answers: [.json(Self.statusSchema)]) {
      [self] _, _ in .json(status)
    }
  }

  var healthOperation: Operation {
    Operation([.get], "/healthz", "Whether the console answers", answers: [.text("text/plain")]) { _, _ in
      .bytes(Array("ok\n".utf8), "text/plain; charset=utf-8")
    }
  }

  var metricsOperation: Operation {
    Operation([.get], "/metrics", "The counters, for Prometheus", answers: [.text("text/plain")]) { [self] _, _ in
      let text = MetricsText(
        status: runner.status, databaseBytes: runner.store.size, version: options.version,
        prefix: runner.info.program.identifier)
      return .bytes(Array(text.text.utf8), "text/plain; version=0.0.4; charset=utf-8")
    }
  }

  private static let storeSchema = Schema.object([
    ("waiting_batches", .integer("on disk, because the store has not taken them")),
    ("waiting_rows", .integer()), ("waiting_bytes", .integer()),
    ("oldest_seconds", .nullable(.number("that the oldest batch has waited"))),
    ("sent_rows", .integer("that the store has taken in this run")),
    ("rejected_batches", .integer("that the store will never take")),
    ("dropped_rows", .integer("because there was no room on disk")),
    ("error", .nullable(.string("why the store takes no rows at the moment"))),
  ])

  static let statusSchema = Schema.object([
    ("capturing", .boolean()), ("importing", .boolean()),
    ("max_db_size_reached", .boolean("whether the last capture ended at max_capture_megabytes")),
    ("version", .string()), ("packet_queue_size", .integer("batches of rows that wait for the database")),
    ("packet_parse_error_count", .integer("rows of decode_issue that the run has made")),
    ("source", .nullable(.string("interface or file"))),
    (
      "progress",
      .nullable(
        .object([
          ("position", .integer("bytes of the file")), ("size", .nullable(.integer())),
          ("seconds_left", .nullable(.integer())),
        ]))
    ),
    ("seconds", .number("that the run has lasted")), ("packets", .integer()), ("bytes", .integer()),
    ("flows", .integer()),
    (
      "detection",
      .object([
        ("candidates", .integer("flows on other ports that were looked at")),
        ("detected", .integer("those of them that are of the protocol")),
      ])
    ), ("messages", .map(of: .integer("by type"))), ("response_entries", .integer()),
    ("lost_bytes", .integer("stream bytes that are not in the capture")),
    ("skipped_bytes", .integer("stream bytes that are no message")),
    ("dropped", .object([("kernel", .integer("packets")), ("queue", .integer("packets"))])),
    (
      "rates",
      .object([
        ("packets", .number("a second")), ("bytes", .number("a second")),
        ("messages", .map(of: .number("a second"))),
      ])
    ),
    ("database", .object([("path", .string()), ("bytes", .integer())])),
    ("store", .nullable(storeSchema)),
    ("end_reason", .nullable(.string("why the last run ended"))), ("error", .nullable(.string("of the last run"))),
  ])

  var status: JSON {
    let status = runner.status
    let counters = status.counters
    let decoding = counters.decoding
    let (isCapturing, isImporting, source): (Bool, Bool, String?) =
      switch status.activity {
      case .idle: (false, false, nil)
      case .capturing(let interface): (true, false, interface)
      case .importing(let file): (false, true, file)
      }
    return [
      "capturing": .bool(isCapturing), "importing": .bool(isImporting),
      "max_db_size_reached": .bool(status.endReason == .databaseSize), "version": .text(options.version),
      "packet_queue_size": .integer(counters.queuedBatches), "packet_parse_error_count": .integer(decoding.issues),
      "source": .optional(source), "progress": isImporting ? progress(status) : .null,
      "seconds": .real(counters.seconds), "packets": .integer(counters.packets), "bytes": .integer(counters.bytes),
      "flows": .integer(decoding.flows),
      "detection": ["candidates": .integer(decoding.candidates), "detected": .integer(decoding.detected)],
      "messages": .object(decoding.messages.byName.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) }),
      "response_entries": .integer(decoding.responseEntries), "lost_bytes": .integer(decoding.lostBytes),
      "skipped_bytes": .integer(decoding.skippedBytes),
      "dropped": ["kernel": .integer(counters.droppedByKernel), "queue": .integer(counters.droppedByQueue)],
      "rates": [
        "packets": .real(status.rates.packets), "bytes": .real(status.rates.bytes),
        "messages": .object(status.rates.messages.sorted { $0.key < $1.key }.map { ($0.key, .real($0.value)) }),
      ],
      "database": ["path": .text(runner.store.name), "bytes": .integer(runner.store.size)],
      "store": status.store.map(Self.json) ?? .null,
      "end_reason": .optional(status.endReason?.rawValue), "error": .optional(status.error),
    ]
  }

  private static func json(_ store: StoreHealth) -> JSON {
    [
      "waiting_batches": .integer(store.waitingBatches), "waiting_rows": .integer(store.waitingRows),
      "waiting_bytes": .integer(store.waitingBytes),
      "oldest_seconds": store.oldestSeconds.map { .real($0) } ?? .null, "sent_rows": .integer(store.sentRows),
      "rejected_batches": .integer(store.rejectedBatches), "dropped_rows": .integer(store.droppedRows),
      "error": .optional(store.error),
    ]
  }

  private func progress(_ status: ActivityStatus) -> JSON {
    guard let position = status.position else { return .null }
    var left: Int?
    if let size = status.size, position > 0 {
      left = Int((Double(size - position) * status.counters.seconds / Double(position)).rounded(.up))
    }
    return ["position": .integer(position), "size": .optional(status.size), "seconds_left": .optional(left)]
  }
}
