import Foundation
import Testing

/// What real software says in a network of its own, captured live by a program that keeps the packets too.
final class LiveConversation {
  private let cable: Cable
  private let process: Process
  /// The packets, and the rows that were made of them.
  let capture: String
  let database: String

  /// Starts the capture, and waits until it is on.
  init(_ program: URL, in folder: TemporaryFolder) throws {
    cable = try Cable()
    capture = folder.path("live.pcap")
    database = folder.path("live.db")
    let log = folder.url.appending(path: "live.log")
    try Data().write(to: log)
    process = try cable.start(
      Priority.first + [program.path, "capture", "--interface", "lo", "--database", database, "--write", capture]
        + ["--no-console"], log: log)
    try wait(60) { try String(contentsOf: log, encoding: .utf8).contains("capturing on lo") }
  }

  /// Starts a program in the network, which is ended with it.
  func start(_ command: [String]) throws { _ = try cable.start(command, log: nil) }

  /// Runs a program in the network to its end, which may tell of a failure.
  func attempt(_ command: [String]) throws -> Outcome {
    try EndToEndTests.run(URL(filePath: "/usr/bin/env"), cable.prefix + command)
  }

  /// Runs a program in the network to its end.
  func run(_ command: [String]) throws -> Outcome {
    let outcome = try attempt(command)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return outcome
  }

  /// Waits until so many rows are there, and ends the capture.
  /// - Parameter count: a query for their number.
  func end(when count: String, is expected: Int) throws {
    try wait(60) { (try? Database(database).count(count)) == expected }
    kill(process.processIdentifier, SIGINT)
    try wait(60) { !process.isRunning }
    #expect(process.terminationStatus == 0)
  }
}
