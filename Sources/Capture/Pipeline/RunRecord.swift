import GRDB
import ParserRuntime

/// The row of `run` that tells where rows come from.
struct RunRecord {
  let kind: String
  let source: String
  let filter: String?
  let info: SpecificationInfo
  /// How the run decodes; the policies are kept, so that the same bytes can be found in the capture again.
  let options: DecodingOptions
  /// Size and hash of a file, by which a second import of it is known.
  var identity: String?
  /// The run whose connections go on in this one: that of the file before it in a rotation.
  var continued: Int64?

  /// - Returns: The row's id.
  func begin(_ db: Database) throws -> Int64 {
    try db.execute(
      sql: """
        INSERT INTO run (kind, source, source_identity, filter, overlaps, checksums, specification, spec_fingerprint, continues,
          started, dropped_kernel, dropped_queue)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, datetime('now'), 0, 0)
        """,
      arguments: [
        kind, source, identity, filter, options.overlaps.rawValue, options.checksums.rawValue, info.name,
        info.fingerprint, continued,
      ])
    return db.lastInsertedRowID
  }

  func end(_ db: Database, run: Int64, packets: Int, bytes: Int, _ reason: EndReason?) throws {
    try db.execute(
      sql: "UPDATE run SET ended = datetime('now'), packets = ?, bytes = ?, end_reason = ? WHERE id = ?",
      arguments: [packets, bytes, reason?.rawValue, run])
  }
}
