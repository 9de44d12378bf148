import Capture
import Dispatch
import HTTPTypes
import NanoParser
import Synchronization
import Testing

@testable import Console

/// What queries may take, whoever sends them.
@Suite struct QueryServiceTests {
  private static let endless =
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"

  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try DatabaseFile(path: folder.path("a.db"), info: NanoSpecification.info).prepare()
  }

  private func service(_ change: (inout ConsoleOptions.Limits) -> Void = { _ in }) -> QueryService {
    var limits = ConsoleOptions.Limits()
    // What is not about time is to end by something else, however busy the machine is.
    (limits.seconds, limits.maximumSeconds) = (3600, 3600)
    change(&limits)
    let file = DatabaseFile(path: folder.path("a.db"), info: NanoSpecification.info)
    return QueryService(engine: { file.queries }, limits: limits)
  }

  /// Counts from any thread.
  private final class Counter: Sendable {
    private let value = Mutex(0)

    var count: Int { value.withLock { $0 } }

    func increment() { value.withLock { $0 += 1 } }
  }

  /// Why a query ended; one that has not ended after a minute is cancelled.
  private func end(
    of sql: String, seconds: Double? = nil, on service: QueryService
  ) async -> QueryError.Kind? {
    let query = Task { try await service.rows(sql, seconds: seconds) }
    let guardian = Task {
      try await Task.sleep(for: .seconds(60))
      query.cancel()
    }
    defer { guardian.cancel() }
    do {
      _ = try await query.value
      return nil
    } catch {
      return (error as? QueryError)?.kind
    }
  }

  @Test func `a query has the time that it asks for`() async {
    let service = service { $0.seconds = 3600 }
    defer { service.close() }
    #expect(await end(of: Self.endless, seconds: 0.1, on: service) == .timeout)
  }

  @Test func `a query that asks for no time has what the limit says`() async {
    let service = service { $0.seconds = 0.1 }
    defer { service.close() }
    #expect(await end(of: Self.endless, on: service) == .timeout)
  }

  @Test func `no query has more time than the greatest`() async {
    let service = service { ($0.seconds, $0.maximumSeconds) = (3600, 0.1) }
    defer { service.close() }
    #expect(await end(of: Self.endless, on: service) == .timeout)
    #expect(await end(of: Self.endless, seconds: 1_000_000, on: service) == .timeout)
  }

  @Test func `queries end where SQLite has too much memory`() async {
    let service = service { ($0.memory, $0.seconds) = (0, 3600) }
    defer { service.close() }
    #expect(await end(of: Self.endless, on: service) == .limit)
  }

  @Test func `so many run at once, so many wait, and one more is refused`() async throws {
    let service = service { ($0.queries, $0.waitingQueries) = (2, 3) }
    defer { service.close() }
    // When all have ended there are as many places as before.
    for _ in 0..<2 { try await fill(service) }
    for _ in 0..<10 { #expect(try await service.rows("SELECT 1").count == 1) }
  }

  /// Takes both places of a service, and the three to wait at.
  private func fill(_ service: QueryService) async throws {
    let mayEnd = DispatchSemaphore(value: 0)
    let (running, done) = (Counter(), Counter())
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<2 {
        group.addTask {
          try await service.work { _ in
            running.increment()
            mayEnd.wait()
          }
        }
      }
      while running.count < 2 { try await Task.sleep(for: .milliseconds(5)) }
      for _ in 0..<3 {
        group.addTask {
          // One of those below may have its place for a moment.
          while done.count < 3 {
            do {
              _ = try await service.rows("SELECT 1")
              return done.increment()
            } catch let error as APIError where error.status == .serviceUnavailable {
              try await Task.sleep(for: .milliseconds(5))
            }
          }
        }
      }
      // Once all three wait the next one is refused; before that it would wait itself, so it is given up then.
      var isRefused = false
      for _ in 0..<1000 where !isRefused {
        let next = Task { try await service.rows("SELECT 1") }
        try await Task.sleep(for: .milliseconds(10))
        next.cancel()
        do {
          _ = try await next.value
        } catch let error as APIError {
          isRefused = error.status == .serviceUnavailable
        } catch {}
      }
      #expect(isRefused && done.count == 0)
      for _ in 0..<2 { mayEnd.signal() }
      try await group.waitForAll()
    }
    #expect(done.count == 3)
  }

  @Test func `places come back from queries that fail`() async {
    let service = service { ($0.queries, $0.waitingQueries) = (1, 0) }
    defer { service.close() }
    for _ in 0..<5 {
      await #expect(throws: QueryError.self) { try await service.rows("SELECT nothing") }
      await #expect(throws: QueryError.self) { try await service.rows(Self.endless, seconds: 0.01) }
    }
    await #expect(throws: Never.self) { try await service.rows("SELECT 1") }
  }

  @Test func `the end of the console ends all queries`() async {
    let service = service { $0.seconds = 60 }
    let began = Counter()
    let query = Task {
      try await service.run(QueryService.Request(.text(Self.endless, .none))) { cursor in
        began.increment()
        while try cursor.step() {}
      }
    }
    while began.count == 0 { try? await Task.sleep(for: .milliseconds(5)) }
    service.close()
    let error = await #expect(throws: QueryError.self) { try await query.value }
    #expect(error?.kind == .cancelled)
  }
}
