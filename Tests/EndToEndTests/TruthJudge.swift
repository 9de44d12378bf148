import Foundation

/// Holds a database against the truth of a capture: JSON lines, one for each message or response entry, in order.
///
/// For each direction of each connection the types, headers, completion times and every field of messages, and the
/// entries of response streams must be the same, and nothing may be there that the truth lacks.
struct TruthJudge {
  typealias Object = [String: Any]

  private let database: Database
  private let items: [Object]
  /// Times of the capture's packets, in µs.
  private let times: [Int]

  private static let tables: [String: String] = [
    "keepalive": "keepalive_host", "confirm_req": "confirm_req_pair", "frontier_req": "frontier_request",
    "bulk_pull": "bulk_pull_request", "bulk_pull_account": "bulk_pull_account_request",
    "asc_pull_req": "asc_pull_request", "asc_pull_ack": "asc_pull_response", "telemetry_ack": "telemetry",
  ]

  init(database: String, truth: URL, capture: String) throws {
    self.database = try Database(database)
    let text: String
    if truth.pathExtension == "gz" {
      text = try system("gunzip", "-c", truth.path).output
    } else {
      text = String(decoding: try Data(contentsOf: truth), as: UTF8.self)
    }
    items = try text.split(separator: "\n").compactMap { line in
      try JSONSerialization.jsonObject(with: Data(line.utf8)) as? Object
    }
    times = try CaptureFile.times(capture)
  }

  /// What differs; empty if nothing does.
  /// - Parameter damaged: flows in which bytes are missing or out of frame: their messages must all be there, in
  ///   order, and others may be too.
  func differences(damaged: Set<Int> = []) throws -> [String] {
    var problems: [String] = []
    var expected: [String: [Object]] = [:]
    var entries: [String: [Object]] = [:]
    var damagedKeys: Set<String> = []
    for item in items where item["lost"] as? Bool != true {
      let flow = item["flow"] as? Int ?? -1
      if item["kind"] as? String == "message" {
        expected[key(item), default: []].append(item)
        if damaged.contains(flow) { damagedKeys.insert(key(item)) }
      } else if item["terminator"] as? Bool != true {
        let side = item["type"] as? String == "bulk_push" ? number(item["direction"]) : 1 - number(item["direction"])
        entries["\(flow) \(side) \(number(item["request_offset"]))", default: []].append(item)
      }
    }
    let found = try messages()
    for key in Set(expected.keys).union(found.keys).sorted() {
      let wanted = expected[key] ?? []
      let there = found[key] ?? []
      if damagedKeys.contains(key) {
        try problems += missing(wanted, there, key)
        continue
      }
      if wanted.count != there.count {
        problems.append("\(key): \(wanted.count) messages expected, \(there.count) found")
      }
      for (item, row) in zip(wanted, there) {
        let request = "\(item["flow"] as? Int ?? -1) \(number(item["direction"])) \(number(item["offset"]))"
        for problem in try compare(item, row, entries[request] ?? []) {
          problems.append("\(key) offset \(number(item["offset"])) \(text(item["type"])): \(problem)")
        }
      }
    }
    return problems
  }

  // MARK: Messages

  private func messages() throws -> [String: [Database.Row]] {
    let rows = try database.rows(
      """
      SELECT m.*, t.name AS name, p.srcip, p.srcport, p.dstip, p.dstport
      FROM message m JOIN packet p ON p.id = m.id JOIN flow f ON f.id = m.flow_id
      LEFT JOIN enum_message_type t ON t.value = m.msg_type ORDER BY f.opened_us, f.id, m.id
      """)
    return Dictionary(grouping: rows) { row in
      "\(value(row, "srcip")):\(value(row, "srcport")) > \(value(row, "dstip")):\(value(row, "dstport"))"
    }
  }

  private func key(_ item: Object) -> String {
    "\(address(text(item["src"]))):\(number(item["sport"])) > \(address(text(item["dst"]))):\(number(item["dport"]))"
  }

  private func missing(_ wanted: [Object], _ there: [Database.Row], _ key: String) throws -> [String] {
    var rest = there[...]
    for item in wanted {
      while let row = rest.first, try !compare(item, row, [], isDamaged: true).isEmpty { rest = rest.dropFirst() }
      if rest.isEmpty { return ["\(key): \(text(item["type"])) at \(number(item["offset"])) is missing"] }
      rest = rest.dropFirst()
    }
    return []
  }

  private func compare(
    _ item: Object, _ row: Database.Row, _ entries: [Object], isDamaged: Bool = false
  ) throws -> [String] {
    let type = text(item["type"])
    guard value(row, "name") == type else { return ["found \(value(row, "name"))"] }
    var problems: [String] = []
    let header = item["header"] as? Object ?? [:]
    for name in ["version_max", "version_using", "version_min", "extensions", "network_id"]
    where value(row, name) != text(header[name]) {
      problems.append("\(name) is \(value(row, name)), not \(text(header[name]))")
    }
    if !isDamaged {
      if !completionTimes(item).contains(value(row, "time_us")) {
        problems.append("time_us is \(value(row, "time_us")), not one of \(completionTimes(item))")
      }
      for name in ["stream_offset", "length"] {
        let wanted = text(item[name == "length" ? "length" : "offset"])
        if value(row, name) != wanted { problems.append("\(name) is \(value(row, name)), not \(wanted)") }
      }
    }
    let have = try content(row, type)
    let want = wantedContent(item, type)
    if have != want { problems.append("content \(have), not \(want)") }
    if !isDamaged {
      let haveEntries = try responses(row, type)
      let wantEntries = entries.map(wantedEntry)
      if haveEntries != wantEntries { problems.append("entries \(haveEntries), not \(wantEntries)") }
    }
    return problems
  }

  /// When a message was complete: the time of the frame that the truth names, or the truth's own time. Real captures'
  /// truth has the first frame's time for a message over several, and a later frame for one without a body.
  private func completionTimes(_ item: Object) -> [String] {
    let frame = (item["frame"] as? Int).flatMap { times.indices.contains($0 - 1) ? times[$0 - 1] : nil }
    return [frame, (item["timestamp_ns"] as? Int).map { $0 / 1000 }].compactMap(\.self).map(String.init)
  }

  // MARK: What the database has

  private func content(_ row: Database.Row, _ type: String) throws -> [String] {
    let id = value(row, "id")
    func rows(_ table: String, _ columns: String) throws -> [String] {
      try database.rows("SELECT \(columns) FROM \(table) WHERE packet_id = \(id) ORDER BY id").map { line($0, columns) }
    }
    switch type {
    case "keepalive": return try rows("keepalive_host", "address, port")
    case "publish": return try block(row)
    case "confirm_req":
      let pairs = try rows("confirm_req_pair", "hash, root")
      return try pairs.isEmpty ? block(row) : pairs
    case "confirm_ack": return try rows("vote", "account, signature, sequence, vote_count, hashes")
    case "node_id_handshake":
      return try rows("nodeid_query", "cookie") + rows("nodeid_response", "nodeid, signature, salt, genesis")
    case "telemetry_ack": return try rows("telemetry", Self.telemetry.joined(separator: ", "))
    case "frontier_req": return try rows("frontier_request", "start, age, count")
    case "bulk_pull": return try rows("bulk_pull_request", "start, \"end\", extended_count")
    case "bulk_pull_account": return try rows("bulk_pull_account_request", "account, minimum_amount, flags")
    case "asc_pull_req": return try rows("asc_pull_request", "type, request_id, start, start_type, count")
    case "asc_pull_ack":
      return try rows("asc_pull_response", "type, request_id") + entries("asc_pull_block", "packet_id", id)
        + rows("asc_pull_account_info", "account, open, head, block_count, conf_frontier, conf_height")
        + rows("asc_pull_frontier", "account, frontier_hash")
    default: return []
    }
  }

  private func responses(_ row: Database.Row, _ type: String) throws -> [String] {
    let id = value(row, "id")
    func rows(_ table: String, _ columns: String) throws -> [String] {
      // A response's row names its request, not only the message.
      let request = Self.tables[type] ?? ""
      return try database.rows(
        "SELECT \(columns) FROM \(table) WHERE \(request)_id IN (SELECT id FROM \(request) WHERE packet_id = \(id)) ORDER BY id"
      ).map { line($0, columns) }
    }
    switch type {
    case "frontier_req": return try rows("frontier_response", "account, frontier_hash")
    case "bulk_pull": return try entries("bulk_pull_response", "packet_id", id)
    case "bulk_push": return try entries("bulk_push_entry", "packet_id", id)
    case "bulk_pull_account":
      return try rows("bulk_pull_account_response", "frontier_hash, balance")
        + rows("bulk_pull_account_response_entry", "hash, amount, source")
    default: return []
    }
  }

  private func entries(_ table: String, _ column: String, _ id: String) throws -> [String] {
    try database.rows("SELECT content_table, content_id FROM \(table) WHERE \(column) = \(id) ORDER BY id").flatMap(
      block)
  }

  private func block(_ row: Database.Row) throws -> [String] {
    let table = value(row, "content_table")
    guard table.hasPrefix("block_") else { return [] }
    let found = try database.rows("SELECT * FROM \(table) WHERE id = \(value(row, "content_id"))")
    return found.map { row in
      let fields = row.keys.sorted().filter { $0 != "id" && $0 != "packet_id" }
      return table.dropFirst(6) + " " + fields.map { "\($0)=\(value(row, $0))" }.joined(separator: " ")
    }
  }

  private func line(_ row: Database.Row, _ columns: String) -> String {
    columns.split(separator: ", ").map { value(row, $0.replacingOccurrences(of: "\"", with: "")) }.joined(
      separator: " ")
  }

  private func value(_ row: Database.Row, _ name: String) -> String { (row[name] ?? nil) ?? "-" }

  // MARK: What the truth has

  private static let telemetry = [
    "signature", "nodeid", "blockcount", "cementedcount", "uncheckedcount", "accountcount", "bandwidthcap", "peercount",
    "protocolversion", "uptime", "genesisblock", "majorversion", "minorversion", "patchversion", "prereleaseversion",
    "maker", "timestamp", "activedifficulty",
  ]

  private func wantedContent(_ item: Object, _ type: String) -> [String] {
    let body = item["body"] as? Object ?? [:]
    func object(_ name: String) -> Object? { body[name] as? Object }
    func list(_ name: String) -> [Object] { body[name] as? [Object] ?? [] }
    func fields(_ object: Object?, _ names: String...) -> [String] {
      object.map { object in [names.map { text(object[$0]) }.joined(separator: " ")] } ?? []
    }
    switch type {
    case "keepalive": return list("peers").map { "\(address(text($0["address"]))) \(text($0["port"]))" }
    case "publish": return wantedBlock(object("block"))
    case "confirm_req":
      return body["pairs"] is [Object]
        ? list("pairs").flatMap { fields($0, "first", "second") } : wantedBlock(object("block"))
    case "confirm_ack":
      let hashes = body["hashes"] as? [String] ?? []
      let isBlock = object("block") != nil
      return [
        "\(text(body["account_address"])) \(text(body["signature"])) \(signed(body["timestamp_and_vote_duration"])) "
          + "\(isBlock ? 1 : hashes.count) \(isBlock ? "-" : hashes.joined(separator: ","))"
      ]
    case "node_id_handshake":
      return fields(object("query"), "cookie") + fields(object("response"), "account", "signature", "salt", "genesis")
    case "telemetry_ack":
      return body["signature"] == nil ? [] : [Self.telemetry.map { signed(body[$0]) }.joined(separator: " ")]
    case "frontier_req": return fields(body, "start_address", "age", "count")
    case "bulk_pull": return ["\(text(body["start"])) \(text(body["end"])) \(text(object("extended")?["count"]))"]
    case "bulk_pull_account": return fields(body, "account_address", "minimum_amount", "flags")
    case "asc_pull_req":
      let payload = object("account_info") ?? object("blocks") ?? object("frontiers") ?? [:]
      return [
        "\(text(body["type"])) \(hex(body["id"])) \(text(payload["start"])) \(text(payload["start_type"])) \(text(payload["count"]))"
      ]
    case "asc_pull_ack":
      return ["\(text(body["type"])) \(hex(body["id"]))"] + list("blocks").flatMap(wantedBlock)
        + fields(
          object("account_info"), "account_address", "account_open", "account_head", "block_count", "conf_frontier",
          "conf_height")
        + list("frontiers").flatMap { fields($0, "account_address", "frontier_hash") }
    default: return []
    }
  }

  private func wantedEntry(_ item: Object) -> String {
    let body = item["body"] as? Object ?? [:]
    switch text(item["type"]) {
    case "frontier_response": return "\(text(body["account_address"])) \(text(body["frontier_hash"]))"
    case "bulk_pull_account_response":
      return text(body["entry"]) == "frontier"
        ? "\(text(body["frontier_hash"])) \(text(body["balance"]))"
        : "\(text(body["hash"])) \(text(body["amount"])) \(text(body["source"]))"
    default: return wantedBlock(body["block"] as? Object).first ?? "-"
    }
  }

  private func wantedBlock(_ block: Object?) -> [String] {
    guard let block, text(block["type"]) != "not_a_block" else { return [] }
    let names = block.keys.filter { $0 != "type" && !$0.hasSuffix("_address") }.sorted()
    let fields = names.map { name in
      let isAccount = ["account", "representative", "destination"].contains(name)
      return "\(name)=\(name == "work" ? hex(block[name]) : text(block[isAccount ? name + "_address" : name]))"
    }
    return ["\(text(block["type"])) \(fields.joined(separator: " "))"]
  }

  // MARK: Texts

  private func number(_ value: Any?) -> Int { value as? Int ?? -1 }

  private func text(_ value: Any?) -> String {
    switch value {
    case let number as NSNumber: number.stringValue
    case let text as String: text
    default: "-"
    }
  }

  /// A 64-bit number as SQLite has it: the signed one of the same bits.
  private func signed(_ value: Any?) -> String {
    UInt64(text(value)).map { String(Int64(bitPattern: $0)) } ?? text(value)
  }

  private func hex(_ value: Any?) -> String {
    guard let number = UInt64(text(value)) else { return text(value) }
    let digits = String(number, radix: 16, uppercase: true)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// IPv6 text in its shortest form, IPv4 where mapped.
  private func address(_ text: String) -> String {
    var bytes = [UInt8](repeating: 0, count: 16)
    guard inet_pton(AF_INET6, text, &bytes) == 1 else { return text }
    if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
      return bytes[12...].map(String.init).joined(separator: ".")
    }
    var buffer = [CChar](repeating: 0, count: 64)
    inet_ntop(AF_INET6, bytes, &buffer, 64)
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
