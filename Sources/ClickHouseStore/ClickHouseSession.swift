import Capture
import ClickHouseSchema
import Foundation
import ParserRuntime
import Synchronization

/// A ClickHouse store that is open for writing.
///
/// Rows become RowBinary, then sealed batches in the spool, and from there a thread of its own sends them: so writing goes
/// on while the server is away, until the spool is full.
final class ClickHouseSession: StoreSession {
  /// When a capture or an import that is to end leaves the rest to the next one, in seconds, although all goes well.
  private static let graceTime = 10.0

  let info: SpecificationInfo
  let options: SensorOptions
  private let address: ClickHouseAddress
  private let client: ClickHouseClient
  let encoder: RowEncoder
  let spool: Spool
  let state: SensorState
  private let registration: SensorRegistration
  private let sender: BatchSender
  private let first: Int64
  private var nextRun: Int64
  /// The last id that a row of `run` has.
  private var lastRun: Int64
  private let shared = Mutex(Shared())

  /// What is asked for, and set, on whatever thread.
  private struct Shared {
    var isLive = false
    var isStopping = false
    var droppedRows = 0
    /// Why batches cannot be sealed at the moment.
    var lack: RoomLack?
  }

  /// - Parameters:
  ///   - isCluster: whether several servers share the rows.
  ///   - valueTables: the tables of values that the store has; nil where it cannot be asked, for those that it had.
  ///   - pace: how often what is tried.
  /// - Throws: `CaptureError` where the state folder cannot be used, or where the store is needed for the sensor's number
  ///   and cannot be reached.
  init(
    _ access: ClickHouseAccess, isCluster: Bool = false, _ options: SensorOptions, info: SpecificationInfo,
    valueTables: Set<String>? = [], pace: BatchSender.Pace = BatchSender.Pace()
  ) throws(CaptureError) {
    self.info = info
    self.options = options
    address = access.address
    state = try SensorState(folder: options.stateFolder, database: access.address.database)
    spool = try Spool(folder: options.stateFolder + "/spool", limit: options.spoolBytes)
    client = try access.client()
    registration = SensorRegistration(
      state,
      SensorRegistration.Description(
        name: options.name, host: ProcessInfo.processInfo.hostName, version: options.version, specification: info.name))
    let number: Int
    do {
      number = try registration.number(client, settling: isCluster ? 2 : 0)
      try registration.beat(client)
      if let valueTables { try state.keep(valueTables: valueTables) }
    } catch {
      throw Self.failure(error, address)
    }
    encoder = RowEncoder(RowPlan(info, ClickHouseLayout(info, valueTables: state.valueTables)), sensor: number)
    first = SensorID.id(sensor: number, counter: state.firstCounter(now: Date()))
    (nextRun, lastRun) = (first, first - 1)
    let registration = registration
    sender = BatchSender(spool, to: try access.client(), sensor: number, pace: pace) {
      client throws(SensorConflict) in
      try registration.beat(client)
    }
    sender.start()
  }

  /// What went wrong, with the store's name.
  static func failure(_ error: any Error, _ address: ClickHouseAddress) -> CaptureError {
    switch error {
    case let error as CaptureError: error
    case let error as ClickHouseFailure: CaptureError("\(address): \(error)")
    default: CaptureError("\(error)")
    }
  }

  // MARK: StoreSession

  var size: Int { 0 }

  func nextIDs() throws(CaptureError) -> [Int64] {
    Array(repeating: max(first, encoder.lastID + 1), count: info.batchTables.count)
  }

  func formerRuns() throws(CaptureError) -> [FormerRun] {
    try waitForFormer()
    do throws(ClickHouseFailure) {
      let rows = try client.rows(
        ClickHouseRequest(
          "SELECT id, source_identity, ifNull(end_reason, '') FROM run WHERE source_identity IS NOT NULL ORDER BY id"))
      return rows.compactMap { fields in
        guard fields.count == 3, let id = Int64(fields[0]) else { return nil }
        return FormerRun(id: id, identity: fields[1], endReason: EndReason(rawValue: fields[2]))
      }
    } catch {
      throw Self.failure(error, address)
    }
  }

  /// Waits until the store has what former processes have left in the spool: it may say how their runs ended.
  private func waitForFormer() throws(CaptureError) {
    var failing: ContinuousClock.Instant?
    while spool.backlog.batches > 0 {
      spool.wait(0.2) { $0.batches > 0 }
      try check()
      guard let failure = sender.state.failure else {
        failing = nil
        continue
      }
      let begun = failing ?? .now
      failing = begun
      if begun.duration(to: .now) > .seconds(Self.graceTime) {
        throw CaptureError(
          "\(address): rows of a former run wait in \(spool.folder), and the store does not take them: "
            + failure)
      }
    }
  }

  func begin(_ run: RunRecord) throws(CaptureError) -> Int64 {
    var run = run
    run.id = nextRun
    nextRun += 1
    lastRun = run.id
    shared.withLock { $0.isLive = run.isLive }
    try write(run)
    return run.id
  }

  func end(_ run: RunRecord) throws(CaptureError) { try write(run) }

  private func write(_ run: RunRecord) throws(CaptureError) {
    guard let table = info.batchTables.lastIndex(where: { $0.name == EngineTables.run.name }) else { return }
    let rows = RowBatch(nextIDs: [], capacity: 1 << 12)
    run.write(to: rows, table: table)
    let sink = ClickHouseSink(self)
    try sink.write(rows, isNeeded: true)
    // Nobody is told of this while it lasts, so it does not last for ever.
    try sink.sealAll(patience: Self.graceTime)
  }

  func withSink<Result>(
    keeping retention: Retention, _ body: (any RowSink) throws -> Result
  ) throws -> Result {
    guard !retention.isLimited else {
      throw CaptureError(
        "\(address): is shared by all sensors, so none of them removes rows: capture.keep_hours and "
          + "capture.keep_megabytes are for files; '\(info.program.name) store create' takes store_keep_days")
    }
    let sink = ClickHouseSink(self)
    let result = try body(sink)
    try sink.sealAll()
    return result
  }

  func drain(_ goesOn: (StoreHealth) -> Bool) throws(CaptureError) {
    var ending: ContinuousClock.Instant?
    while spool.backlog.batches > 0 {
      try check()
      let health = currentHealth
      if !goesOn(health) {
        // What takes a moment only is done all the same.
        let begun = ending ?? .now
        ending = begun
        if health.error != nil || begun.duration(to: .now) > .seconds(Self.graceTime) { return }
      }
      spool.wait(0.1) { $0.batches > 0 }
    }
  }

  func close() throws(CaptureError) {
    sender.stop()
    finish()
    try check()
  }

  func abandon() {
    sender.stop()
    finish()
  }

  private func finish() {
    // A server that is away is not waited for.
    if sender.state.failure == nil { registration.end(client) }
    // Where that fails, more ids than were used stay unused.
    try? state.finish(at: max(encoder.lastID, lastRun))
    state.release()
  }

  // MARK: Health

  var health: StoreHealth? { currentHealth }

  private var currentHealth: StoreHealth {
    let (backlog, state, now) = (spool.backlog, sender.state, shared.withLock { $0 })
    let reasons = [now.lack?.description, state.failure].compactMap(\.self)
    return StoreHealth(
      waitingBatches: backlog.batches, waitingRows: backlog.rows, waitingBytes: backlog.bytes,
      oldestSeconds: backlog.oldest.map { max(0, Date().timeIntervalSince($0)) }, sentRows: state.sentRows,
      rejectedBatches: backlog.rejected, droppedRows: now.droppedRows,
      error: state.conflict ?? (reasons.isEmpty ? nil : reasons.joined(separator: "; ")))
  }

  func stopWaiting() { shared.withLock { $0.isStopping = true } }

  /// Whether rows for which there is no room are waited with, and not dropped.
  var waits: Bool { shared.withLock { !$0.isLive && !$0.isStopping } }

  /// Rows that were dropped.
  var droppedRows: Int { shared.withLock(\.droppedRows) }

  /// Counts rows that were dropped.
  func drop(_ rows: Int) { shared.withLock { $0.droppedRows += rows } }

  /// Notes that a batch could not be sealed, or that all were.
  func note(_ lack: RoomLack?) { shared.withLock { $0.lack = lack } }

  /// Why batches cannot be sealed at the moment; nil where they can.
  var lack: RoomLack? { shared.withLock(\.lack) }

  /// - Throws: Where no more rows may be written.
  func check() throws(CaptureError) {
    if let conflict = sender.state.conflict { throw CaptureError(conflict) }
  }
}
