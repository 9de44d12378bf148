import Capture
import Foundation
import Synchronization

/// A query on a server, from its beginning to its end, wherever that comes from. The server does not notice that nobody waits
/// for a result any more, so a query that is not at its end is ended by its id.
///
/// `@unchecked Sendable`: it is its cursor's; what others do with it, to end it, touches only what never changes.
final class RunningQuery: @unchecked Sendable {
  /// Answers are waited for a little longer than the server may work on them: it has the better words for why it ends.
  private static let patience = Duration.seconds(2)

  let control: QueryControl
  /// Whether all of the result has been read, or nobody will read the rest.
  var isOver = false

  private let client: ClickHouseClient
  private let request: ClickHouseRequest
  private let id: String
  private let progress = Progress()
  private let deadline: ContinuousClock.Instant?
  private var answer: ClickHouseAnswer?

  init(_ request: ClickHouseRequest, _ control: QueryControl, on client: ClickHouseClient) {
    var request = request
    // No other has it, so nothing else is ended in its place.
    id = "\(client.agent)-query-\(UUID().uuidString)"
    request.queryID = id
    let time = control.limits.seconds.map { Duration.seconds($0) }
    request.timeout = time.map { $0 + Self.patience } ?? .seconds(100_000_000)
    deadline = time.map { .now + $0 }
    self.request = request
    self.control = control
    self.client = client
  }

  /// Sends the query, and waits for the beginning of its result.
  func begin() throws(QueryError) -> ClickHouseAnswer {
    control.cancellation?.whenCancelled { [client, id, progress] in Self.cancel(id, client, progress) }
    try check()
    do throws(ClickHouseFailure) {
      let answer = try client.begin(request)
      self.answer = answer
      return answer
    } catch {
      progress.isEnded.store(true, ordering: .relaxed)
      if case .noAnswer = error { kill() }
      throw self.error(error)
    }
  }

  /// - Throws: Where the query was cancelled, or has no time left.
  func check() throws(QueryError) {
    if control.cancellation?.isCancelled == true { throw .cancelled }
    if let deadline, deadline < .now { throw .timeout }
  }

  /// Nobody needs the result any more.
  func end() {
    progress.isEnded.store(true, ordering: .relaxed)
    control.cancellation?.whenCancelled(nil)
    guard !isOver, let answer else { return }
    isOver = true
    kill()
    answer.cancel()
  }

  /// In words for whoever wrote the query.
  func error(_ failure: ClickHouseFailure) -> QueryError {
    if case .exception = failure { isOver = true }
    do throws(QueryError) { try check() } catch { return error }
    return QueryError(failure, place: client.address.description)
  }

  private func kill() { DispatchQueue.global().async { [client, id] in client.kill(queryID: id) } }

  /// Whoever cancels does not wait for the server, which may be just about to begin: so it is told until the query ends.
  private static func cancel(_ id: String, _ client: ClickHouseClient, _ progress: Progress) {
    Thread.detachNewThread {
      for _ in 0..<100 where !progress.isEnded.load(ordering: .relaxed) {
        client.kill(queryID: id)
        Thread.sleep(forTimeInterval: 0.1)
      }
    }
  }

  /// What whoever cancels may look at.
  private final class Progress: Sendable {
    let isEnded = Atomic(false)
  }
}

extension QueryError {
  /// - Parameter place: what to call the server.
  init(_ failure: ClickHouseFailure, place: String) {
    guard case .exception(let code, let text) = failure else {
      self.init(.database, "\(place): \(failure)")
      return
    }
    let kind: QueryError.Kind =
      switch code {
      // Time, and cancelled by somebody.
      case 159, 160: .timeout
      case 394: .cancelled
      // Rows, bytes, memory, depth.
      case 158, 161, 162, 191, 241, 242, 307, 396: .limit
      // Not in readonly mode, no right, no access to the database.
      case 164, 291, 392, 446, 497: .forbidden
      case 81, 192, 193, 194, 195, 201, 516: .database
      default: .sql
      }
    let words =
      switch kind {
      case .timeout: QueryError.timeout.description
      case .cancelled: QueryError.cancelled.description
      case .limit: "the query needs too much and was ended; narrow it: \(text)"
      case .forbidden: "queries can only read this store: \(text)"
      case .database: "\(place): \(text)"
      case .sql: text
      }
    self.init(kind, words)
  }
}
