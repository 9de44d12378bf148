import ParserRuntime

/// The way of an import's rows to the database: a queue and a writing thread for each file, so that between files the
/// database is free for the rows of `run`.
final class ImportWriting {
  private let store: any StoreSession
  private let capacity: Int
  private var queue: RowQueue?
  private var thread: WriterThread?
  /// Rows of the last file.
  private(set) var rowCount = 0
  /// Called now and then while the queue is full, and while the last rows are waited for.
  var whileWaiting: () -> Void = {}
  /// Whether rows for which the store has no room are dropped.
  private(set) var isStopped = false
  /// What made the writer give up, once a batch was put in or the file was ended.
  private(set) var failure: CaptureError?

  /// - Parameter capacity: batches that may wait.
  init(store: any StoreSession, capacity: Int) {
    self.store = store
    self.capacity = capacity
  }

  func begin() {
    let queue = RowQueue(capacity: capacity)
    let thread = WriterThread(store: store, queue: queue)
    thread.start()
    (self.queue, self.thread) = (queue, thread)
  }

  /// Hands a batch to the writer; waits while the queue is full.
  func put(_ batch: RowBatch) {
    do throws(CaptureError) { try queue?.put(batch, waiting: whileWaiting) } catch { failure = failure ?? error }
  }

  /// How rows get on that the store has not taken yet.
  var health: StoreHealth? { store.health }

  /// Rows for which the store has no room are dropped from now on, so that the writer comes to an end.
  func stopWaiting() {
    isStopped = true
    store.stopWaiting()
  }

  /// A batch that has been written; nil where there is none.
  func takeSpare() -> RowBatch? { queue?.takeSpare() }

  /// Waits until everything is committed, or the writer has given up.
  func end() {
    queue?.close()
    thread?.join(waiting: whileWaiting)
    whileWaiting = {}
    rowCount = thread?.rowCount ?? 0
    failure = failure ?? queue?.error
    (queue, thread) = (nil, nil)
  }
}
