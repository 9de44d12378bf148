import Capture
import Console
import Foundation
import Logging
import Settings

/// What a process does with a database: captures or imports, with the console beside it, until it is told to end.
struct Session {
  private let signals: Signals
  private let runner: ActivityRunner
  private let console: ConsoleServer?

  /// - Parameters:
  ///   - hasConsole: false forbids it; nil leaves that to the configuration.
  ///   - seconds, packets: limits of this run's capture that no configuration has.
  ///   - configuration: reads the configuration, again with each SIGHUP.
  init(
    hasConsole: Bool? = nil, seconds: Double? = nil, packets: Int? = nil,
    display: ProgressDisplay? = nil, configuration: @escaping @Sendable () throws(CaptureError) -> Configuration
  ) throws(CaptureError) {
    let signals = Signals()
    let settings = try configuration()
    var logger = Logger(label: Program.name) { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = Logger.Level(rawValue: settings.text("log_level")) ?? .info
    for warning in settings.warnings { logger.warning("\(warning)") }
    let store = try settings.captureStore()
    let sessionLogger = logger
    let control = ActivityRunner.Control(
      isStopRaised: { signals.isStopRaised }, takeReload: { signals.takeReload() },
      takeRotation: { signals.takeRotation() },
      liveOptions: { interface throws(CaptureError) in
        let configuration = try configuration()
        let name = if let interface { interface } else { try configuration.interface(sessionLogger) }
        var options = try configuration.liveOptions(interface: name)
        options.limits.seconds = seconds
        options.limits.packets = packets
        return options
      }, decodingOptions: { settings.decodingOptions })
    let report = SessionReport(logger: logger, store: store, settings: settings, display: display)
    runner = ActivityRunner(
      store: store, as: Program.specification, control: control
    ) { report.show($0) }
    console =
      hasConsole ?? settings.flag("web.enabled")
      ? try Self.startConsole(settings, runner, logger, mayFail: hasConsole == nil) : nil
    self.signals = signals
  }

  /// Captures until that ends, and if it is not the process that is to end, goes on to serve the console.
  func capture() throws(CaptureError) {
    defer { close() }
    let progress = try runner.capture()
    // Who gave a duration wants the process to end then.
    let isOver = progress.endReason == .duration || progress.endReason == .packets
    if console != nil, !isOver { serve() }
  }

  /// Imports files, and goes on to serve the console.
  func importFiles(_ request: ImportRequest) throws(CaptureError) {
    defer { close() }
    try runner.importFiles(request)
    serve()
  }

  /// Serves the console on a database as it is.
  func serveDatabase() {
    defer { close() }
    serve()
  }

  private func serve() {
    if console != nil, !signals.isStopRaised { runner.serve() }
  }

  private func close() {
    runner.finish()
    console?.stop()
  }

  private static func startConsole(
    _ settings: Configuration, _ runner: ActivityRunner, _ logger: Logger, mayFail: Bool
  ) throws(CaptureError) -> ConsoleServer? {
    do throws(CaptureError) {
      let options = try settings.consoleOptions()
      let console = try ConsoleServer(
        options, runner: runner, tracer: MessageTracer(Program.specification), logger: logger)
      logger.info("the console is at \(console.url); ctrl-c ends it")
      return console
    } catch {
      // A capture is worth more than its console.
      guard mayFail else { throw error }
      logger.warning("\(error); going on without the console")
      return nil
    }
  }
}

/// Tells what happens in a session.
private struct SessionReport: Sendable {
  let logger: Logger
  let store: any CaptureStore
  let settings: Configuration
  let display: ProgressDisplay?
  let watch = StoreWatch()

  /// What is written to now.
  private var database: String { store.name }

  func show(_ event: ActivityEvent) {
    switch event {
    case .capture(let event): show(event)
    case .captured(let progress): print(progress)
    case .importing(let progress):
      watch.note(progress.store, logger)
      display?.show(progress)
    case .imported(let summaries):
      display?.clear()
      guard !summaries.isEmpty else {
        // No database was made.
        return logger.warning("\(CaptureError.stoppedAtOpening)")
      }
      ImportReport(summaries: summaries, detects: settings.decodingOptions.detects).print()
      Swift.print("database: \(database)")
    case .failed(let error): logger.error("\(error)")
    }
  }

  private func show(_ event: CaptureEvent) {
    switch event {
    case .started(let interface): logger.info("capturing on \(interface) into \(database); ctrl-c ends it")
    case .failed(let error): logger.warning("\(error); trying again")
    case .changed(let error?): logger.error("the configuration is left as it was: \(error)")
    case .changed(nil):
      logger.info("filter, details, limits and rotation are those of the configuration read again")
    case .rotated(.success(let name)): logger.info("the capture goes on in \(name)")
    case .rotated(.failure(let error)): logger.error("the capture goes on in the same file: \(error)")
    case .progress(let progress):
      watch.note(progress.store, logger)
      let messages = progress.decoding.messages.total
      logger.debug(
        """
        \(progress.packets) packets, \(messages) messages, dropped: \(progress.droppedByKernel) by the kernel, \
        \(progress.droppedByQueue) by the queue
        """)
      guard isatty(STDERR_FILENO) == 1, logger.logLevel > .debug else { return }
      let line =
        "\(grouped(progress.packets)) packets  \(grouped(messages)) messages  \(grouped(progress.dropped)) dropped"
      FileHandle.standardError.write(Data("\r\u{1B}[K\(line)".utf8))
    }
  }

  private func print(_ summary: CaptureProgress) {
    let messages = summary.decoding.messages.total
    if summary.endReason == .databaseSize {
      let limit = settings.integer("capture.max_capture_megabytes")
      Swift.print("the database has reached max_capture_megabytes, \(limit): the capture has ended")
    }
    Swift.print(
      "packets: \(grouped(summary.packets)), messages: \(grouped(messages)), issues: \(grouped(summary.decoding.issues))"
    )
    if summary.decoding.candidates > 0 {
      Swift.print(
        "flows on other ports: \(grouped(summary.decoding.candidates)), of the protocol: \(grouped(summary.decoding.detected))"
      )
    }
    Swift.print(
      "dropped by the kernel: \(grouped(summary.droppedByKernel)), by the queue: \(grouped(summary.droppedByQueue))")
    if let store = summary.store {
      if store.waitingRows > 0 { logger.warning("\(CaptureWarning.waiting(store: database, store))") }
      if store.droppedRows > 0 {
        logger.warning(
          "\(grouped(store.droppedRows)) rows were dropped, because there was no room to keep them for the store")
      }
    }
    Swift.print("database: \(database)")
  }
}
