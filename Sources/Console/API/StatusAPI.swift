import Capture
import Hummingbird

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
      let text = MetricsText(status: runner.status, databaseBytes: runner.database.size, version: options.version)
      return .bytes(Array(text.text.utf8), "text/plain; version=0.0.4; charset=utf-8")
    }
  }

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
    ("flows", .integer()), ("messages", .map(of: .integer("by type"))), ("response_entries", .integer()),
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
      "messages": .object(decoding.messages.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) }),
      "response_entries": .integer(decoding.responseEntries), "lost_bytes": .integer(decoding.lostBytes),
      "skipped_bytes": .integer(decoding.skippedBytes),
      "dropped": ["kernel": .integer(counters.droppedByKernel), "queue": .integer(counters.droppedByQueue)],
      "rates": [
        "packets": .real(status.rates.packets), "bytes": .real(status.rates.bytes),
        "messages": .object(status.rates.messages.sorted { $0.key < $1.key }.map { ($0.key, .real($0.value)) }),
      ],
      "database": ["path": .text(runner.database.path), "bytes": .integer(runner.database.size)],
      "end_reason": .optional(status.endReason?.rawValue), "error": .optional(status.error),
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

/// The counters in Prometheus' text format.
struct MetricsText {
  let status: ActivityStatus
  let databaseBytes: Int
  let version: String

  var text: String {
    let counters = status.counters
    let decoding = counters.decoding
    var text = metric("build_info", "gauge", "The version that runs.", [("version=\"\(version)\"", 1)])
    text += metric("capturing", "gauge", "1 while a capture runs.", [("", isCapturing ? 1 : 0)])
    text += metric("importing", "gauge", "1 while an import runs.", [("", isImporting ? 1 : 0)])
    text += metric("packets_total", "counter", "Packets of the current run.", [("", counters.packets)])
    text += metric("packet_bytes_total", "counter", "Captured bytes of the current run.", [("", counters.bytes)])
    text += metric(
      "dropped_packets_total", "counter", "Packets that were not decoded, by who dropped them.",
      [("by=\"kernel\"", counters.droppedByKernel), ("by=\"queue\"", counters.droppedByQueue)])
    text += metric("connections_total", "counter", "TCP connections of the current run.", [("", decoding.flows)])
    text += metric(
      "messages_total", "counter", "Messages of the current run, by type.",
      decoding.messages.sorted { $0.key < $1.key }.map { ("type=\"\($0.key)\"", $0.value) })
    text += metric(
      "response_entries_total", "counter", "Entries of response streams.", [("", decoding.responseEntries)])
    text += metric("issues_total", "counter", "Rows of decode_issue.", [("", decoding.issues)])
    text += metric(
      "lost_bytes_total", "counter", "Stream bytes that are not in the capture.", [("", Int(decoding.lostBytes))])
    text += metric(
      "skipped_bytes_total", "counter", "Stream bytes that are no message.", [("", Int(decoding.skippedBytes))])
    text += metric(
      "queued_batches", "gauge", "Batches of rows that wait for the database.", [("", counters.queuedBatches)])
    text += metric("database_bytes", "gauge", "Size of the database and its log.", [("", databaseBytes)])
    return text
  }

  private var isCapturing: Bool { if case .capturing = status.activity { true } else { false } }
  private var isImporting: Bool { if case .importing = status.activity { true } else { false } }

  private func metric(_ name: String, _ type: String, _ help: String, _ values: [(String, Int)]) -> String {
    guard !values.isEmpty else { return "" }
    let lines = values.map { labels, value in "nanocap_\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(value)\n" }
    return "# HELP nanocap_\(name) \(help)\n# TYPE nanocap_\(name) \(type)\n" + lines.joined()
  }
}
