import Foundation
import Testing

@testable import Capture

/// The order in which files are read.
@Suite struct ImportPlanTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "nanocap-plan-\(UUID().uuidString)")

  /// Writes captures of one packet each, at so many seconds; nil for a capture without a packet.
  private func sources(_ files: [(name: String, seconds: Int64?)], _ given: [String]? = nil) throws -> [String] {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, seconds) in files {
      let records = seconds.map { CaptureBytes.records(1, start: $0 * 1_000_000_000) } ?? []
      try Data(CaptureBytes.pcap(records)).write(to: folder.appending(path: name))
    }
    let names = (given ?? files.map(\.name)).map { $0.hasPrefix("/") ? $0 : folder.appending(path: $0).path }
    return try ImportPlan(names, filter: nil) { _ in false }.sources.map { URL(filePath: $0.path).lastPathComponent }
  }

  @Test func `files are read in the order of their first packets`() throws {
    #expect(try sources([("a", 300), ("b", 100), ("c", 200)]) == ["b", "c", "a"])
  }

  @Test func `files of one time are read as those number them who rotate captures`() throws {
    #expect(
      try sources([("a.pcap10", 1), ("a.pcap9", 1), ("a.pcap", 1)]) == ["a.pcap", "a.pcap9", "a.pcap10"])
    #expect(try sources([("b-10.pcap", 1), ("b-9.pcap", 1), ("b.pcap", 1)]) == ["b.pcap", "b-9.pcap", "b-10.pcap"])
    #expect(try sources([("c_2.cap", 1), ("c_12.cap", 1), ("c_1.cap", 1)]) == ["c_1.cap", "c_2.cap", "c_12.cap"])
  }

  @Test func `what has no packet comes behind what has one`() throws {
    #expect(try sources([("empty", nil), ("a", 5)]) == ["a", "empty"])
  }

  @Test func `what can be read only once comes last`() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let pipe = folder.appending(path: "pipe").path
    #expect(mkfifo(pipe, 0o600) == 0)
    // Both ends, so that opening it waits for nobody; what is in it stays there until it is read.
    let descriptor = open(pipe, O_RDWR)
    defer { close(descriptor) }
    let bytes = CaptureBytes.pcap(CaptureBytes.records(1, start: 0))
    #expect(write(descriptor, bytes, bytes.count) == bytes.count)
    #expect(try sources([("a", 300), ("zero", nil)], ["pipe", "zero", "a"]) == ["a", "zero", "pipe"])
  }
}
