import Foundation
import Testing

/// The overview of a database at rest, from which everything leads to the messages behind it.
@Suite(.enabled(if: Browser.isPossible), .serialized) struct OverviewPageTests: PageSuite {
  let page: ConsoleInBrowser

  init() throws {
    page = try ConsoleInBrowser(width: 1440)
    try show("overview")
    try browser.wait("document.querySelector('.bar') && document.querySelector('.chart canvas')")
  }

  private func number(_ script: String) throws -> Int {
    try browser.wait("/[0-9]/.test(\(script))")
    return Int((try browser.evaluate(script) as? String ?? "").filter(\.isNumber)) ?? -1
  }

  @Test func itSaysWhatIsInTheDatabase() throws {
    let database = try Database(folder.path("a.db"))
    #expect(
      try number("document.querySelector('[data-tile=packets] b').textContent")
        == database.count("select sum(packets) from run"))
    #expect(
      try number("document.querySelector('[data-tile=messages] b').textContent")
        == database.count("select count(*) from message"))
    // What goes by the second is not shown where nothing happens.
    #expect(try browser.evaluate("document.querySelector('[data-tile=rate]').hidden") as? Bool == true)
    #expect(try browser.evaluate("document.querySelectorAll('canvas').length") as? Double == 1)
    #expect(browser.problems == [])
  }

  @Test func aTypeLeadsToItsMessages() throws {
    let count = try number("document.querySelector('.bar .number').textContent")
    try browser.click(".bar")
    try browser.wait("location.hash.startsWith('#/messages')")
    #expect(try number("document.querySelector('[data-count]')?.textContent ?? ''") == count)
    #expect(count < (try Database(folder.path("a.db")).count("select count(*) from message")))
    #expect(browser.problems == [])
  }

  @Test func aPieceOfTimeLeadsToItsMessages() throws {
    let all = try Database(folder.path("a.db")).count("select count(*) from message")
    let (left, top) = (try browser.box(".wide .chart", "left"), try browser.box(".wide .chart", "top"))
    let width = try browser.box(".wide .chart", "width")
    // The left half, and a little of its margin.
    try browser.drag(from: (left + width * 0.1, top + 100), to: (left + width * 0.5, top + 110))
    try browser.wait("location.hash.startsWith('#/messages')")
    let some = try number("document.querySelector('[data-count]')?.textContent ?? ''")
    #expect(some > 0 && some < all)
    let shown = "document.querySelectorAll('.list-row').length"
    try browser.wait("\(shown) > 0")
    #expect(browser.problems == [])
  }
}
