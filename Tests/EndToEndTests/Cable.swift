import Foundation
import Testing

/// A network of its own with one cable: what is sent into `near` comes out of `far`.
final class Cable {
  private let name = "nanocap-\(UInt32.random(in: 0...UInt32.max))"
  /// What was started in the network, and ends with it.
  private var processes: [Process] = []

  /// Whether this machine lets tests make networks.
  static let isPossible =
    geteuid() == 0 && (try? system("ip", "netns", "list").status) == 0
    && (try? system("tcpreplay", "--version").status) == 0

  init() throws {
    try ip("netns", "add", name)
    // Addresses that come by themselves make a browser in the network load its page again.
    try system("ip", "netns", "exec", name, "sh", "-c", "echo 1 | tee /proc/sys/net/ipv6/conf/*/disable_ipv6")
    // Where the console listens.
    try ip("-n", name, "link", "set", "lo", "up")
    try plug()
  }

  /// Makes the cable, again after `unplug`.
  func plug() throws {
    try ip("-n", name, "link", "add", "near", "type", "veth", "peer", "name", "far")
    try ip("-n", name, "link", "set", "near", "up")
    try ip("-n", name, "link", "set", "far", "up")
  }

  /// Removes the cable: both interfaces vanish.
  func unplug() throws { try ip("-n", name, "link", "delete", "near") }

  private func ip(_ arguments: String...) throws {
    let outcome = try run(URL(filePath: "/usr/bin/env"), ["ip"] + arguments)
    try #require(outcome.status == 0, "\(outcome.errors)")
  }

  deinit {
    processes.forEach(endAtOnce)
    _ = try? system("ip", "netns", "delete", name)
  }

  /// Sends a capture's packets.
  func replay(_ capture: String, packetsPerSecond: Int) throws {
    let outcome = try run(
      URL(filePath: "/usr/bin/env"),
      ["ip", "netns", "exec", name, "tcpreplay", "-q", "-i", "near", "--pps", "\(packetsPerSecond)", capture])
    try #require(outcome.status == 0, "\(outcome.errors)")
  }

  /// Sends a capture's packets again and again, until it is ended.
  func replayForever(_ capture: String, packetsPerSecond: Int) throws -> Process {
    // What comes late would come all at once.
    try start(
      Priority.first + ["tcpreplay", "-q", "-i", "near", "--loop", "0", "--pps", "\(packetsPerSecond)", capture],
      log: nil)
  }

  /// Starts a program in the network. It is ended with the network, if it has not ended before.
  func start(_ command: [String], log: URL?) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["ip", "netns", "exec", name] + command
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try log.map { try FileHandle(forWritingTo: $0) } ?? FileHandle.nullDevice
    try process.run()
    processes.append(process)
    return process
  }

  /// The command that runs another in the network.
  var prefix: [String] { ["ip", "netns", "exec", name] }

  func set(_ device: String, _ state: String) throws { try system("ip", "-n", name, "link", "set", device, state) }

  /// Starts a capture on `far`, and waits until it is on.
  /// - Parameter prefix: a command that runs the program, such as one that takes rights away.
  func capture(into database: String, prefix: [String] = [], _ options: String...) throws -> Process {
    try capture(into: database, prefix: prefix, options)
  }

  /// - Parameter filter: nil for what the program takes by default.
  func capture(
    into database: String, prefix: [String] = [], filter: String? = "tcp", _ options: [String]
  ) throws -> Process {
    let process = try startCapture(into: database, prefix: prefix, filter: filter, options)
    try waitForStart(database)
    return process
  }

  /// Starts captures that run side by side, and waits until all are on.
  func captures(into databases: [String], prefix: [String] = [], _ options: [String] = []) throws -> [Process] {
    let processes = try databases.map { try startCapture(into: $0, prefix: prefix, filter: "tcp", options) }
    try databases.forEach(waitForStart)
    return processes
  }

  private func startCapture(
    into database: String, prefix: [String], filter: String?, _ options: [String]
  ) throws -> Process {
    let log = URL(filePath: database + ".log")
    try Data().write(to: log)
    let program = Place.programs.appending(path: "nanocap").path
    let arguments = ["capture", "--interface", "far", "--database", database]
    let filter = options.contains("--config") ? [] : filter.map { ["--filter", $0] } ?? []
    // What others have to do on this machine is not to make it lose packets.
    return try start(Priority.first + prefix + [program] + arguments + filter + options, log: log)
  }

  private func waitForStart(_ database: String) throws {
    try wait(60) { try String(contentsOfFile: database + ".log", encoding: .utf8).contains("capturing on far") }
  }
}
