import Capture

/// The counters in Prometheus' text format.
struct MetricsText {
  let status: ActivityStatus
  let databaseBytes: Int
  let version: String
  /// What names begin with, before a `_`.
  let prefix: String

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
    text += metric(
      "connections_total", "counter", "Connections, and flows of UDP datagrams, of the current run.",
      [("", decoding.flows)])
    text += metric(
      "candidate_connections_total", "counter",
      "Connections, and flows of UDP datagrams, on other ports that were looked at.", [("", decoding.candidates)])
    text += metric(
      "detected_connections_total", "counter", "Those of them that are of the protocol.", [("", decoding.detected)])
    text += metric(
      "messages_total", "counter", "Messages of the current run, by type.",
      decoding.messages.byName.sorted { $0.key < $1.key }.map { ("type=\"\($0.key)\"", $0.value) })
    text += metric(
      "response_entries_total", "counter", "Entries of response streams.", [("", decoding.responseEntries)])
    text += metric("issues_total", "counter", "Rows of decode_issue.", [("", decoding.issues)])
    text += metric(
      "lost_bytes_total", "counter", "Stream bytes that are not in the capture.", [("", Int(decoding.lostBytes))])
    text += metric(
      "skipped_bytes_total", "counter", "Stream bytes that are no message.", [("", Int(decoding.skippedBytes))])
    text += metric(
      "queued_batches", "gauge", "Batches of rows that wait for the database.", [("", counters.queuedBatches)])
    if let store = status.store { text += metrics(of: store) }
    text += metric("database_bytes", "gauge", "Size of the database and its log.", [("", databaseBytes)])
    return text
  }

  /// Of rows that wait for a store that is a server.
  private func metrics(of store: StoreHealth) -> String {
    metric(
      "store_waiting_batches", "gauge", "Batches on disk that the store has not taken.", [("", store.waitingBatches)])
      + metric("store_waiting_rows", "gauge", "Rows on disk that the store has not taken.", [("", store.waitingRows)])
      + metric(
        "store_waiting_bytes", "gauge", "Bytes on disk that the store has not taken.", [("", store.waitingBytes)])
      + metric(
        "store_oldest_seconds", "gauge", "Seconds that the oldest of them has waited.",
        [("", Int(store.oldestSeconds ?? 0))])
      + metric("store_sent_rows_total", "counter", "Rows of the current run that it has taken.", [("", store.sentRows)])
      + metric(
        "store_rejected_batches", "gauge", "Batches that it will never take, set aside.", [("", store.rejectedBatches)])
      + metric(
        "store_dropped_rows_total", "counter", "Rows dropped because there was no room on disk.",
        [("", store.droppedRows)])
      + metric("store_failing", "gauge", "1 while the store takes no rows.", [("", store.error == nil ? 0 : 1)])
  }

  private var isCapturing: Bool { if case .capturing = status.activity { true } else { false } }
  private var isImporting: Bool { if case .importing = status.activity { true } else { false } }

  private func metric(_ name: String, _ type: String, _ help: String, _ values: [(String, Int)]) -> String {
    guard !values.isEmpty else { return "" }
    let lines = values.map { labels, value in "\(prefix)_\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(value)\n" }
    return "# HELP \(prefix)_\(name) \(help)\n# TYPE \(prefix)_\(name) \(type)\n" + lines.joined()
  }
}
