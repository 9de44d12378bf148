import Capture
import Foundation
import ParserRuntime

/// Takes batches of rows, and seals them when there are enough, or when they have waited long enough.
final class ClickHouseSink: RowSink {
  /// An INSERT has no more rows than this and those of one batch: well below what a server takes at once.
  private static let sealRows = 80_000
  private static let sealBytes = 16 << 20
  /// Of all tables and days together.
  private static let openBytes = 64 << 20
  private static let openBuffers = 256
  /// Seconds between looks at whether there is room again.
  private static let roomPause = 0.1

  private let session: ClickHouseSession
  /// Buffers for which the disk had no room.
  private var unsealed: [RowBuffer] = []
  /// When the disk is tried again.
  private var retry = ContinuousClock.now
  private(set) var rowCount = 0

  init(_ session: ClickHouseSession) { self.session = session }

  func write(_ batch: RowBatch) throws(CaptureError) { try write(batch, isNeeded: false) }

  /// - Parameter isNeeded: whether the rows are not dropped although there is no room for them.
  func write(_ batch: RowBatch, isNeeded: Bool) throws(CaptureError) {
    try session.check()
    let hasRoom = if isNeeded { true } else { try waitForRoom() }
    guard hasRoom else {
      // The whole batch: a message without what belongs to it would be worse than none.
      session.encoder.note(batch)
      session.drop(batch.rowCount)
      return
    }
    session.encoder.droppedRows = Int64(session.droppedRows)
    session.encoder.encode(batch, clock: Int64(Date().timeIntervalSince1970 * 1e6))
    rowCount += batch.rowCount
    try sealDue()
  }

  func commit() throws(CaptureError) { try sealDue() }

  func salvage() {
    do throws(CaptureError) { try seal(session.encoder.take { _ in true }) } catch {}
  }

  // MARK: Room

  private var pendingBytes: Int {
    session.encoder.buffers.reduce(0) { $0 + $1.byteCount } + unsealed.reduce(0) { $0 + $1.byteCount }
  }

  /// Waits for room where rows may wait.
  /// - Returns: Whether there is some.
  private func waitForRoom() throws(CaptureError) -> Bool {
    while true {
      if !unsealed.isEmpty, ContinuousClock.now >= retry { try seal([]) }
      if unsealed.isEmpty, session.spool.hasRoom(besides: pendingBytes) { return true }
      // What is not sealed is not sent, and so makes no room.
      if unsealed.isEmpty { try seal(session.encoder.take { _ in true }) }
      guard session.waits else { return false }
      try session.check()
      Thread.sleep(forTimeInterval: Self.roomPause)
    }
  }

  // MARK: Sealing

  private func sealDue() throws(CaptureError) {
    let encoder = session.encoder
    let (now, limit) = (ContinuousClock.now, Duration.seconds(session.options.sealTime))
    let buffers = encoder.buffers
    let isOld = buffers.contains { $0.begun.duration(to: now) >= limit }
    let isMuch = buffers.count > Self.openBuffers || buffers.reduce(0) { $0 + $1.byteCount } > Self.openBytes
    // What belongs together is sealed together, as far as it can be.
    let due = encoder.take { buffer in
      isOld || isMuch || buffer.rowCount >= Self.sealRows || buffer.byteCount >= Self.sealBytes
    }
    if !due.isEmpty { try seal(due) }
  }

  /// Seals all rows; waits for the disk's room where rows may wait, else they are dropped.
  /// - Parameter patience: seconds to wait where nothing is there that could make room; nil for ever.
  func sealAll(patience: Double? = nil) throws(CaptureError) {
    try seal(session.encoder.take { _ in true })
    let begun = ContinuousClock.now
    while !unsealed.isEmpty, session.waits {
      if let patience, session.spool.backlog.batches == 0, begun.duration(to: .now) > .seconds(patience),
        let lack = session.lack
      {
        throw CaptureError("\(lack)")
      }
      Thread.sleep(forTimeInterval: Self.roomPause)
      try session.check()
      try seal([])
    }
    for buffer in unsealed { session.drop(buffer.rowCount) }
    unsealed = []
  }

  private func seal(_ buffers: [RowBuffer]) throws(CaptureError) {
    unsealed += buffers
    guard !unsealed.isEmpty else { return }
    do throws(FileFailure) {
      // Nobody may give these ids again, also after a crash.
      try session.state.use(upTo: session.encoder.lastID)
      while let buffer = unsealed.first {
        try session.spool.seal(buffer, session.options.compresses ? .fast : .stored)
        session.encoder.recycle(unsealed.removeFirst())
      }
      session.note(nil)
    } catch {
      // A full disk passes, or so it is hoped; anything else does not.
      guard
        let lack = RoomLack(
          error, folder: session.spool.folder, neededBytes: unsealed.first?.byteCount ?? 0)
      else { throw CaptureError("\(error)") }
      session.note(lack)
      retry = .now + .seconds(Self.roomPause)
    }
  }
}
