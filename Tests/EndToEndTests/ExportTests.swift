import Foundation
import Testing

/// `nanocap export`: the messages that a filter lets through, as files.
@Suite struct ExportTests {
  private let folder: TemporaryFolder
  private static let sample = Place.samples.appending(path: "node-v25-ascending.pcap").path

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.copyItem(atPath: Self.sample, toPath: folder.path("a.pcap"))
    try nanocap("import", folder.path("a.pcap"), "--database", folder.path("a.db"), "--set", "capture.raw_details=true")
  }

  @discardableResult
  private func export(_ arguments: String...) throws -> Outcome {
    try run(Place.programs.appending(path: "nanocap"), ["export", folder.path("a.db")] + arguments)
  }

  private var files: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder.url.path).filter { $0.hasPrefix("out") } }
  }

  @Test func `a file is whole, or it is not there, and none is replaced unasked`() throws {
    let output = folder.path("out.ndjson")
    #expect(try export("--filter", "type == keepalive", "--output", output).status == 0)
    let first = try Data(contentsOf: URL(filePath: output))
    #expect(first.count > 1000)
    let again = try export("--output", output)
    #expect(again.status == 1 && again.errors.contains("out.ndjson: is there already; --force replaces it"))
    #expect(try Data(contentsOf: URL(filePath: output)) == first)
    #expect(try export("--filter", "type == keepalive", "--output", output, "--force").status == 0)
    #expect(try Data(contentsOf: URL(filePath: output)) == first)
    let none = try export("--filter", "length > 1000000", "--output", folder.path("out.pcap"))
    #expect(none.status == 1 && none.errors.contains("no such message"))
    let wrong = try export("--filter", "type == nonsense", "--output", folder.path("out.csv"))
    #expect(wrong.status == 1 && wrong.errors.contains("^"))
    let nameless = try export("--output", folder.path("out.txt"))
    #expect(nameless.status == 1 && nameless.errors.contains("choose one with --format: pcap, pcapng"))
    #expect(try files == ["out.ndjson"])
    let printed = try export("--where", "id = 1", "--format", "csv")
    #expect(printed.status == 0 && printed.output.split(separator: "\r\n").count == 2)
    let capture = try nanocap("export", Self.sample, "--format", "csv")
    #expect(capture.status == 1 && capture.errors.contains("is no database; import it first"))
  }

  @Test func `packets that are made of bytes are right to others too`() throws {
    try FileManager.default.removeItem(atPath: folder.path("a.pcap"))
    #expect(try export("--output", folder.path("out.pcap")).status == 0)
    let checks = ["-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"]
    func packets(_ filter: String) throws -> Int {
      let outcome = try run(
        URL(filePath: "/usr/bin/env"), ["tshark", "-r", folder.path("out.pcap")] + checks + ["-Y", filter])
      try #require(outcome.status == 0, "\(outcome.errors)")
      return outcome.output.split(separator: "\n").count
    }
    #expect(try packets("tcp.len > 0") > 400)
    #expect(try packets("tcp.checksum.status == \"Bad\" || ip.checksum.status == \"Bad\" || _ws.malformed") == 0)
    #expect(try packets("tcp.analysis.retransmission || tcp.analysis.out_of_order") == 0)
    try nanocap("import", folder.path("out.pcap"), "--database", folder.path("again.db"))
    let columns = "SELECT time_us || ' ' || length || ' ' || msg_type FROM message ORDER BY time_us, length, msg_type"
    #expect(try Database(folder.path("again.db")).values(columns) == Database(folder.path("a.db")).values(columns))
  }
}
