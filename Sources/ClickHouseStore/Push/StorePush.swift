import Capture
import ClickHouseSchema
import Foundation
import ParserRuntime

/// Sends the rows of another store, each of them once, however often that is interrupted.
///
/// Ids of the other store are put on top of a number that is kept, so they are the same each time. Rows go in portions:
/// so many rows of a table, or so many messages with all that belongs to them.
final class StorePush {
  /// Rows of a table after which they are sealed within a portion: what belongs to a message can be much.
  private static let sealRows = 50_000
  private static let batchBytes = 1 << 18

  private let session: ClickHouseSession
  private let info: SpecificationInfo
  /// The table that the other tables of the description belong to.
  private var messages: SpecificationInfo.Table { info.tables[0] }
  private let queries: any QueryEngine
  private let state: PushState
  /// The columns that the other store has, by table.
  private let columns: [String: Set<String>]
  /// Ids of a portion: of messages, or of rows that belong to no message.
  private let portion: Int64
  private let progress: (StorePushProgress) -> Bool
  private let begun = ContinuousClock.now
  /// The largest id of each table when the push began. Rows that are added later may be seen in part only: they are left
  /// to the next push.
  private var largest: [String: Int64] = [:]
  private var told = StorePushProgress()
  private var rows: RowBatch
  /// Whether the batches that are sealed may have been sent by a former process.
  private var isUncertain = false

  /// - Parameters:
  ///   - queries: of the other store.
  ///   - session: of the store that gets the rows; nothing else is written to it.
  ///   - portion: ids of a portion; the same each time.
  ///   - progress: called now and then; where it says no, the rest is left to the next push.
  init(
    _ queries: any QueryEngine, to session: ClickHouseSession, portion: Int64 = 20_000,
    progress: @escaping (StorePushProgress) -> Bool
  ) throws(CaptureError) {
    self.queries = queries
    self.session = session
    self.portion = portion
    self.progress = progress
    info = session.info
    rows = RowBatch(nextIDs: [])
    do {
      let relations = try queries.catalogue(QueryControl()).relations
      columns = Dictionary(relations.map { ($0.name, Set($0.columns.map(\.name))) }) { first, _ in first }
      guard columns["message"] != nil, columns[EngineTables.run.name] != nil else {
        throw CaptureError("has no tables of '\(info.name)'")
      }
      let identity = try Self.identity(of: queries)
      state = try PushState(
        folder: session.options.stateFolder, identity: identity, base: try session.nextIDs().max() ?? 0)
      told.isResumed = state.isResumed
    } catch let error as CaptureError {
      throw error
    } catch {
      throw CaptureError("\(error)")
    }
  }

  /// What tells a store from others, and stays while rows are added: when its first run began, and with what.
  private static func identity(of queries: any QueryEngine) throws -> String {
    let request = RowRequest(
      EngineTables.run.name, columns: ["started", "source", "spec_fingerprint"], order: "id", limit: 1)
    let cursor = try queries.rows(request, QueryControl())
    guard try cursor.step() else { throw CaptureError("has no run, so there is nothing to be sent") }
    let text = cursor.row.map { "\($0)" }.joined(separator: "|")
    // FNV-1a, of 64 bits: the few stores of a sensor are told apart.
    let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    return String(hash, radix: 16)
  }

  // MARK: All of it

  /// - Returns: Whether all rows are sealed; what they wait for is the server alone.
  func run() throws -> Bool {
    try reserveIDs()
    // Rows of runs and connections replace those of the same id, so they may be sent again.
    try pushAll(EngineTables.run, last: true)
    try pushAll(EngineTables.flow, last: false)
    for table in [EngineTables.flowEvent, EngineTables.decodeIssue, EngineTables.messageAnswer] {
      guard try pushPortions(of: table) else { return false }
    }
    return try pushPortions(of: messages, with: info.tables.dropFirst() + [EngineTables.messageBytes])
  }

  /// No id that is about to be used is ever given again.
  private func reserveIDs() throws {
    for table in info.batchTables where columns[table.name] != nil {
      let key = table.columns[0].name
      let cursor = try queries.rows(
        RowRequest(table.name, columns: [key], order: key, isDescending: true, limit: 1), QueryControl())
      if try cursor.step(), case .integer(let id) = cursor.borrowed(0) { largest[table.name] = id }
    }
    try session.state.use(upTo: state.base + (largest.values.max() ?? 0))
  }

  /// - Parameter last: which of the numbers that the table may have in a batch is meant.
  private func table(
    _ table: SpecificationInfo.Table, last: Bool = false, order: String, behind start: Int64?
  ) throws -> PushedTable? {
    guard let columns = columns[table.name] else { return nil }
    let isTable = { (other: SpecificationInfo.Table) in other.name == table.name }
    guard let number = last ? info.batchTables.lastIndex(where: isTable) : info.batchTables.firstIndex(where: isTable)
    else { return nil }
    return try PushedTable(
      table, number: number, columns: columns, order: order, behind: start, base: state.base, from: queries)
  }

  private func pushAll(_ table: SpecificationInfo.Table, last: Bool) throws {
    guard let source = try self.table(table, last: last, order: table.columns[0].name, behind: nil),
      let largest = largest[table.name]
    else { return }
    while let next = source.next, next <= largest { try write(source) }
    try seal()
  }

  /// Sends a table in the order of its key.
  /// - Parameter contents: tables whose rows belong to its own, and are sent with them.
  private func pushPortions(
    of table: SpecificationInfo.Table, with contents: [SpecificationInfo.Table] = []
  ) throws -> Bool {
    let (name, key) = (table.name, table.columns[0].name)
    let done = state.done(name)
    guard let largest = largest[name] else { return true }
    guard let source = try self.table(table, order: key, behind: done) else { return true }
    let contents = try contents.compactMap { content in
      let reference = content.columns.first { $0.role == .reference(to: name) } ?? content.columns[0]
      return try self.table(content, order: reference.name, behind: done)
    }
    while let first = source.next, first <= largest {
      let end = state.interrupted(name)
      isUncertain = end != nil
      let last = end ?? min(first + portion - 1, largest)
      try state.begin(name, upTo: last)
      for source in [source] + contents {
        while let next = source.next, next <= last { try write(source) }
      }
      try seal()
      try state.finish(name)
      guard goesOn() else { return false }
    }
    return true
  }

  private func goesOn() -> Bool {
    told.seconds = begun.duration(to: .now).inSeconds
    told.store = session.health
    return progress(told)
  }

  // MARK: Rows

  private func write(_ source: PushedTable) throws {
    try source.write(to: rows)
    told.rows += 1
    if source.table == messages { told.messages += 1 }
    guard rows.byteCount >= Self.batchBytes else { return }
    encode()
    try seal { $0.rowCount >= Self.sealRows }
  }

  private func encode() {
    session.encoder.encode(rows, clock: Int64(Date().timeIntervalSince1970 * 1e6))
    rows.restart(after: rows)
  }

  private func seal() throws {
    encode()
    try seal { _ in true }
  }

  private func seal(_ isWanted: (RowBuffer) -> Bool) throws {
    for buffer in session.encoder.take(isWanted) {
      while !session.spool.hasRoom(besides: buffer.byteCount), session.spool.backlog.batches > 0 {
        try session.check()
        session.spool.wait(0.2) { _ in !session.spool.hasRoom(besides: buffer.byteCount) }
        guard goesOn() else { throw StorePushInterruption() }
      }
      try session.check()
      try session.spool.seal(
        buffer, session.options.compresses ? .fast : .stored, isUncertain: isUncertain)
      session.encoder.recycle(buffer)
    }
  }
}

/// Ends a push between two batches: the portion is sealed again by the next one.
struct StorePushInterruption: Error {}

extension StorePush {
  /// Sends all rows of another store, and ends the session.
  static func push(
    _ other: any CaptureStore, to session: ClickHouseSession, portion: Int64 = 20_000,
    progress: (StorePushProgress) -> Bool
  ) throws(CaptureError) -> StorePushProgress {
    do {
      var result = StorePushProgress()
      let isSealed = try withoutActuallyEscaping(progress) { progress in
        let push = try StorePush(other.queries, to: session, portion: portion) { now in
          result = now
          return progress(now)
        }
        defer { result = push.told }
        do { return try push.run() } catch is StorePushInterruption { return false }
      }
      result.isDraining = true
      try session.drain { health in
        result.store = health
        return isSealed && progress(result)
      }
      result.store = session.health
      result.isComplete = isSealed && result.store?.waitingBatches == 0
      try session.close()
      return result
    } catch {
      session.abandon()
      throw CaptureError("\(other.name): \(error)")
    }
  }
}
