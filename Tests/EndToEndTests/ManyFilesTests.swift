import Foundation
import Testing

/// A rotation of more files than a process may have open.
@Suite struct ManyFilesTests {
  private static let fileCount = 1100
  /// Two packets a file, and those that begin and end the connection.
  private static let messageCount = 2 * fileCount - 5

  @Test func `more files than may be open are read one at a time, as one capture`() throws {
    let folder = try TemporaryFolder()
    let keepalive: [UInt8] = [0x52, 0x43, 19, 19, 18, 2, 0, 0] + [UInt8](repeating: 1, count: 144)
    let messages = (0..<Self.messageCount).map { (direction: $0 % 2, bytes: keepalive) }
    let whole = folder.path("whole.pcap")
    try CaptureFile.write(messages, to: whole)
    let parts = folder.url.appending(path: "parts")
    try FileManager.default.createDirectory(at: parts, withIntermediateDirectories: true)
    try split(try Data(contentsOf: URL(filePath: whole)), into: parts)
    let database = folder.path("a.db")
    let program = Place.programs.appending(path: "nanocap").path
    let outcome = try system("prlimit", "--nofile=64", program, "import", parts.path, "--database", database)
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.complaints.isEmpty, "\(outcome.errors)")
    let stored = try Database(database)
    #expect(try stored.count("SELECT count(*) FROM run WHERE ended IS NOT NULL AND packets = 2") == Self.fileCount)
    #expect(try stored.count("SELECT count(*) FROM message") == Self.messageCount)
    #expect(try stored.count("SELECT count(*) FROM flow WHERE close_reason IS NOT NULL AND lost_bytes = 0") == 1)
  }

  /// Writes files of two packets each, named as tcpdump names them.
  private func split(_ capture: Data, into folder: URL) throws {
    var place = 24
    for index in 0..<Self.fileCount {
      let start = place
      for _ in 0..<2 {
        let length = (0..<4).reduce(0) { $0 | Int(capture[place + 8 + $1]) << (8 * $1) }
        place += 16 + length
      }
      let path = folder.appending(path: "part.pcap\(index == 0 ? "" : "\(index)")")
      try (capture[..<24] + capture[start..<place]).write(to: path)
    }
    try #require(place == capture.count)
  }
}
