/// How rows get on that a store has not taken yet: where it is a server, they may have to wait for it.
public struct StoreHealth: Sendable, Equatable {
  /// Batches that wait, on disk.
  public var waitingBatches = 0
  /// Rows that wait, on disk.
  public var waitingRows = 0
  /// Bytes that wait, on disk.
  public var waitingBytes = 0
  /// Seconds that the oldest batch has waited; nil where none waits.
  public var oldestSeconds: Double?
  /// Rows that the store has taken since it was opened.
  public var sentRows = 0
  /// Batches that the store will never take; they are set aside, with the reason.
  public var rejectedBatches = 0
  /// Rows that were dropped because there was no room for them.
  public var droppedRows = 0
  /// Why the store does not take rows at the moment; nil where it does.
  public var error: String?

  /// - Parameters:
  ///   - waitingBatches: batches that wait, on disk.
  ///   - waitingRows: rows that wait, on disk.
  ///   - waitingBytes: bytes that wait, on disk.
  ///   - oldestSeconds: that the oldest batch has waited; nil where none waits.
  ///   - sentRows: rows that the store has taken since it was opened.
  ///   - rejectedBatches: batches that the store will never take.
  ///   - droppedRows: rows that were dropped because there was no room for them.
  ///   - error: why the store does not take rows at the moment.
  public init(
    waitingBatches: Int = 0, waitingRows: Int = 0, waitingBytes: Int = 0, oldestSeconds: Double? = nil,
    sentRows: Int = 0, rejectedBatches: Int = 0, droppedRows: Int = 0, error: String? = nil
  ) {
    self.waitingBatches = waitingBatches
    self.waitingRows = waitingRows
    self.waitingBytes = waitingBytes
    self.oldestSeconds = oldestSeconds
    self.sentRows = sentRows
    self.rejectedBatches = rejectedBatches
    self.droppedRows = droppedRows
    self.error = error
  }
}
