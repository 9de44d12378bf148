import Foundation
import Testing

/// The overview of a database at rest, from which everything leads to the messages behind it.
@Suite(.enabled(if: Browser.isPossible), .serialized) struct OverviewPageTests: PageSuite {
  let page: ConsoleInBrowser
  private let database: Database

  init() throws {
    page = try ConsoleInBrowser(width: 1440)
    database = try Database(page.folder.path("a.db"))
    try open("")
  }

  /// Opens the overview, and waits until it is complete.
  private func open(_ parameters: String) throws {
    try show("overview\(parameters)")
    try waitUntilComplete()
  }

  private func waitUntilComplete() throws {
    try browser.wait("document.querySelector('.grid[aria-busy=false] [data-panel=traffic] canvas')")
  }

  private func number(_ script: String) throws -> Int {
    try browser.wait("/[0-9]/.test(\(script))")
    return Int((try browser.evaluate(script) as? String ?? "").filter(\.isNumber)) ?? -1
  }

  private func tile(_ name: String) throws -> Int {
    try number("document.querySelector('[data-tile=\(name)] b')?.textContent ?? ''")
  }

  /// How many messages the list says that there are, once it does.
  private func listed() throws -> Int {
    try browser.wait("location.hash.startsWith('#/messages') && document.querySelector('[data-count]')")
    return try number("document.querySelector('[data-count]')?.textContent ?? ''")
  }

  private func hash() throws -> String { try browser.evaluate("decodeURIComponent(location.hash)") as? String ?? "" }

  /// The time that is chosen, as a condition for messages.
  private func chosenTime() throws -> String {
    try browser.wait("document.querySelector('[data-time]')")
    let bounds = try browser.evaluate(
      """
      import('./selection.js').then(({Selection}) => {
        const chosen = Selection.of(new URLSearchParams(location.hash.split('?')[1]));
        return `time_us >= ${chosen.from} and time_us < ${chosen.to}`;
      })
      """)
    return try #require(bounds as? String)
  }

  @Test func itSaysWhatIsInTheDatabase() throws {
    #expect(try tile("packets") == database.count("select sum(packets) from run"))
    #expect(try tile("messages") == database.count("select count(*) from message"))
    #expect(try tile("flows") == database.count("select count(*) from flow"))
    // What goes by the second is not shown where nothing happens.
    #expect(try browser.evaluate("document.querySelector('[data-tile=rate]').hidden") as? Bool == true)
    #expect(try browser.evaluate("document.querySelector('[data-panel=live]').hidden") as? Bool == true)
    #expect(browser.problems == [])
  }

  @Test func aTypeLeadsToItsMessages() throws {
    let count = try number("document.querySelector('.bar .number').textContent")
    try browser.click(".bar")
    #expect(try listed() == count)
    #expect(count < (try database.count("select count(*) from message")))
    #expect(browser.problems == [])
  }

  @Test func aDragNarrowsThePageAndAClickLeadsToMessages() throws {
    let all = try tile("messages")
    let chart = "[data-panel=traffic] .chart"
    let (left, top) = (try browser.box(chart, "left"), try browser.box(chart, "top"))
    let width = try browser.box(chart, "width")
    // The left half, and a little of its margin.
    try browser.drag(from: (left + width * 0.1, top + 100), to: (left + width * 0.5, top + 110))
    let time = try chosenTime()
    try waitUntilComplete()
    let some = try tile("messages")
    #expect(some > 0 && some < all)
    #expect(try some == database.count("select count(*) from message where \(time)"))
    #expect(
      try tile("flows") == database.count("select count(distinct flow_id) from message where \(time)"))
    let types = try database.count("select count(distinct msg_type) from message where \(time)")
    #expect(try browser.evaluate("document.querySelectorAll('a.bar').length") as? Double == Double(types))
    // Everything leads to what is behind it, within the time.
    let count = try number("document.querySelector('a.bar .number').textContent")
    try browser.click("a.bar")
    #expect(try listed() == count)
    try browser.evaluate("history.back()")
    try browser.wait("document.querySelector('[data-time]')")
    try waitUntilComplete()
    try browser.click("[data-tile=flows]")
    try browser.wait("location.hash.startsWith('#/connections') && document.querySelectorAll('.list-row').length")
    #expect(
      try browser.evaluate("document.querySelectorAll('.list-row').length") as? Double
        == Double(try database.count("select count(distinct flow_id) from message where \(time)")))
    try browser.evaluate("history.back()")
    try browser.wait("document.querySelector('[data-time]')")
    try waitUntilComplete()
    // A click on a piece leads to its messages.
    try browser.drag(from: (left + width * 0.5, top + 100), to: (left + width * 0.5, top + 100))
    try browser.wait("location.hash.startsWith('#/messages')")
    #expect(try hash().contains("from=") && hash().contains("to="))
    // Back, and back again to all times.
    try browser.evaluate("history.back()")
    try browser.wait("document.querySelector('[data-time]')")
    try browser.click("[data-time] a")
    try browser.wait("location.hash === '#/overview' && !document.querySelector('[data-time]')")
    #expect(try tile("messages") == all)
    #expect(browser.problems == [])
  }

  @Test func theTimeLineIsUsedByKeyboard() throws {
    let line = "document.querySelector('[data-panel=traffic] .chart')"
    #expect(try browser.evaluate("\(line).getAttribute('role') + \(line).tabIndex") as? String == "slider0")
    #expect(try browser.evaluate("\(line).getAttribute('aria-label')") as? String == "time line")
    try browser.evaluate("\(line).focus()")
    try browser.press("Home", code: 36)
    for _ in 0..<39 { try browser.press("ArrowRight", code: 39, modifiers: 8) }
    #expect(try browser.evaluate("\(line).getAttribute('aria-valuenow')") as? String == "39")
    #expect(try browser.evaluate("\(line).getAttribute('aria-valuetext').includes(' to ')") as? Bool == true)
    #expect(try browser.evaluate("document.querySelector('.brush').hidden") as? Bool == false)
    try browser.press("Enter", code: 13)
    let time = try chosenTime()
    try waitUntilComplete()
    #expect(try tile("messages") == database.count("select count(*) from message where \(time)"))
    // The line has the focus again.
    try browser.wait("document.activeElement === \(line)")
    try browser.press("End", code: 35)
    try browser.press("Escape", code: 27)
    #expect(try browser.evaluate("document.querySelector('.brush').hidden") as? Bool == true)
    try browser.press("Home", code: 36)
    try browser.press("m", code: 77)
    #expect(try listed() > 0)
    #expect(browser.problems == [])
  }

  @Test func aFilterNarrowsThePage() throws {
    // The address changes before the page does.
    try browser.evaluate("document.querySelector('.grid').dataset.former = ''")
    try browser.click("[name=filter]")
    try browser.type("type == asc_pull_req")
    try browser.press("Enter", code: 13)
    try browser.wait("location.hash.includes('filter=') && !document.querySelector('.grid[data-former]')")
    try waitUntilComplete()
    #expect(try browser.evaluate("document.activeElement.name") as? String == "filter")
    let requests = try database.count("select count(*) from message where msg_type = 14")
    #expect(try tile("messages") == requests && requests > 0)
    #expect(try browser.evaluate("document.querySelectorAll('a.bar').length") as? Double == 1)
    // What is wrong is told at its place.
    try browser.open("\(console.url)/#/overview?filter=type%20%3D%3D%20nothing")
    try browser.wait("document.querySelector('.filter-error')?.textContent.includes('^')")
    #expect(browser.problems.allSatisfy { $0.contains("400") }, "\(browser.problems)")
  }

  @Test func delaysLeadToTheirMessages() throws {
    try browser.wait("document.querySelector('[data-panel=latency] canvas')")
    let cells =
      "[...document.querySelectorAll('[data-panel=latency] tr:nth-child(2) td')].map(cell => cell.textContent)"
    let row = try #require(try browser.evaluate(cells) as? [String])
    let answers = try database.count("select count(*) from message_answer")
    #expect(row[0] == "asc_pull_req" && Int(row[1]) == answers && row[2] == "0" && Int(row[3]) == answers)
    let longest = try database.count("select max(delay_us) from message_answer")
    #expect(row[6].hasPrefix(String(format: longest < 1_000_000 ? "%.3f" : "%.0f", Double(longest) / 1000)), "\(row)")
    try browser.click("[data-panel=latency] tr:nth-child(2) td:nth-child(7) a")
    #expect(
      try listed() == database.count("select count(*) from message_answer where delay_us = \(longest)"))
    #expect(browser.problems == [])
  }

  @Test func whatTheDescriptionAsksIsShown() throws {
    let titles = try browser.evaluate("[...document.querySelectorAll('[data-query]')].map(one => one.dataset.query)")
    #expect((titles as? [String])?.first == "Nodes that sent most" && (titles as? [String])?.count == 6)
    // A node leads to its page, a line is drawn over the time, a bar leads to its messages.
    #expect(
      try browser.evaluate(
        "document.querySelector('[data-query=\"Nodes that sent most\"] td a').href.includes('#/value?')") as? Bool
        == true)
    try browser.wait("document.querySelector('[data-query=\"Normal and final votes\"] [role=slider] canvas')")
    let bar = "[data-query=\"Representatives that voted most\"] .bar .number a"
    let count = try number("document.querySelector('\(bar)').textContent")
    try browser.click(bar)
    #expect(try listed() == count && count > 0)
    #expect(browser.problems == [])
  }

  @Test func issuesAndRunsLeadToWhatIsBehindThem() throws {
    try system(
      "sqlite3", folder.path("a.db"),
      """
      insert into decode_issue (flow_id, direction, message_id, time_us, stream_offset, length, kind, detail)
      select flow_id, direction, id, time_us, stream_offset, 3, 'invalid', '' from message where id in (3, 4)
      union all select flow_id, direction, null, time_us, stream_offset, 1000, 'gap', '' from message where id = 5;
      update run set dropped_kernel = 7;
      update flow set lost_bytes = 500 + id;
      """)
    try open("")
    #expect(try tile("issues") == 3 && tile("dropped") == 7)
    try browser.wait("document.querySelector('[data-panel=issues] canvas')")
    #expect(try browser.text("[data-panel=runs] td.bad") == "7")
    try browser.click("[data-panel=issues] td a")
    #expect(try listed() == 2)
    try browser.evaluate("history.back()")
    try browser.wait("location.hash.startsWith('#/overview')")
    try waitUntilComplete()
    try browser.click("[data-panel=issues] tr:nth-child(3) td.number a")
    try browser.wait("location.hash.startsWith('#/query') && document.querySelectorAll('.results tr').length === 2")
    #expect(try browser.text(".results").contains("gap"))
    try open("")
    try browser.click("[data-panel=issues] p a")
    try browser.wait("location.hash.startsWith('#/connections') && document.querySelectorAll('.list-row').length")
    #expect(try browser.evaluate("document.querySelector('select').value") as? String == "most lost")
    try open("?filter=type%20%3D%3D%20keepalive")
    try browser.click("[data-panel=runs] td a")
    #expect(try listed() == database.count("select count(*) from message where msg_type = 2"))
    #expect(browser.problems == [])
  }
}
