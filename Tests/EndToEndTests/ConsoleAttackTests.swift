import Foundation
import Testing

/// What a stranger may try. Each attempt is refused, and nothing is changed by it.
@Suite struct ConsoleAttackTests {
  private let folder: TemporaryFolder
  private let console: ConsoleProcess

  init() throws {
    folder = try TemporaryFolder()
    console = try ConsoleProcess.serving(in: folder)
  }

  /// Everything in the database, to see that it stays as it is.
  private func content() throws -> String { try system("sqlite3", "-readonly", folder.path("a.db"), ".dump").output }

  // MARK: SQL

  @Test func statementsThatDoMoreThanReadAreRefused() throws {
    let before = try content()
    let other = folder.path("other.db")
    for sql in [
      "drop table message", "delete from message", "insert into run (id) values (99)", "update flow set id = id + 1",
      "create table t (x)", "create temp table t (x)", "create view v as select 1", "create temp view v as select 1",
      "create trigger t after insert on run begin select 1; end", "alter table run add column x", "reindex", "analyze",
      "attach '\(other)' as o", "attach ':memory:' as o", "detach main", "vacuum", "vacuum into '\(other)'",
      "begin", "begin immediate", "commit", "rollback", "savepoint s", "release s", "select load_extension('x')",
      "pragma writable_schema = 1", "pragma journal_mode = delete", "pragma user_version = 7", "pragma query_only = 0",
      "pragma wal_checkpoint(truncate)", "pragma temp_store_directory = '/tmp'", "pragma database_list",
      "select * from pragma_database_list", "select 1; drop table message", "explain delete from message",
      "with x as (select 1) delete from message", "select readfile('/etc/passwd')", "select writefile('\(other)', 'x')",
      "select fts3_tokenizer('x')", "replace into run (id) values (1)", "select edit('x')",
    ] {
      let answer = try console.query(sql)
      #expect([400, 403].contains(answer.status), "\(sql): \(answer.status) \(answer.text.prefix(200))")
      #expect(!answer.error.isEmpty, "\(sql)")
      let posted = try console.post("/api/v1/capture/query", ["query": sql, "format": "csv"])
      #expect([400, 403].contains(posted.status), "\(sql) as csv: \(posted.status)")
    }
    #expect(try content() == before)
    #expect(!FileManager.default.fileExists(atPath: other))
    // What reads goes on to work.
    #expect(try console.query("select name from pragma_table_info('message') limit 1").status == 200)
    #expect(try console.query("select count(*) from json_each('[1,2]')").rows.first?.first as? Int == 2)
  }

  @Test func endlessQueriesEndInTime() throws {
    for sql in [
      "with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n",
      "select count(*) from message a, message b, message c, message d",
      "select max(length(replace(hex(zeroblob(900000)), '0', 'ab'))) from message a, message b, message c",
    ] {
      let seconds = try duration {
        let answer = try console.query(sql, "&timeout=1")
        #expect(answer.status == 400, "\(answer.text.prefix(200))")
        #expect(try answer.object["kind"] as? String == "timeout", "\(sql): \(answer.error)")
      }
      #expect(seconds < 8)
    }
    #expect(try console.query("select 1").status == 200)
  }

  @Test func hugeResultsAndValuesAreRefused() throws {
    for sql in [
      "select zeroblob(1e9)", "select hex(zeroblob(1e9))",
      "select randomblob(500000000)", "select group_concat(hex(randomblob(100000))) from message",
      "select hex(randomblob(1000000)) from message",
      "with recursive n(x) as (select 1 union all select x + 1 from n) select hex(randomblob(1000000)) from n",
    ] {
      let answer = try console.query(sql)
      #expect(answer.status == 400, "\(sql): \(answer.status)")
      // A slow machine may be at the limit of time first.
      #expect(["limit", "timeout"].contains(try answer.object["kind"] as? String), "\(sql): \(answer.error)")
    }
    // SQLite itself makes nothing of this one.
    #expect(try console.query("select printf('%1000000000d', 1)").rows.first?.first is NSNull)
    let status = try String(contentsOfFile: "/proc/\(pidOfProgram())/status", encoding: .utf8)
    let peak = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") }?.split(separator: " ").dropFirst().first
    #expect(Int(peak ?? "") ?? .max < 700_000, "kB: \(peak ?? "?")")
  }

  private func pidOfProgram() -> Int32 { console.process.processIdentifier }

  @Test func clientsThatLeaveTakeTheirQueriesAlong() throws {
    let clients = try (0..<8).map { _ in
      try console.startClient("/api/v1/capture/query?timeout=200&query=\(ConsoleProcess.endless)")
    }
    // All places are taken: another query has to wait.
    try wait(60) { try console.ask("/api/v1/count/packet", "--max-time", "1").status == 0 }
    clients.forEach(endAtOnce)
    try wait(60) { try console.ask("/api/v1/count/packet", "--max-time", "1").status == 200 }
  }

  @Test func clientsThatHangUpAtOnceKeepNothing() throws {
    // More than there are places for queries and for listeners.
    for path in ["/api/v1/capture/query?format=csv&query=select+*+from+message", "/api/v1/events", "/api/v1/message/1"]
    {
      let outcome = try system(
        "bash", "-c",
        """
        for i in $(seq 60); do
          exec 3<>/dev/tcp/127.0.0.1/\(console.port)
          printf 'GET \(path) HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\n\\r\\n' >&3
          exec 3>&- 3<&-
        done
        """)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    try wait(60) { try console.ask("/api/v1/count/packet", "--max-time", "2").status == 200 }
    #expect(try console.query("select 1", "&format=csv").text == "1\r\n1\r\n")
    try wait(60) { try console.ask("/api/v1/events", "--max-time", "1").text.contains("event: status") }
    // There are 32 places; those who have just left may hold some for a second.
    Thread.sleep(forTimeInterval: 1.5)
    let clients = try (0..<40).map { _ in try console.startClient("/api/v1/events") }
    defer { clients.forEach(endAtOnce) }
    try wait(60) { try console.ask("/api/v1/events", "--max-time", "1").status == 503 }
  }

  // MARK: Other sites

  @Test func requestsOfOtherSitesAreRefused() throws {
    let before = try content()
    let headers = [
      "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Origin: http://evil.example", "Origin: null",
      "Origin: http://127.0.0.1:1", "Referer: http://evil.example/page",
    ]
    for path in ["start", "stop", "toggle", "destroy", "query?query=select+1"] {
      for header in headers {
        #expect(try console.ask("/api/v1/capture/\(path)", "-H", header).status == 403, "GET \(path), \(header)")
        #expect(
          try console.post("/api/v1/capture/\(path)", ["query": "select 1"], "-H", header).status == 403,
          "POST \(path), \(header)")
      }
    }
    for path in ["/api/v1/import", "/api/v1/indices/make"] {
      #expect(try console.post(path, ["file": "a.pcap"], "-H", headers[0]).status == 403)
    }
    // A form of another site can send no JSON; and without any mark of its origin it is still no JSON.
    #expect(try console.ask("/api/v1/import", "-X", "POST", "-d", "file=a.pcap").status == 415)
    #expect(try console.status()["capturing"] as? Bool == false)
    #expect(try content() == before)
    // The page itself may.
    let own = ["-H", "Sec-Fetch-Site: same-origin", "-H", "Origin: \(console.url)"]
    #expect(try console.ask("/api/v1/status", options: own).status == 200)
  }

  @Test func namesThatPointHereAreNotEnough() throws {
    for host in [
      "evil.example", "evil.example:\(console.port)", "127.0.0.1.evil.example", "localhost.evil.example", "",
    ] {
      for path in ["/", "/api/v1/status", "/api/v1/capture/destroy"] {
        let status = try console.ask(path, "-H", "Host: \(host)").status
        #expect(status == 421 || (host.isEmpty && status == 400), "\(host)\(path): \(status)")
      }
    }
    for host in ["localhost", "localhost:1234", "127.0.0.1", "[::1]:80"] {
      #expect(try console.ask("/api/v1/status", "-H", "Host: \(host)").status == 200, "\(host)")
    }
  }

  // MARK: Paths

  @Test func pathsLeadNowhereElse() throws {
    for path in [
      "/../../../../etc/passwd", "/..%2f..%2f..%2f..%2fetc%2fpasswd", "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
      "//etc/passwd", "/vendor/../../../etc/passwd", "/views/..%5c..%5cetc%5cpasswd", "/etc/passwd", "/a.db",
      "/%00", "/index.html%00.js", "/api/v1/../../etc/passwd",
    ] {
      let answer = try console.ask(path, "--path-as-is")
      #expect([400, 404].contains(answer.status), "\(path): \(answer.status)")
      #expect(!answer.text.contains("root:"), "\(path)")
    }
  }

  @Test func importsStayInTheirFolder() throws {
    let before = try content()
    let outside = try TemporaryFolder()
    let capture = outside.path("secret.pcap")
    try FileManager.default.copyItem(
      at: Place.samples.appending(path: "node-v24-bootstrap.pcap"), to: URL(filePath: capture))
    try FileManager.default.createSymbolicLink(atPath: folder.path("link.pcap"), withDestinationPath: capture)
    let up = "../\(outside.url.lastPathComponent)/secret.pcap"
    for file in [capture, up, "./\(up)", "link.pcap", "/etc/passwd", "../../../etc/passwd", "", "."] {
      let answer = try console.post("/api/v1/import", ["file": file])
      #expect([file.isEmpty ? 400 : 403, 404, 409].contains(answer.status), "\(file): \(answer.status) \(answer.text)")
    }
    #expect(try content() == before)
    #expect(try console.post("/api/v1/import", ["file": 5]).error == "'file' must be a text, and not empty")
  }

  // MARK: Size and time

  @Test func oversizedRequestsAreRefused() throws {
    try Data(repeating: UInt8(ascii: "x"), count: 2 << 20).write(to: folder.url.appending(path: "big"))
    let big = try console.ask(
      "/api/v1/capture/query", "-X", "POST", "-H", "Content-Type: application/json", "--data-binary",
      "@\(folder.path("big"))")
    #expect(big.status == 413)
    let header = try console.ask("/api/v1/status", "-H", "X-Long: \(String(repeating: "x", count: 60_000))")
    #expect([400, 431].contains(header.status), "\(header.status)")
    let many = (0..<200).flatMap { ["-H", "X-\($0): 1"] }
    #expect([400, 431].contains(try console.ask("/api/v1/status", options: many).status))
    let address = try console.ask("/api/v1/capture/query?query=" + String(repeating: "x", count: 100_000))
    #expect([400, 414, 431].contains(address.status), "\(address.status)")
    let long = #"{"query": "select '"# + String(repeating: "x", count: 300_000) + #"'"}"#
    try Data(long.utf8).write(to: folder.url.appending(path: "long"))
    let sql = try console.ask(
      "/api/v1/capture/query", "-X", "POST", "-H", "Content-Type: application/json", "--data-binary",
      "@\(folder.path("long"))")
    #expect(sql.status == 400)
    #expect(
      try console.ask("/api/v1/capture/query", "-X", "POST", "-H", "Content-Type: application/json", "-d", "[1").status
        == 400)
    #expect(try console.status()["capturing"] as? Bool == false)
  }

  // MARK: The token

  @Test func othersNeedAToken() throws {
    let open = try ConsoleProcess(
      ["serve", "--database", "a.db", "--bind", "0.0.0.0"], folder: folder)
    let token = try #require(open.token)
    #expect(token.count == 64)
    let kept = try FileManager.default.attributesOfItem(atPath: folder.path("a.db.token"))
    #expect(kept[.posixPermissions] as? Int == 0o600)
    for path in ["/", "/api/v1/status", "/api/v1/capture/destroy", "/app.js", "/metrics"] {
      #expect(try open.ask(path).status == 401, "\(path)")
      #expect(try open.ask(path, "-H", "Authorization: Bearer \(token.dropLast())0x").status == 401)
      #expect(try open.ask(path, "-H", "Cookie: nanocap_token=\(token.dropLast())x").status == 401)
    }
    #expect(try open.ask("/?token=wrong").status == 401)
    #expect(try open.ask("/healthz").status == 200)
    #expect(try open.ask("/api/v1/status", "-H", "Authorization: Bearer \(token)").status == 200)
    let enter = try open.ask("/?token=\(token)")
    #expect(enter.status == 303)
    let cookie = try #require(enter.header("Set-Cookie"))
    #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"))
    #expect(try open.ask("/", "-H", "Cookie: nanocap_token=\(token)").status == 200)
    // The token is the same after a restart, and one of one's own counts.
    #expect(try ConsoleProcess(["serve", "--database", "a.db", "--bind", "0.0.0.0"], folder: folder).token == token)
    let own = try ConsoleProcess(["serve", "--database", "a.db", "--set", "web.token=my own secret"], folder: folder)
    #expect(try own.ask("/api/v1/status").status == 401)
    #expect(try own.ask("/api/v1/status", "-H", "Authorization: Bearer my own secret").status == 200)
  }

  @Test func answersTellBrowsersWhatToTrust() throws {
    for path in ["/", "/app.js", "/api/v1/status", "/nothing"] {
      let answer = try console.ask(path)
      let policy = try #require(answer.header("Content-Security-Policy"))
      #expect(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"))
      #expect(!policy.contains("unsafe"))
      #expect(answer.header("X-Content-Type-Options") == "nosniff")
      #expect(answer.header("Access-Control-Allow-Origin") == nil)
    }
    // No script in the page itself.
    #expect(try console.ask("/").text.matches(of: /<script(?![^>]*src=)|\son[a-z]+=|javascript:/).isEmpty)
  }
}
