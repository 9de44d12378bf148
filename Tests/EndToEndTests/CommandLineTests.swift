import Foundation
import Testing

@Suite struct ImportCommandTests {
  let folder: TemporaryFolder
  let sample = Place.samples.appending(path: "node-v25-ascending.pcap").path

  init() throws { folder = try TemporaryFolder() }

  @Test func `the summary tells messages by type, issues and losses`() throws {
    let outcome = try nanocap("import", sample, "--database", folder.path("a.db"))
    #expect(outcome.status == 0)
    for line in [
      "messages 425 ", " confirm_req 118", " asc_pull_ack 78", "issues 0",
      "lost 0 bytes",
    ] {
      #expect(outcome.output.split(separator: " ").joined(separator: " ").contains(line), "\(line)")
    }
    #expect(outcome.complaints.isEmpty, "\(outcome.errors)")
    #expect(!outcome.errors.contains("\r"), "no bar where there is no terminal")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["a.db"], "nothing else is left")
    #expect(try Database(folder.path("a.db")).values("PRAGMA integrity_check") == ["ok"])
  }

  @Test func `standard input, several files and a second import add up`() throws {
    try nanocap("import", "-", "--database", folder.path("a.db"), input: URL(filePath: sample))
    #expect(try Database(folder.path("a.db")).count("SELECT count(*) FROM message") == 425)
    try nanocap("import", sample, sample, "--again", "--database", folder.path("a.db"))
    let database = try Database(folder.path("a.db"))
    #expect(try database.count("SELECT count(*) FROM message") == 3 * 425)
    #expect(
      try database.values("SELECT source FROM run WHERE ended IS NOT NULL AND packets > 0") == ["-", sample, sample])
    #expect(try database.count("SELECT count(*) FROM vote WHERE packet_id NOT IN (SELECT id FROM message)") == 0)
    #expect(try database.count("SELECT count(DISTINCT run_id) FROM flow") == 3)
  }

  @Test func `a file that was imported is left out with a word, under any name, unless it is asked for again`() throws {
    let (database, copy) = (folder.path("a.db"), folder.path("copy.pcap"))
    try FileManager.default.copyItem(atPath: sample, toPath: copy)
    for (files, read) in [([sample, copy], 1), ([copy], 0)] {
      let outcome = try run(
        Place.programs.appending(path: "nanocap"), ["import"] + files + ["--database", database])
      #expect(outcome.status == 0 && outcome.errors.contains(".pcap: has been imported before (run 1)"))
      #expect(outcome.output.components(separatedBy: "\n  messages  ").count - 1 == read, "\(outcome.output)")
      #expect(try Database(database).count("SELECT count(*) FROM message") == 425)
    }
    try nanocap("import", copy, "--again", "--database", database)
    #expect(try Database(database).count("SELECT count(*) FROM message") == 850)
  }

  @Test func `a terminal shows how far the import is`() throws {
    // Fed with a pause, so that there is something to show; `script` gives the program a terminal.
    let feed = "head -c 100000 '\(sample)'; sleep 1; tail -c +100001 '\(sample)'; cat '\(folder.path("more"))'"
    // Packets without the file's header, many times over: progress is shown now and then.
    let packets = try Data(contentsOf: URL(filePath: sample)).dropFirst(24)
    try Data((0..<5).flatMap { _ in packets }).write(to: URL(filePath: folder.path("more")))
    let program = Place.programs.appending(path: "nanocap").path
    let outcome = try system(
      "script", "-qec", "sh -c \"(\(feed)) | \(program) import - --database \(folder.path("a.db"))\"", "/dev/null")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("\r\u{1B}[Kstandard input  0."), "\(outcome.output)")
    #expect(outcome.output.contains(" MB/s  ") && outcome.output.contains(" packets"))
  }

  @Test func `a filter lets only its packets in`() throws {
    let whole = try nanocap("import", sample, "--database", folder.path("a.db"), "--filter", "tcp")
    #expect(whole.output.contains("messages     425"))
    let part = try nanocap("import", sample, "--database", folder.path("b.db"), "--filter", "tcp port 1")
    #expect(part.status == 0 && part.output.contains("packets      0"))
  }

  @Test func `packets that a filter makes no sense for are left out with a word, or it is an error before all else`()
    throws
  {
    let (raw, framed, database) = (folder.path("raw.pcap"), folder.path("framed.pcap"), folder.path("a.db"))
    try CaptureFile.write([(0, [1, 2, 3])], to: raw)
    try CaptureFile.reframe(raw, to: framed) { [[UInt8](repeating: 2, count: 12) + [8, 0] + $0] }
    let arguments = ["--filter", "ether host 02:02:02:02:02:02", "--database", database]
    func imported(_ names: String..., input: String? = nil) throws -> Outcome {
      let input = input.map { URL(filePath: $0) }
      return try run(Place.programs.appending(path: "nanocap"), ["import"] + names + arguments, input: input)
    }
    let both = try imported(raw, framed)
    #expect(both.status == 0 && both.errors.contains("6 packets of the link type RAW (101) were left out"))
    #expect(both.output.contains("6 more of link types that the filter makes no sense for, left out"), "\(both.output)")
    for outcome in [try imported(raw), try imported("-", input: raw)] {
      #expect(outcome.status == 1 && outcome.errors.contains("(link type RAW)"), "\(outcome.errors)")
    }
    #expect(try Database(database).count("SELECT count(*) FROM run") == 2, "no run was begun")
  }

  @Test(
    arguments: [
      (["import", "no-such.pcap"], "no-such.pcap: No such file or directory"),
      (["import", "empty"], "empty: no file in this folder is a capture"),
      (["import", "*.cap"], "*.cap: no file matches this pattern"),
      (["import", "$TEXT"], "is neither pcap nor pcapng (it begins with the bytes 54 68 69 73)"),
      (["import", "$SAMPLE", "--filter", "tcp prot 5"], "filter 'tcp prot 5': "),
      (["import", "$SAMPLE", "--database", "no/such/folder.db"], "no/such/folder.db: cannot be opened"),
      (["import", "$SAMPLE", "--database", "$TEXT"], "is not a SQLite database"),
      (["import", "$SAMPLE", "$TEXT"], "is neither pcap nor pcapng"),
      (["query", "select 1", "--database", "no.db"], "no.db: there is no such database"),
      (["query", "select 1", "--database", "$TEXT"], "file is not a database"),
      (["query", "selec 1", "--database", "$DB"], "near \"selec\": syntax error (at character 1)"),
      (["query", "select x from packet", "--database", "$DB"], "no such column: x"),
      (["query", "delete from message", "--database", "$DB"], "queries can only read"),
      (["query", "select 1; select 2", "--database", "$DB"], "only one SQL statement"),
      (["query", "", "--database", "$DB"], "there is no SQL to run"),
    ] as [([String], String)])
  func `what is wrong is told in a line, with a status that is not zero`(arguments: [String], message: String) throws {
    let text = folder.path("text.txt")
    try Data("This is a text of some length, which is no capture and no database at all.\n".utf8).write(
      to: URL(filePath: text))
    try FileManager.default.createDirectory(atPath: folder.path("empty"), withIntermediateDirectories: true)
    let database = folder.path("good.db")
    try nanocap("import", sample, "--database", database)
    let filled = arguments.map { ["$TEXT": text, "$SAMPLE": sample, "$DB": database][$0] ?? $0 }
    let outcome = try run(Place.programs.appending(path: "nanocap"), filled, folder: folder.url)
    #expect(outcome.status == 1 && outcome.output.isEmpty)
    #expect(outcome.complaints.count == 1, "\(outcome.errors)")
    #expect(outcome.complaints.allSatisfy { $0.hasPrefix("nanocap: ") && $0.contains(message) }, "\(outcome.errors)")
    #expect(try Database(database).count("SELECT count(*) FROM message") == 425)
    #expect(!FileManager.default.fileExists(atPath: folder.path("nanocap.db")), "nothing is left of a failed import")
    #expect(!FileManager.default.fileExists(atPath: folder.path("nanocap.db.importing")))
  }

  @Test func `a capture that is cut off gives all before the cut, and fails only if that is asked for`() throws {
    let (file, database) = (folder.path("cut.pcap"), folder.path("cut.db"))
    let data = try Data(contentsOf: URL(filePath: sample))
    try data.dropLast(10).write(to: URL(filePath: file))
    let outcome = try nanocap("import", file, "--database", database)
    #expect(outcome.status == 0 && outcome.errors.contains("warning: \(file): cut off at byte "), "\(outcome.errors)")
    let reader = try Database(database)
    #expect(try reader.count("SELECT count(*) FROM message") == 425, "the last packet holds no message")
    #expect(try reader.values("SELECT end_reason FROM run") == ["cut off"])
    let strict = try nanocap("import", file, "--again", "--strict", "--database", database)
    #expect(strict.status == 1 && strict.errors.contains("--strict"))
    #expect(try Database(database).count("SELECT count(*) FROM message") == 850, "it is imported all the same")
  }

  @Test func `a damaged file takes nothing from the others of the command`() throws {
    let (file, database) = (folder.path("cut.pcap"), folder.path("a.db"))
    try Data(contentsOf: URL(filePath: sample)).dropLast(10).write(to: URL(filePath: file))
    let outcome = try nanocap("import", file, sample, "--database", database)
    #expect(outcome.status == 0)
    #expect(try Database(database).count("SELECT count(*) FROM message") == 850)
  }

  @Test func `a header that is cut off is an error`() throws {
    let file = folder.path("cut.pcap")
    try Data(contentsOf: URL(filePath: sample)).prefix(20).write(to: URL(filePath: file))
    let outcome = try nanocap("import", file, "--database", folder.path("cut.db"))
    #expect(outcome.status == 1 && outcome.errors.contains("is cut off within its header"), "\(outcome.errors)")
  }

  @Test func `a filter that passes nothing is told which would, and other traffic what it is`() throws {
    let own = folder.path("own.pcap")
    try CaptureFile.write([(0, [UInt8](repeating: 7, count: 100))], to: own)
    let filtered = try nanocap("import", own, "--filter", "udp", "--database", folder.path("a.db"))
    #expect(filtered.status == 0)
    #expect(filtered.errors.contains("the filter 'udp' passes none, but "), "\(filtered.errors)")
    let advice = "--filter 'tcp port 7075 or tcp port 54000 or udp port 7075 or udp port 54000' would do"
    #expect(filtered.errors.contains(advice), "\(filtered.errors)")
    let other = folder.path("other.pcap")
    try CaptureFile.write([(0, [UInt8](repeating: 7, count: 100))], to: other, port: 80)
    let imported = try nanocap("import", other, "--filter", "port 80", "--database", folder.path("b.db"))
    #expect(imported.errors.contains("none on its ports (7075, 54000); most are on 80"), "\(imported.errors)")
    let decoded = try nanocap("decode", other)
    #expect(decoded.status == 0, "what is no message is shown")
    try CaptureFile.write([], to: other, port: 80)
    let nothing = try nanocap("decode", other)
    #expect(nothing.status == 1 && nothing.errors.contains("most are on 80"), "\(nothing.errors)")
  }

  @Test func `an import into a database of another description names the differences`() throws {
    let database = folder.path("a.db")
    try nanocap("import", sample, "--database", database)
    try system(
      "sqlite3", database,
      "ALTER TABLE vote ADD COLUMN color TEXT; ALTER TABLE keepalive_host DROP COLUMN port; ALTER TABLE keepalive_host ADD COLUMN port TEXT"
    )
    let outcome = try nanocap("import", sample, "--database", database)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("keepalive_host.port is TEXT, not INTEGER"))
    #expect(outcome.errors.contains("vote has a column color that the description lacks"))
    #expect(try Database(database).count("SELECT count(*) FROM message") == 425)
  }

  @Test func `tables and columns that are missing are added`() throws {
    let database = folder.path("a.db")
    try nanocap("import", sample, "--database", database)
    try system(
      "sqlite3", database,
      "DROP VIEW packet; DROP TABLE vote; ALTER TABLE telemetry DROP COLUMN maker; DROP TABLE enum_network")
    #expect(try nanocap("import", sample, "--again", "--database", database).status == 0)
    let reader = try Database(database)
    #expect(try reader.count("SELECT count(*) FROM packet") == 850)
    #expect(try reader.count("SELECT count(*) FROM vote") == 105)
    #expect(try reader.count("SELECT count(maker) FROM telemetry") == 10)
    #expect(try reader.count("SELECT count(*) FROM enum_network") == 4)
  }
}

@Suite struct QueryCommandTests {
  let folder: TemporaryFolder
  let database: String

  init() throws {
    folder = try TemporaryFolder()
    database = folder.path("a.db")
    let samples = ["node-v24-bootstrap.pcap", "node-v25-ascending.pcap"].map { Place.samples.appending(path: $0).path }
    try nanocap("import", samples[0], samples[1], "--database", database)
  }

  private func query(_ sql: String, _ format: String) throws -> String {
    try nanocap("query", sql, "--database", database, "--format", format).output
  }

  @Test func `results as table, csv, json and ndjson`() throws {
    let sql = "select 7 as a, 'x,\"y\"' as b, null as c, 1.5 as d, x'AB' as e"
    #expect(try query(sql, "csv") == "a,b,c,d,e\r\n7,\"x,\"\"y\"\"\",,1.5,AB\r\n")
    #expect(try query(sql, "ndjson") == "{\"a\": 7, \"b\": \"x,\\\"y\\\"\", \"c\": null, \"d\": 1.5, \"e\": \"AB\"}\n")
    #expect(try query("select 1 as a union select 2", "json") == "[\n {\"a\": 1},\n {\"a\": 2}\n]\n")
    #expect(try query("select 1 as a where 0", "json") == "[]\n")
    #expect(
      try query("select 5 as number, 'text' as name", "table") == "number  name\n------  ----\n     5  text\n(1 row)\n")
  }

  @Test func `a table is as wide as its texts, up to a limit, and moves no cursor`() throws {
    #expect(try query("select 'to' as wide", "table") == "wide\n----\nto\n(1 row)\n", "texts stand on the left")
    #expect(try query("select 'a' as b, 'c' as wide", "table").contains("\na  c\n"))
    for (length, shown) in [(79, 79), (80, 80), (81, 79)] {
      let text = try query("select replace(hex(zeroblob(\(length))), '00', 'x') as a, 1 as b", "table")
      let cell = String(repeating: "x", count: shown) + (shown < length ? "…" : "")
      #expect(text.contains("\n\(cell)  1\n"), "\(text)")
    }
    for code in [1, 0x1B, 0x1C, 0x1F, 0x7F, 0x9B, 0x9F] {
      let lines = try query("select 'x' || char(\(code)) || 'y' as a", "table").split(separator: "\n")
      #expect(lines.dropFirst(2).first == "x·y", "\(code)")
    }
    #expect(try query("select 'x' || char(32, 126, 160) || 'y' as a", "table").contains("x ~\u{A0}y"))
  }

  @Test func `CSV is that of RFC 4180`() throws {
    #expect(
      try query(
        "select 'l1' || char(10) || 'l2' as a, 'c' || char(13, 10) as \"b\nc\", char(13) as \"d,\", 1 as e", "csv")
        == "a,\"b\nc\",\"d,\",e\r\n\"l1\nl2\",\"c\r\n\",\"\r\",1\r\n")
    // A reader skips an empty line.
    #expect(try query("select null as a union all select ''", "csv") == "a\r\n\"\"\r\n\"\"\r\n")
    #expect(try query("select null as a, '' as b", "csv") == "a,b\r\n,\r\n")
    #expect(try query("select 'e' || char(769, 44) as a", "csv") == "a\r\n\"e\u{301},\"\r\n")
  }

  @Test func `columns of one name have keys of their own, and infinities one name`() throws {
    #expect(
      try query("select 1 as id, 2 as id, 3 as id_2, 4 as id", "ndjson")
        == "{\"id\": 1, \"id_3\": 2, \"id_2\": 3, \"id_4\": 4}\n")
    #expect(try query("select 9e999 as a, -9e999 as b", "ndjson") == "{\"a\": \"Infinity\", \"b\": \"-Infinity\"}\n")
    #expect(try query("select 9e999 as a, -9e999 as b", "csv") == "a,b\r\nInfinity,-Infinity\r\n")
    #expect(try query("select 9e999 as a", "table").contains("Infinity"))
  }

  @Test func `a full disk is told`() throws {
    let program = Place.programs.appending(path: "nanocap").path
    for command in ["query 'select * from message' -d '\(database)' --format csv", "decode '\(database)' --limit 30"] {
      let outcome = try system("sh", "-c", "'\(program)' \(command) > /dev/full")
      #expect(outcome.status == 1 && outcome.errors.contains("standard output cannot be written"), "\(outcome.errors)")
    }
  }

  /// The queries of the design, and how many rows the samples give at least.
  @Test(
    arguments: [
      ("select count(*), msg_type from packet group by msg_type", 12),
      ("select vote_count, count(*) from vote where vbh group by vote_count order by vote_count", 2),
      ("select * from packet where msg_type = 0x0a and extensions & 2", 20),
      ("select count(*) from vote where hashes like '%8EB7%'", 1),
      (
        "select P.* from block_open O inner join packet P on P.id = O.packet_id where O.hash = '04270D7F11C4B2B472F2854C5A59F2A7E84226CE9ED799DE75744BD7D85FC9D9'",
        0
      ),
      (
        "select telemetry.nodeid, packet.srcip from telemetry, packet where telemetry.packet_id = packet.id and srcip not like '192.168.%' limit 200",
        10
      ),
      ("select * from connection where closed and time >= '2020-08-22 21:30:00'", 50),
      (
        "select req.id, count(*) from frontier_request req, frontier_response res where res.frontier_request_id = req.id group by req.id",
        5
      ),
      ("select * from connection where event like 'end of %'", 10),
      ("select * from connection where flowkey = 42", 1),
    ] as [(String, Int)])
  func `every query of the design runs as it stands`(sql: String, rows: Int) throws {
    let outcome = try nanocap("query", sql, "--database", database, "--format", "ndjson")
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    #expect(outcome.output.split(separator: "\n").count >= rows)
  }

  @Test func `the life of a connection is there under the original's names`() throws {
    let events = try query(
      "select distinct event from connection where event not like 'end of %' order by event", "csv")
    for name in ["open connection", "close connection", "frontier_req", "bulk_pull", "keepalive", "asc_pull_ack"] {
      #expect(events.contains(name + "\r\n"), "\(name)")
    }
    let ends = try query("select event from connection where event like 'end of %'", "csv")
    #expect(ends.contains("end of frontier_req. valid entries: "))
    #expect(ends.contains("end of bulk_pull_account. valid entries: "))
  }

  @Test func `the tables have the columns that the design names`() throws {
    let wanted = [
      "keepalive_host": "id, packet_id, address, port",
      "vote": "id, packet_id, vote_count, vbh, account, signature, sequence, timestamp, duration, hashes",
      "block_state": "id, packet_id, hash, account, previous, representative, balance, link, signature, work",
      "block_send": "id, packet_id, hash, previous, destination, balance, signature, work",
      "block_receive": "id, packet_id, hash, previous, source, signature, work",
      "block_open": "id, packet_id, hash, source, representative, account, signature, work",
      "block_change": "id, packet_id, hash, previous, representative, signature, work",
      "nodeid_query": "id, packet_id, cookie",
      "nodeid_response": "id, packet_id, nodeid, nodeid_as_account, signature, salt, genesis",
      "telemetry":
        "id, packet_id, signature, nodeid, nodeid_as_account, blockcount, cementedcount, uncheckedcount, accountcount, bandwidthcap, uptime, peercount, protocolversion, genesisblock, majorversion, minorversion, patchversion, prereleaseversion, maker, timestamp, activedifficulty, activedifficulty_hex, unknown_data",
      "frontier_request": "id, packet_id, start, age, count",
      "frontier_response": "id, frontier_request_id, account, frontier_hash",
      "bulk_pull_request": "id, packet_id, start, \"end\", extended_count",
      "bulk_pull_response": "id, bulk_pull_request_id, content_table, content_id",
      "bulk_pull_account_request": "id, packet_id, account, minimum_amount, flags",
      "bulk_pull_account_response": "id, bulk_pull_account_request_id, frontier_hash, balance",
      "bulk_pull_account_response_entry": "id, bulk_pull_account_request_id, hash, amount, source",
      "bulk_push_entry": "id, packet_id, content_table, content_id",
      "confirm_req_pair": "id, packet_id, hash, root",
      "asc_pull_request": "id, packet_id, type, request_id, start, start_type, count",
      "asc_pull_response": "id, packet_id, type, request_id",
      "asc_pull_block": "id, asc_pull_response_id, content_table, content_id",
      "asc_pull_account_info": "id, asc_pull_response_id, account, open, head, block_count, conf_frontier, conf_height",
      "asc_pull_frontier": "id, asc_pull_response_id, account, frontier_hash",
      "packet":
        "id, flow_key, ipv, msg_type, version_using, version_min, block_type, extensions, content_table, content_id, srcip, srcport, dstip, dstport, time, time_usec",
      "connection": "id, ipv, srcip, srcport, dstip, dstport, flowkey, event, time, closed",
      "run":
        "id, kind, source, filter, specification, spec_fingerprint, started, ended, packets, bytes, dropped_kernel, dropped_queue",
      "flow":
        "id, run_id, ipv, srcip, srcport, dstip, dstport, opened_us, closed_us, close_reason, midstream, packets, bytes_forward, bytes_backward, lost_bytes, transport",
    ]
    let reader = try Database(database)
    for (table, columns) in wanted {
      #expect(throws: Never.self, "\(table)") { try reader.values("SELECT \(columns) FROM \(table) LIMIT 1") }
    }
    // The blocks' tables have no others, so that `select *` shows a block.
    for (table, columns) in wanted where table.hasPrefix("block_") {
      let count = try reader.count("SELECT count(*) FROM pragma_table_info('\(table)')")
      #expect(count == columns.split(separator: ",").count, "\(table)")
    }
  }
}

@Suite struct OtherCommandTests {
  @Test func `version, help and interfaces`() throws {
    #expect(try nanocap("--version").output.hasPrefix("nanocap "))
    let help = try nanocap("import", "--help").output
    #expect(help.contains("EXAMPLES") && help.contains("--filter"))
    #expect(try nanocap("interfaces").output.contains("lo "))
    #expect(try nanocap("--if").output == nanocap("interfaces").output)
    #expect(try nanocap("improt").status == 64)
  }

  @Test func `the schema is SQL that SQLite takes`() throws {
    let folder = try TemporaryFolder()
    let schema = try nanocap("schema")
    let file = folder.url.appending(path: "schema.sql")
    try Data(schema.output.utf8).write(to: file)
    let outcome = try system("sqlite3", folder.path("a.db"), ".read \(file.path)")
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    #expect(try Database(folder.path("a.db")).count("SELECT count(*) FROM packet") == 0)
    #expect(throws: Never.self) {
      try JSONSerialization.jsonObject(with: Data(nanocap("schema", "--format", "json").output.utf8))
    }
  }
}
