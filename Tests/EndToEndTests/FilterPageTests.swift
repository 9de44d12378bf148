import Foundation
import Testing

/// The filter above the console's messages, in a real browser.
@Suite(.enabled(if: Browser.isPossible), .serialized) struct FilterPageTests: PageSuite {
  let page: ConsoleInBrowser

  init() throws { page = try ConsoleInBrowser() }

  private let input = "document.querySelector('input[name=filter]')"

  private func count(_ condition: String) throws -> Int {
    try Database(folder.path("a.db")).count("select count(*) from message where \(condition)")
  }

  private func waitForCount(_ condition: String, _ location: SourceLocation = #_sourceLocation) throws {
    let count = try count(condition)
    try browser.wait(
      "document.querySelector('[data-count]')?.textContent.replaceAll(',', '') === '\(count) messages'", location)
  }

  private func type(_ text: String) throws {
    try browser.evaluate("\(input).focus()")
    for character in text { try browser.type(String(character)) }
  }

  /// The words that are offered.
  private func words() throws -> [String] {
    let words =
      "[...document.querySelectorAll('.filter-words:not([hidden]) li span:first-child')].map(one => one.textContent)"
    return try browser.evaluate(words) as? [String] ?? []
  }

  @Test func linksOfEarlierVersionsBecomeFilters() throws {
    let (address, port) = ("[::1]", 7075)
    for (link, filter) in [
      ("type=4", "type == 4"), ("flow=3", "flow == 3"), ("address=192.0.2.1", "address == 192.0.2.1"),
      ("address=::1", "address == ::1"), ("address=\(address):\(port)", "endpoint == [::1]:7075"),
      ("address=192.0.2.1:80&type=4", "type == 4 and endpoint == 192.0.2.1:80"),
      ("from=2001-01-01&to=2002-01-01%2012:00", "time >= 2001-01-01 and time < '2002-01-01 12:00'"),
      ("filter=vote+or+publish&flow=1", "(vote or publish) and flow == 1"),
    ] {
      try browser.open("\(console.url)/#/messages?\(link)")
      try browser.wait("\(input)?.value === \"\(filter)\"")
      try browser.wait("document.querySelector('[data-count]')?.textContent.endsWith(' messages')")
    }
    #expect(browser.problems == [])
  }

  @Test func namesAndValuesAreCompleted() throws {
    try browser.open("\(console.url)/#/messages")
    try waitForCount("1")
    try type("typ")
    try browser.wait("document.querySelector('.filter-words:not([hidden]) li')")
    #expect(try words().first == "type")
    #expect(try browser.evaluate("\(input).getAttribute('aria-expanded')") as? String == "true")
    try browser.press("ArrowDown", code: 40)
    let active = "document.getElementById(\(input).getAttribute('aria-activedescendant'))"
    #expect(try browser.evaluate("\(active).textContent.startsWith('type')") as? Bool == true)
    try browser.press("Enter", code: 13)
    #expect(try browser.evaluate("\(input).value") as? String == "type ")
    // Behind a field a sign, behind that the names of its values.
    try browser.wait("[...document.querySelectorAll('.filter-words li')].some(one => one.textContent.startsWith('=='))")
    try type("== confirm_a")
    try browser.wait("[...document.querySelectorAll('.filter-words li')].length === 1")
    #expect(try words() == ["confirm_ack"])
    // By mouse.
    try browser.click(".filter-words li")
    #expect(try browser.evaluate("\(input).value") as? String == "type == confirm_ack ")
    try browser.press("Escape", code: 27)
    try browser.press("Enter", code: 13)
    try waitForCount("msg_type = 5")
    #expect(try browser.evaluate("location.hash") as? String == "#/messages?filter=type+%3D%3D+confirm_ack")
    #expect(browser.problems == [])
  }

  @Test func docsOfTheDescriptionAreOffered() throws {
    try browser.open("\(console.url)/#/messages")
    try waitForCount("1")
    try type("not vote.acc")
    try browser.wait(
      "document.querySelector('.filter-words:not([hidden]) li')?.textContent.includes('The representative')")
    #expect(try words() == ["vote.account"])
    #expect(browser.problems == [])
  }

  @Test func errorsAreShownAtTheirColumn() throws {
    try browser.open("\(console.url)/#/messages?filter=vote+and+lngth+%3E+1")
    try browser.wait("document.querySelector('.filter-error:not([hidden])')")
    #expect(
      try browser.text(".filter-error") == "         ^\nthere is no field 'lngth'; did you mean 'length'?")
    // The mark is below the word.
    let mark = """
      (() => { const range = document.createRange(); const text = document.querySelector('.filter-error').firstChild;
        range.setStart(text, 9); range.setEnd(text, 10); return range.getBoundingClientRect().left; })()
      """
    let field = try browser.box("input[name=filter]", "left")
    let left = try #require(try browser.evaluate(mark) as? Double)
    let width = try #require(
      try browser.evaluate(
        "(() => { const pen = document.createElement('canvas').getContext('2d'); pen.font = getComputedStyle(\(input)).font; return pen.measureText('0').width; })()"
      ) as? Double)
    #expect(abs(left - field - 10 - 9 * width) < 2, "\(left) \(field) \(width)")
    #expect(try browser.evaluate("\(input).getAttribute('aria-invalid')") as? String == "true")
    try browser.set("vote and length > 1", in: "input[name=filter]")
    try waitForCount("msg_type = 5")
    #expect(try browser.evaluate("document.querySelector('.filter-error').hidden") as? Bool == true)
  }

  @Test func filterBecomesAQuery() throws {
    try browser.open("\(console.url)/#/messages?filter=vote.vote_count+%3E+3")
    try waitForCount("id in (select packet_id from vote where vote_count > 3)")
    try browser.evaluate("[...document.querySelectorAll('a')].find(one => one.textContent === 'as a query').click()")
    try browser.wait("document.querySelector('[data-state]')?.textContent.includes('rows')")
    #expect(try browser.evaluate("location.hash.includes('vote_count')") as? Bool == true)
    #expect(browser.problems == [])
  }

  @Test func aFilterThatIsNotFinishedGoesWithItsPage() throws {
    let shown = [
      "overview": "document.querySelector('[data-tile=issues] b')",
      "messages": "document.querySelector('[data-count]')?.textContent.endsWith(' messages')",
    ]
    for (page, other) in [("overview", "messages"), ("messages", "overview")] {
      try show(page)
      try browser.wait(try #require(shown[page]))
      try browser.evaluate("\(input).focus()")
      try browser.type("vote")
      // As a key, a link or the way back do.
      try go(other)
      try browser.wait(try #require(shown[other]))
      #expect(try browser.evaluate("location.hash") as? String == "#/\(other)")
      #expect(try browser.evaluate("\(input).value") as? String == "")
    }
    #expect(browser.problems == [])
  }

  @Test func fieldsOfferFilters() throws {
    let database = try Database(folder.path("a.db"))
    let id = try #require(try database.values("select packet_id from vote where hashes <> '' limit 1").first ?? nil)
    let account = try #require(try database.values("select account from vote where packet_id = \(id)").first ?? nil)
    try browser.open("\(console.url)/#/messages?id=\(id)")
    try browser.waitForMessage(id)
    // By key.
    try browser.evaluate("document.querySelector('[data-field=account]').focus()")
    try browser.press("f", code: 70)
    try browser.wait("document.querySelector('.filter-menu button:focus')")
    try browser.press("Enter", code: 13)
    try browser.wait("\(input).value.endsWith('account == \(account)')")
    try waitForCount("id in (select packet_id from vote where account = '\(account)')")
    // By mouse, on a cell of the list, once its rows are there.
    try browser.wait(
      "document.querySelector('.list-row[data-index=\"0\"] > :nth-child(5)')?.textContent === 'confirm_ack'")
    try browser.evaluate(
      """
      document.querySelector('.list-row[data-index="0"] > :last-child').dispatchEvent(
        new MouseEvent('contextmenu', {bubbles: true, cancelable: true, clientX: 300, clientY: 200}))
      """)
    try browser.wait("document.querySelector('.filter-menu')")
    try browser.evaluate(
      "[...document.querySelectorAll('.filter-menu button')].find(one => one.textContent.includes('and not')).click()")
    try browser.wait("\(input).value.includes('and not flow == ')")
    try waitForCount(
      "id in (select packet_id from vote where account = '\(account)') and flow_id <> (select flow_id from message where id = (select min(packet_id) from vote where account = '\(account)'))"
    )
    // Counted as a query.
    try browser.evaluate("document.querySelector('[data-field=account]').focus()")
    try browser.press("f", code: 70)
    try browser.wait("document.querySelector('.filter-menu button:focus')")
    try browser.press("ArrowUp", code: 38)
    try browser.press("Enter", code: 13)
    try browser.wait("location.hash.startsWith('#/query')")
    try browser.wait("document.querySelector('[data-state]')?.textContent.includes('row')")
    #expect(browser.problems == [])
  }
}
