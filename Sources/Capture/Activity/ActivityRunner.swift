import DequeModule
import Foundation
public import ParserRuntime
import Synchronization

/// Owns a store: runs captures, imports and what else writes to it, one at a time and all on one thread, that of
/// whoever calls `serve`. Others ask it from anywhere what it does, and to do something else.
///
/// One thread, since that of a process which has given up being root is the only one that may still open devices.
public final class ActivityRunner: Sendable {
  /// What everything is written to.
  public let store: any CaptureStore
  /// What messages are parsed with.
  public let specification: any Specification.Type

  private let engine: any ActivityEngine
  private let control: Control
  private let report: @Sendable (ActivityEvent) -> Void
  private let state = Mutex(State())
  private let wakeUp = DispatchSemaphore(value: 0)

  private struct State {
    var status = ActivityStatus()
    var meter = RateMeter()
    var jobs: Deque<Job> = []
    var isStopRequested = false
    /// Whether there is anything to be said of what is being done: it has a device, or a file that is not left out.
    var hasBegun = false
    var isOver = false
    /// Those who wait for the capture to go on in another file.
    var rotations: [Reply] = []
    /// Those who wait until nothing runs.
    var waiters: [CheckedContinuation<Void, Never>] = []

    /// Whether anything runs, or is about to.
    var isBusy: Bool { status.activity != .idle || !jobs.isEmpty }
    /// Whether there is nothing to be waited for.
    var isAtRest: Bool { !isBusy || isOver }
  }

  private struct Job {
    enum Task {
      case capture(CaptureRequest)
      case importFiles(ImportRequest)
      case removeData
      case makeIndices
    }

    var task: Task
    var done: Reply
  }

  /// - Parameters:
  ///   - store: whatever writes to it first makes it.
  ///   - control: asked on the runner's thread.
  ///   - report: told what happens, on the runner's thread.
  public init(
    store: any CaptureStore, as specification: any Specification.Type, control: Control,
    report: @escaping @Sendable (ActivityEvent) -> Void
  ) {
    self.specification = specification
    self.store = store
    self.control = control
    self.report = report
    engine = Engine(specification: specification)
  }

  /// Of the description whose messages are captured.
  public var info: SpecificationInfo { specification.info }

  /// What is being done, and how far it has come: a copy, as of now.
  public var status: ActivityStatus { state.withLock { $0.status } }

  // MARK: Asked from anywhere

  /// Starts a capture; returns when the device is open. Does nothing while one runs.
  /// - Parameter request: what is wanted instead of what the configuration says.
  /// - Throws: `CaptureError` where an import runs, where the filter is wrong, or where the device or the database cannot
  ///   be opened.
  public func startCapture(_ request: CaptureRequest = CaptureRequest()) async throws {
    if case .capturing = status.activity { return }
    try await enqueue(.capture(request))
  }

  /// Starts an import; returns when the files are open. What goes wrong later is told by `ActivityEvent.failed`.
  /// - Throws: `CaptureError` where a capture or another import runs, where a file or the database cannot be opened,
  ///   where it is stopped before all files are open, or where all of them have been imported before.
  public func startImport(_ request: ImportRequest) async throws {
    try await enqueue(.importFiles(request))
  }

  /// Lets the capture that runs go on in another file; returns when it does.
  /// - Throws: `CaptureError` where no capture runs, where it ends before that, or where there can be no other file.
  public func rotateCapture() async throws {
    try await withCheckedThrowingContinuation { continuation in
      let isCapturing = state.withLock { state in
        guard case .capturing = state.status.activity else { return false }
        state.rotations.append(Reply(continuation))
        return true
      }
      if !isCapturing {
        continuation.resume(throwing: CaptureError("no capture is running; start one first"))
      }
    }
  }

  /// Ends the capture or the import that runs; returns when all of it is committed, also to a task that is cancelled.
  public func stop() async {
    await withCheckedContinuation { continuation in
      let isAtRest = state.withLock { state in
        state.isStopRequested = state.isBusy
        if !state.isAtRest { state.waiters.append(continuation) }
        return state.isAtRest
      }
      if isAtRest { continuation.resume() }
    }
  }

  /// How many wait in `stop`.
  var waiterCount: Int { state.withLock { $0.waiters.count } }

  /// How many wait in `rotateCapture`.
  var rotationCount: Int { state.withLock { $0.rotations.count } }

  /// Changes the state, and wakes those who wait if nothing runs any more.
  private func change(_ body: (inout State) -> Void) {
    let waiters = state.withLock { state in
      body(&state)
      guard state.isAtRest else { return [] as [CheckedContinuation<Void, Never>] }
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Ends what runs, and removes everything from the store.
  /// - Throws: `CaptureError` where it cannot be removed, or not be made anew.
  public func removeData() async throws {
    await stop()
    try await enqueue(.removeData)
  }

  /// Makes the indices that the store suggests; returns when they are made.
  /// - Throws: `CaptureError` where a capture or an import runs, or where one cannot be made.
  public func makeIndices() async throws { try await enqueue(.makeIndices) }

  private func enqueue(_ task: Job.Task) async throws {
    try await withCheckedThrowingContinuation { continuation in
      let refusal: CaptureError? = state.withLock { state in
        switch state.status.activity {
        case _ where state.isOver: return CaptureError("the program is about to end")
        case .capturing: return CaptureError("a capture is running; stop it first")
        case .importing(let file): return CaptureError("an import of \(file) is running; stop it first")
        case .idle:
          guard state.jobs.isEmpty else { return CaptureError("something else has just been started") }
          state.isStopRequested = false
          state.jobs.append(Job(task: task, done: Reply(continuation)))
          return nil
        }
      }
      if let refusal { continuation.resume(throwing: refusal) } else { wakeUp.signal() }
    }
  }

  // MARK: On the runner's thread

  /// Does what is asked for until the process is to end.
  public func serve() {
    while !control.isStopRaised() {
      _ = wakeUp.wait(timeout: .now() + .milliseconds(100))
      guard let job = state.withLock({ $0.jobs.first }) else { continue }
      perform(job)
      // Only now: whoever asks meanwhile is told that something is under way.
      change { _ = $0.jobs.popFirst() }
    }
    finish()
  }

  /// Nothing more is taken on, and whoever waits is told so.
  public func finish() {
    var rest: Deque<Job> = []
    change { state in
      state.isOver = true
      swap(&rest, &state.jobs)
    }
    for job in rest { job.done.fail(CaptureError("the program is about to end")) }
  }

  private func perform(_ job: Job) {
    do throws(CaptureError) {
      switch job.task {
      case .capture(let request): try capture(request, started: job.done)
      case .importFiles(let request): try importFiles(request, started: job.done)
      case .removeData:
        try store.removeData()
        state.withLock { $0.status = ActivityStatus() }
      case .makeIndices: try store.makeIndices()
      }
      job.done.succeed()
    } catch {
      // Who waits is told; what fails later, when nobody waits any more, is for the log.
      if !job.done.fail(error) { report(.failed(error)) }
    }
  }

  /// Captures on this thread until the capture ends.
  /// - Parameters:
  ///   - request: what is wanted instead of what the configuration says.
  ///   - started: told when the device is open.
  /// - Returns: What the capture did, and why it ended.
  @discardableResult
  public func capture(
    _ request: CaptureRequest = CaptureRequest(), started: Reply? = nil
  ) throws(CaptureError) -> CaptureProgress {
    let options = request.applied(to: try control.liveOptions(request.interface))
    return try running(.capturing(interface: options.interface)) { () throws(CaptureError) in
      // What came while nothing ran was for no capture.
      _ = control.takeRotation()
      let progress = try engine.capture(into: store, options) { [self] event in
        switch event {
        case .started:
          state.withLock { $0.hasBegun = true }
          started?.succeed()
        case .progress(let progress): record(progress)
        case .failed(let error): state.withLock { $0.status.error = error.description }
        case .rotated(let result): answerRotations(result.map { _ in })
        case .changed: break
        }
        report(.capture(event))
      } control: { [self] in
        let isRotationWanted = state.withLock { !$0.rotations.isEmpty }
        if isStopping { return .stop }
        if control.takeRotation() || isRotationWanted { return .rotate }
        guard control.takeReload() else { return .goOn }
        do throws(CaptureError) {
          return .change(request.applied(to: try control.liveOptions(request.interface)))
        } catch {
          report(.capture(.changed(error)))
          return .goOn
        }
      }
      record(progress)
      report(.captured(progress))
      return (progress, progress.endReason)
    }
  }

  /// Imports files on this thread.
  /// - Parameter started: told when they are open.
  /// - Throws: Besides what is wrong: where somebody waits, that there is nothing new in the files, or that the import was
  ///   ended before they were open.
  public func importFiles(_ request: ImportRequest, started: Reply? = nil) throws(CaptureError) {
    let isStopped = try running(.importing(file: request.files.first ?? "")) { () throws(CaptureError) in
      let summaries = try engine.importFiles(request, into: store, control.decodingOptions()) {
        [self] progress in
        if progress.isOpening {
          state.withLock { $0.status.activity = .importing(file: progress.file) }
        } else {
          record(progress)
          started?.succeed()
        }
        report(.importing(progress))
        return !isStopping
      }
      if let last = summaries.last(where: { !$0.isOmitted }) {
        record(last)
      } else {
        state.withLock { $0.hasBegun = false }
      }
      report(.imported(summaries))
      if started != nil, summaries.allSatisfy(\.isOmitted), let warning = summaries.first?.warnings.first {
        throw CaptureError(warning.description)
      }
      return (summaries.isEmpty, summaries.last?.endReason ?? .endOfFile)
    }
    // Who waits is told; for all others it is no error.
    if started != nil, isStopped { throw .stoppedAtOpening }
  }

  private func running<Result>(
    _ activity: ActivityStatus.Activity, _ body: () throws(CaptureError) -> (Result, EndReason?)
  ) throws(CaptureError) -> Result {
    let former = state.withLock { state in
      defer {
        state.status = ActivityStatus()
        state.status.activity = activity
        state.meter = RateMeter()
        state.hasBegun = false
      }
      return state.status
    }
    var (reason, failure): (EndReason?, CaptureError?) = (.failed, nil)
    defer {
      change { state in
        // What could not begin leaves what there is to be said of the last run.
        if state.hasBegun { state.status.endReason = reason } else { state.status = former }
        if failure != nil || !state.hasBegun { state.status.error = failure?.description }
        state.status.activity = .idle
        state.status.rates = ActivityStatus.Rates()
      }
      // From here on none is taken on.
      answerRotations(.failure(CaptureError("the capture has ended")))
    }
    do throws(CaptureError) {
      let (result, end) = try body()
      reason = end
      return result
    } catch {
      failure = error
      throw error
    }
  }

  private func answerRotations(_ result: Result<Void, CaptureError>) {
    let waiting = state.withLock { state in
      defer { state.rotations = [] }
      return state.rotations
    }
    for one in waiting { one.answer(result) }
  }

  private var isStopping: Bool { control.isStopRaised() || state.withLock { $0.isStopRequested } }

  // MARK: Counters

  private func record(_ progress: CaptureProgress) {
    update { status in
      status.counters = ActivityStatus.Counters(
        seconds: progress.seconds, packets: progress.packets, bytes: progress.bytes,
        droppedByKernel: progress.droppedByKernel, droppedByQueue: progress.droppedByQueue,
        queuedBatches: progress.queuedBatches, decoding: progress.decoding)
      status.store = progress.store
    }
  }

  private func record(_ progress: ImportProgress) {
    update { status in
      status.counters = ActivityStatus.Counters(
        seconds: progress.seconds, packets: progress.packets, bytes: progress.position, decoding: progress.decoding)
      status.activity = .importing(file: progress.file)
      status.store = progress.store
      status.position = progress.position
      status.size = progress.size
    }
  }

  private func record(_ summary: ImportSummary) {
    update { status in
      status.counters = ActivityStatus.Counters(
        seconds: summary.seconds, packets: summary.packets, bytes: summary.bytes, decoding: summary.decoding)
      if !summary.isStopped { status.position = status.size }
    }
  }

  private func update(_ change: (inout ActivityStatus) -> Void) {
    state.withLock { state in
      state.hasBegun = true
      change(&state.status)
      state.status.rates = state.meter.rates(at: state.status.counters)
    }
  }
}
