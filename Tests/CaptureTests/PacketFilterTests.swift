import Foundation
import NanoParser
import Testing

@testable import Capture

/// A filter on captures of several link types, of which it may make sense for some only.
@Suite struct PacketFilterTests {
  /// An IPv4 datagram with protocol 6, without a link layer and behind Ethernet's, and one with protocol 17.
  private static let tcp: [UInt8] =
    [0x45, 0, 0, 40, 0, 0, 0, 0, 64, 6, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2] + [UInt8](repeating: 0, count: 20)
  private static let ethernet = [UInt8](repeating: 2, count: 12) + [8, 0] + tcp
  private static let udp = tcp.enumerated().map { $0.offset == 9 ? 17 : $0.element }
  private static let host = "ether host 02:02:02:02:02:02"

  private static let interfaces = CaptureBytes.section() + CaptureBytes.interface(1) + CaptureBytes.interface(101)

  private static func packet(_ bytes: [UInt8], _ microseconds: UInt64, interface: UInt32 = 0) -> [UInt8] {
    CaptureBytes.packet(bytes, ticks: microseconds, interface: interface)
  }

  @Test func `a filter is compiled for each link type`() throws {
    let packets = [Self.packet(Self.tcp, 2, interface: 1), Self.packet(Self.udp, 3, interface: 1)].joined()
    let file = Self.interfaces + Self.packet(Self.ethernet, 1) + packets
    let run = try FileRun(file, filter: "tcp")
    #expect(run.records.map(\.time) == [1000, 2000] && run.warnings.isEmpty)
    #expect(throws: CaptureError.self) { try FileRun(file, filter: "tcp prot 1") }
  }

  @Test func `packets of a later link type that the filter makes no sense for are left out, with a warning`() throws {
    var file = Self.interfaces + Self.packet(Self.ethernet, 1)
    for time: UInt64 in 2..<5 { file += Self.packet(Self.tcp, time, interface: 1) }
    file += Self.packet(Self.ethernet, 5)
    let run = try FileRun(file, filter: Self.host)
    #expect(run.records.map(\.time) == [1000, 5000])
    try #require(run.warnings.count == 1)
    guard case .filter(_, Self.host, "RAW (101)", let reason, packets: 3) = run.warnings[0] else {
      Issue.record("\(run.warnings)")
      return
    }
    #expect(reason.contains("ether"), "libpcap's words")
    let text = run.warnings[0].description
    #expect(text.contains("RAW (101)") && text.contains(reason) && text.contains("tcp port"), "\(text)")
  }

  @Test func `a filter that makes no sense for the first link type is an error`() throws {
    let file = Self.interfaces + Self.packet(Self.tcp, 1, interface: 1) + Self.packet(Self.ethernet, 2)
    #expect(performing: { try FileRun(file, filter: Self.host) }, throws: { "\($0)".contains("(link type RAW)") })
  }

  @Test(arguments: ["wlan type mgt", "inbound", "ifname eth0", "ether proto 1"])
  func `an expression needs to make sense for some link type only`(text: String) throws { _ = try PacketFilter(text) }

  @Test func `an import needs one file that the filter makes sense for, in whatever order they are`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "nanocap-filter-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func file(_ name: String, _ bytes: [UInt8], _ linkType: UInt16, _ seconds: Int64) throws -> String {
      let path = folder.appending(path: name).path
      let time = 1_680_000_000_000_000_000 + seconds * 1_000_000_000
      let records = [CaptureBytes.Record(time: time, bytes: bytes, linkType: linkType)]
      try Data(CaptureBytes.pcap(records)).write(to: URL(filePath: path))
      return path
    }
    let (raw, ethernet) = (try file("raw", Self.tcp, 101, 1), try file("ethernet", Self.ethernet, 1, 2))
    let database = folder.appending(path: "a.db").path
    let importer = Importer(into: database, as: NanoSpecification.self, filter: Self.host)
    #expect(throws: CaptureError.self) { try importer.run([raw]) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 2, "nothing was written")
    let summaries = try importer.run([ethernet, raw])
    #expect(summaries.map(\.file) == [raw, ethernet])
    #expect(summaries.map(\.packets) == [0, 1] && summaries.map(\.leftOut) == [1, 0])
    #expect(summaries.map(\.warnings.count) == [1, 0])
  }
}
