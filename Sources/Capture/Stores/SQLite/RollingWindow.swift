import Foundation
import GRDB
import ParserRuntime

/// Removes the oldest rows of all tables beside a capture, so that a database stays within limits of time and size. The
/// space is used again; the file does not become smaller.
///
/// Rows go in portions, each in a transaction of its own: what a row refers to goes with it or after it, so that nobody
/// ever sees half a message. That rows can be found by what they refer to takes indices, which the window makes.
final class RollingWindow {
  /// Bytes of the limit that are not for rows: the write-ahead log and the transaction that waits for it.
  private static let reserve = 64_000_000
  /// How often is looked whether there is something to be removed, and how long is removed then before rows are written
  /// again.
  private static let pause = Duration.milliseconds(250)
  private static let budget = Duration.milliseconds(150)

  private let database: Database
  private let info: SpecificationInfo
  private let retention: Retention
  /// Messages, or rows of another table, that a portion has at the most.
  private let portion: Int64
  /// Columns that refer to messages, with their tables: these rows go with their messages.
  private let contents: [(table: String, column: String)]
  /// Columns that refer to connections, which stay as long as there are any of these.
  private let ofFlows: [(table: String, column: String)]
  /// Seconds since 1970.
  private let time: () -> Double
  private var looked: ContinuousClock.Instant?
  /// When the first of the connections began that no end is known of, because they outlived their capture or it was
  /// killed; nil where there is none. While this capture runs there come no more.
  private var firstWithoutEnd: Int64?
  /// How often connections were looked through.
  private(set) var flowSearches = 0

  /// - Parameters:
  ///   - portion: messages, or rows of another table, that are removed in one transaction at the most.
  ///   - time: seconds since 1970.
  init(
    _ database: Database, _ info: SpecificationInfo, _ retention: Retention, portion: Int64 = 2000,
    time: @escaping () -> Double = { Date().timeIntervalSince1970 }
  ) throws {
    self.database = database
    self.info = info
    self.retention = retention
    self.portion = portion
    self.time = time
    let tables = info.tables + EngineTables.all
    func columns(referringTo name: String) -> [(table: String, column: String)] {
      tables.flatMap { table in
        table.columns.filter { $0.role == .reference(to: name) }.map { (table.name, $0.name) }
      }
    }
    contents = columns(referringTo: Self.message)
    ofFlows = columns(referringTo: EngineTables.flow.name)
    let indexed = contents + ofFlows + [(EngineTables.flow.name, Self.closed)]
    for (table, column) in indexed {
      try database.execute(
        sql: "CREATE INDEX IF NOT EXISTS \(quoted("\(table)_by_\(column)")) ON \(quoted(table)) (\(quoted(column)))")
    }
    firstWithoutEnd = try beginningWithoutEnd()
    // What is removed need not be made unreadable, which would write it once more.
    try database.execute(sql: "PRAGMA secure_delete = OFF")
  }

  private static let message = "message"
  private static let closed = EngineTables.Flow.closed.definition.name

  /// Removes what is beyond the limits, as far as there is time for it.
  func advance() throws {
    if let looked, looked.duration(to: .now) < Self.pause { return }
    let begun = ContinuousClock.now
    looked = begun
    while begun.duration(to: .now) < Self.budget, try removePortion() {}
  }

  /// - Returns: Whether anything was removed.
  func removePortion() throws -> Bool {
    guard let end = try end() else { return false }
    var removed = 0
    try database.inTransaction(.immediate) {
      removed = try remove(before: end)
      return .commit
    }
    return removed > 0
  }

  // MARK: What is too old

  /// The time before which rows are too old or too many, in µs since 1970; nil where all may stay.
  private func end() throws -> Int64? {
    let old = retention.seconds.map { Int64((time() - $0) * 1e6) }
    guard let bytes = retention.bytes, try usedBytes() > bytes - min(Self.reserve, bytes / 2) else { return old }
    // Of the table that begins first, a portion.
    let firsts = try zip(timed, firstTimes()).compactMap { table, time in time.map { (table, $0) } }
    guard let (table, _) = firsts.min(by: { $0.1 < $1.1 }) else { return old }
    let name = quoted(table)
    let last = try Int64.fetchOne(
      database,
      sql: """
        SELECT max(time_us) FROM (SELECT time_us FROM \(name) ORDER BY id LIMIT \(portion))
        """)
    return max(last.map { $0 + 1 } ?? .min, old ?? .min)
  }

  /// Tables whose rows have times of their own, in the order of which they are written.
  private var timed: [String] { [Self.message, EngineTables.flowEvent.name, EngineTables.decodeIssue.name] }

  /// The time of the first row of each of them; nil where there is none.
  private func firstTimes() throws -> [Int64?] {
    try timed.map { try Int64.fetchOne(database, sql: "SELECT time_us FROM \(quoted($0)) ORDER BY id LIMIT 1") }
  }

  /// Bytes of pages that hold something.
  private func usedBytes() throws -> Int {
    func pragma(_ name: String) throws -> Int { try Int.fetchOne(database, sql: "PRAGMA \(name)") ?? 0 }
    return try (pragma("page_count") - pragma("freelist_count")) * pragma("page_size")
  }

  // MARK: Removing

  /// - Returns: How many rows were removed.
  private func remove(before end: Int64) throws -> Int {
    var removed = 0
    if let id = try firstKept(Self.message, before: end) {
      for (table, column) in contents {
        removed += try execute("DELETE FROM \(quoted(table)) WHERE \(quoted(column)) < ?", id)
      }
      removed += try execute("DELETE FROM \(quoted(EngineTables.messageBytes.name)) WHERE message_id < ?", id)
      removed += try execute("DELETE FROM \(quoted(Self.message)) WHERE id < ?", id)
    }
    for table in timed.dropFirst() {
      guard let id = try firstKept(table, before: end) else { continue }
      removed += try execute("DELETE FROM \(quoted(table)) WHERE id < ?", id)
    }
    return try removed + removeFlows(before: end, isLast: removed == 0)
  }

  /// The first row that stays, of those that a portion may take; nil where the first of all stays.
  private func firstKept(_ table: String, before end: Int64) throws -> Int64? {
    let name = quoted(table)
    guard let first = try Int64.fetchOne(database, sql: "SELECT min(id) FROM \(name)") else { return nil }
    let limit = first + portion
    let sql = "SELECT id FROM \(name) WHERE id < ? AND time_us >= ? ORDER BY id LIMIT 1"
    let kept = try Int64.fetchOne(database, sql: sql, arguments: [limit, end])
    return kept == first ? nil : kept ?? limit
  }

  /// Connections that are over, and of which nothing is left: also those that outlived their capture, and those of an
  /// earlier one that was killed.
  /// - Parameter isLast: whether all rows are gone that are to go.
  private func removeFlows(before end: Int64, isLast: Bool) throws -> Int {
    // Rows are no later than their connection's end, so of what ended behind the first row that stays there are some left.
    let end = try min(end, firstTimes().compactMap(\.self).min() ?? .max)
    let ended = try Int64.fetchOne(database, sql: "SELECT min(closed_us) FROM \(EngineTables.flow.name)")
    var removed = 0
    if let ended, ended < end { removed += try removeFlows("closed_us < ?", end) }
    // Nobody knows when these are over, so they come last.
    if isLast, removed == 0, let begun = firstWithoutEnd, begun < end {
      removed += try removeFlows("\(Self.isWithoutEnd) AND opened_us < ?", end)
      firstWithoutEnd = try beginningWithoutEnd()
    }
    return removed
  }

  private func removeFlows(_ condition: String, _ end: Int64) throws -> Int {
    flowSearches += 1
    let flow = EngineTables.flow.name
    let unused = ofFlows.map { table, column in
      "NOT EXISTS (SELECT 1 FROM \(quoted(table)) WHERE \(quoted(column)) = \(flow).id)"
    }
    return try execute(
      """
      DELETE FROM \(flow) WHERE id IN (SELECT id FROM \(flow) WHERE \(condition)
      AND \(unused.joined(separator: " AND ")) LIMIT \(portion))
      """, end)
  }

  private static let isWithoutEnd =
    "closed_us IS NULL AND (close_reason NOT NULL OR run_id < (SELECT max(id) FROM \(EngineTables.run.name)))"

  private func beginningWithoutEnd() throws -> Int64? {
    try Int64.fetchOne(
      database, sql: "SELECT min(opened_us) FROM \(EngineTables.flow.name) WHERE \(Self.isWithoutEnd)")
  }

  private func execute(_ sql: String, _ value: Int64) throws -> Int {
    try database.cachedStatement(sql: sql).execute(arguments: [value])
    return database.changesCount
  }
}
