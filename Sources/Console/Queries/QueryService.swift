import HTTPTypes
import CLinux
import Capture
import DequeModule
import Foundation
import NIOPosix
import Synchronization

/// Runs queries for many clients: a few at once, each on a read-only connection of its own and on a thread that gives
/// way to a capture.
final class QueryService: Sendable {
  /// Threads of queries leave the processor to those of a capture.
  private static let niceness: Int32 = 10

  private let path: String
  private let limits: ConsoleOptions.Limits
  private let threads: NIOThreadPool
  private let slots: Slots
  private let idle = Mutex<[Connection]>([])
  private let running = Mutex<[ObjectIdentifier: QueryCancellation]>([:])

  /// A connection and the file it has open: a database whose data was removed is another file of the same name.
  private struct Connection {
    let connection: ReadConnection
    let file: UInt64
  }

  init(path: String, limits: ConsoleOptions.Limits) {
    self.path = path
    self.limits = limits
    threads = NIOThreadPool(numberOfThreads: limits.queries)
    threads.start()
    slots = Slots(count: limits.queries, waiting: limits.waitingQueries)
  }

  /// What a query is asked for besides its SQL.
  struct Request: Sendable {
    var sql: String
    var parameters = QueryParameters.none
    var seconds: Double?
    var rows: Int?
    var bytes: Int?

    init(_ sql: String, _ parameters: QueryParameters = .none) {
      self.sql = sql
      self.parameters = parameters
    }
  }

  /// Runs a query, and `body` with its cursor on the query's thread. Cancelling the task ends it.
  func run<Result: Sendable>(
    _ request: Request, _ body: @escaping @Sendable (QueryCursor) throws -> Result
  ) async throws -> Result {
    let query = try await open(request)
    defer { query.close() }
    return try await query.onThread { try body($0) }
  }

  /// All rows of a result.
  func rows(
    _ sql: String, _ parameters: QueryParameters = .none, seconds: Double? = nil
  ) async throws -> [[(String, QueryValue)]] {
    var request = Request(sql, parameters)
    request.seconds = seconds
    return try await run(request) { cursor in
      var rows: [[(String, QueryValue)]] = []
      while try cursor.step() { rows.append(Array(zip(cursor.columns, cursor.row))) }
      return rows
    }
  }

  /// Does something else that takes as long as a query, in a query's place.
  func work<Result: Sendable>(
    _ body: @escaping @Sendable (QueryCancellation) throws -> Result
  ) async throws -> Result {
    let query = try await place()
    defer { query.close() }
    return try await query.work { [cancellation = query.cancellation] in
      set_thread_niceness(Self.niceness)
      return try body(cancellation)
    }
  }

  /// Waits for a place among the queries that run.
  private func place() async throws -> OpenQuery {
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
    do {
      try await query.start { [self] in
        set_thread_niceness(Self.niceness)
        let connection = try takeConnection()
        do throws(QueryError) {
          let cursor = try QueryCursor(
            request.sql, request.parameters, on: connection.connection, limits: limits,
            cancellation: query.cancellation)
          return (cursor, { self.giveBack(connection) })
        } catch {
          giveBack(connection)
          throw error
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

  // MARK: Connections

  private func takeConnection() throws(QueryError) -> Connection {
    let file = Self.file(path)
    let found = idle.withLock { idle in
      idle.removeAll { $0.file != file }
      return idle.popLast()
    }
    if let found { return found }
    return Connection(connection: try ReadConnection(path: path), file: file)
  }

  private func giveBack(_ connection: Connection) {
    // One that takes the file for unchangeable would not notice that somebody changes it after all.
    guard !connection.connection.isImmutable else { return }
    idle.withLock { $0.append(connection) }
  }

  private static func file(_ path: String) -> UInt64 {
    var status = stat()
    return stat(path, &status) == 0 ? UInt64(status.st_ino) : 0
  }
}

/// A query that is prepared and not yet at its end.
final class OpenQuery: Sendable {
  let cancellation = QueryCancellation()
  private let service: QueryService
  private let threads: NIOThreadPool
  private let state = Mutex<(cursor: QueryCursor, release: @Sendable () -> Void)?>(nil)

  fileprivate init(service: QueryService, threads: NIOThreadPool) {
    self.service = service
    self.threads = threads
  }

  // An answer whose head cannot be sent is dropped without a word, and the query with it.
  deinit { close() }

  fileprivate func start(
    _ body: @escaping @Sendable () throws -> (QueryCursor, @Sendable () -> Void)
  ) async throws {
    try await work { [self] in
      let (cursor, release) = try body()
      state.withLock { $0 = (cursor, release) }
    }
  }

  /// Calls `body` with the cursor on a thread for queries; cancelling the task ends the query.
  func onThread<Result: Sendable>(_ body: @escaping @Sendable (QueryCursor) throws -> Result) async throws -> Result {
    guard let cursor = state.withLock({ $0?.cursor }) else { throw QueryError(.cancelled, "the query is over") }
    return try await work { try body(cursor) }
  }

  fileprivate func work<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withTaskCancellationHandler {
      try await threads.runIfActive(body)
    } onCancel: {
      cancellation.cancel()
    }
  }

  /// Gives back what the query has taken.
  func close() {
    let release = state.withLock { state in
      defer { state = nil }
      return state?.release
    }
    release?()
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
