public import ParserRuntime

/// A place where rows are kept: a file, or a server. Whatever captures, imports and shows knows no other side of a store
/// than this one; what it speaks with its database stands in the store's own folder.
///
/// A value only names the place: nothing is opened before it is asked to do something.
public protocol CaptureStore: Sendable {
  /// What to call it in messages; of a file its path.
  var name: String { get }
  /// Whether there is such a store now.
  var exists: Bool { get }
  /// Bytes that it takes up.
  var size: Int { get }
  /// The statements, in the store's own language, that make what it consists of.
  var definition: [String] { get }
  /// What its rows are asked from.
  var queries: any QueryEngine { get }

  /// Makes the store if there is none, and its tables.
  /// - Throws: Where it cannot be opened or written, or has tables of another description.
  func prepare() throws(CaptureError)

  /// Opens the store for writing, and makes its tables or brings them up to date. Nobody else may write meanwhile.
  /// - Throws: Where it cannot be opened or written, or has tables of another description.
  func open(for use: StoreUse) throws(CaptureError) -> any StoreSession

  /// Begins another file, which is what the store is from now on. The session that is open stays so, and is to be ended by
  /// whoever has opened it.
  /// - Parameter run: what rows of the new file belong to.
  /// - Returns: What writes to the new file, and the id that the run gets.
  /// - Throws: Where the store is no file, or the new one cannot be made; then the store is what it was.
  func rotate(beginning run: RunRecord) throws(CaptureError) -> (session: any StoreSession, run: Int64)

  /// Removes the oldest of the files that followed one another, but for those that somebody writes to.
  /// - Parameter count: files that stay, with the one that is written to; at least that one does.
  func removeOldest(keeping count: Int)

  /// Removes everything that is in it.
  /// - Throws: Where another process writes to it, or where it cannot be removed or made anew.
  func removeData() throws(CaptureError)

  /// Makes the indices that `QueryEngine.indices` suggests.
  /// - Throws: Where another process writes to it, or where an index cannot be made.
  func makeIndices() throws(CaptureError)
}

/// What a store is opened for.
public enum StoreUse: Sendable {
  /// Others read what is written as soon as it is committed.
  case sharing
  /// Where the store is new, nobody is to see it before it is complete, so it may be written faster.
  case making
}

/// A store that is open for writing.
///
/// `size`, `health` and `stopWaiting` may be used on any thread, at any time.
public protocol StoreSession {
  /// Bytes that the store takes up.
  var size: Int { get }
  /// How rows get on that the store has not taken yet; nil where it takes them at once.
  var health: StoreHealth? { get }

  /// The first free id of each table that a batch can name, by number.
  func nextIDs() throws(CaptureError) -> [Int64]
  /// The runs that have read a file, in the order of their ids.
  func formerRuns() throws(CaptureError) -> [FormerRun]
  /// Stores a run that begins.
  /// - Returns: The id that it gets: its own, if it has one and no run has it or a later one.
  func begin(_ run: RunRecord) throws(CaptureError) -> Int64
  /// Stores how a run has ended.
  func end(_ run: RunRecord) throws(CaptureError)

  /// Calls `body` with what takes rows. Nothing but its size and health may be asked of the session meanwhile, and the sink
  /// is of no use afterwards.
  /// - Parameter retention: what is kept of the rows, also of those that were there before; the sink removes the others
  ///   whenever it commits.
  /// - Throws: Also where the store cannot keep to that.
  func withSink<Result>(keeping retention: Retention, _ body: (any RowSink) throws -> Result) throws -> Result

  /// Waits until the store has taken all that was written.
  /// - Parameter goesOn: asked several times a second; where it says no, what waits is left to whoever writes next.
  func drain(_ goesOn: (StoreHealth) -> Bool) throws(CaptureError)
  /// From now on rows for which there is no room are dropped, instead of being waited with.
  func stopWaiting()

  /// Ends writing: everything is there, for those who read too, but for what `drain` has left.
  func close() throws(CaptureError)
  /// Ends writing after a failure: what was committed stays, but a store that was to be made is not left half made.
  func abandon()
}

extension CaptureStore {
  /// Throws: what is no file goes on as it is.
  public func rotate(beginning run: RunRecord) throws(CaptureError) -> (session: any StoreSession, run: Int64) {
    throw CaptureError("\(name): is no file of a capture, so there is no other one to go on in")
  }

  /// Does nothing: there are no others.
  public func removeOldest(keeping count: Int) {}
}

extension StoreSession {
  /// nil: rows are taken at once.
  public var health: StoreHealth? { nil }

  /// Calls `body` with what takes rows, all of which are kept.
  public func withSink<Result>(_ body: (any RowSink) throws -> Result) throws -> Result {
    try withSink(keeping: Retention(), body)
  }

  /// Does nothing: there is nothing to wait for.
  public func drain(_ goesOn: (StoreHealth) -> Bool) throws(CaptureError) {}
  /// Does nothing: no row waits for room.
  public func stopWaiting() {}
}

/// Takes batches of rows: one call a batch, whatever is in it.
public protocol RowSink {
  /// Rows that were written.
  var rowCount: Int { get }
  /// Writes all rows of a batch, and commits if it is time. Rows that replace others (`EngineRows.Kind`) are whole ones.
  func write(_ batch: RowBatch) throws(CaptureError)
  /// Makes what was written known to those who read.
  func commit() throws(CaptureError)
  /// Keeps what was written before a failure, as far as that can be done.
  func salvage()
}

/// A run that has read a file.
public struct FormerRun: Sendable {
  /// The row's id in `run`.
  public var id: Int64
  /// Size and hash of the file.
  public var identity: String
  /// Why it ended; nil where it was killed.
  public var endReason: EndReason?

  /// - Parameters:
  ///   - id: of the row in `run`.
  ///   - identity: size and hash of the file.
  ///   - endReason: why it ended; nil where it was killed.
  public init(id: Int64, identity: String, endReason: EndReason?) {
    self.id = id
    self.identity = identity
    self.endReason = endReason
  }
}
