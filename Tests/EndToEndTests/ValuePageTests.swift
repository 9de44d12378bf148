import Foundation
import Testing

/// A value's page in a real browser, and what the API says of a value.
@Suite(.serialized) struct ValuePageTests {
  private let folder: TemporaryFolder
  private let console: ConsoleProcess
  private let database: Database

  init() throws {
    folder = try TemporaryFolder()
    console = try ConsoleProcess.serving(in: folder)
    database = try Database(folder.path("a.db"))
  }

  /// A block that was voted for.
  private func votedBlock() throws -> String {
    try #require(
      try database.values(
        "SELECT hash FROM block WHERE EXISTS (SELECT 1 FROM vote WHERE instr(hashes, hash)) ORDER BY hash LIMIT 1"
      ).first ?? nil)
  }

  // MARK: The API

  @Test func `a value is told with its places, its occurrences, and what may be asked`() throws {
    let hash = try votedBlock()
    let answer = try console.post("/api/v1/value", ["value": " \(hash.lowercased()) ", "limit": 2])
    #expect(answer.status == 200, "\(answer.text)")
    let found = try answer.object
    #expect(found["value"] as? String == hash.lowercased() && found["everywhere"] as? Bool == false)
    let kinds = try #require(found["kinds"] as? [[String: Any]])
    #expect(
      kinds.map { $0["name"] as? String } == ["block_hash"] && kinds[0]["doc"] as? String == "The hash of a block.")
    let queries = try #require(kinds[0]["queries"] as? [[String: String?]])
    let votes = try #require(queries.first { $0["title"] == "Who voted when" }?["query"] ?? nil)
    // The value is in its place, as the store has it.
    #expect(votes.contains("'\(hash)'") && !votes.contains(":value"))
    #expect(try !console.query(votes).rows.isEmpty)
    let places = try #require(found["places"] as? [[String: Any]])
    let vote = try #require(places.first { $0["table"] as? String == "vote" })
    #expect(vote["rows"] as? Int == (try database.count("SELECT count(*) FROM vote WHERE instr(hashes, '\(hash)')")))
    let occurrences = try #require(found["occurrences"] as? [[String: Any]])
    #expect(occurrences.count == 2)
    for one in occurrences {
      let id = try #require(one["message"] as? Int)
      let message = try console.ask("/api/v1/message/\(id)").object
      #expect(one["source"] as? String == message["source"] as? String)
      #expect(one["destination"] as? String == message["destination"] as? String)
      #expect(one["type"] as? String == message["type"] as? String)
    }
  }

  @Test func `an address is told with its connections`() throws {
    let found = try console.post("/api/v1/value", ["value": "[::ffff:127.0.0.1]:7075", "limit": 1000]).object
    #expect((found["kinds"] as? [[String: Any]])?.map { $0["name"] as? String } == ["address"])
    let flows = (found["occurrences"] as? [[String: Any]] ?? []).filter { $0["table"] as? String == "flow" }
    #expect(
      !flows.isEmpty && flows.allSatisfy { $0["flow"] is Int && $0["message"] is NSNull && $0["source"] is String })
  }

  @Test func `what is of no kind is found in a small store, or where it is asked for`() throws {
    let cookie = try #require(try database.values("SELECT cookie FROM nodeid_query LIMIT 1").first ?? nil)
    let found = try console.post("/api/v1/value", ["value": cookie]).object
    #expect(found["everywhere"] as? Bool == true && (found["kinds"] as? [Any])?.isEmpty == true)
    #expect((found["places"] as? [[String: Any]])?.map { $0["column"] as? String } == ["cookie"])
    // A type of messages that is also the number of something else.
    let number = try console.post("/api/v1/value", ["value": "5", "everywhere": true]).object
    #expect((number["places"] as? [[String: Any]])?.contains { $0["column"] as? String == "msg_type" } == true)
  }

  @Test func `questions that make no sense are refused`() throws {
    for (body, words) in [
      ([:], "'value' is missing"), (["value": " \n"], "'value' must be a text, and not empty"),
      (["value": 5], "'value' must be a text, and not empty"),
      (["value": String(repeating: "x", count: 1001)], "'value' must be a text of at most 1000 characters"),
      (["value": "x", "limit": 0], "'limit' must be from 1 to 1000"),
      (["value": "x", "limit": 1001], "'limit' must be from 1"),
      (["value": "x", "everywhere": 2], "'everywhere' must be true or false"),
    ] as [([String: Any], String)] {
      let answer = try console.post("/api/v1/value", body)
      #expect(answer.status == 400 && answer.error.contains(words), "\(answer.text)")
    }
  }

  // MARK: The page

  /// The texts of a panel's table, row by row.
  private func table(_ browser: Browser, _ panel: String) throws -> [[String]] {
    let rows = "[...document.querySelectorAll('\(panel) tr')].map(row => [...row.cells].map(cell => cell.textContent))"
    return try browser.evaluate(rows) as? [[String]] ?? []
  }

  @Test(.enabled(if: Browser.isPossible))
  func `a hash is typed, and its page tells where the block was first and who voted`() throws {
    let hash = try votedBlock()
    let browser = try Browser()
    try browser.open("\(console.url)/#/schema")
    try browser.wait("document.querySelector('[data-table=vote]')")
    try browser.press("/", code: 191)
    try browser.wait("document.activeElement?.name === 'v'")
    try browser.type(hash.lowercased())
    try browser.evaluate("document.getElementById('find').requestSubmit()")
    try browser.wait("document.querySelectorAll('[data-query]').length > 4")
    try browser.wait("![...document.querySelectorAll('[data-query]')].some(one => one.textContent.includes('asking…'))")
    #expect(try browser.text("[data-kind=block_hash]").contains("The hash of a block."))
    let places = Set(try table(browser, "[data-places]").dropFirst().map { $0[0] })
    #expect(places.contains("vote.hashes"))
    // The first message is the earliest that has the block.
    let first = try database.values(
      "SELECT m.id FROM message AS m WHERE m.id IN (SELECT packet_id FROM block WHERE hash = '\(hash)') ORDER BY time_us, id LIMIT 1"
    )
    let seen = try table(browser, "[data-query=\"Where it was seen first\"]")
    #expect(seen.count == 2 && seen[1].first == first.first ?? nil)
    let voters = Set<String?>(try table(browser, "[data-query=\"Who voted when\"]").dropFirst().map { $0[0] })
    #expect(
      voters == Set(try database.values("SELECT DISTINCT account FROM vote WHERE instr(hashes, '\(hash)')"))
        && !voters.isEmpty)
    // From a voter to its own page, and from there to a query that can be changed.
    try browser.evaluate("document.querySelector('[data-query=\"Who voted when\"] td a').click()")
    try browser.wait("document.querySelector('[data-kind=account]')")
    try browser.wait("document.querySelectorAll('[data-query=\"Votes by it\"] tr').length > 1")
    try browser.evaluate("document.querySelector('[data-query=\"Votes by it\"] a').click()")
    try browser.wait("document.querySelectorAll('.results tr').length > 1 && location.hash.startsWith('#/query')")
    expectNoTrouble(browser, console)
  }

  @Test(.enabled(if: Browser.isPossible)) func `values lead to their page by their column's kind`() throws {
    let browser = try Browser()
    func links(_ query: String) throws -> [String] {
      let sql = try #require(query.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
      try browser.open("\(console.url)/#/query?sql=\(sql)&run=1")
      try browser.wait(
        "document.querySelectorAll('.results tr').length > 1 && document.querySelector('[data-state]').textContent.includes('rows')"
      )
      let hrefs = "[...document.querySelectorAll('.results td a')].map(one => one.getAttribute('href'))"
      let found = try browser.evaluate(hrefs) as? [String] ?? []
      try browser.open("about:blank")
      return found
    }
    // A cookie looks like a hash, and is none; a list has a link for each of its values.
    #expect(try links("select cookie from nodeid_query limit 1") == [])
    let list = try #require(try database.values("SELECT hashes FROM vote WHERE vote_count > 1 LIMIT 1").first ?? nil)
    #expect(
      try links("select hashes from vote where vote_count > 1 limit 1")
        == list.split(separator: ",").map { "#/value?v=\($0)" })
    #expect(try links("select address from keepalive_host limit 1").allSatisfy { $0.hasPrefix("#/value?v=") })
    // What the query has renamed is told by what it looks like.
    #expect(try links("select hash as x from block limit 1").count == 1)
    expectNoTrouble(browser, console)
  }

  @Test(.enabled(if: Browser.isPossible)) func `what is nowhere is said, and all columns are offered`() throws {
    let browser = try Browser()
    try browser.open("\(console.url)/#/value?v=nowhere")
    try browser.wait("document.querySelector('main')?.textContent.includes('It occurs nowhere.')")
    try browser.open("\(console.url)/#/value?v=127.0.0.1")
    try browser.wait("document.querySelector('[data-query=\"Traffic by type\"] td')")
    // Types have their names, and connections their links.
    #expect(try table(browser, "[data-query=\"Traffic by type\"]").contains { $0[0] == "confirm_ack" })
    try browser.evaluate(
      "[...document.querySelectorAll('main a')].find(one => one.textContent === 'Look into all columns').click()")
    try browser.wait("document.querySelectorAll('[data-places] tr').length > 1 && location.hash.includes('all=1')")
    try browser.open("\(console.url)/#/value")
    try browser.wait("document.querySelector('main')?.textContent.includes('into the field above')")
    expectNoTrouble(browser, console)
  }
}
