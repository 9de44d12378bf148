import Foundation

/// The thread that writes rows to the database, from its start until the queue is closed and empty.
///
/// `@unchecked Sendable`: `rowCount` is written by the thread before it signals `done` and read only after waiting
/// for that, `store` is the thread's alone; nothing else changes.
final class WriterThread: @unchecked Sendable {
  /// What has been written is committed when no more has come for so many seconds.
  private static let idleTime = 0.1

  /// How often whoever waits for the end is told that it is not there yet, in seconds.
  private static let waitTime = 0.2

  /// What rows go to; another with each rotation.
  private var store: any StoreSession
  private let queue: RowQueue
  private let retention: Retention
  private let done = DispatchSemaphore(value: 0)
  private(set) var rowCount = 0

  /// - Parameter retention: what is kept of the rows.
  init(store: any StoreSession, queue: RowQueue, retention: Retention = Retention()) {
    self.store = store
    self.queue = queue
    self.retention = retention
  }

  func start() {
    let thread = Thread { [self] in
      write()
      done.signal()
    }
    thread.name = "writer"
    thread.start()
  }

  /// Waits until everything is committed, or the writer has given up.
  /// - Parameter waiting: called now and then meanwhile.
  func join(waiting: () -> Void = {}) {
    while done.wait(timeout: .now() + Self.waitTime) == .timedOut { waiting() }
  }

  private func write() {
    do {
      while let rotation = try writeRun() {
        store = rotation.next
        try rotation.finish()
      }
    } catch let error as CaptureError {
      queue.fail(error)
    } catch {
      queue.fail(CaptureError("cannot write to the database: \(error)"))
    }
  }

  /// Writes all that goes to one store.
  /// - Returns: Where it goes on; nil at the end.
  private func writeRun() throws -> RunRotation? {
    try store.withSink(keeping: retention) { writer in
      defer { rowCount += writer.rowCount }
      do {
        while true {
          switch queue.take(timeout: Self.idleTime) {
          case .item(.batch(let batch)):
            try writer.write(batch)
            queue.giveBack(batch)
          case .nothing: try writer.commit()
          case .item(.rotation(let rotation)):
            try writer.commit()
            return rotation
          case .end:
            try writer.commit()
            return nil
          }
        }
      } catch {
        writer.salvage()
        throw error
      }
    }
  }
}
