import Foundation
import Testing

/// The panes of a message: the list, the fields and the bytes, in a real browser.
@Suite(.enabled(if: Browser.isPossible), .serialized) struct MessagePaneTests: PageSuite {
  let page: ConsoleInBrowser

  init() throws { page = try ConsoleInBrowser() }

  private func open(_ id: Int) throws {
    try browser.open("\(console.url)/#/messages?id=\(id)")
    try browser.waitForMessage(id)
  }

  @Test func bordersAreMovedByKeyboardAndRemembered() throws {
    try browser.resize(1440, 900)
    try open(3)
    let (list, fields) = (try browser.box(".list-box", "height"), try browser.box(".tree", "width"))
    try browser.evaluate("document.querySelector('.split > .splitter').focus()")
    for _ in 0..<5 { try browser.press("ArrowDown", code: 40) }
    #expect(try browser.box(".list-box", "height") > list + 20)
    try browser.evaluate("document.querySelector('.detail-parts > .splitter').focus()")
    for _ in 0..<5 { try browser.press("ArrowLeft", code: 37) }
    #expect(try browser.box(".tree", "width") < fields - 20)
    let (movedList, movedFields) = (try browser.box(".list-box", "height"), try browser.box(".tree", "width"))
    try browser.reload()
    try browser.waitForMessage(3)
    try browser.wait("Math.abs(document.querySelector('.list-box').getBoundingClientRect().height - \(movedList)) < 2")
    #expect(abs(try browser.box(".tree", "width") - movedFields) < 2)
    // What was moved is put back.
    for place in [".split > .splitter", ".detail-parts > .splitter"] {
      try browser.evaluate("document.querySelector('\(place)').focus()")
      try browser.press("Escape", code: 27)
    }
    #expect(abs(try browser.box(".list-box", "height") - list) < 2)
    #expect(abs(try browser.box(".tree", "width") - fields) < 2)
    #expect(browser.problems == [])
  }

  @Test func borderIsDragged() throws {
    try browser.resize(1440, 900)
    try open(3)
    let list = try browser.box(".list-box", "height")
    let (x, y) = (try browser.box(".split > .splitter", "left") + 20, try browser.box(".split > .splitter", "top") + 5)
    try browser.drag(from: (x, y), to: (x, y + 120))
    #expect(abs(try browser.box(".list-box", "height") - list - 120) < 12)
    #expect(try browser.evaluate("document.querySelector('.split > .splitter').getAttribute('aria-valuenow')") != nil)
    #expect(browser.problems == [])
  }

  @Test func docOfAFieldIsShownWhenItIsChosen() throws {
    try open(3)
    #expect(try browser.text(".field-doc") == "")
    #expect(try !browser.text(".tree").contains("protocol version"))
    try browser.click("[data-field=version_max]")
    try browser.wait("document.querySelector('.field-doc').textContent.includes('protocol version')")
    // Arrows go on to the next field, and its bytes.
    try browser.evaluate("document.querySelector('[data-field=version_max]').focus()")
    try browser.press("ArrowDown", code: 40)
    try browser.wait("document.querySelector('.field-doc b')?.textContent === 'version_using'")
    let marked = "[...document.querySelectorAll('.hex [data-at].marked')].map(one => Number(one.dataset.at))"
    #expect(try browser.evaluate(marked) as? [Double] == [3])
    #expect(browser.problems == [])
  }

  @Test func keysGoFromMessageToMessage() throws {
    let database = try Database(folder.path("a.db"))
    try open(3)
    try browser.press("j", code: 74)
    try browser.waitForMessage(4)
    try browser.press("k", code: 75)
    try browser.waitForMessage(3)
    let flow = try database.count("select flow_id from message where id = 3")
    let next = try database.count("select min(id) from message where id > 3 and flow_id = \(flow)")
    try browser.press("n", code: 78)
    try browser.waitForMessage(next)
    try browser.press("p", code: 80)
    try browser.waitForMessage(3)
    try browser.press("b", code: 66)
    try browser.waitForMessage(next)
    // Letters that are typed into a field are no keys.
    try browser.click("input[name=filter]")
    try browser.press("j", code: 74)
    try browser.waitForMessage(next)
    try browser.evaluate("document.querySelector('.list').focus()")
    try browser.press("Enter", code: 13)
    try browser.wait("document.activeElement.classList.contains('node')")
    #expect(browser.problems == [])
  }
}
