import GRDB
import ParserRuntime

/// The row of `run` that tells where rows come from.
struct RunRecord {
  let kind: String
  let source: String
  let filter: String?
  let info: SpecificationInfo

  /// - Returns: The row's id.
  func begin(_ db: Database) throws -> Int64 {
    try db.execute(
      sql: """
        INSERT INTO run (kind, source, filter, specification, spec_fingerprint, started, dropped_kernel, dropped_queue)
        VALUES (?, ?, ?, ?, ?, datetime('now'), 0, 0)
        """, arguments: [kind, source, filter, info.name, info.fingerprint])
    return db.lastInsertedRowID
  }

  func end(_ db: Database, run: Int64, packets: Int, bytes: Int) throws {
    try db.execute(
      sql: "UPDATE run SET ended = datetime('now'), packets = ?, bytes = ? WHERE id = ?",
      arguments: [packets, bytes, run])
  }
}
