import Foundation
import Testing

/// The bytes that are shown of a message are those that were decoded, whatever the import's policies.
@Suite struct DecodingPolicyTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A keepalive whose body is one byte, over and over.
  private func keepalive(_ byte: UInt8) -> [UInt8] {
    [0x52, 0x43, 19, 19, 18, 2, 0, 0] + [UInt8](repeating: byte, count: 144)
  }

  private func hex(_ bytes: [UInt8]) -> String { bytes.map { String(format: "%02x", $0) }.joined() }

  @Test(arguments: ["first", "last"]) func `of bytes that contradict each other`(policy: String) throws {
    // The end of the message waits for its beginning, and comes in two versions meanwhile.
    let (one, two) = (keepalive(1), keepalive(2))
    let capture = SegmentCapture([
      .init(offset: 100, bytes: Array(one[100...])), .init(offset: 100, bytes: Array(two[100...])),
      .init(offset: 0, bytes: Array(one[..<100])),
    ])
    try check(capture, "capture.overlaps=\(policy)", one[..<100] + (policy == "first" ? one : two)[100...])
  }

  @Test(arguments: ["ignore", "drop"]) func `of segments with a wrong checksum`(policy: String) throws {
    let (wrong, right) = (keepalive(1), keepalive(2))
    let capture = SegmentCapture([
      .init(offset: 0, bytes: wrong, hasGoodChecksum: false), .init(offset: 0, bytes: right),
    ])
    try check(capture, "capture.checksums=\(policy)", policy == "ignore" ? wrong[...] : right[...])
  }

  @Test func `a database of a version without the policies has the defaults`() throws {
    let capture = SegmentCapture([.init(offset: 0, bytes: keepalive(1))])
    try capture.write(to: folder.path("a.pcap"))
    try nanocap("import", folder.path("a.pcap"), "--database", folder.path("a.db"))
    for column in ["overlaps", "checksums"] {
      try system("sqlite3", folder.path("a.db"), "ALTER TABLE run DROP COLUMN \(column)")
    }
    try expectBytes(keepalive(1), of: "a.db")
    // An import adds them.
    let again = try nanocap("import", folder.path("a.pcap"), "--again", "--database", folder.path("a.db"))
    #expect(again.status == 0)
    #expect(try Database(folder.path("a.db")).values("SELECT overlaps FROM run ORDER BY id") == [nil, "first"])
  }

  private func check(_ capture: SegmentCapture, _ setting: String, _ expected: ArraySlice<UInt8>) throws {
    try capture.write(to: folder.path("a.pcap"))
    for isStored in [false, true] {
      let name = isStored ? "stored.db" : "file.db"
      let outcome = try nanocap(
        "import", folder.path("a.pcap"), "--database", folder.path(name), "--set", setting, "--set",
        "capture.raw_details=\(isStored)")
      try #require(outcome.status == 0, "\(outcome.errors)")
      try expectBytes(Array(expected), of: name)
    }
  }

  private func expectBytes(_ expected: [UInt8], of name: String) throws {
    let console = try ConsoleProcess(["serve", "--database", name], folder: folder)
    let shown = try console.ask("/api/v1/message/1").object["bytes"] as? String
    #expect(shown?.lowercased() == hex(expected), "\(name) in the console")
    let decoded = try nanocap("decode", folder.path(name), "--message", "1", "--format", "json")
    let object = try JSONSerialization.jsonObject(with: Data(decoded.output.utf8))
    #expect(rawBytes(of: object).lowercased() == hex(expected), "\(name): \(decoded.output) \(decoded.errors)")
  }

  /// The bytes of all fields that have no fields themselves, one after another.
  private func rawBytes(of field: Any) -> String {
    guard let field = field as? [String: Any] else { return "" }
    if let raw = field["raw"] as? String { return raw }
    return (field["fields"] as? [Any] ?? []).map(rawBytes).joined()
  }
}

/// A capture of one connection whose client sends given segments, with right or wrong checksums.
struct SegmentCapture {
  struct Segment {
    /// Place in the client's stream.
    var offset: Int
    var bytes: [UInt8]
    var hasGoodChecksum = true
  }

  private let segments: [Segment]

  init(_ segments: [Segment]) { self.segments = segments }

  func write(to path: String) throws {
    var data = Data()
    func little(_ values: UInt32...) {
      for value in values { withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) } }
    }
    little(0xA1B2_C3D4, 0x0004_0002, 0, 0, 262_144, 101)
    var frames = [Self.frame(isClient: true, sequence: 99, acknowledgment: 0, flags: 0x02)]
    frames.append(Self.frame(isClient: false, sequence: 199, acknowledgment: 100, flags: 0x12))
    frames += segments.map {
      Self.frame(
        isClient: true, sequence: 100 + $0.offset, acknowledgment: 200, flags: 0x18, $0.bytes,
        hasGoodChecksum: $0.hasGoodChecksum)
    }
    for (number, frame) in frames.enumerated() {
      little(1_700_000_000, UInt32(number), UInt32(frame.count), UInt32(frame.count))
      data.append(contentsOf: frame)
    }
    try data.write(to: URL(filePath: path))
  }

  private static func frame(
    isClient: Bool, sequence: Int, acknowledgment: Int, flags: UInt8, _ payload: [UInt8] = [],
    hasGoodChecksum: Bool = true
  ) -> [UInt8] {
    func big(_ value: Int, _ bytes: Int) -> [UInt8] { (0..<bytes).reversed().map { UInt8(value >> (8 * $0) & 0xFF) } }
    let ends: [([UInt8], Int)] = [([10, 0, 0, 1], 50000), ([10, 0, 0, 2], 7075)]
    let (source, target) = isClient ? (ends[0], ends[1]) : (ends[1], ends[0])
    var segment = big(source.1, 2) + big(target.1, 2) + big(sequence, 4) + big(acknowledgment, 4)
    segment += [0x50, flags, 0xFF, 0xFF, 0, 0, 0, 0] + payload
    let pseudo = source.0 + target.0 + [0, 6] + big(segment.count, 2) + segment + (segment.count % 2 == 0 ? [] : [0])
    var sum = stride(from: 0, to: pseudo.count, by: 2).reduce(0) { $0 + Int(pseudo[$1]) << 8 + Int(pseudo[$1 + 1]) }
    while sum > 0xFFFF { sum = sum & 0xFFFF + sum >> 16 }
    segment.replaceSubrange(16..<18, with: big((~sum & 0xFFFF) ^ (hasGoodChecksum ? 0 : 0x0F0F), 2))
    return [0x45, 0] + big(20 + segment.count, 2) + [0, 0, 0x40, 0, 64, 6, 0, 0] + source.0 + target.0 + segment
  }
}
