public import Capture
import HummingbirdCore
import Foundation
import Hummingbird
public import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// The web console and its REST API, from `start` until `stop`.
public final class ConsoleServer: Sendable {
  /// Where it is to be reached; with the token, if one is needed.
  public let url: String
  /// The TCP port that it listens on.
  public let port: Int
  private let services: ServiceGroup
  private let desk: ConsoleDesk
  private let isOver: DispatchSemaphore

  /// Starts to listen.
  /// - Throws: `CaptureError` where that is not possible.
  public init(
    _ options: ConsoleOptions, runner: ActivityRunner, tracer: MessageTracer, logger: Logger
  ) throws(CaptureError) {
    guard options.isLocal || !options.token.isEmpty else {
      throw CaptureError("the console needs a token (web.token) on \(options.bind), which others can reach")
    }
    var logger = logger
    logger[metadataKey: "part"] = "console"
    // A library that logs each closed connection says nothing to the one who captures.
    logger.logLevel = max(logger.logLevel, .notice)
    let desk = ConsoleDesk(options, runner: runner, tracer: tracer)
    let started = Started()
    let application = Application(
      router: desk.router(),
      server: .http1(configuration: Self.channel(options.limits)),
      configuration: ApplicationConfiguration(
        address: .hostname(options.bind, port: options.port),
        availableConnectionsDelegate: MaximumAvailableConnections(options.limits.connections)),
      onServerRunning: { started.succeed(port: $0.localAddress?.port ?? options.port) },
      logger: logger)
    var configuration = ServiceGroupConfiguration(services: [application], logger: logger)
    configuration.maximumGracefulShutdownDuration = .seconds(options.limits.stopSeconds)
    configuration.maximumCancellationDuration = .seconds(options.limits.stopSeconds)
    let services = ServiceGroup(configuration: configuration)
    let isOver = DispatchSemaphore(value: 0)
    Task.detached {
      do { try await services.run() } catch { started.fail("\(error)") }
      isOver.signal()
    }
    switch started.wait() {
    case .failure(let reason):
      throw CaptureError(
        "the console cannot listen on \(options.bind):\(options.port): \(reason); set web.bind or web.port")
    case .success(let port): self.port = port
    }
    self.services = services
    self.desk = desk
    self.isOver = isOver
    url = Self.url(options, port)
  }

  /// Ends what clients wait for, and stops listening.
  public func stop() {
    desk.close()
    Task.detached { [services] in await services.triggerGracefulShutdown() }
    _ = isOver.wait(timeout: .now() + 8)
  }

  private static func url(_ options: ConsoleOptions, _ port: Int) -> String {
    let host =
      switch options.bind {
      case "0.0.0.0", "::": ProcessInfo.processInfo.hostName
      case let address where address.contains(":"): "[\(address)]"
      default: options.bind
      }
    return "http://\(host):\(port)/" + (options.token.isEmpty ? "" : "?token=\(options.token)")
  }

  private static func channel(_ limits: ConsoleOptions.Limits) -> HTTP1Channel.Configuration {
    HTTP1Channel.Configuration(
      additionalChannelHandlers: [ClientWatch(timeout: .seconds(limits.clientSeconds))],
      idleTimeout: .seconds(limits.idleSeconds),
      httpDecoderConfiguration: .init(
        maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes, maxHeaderFieldCount: 100))
  }
}

/// Whether the server could be started, for a thread that waits for it.
private final class Started: Sendable {
  enum Outcome {
    case success(Int)
    case failure(String)
  }

  private let outcome = Mutex<Outcome?>(nil)
  private let isKnown = DispatchSemaphore(value: 0)

  func succeed(port: Int) { set(.success(port)) }
  func fail(_ reason: String) { set(.failure(reason)) }

  private func set(_ value: Outcome) {
    outcome.withLock { $0 = $0 ?? value }
    isKnown.signal()
  }

  func wait() -> Outcome {
    isKnown.wait()
    return outcome.withLock { $0 } ?? .failure("it ended at once")
  }
}
