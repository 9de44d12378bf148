import Foundation
import Testing

/// The example package for Modbus/TCP, with pymodbus's client and server, and tshark's dissector as the judge.
extension AuthorPackageTests {
  /// What tshark shows of a message, and what says the same in the example's tables; `m` is the message.
  private static let columns: [(fields: [String], sql: String)] = [
    (["mbtcp.trans_id"], #"m."transaction""#), (["mbtcp.unit_id"], "m.unit"), (["modbus.func_code"], "m.function"),
    (
      ["modbus.reference_num"],
      "coalesce(read.address, single.address, coils.address, registers.address, mask.address, written.address)"
    ),
    (["modbus.word_cnt", "modbus.bit_cnt"], "coalesce(read.count, coils.count, registers.count, written.count)"),
    (["modbus.exception_code"], "exception.exception_code"),
    (
      ["modbus.regval_uint16"],
      #"CASE m.function WHEN 23 THEN '' ELSE coalesce(registers."values", answer."values") END"#
    ),
    (["modbus.and_mask"], "iif(mask.id, printf('0x%04x', mask.and_mask), NULL)"),
    (["modbus.or_mask"], "iif(mask.id, printf('0x%04x', mask.or_mask), NULL)"),
    (["modbus.read_reference_num"], "both.read_address"), (["modbus.read_word_cnt"], "both.read_count"),
    (["modbus.write_reference_num"], "both.write_address"), (["modbus.write_word_cnt"], "both.write_count"),
    (["modbus.diagnostic_code"], "diagnostics.test"),
    (
      ["modbus.data"],
      """
      CASE m.function WHEN 23 THEN coalesce(both."values", answer."values")
      ELSE coalesce(iif(single.id, printf('%04x', single.value), NULL), lower(coils.bits)) END
      """
    ),
    (["modbus.bitval"], "bits.bits"),
  ]
  private static let tables = [
    "read_request": "read", "single_write": "single", "write_coils_request": "coils",
    "write_registers_request": "registers", "mask_write": "mask", "read_write_request": "both",
    "bits_response": "bits", "registers_response": "answer", "write_response": "written", "exception": "exception",
    "diagnostics": "diagnostics",
  ]
  /// Requests are 13 kinds of them, so many times.
  private static let rounds = 8

  @Test(.enabled(if: Cable.isPossible))
  func `the example package shows of Modbus what tshark shows`() throws {
    let program = try AuthorPackage(Place.root.appending(path: "Examples/modbus")).build(product: "modbuscap")
    let folder = try TemporaryFolder()
    let conversation = try LiveConversation(program, in: folder)
    let (capture, database) = (conversation.capture, conversation.database)
    let script = ["/usr/bin/python3", "-B", Place.fixtures.appending(path: "modbus.py").path]
    try conversation.start(script + ["server", "502"])
    let client = try conversation.run(script + ["client", "502", "\(Self.rounds)"])
    let requests = try #require(Int(client.output.trimmingCharacters(in: .whitespacesAndNewlines)), "\(client)")
    try conversation.end(when: "SELECT count(*) FROM message", is: 2 * requests)

    // What was captured live is what is imported of the file.
    let imported = try run(program, ["import", capture, "--database", folder.path("file.db")])
    try #require(imported.status == 0, "\(imported.errors)")
    let messages = try shown(in: folder.path("file.db"))
    #expect(messages.count == 2 * requests)
    #expect(try shown(in: database) == messages)
    for file in [database, folder.path("file.db")] {
      #expect(try Database(file).values("SELECT kind || ' ' || detail FROM decode_issue") == [])
    }
    let kinds = try Database(database).values("SELECT DISTINCT content_table FROM message ORDER BY 1").compactMap(
      \.self)
    #expect(kinds == Self.tables.keys.sorted())

    let fields = Self.columns.flatMap(\.fields).flatMap { ["-e", $0] }
    let shark = try run(
      URL(filePath: "/usr/bin/env"), ["tshark", "-r", capture, "-Y", "mbtcp", "-T", "fields"] + fields)
    try #require(shark.status == 0, "\(shark.errors)")
    let judged = shark.output.split(separator: "\n").map { line in
      var cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)[...]
      return Self.columns.map { column in column.fields.map { _ in cells.removeFirst() }.joined() }
    }
    try #require(judged.count == messages.count)
    for (number, (message, judgement)) in zip(messages, judged).enumerated() {
      #expect(comparable(message, to: judgement) == judgement, "message \(number + 1)")
    }

    try compareAnswers(capture, database, count: requests)

    // The overview tells of the exceptions.
    let console = try ConsoleProcess(["serve", "--database", database], folder: folder, program: program.path)
    let overview = try Self.overview(of: console)
    let refused = overview.first?.rows.reduce(0) { $0 + ($1.last as? Int ?? 0) }
    #expect(
      try overview.map(\.title) == ["Exceptions"]
        && refused == Database(database).count("SELECT count(*) FROM exception"))

    // Requests and answers are told apart, and every field is as described.
    let report = try run(program, ["validate", capture])
    #expect(report.status == 0, "\(report.output)")
    let decoded = try run(program, ["decode", capture, "--message", "2"]).output
    #expect(decoded.contains("bits_response") && !decoded.contains("read_request"), "\(decoded)")
    #expect(decoded.contains("\n  answers message 1 after "), "\(decoded)")
  }

  /// Which message answers which, and after how many microseconds; a message is known by its place in the capture.
  private func compareAnswers(_ capture: String, _ database: String, count: Int) throws {
    let judged = try SharkAnswers(capture, "mbtcp", request: "modbus.request_frame").answers.map {
      "\($0.request) \($0.place) \($0.delay)"
    }
    let reader = try Database(database)
    // It does not look for the requests of exceptions.
    let found = try reader.values(
      """
      SELECT request_message_id || ' ' || message_id || ' ' || delay_us FROM message_answer
      WHERE message_id NOT IN (SELECT packet_id FROM exception) ORDER BY message_id
      """)
    #expect(found == judged && judged.count > count / 2, "\(found)\n\(judged)")
    #expect(
      try reader.count(
        """
        SELECT count(*) FROM message_answer w JOIN message q ON q.id = w.request_message_id
        JOIN message a ON a.id = w.message_id WHERE a."transaction" = q."transaction" AND a.function = q.function
        """) == count)
  }

  /// The messages of a database, each with its values in the order of the columns.
  private func shown(in database: String) throws -> [[String]] {
    let joins = Self.tables.map { "LEFT JOIN \($0) AS \($1) ON \($1).packet_id = m.id" }.joined(separator: " ")
    let values = Self.columns.map { "coalesce(\($0.sql), '')" }.joined(separator: " || '|' || ")
    let rows = try Database(database).values("SELECT \(values) FROM message m \(joins) ORDER BY m.id")
    return rows.map { ($0 ?? "").split(separator: "|", omittingEmptySubsequences: false).map(String.init) }
  }

  /// A message's values in the words of tshark: registers that are read and written at once as bytes, and of bits no more
  /// than were asked for.
  private func comparable(_ message: [String], to judgement: [String]) -> [String] {
    var message = message
    let (data, bits) = (message.count - 2, message.count - 1)
    if message[2] == "23" {
      let words = message[data].split(separator: ",").compactMap { UInt16($0) }
      message[data] = words.map { String(UInt32($0) + 0x10000, radix: 16).dropFirst() }.joined()
    }
    let digits = Array(message[bits])
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0..<$0 + 2]), radix: 16) }
    let asked = judgement[bits].split(separator: ",").count
    message[bits] = bytes.flatMap { byte in (0..<8).map { byte >> $0 & 1 } }.prefix(asked).map(String.init)
      .joined(separator: ",")
    return message
  }
}
