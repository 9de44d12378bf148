import Foundation
import Testing

/// What the page shows where the server's answers come in another order than it asked, in a real browser.
@Suite(.enabled(if: Browser.isPossible), .serialized) struct AnswerOrderPageTests: PageSuite {
  let page: ConsoleInBrowser

  init() throws { page = try ConsoleInBrowser() }

  @Test func `a message that is chosen later is the one that is shown`() throws {
    try show("messages")
    try browser.wait("document.querySelectorAll('.list-row [class^=type-]').length > 5")
    try hold("message/1")
    try browser.evaluate("document.querySelector('.list').focus()")
    for _ in 0..<2 { try browser.press("ArrowDown", code: 40) }
    try browser.waitForMessage(2)
    try letGo()
    #expect(try browser.text(".detail h1").hasSuffix("message 2"))
    #expect(browser.problems == [])
  }

  @Test func `a message that is chosen again keeps its marked field unless more is known of it`() throws {
    try show("messages?id=3")
    try browser.waitForMessage(3)
    try hold("message/3")
    for _ in 1...2 { try browser.click(".list-row[data-index='2']") }
    #expect(try browser.evaluate("held.length") as? Int == 1)
    try browser.click("[data-field=message_type]")
    try letGo()
    #expect(try browser.evaluate("document.querySelector('.node.marked')?.dataset.field") as? String == "message_type")
    let former = try browser.text(".detail .row")
    try system("sqlite3", folder.path("a.db"), "update message set time_us = time_us + 1000000 where id = 3")
    try browser.click(".list-row[data-index='2']")
    try browser.wait("document.querySelector('.detail .row').textContent !== \(browser.quoted(former))")
    #expect(browser.problems == [])
  }

  @Test func `what is wrong with a filter is not told of the next one`() throws {
    try show("messages")
    try browser.wait("document.querySelector('.list-row')")
    try hold("lngth")
    try browser.set("lngth > 8", in: "[name=filter]")
    try browser.wait("held.length")
    try browser.set("length > 8", in: "[name=filter]")
    let messages = try Database(folder.path("a.db")).count("select count(*) from message where length > 8")
    try browser.wait("document.querySelector('[data-count]').textContent === '\(messages) messages'")
    try letGo()
    #expect(try browser.text("[data-count]") == "\(messages) messages" && browser.text(".filter-error").isEmpty)
    #expect(try browser.evaluate("document.querySelectorAll('.list-row').length > 2") as? Bool == true)
  }

  @Test func `connections are counted for the address that was given last`() throws {
    try show("connections")
    try browser.wait("document.querySelector('.list-row')")
    try hold("192.0.2.99")
    try browser.set("192.0.2.99", in: "[aria-label=address]")
    try browser.set("127.0.0.1", in: "[aria-label=address]")
    let connections = try Database(folder.path("a.db")).count("select count(*) from flow")
    let rows = "document.querySelector('.list-row')?.getAttribute('aria-setsize') === '\(connections)'"
    try browser.wait(rows)
    try letGo()
    #expect(try browser.evaluate(rows) as? Bool == true)
    #expect(browser.problems == [])
  }

  @Test func `a query that runs after a plan was asked for shows its rows, and no plan`() throws {
    try show("query?sql=select+42")
    try browser.wait("document.querySelector('.CodeMirror')")
    try hold("api/v1/explain")
    try browser.press(button: "Explain")
    try browser.wait("held.length")
    try browser.press(button: "Run")
    try browser.wait("document.querySelector('.results td')?.textContent === '42'")
    try letGo()
    #expect(try browser.text(".results td") == "42")
    #expect(browser.problems == [])
  }

  @Test func `a plan takes the place of a query that runs`() throws {
    let numbers = "with+recursive+n(x)+as+(select+0+union+all+select+x+%2B+1+from+n)"
    let endless = "\(numbers)+select+x+from+n+where+x+%25+1000+=+0"
    try show("query?sql=\(endless)&run=1")
    try browser.wait("document.querySelector('[data-state]')?.textContent.includes('rows so far')")
    try browser.press(button: "Explain")
    try browser.wait("document.querySelector('h2')?.textContent === 'Query plan'")
    // The query is not shown again, and takes no more of the server's time.
    try browser.wait("document.querySelector('[data-state]').textContent === ''")
    #expect(try browser.text("h2") == "Query plan")
    #expect(browser.problems == [])
  }
}
