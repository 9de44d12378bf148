import Foundation
import Testing

/// The faults of the original nanocap that ours must not have, each by what it did wrong. Those that need an interface
/// or a kill are in LifeCycleTests, LiveCaptureTests and KillTests.
@Suite struct FaultsOfTheOriginalTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  // MARK: Traffic

  private func message(_ type: UInt8, _ extensions: UInt16, _ body: [UInt8], network: UInt8 = 0x43) -> [UInt8] {
    [0x52, network, 19, 19, 18, type, UInt8(extensions & 0xFF), UInt8(extensions >> 8)] + body
  }

  private func filled(_ count: Int, _ first: UInt8 = 1) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: Int(first) + $0 % 100) }
  }

  private var keepalive: [UInt8] { message(2, 0, filled(144)) }
  private func vote(_ hashes: Int) -> [UInt8] { message(5, 0x100 | UInt16(hashes) << 12, filled(104 + 32 * hashes)) }

  private func imported(_ payloads: [(direction: Int, bytes: [UInt8])]) throws -> Database {
    let file = folder.path("a.pcap")
    try CaptureFile.write(payloads, to: file)
    let outcome = try nanocap("import", file, "--database", folder.path("a.db"))
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try Database(folder.path("a.db"))
  }

  // MARK: Lost or endless

  @Test func `several messages in a segment, and one over many, are all there`() throws {
    let bytes = keepalive + vote(3) + keepalive
    let pieces = stride(from: 0, to: bytes.count, by: 50).map { start in
      (direction: 1, bytes: Array(bytes[start..<min(start + 50, bytes.count)]))
    }
    let database = try imported([(0, bytes)] + pieces)
    #expect(
      try database.values("SELECT direction || ' ' || msg_type FROM message ORDER BY id") == [
        "0 2", "0 5", "0 2", "1 2", "1 5", "1 2",
      ])
  }

  @Test func `a segment may be as large as offloading makes it`() throws {
    let database = try imported([(0, (0..<250).flatMap { _ in vote(4) })])
    #expect(try database.count("SELECT count(*) FROM vote") == 250)
  }

  @Test(arguments: [(0, 48), (1, 32), (2, 80)] as [(UInt8, Int)])
  func `pending entries are stored for each kind of request, and what follows them is found`(flags: UInt8, size: Int)
    throws
  {
    let answer = filled(48) + (1...3).flatMap { filled(size, UInt8($0)) } + [UInt8](repeating: 0, count: size)
    let database = try imported([(0, message(11, 0, filled(48) + [flags])), (1, answer + keepalive)])
    #expect(try database.count("SELECT count(*) FROM bulk_pull_account_response_entry") == 3)
    #expect(try database.count("SELECT count(*) FROM message WHERE direction = 1 AND msg_type = 2") == 1)
    #expect(try database.count("SELECT count(*) FROM decode_issue") == 0)
  }

  @Test func `pushed blocks are stored`() throws {
    let block = [6] + filled(216)
    let database = try imported([(0, message(7, 0, []) + block + block + [1] + keepalive)])
    #expect(try database.values("SELECT content_table FROM bulk_push_entry") == ["block_state", "block_state"])
    #expect(try database.count("SELECT count(*) FROM message") == 2)
  }

  @Test func `a message of the asking side during an answer is no part of it`() throws {
    let entry = filled(64)
    let database = try imported([
      (0, message(8, 0, filled(40))), (1, entry), (0, keepalive), (1, entry + [UInt8](repeating: 0, count: 64)),
    ])
    #expect(try database.count("SELECT count(*) FROM frontier_response") == 2)
    #expect(try database.values("SELECT msg_type FROM message ORDER BY id") == ["8", "2"])
  }

  // MARK: Wrong data

  @Test func `nothing of a row stays in the next`() throws {
    let withBlock = message(5, 0x600, filled(104) + filled(216))
    let database = try imported([(0, vote(2) + withBlock + vote(1))])
    #expect(
      try database.values(
        "SELECT vbh || ' ' || vote_count || ' ' || ifnull(length(hashes), 'none') FROM vote ORDER BY id")
        == ["1 2 129", "0 1 none", "1 1 64"])
  }

  @Test func `telemetry is read in the order in which it is sent`() throws {
    var body = filled(96)
    for number in 1...5 as ClosedRange<UInt8> { body += [0, 0, 0, 0, 0, 0, 0, number] }
    body += [0, 0, 0, 6, 7] + [0, 0, 0, 0, 0, 0, 0, 8] + filled(32) + [9, 10, 11, 12, 13]
    body += [0, 0, 0, 0, 0, 0, 0, 14, 0xFF, 0xFF, 0xFF, 0xC0, 0, 0, 0, 0]
    let database = try imported([(0, message(13, 202, body))])
    let columns = [
      "blockcount", "cementedcount", "uncheckedcount", "accountcount", "bandwidthcap", "peercount", "protocolversion",
      "uptime", "majorversion", "minorversion", "patchversion", "prereleaseversion", "maker", "timestamp",
    ]
    let row = try #require(try database.rows("SELECT * FROM telemetry").first)
    #expect(columns.map { row[$0] ?? nil } == (1...14).map { "\($0)" })
    #expect(row["activedifficulty_hex"] == "FFFFFFC000000000", "a difficulty can be read as it is")
  }

  @Test func `source and destination are the sender's and the receiver's`() throws {
    let database = try imported([(0, keepalive), (1, vote(1))])
    #expect(
      try database.values("SELECT srcip || ':' || srcport || '>' || dstip || ':' || dstport FROM packet ORDER BY id")
        == ["10.0.0.1:50000>10.0.0.2:7075", "10.0.0.2:7075>10.0.0.1:50000"])
  }

  @Test func `all times are those of packets, also of a connection met in its middle`() throws {
    let file = folder.path("a.pcap")
    try CaptureFile.write([(0, keepalive), (1, keepalive)], to: file)
    // Without the three packets of the handshake, 56 bytes each with their heads.
    let whole = try Data(contentsOf: URL(filePath: file))
    try (whole.prefix(24) + whole.dropFirst(24 + 3 * 56)).write(to: URL(filePath: file))
    try nanocap("import", file, "--database", folder.path("a.db"))
    let database = try Database(folder.path("a.db"))
    #expect(try database.values("SELECT midstream || ' ' || opened_us FROM flow") == ["1 1700000000000004"])
    #expect(
      try database.count(
        "SELECT count(*) FROM flow_event WHERE time_us NOT BETWEEN 1700000000000000 AND 1700000001000000")
        == 0)
    #expect(try database.values("SELECT event FROM flow_event ORDER BY id") == ["join connection", "close connection"])
    #expect(try database.values("SELECT DISTINCT time FROM packet") == ["2023-11-14 22:13:20"])
  }

  @Test func `pairs of a request are stored, and every reference points at something`() throws {
    let database = try imported([(0, message(4, 0x2100, filled(128)) + message(3, 0x600, filled(216)))])
    #expect(
      try database.count("SELECT count(*) FROM confirm_req_pair WHERE packet_id = (SELECT min(id) FROM message)") == 2)
    for table in try database.values("SELECT DISTINCT content_table FROM message WHERE content_table NOT NULL") {
      let name = try #require(table)
      #expect(
        try database.count(
          "SELECT count(*) FROM message WHERE content_table = '\(name)' AND content_id NOT IN (SELECT id FROM \(name))")
          == 0)
    }
  }

  @Test func `text is text, and work is never negative`() throws {
    var block = filled(216)
    block.replaceSubrange(208..<216, with: [0xFE, 1, 2, 3, 4, 5, 6, 7])
    let database = try imported([(0, message(3, 0x600, block))])
    #expect(try database.values("SELECT work FROM block_state") == ["FE01020304050607"])
    #expect(
      try database.values(
        "SELECT DISTINCT typeof(hash) || typeof(account) || typeof(balance) || typeof(link) || typeof(signature) FROM block_state"
      )
        == ["texttexttexttexttext"])
  }

  // MARK: Malformed input

  @Test func `what is no message is told, with its place and its reason`() throws {
    func issue(_ bytes: [UInt8]) throws -> [String?] {
      try FileManager.default.contentsOfDirectory(at: folder.url, includingPropertiesForKeys: nil)
        .forEach { try FileManager.default.removeItem(at: $0) }
      return try imported([(0, bytes + keepalive + keepalive)]).values(
        "SELECT stream_offset || ' ' || length || ' ' || kind || ' ' || ifnull(path, '') FROM decode_issue")
    }
    #expect(try issue(message(2, 0, filled(144), network: 0x51)) == ["1 1 unknown enum value header.network_id"])
    #expect(try issue(message(0x30, 0, filled(20))) == ["0 28 invalid value header.message_type"])
    #expect(try issue(message(3, 0x900, filled(216))) == ["0 224 invalid value body.block.known_type"])
    // Alone, a vote that announces more hashes than there are.
    let lying = message(5, 0xC100, filled(104 + 64))
    let database = try imported([(1, lying)])
    #expect(
      try database.values("SELECT direction || ' ' || length || ' ' || path FROM decode_issue ORDER BY id").last
        == "1 \(lying.count) body.hashes")
    #expect(try database.count("SELECT count(*) FROM vote") == 0)
  }
}

/// A capture cut in two is the same traffic.
@Suite struct CutCaptureTests {
  @Test(arguments: 0..<6) func `two halves give the messages of the whole, but those across the cut`(round: Int) throws
  {
    let folder = try TemporaryFolder()
    let sample = Place.samples.appending(path: "node-v24-bootstrap.pcap")
    let data = try Data(contentsOf: sample)
    var starts = [24]
    while let start = starts.last, start < data.count {
      let length = (8..<12).reduce(0) { $0 | Int(data[start + $1]) << (8 * ($1 - 8)) }
      starts.append(start + 16 + length)
    }
    let cut = Int.random(in: 1..<starts.count - 1)
    try data.prefix(starts[cut]).write(to: URL(filePath: folder.path("1.pcap")))
    try (data.prefix(24) + data.dropFirst(starts[cut])).write(to: URL(filePath: folder.path("2.pcap")))
    try nanocap("import", folder.path("1.pcap"), "--database", folder.path("halves.db"))
    try nanocap("import", folder.path("2.pcap"), "--database", folder.path("halves.db"))
    try nanocap("import", sample.path, "--database", folder.path("whole.db"))
    let sql =
      "SELECT m.time_us || ' ' || m.length || ' ' || m.msg_type || ' ' || srcport || ' ' || dstport FROM message m JOIN packet USING (id)"
    let (whole, halves) = (
      try Database(folder.path("whole.db")).values(sql).compactMap(\.self),
      try Database(folder.path("halves.db")).values(sql).compactMap(\.self)
    )
    let time = try CaptureFile.times(sample.path)[cut]
    #expect(Set(halves).subtracting(whole).isEmpty, "nothing is invented, cut at packet \(cut)")
    let missing = whole.filter { !Set(halves).contains($0) }
    // In a direction only the message that was under way can be missing.
    #expect(Set(missing.map { $0.split(separator: " ").dropFirst(3) }).count == missing.count)
    #expect(missing.allSatisfy { Int($0.split(separator: " ")[0]) ?? 0 >= time }, "\(missing)")
  }
}
