import Foundation
import Testing

/// The list of messages, in a real browser: what each is about, how times are told, which columns there are.
@Suite(.enabled(if: Browser.isPossible), .serialized) struct MessageListTests: PageSuite {
  let page: ConsoleInBrowser
  private let database: Database

  init() throws {
    page = try ConsoleInBrowser(width: 1440)
    database = try Database(page.folder.path("a.db"))
  }

  private func open(_ place: String = "") throws {
    try browser.open("\(console.url)/#/messages\(place)")
    try browser.wait("document.querySelectorAll('.list-row [class^=type-]').length > 5")
  }

  /// The text of a cell, by the list's row and the column's place.
  private func cell(_ row: Int, _ column: Int) -> String {
    "(document.querySelector('.list-row[data-index=\"\(row)\"]')?.children[\(column)]?.textContent ?? '')"
  }

  private var heads: [String] {
    get throws {
      try browser.evaluate(
        "[...document.querySelectorAll('.list-head > span')].map(one => one.querySelector('select') ? 'time' : one.textContent)"
      ) as? [String] ?? []
    }
  }

  @Test func rowsTellWhatMessagesAreAbout() throws {
    let account = try #require(
      try database.values("select account from vote join message m on m.id = packet_id order by packet_id limit 1")
        .first.flatMap(\.self))
    try open("?type=5")
    #expect(try heads == ["id", "time", "from", "to", "type", "info", "bytes", "conn."])
    try browser.wait("\(cell(0, 5)).includes('vote by \(account)')")
    #expect(try browser.evaluate(cell(0, 4)) as? String == "confirm_ack")
    // All of it where there is no room for it.
    let title = "document.querySelector('.list-row[data-index=\"0\"]').children[5].firstChild.title"
    #expect(try browser.evaluate("\(title) === \(cell(0, 5))") as? Bool == true)
    #expect(browser.problems == [])
  }

  @Test func theFirstMessagesAreShownBeforeAllAreCounted() throws {
    try FileManager.default.copyItem(
      at: Place.samples.appending(path: "node-v24-bootstrap.pcap"), to: folder.url.appending(path: "more.pcap"))
    #expect(try console.post("/api/v1/import", ["file": "more.pcap"]).status == 200)
    try console.wait(60) { $0["importing"] as? Bool == false && $0["end_reason"] as? String == "end of file" }
    let counted = try database.count("select count(*) from message where length > 8")
    try #require(counted > 1000)
    try open()
    // Counting waits until the test lets it go on.
    try hold("\"fences\"")
    try go("messages?filter=length%20%3E%208")
    let count = "document.querySelector('[data-count]')?.textContent"
    try browser.wait("\(count) === '500 and more messages, counting…'")
    try browser.wait("\(cell(0, 4)) !== '' && \(cell(0, 4)) !== '…'")
    // One may go to the end of what is known meanwhile.
    try browser.evaluate("document.querySelector('.list').scrollTop = 1e9")
    try browser.wait("\(cell(499, 4)) !== '' && \(cell(499, 4)) !== '…'")
    try letGo()
    try browser.wait("\(count) === '\(counted.formatted(.number.locale(Locale(identifier: "en_US")))) messages'")
    try browser.evaluate("document.querySelector('.list').scrollTop = 1e9")
    try browser.wait("\(cell(counted - 1, 4)) !== '' && \(cell(counted - 1, 4)) !== '…'")
    let last = try database.values("select max(id) from message where length > 8").first.flatMap(\.self)
    #expect(try browser.evaluate(cell(counted - 1, 0)) as? String == last)
    #expect(browser.problems == [])
  }

  @Test func whatTheFilterLetsThroughIsDownloaded() throws {
    try open("?filter=" + "type%20%3D%3D%20keepalive")
    // The browser is not to save anything: the link that it would follow is looked at instead.
    try browser.evaluate(
      "HTMLAnchorElement.prototype.click = function () { fetch(this.href).then(answer => answer.text()).then(text => { window.exported = [this.download, text]; }); }"
    )
    try browser.evaluate("document.querySelector('.export > summary').click()")
    try browser.evaluate("document.querySelector('[data-export=csv]').click()")
    try browser.wait("window.exported")
    let text = try #require(try browser.evaluate("window.exported[1]") as? String)
    #expect(try browser.evaluate("window.exported[0]") as? String == "messages.csv")
    let count = try database.values("select count(*) from message where msg_type = 2").first.flatMap(\.self)
    #expect(text.split(separator: "\r\n").count == 1 + (count.flatMap { Int($0) } ?? 0))
    // What goes wrong is told on the page.
    try open("?filter=" + "length%20%3E%200")
    try system("sqlite3", folder.path("a.db"), "update run set source = '/nowhere.pcap'")
    try browser.evaluate("document.querySelector('[data-export=pcap]').click()")
    try browser.wait(
      "[...document.querySelectorAll('.bad')].some(one => one.textContent.includes('/nowhere.pcap: is no longer there'))"
    )
  }

  @Test func theMessageOfALinkIsInSight() throws {
    let id = 25
    try browser.open("\(console.url)/#/messages?id=\(id)")
    try browser.waitForMessage(id)
    let row = "document.querySelector('.list-row.chosen')"
    try browser.wait("\(row)?.firstChild.textContent === '\(id)'")
    let isInSight =
      "\(row).getBoundingClientRect().bottom <= document.querySelector('.list').getBoundingClientRect().bottom"
    try browser.wait(isInSight)
    #expect(browser.problems == [])
  }

  @Test func messagesWithIssuesAreMarkedByMoreThanAColour() throws {
    try system(
      "sqlite3", folder.path("a.db"),
      """
      insert into decode_issue (flow_id, direction, message_id, time_us, stream_offset, length, kind, detail)
      values (1, 0, 2, 1, 0, 1, 'k', 'd'), (1, 0, 2, 1, 0, 1, 'k', 'd')
      """)
    try open()
    try browser.wait("document.querySelector('.issue-mark')")
    let marks =
      "[...document.querySelectorAll('.list-row')].filter(one => one.querySelector('.issue-mark')).map(one => one.dataset.index)"
    #expect(try browser.evaluate(marks) as? [String] == ["1"])
    #expect(try browser.evaluate("document.querySelector('.issue-mark').title") as? String == "2 decode issues")
    #expect(try browser.text(".issue-mark") == "⚠ ")
    #expect(browser.problems == [])
  }

  @Test func timesAreToldInSeveralWaysAndThatIsRemembered() throws {
    let times = try database.values("select time_us from message order by id limit 3").compactMap {
      $0.flatMap { Int($0) }
    }
    func seconds(_ from: Int, _ to: Int) -> String { String(format: "%.6f", Double(times[to] - times[from]) / 1e6) }
    try open()
    let day = try browser.evaluate(cell(2, 1)) as? String ?? ""
    #expect(day.wholeMatch(of: #/\d\d:\d\d:\d\d\.\d{6}/#) != nil, "\(day)")
    try browser.set("date", in: ".head-choice")
    try browser.wait("\(cell(2, 1)).endsWith(' \(day)')")
    try browser.set("first", in: ".head-choice")
    try browser.wait("\(cell(2, 1)) === '\(seconds(0, 2))' && \(cell(0, 1)) === '0.000000'")
    try browser.set("delta", in: ".head-choice")
    try browser.wait("\(cell(2, 1)) === '\(seconds(1, 2))' && \(cell(0, 1)) === '0.000000'")
    try browser.reload()
    try browser.wait("document.querySelectorAll('.list-row [class^=type-]').length > 5")
    try browser.wait("\(cell(2, 1)) === '\(seconds(1, 2))'")
    #expect(try browser.evaluate("document.querySelector('.head-choice').value") as? String == "delta")
    // Of what is shown: the filter's messages, not all.
    let votes = try database.values("select time_us from message where msg_type = 5 order by id limit 2").compactMap {
      $0.flatMap { Int($0) }
    }
    try go("messages?type=5")
    try browser.wait("document.querySelector('.list-row[data-index=\"1\"]')")
    try browser.wait("\(cell(1, 1)) === '\(String(format: "%.6f", Double(votes[1] - votes[0]) / 1e6))'")
    #expect(browser.problems == [])
  }

  @Test func columnsAreHiddenAndShownAndThatIsRemembered() throws {
    try open()
    try browser.click(".chooser summary")
    for name in ["bytes", "connection", "from"] { try browser.click("input[name=column-\(name)]") }
    try browser.wait("document.querySelectorAll('.list-head > span').length === 5")
    #expect(try heads == ["id", "time", "to", "type", "info"])
    #expect(try browser.evaluate("document.querySelector('.list-row').children.length") as? Double == 5)
    try browser.reload()
    try browser.wait("document.querySelectorAll('.list-row [class^=type-]').length > 5")
    #expect(try heads == ["id", "time", "to", "type", "info"])
    try browser.click(".chooser summary")
    try browser.click("input[name=column-from]")
    try browser.wait("document.querySelectorAll('.list-head > span').length === 6")
    // The last one stays.
    for name in ["id", "time", "from", "to", "type", "info"] { try browser.click("input[name=column-\(name)]") }
    #expect(try heads == ["info"])
    // What is kept may be anything.
    for kept in ["{", "null", "{\"time\": 5, \"hidden\": 7}", "{\"time\": \"constructor\", \"hidden\": [\"x\"]}"] {
      try browser.evaluate("localStorage.setItem('message-columns', \(browser.quoted(kept)))")
      try browser.reload()
      try browser.wait("document.querySelectorAll('.list-row [class^=type-]').length > 5")
      #expect(try heads.count == 8, "\(kept)")
    }
    #expect(browser.problems == [])
  }

  @Test func aNarrowScreenHasTheColumnsThatItHasRoomFor() throws {
    try open()
    try browser.resize(390, 844)
    try browser.wait("document.querySelectorAll('.list-head > span').length === 3")
    #expect(try heads == ["time", "type", "info"])
    let isInside =
      "[...document.querySelectorAll('.list-row > span')].every(one => one.getBoundingClientRect().right <= innerWidth)"
    #expect(try browser.evaluate(isInside) as? Bool == true)
    #expect(try browser.evaluate("document.documentElement.scrollWidth <= innerWidth") as? Bool == true)
    try browser.resize(1440, 900)
    try browser.wait("document.querySelectorAll('.list-head > span').length === 8")
    #expect(browser.problems == [])
  }

  @Test func typesHaveColoursThatCanBeRead() throws {
    // Of every colour, on what rows stand on, in both themes: the contrast that WCAG asks of texts (AA).
    let script = """
      (() => { const box = document.createElement('div'); document.body.append(box);
      const light = colour => { const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map(Number).map(one => one / 255)
        .map(one => one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
      const contrasts = []; const colours = new Set();
      for (let number = 0; number < 12; number++) for (const back of ['--back', '--panel']) {
        box.className = `type-${number}`; box.style.background = `var(${back})`;
        const style = getComputedStyle(box); colours.add(style.color);
        const [a, b] = [light(style.color), light(style.backgroundColor)].sort((a, b) => b - a);
        contrasts.push((a + 0.05) / (b + 0.05)); }
      box.remove(); return [Math.min(...contrasts), colours.size]; })()
      """
    for isDark in [false, true] {
      let browser = try Browser(isDark: isDark)
      try browser.open("\(console.url)/#/messages")
      try browser.wait("document.querySelectorAll('.list-row [class^=type-]').length > 5")
      let found = try #require(try browser.evaluate(script) as? [Double])
      #expect(found[0] >= 4.5 && found[1] == 12, "\(found)")
      // One colour for a type, and not the same for all.
      let pairs =
        "[...new Set([...document.querySelectorAll('.list-row [class^=type-]')].map(one => `${one.textContent} ${one.className}`))]"
      let types = try browser.evaluate(pairs) as? [String] ?? []
      let names = Set(types.map { $0.split(separator: " ")[0] })
      #expect(types.count == names.count && Set(types.map { $0.split(separator: " ")[1] }).count > 1)
      #expect(browser.problems == [])
    }
  }

  @Test func aKeyListsTheKeys() throws {
    try open()
    try browser.press("?", code: 191)
    try browser.wait("document.getElementById('dialog').open")
    #expect(try browser.text("#dialog").contains("the next and the former message of the connection"))
    #expect(
      try browser.text(
        "#\(try browser.evaluate("document.getElementById('dialog').getAttribute('aria-labelledby')") as? String ?? "none")"
      ) == "Keys")
    // Keys are not for the page meanwhile.
    try browser.press("3", code: 51)
    try browser.press("Escape", code: 27)
    try browser.wait("!document.getElementById('dialog').open")
    #expect(try browser.evaluate("location.hash.startsWith('#/messages')") as? Bool == true)
    try browser.click("#keys")
    try browser.wait("document.getElementById('dialog').open")
    try browser.press(button: "Close")
    try browser.wait("!document.getElementById('dialog').open")
    #expect(browser.problems == [])
  }
}
