import Capture
import Settings
import Foundation
import Logging
import NanoParser

/// Runs a live capture as a configuration says, and tells what happens.
struct LiveCaptureRunner {
  /// Reads the configuration, again with each SIGHUP.
  let configuration: () throws(CaptureError) -> Configuration
  /// Limits of this run that no configuration has.
  var seconds: Double?
  var packets: Int?

  private var logger = Logger(label: "nanocap") { StreamLogHandler.standardError(label: $0) }

  init(
    seconds: Double? = nil, packets: Int? = nil, configuration: @escaping () throws(CaptureError) -> Configuration
  ) {
    self.configuration = configuration
    self.seconds = seconds
    self.packets = packets
  }

  func run() throws(CaptureError) {
    let signals = Signals()
    let first = try configuration()
    var logger = logger
    logger.logLevel = Logger.Level(rawValue: first.text("log_level")) ?? .info
    for warning in first.warnings { logger.warning("\(warning)") }
    let interface = try chosenInterface(first, logger)
    let database = first.text("database")
    let capture = LiveCapture(
      into: database, as: NanoSpecification.self, options: options(first, interface)
    ) { event in
      show(event, "capturing on \(interface) into \(database); ctrl-c ends it", logger)
    }
    let summary = try capture.run {
      if signals.isStopRaised { return .stop }
      guard signals.takeReload() else { return .goOn }
      do throws(CaptureError) {
        return .change(options(try configuration(), interface))
      } catch {
        logger.error("the configuration is left as it was: \(error)")
        return .goOn
      }
    }
    print(summary, database, first)
  }

  private func options(_ configuration: Configuration, _ interface: String) -> LiveOptions {
    var options = configuration.liveOptions(interface: interface)
    options.limits.seconds = seconds
    options.limits.packets = packets
    return options
  }

  private func chosenInterface(_ configuration: Configuration, _ logger: Logger) throws(CaptureError) -> String {
    if let name = configuration.textIfAny("capture.interface") { return name }
    let all = try NetworkInterface.all()
    if let address = configuration.textIfAny("capture.device_ip") {
      guard let found = all.first(where: { $0.addresses.contains(address) }) else {
        throw CaptureError("no interface has the address \(address); 'nanocap interfaces' lists them")
      }
      return found.name
    }
    let usable = all.filter { $0.isUp && !$0.addresses.isEmpty }
    guard let guess = usable.first(where: { !$0.isLoopback }) ?? usable.first else {
      throw CaptureError("there is no interface to capture on; name one with --interface")
    }
    logger.info("no interface was named: taking \(guess.name)")
    return guess.name
  }

  private func show(_ event: CaptureEvent, _ started: String, _ logger: Logger) {
    switch event {
    case .started: logger.info("\(started)")
    case .failed(let error): logger.warning("\(error); trying again")
    case .changed(let error?): logger.error("the configuration is left as it was: \(error)")
    case .changed(nil): logger.info("filter, details and limits are those of the configuration read again")
    case .progress(let progress):
      let messages = progress.decoding.messages.values.reduce(0, +)
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

  private func print(_ summary: CaptureProgress, _ database: String, _ configuration: Configuration) {
    let messages = summary.decoding.messages.values.reduce(0, +)
    if summary.endReason == .databaseSize {
      let limit = configuration.integer("capture.max_capture_megabytes")
      Swift.print("the database has reached max_capture_megabytes, \(limit): the capture has ended")
    }
    Swift.print(
      "packets: \(grouped(summary.packets)), messages: \(grouped(messages)), issues: \(grouped(summary.decoding.issues))"
    )
    Swift.print(
      "dropped by the kernel: \(grouped(summary.droppedByKernel)), by the queue: \(grouped(summary.droppedByQueue))")
    Swift.print("database: \(database)")
  }
}
