import AnswerShape
import Foundation
import Testing

/// The API as clients of the original, and new ones, use it.
@Suite struct ConsoleAPITests {
  private let folder: TemporaryFolder
  private let console: ConsoleProcess

  init() throws {
    folder = try TemporaryFolder()
    console = try ConsoleProcess.serving(in: folder)
  }

  private var database: Database { get throws { try Database(folder.path("a.db")) } }

  // MARK: The original's paths and shapes

  @Test func statusHasTheMembersOfTheOriginal() throws {
    let answer = try console.ask("/api/v1/status")
    let status = try answer.object
    #expect(answer.status == 200)
    #expect(answer.header("Content-Type")?.hasPrefix("application/json") == true)
    for name in ["capturing", "importing", "max_db_size_reached"] { #expect(status[name] as? Bool == false, "\(name)") }
    #expect(
      status["version"] as? String
        == (try nanocap("--version").output.split(separator: " ").last.map { $0.trimmingCharacters(in: .newlines) }))
    #expect(status["packet_queue_size"] as? Int == 0)
    #expect(status["packet_parse_error_count"] as? Int == 0)
  }

  @Test func queryGivesColumnsAndRows() throws {
    let answer = try console.query("select count(*), msg_type from packet group by msg_type")
    #expect(Set(try answer.object.keys) == ["columns", "rows"])
    #expect(try answer.object["columns"] as? [String] == ["count(*)", "msg_type"])
    let expected = try database.rows("select count(*) as n, msg_type from packet group by msg_type")
    #expect(try answer.rows.map { "\($0[0])|\($0[1])" } == expected.map { "\($0["n"]!!)|\($0["msg_type"]!!)" })
  }

  @Test func wrongQueryGivesAnErrorWithItsPlace() throws {
    let answer = try console.query("select * from pakket")
    #expect(answer.status == 400)
    #expect(answer.error.contains("no such table: pakket"))
    let misspelt = try console.query("selekt 1")
    #expect(misspelt.error.contains("character 1"))
    #expect(try misspelt.object["position"] as? Int == 1)
  }

  @Test func queryUnderstandsBothSpellingsOfASpace() throws {
    #expect(try console.ask("/api/v1/capture/query?query=select+1%2B1+as+n").rows.first?.first as? Int == 2)
    #expect(try console.ask("/api/v1/capture/query?query=select%201%2B1%20as%20n").rows.first?.first as? Int == 2)
  }

  @Test func countsAreThoseOfTheDatabase() throws {
    let total = try database.count("select count(*) from message")
    #expect(total > 100)
    #expect(try console.ask("/api/v1/count/packet").object["count"] as? Int == total)
    let expected = try database.rows("select msg_type, count(*) as n from message group by 1 order by msg_type")
    let perType = try console.ask("/api/v1/count/per-type").list
    #expect(perType.allSatisfy { Set($0.keys) == ["count", "type"] })
    #expect(
      perType.map { "\($0["type"] ?? "")|\($0["count"] ?? "")" } == expected.map { "\($0["msg_type"]!!)|\($0["n"]!!)" })
    let types = try console.ask("/api/v1/count/per-name").object
    for row in try database.rows(
      "select t.name as name, count(*) as n from message m join enum_message_type t on t.value = m.msg_type group by 1")
    {
      #expect(types[row["name"]!!] as? Int == Int(row["n"]!!))
    }
    #expect(types.values.reduce(0) { $0 + ($1 as? Int ?? 0) } == total)
  }

  @Test func schemaIsThatOfPragmaTableInfo() throws {
    try system("sqlite3", folder.path("a.db"), "create table t (a text not null default 'x', b integer primary key, c)")
    let tables = try console.ask("/api/v1/schema").list
    #expect(tables.allSatisfy { Set($0.keys) == ["table", "columns"] })
    let names = try database.values(
      "select name from sqlite_master where type in ('table', 'view') and name not like 'sqlite_%' order by rowid")
    #expect(tables.map { $0["table"] as? String } == names)
    #expect(names.contains("packet") && names.contains("vote"))
    for table in tables {
      let name = try #require(table["table"] as? String)
      let columns = try #require(table["columns"] as? [[String: String]], "texts alone")
      let expected = try database.rows("pragma table_info(\"\(name)\")").map { $0.mapValues { $0 ?? "NULL" } }
      #expect(columns == expected, "\(name)")
    }
    let own = try #require(tables.last?["columns"] as? [[String: String]])
    #expect(
      own == [
        ["cid": "0", "name": "a", "type": "TEXT", "notnull": "1", "dflt_value": "'x'", "pk": "0"],
        ["cid": "1", "name": "b", "type": "INTEGER", "notnull": "0", "dflt_value": "NULL", "pk": "1"],
        ["cid": "2", "name": "c", "type": "", "notnull": "0", "dflt_value": "NULL", "pk": "0"],
      ])
  }

  @Test func startStopToggleAndDestroyAnswerAnEmptyObjectOrAnError() throws {
    // Nothing runs, so there is nothing to do.
    #expect(try console.ask("/api/v1/capture/stop").text == "{}")
    let wrong = try ConsoleProcess(
      ["serve", "--database", "a.db", "--set", "capture.interface=nowhere0"], folder: folder)
    for action in ["start", "toggle"] {
      let answer = try wrong.ask("/api/v1/capture/\(action)").object
      #expect(Set(answer.keys) == ["error"], "\(action)")
      #expect((answer["error"] as? String)?.contains("nowhere0") == true)
    }
    #expect(try console.ask("/api/v1/capture/destroy").text == "{}")
  }

  @Test func descriptionTellsWhatColumnsMean() throws {
    let tables = try #require(try console.ask("/api/v1/description").object["tables"] as? [[String: Any]])
    let names = Set(tables.compactMap { $0["name"] as? String })
    #expect(names.isSuperset(of: ["message", "flow", "vote", "block_state", "packet", "connection"]))
    let message = try #require(tables.first { $0["name"] as? String == "message" })
    let columns = try #require(message["columns"] as? [[String: Any]])
    let type = try #require(columns.first { $0["name"] as? String == "msg_type" })
    #expect(type["doc"] as? String == "What the body is")
    #expect(type["names"] as? String == "enum_message_type")
    #expect((message["sql"] as? String)?.hasPrefix("CREATE TABLE") == true)
  }

  @Test func examplesOfTheReadmeWorkAsPrinted() throws {
    let text = try String(contentsOf: Place.root.appending(path: "README.md"), encoding: .utf8)
    let examples = text.replacing("\\\n", with: "").split(separator: "\n")
      .filter { $0.hasPrefix("    curl ") }
      .map { $0.trimmingCharacters(in: .whitespaces).replacing("127.0.0.1:8077", with: "127.0.0.1:\(console.port)") }
    #expect(examples.count >= 8)
    for example in examples {
      let outcome = try system("bash", "-c", example, folder: folder.url)
      // Events never end by themselves.
      #expect(outcome.status == (example.contains("--max-time") ? 28 : 0), "\(example): \(outcome.errors)")
      #expect(!outcome.output.hasPrefix("{\"error\""), "\(example): \(outcome.output.prefix(200))")
      #expect(!outcome.output.isEmpty || example.contains(" -o "), "\(example)")
    }
    let csv = try String(contentsOfFile: folder.path("packets.csv"), encoding: .utf8)
    #expect(csv.split(whereSeparator: \.isNewline).count == (try database.count("select count(*) from packet")) + 1)
    try nanocap("import", folder.path("keepalive.pcap"), "--database", folder.path("b.db"))
    let count = "select count(*) from message where msg_type = 2"
    #expect(try Database(folder.path("b.db")).count(count) == database.count(count))
  }

  @Test func headAndWrongMethodsAreAnswered() throws {
    #expect(try console.ask("/healthz", "-I").status == 200)
    #expect(try console.ask("/api/v1/capture/destroy", "-I").status == 405)
    #expect(try database.count("select count(*) from message") > 0)
    let wrong = try console.ask("/api/v1/status", "-X", "DELETE")
    #expect(wrong.status == 405 && wrong.header("Allow") == "GET" && !wrong.error.isEmpty)
  }

  // MARK: New: queries

  @Test func parametersAreBoundByPlaceAndByName() throws {
    let byPlace = try console.post(
      "/api/v1/capture/query", ["query": "select ?, ?, ?", "parameters": ["a'b", 2, 2.5]])
    #expect(byPlace.text.contains("[\"a'b\",2,2.5]"))
    let byName = try console.post(
      "/api/v1/capture/query", ["query": "select :x + :y as sum", "parameters": ["x": 40, "y": 2]])
    #expect(try byName.rows.first?.first as? Int == 42)
    let missing = try console.post("/api/v1/capture/query", ["query": "select :x", "parameters": ["y": 1]])
    #expect(missing.status == 400)
    #expect(missing.error == "the parameter :x has no value")
  }

  @Test func moreRowsThanTheLimitAreTold() throws {
    let answer = try console.post("/api/v1/capture/query", ["query": "select id from message", "limit": 7])
    #expect(try answer.rows.count == 7)
    #expect(try answer.object["truncated"] as? Bool == true)
    #expect(try console.query("select id from message", "&limit=3").object["truncated"] as? Bool == true)
  }

  @Test func pagesByKeyGiveEveryRowOnce() throws {
    var ids: [Int] = []
    var after: Any = NSNull()
    repeat {
      let answer = try console.post(
        "/api/v1/capture/query",
        [
          "query": "select id, length from message where direction = :d -- only these", "parameters": ["d": 0],
          "page": ["key": "id", "after": after, "limit": 37],
        ])
      ids += try answer.rows.compactMap { $0.first as? Int }
      after = try answer.object["next"] ?? NSNull()
    } while !(after is NSNull)
    let expected = try database.values("select id from message where direction = 0 order by id")
    #expect(ids.map(String.init) == expected.map { $0! })
  }

  @Test func resultsComeInThreeForms() throws {
    let sql = "select 1 as a, 'x,\"y\"' as b, null as c, x'00ff' as d"
    #expect(try console.query(sql, "&format=csv").text == "a,b,c,d\r\n1,\"x,\"\"y\"\"\",,00FF\r\n")
    #expect(
      try console.query(sql, "&format=ndjson").text == "{\"a\":1,\"b\":\"x,\\\"y\\\"\",\"c\":null,\"d\":\"00FF\"}\n")
    #expect(try console.query(sql, "&format=xml").error == "'format' must be json, csv, ndjson or rows")
  }

  @Test func downloadsAreWrittenAsTheCommandLineWritesThem() throws {
    for sql in [
      "select 'a' || char(13, 10) || 'b' as \"x,\ny\", char(10) as b, char(13) as c, 1.5 as d", "select null as a",
      "select '' as a",
      "select 1 as id, 2 as id_2, 3 as id, 9e999 as id, -9e999 as x",
    ] {
      let csv = try nanocap("query", sql, "--database", folder.path("a.db"), "--format", "csv").output
      #expect(try console.query(sql, "&format=csv").text == csv)
    }
    #expect(
      try console.query("select 1 as id, 2 as id_2, 3 as id, 9e999 as id", "&format=ndjson").text
        == "{\"id\":1,\"id_2\":2,\"id_3\":3,\"id_4\":\"Infinity\"}\n")
    #expect(try console.query("select 9e999, -9e999").text.contains("[\"Infinity\",\"-Infinity\"]"))
  }

  @Test func downloadHasAllRows() throws {
    let sql = "with recursive n(x) as (select 1 union all select x + 1 from n where x < 300000) select x from n"
    #expect(try console.query(sql).rows.count == 10_000)
    let lines = try console.query(sql, "&format=csv").text.split(whereSeparator: \.isNewline)
    #expect(lines.count == 300_001)
    #expect(lines.last == "300000")
    #expect(try console.query(sql, "&download=1").rows.count == 300_000)
  }

  @Test func integersThatJavaScriptCannotHoldCanBeTexts() throws {
    let sql = "select 9007199254740993, 5"
    let answer = try console.post("/api/v1/capture/query", ["query": sql, "big_integers": "text"])
    #expect(answer.text.contains("[\"9007199254740993\",5]"))
    #expect(try console.query(sql).text.contains("[9007199254740993,5]"))
  }

  @Test func explainTellsThePlan() throws {
    let answer = try console.post("/api/v1/explain", ["query": "select * from message where id = 1"])
    let plan = try #require(try answer.object["plan"] as? [[String: Any]])
    #expect((plan.first?["detail"] as? String)?.contains("SEARCH message USING INTEGER PRIMARY KEY") == true)
    #expect(try console.post("/api/v1/explain", ["query": "drop table message"]).status == 403)
  }

  // MARK: New: messages and connections

  @Test(arguments: [false, true])
  func messageIsShownFieldByField(isStored: Bool) throws {
    let name = isStored ? "stored.db" : "file.db"
    let capture = folder.path("copy.pcap")
    try FileManager.default.copyItem(
      at: Place.samples.appending(path: "node-v25-ascending.pcap"), to: URL(filePath: capture))
    try nanocap("import", capture, "--database", folder.path(name), "--set", "capture.raw_details=\(isStored)")
    let other = try ConsoleProcess(["serve", "--database", name], folder: folder)
    for id in try Database(folder.path(name)).values("select min(id) from message group by msg_type") {
      let answer = try other.ask("/api/v1/message/\(id!)").object
      #expect(answer["bytes_from"] as? String == (isStored ? "database" : "file"))
      let bytes = try #require(answer["bytes"] as? String)
      let message = try #require(answer["message"] as? [String: Any])
      #expect(bytes.count == 2 * (message["length"] as? Int ?? 0))
      let root = try #require((answer["fields"] as? [[String: Any]])?.first)
      #expect(root["length"] as? Int == message["length"] as? Int)
      // Every leaf's bytes are within the message, in order, and the header's are the first.
      var end = 0
      func walk(_ node: [String: Any]) throws {
        let children = try #require(node["fields"] as? [[String: Any]])
        for child in children { try walk(child) }
        guard children.isEmpty, let offset = node["offset"] as? Int, let length = node["length"] as? Int else { return }
        #expect(offset >= end)
        end = offset + length
      }
      try walk(root)
      #expect(end == message["length"] as? Int)
      let header = try #require((root["fields"] as? [[String: Any]])?.first)
      #expect(header["doc"] as? String == "What kind of message this is, and flags that the body depends on.")
      let type = try #require((header["fields"] as? [[String: Any]])?.first { $0["name"] as? String == "message_type" })
      #expect(type["value"] as? Int == message["msg_type"] as? Int)
      #expect(type["text"] as? String == answer["type"] as? String)
    }
    guard !isStored else { return }
    // Another file of the same name is not taken for the capture.
    try Data(contentsOf: Place.samples.appending(path: "node-v24-bootstrap.pcap")).write(to: URL(filePath: capture))
    let answer = try other.ask("/api/v1/message/1").object
    #expect(answer["bytes"] is NSNull)
    #expect((answer["bytes_missing"] as? String)?.contains("capture.raw_details") == true)
  }

  @Test func flowHasItsMessagesAndEvents() throws {
    let flow = try #require(try database.values("select flow_id from message group by 1 order by count(*) desc").first!)
    let total = try database.count("select count(*) from message where flow_id = \(flow)")
    var found = 0
    var after = 0
    while true {
      let answer = try console.ask("/api/v1/flow/\(flow)?after=\(after)&limit=50").object
      found += (answer["messages"] as? [Any])?.count ?? 0
      #expect((answer["events"] as? [[String: Any]])?.first?["event"] as? String == "open connection")
      guard let next = answer["next"] as? Int else { break }
      after = next
    }
    #expect(found == total)
    #expect(try console.ask("/api/v1/flow/999999").status == 404)
    #expect(try console.ask("/api/v1/message/999999").error == "there is no message 999999")
  }

  // MARK: New: the rest

  @Test func suggestedIndicesAreMadeAndUsed() throws {
    let plan = "select * from message where flow_id = 3"
    func detail() throws -> String { try console.post("/api/v1/explain", ["query": plan]).text }
    #expect(try detail().contains("SCAN message"))
    let made = try console.post("/api/v1/indices/make")
    #expect(made.status == 200, "\(made.text)")
    let after = try detail()
    #expect(after.contains("INDEX message_by_flow_id"), "\(after)")
    let indices = try #require(try console.ask("/api/v1/indices").object["indices"] as? [[String: Any]])
    #expect(indices.allSatisfy { $0["exists"] as? Bool == true })
  }

  @Test func metricsAreInPrometheusFormat() throws {
    let answer = try console.ask("/metrics")
    #expect(answer.header("Content-Type")?.hasPrefix("text/plain; version=0.0.4") == true)
    for line in answer.text.split(separator: "\n") where !line.hasPrefix("#") {
      #expect(line.wholeMatch(of: /nanocap_[a-z_]+(\{[a-z]+="[^"]*"\})? -?\d+/) != nil, "\(line)")
    }
    #expect(
      answer.text.contains(
        "nanocap_database_bytes \(try console.status()["database"].map { ($0 as? [String: Any])?["bytes"] as? Int ?? 0 } ?? 0)"
      ))
    #expect(try console.ask("/healthz").text == "ok\n")
  }

  @Test func importsOfFilesInTheFolderAreOffered() throws {
    try FileManager.default.copyItem(
      at: Place.samples.appending(path: "node-v24-bootstrap.pcap"), to: folder.url.appending(path: "more.pcap"))
    let files = try #require(try console.ask("/api/v1/import/files").object["files"] as? [[String: Any]])
    #expect(files.map { $0["file"] as? String } == ["more.pcap"])
    let before = try database.count("select count(*) from message")
    #expect(try console.post("/api/v1/import", ["file": "more.pcap"]).status == 200)
    try console.wait(60) { $0["importing"] as? Bool == false && $0["end_reason"] as? String == "end of file" }
    #expect(try database.count("select count(*) from message") > before)
    let imported = try database.count("select count(*) from message")
    let answer = try console.post("/api/v1/import", ["file": "more.pcap"])
    #expect(answer.status >= 400 && answer.error.contains("has been imported before"), "\(answer.error)")
    #expect(try console.post("/api/v1/import", ["file": "more.pcap", "again": true]).status == 200)
    try console.wait(60) { $0["importing"] as? Bool == false }
    #expect(try database.count("select count(*) from message") > imported)
    #expect(try console.post("/api/v1/import", ["file": "none.pcap"]).status == 404)
    try Data("no capture".utf8).write(to: folder.url.appending(path: "text.pcap"))
    #expect(try console.post("/api/v1/import", ["file": "text.pcap"]).error.contains("text.pcap"))
  }

  @Test func destroyEmptiesTheDatabase() throws {
    #expect(try console.post("/api/v1/capture/destroy").status == 200)
    #expect(try console.ask("/api/v1/count/packet").object["count"] as? Int == 0)
    #expect(try console.query("select count(*) from flow").rows.first?.first as? Int == 0)
    #expect(try database.count("select count(*) from message") == 0)
  }

  /// What the API says of itself is held against what it does.
  @Test func openAPIDescriptionIsTrue() throws {
    let document = try console.ask("/api/v1/openapi.json").object
    #expect(document["openapi"] as? String == "3.1.0")
    let server = try #require((document["servers"] as? [[String: String]])?.first?["url"])
    #expect(
      URL(string: server, relativeTo: URL(string: "http://h/p/api/v1/openapi.json"))?.absoluteString == "http://h/p/")
    let paths = try #require(document["paths"] as? [String: [String: Any]])
    try FileManager.default.copyItem(
      at: Place.samples.appending(path: "node-v24-bootstrap.pcap"), to: folder.url.appending(path: "more.pcap"))
    let queries = [
      "/api/v1/capture/query": "?query=select+1", "/api/v1/explain": "?query=select+1",
      "/api/v1/export": "?format=csv",
    ]
    let bodies: [String: [String: Any]] = [
      "/api/v1/capture/query": ["query": "select 1 as n", "page": ["key": "n"]],
      "/api/v1/explain": ["query": "select 1"], "/api/v1/ask": ["question": "span"],
      "/api/v1/import": ["file": "more.pcap"], "/api/v1/capture/filter": ["filter": "tcp"],
      "/api/v1/queries/save": ["name": "a", "query": "select 1"], "/api/v1/value": ["value": "127.0.0.1"],
      "/api/v1/overview": ["from_us": 0, "to_us": 1, "width_us": 1],
    ]
    // A capture needs an interface, a file is no JSON, and nothing is saved yet: they have tests of their own.
    // Destroying comes last.
    let others: Set<String> = [
      "/api/v1/capture/start", "/api/v1/capture/toggle", "/api/v1/capture/rotate", "/api/v1/import/upload",
      "/api/v1/queries/remove", "/api/v1/events",
    ]
    var checked = 0
    for (path, methods) in paths.sorted(by: {
      $0.key.contains("destroy") ? false : $1.key.contains("destroy") || $0.key < $1.key
    })
    where !others.contains(path) {
      for (method, operation) in methods {
        // An import that still runs refuses what comes after.
        try console.wait(60) { $0["importing"] as? Bool == false }
        let place = path.replacing("{id}", with: "1")
        let answer =
          method == "post"
          ? try console.post(place, bodies[path] ?? [:]) : try console.ask(place + (queries[path] ?? ""))
        #expect(answer.status == 200, "\(method) \(path): \(answer.text.prefix(200))")
        let operation = try #require(operation as? [String: Any])
        let responses = try #require(operation["responses"] as? [String: [String: Any]])
        let content = try #require(responses["200"]?["content"] as? [String: [String: Any]])
        let type = try #require(answer.header("Content-Type")?.split(separator: ";").first.map(String.init))
        let schema = try #require(content[type]?["schema"], "\(path) answers \(type)")
        if type == "application/json" {
          let value = try JSONSerialization.jsonObject(with: answer.body)
          #expect(JSONShape.problems(of: value, against: schema) == [], "\(method) \(path)")
        }
        checked += 1
      }
    }
    #expect(checked >= 20)
    for path in ["/api/v1/status", "/api/v1/capture/query", "/api/v1/message/{id}", "/metrics", "/healthz"] {
      #expect(paths[path] != nil)
    }
  }
}
