import Foundation
import Testing

/// Who cannot see the page, or uses no mouse, can use it too: WCAG 2.2, level AA, as far as axe-core and the Tab key can tell.
@Suite(.enabled(if: Browser.isPossible), .serialized) struct AccessibilityPageTests: PageSuite {
  let page: ConsoleInBrowser

  init() throws { page = try ConsoleInBrowser() }

  /// Pages, each with what is there when it is complete, and whether the server refuses what they ask.
  private static let pages: [(place: String, mark: String, isRefused: Bool)] = [
    ("overview", ".bar", false), ("messages?id=9", ".hex", false),
    ("messages?filter=lngth+%3E+1", ".filter-error:not([hidden])", true), ("connections", ".list-row", false),
    ("connections?flow=1", ".rung", false),
    ("query?sql=select+*+from+message+where+id+%3C+:most&p.most=90&run=1", ".results td", false),
    ("query?sql=select+1%0Afrm+message&run=1", ".sql-error", true), ("schema", "[data-table=message]", false),
    ("capture", "select[aria-label=interface] option[value=lo]", false),
    ("value?v=127.0.0.1", "[data-query=\"Traffic by type\"] td", false),
  ]

  /// What axe-core says against a page: the rule, and the elements.
  private func faults(_ browser: Browser, _ axe: String) throws -> [String] {
    if try browser.evaluate("'axe' in window") as? Bool != true { try browser.evaluate("\(axe)\n; 0") }
    let rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"].map { "'\($0)'" }.joined(separator: ", ")
    let found = try browser.evaluate(
      """
      axe.run({runOnly: [\(rules)]}).then(result => result.passes.length === 0 ? ['nothing was looked at'] :
        result.violations.flatMap(one => one.nodes.slice(0, 3).map(node => `${one.id} ${node.target.join(' ')} ${node.failureSummary}`)))
      """)
    return try #require(found as? [String])
  }

  @Test(arguments: [false, true]) func `pages keep the rules of WCAG`(isDark: Bool) throws {
    let file = Place.root.appending(path: ".build-axe/axe_playwright_python/axe.min.js")
    let axe = try #require(try? String(contentsOf: file, encoding: .utf8), "make setup-tests installs axe-core")
    for width in [1280, 390] {
      // Another browser for each: what it has noted is of one width.
      let browser = try Browser(isDark: isDark)
      try browser.resize(width, 900)
      for (place, mark, isRefused) in Self.pages {
        try browser.open("\(console.url)/#/\(place)")
        try browser.wait("document.querySelector('\(mark)')")
        #expect(try faults(browser, axe) == [], "\(place), \(width) wide, dark: \(isDark)")
        if isRefused {
          #expect(browser.takeProblems().allSatisfy { $0.contains("400") }, "\(place)")
        } else {
          expectNoTrouble(browser, console)
        }
      }
      try browser.evaluate("document.getElementById('keys').click()")
      try browser.wait("document.getElementById('dialog').open")
      #expect(try faults(browser, axe) == [], "keys, \(width) wide, dark: \(isDark)")
    }
  }

  /// Elements that can be used; those that are in one of these are used by its keys.
  private static let usable = """
    [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"], [role=button], [role=separator], [role=listbox]')]
      .filter(one => !one.disabled && one.checkVisibility({visibilityProperty: true}) && !one.closest('details:not([open]) > :not(summary)') && !one.closest('[role=menu]'))
    """

  @Test(arguments: [
    "messages?id=9", "connections", "query?sql=select+id,+flow_id+from+message+limit+5&run=1", "capture",
  ])
  func `all that can be used is reached by the Tab key`(place: String) throws {
    try show(place)
    try browser.wait(
      "document.querySelector(location.hash.startsWith('#/capture') ? 'input[type=file]' : '.list-row, .results td')")
    if place.hasPrefix("messages") { try browser.waitForMessage(9) }
    let count = Int(try browser.evaluate("\(Self.usable).length") as? Double ?? 0)
    #expect(count > 10)
    try browser.evaluate("document.activeElement.blur()")
    for _ in 0..<count + 10 {
      try browser.press("Tab", code: 9)
      try browser.evaluate("document.activeElement.dataset.reached = ''")
    }
    let missed = try browser.evaluate(
      "\(Self.usable).filter(one => !('reached' in one.dataset)).map(one => one.outerHTML.slice(0, 120))")
    #expect(missed as? [String] == [])
  }

  @Test func `a list tells which of its rows is chosen`() throws {
    try show("messages")
    try browser.wait("document.querySelector('.list-row')")
    let active =
      "document.getElementById(document.querySelector('.list').getAttribute('aria-activedescendant'))?.dataset.index"
    #expect(try browser.evaluate(active) == nil)
    try browser.evaluate("document.querySelector('.list').focus()")
    for step in 0..<2 {
      try browser.press("ArrowDown", code: 40)
      #expect(try browser.evaluate(active) as? String == "\(step)")
    }
    #expect(
      try browser.evaluate("document.querySelector('.list-row').getAttribute('aria-setsize')") as? String
        == "\(Database(folder.path("a.db")).count("select count(*) from message"))")
    // A row that is out of sight is no element any more. A message that opens reveals its row, so it is waited for.
    try browser.waitForMessage(2)
    try browser.evaluate("document.querySelector('.list').scrollTop = 1e9")
    try browser.wait("!document.querySelector('.list').hasAttribute('aria-activedescendant')")
  }

  @Test func `the list of interfaces stays while it is refreshed`() throws {
    try show("capture")
    let list = "document.querySelector('select[aria-label=interface]')"
    try browser.wait("\(list)?.options.length > 1")
    try browser.evaluate(
      "(() => { \(list).focus(); \(list).value = 'lo'; window.kept = \(list).selectedOptions[0]; })()")
    try browser.wait("/packets\\/s/.test(window.kept.textContent)")
    #expect(
      try browser.evaluate("window.kept.isConnected && \(list).value === 'lo' && document.activeElement === \(list)")
        as? Bool == true)
  }

  @Test func `keys of one character can be switched off`() throws {
    try show("overview")
    try browser.wait("document.querySelector('.bar')")
    try browser.press("?", code: 191)
    try browser.click("#single-keys")
    try browser.press("Escape", code: 27)
    try browser.press("2", code: 50)
    try browser.reload()
    try browser.wait("document.querySelector('.bar')")
    try browser.press("2", code: 50)
    #expect(try browser.evaluate("location.hash") as? String == "#/overview")
    try browser.click("#keys")
    try browser.click("#single-keys")
    try browser.press("Escape", code: 27)
    try browser.press("2", code: 50)
    try browser.wait("location.hash === '#/messages'")
  }
}
