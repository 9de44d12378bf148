import Synchronization

/// Ends a query from anywhere, before or while it runs.
public final class QueryCancellation: Sendable {
  private let flag = Atomic(false)
  private let action = Mutex<(@Sendable () -> Void)?>(nil)

  /// One that has ended nothing yet.
  public init() {}

  /// Ends the query, from any thread; does nothing once it is over.
  public func cancel() {
    let action = action.withLock { action in
      flag.store(true, ordering: .relaxed)
      defer { action = nil }
      return action
    }
    action?()
  }

  /// Whether `cancel` was called.
  public var isCancelled: Bool { flag.load(ordering: .relaxed) }

  /// What is to be done when `cancel` is called, by a store whose queries run elsewhere; at once if it was called already.
  /// It takes the place of what was to be done before, and must not wait for anything.
  /// - Parameter action: nil once there is nothing left to end.
  public func whenCancelled(_ action: (@Sendable () -> Void)?) {
    let isCancelled = self.action.withLock { current in
      current = action
      return flag.load(ordering: .relaxed)
    }
    if isCancelled { action?() }
  }
}

/// Bounds of a query, so that one from a stranger can do no harm. nil is without a bound.
public struct QueryLimits: Sendable {
  /// Seconds from the query's start, whatever it is doing; the time in which a result is fetched counts too.
  public var seconds: Double?
  /// Rows of the result; there may be more, see `ResultCursor.isTruncated`.
  public var rows: Int?
  /// Bytes of the result's values.
  public var bytes: Int?
  /// Bytes that may be held for queries; SQLite counts those of the whole process, and a query that runs while they are
  /// exceeded ends.
  public var memory: Int?

  /// Without arguments, no bounds.
  public init(seconds: Double? = nil, rows: Int? = nil, bytes: Int? = nil, memory: Int? = nil) {
    self.seconds = seconds
    self.rows = rows
    self.bytes = bytes
    self.memory = memory
  }
}

/// Why a query gave no result, or not all of it.
public struct QueryError: Error, CustomStringConvertible {
  /// What kind of reason it is.
  public enum Kind: String, Sendable {
    /// The store's own: a syntax error, a missing table.
    case sql
    /// It wants to do something else than to read this database.
    case forbidden
    /// It took too long.
    case timeout
    /// Somebody ended it.
    case cancelled
    /// Its result or its memory grew too large.
    case limit
    /// The database cannot be opened.
    case database
  }

  /// What kind of reason it is.
  public var kind: Kind
  /// The reason in words, for whoever wrote the query.
  public var description: String
  /// Of the character at which the error is, from 1.
  public var position: Int?

  /// - Parameters:
  ///   - description: the reason in words, for whoever wrote the query.
  ///   - position: of the character at which the error is, from 1; nil where it is nowhere in particular.
  public init(_ kind: Kind, _ description: String, position: Int? = nil) {
    self.kind = kind
    self.description = description
    self.position = position
  }
}

extension QueryError {
  /// Somebody ended the query.
  package static var cancelled: QueryError { QueryError(.cancelled, "the query was cancelled") }
  /// The query had no time left.
  package static var timeout: QueryError {
    QueryError(.timeout, "the query took too long and was ended; narrow it, or give it more time")
  }
}
