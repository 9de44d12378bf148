import Foundation
import Testing

/// What the kernel had to drop is told to the last packet, whatever becomes of the device.
@Suite(.serialized, .enabled(if: Cable.isPossible)) struct DropCounterTests {
  private static let sample = Place.samples.appending(path: "node-v24-bootstrap.pcap").path
  private static let packets = 3476
  /// Several times what fits into the kernel's buffer.
  private static let rounds = 6

  private let folder: TemporaryFolder
  private let cable: Cable

  init() throws {
    folder = try TemporaryFolder()
    cable = try Cable()
  }

  private func counters(_ database: String) throws -> (packets: Int, dropped: Int) {
    let run = try Database(database).rows("SELECT packets, dropped_kernel FROM run").first
    func number(_ column: String) -> Int { run?[column].flatMap { $0 }.flatMap { Int($0) } ?? 0 }
    return (number("packets"), number("dropped_kernel"))
  }

  @Test func `drops of a device that was lost count with those of the next`() throws {
    let database = folder.path("a.db")
    let process = try cable.capture(into: database, "--set", "capture.buffer_megabytes=1")
    // As long as it sleeps the kernel has nobody to give packets to.
    func overrun() throws {
      kill(process.processIdentifier, SIGSTOP)
      defer { kill(process.processIdentifier, SIGCONT) }
      for _ in 0..<Self.rounds { try cable.replay(Self.sample, packetsPerSecond: 20_000) }
    }
    func isCounted(_ rounds: Int) throws -> Bool {
      let (taken, dropped) = try counters(database)
      return taken + dropped == rounds * Self.rounds * Self.packets
    }
    try overrun()
    try wait(60) { try isCounted(1) }
    let first = try counters(database).dropped
    #expect(first > 0)
    try cable.unplug()
    try wait(60) { try String(contentsOfFile: database + ".log", encoding: .utf8).contains("disappeared") }
    try cable.plug()
    try wait(60) {
      try String(contentsOfFile: database + ".log", encoding: .utf8).components(separatedBy: "capturing on").count == 3
    }
    try overrun()
    try wait(60) { try isCounted(2) }
    #expect(try counters(database).dropped > first)
    kill(process.processIdentifier, SIGINT)
    try wait(20) { !process.isRunning }
    #expect(process.terminationStatus == 0)
    #expect(try isCounted(2))
  }
}
