import Foundation
import Testing

/// Which requests of the page end before they are answered, and what becomes of a page that is left meanwhile, in a real
/// browser.
@Suite(.enabled(if: Browser.isPossible), .serialized) struct PageRequestTests: PageSuite {
  let page: ConsoleInBrowser

  init() throws { page = try ConsoleInBrowser("node-v24-bootstrap.pcap") }

  /// Goes to the page of the schema, and waits until it is there.
  private func leave() throws {
    try go("schema")
    try browser.wait("document.querySelector('#view h1')?.textContent === 'Schema'")
  }

  @Test func `requests end when the page is left`() throws {
    try show("capture")
    try browser.wait("document.querySelector('#view h1')")
    for (place, request) in [
      ("overview", "\"times\""), ("messages?filter=length+%3E+8", "\"messages\""),
      ("messages?filter=length+%3E+8", "\"fences\""), ("messages", "\"summaries\""), ("messages?id=3", "message/3"),
      ("connections", "\"flow_totals\""), ("connections", "\"flows\""), ("connections?flow=1", "flow/1"),
      ("query?sql=select+1&run=1", "capture/query"), ("query?find=1", "api/v1/statement"),
      ("value?v=1", "api/v1/value"), ("schema", "\"count\""),
    ] {
      try hold(request)
      try go(place)
      try browser.wait("held.length > 0")
      #expect(try browser.evaluate("held.some(one => one.aborted)") as? Bool == false, "\(place): \(request)")
      try go("capture")
      try browser.wait("document.querySelector('#view h1')?.textContent === 'Capture'")
      #expect(try browser.evaluate("held.every(one => one.aborted)") as? Bool == true, "\(place): \(request)")
      try letGo()
    }
    #expect(browser.problems == [])
  }

  @Test func `what is asked for a former filter ends`() throws {
    try show("messages")
    try browser.wait("document.querySelectorAll('.list-row [class^=type-]').length > 5")
    try hold("\"fences\"")
    try browser.set("length > 8", in: "[name=filter]")
    try browser.wait("held.length === 1")
    try browser.set("length > 9", in: "[name=filter]")
    try browser.wait("held.length === 2")
    #expect(try browser.evaluate("String(held.map(one => one.aborted))") as? String == "true,false")
    try letGo()
    let messages = try Database(folder.path("a.db")).count("select count(*) from message where length > 9")
    let count = messages.formatted(.number.locale(Locale(identifier: "en_US")))
    try browser.wait("document.querySelector('[data-count]').textContent === '\(count) messages'")
    #expect(browser.problems == [])
  }

  @Test func `a page that was left before it was there takes no keys`() throws {
    try show("schema")
    try browser.evaluate("history.back = () => { window.wentBack = true; }")
    try hold("\"messages\"")
    try go("messages?filter=length+%3E+8")
    try browser.wait("held.length")
    try leave()
    try browser.press("b", code: 66)
    #expect(try browser.evaluate("window.wentBack === undefined") as? Bool == true)
    // The same key where that page is.
    try letGo()
    try go("messages")
    try browser.wait("document.querySelector('.list-row')")
    try browser.press("b", code: 66)
    #expect(try browser.evaluate("window.wentBack") as? Bool == true)
    #expect(browser.problems == [])
  }

  @Test func `a query that comes late leads nobody away from another page`() throws {
    try show("messages?filter=length+%3E+8")
    try browser.wait("document.querySelector('.list-row')")
    try hold("api/v1/statement")
    try browser.evaluate(
      "[...document.querySelectorAll('#view a')].find(one => one.textContent === 'as a query').click()")
    try browser.wait("held.length")
    try leave()
    try letGo()
    #expect(try browser.evaluate("location.hash") as? String == "#/schema")
    // One that the page of queries itself asks for would put its address there.
    try hold("api/v1/statement")
    try go("query?find=1")
    try browser.wait("held.length")
    try leave()
    try letGo()
    #expect(try browser.evaluate("location.hash") as? String == "#/schema")
    #expect(browser.problems == [])
  }

  @Test func `more of a conversation that is asked for twice comes once`() throws {
    let database = try Database(folder.path("a.db"))
    let longest = try #require(
      try database.values("select flow_id from message group by 1 order by count(*) desc limit 1").first.flatMap(\.self)
    )
    let messages = try database.count("select count(*) from message where flow_id = \(longest)")
    try #require(messages > 500)
    try show("connections?flow=\(longest)")
    let rungs = "document.querySelectorAll('.rung a').length"
    try browser.wait("\(rungs) === 500")
    try hold("flow/\(longest)")
    let more = "[...document.querySelectorAll('button')].find(one => one.textContent === 'more')"
    for _ in 1...2 { try browser.evaluate("\(more).click()") }
    try letGo()
    #expect(try browser.evaluate(rungs) as? Int == min(messages, 1000))
    #expect(browser.problems == [])
  }

  /// While a capture runs, some pages ask every few seconds: never before the former answer is there.
  @Test(.enabled(if: Cable.isPossible), arguments: [("connections", "\"flow_totals\""), ("messages", "\"last\"")])
  func `a page that asks again waits for the former answer`(_ place: String, _ request: String) throws {
    try show("capture")
    #expect(try console.post("/api/v1/capture/start", ["interface": "lo", "filter": "tcp port 1"]).status == 200)
    try browser.wait("document.querySelector('#view').textContent.includes('Capturing on lo')")
    // Its seconds are of 10 ms.
    for timer in ["setTimeout", "setInterval"] {
      try browser.evaluate(
        "(() => { const former = window.\(timer); window.\(timer) = (work, time) => former(work, time / 100); })()")
    }
    try go(place)
    try browser.wait("document.querySelector('.list-row')")
    try hold(request)
    try browser.wait("held.length")
    Thread.sleep(forTimeInterval: 0.5)
    #expect(try browser.evaluate("held.length") as? Int == 1)
    try letGo()
    try browser.wait("answered > 3")
    #expect(browser.problems == [])
  }
}
