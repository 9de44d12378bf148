import Foundation
import Testing

enum FileCapability {
  static let isPossible = (try? system("setcap", "-h").status) == 0
}

/// A program whose file has the capability to capture as permitted, as the README says: `setcap cap_net_raw+p`.
@Suite(.enabled(if: Cable.isPossible && FileCapability.isPossible)) struct CapabilityTests {
  private static let nobody = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]

  private let folder: TemporaryFolder
  private let sample = Place.samples.appending(path: "node-v24-bootstrap.pcap").path
  private var program: String { folder.path("nanocap") }

  init() throws {
    folder = try TemporaryFolder()
    chmod(folder.url.path, 0o777)
    try system("install", "-m", "755", Place.programs.appending(path: "nanocap").path, program)
    try #require(try system("setcap", "cap_net_raw+p", program).status == 0)
  }

  /// Runs the program as a user without rights, in a container that lacks the capability.
  private func runBounded(_ arguments: String...) throws -> Outcome {
    try run(
      URL(filePath: "/usr/bin/env"), Self.nobody + ["--bounding-set=-net_raw", program] + arguments, folder: folder.url)
  }

  @Test func `any user captures with it`() throws {
    let cable = try Cable()
    let (database, log) = (folder.path("a.db"), folder.url.appending(path: "log"))
    try Data().write(to: log)
    let process = try cable.start(
      Self.nobody + [
        program, "capture", "--interface", "far", "--filter", "tcp", "--database", database, "--no-console",
      ],
      log: log)
    func text() throws -> String { try String(contentsOf: log, encoding: .utf8) }
    try wait(60) { try text().contains("capturing on far") }
    let status = try String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
    #expect(!status.contains("Uid:\t0") && status.contains("CapPrm:\t0000000000002000\n"))
    // The device is opened again by the same right.
    try cable.set("far", "down")
    try wait(60) { try text().contains("trying again") }
    try cable.set("far", "up")
    try wait(60) { try text().components(separatedBy: "capturing on").count == 3 }
    try cable.replay(sample, packetsPerSecond: 5000)
    try wait(60) {
      try Database(database).count("SELECT count(*) FROM message") == LiveCaptureTests.messages
    }
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test func `the program starts where a container lacks the capability, and a capture says what is missing`() throws {
    let imported = try runBounded("import", sample, "--database", "a.db")
    #expect(imported.status == 0, "\(imported.errors)")
    let query = try runBounded("query", "select count(*) from message", "--database", "a.db", "--format", "csv")
    #expect(query.output == "count(*)\r\n\(LiveCaptureTests.messages)\r\n", "\(query.errors)")
    let capture = try runBounded("capture", "--interface", "lo", "--database", "b.db", "--no-console")
    #expect(capture.status == 1)
    #expect(
      capture.errors.contains("not permitted") && capture.errors.contains("--cap-add NET_RAW"), "\(capture.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("b.db")))
    // The reason why the effective bit must not be set.
    try system("setcap", "cap_net_raw+ep", program)
    #expect(try runBounded("--version").status == 126)
  }

  @Test func `without the capability a capture says how to give it`() throws {
    try system("setcap", "-r", program)
    let capture = try run(
      URL(filePath: "/usr/bin/env"), Self.nobody + [program, "capture", "--interface", "lo", "--no-console"],
      folder: folder.url)
    #expect(capture.status == 1 && capture.errors.contains("sudo setcap cap_net_raw+p \(program)"))
  }
}
