import HTTPTypes
import CLinux
import Capture
import DequeModule
import NIOPosix
import Synchronization

/// Runs queries for many clients: a few at once, each on a thread that gives way to a capture.
final class QueryService: Sendable {
  /// What the store is asked with now: it may be another file later.
  private let engine: @Sendable () -> any QueryEngine
  private let limits: ConsoleOptions.Limits
  private let threads: NIOThreadPool
  private let slots: Slots
  private let running = Mutex<[ObjectIdentifier: QueryCancellation]>([:])

  init(engine: @escaping @Sendable () -> any QueryEngine, limits: ConsoleOptions.Limits) {
    self.engine = engine
    self.limits = limits
    threads = NIOThreadPool(numberOfThreads: limits.queries)
    threads.start()
    slots = Slots(count: limits.queries, waiting: limits.waitingQueries)
  }

  /// For another store, with the threads and the bounds of a service, which ends both.
  init(engine: @escaping @Sendable () -> any QueryEngine, sharing other: QueryService) {
    self.engine = engine
    limits = other.limits
    threads = other.threads
    slots = other.slots
  }

  /// What is asked.
  enum Question: Sendable {
    /// In the store's own language.
    case text(String, QueryParameters)
    /// A part of what that results in.
    case page(ResultPage, String, QueryParameters)
    /// For rows of a table.
    case rows(RowRequest)
    /// What the page shows.
    case answer(StoreQuestion)
    /// How many rows of a table there are, by what they have in some columns.
    case counts(String, by: [String])
  }

  /// A question, and the bounds of its answer.
  struct Request: Sendable {
    var question: Question
    var seconds: Double?
    var rows: Int?
    var bytes: Int?

    init(_ question: Question, seconds: Double? = nil) {
      self.question = question
      self.seconds = seconds
    }
  }

  /// Runs a query, and `body` with its cursor on the query's thread. Cancelling the task ends it.
  func run<Result: Sendable>(
    _ request: Request, _ body: @escaping @Sendable (any ResultCursor) throws -> Result
  ) async throws -> Result {
    let query = try await open(request)
    defer { query.close() }
    return try await query.onThread { try body($0) }
  }

  /// All rows of a result.
  func rows(_ question: Question, seconds: Double? = nil) async throws -> [[(String, QueryValue)]] {
    try await run(Request(question, seconds: seconds)) { cursor in
      var rows: [[(String, QueryValue)]] = []
      while try cursor.step() { rows.append(Array(zip(cursor.columns, cursor.row))) }
      return rows
    }
  }

  /// All rows of a query in the store's own language.
  func rows(
    _ text: String, _ parameters: QueryParameters = .none, seconds: Double? = nil
  ) async throws -> [[(String, QueryValue)]] {
    try await rows(.text(text, parameters), seconds: seconds)
  }

  /// All rows of a table that a request asks for.
  func rows(_ request: RowRequest, seconds: Double? = nil) async throws -> [[(String, QueryValue)]] {
    try await rows(.rows(request), seconds: seconds)
  }

  /// Asks the store something else than for rows, within the bounds of a query.
  func ask<Result: Sendable>(
    _ body: @escaping @Sendable (any QueryEngine, QueryControl) throws -> Result
  ) async throws -> Result {
    try await ask(seconds: limits.seconds, body)
  }

  /// Asks the store about its tables, however little time the queries of users have.
  func askSchema<Result: Sendable>(
    _ body: @escaping @Sendable (any QueryEngine, QueryControl) throws -> Result
  ) async throws -> Result {
    try await ask(seconds: max(limits.seconds, limits.schemaSeconds), body)
  }

  private func ask<Result: Sendable>(
    seconds: Double, _ body: @escaping @Sendable (any QueryEngine, QueryControl) throws -> Result
  ) async throws -> Result {
    try await work { [engine, limits] cancellation in
      let bounds = QueryLimits(seconds: seconds, memory: limits.memory)
      return try body(engine(), QueryControl(limits: bounds, cancellation: cancellation))
    }
  }

  /// Does something else that takes as long as a query, in a query's place.
  func work<Result: Sendable>(
    _ body: @escaping @Sendable (QueryCancellation) throws -> Result
  ) async throws -> Result {
    let query = try await place()
    defer { query.close() }
    return try await query.work { [cancellation = query.cancellation] in try body(cancellation) }
  }

  /// Waits for a place among the queries that run; it is taken until it is closed.
  func place() async throws -> OpenQuery {
    guard try await slots.take() else {
      throw APIError(.serviceUnavailable, "too many queries at once; try again later")
    }
    let query = OpenQuery(service: self, threads: threads)
    running.withLock { $0[ObjectIdentifier(query)] = query.cancellation }
    return query
  }

  /// Prepares a query whose rows are fetched bit by bit; it takes a slot until it is closed.
  func open(_ request: Request) async throws -> OpenQuery {
    let query = try await place()
    let limits = QueryLimits(
      seconds: min(request.seconds ?? limits.seconds, limits.maximumSeconds), rows: request.rows, bytes: request.bytes,
      memory: limits.memory)
    let control = QueryControl(limits: limits, cancellation: query.cancellation)
    do {
      try await query.start { [engine] in
        let engine = engine()
        return switch request.question {
        case .text(let text, let parameters): try engine.query(text, parameters, control)
        case .page(let page, let text, let parameters): try engine.page(page, of: text, parameters, control)
        case .rows(let request): try engine.rows(request, control)
        case .answer(let question): try engine.answer(question, control)
        case .counts(let table, let columns): try engine.counts(of: table, by: columns, control)
        }
      }
    } catch {
      query.close()
      throw error
    }
    return query
  }

  /// Ends all queries.
  func cancelAll() {
    running.withLock { running in
      for cancellation in running.values { cancellation.cancel() }
    }
  }

  /// Takes no more queries.
  func close() {
    cancelAll()
    threads.shutdownGracefully { _ in }
  }

  fileprivate func remove(_ query: OpenQuery) {
    guard running.withLock({ $0.removeValue(forKey: ObjectIdentifier(query)) }) != nil else { return }
    slots.give()
  }
}

/// A query that is prepared and not yet at its end.
final class OpenQuery: Sendable {
  /// Threads of queries leave the processor to those of a capture.
  private static let niceness: Int32 = 10

  let cancellation = QueryCancellation()
  private let service: QueryService
  private let threads: NIOThreadPool
  private let state = Mutex<(any ResultCursor)?>(nil)

  fileprivate init(service: QueryService, threads: NIOThreadPool) {
    self.service = service
    self.threads = threads
  }

  // An answer whose head cannot be sent is dropped without a word, and the query with it.
  deinit { close() }

  fileprivate func start(
    _ body: @escaping @Sendable () throws -> any ResultCursor
  ) async throws {
    try await work { [self] in
      let cursor = try body()
      state.withLock { $0 = cursor }
    }
  }

  /// Calls `body` with the cursor on a thread for queries; cancelling the task ends the query.
  func onThread<Result: Sendable>(
    _ body: @escaping @Sendable (any ResultCursor) throws -> Result
  ) async throws -> Result {
    guard let cursor = state.withLock({ $0 }) else { throw QueryError(.cancelled, "the query is over") }
    return try await work { try body(cursor) }
  }

  /// Does something on a thread for queries; cancelling the task ends the query.
  func work<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withTaskCancellationHandler {
      try await threads.runIfActive {
        set_thread_niceness(Self.niceness)
        return try body()
      }
    } onCancel: {
      cancellation.cancel()
    }
  }

  /// Gives back what the query has taken.
  func close() {
    state.withLock { $0 = nil }
    service.remove(self)
  }
}

/// So many at once; the others wait their turn.
private final class Slots: Sendable {
  private struct State {
    var free: Int
    var waiting: Deque<(id: Int, continuation: CheckedContinuation<Bool, any Error>)> = []
    var lastID = 0
  }

  private let maximumWaiting: Int
  private let state: Mutex<State>

  init(count: Int, waiting: Int) {
    maximumWaiting = waiting
    state = Mutex(State(free: count))
  }

  /// - Returns: false where too many wait already.
  func take() async throws -> Bool {
    let id = state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let answer: Bool? = state.withLock { state in
          if Task.isCancelled { return false }
          if state.free > 0 {
            state.free -= 1
            return true
          }
          guard state.waiting.count < maximumWaiting else { return false }
          state.waiting.append((id, continuation))
          return nil
        }
        if let answer { continuation.resume(returning: answer) }
      }
    } onCancel: {
      let waiting = state.withLock { state in
        state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0) }
      }
      waiting?.continuation.resume(throwing: CancellationError())
    }
  }

  func give() {
    let next = state.withLock { state in
      let next = state.waiting.popFirst()
      if next == nil { state.free += 1 }
      return next
    }
    next?.continuation.resume(returning: true)
  }
}
