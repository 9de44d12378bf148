import GRDB

/// The files that a database has been made from, by their identity.
struct FormerImports {
  private var completeRuns: [String: Int64] = [:]
  private var partialRuns: [String: Int64] = [:]

  init(_ db: Database) throws {
    let rows = try Row.fetchAll(
      db, sql: "SELECT id, source_identity, end_reason FROM run WHERE source_identity IS NOT NULL ORDER BY id")
    for row in rows {
      let (identity, run): (String, Int64) = (row["source_identity"], row["id"])
      let reason = (row["end_reason"] as String?).flatMap(EndReason.init(rawValue:))
      switch reason {
      case .endOfFile, .cutOff, .damaged: completeRuns[identity] = run
      default: partialRuns[identity] = run
      }
    }
  }

  /// The run that has read all of a file.
  func complete(_ identity: String?) -> Int64? { identity.flatMap { completeRuns[$0] } }

  /// A run that has read a part of a file, where none has read all of it.
  func partial(_ identity: String?) -> Int64? {
    identity.flatMap { completeRuns[$0] == nil ? partialRuns[$0] : nil }
  }

  /// Notes that a run reads a file.
  mutating func note(_ identity: String?, _ run: Int64) {
    if let identity { completeRuns[identity] = run }
  }
}
