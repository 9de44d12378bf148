import Foundation
import Testing

/// The page in a real browser.
@Suite(.enabled(if: Browser.isPossible), .serialized) struct ConsolePageTests {
  private let folder: TemporaryFolder
  private let sample = Place.samples.appending(path: "node-v25-ascending.pcap")

  init() throws { folder = try TemporaryFolder() }

  private func serve() throws -> ConsoleProcess { try ConsoleProcess.serving(in: folder) }

  @Test func countersMoveDuringAnImport() throws {
    let feed = Pipe()
    let console = try ConsoleProcess(["import", "-", "--serve", "--database", "a.db"], input: feed, folder: folder)
    let browser = try Browser()
    try browser.open(console.url)
    let capture = try Data(contentsOf: sample)
    let packets = "Number(document.querySelector('[data-tile=packets] b')?.textContent.replaceAll(',', ''))"
    let part = capture.count / 4
    var seen: [Double] = []
    for step in 0..<4 {
      let end = step == 3 ? capture.count : (step + 1) * part
      try feed.fileHandleForWriting.write(contentsOf: capture[step * part..<end])
      try browser.wait("\(packets) > \(seen.last ?? 0)")
      seen.append(try browser.evaluate(packets) as? Double ?? 0)
      if step == 0 { try browser.wait("document.querySelector('#state').textContent.includes('importing')") }
    }
    try feed.fileHandleForWriting.close()
    #expect(Set(seen).count == 4, "\(seen)")
    try browser.wait("document.querySelector('#state').textContent === 'idle'")
    let total = try Database(folder.path("a.db")).count("select count(*) from message")
    try browser.wait(
      "document.querySelector('[data-tile=messages] b').textContent.replaceAll(',', '') === '\(total)'")
    try browser.wait(
      "document.querySelectorAll('[data-panel=live] canvas, [data-panel=traffic] canvas').length === 2 && document.querySelector('.bar')"
    )
    expectNoTrouble(browser, console)
  }

  @Test func queryIsTypedRunLinkedAndReloaded() throws {
    let console = try serve()
    let browser = try Browser()
    try browser.open("\(console.url)/#/query")
    try browser.wait("document.querySelector('.CodeMirror')")
    try browser.evaluate("document.querySelector('.CodeMirror').CodeMirror.setValue('')")
    try browser.click(".CodeMirror-scroll")
    try browser.type("select id, length, 'x' || id as name from message where id <= 3 order by id desc")
    try browser.press("Escape", code: 27)
    try browser.press("Enter", code: 13, control: true)
    try browser.wait("document.querySelectorAll('.results tr').length === 4")
    #expect(try browser.text(".results tr:nth-child(2) td:nth-child(3)") == "x3")
    #expect(try browser.text("[data-state]").hasPrefix("3 rows"))
    // Sorted by a click on a column's name.
    try browser.click(".results th:nth-child(1) button")
    try browser.wait("document.querySelector('.results tr:nth-child(2) td:nth-child(3)').textContent === 'x1'")
    // The address is a link to the query and its result.
    let address = try browser.evaluate("location.href") as? String ?? ""
    #expect(address.contains("sql=select"))
    try browser.reload()
    try browser.wait("document.querySelector('.results tr:nth-child(2) td:nth-child(3)')?.textContent === 'x3'")
    // A chart, where there are numbers; the history; the plan; an error with its place.
    try browser.click("[data-chart]")
    try browser.wait("document.querySelector('canvas')")
    #expect(try browser.evaluate("document.querySelector('select[aria-label=History]').length") as? Double == 2)
    try browser.press(button: "Explain")
    try browser.wait("[...document.querySelectorAll('pre')].some(one => one.textContent.includes('SEARCH message'))")
    try browser.evaluate("document.querySelector('.CodeMirror').CodeMirror.setValue('select * frm message')")
    try browser.press(button: "Run")
    try browser.wait("document.querySelector('#view .bad')?.textContent.includes('syntax error')")
    #expect(browser.problems.allSatisfy { $0.contains("400") }, "\(browser.problems)")
  }

  @Test func queryIsCancelled() throws {
    let console = try serve()
    let browser = try Browser()
    let endless = "with recursive n(x) as (select 1 union all select x %2B 1 from n) select count(*) from n"
    try browser.open("\(console.url)/#/query?sql=\(endless.replacing(" ", with: "%20"))&run=1")
    try browser.wait("document.querySelector('[data-state]')?.textContent === 'running…'")
    try browser.press(button: "Cancel")
    try browser.wait("document.querySelector('#view .bad')?.textContent === 'The query was cancelled.'", seconds: 8)
    expectNoTrouble(browser, console)
  }

  @Test func editorCompletesTablesAndColumns() throws {
    let console = try serve()
    let browser = try Browser()
    try browser.open("\(console.url)/#/query")
    try browser.wait("document.querySelector('.CodeMirror')")
    try browser.evaluate("document.querySelector('.CodeMirror').CodeMirror.setValue('')")
    try browser.click(".CodeMirror-scroll")
    for character in "select * from block_s" { try browser.type(String(character)) }
    try browser.wait(
      "[...document.querySelectorAll('.CodeMirror-hint')].some(one => one.textContent === 'block_state')")
    expectNoTrouble(browser, console)
  }

  @Test func messageAndBytesShowOneAnother() throws {
    let console = try serve()
    let browser = try Browser()
    try browser.open("\(console.url)/#/messages")
    try browser.wait("document.querySelectorAll('.list-row').length > 5")
    // A row may be made anew between being found and being clicked.
    try EndToEndTests.wait(60) {
      try browser.click(".list-row[data-index='2']")
      Thread.sleep(forTimeInterval: 0.5)
      return try browser.evaluate("!!document.querySelector('.hex')") as? Bool == true
    }
    #expect(try browser.text(".detail h1").contains("message 3"))
    // From the tree to the bytes.
    try browser.click("[data-field=message_type]")
    let marked = "[...document.querySelectorAll('.hex [data-at].marked')].map(one => Number(one.dataset.at))"
    #expect(try browser.evaluate(marked) as? [Double] == [5])
    // And back, to the innermost field.
    try browser.click(".hex [data-at='1']")
    try browser.wait("document.querySelector('.node.marked')?.dataset.field === 'network_id'")
    #expect(try browser.evaluate(marked) as? [Double] == [1])
    // A field of many bytes marks them all.
    let long = "[...document.querySelectorAll('.tree .node')].find(one => one.dataset.length === '32')"
    try browser.evaluate("\(long).click()")
    #expect((try browser.evaluate(marked) as? [Double])?.count == 32)
    // By keyboard through the list.
    try browser.evaluate("document.querySelector('.list').focus()")
    try browser.press("ArrowDown", code: 40)
    try browser.wait("document.querySelector('.detail h1').textContent.includes('message 4')")
    try browser.press("End", code: 35)
    let last = try Database(folder.path("a.db")).count("select max(id) from message")
    try browser.wait("document.querySelector('.detail h1').textContent.includes('message \(last)')")
    expectNoTrouble(browser, console)
  }

  @Test func filtersNarrowTheList() throws {
    let console = try serve()
    let database = try Database(folder.path("a.db"))
    let browser = try Browser()
    for (filter, condition) in [
      ("type=4", "msg_type = 4"), ("flow=3", "flow_id = 3"),
      ("address=127.0.0.1&type=10", "msg_type = 10"), ("address=192.0.2.1", "0"),
      ("from=2001-01-01&to=2002-01-01", "0"), ("from=2001-01-01", "1"),
    ] {
      try browser.open("\(console.url)/#/messages?\(filter)")
      let count = try database.count("select count(*) from message where \(condition)")
      try browser.wait("document.querySelector('[data-count]')?.textContent === '\(count) messages'")
    }
    try browser.open("\(console.url)/#/messages?from=yesterday")
    try browser.wait("document.querySelector('#view .bad')?.textContent.includes(\"'yesterday' is no value\")")
  }

  @Test func listOfAMillionMessagesCanBeScrolled() throws {
    // So many that the list is higher than a browser's elements can be.
    try SampleDatabase.copy(to: folder.path("a.db"), adding: 1_000_000)
    // Counting a million takes a busy machine more than a query's time.
    let console = try ConsoleProcess(
      ["serve", "--database", "a.db", "--set", "web.query_seconds=120"], folder: folder)
    let total = try Database(folder.path("a.db")).count("select count(*) from message")
    let browser = try Browser()
    try browser.open("\(console.url)/#/messages")
    try browser.wait("document.querySelector('[data-count]')?.textContent.replaceAll(',', '') === '\(total) messages'")
    for share in [0.5, 0.25, 1.0, 0.0] {
      try browser.evaluate(
        "(() => { const list = document.querySelector('.list'); list.scrollTop = (list.scrollHeight - list.clientHeight) * \(share); })()"
      )
      // The rows in sight are those of that place, and they are there soon.
      try browser.wait(
        """
        (() => { const ids = [...document.querySelectorAll('.list-row')].map(row => Number(row.firstChild.textContent));
        const middle = \(share) * (\(total) - ids.length); return ids.length > 5 && ids.every(id => Math.abs(id - middle) < \(total) / 1000); })()
        """)
    }
    #expect(try browser.evaluate("document.querySelectorAll('.list-row').length < 100") as? Bool == true)
    // A filter over all of them.
    try browser.open("\(console.url)/#/messages?type=12")
    let filtered = try Database(folder.path("a.db")).count("select count(*) from message where msg_type = 12")
    try browser.wait(
      "document.querySelector('[data-count]')?.textContent.replaceAll(',', '') === '\(filtered) messages'", seconds: 30)
    try browser.evaluate("document.querySelector('.list').scrollTop = 1e9")
    try browser.wait("[...document.querySelectorAll('.list-row')].at(-1)?.firstChild.textContent === '\(total)'")
    expectNoTrouble(browser, console)
  }

  @Test func connectionIsShownAsALadder() throws {
    let console = try serve()
    let database = try Database(folder.path("a.db"))
    let flow = try #require(
      try database.values("select flow_id from message group by 1 having count(*) < 400 order by count(*) desc limit 1")
        .first!)
    let browser = try Browser()
    try browser.open("\(console.url)/#/connections")
    try browser.wait("document.querySelectorAll('.list-row').length > 2")
    try browser.open("\(console.url)/#/connections?flow=\(flow)")
    try browser.wait("document.querySelector('.rung.event')?.textContent === 'open connection'")
    for (direction, name) in [(0, "forward"), (1, "backward")] {
      let count = try database.count(
        "select count(*) from message where flow_id = \(flow) and direction = \(direction)")
      #expect(try browser.evaluate("document.querySelectorAll('.rung.\(name)').length") as? Double == Double(count))
    }
    expectNoTrouble(browser, console)
  }

  @Test func schemaShowsDocsAndMakesIndices() throws {
    let console = try serve()
    let browser = try Browser()
    try browser.open("\(console.url)/#/schema?table=message")
    try browser.wait("document.querySelector('[data-table=message]')?.textContent.includes('What the body is')")
    let count = try Database(folder.path("a.db")).count("select count(*) from message")
    try browser.wait(
      "document.querySelector('[data-table=message]').textContent.replaceAll(',', '').includes('\(count) rows')")
    try browser.press(button: "Make N suggested indices")
    try browser.wait("document.querySelector('[data-table=message]')?.textContent.includes('message_by_flow_id')")
    expectNoTrouble(browser, console)
  }

  @Test(.enabled(if: Cable.isPossible)) func captureIsStartedStoppedAndDestroyed() throws {
    let cable = try Cable()
    try SampleDatabase.copy(to: folder.path("a.db"))
    let console = try ConsoleProcess(
      ["serve", "--database", "a.db", "--set", "capture.interface=far", "--set", "capture.filter=tcp"],
      prefix: cable.prefix, folder: folder)
    let before = try Database(folder.path("a.db")).count("select count(*) from message")
    let browser = try Browser(prefix: cable.prefix)
    try browser.openInNewNetwork("\(console.url)/#/capture")
    try browser.press(button: "Start capture")
    try browser.wait("document.querySelector('#state').textContent.includes('capturing on far')")
    try cable.replay(sample.path, packetsPerSecond: 2000)
    try wait(60) { try Database(folder.path("a.db")).count("select count(*) from message") > before }
    try browser.press(button: "Stop")
    try browser.wait("document.querySelector('#state').textContent === 'idle'")
    let after = try Database(folder.path("a.db")).count("select count(*) from message")
    #expect(after > before)
    // Removing asks; whoever thinks better of it loses nothing.
    try browser.press(button: "Remove all data…")
    try browser.wait("document.querySelector('dialog').open")
    try browser.press(button: "Cancel")
    try browser.wait("!document.querySelector('dialog').open")
    #expect(try Database(folder.path("a.db")).count("select count(*) from message") == after)
    try browser.press(button: "Remove all data…")
    try browser.press(button: "Remove")
    // The tables are made anew; for a moment there are none.
    try wait(60) { (try? Database(folder.path("a.db")).count("select count(*) from message")) == 0 }
    expectNoTrouble(browser, console)
  }

  /// A packet's bytes are an attacker's bytes.
  @Test func scriptInDataIsText() throws {
    let console = try serve()
    let evil = "<img src=x onerror=\"document.title='pwned'\"><script>document.title='pwned'</script>"
    try system(
      "sqlite3", folder.path("a.db"),
      """
      update run set source = '\(evil.replacing("'", with: "''"))';
      update flow set srcip = '\(evil.replacing("'", with: "''"))', close_reason = '\(evil.replacing("'", with: "''"))';
      update flow_event set event = '\(evil.replacing("'", with: "''"))';
      insert into decode_issue (flow_id, message_id, time_us, length, kind, path, detail)
      select 1, 1, 1, 1, '\(evil.replacing("'", with: "''"))', '\(evil.replacing("'", with: "''"))', '\(evil.replacing("'", with: "''"))';
      update enum_message_type set name = '\(evil.replacing("'", with: "''"))';
      """)
    let browser = try Browser()
    for place in [
      "overview", "messages?id=1", "connections", "connections?flow=1", "schema",
      "query?sql=select%20*%20from%20flow&run=1",
      "query?sql=select%20*%20from%20run%20where%20'%3Cimg%20src%3Dx%3E'%20%3E%20''&run=1",
      "messages?filter=issue.detail%3D'%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E'",
      "query?find=%3Cscript%3Ealert(1)%3C/script%3E",
    ] {
      try browser.open("\(console.url)/#/\(place)")
      try browser.waitForAnswers()
      #expect(
        try browser.evaluate("document.title !== 'pwned' && !document.querySelector('main img, main script')") as? Bool
          == true, "\(place)")
    }
    try browser.open("\(console.url)/#/connections?flow=1")
    try browser.wait("document.querySelector('.rung.event')?.textContent.includes('<script>')")
    expectNoTrouble(browser, console)
  }

  @Test func pageWorksWithoutLibraries() throws {
    let console = try serve()
    let browser = try Browser(blocking: ["*/vendor/*"])
    try browser.open("\(console.url)/#/overview")
    try browser.wait("document.querySelector('.chart table') && document.querySelector('.bar')")
    #expect(try browser.text(".wide .chart table").contains("confirm_ack"))
    try browser.open("\(console.url)/#/query?sql=select%201%20as%20one")
    try browser.click("textarea.sql")
    try browser.press("End", code: 35)
    try browser.type(" union select 2")
    try browser.press("Enter", code: 13, control: true)
    try browser.wait("document.querySelectorAll('.results tr').length === 3")
    #expect(browser.problems.allSatisfy { $0.contains("vendor") }, "\(browser.problems)")
  }

  @Test func pageIsUsedByKeyboard() throws {
    let console = try serve()
    let browser = try Browser()
    try browser.open(console.url)
    try browser.wait("document.querySelector('.tiles')")
    for (key, name) in [("2", "messages"), ("3", "connections"), ("5", "schema"), ("6", "capture"), ("1", "overview")] {
      try browser.press(key, code: 48 + (Int(key) ?? 0))
      try browser.wait("location.hash.startsWith('#/\(name)')")
      try browser.wait("document.querySelector('#tabs a[aria-current]').dataset.view === '\(name)'")
    }
    expectNoTrouble(browser, console)
  }

  /// Of a message that is shown: fields and bytes stand beside each other or one below the other, and nothing is cut off.
  private func expectRoom(_ browser: Browser, _ width: Int, _ place: Comment) throws {
    #expect(try browser.box(".tree", "width") >= 400, place)
    if width >= 1280 {
      #expect(try browser.box(".hex", "left") >= browser.box(".tree", "right"), place)
    } else {
      #expect(try browser.box(".hex", "top") >= browser.box(".tree", "bottom"), place)
    }
    for part in ["document.documentElement", "document.querySelector('.detail')", "document.querySelector('.hex')"] {
      #expect(try browser.evaluate("\(part).scrollWidth <= \(part).clientWidth") as? Bool == true, "\(part), \(place)")
    }
    // As many characters a line as make a sentence readable.
    let thin = """
      [...document.querySelectorAll('.tree .node, .detail td')].filter(node => { const range = document.createRange();
      range.selectNodeContents(node); const lines = new Set([...range.getClientRects()].map(box => Math.round(box.bottom / 8))).size;
      return lines > 1 && node.textContent.length / lines < 25; }).map(node => node.textContent.slice(0, 60))
      """
    #expect(try browser.evaluate(thin) as? [String] == [], place)
  }

  @Test func fieldsAndBytesHaveRoomAtEveryWidth() throws {
    let console = try serve()
    let messages = try Database(folder.path("a.db")).values("select min(id) from message group by msg_type")
    let browser = try Browser()
    let widths = [800, 1024, 1279, 1280, 1400, 1600, 1920, 2400, 2560]
    for (number, id) in messages.compactMap({ $0 }).enumerated() {
      // Each message is loaded at another width, and then given all, as by somebody who pulls at the window.
      try browser.resize(widths[number % widths.count], 900)
      try browser.open("\(console.url)/#/messages?id=\(id)")
      try browser.waitForMessage(id)
      for step in widths.indices {
        let width = widths[(number + step) % widths.count]
        try browser.resize(width, 900)
        try browser.wait("innerWidth === \(width)")
        try expectRoom(browser, width, "message \(id) at \(width)")
      }
    }
    expectNoTrouble(browser, console)
  }

  @Test func pageFitsANarrowScreen() throws {
    let console = try serve()
    let browser = try Browser(size: "420,800", isDark: true)
    for place in ["overview", "messages?id=3", "connections", "query", "schema", "capture"] {
      try browser.open("\(console.url)/#/\(place)")
      try browser.waitForAnswers()
      #expect(try browser.evaluate("document.documentElement.scrollWidth <= innerWidth") as? Bool == true, "\(place)")
    }
    // Dark where the system is.
    #expect(try browser.evaluate("getComputedStyle(document.body).backgroundColor") as? String == "rgb(22, 25, 29)")
    expectNoTrouble(browser, console)
  }

  /// `make screenshots` sets the folder.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["SCREENSHOTS"] != nil)) func screenshots() throws {
    let target = try #require(ProcessInfo.processInfo.environment["SCREENSHOTS"])
    try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
    try nanocap(
      "import", sample.path, Place.samples.appending(path: "node-v24-bootstrap.pcap").path, "--database",
      folder.path("a.db"))
    let console = try ConsoleProcess(["serve", "--database", "a.db"], folder: folder)
    for isDark in [false, true] {
      let browser = try Browser(size: "1300,940", isDark: isDark)
      for (name, place) in [
        ("overview", "overview"), ("messages", "messages?id=9"), ("connections", "connections"),
        ("connection", "connections?flow=1"), ("schema", "schema"), ("capture", "capture"),
        ("query", "query?run=1&sql=select%20*%20from%20packet%20where%20msg_type%20%3D%205%20limit%20200"),
      ] {
        try browser.open("\(console.url)/#/\(place)")
        try browser.waitForAnswers()
        try browser.screenshot(to: "\(target)/\(name)\(isDark ? "-dark" : "").png")
      }
      for width in [390, 1280, 1440, 1920, 2560] {
        try browser.resize(width, 900)
        try browser.open("\(console.url)/#/messages?id=9")
        try browser.waitForAnswers()
        try browser.screenshot(to: "\(target)/message-\(width)\(isDark ? "-dark" : "").png")
      }
      expectNoTrouble(browser, console)
    }
  }
}
