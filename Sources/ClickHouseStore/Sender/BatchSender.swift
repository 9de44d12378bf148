import Capture
import Foundation
import NIOCore
import Synchronization

/// Sends sealed batches from a thread of its own: the oldest first, as the same bytes until the server is known to have
/// them.
///
/// A request may have been done although its answer never came. So before a batch is sent again the server is asked
/// whether the first request still runs, and then whether the rows are there. Nothing is given up because of time.
///
/// `@unchecked Sendable`: what is not in `state` is used by the thread alone.
final class BatchSender: @unchecked Sendable {
  /// How long to wait for what.
  struct Pace: Sendable {
    /// Seconds before the first repetition; each further one waits twice as long.
    var shortestPause = 0.02
    /// Seconds between repetitions at the most.
    var longestPause = 30.0
    /// What a server may take for a batch before it is asked about it.
    var timeout = Duration.seconds(120)
    /// Seconds between looks at whether the sensor's number is still its own.
    var heartbeat = 60.0
  }

  /// How sending goes.
  struct State: Sendable {
    /// Rows that the server has taken.
    var sentRows = 0
    /// Batches that did not have to be sent again, since they were there.
    var found = 0
    /// What went wrong the last time; nil when it went well.
    var failure: String?
    /// Why nothing more may be sent.
    var conflict: String?
  }

  private let spool: Spool
  private let client: ClickHouseClient
  private let queryPrefix: String
  private let pace: Pace
  private let heartbeat: (ClickHouseClient) throws(SensorConflict) -> Void
  private let current = Mutex(State())
  private let isStopping = Mutex(false)
  private let done = DispatchSemaphore(value: 0)
  /// Of the batch that is being sent.
  private var trial = Trial()
  /// What is sent; kept for the sake of its memory.
  private var body = ByteBuffer()

  private struct Trial {
    var sequence = -1
    /// Whether the rows may be there.
    var isUncertain = false
    /// Answers that may mean that the rows were damaged on the way.
    var suspicions = 0
    /// How often some of the rows were there, and others not.
    var halves = 0
  }

  private enum Outcome {
    case stored
    case failed(String)
    case rejected(String)
  }

  /// - Parameters:
  ///   - client: nobody else's: its requests end with the thread.
  ///   - sensor: the sensor's number.
  ///   - heartbeat: called now and then; throws where the sensor must not write any more.
  init(
    _ spool: Spool, to client: ClickHouseClient, sensor: Int, pace: Pace = Pace(),
    heartbeat: @escaping (ClickHouseClient) throws(SensorConflict) -> Void = { _ in }
  ) {
    self.spool = spool
    self.client = client
    self.pace = pace
    self.heartbeat = heartbeat
    queryPrefix = "\(client.agent)-\(sensor)-"
  }

  var state: State { current.withLock { $0 } }

  func start() {
    let thread = Thread { [self] in
      run()
      done.signal()
    }
    thread.name = "rows to store"
    thread.start()
  }

  /// Ends the thread, which leaves what it was about to send, and waits for its end.
  func stop() {
    isStopping.withLock { $0 = true }
    client.close()
    spool.wake()
    done.wait()
  }

  // MARK: The thread

  private func run() {
    var pause = pace.shortestPause
    var beat = ContinuousClock.now
    while !isStopping.withLock({ $0 }) {
      if beat.duration(to: .now) >= .seconds(pace.heartbeat) {
        beat = .now
        do throws(SensorConflict) { try heartbeat(client) } catch {
          current.withLock { $0.conflict = error.description }
          return
        }
      }
      guard let entry = spool.oldest else {
        spool.wait(min(1, pace.heartbeat)) { $0.batches == 0 && !isStopping.withLock { $0 } }
        continue
      }
      switch send(entry) {
      case .stored:
        spool.remove(entry)
        current.withLock { state in
          state.sentRows += entry.batch.rows
          state.failure = nil
        }
        pause = pace.shortestPause
      case .rejected(let reason):
        spool.reject(entry, reason)
        current.withLock { $0.failure = reason }
        pause = pace.shortestPause
      case .failed(let reason):
        current.withLock { $0.failure = reason }
        sleep(pause * Double.random(in: 0.5...1))
        pause = min(pause * 2, pace.longestPause)
      }
    }
  }

  /// Waits, or until the thread is to end.
  private func sleep(_ seconds: Double) {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end, !isStopping.withLock({ $0 }) {
      spool.wait(ContinuousClock.now.duration(to: end).inSeconds) { _ in
        ContinuousClock.now < end && !isStopping.withLock { $0 }
      }
    }
  }

  // MARK: A batch

  private func send(_ entry: Spool.Entry) -> Outcome {
    if trial.sequence != entry.batch.sequence {
      trial = Trial(sequence: entry.batch.sequence, isUncertain: entry.isUncertain)
    }
    do {
      let statements = try spool.read(entry, into: &body)
      if trial.isUncertain, let count = statements.count {
        switch try find(entry.batch, count) {
        case .all:
          current.withLock { $0.found += 1 }
          return .stored
        case .running: return .failed("the server still works on \(entry.batch.name)")
        case .some(let rows):
          trial.halves += 1
          let reason = "\(rows) of the \(entry.batch.rows) rows of \(entry.batch.name) are there, the others are not"
          return trial.halves < 10 ? .failed(reason) : .rejected(reason)
        case .none: trial.isUncertain = false
        }
      }
      var request = ClickHouseRequest(statements.insert, timeout: pace.timeout)
      request.rows = body
      request.queryID = queryPrefix + entry.batch.name
      request.settings = try settings(entry.batch)
      // From here on nobody knows, until there is an answer.
      trial.isUncertain = true
      _ = try client.execute(request)
      return .stored
    } catch let failure as ClickHouseFailure {
      return outcome(of: failure)
    } catch {
      // The file is damaged, or somebody has taken it away.
      return .rejected("\(error)")
    }
  }

  private func outcome(of failure: ClickHouseFailure) -> Outcome {
    let reason = "\(client.address.hosts[0].name): \(failure)"
    switch failure.remedy {
    case .askAndRepeat, .report: return .failed(reason)
    case .setAside: return .rejected(reason)
    case .suspect:
      trial.suspicions += 1
      return trial.suspicions < 4 ? .failed(reason) : .rejected(reason)
    }
  }

  private enum Finding {
    case none, all, running
    case some(Int)
  }

  /// Whether rows are there that were sent before.
  private func find(_ batch: SealedBatch, _ statement: String) throws(ClickHouseFailure) -> Finding {
    // In this order: what does not run any more adds nothing after it was counted.
    do throws(ClickHouseFailure) {
      let running = try number(
        "SELECT count() FROM system.processes WHERE query_id = '\(queryPrefix + batch.name)'")
      if running > 0 { return .running }
    } catch .exception(let code, _) where code == 497 || code == 164 || code == 291 {
      // Users may not be allowed to look there. Then a second request of the same name is refused while the first runs.
    }
    let rows = try number(statement)
    // More than all would be twice; to send them once more would not make that better.
    return rows == 0 ? .none : rows >= batch.rows ? .all : .some(rows)
  }

  private func number(_ statement: String) throws(ClickHouseFailure) -> Int {
    Int(try client.integer(ClickHouseRequest(statement)))
  }

  /// Servers refuse settings that they do not know.
  private func settings(_ batch: SealedBatch) throws(ClickHouseFailure) -> [(name: String, value: String)] {
    let version = try client.version()
    // Of a Distributed table: the answer comes when all shards have their rows.
    var settings = [(name: "insert_distributed_sync", value: "1")]
    if version.collectsInserts { settings.append(("async_insert", "0")) }
    if version.knowsTokens { settings.append(("insert_deduplication_token", queryPrefix + batch.name)) }
    return settings
  }
}
