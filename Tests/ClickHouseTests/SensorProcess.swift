import Foundation
import Testing

/// The program of a sensor that writes until it is killed.
final class SensorProcess {
  private let process = Process()
  private let output = Pipe()

  /// Starts it.
  /// - Parameter hasVotes: whether each message has a vote.
  init(_ port: Int, _ folder: String, batches: Int, hasVotes: Bool = false) throws {
    process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appending(path: "clickhouse-sensor")
    process.arguments =
      ["clickhouse://127.0.0.1:\(port)/nano", folder, "\(batches)"] + (hasVotes ? ["votes"] : [])
    process.standardOutput = output
    try process.run()
  }

  /// The id that it begins with.
  func first() throws -> Int64 { try #require(line().split(separator: " ").last.flatMap { Int64($0) }) }

  private func line() -> String {
    var line: [UInt8] = []
    while let byte = try? output.fileHandleForReading.read(upToCount: 1)?.first, byte != 10 { line.append(byte) }
    return String(decoding: line, as: UTF8.self)
  }

  /// Kills it at some moment after it has written so many batches, however fast the machine is.
  func kill(afterBatches batches: Int, milliseconds: Int) {
    #expect(isWriting(batches: batches))
    Thread.sleep(forTimeInterval: Double(milliseconds) / 1000)
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// Whether it writes all its batches, sends them and ends.
  func isSent(afterBatches batches: Int) -> Bool {
    guard isWriting(batches: batches), line() == "sent" else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  private func isWriting(batches: Int) -> Bool { (0..<batches).allSatisfy { _ in line() == "batch" } }
}
