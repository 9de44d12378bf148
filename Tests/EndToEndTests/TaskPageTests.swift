import Foundation
import Testing

/// Tasks of real work, with the steps of Documentation/Tasks.md: what is clicked there is clicked here, and nothing else.
@Suite(.enabled(if: Browser.isPossible), .serialized) struct TaskPageTests: PageSuite {
  let page: ConsoleInBrowser
  private let database: Database

  init() throws {
    page = try ConsoleInBrowser("node-v24-bootstrap.pcap", width: 1280)
    database = try Database(page.folder.path("a.db"))
    try show("overview")
    try browser.wait("document.querySelector('.bar')")
  }

  /// Puts a value into the field for one.
  private func find(_ value: String) throws {
    try browser.press("/", code: 191)
    try browser.type(value)
    try browser.press("Enter", code: 13)
  }

  /// Clicks on a page's name.
  private func go(to page: String) throws { try browser.click("#tabs a[data-view=\(page)]") }

  /// Chooses an example on the page Query, and runs it.
  private func runExample(_ name: String) throws {
    try go(to: "query")
    try browser.wait("document.querySelector('.CodeMirror')")
    try browser.evaluate(
      """
      (() => { const list = document.querySelector('select[aria-label=Examples]');
      list.value = [...list.options].find(one => one.textContent === '\(name)').value;
      list.dispatchEvent(new Event('change')); })()
      """)
    try browser.press(button: "Run")
    try browser.wait("/ rows,/.test(document.querySelector('[data-state]').textContent)")
  }

  /// The texts of a table's rows, without its head.
  private func rows(_ place: String) throws -> [[String]] {
    let texts =
      "[...document.querySelectorAll('\(place) tr')].slice(1).map(row => [...row.cells].map(cell => cell.textContent))"
    return try browser.evaluate(texts) as? [[String]] ?? []
  }

  @Test func `which peer sent this block first`() throws {
    let hash = try #require(try database.values("select hash from block order by packet_id desc limit 1").first ?? nil)
    try find(hash)
    let panel = "[data-query=\"Where it was seen first\"]"
    try browser.wait("document.querySelector('\(panel) td')")
    let first = try #require(try rows(panel).first)
    // What a request of the legacy bootstrap brought was sent by the other side.
    let sender = try database.values(
      """
      select iif(p.msg_type = 6, p.dstip || ' ' || p.dstport, p.srcip || ' ' || p.srcport)
      from packet as p join message as m on m.id = p.id
      where p.id in (select packet_id from block where hash = '\(hash)') order by m.time_us, p.id limit 1
      """)
    #expect("\(first[4]) \(first[5])" == sender.first ?? nil)
    #expect(try !rows("[data-query=\"How it spread\"]").isEmpty)
    expectNoTrouble(browser, console)
  }

  @Test func `why this connection ended`() throws {
    try browser.click("[data-tile=flows]")
    try browser.wait("document.querySelector('.list-row')?.children.length > 5")
    // The list says it already; the conversation says what was before.
    let end = "document.querySelector('.list-row').lastElementChild.textContent"
    let reason = try #require(try browser.evaluate(end) as? String)
    try browser.click(".list-row")
    try browser.press("Enter", code: 13)
    try browser.wait("document.querySelector('.ladder .rung')")
    #expect(try browser.text("#view").contains(reason == "open" ? "; open" : "closed (\(reason))"))
    expectNoTrouble(browser, console)
  }

  @Test func `which representative votes late`() throws {
    try runExample("Representatives by the delay of their votes")
    let delays = try rows(".results").compactMap { Double($0[2]) }
    #expect(delays.count > 1 && delays == delays.sorted(by: >), "\(delays)")
    let accounts = Set(try rows(".results").map { $0[0] })
    #expect(accounts == Set(try database.values("select distinct account from vote").compactMap(\.self)))
    expectNoTrouble(browser, console)
  }

  @Test func `how many votes are duplicates`() throws {
    try runExample("Votes that came again, by representative")
    let duplicates = try rows(".results").compactMap { Int($0[2]) }.reduce(0, +)
    let (all, different) = (
      try database.count("select count(*) from vote"), try database.count("select count(distinct signature) from vote")
    )
    #expect(duplicates == all - different && all > 0)
    expectNoTrouble(browser, console)
  }

  @Test func `which messages fail to decode, and at which byte`() throws {
    // A request whose type the description does not know, between two messages that are right.
    func header(_ type: UInt8, _ extensions: UInt8) -> [UInt8] { [0x52, 0x41, 19, 19, 18, type, extensions, 0] }
    let keepalive = header(2, 0) + [UInt8](repeating: 0, count: 144)
    let wrong = header(14, 34) + [9] + [UInt8](repeating: 0, count: 42)
    let other = try TemporaryFolder()
    try CaptureFile.write([(0, keepalive), (0, wrong), (0, keepalive)], to: other.path("wrong.pcap"))
    try nanocap("import", other.path("wrong.pcap"), "--database", other.path("a.db"))
    let console = try ConsoleProcess(["serve", "--database", "a.db"], folder: other)
    let browser = try Browser()
    try browser.open("\(console.url)/#/overview")
    try browser.wait("document.querySelector('[data-tile=issues] b')?.textContent === '1'")
    try browser.click("[data-tile=issues]")
    try browser.click(".results a[href^=\"#/messages?id=\"]")
    try browser.wait("document.querySelector('.hex .fault')")
    let marked =
      "[...document.querySelectorAll('.hex [data-at].fault')].map(one => one.dataset.at + ' ' + one.textContent)"
    #expect(try browser.evaluate(marked) as? [String] == ["8 09"])
    // And the field that it is.
    try browser.click("[data-fault]")
    try browser.wait("document.querySelector('.node.marked')?.dataset.field === 'type'")
    expectNoTrouble(browser, console)
  }

  @Test func `what was on the wire at a second, and exactly that in a file`() throws {
    try go(to: "messages")
    try browser.click("input[name=filter]")
    try browser.type("time >= 05:49:50 and time < 05:49:51")
    try browser.press("Escape", code: 27)
    try browser.press("Enter", code: 13)
    let count = try database.count(
      "select count(*) from message where datetime(time_us / 1000000, 'unixepoch') = '2026-11-23 05:49:50'")
    try browser.wait("document.querySelector('[data-count]')?.textContent === '\(count) messages'")
    #expect(count > 0)
    // Rows whose messages are still to come have one cell.
    try browser.wait("document.querySelector('.list-row') && !document.querySelector('.list-row > :only-child')")
    let times = "[...document.querySelectorAll('.list-row')].map(row => row.children[1].textContent.slice(0, 8))"
    #expect(Set(try browser.evaluate(times) as? [String] ?? []) == ["05:49:50"])
    try browser.saveDownloads(in: folder.path("downloads"))
    try browser.click(".export > summary")
    try browser.click("[data-export=pcap]")
    try wait(60) { FileManager.default.fileExists(atPath: folder.path("downloads/messages.pcap")) }
    try nanocap("import", folder.path("downloads/messages.pcap"), "--database", folder.path("b.db"))
    // A packet may carry what comes just before or after, too.
    let second = "where datetime(time_us / 1000000, 'unixepoch') = '2026-11-23 05:49:50'"
    let content = "select time_us || ' ' || length || ' ' || msg_type from message \(second) order by 1"
    #expect(try Database(folder.path("b.db")).values(content) == database.values(content))
    expectNoTrouble(browser, console)
  }

  @Test func `how the telemetry of two nodes differs`() throws {
    try runExample("The latest telemetry of each node")
    let nodes = try rows(".results")
    #expect(
      Set(nodes.map { $0[0] })
        == Set(try database.values("select distinct nodeid_as_account from telemetry").compactMap(\.self)))
    #expect(nodes.count == 2)
    // One with all that it has said.
    try browser.click(".results td a")
    try browser.wait("document.querySelectorAll('[data-query=\"Telemetry over time\"] tr').length > 1")
    expectNoTrouble(browser, console)
  }

  @Test func `where a hash occurs`() throws {
    let hash = try #require(
      try database.values("select previous from block where previous glob '*[1-9]*' order by packet_id limit 1").first
        ?? nil)
    try find(hash.lowercased())
    try browser.wait("document.querySelectorAll('[data-occurrences] tr').length > 1")
    try browser.click("[data-occurrences] a[href^=\"#/messages?id=\"]")
    try browser.wait("document.querySelector('.hex')")
    #expect(try browser.text(".detail").contains(hash))
    expectNoTrouble(browser, console)
  }

  @Test(.enabled(if: Cable.isPossible)) func `a live capture is watched and stopped`() throws {
    let cable = try Cable()
    let live = try TemporaryFolder()
    try SampleDatabase.copy(to: live.path("a.db"))
    let stored = try Database(live.path("a.db"))
    let before = try stored.count("select count(*) from message")
    let console = try ConsoleProcess(
      ["serve", "--database", "a.db", "--set", "capture.interface=far", "--set", "capture.filter=tcp"],
      prefix: cable.prefix, folder: live)
    let browser = try Browser(prefix: cable.prefix)
    try browser.openInNewNetwork("\(console.url)/#/capture")
    try browser.press(button: "Start capture")
    try browser.wait("document.querySelector('#state').textContent.includes('capturing on far')")
    try browser.click("#tabs a[data-view=messages]")
    try browser.wait("document.querySelector('[data-count]')?.textContent === '\(before) messages'")
    try cable.replay(Place.samples.appending(path: "node-v24-bootstrap.pcap").path, packetsPerSecond: 2000)
    // They come by themselves.
    let count = "parseInt(document.querySelector('[data-count]')?.textContent.replaceAll(',', ''))"
    try browser.wait("\(count) > \(before + 100)")
    try browser.click("#tabs a[data-view=capture]")
    try browser.press(button: "Stop")
    try browser.wait("document.querySelector('#state').textContent === 'idle'")
    #expect(try stored.count("select count(*) from message") > before + 100)
    expectNoTrouble(browser, console)
  }
}
