import Foundation
import Testing

/// The language of filters in the API, held against SQL.
extension ConsoleQuestionTests {
  @Test func `messages are found by what they hold`() throws {
    let account = try #require(try sql("SELECT account FROM vote LIMIT 1").first)
    let hash = try #require(try sql("SELECT substr(hashes, 1, 64) FROM vote WHERE hashes <> '' LIMIT 1").first)
    let filters = [
      ("type == confirm_ack and length > 200", "msg_type = 5 AND length > 200"),
      ("vote.account == \(account)", "id IN (SELECT packet_id FROM vote WHERE account = '\(account)')"),
      ("not vote.account == \(account)", "id NOT IN (SELECT packet_id FROM vote WHERE account = '\(account)')"),
      (
        "vote.hashes contains \(hash.prefix(9).lowercased())",
        "id IN (SELECT packet_id FROM vote WHERE hashes LIKE '%\(hash.prefix(9))%')"
      ),
      ("vote.hashes == \(hash)", "id IN (SELECT packet_id FROM vote WHERE hashes LIKE '%\(hash)%')"),
      ("confirm_req.root contains 00", "id IN (SELECT packet_id FROM confirm_req_pair WHERE root LIKE '%00%')"),
      ("flow == 2 or flow.packets < 30", "flow_id = 2 OR flow_id IN (SELECT id FROM flow WHERE packets < 30)"),
      ("", "1"), ("id < 0", "0"),
    ]
    for (filter, condition) in filters {
      let ids = try sql("SELECT id FROM message WHERE \(condition) ORDER BY id")
      let found = try ask("messages", ["filter": ["where": filter], "limit": 10_000])
      #expect(found.map { String($0.prefix { $0 != "|" }) } == ids, "\(filter)")
      #expect(filter.isEmpty || filter == "id < 0" || !ids.isEmpty, "\(filter)")
      let query = try #require(
        try console.post("/api/v1/statement", ["filter": ["where": filter]]).object["query"] as? String)
      #expect(try console.query(query).rows.map { "\($0[0])" }.sorted() == Array(ids.prefix(500)).sorted(), "\(query)")
    }
    // With the members of filters of earlier versions.
    let both = try ask("messages", ["filter": ["where": "length > 100", "type": 5], "limit": 10_000])
    #expect(try both.count == sql("SELECT id FROM message WHERE length > 100 AND msg_type = 5").count)
  }

  @Test func `filters that mean nothing are refused at their column`() throws {
    let filter = ["where": "vote and lngth > 1"]
    for (path, body) in [
      ("/api/v1/ask", ["question": "messages", "filter": filter]), ("/api/v1/statement", ["filter": filter]),
    ] as [(String, [String: Any])] {
      let answer = try console.post(path, body)
      #expect(answer.status == 400 && answer.error == "there is no field 'lngth'; did you mean 'length'?")
      #expect(try answer.object["column"] as? Int == 10)
    }
    let hostile = try console.post(
      "/api/v1/ask", ["question": "messages", "filter": ["where": "id == 1; drop table message"]])
    #expect(hostile.status == 400)
    #expect(try ask("span").count == 1)
  }

  @Test func `names for filters have docs and values`() throws {
    let names = try #require(try console.ask("/api/v1/filter/names").object["names"] as? [[String: Any]])
    let type = try #require(names.first { $0["name"] as? String == "type" })
    let values = try #require(type["values"] as? [[String: Any]])
    #expect(values.contains { $0["name"] as? String == "publish" && $0["doc"] as? String == "A new block" })
    let account = names.first { $0["name"] as? String == "vote.account" }
    #expect(account?["doc"] as? String == "The representative" && account?["kind"] as? String == "texts")
  }

  @Test func `values are counted`() throws {
    func counts(_ topic: [String: Any]) throws -> [String] {
      let query = try #require(try console.post("/api/v1/statement", topic).object["query"] as? String)
      return try console.query(query).rows.map { "\($0[0])|\($0[1])" }.sorted()
    }
    #expect(
      try counts(["values": "type"]) == sql("SELECT msg_type, count(*) FROM message GROUP BY 1").sorted())
    #expect(
      try counts(["values": "vote.account", "filter": ["where": "length > 200"]])
        == sql("SELECT account, count(*) FROM vote JOIN message m ON m.id = packet_id WHERE length > 200 GROUP BY 1")
        .sorted())
    #expect(
      try counts(["values": "src.port", "filter": ["where": "type == confirm_ack"]])
        == sql(
          "SELECT iif(direction, dstport, srcport), count(*) FROM message m JOIN flow f ON f.id = flow_id WHERE msg_type = 5 GROUP BY 1"
        )
        .sorted())
    let wrong = try console.post("/api/v1/statement", ["values": "vote.acount"])
    #expect(wrong.status == 400 && wrong.error.contains("did you mean 'vote.account'?"))
  }

  /// What the page offers for a field lets its message through.
  @Test func `fields of messages have filters`() throws {
    var count = 0
    for id in try sql("SELECT min(id) FROM message GROUP BY msg_type") {
      let message = try console.ask("/api/v1/message/\(id)").object
      var fields = try #require(message["fields"] as? [[String: Any]])
      while let field = fields.popLast() {
        fields += field["fields"] as? [[String: Any]] ?? []
        guard let filter = field["filter"] as? [String: String] else { continue }
        let text = "\(filter["name"] ?? "") == '\(filter["value"] ?? "")'"
        let found = try ask("messages", ["filter": ["where": "\(text) and id == \(id)"]])
        #expect(found.count == 1, "\(id): \(text)")
        count += 1
      }
    }
    #expect(count > 50)
  }
}
