import Foundation
import Testing

/// The page on which queries are written, in a real browser.
@Suite(.enabled(if: Browser.isPossible), .serialized) struct QueryPageTests: PageSuite {
  let page: ConsoleInBrowser

  init() throws { page = try ConsoleInBrowser(width: 1440) }

  private func open(_ sql: String, _ more: String = "&run=1") throws {
    let text = sql.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    try browser.open("\(console.url)/#/query?sql=\(text)\(more)")
    try browser.wait("document.querySelector('.CodeMirror')")
  }

  private func set(_ field: String, _ text: String) throws {
    try browser.evaluate("document.querySelector('[aria-label=\"\(field)\"]').focus()")
    try browser.evaluate("document.querySelector('[aria-label=\"\(field)\"]').select()")
    try browser.type(text)
  }

  @Test func parametersHaveFieldsAndAreInTheAddress() throws {
    try open("select id, ':no' from message where id = :id and length > :least -- :neither", "&p.least=0")
    try browser.wait("document.querySelectorAll('[data-parameters] input').length === 2")
    try set("parameter id", "3")
    try browser.press(button: "Run")
    try browser.wait("document.querySelector('.results td')?.textContent === '3'")
    // The address leads back to values and result.
    try browser.reload()
    try browser.wait("document.querySelector('.results td')?.textContent === '3'")
    // A quoted number is a text.
    try open("select typeof(:a), typeof(:b), typeof(:c), typeof(:d)", "&p.a=1&p.b='1'&p.c=1.5&p.d=&run=1")
    try browser.wait("document.querySelectorAll('.results td').length === 4")
    #expect(try browser.text(".results tr:nth-child(2)") == "integertextrealnull")
    let csv =
      try browser.evaluate("fetch(document.querySelector('[data-download=csv]').href).then(answer => answer.text())")
      as? String ?? ""
    #expect(csv.hasSuffix("integer,text,real,null\r\n"), "\(csv)")
    #expect(browser.problems == [])
  }

  @Test func anErrorIsMarkedAtItsPlace() throws {
    try open("select id\nfrom message\nwhre id = 1")
    try browser.wait("document.querySelector('.sql-error')")
    #expect(try browser.text(".sql-error") == "id")
    try browser.evaluate("document.querySelector('.CodeMirror').CodeMirror.setValue('select 1')")
    try browser.wait("!document.querySelector('.sql-error')")
  }

  @Test func aChartSuitsItsColumns() throws {
    for (sql, kind, x, y) in [
      ("select time_us, length from message limit 50", "line", "time_us", "length"),
      ("select 'a' as name, 3 as n union all select 'b', 4", "bar", "name", "n"),
      ("select length from message limit 100", "histogram", "row number", "length"),
      ("select length, id from message limit 100", "scatter", "id", "length"),
    ] {
      try open(sql)
      try browser.wait("document.querySelector('[data-chart]')")
      try browser.click("[data-chart]")
      try browser.wait("document.querySelector('[data-result-chart] canvas')")
      func chosen(_ label: String) throws -> String {
        try browser.evaluate(
          "[...document.querySelector('[aria-label=\"\(label)\"]').selectedOptions].map(one => one.value === '-1' ? 'row number' : \(label == "kind of chart" ? "one.value" : "one.textContent")).join()"
        ) as? String ?? ""
      }
      #expect(try [chosen("kind of chart"), chosen("along"), chosen("values")] == [kind, x, y], "\(sql)")
    }
    // Another kind is drawn at once.
    try browser.set("bar", in: "[aria-label='kind of chart']")
    try browser.wait("document.querySelectorAll('[data-result-chart] canvas').length === 1")
    #expect(browser.problems == [])
  }

  @Test func columnsAreHiddenAndGivenAnotherWidth() throws {
    try open("select id, length, time_us from message limit 3")
    try browser.wait("document.querySelectorAll('.results tr').length === 4")
    try browser.evaluate("document.querySelector('.choices').open = true")
    try browser.click("[data-column=length]")
    try browser.wait("document.querySelectorAll('.results th').length === 2")
    #expect(try browser.text(".results th:nth-child(2)") == "time_us")
    let width = try browser.box(".results th:nth-child(1)", "width")
    let (right, top) = (try browser.box(".results th:nth-child(1)", "right"), try browser.box(".results th", "top"))
    try browser.drag(from: (right - 3, top + 8), to: (right + 117, top + 8))
    let wide = try browser.box(".results th:nth-child(1)", "width")
    #expect(abs(wide - width - 120) < 20)
    // By keyboard too.
    try browser.evaluate("document.querySelector('.results th:nth-child(1) button').focus()")
    for _ in 0..<2 { try browser.press("ArrowLeft", code: 37, modifiers: 8) }
    #expect(abs(try browser.box(".results th:nth-child(1)", "width") - wide + 40) < 2)
    #expect(browser.problems == [])
  }

  @Test func aMillionRowsAreShownAndSorted() throws {
    let other = try TemporaryFolder()
    try SampleDatabase.copy(to: other.path("a.db"), adding: 1_000_000)
    // A program for debugging takes a busy machine more than a query's time.
    let console = try ConsoleProcess(
      ["serve", "--database", "a.db", "--set", "web.query_seconds=300"], folder: other)
    func memory() throws -> Int {
      let status = try String(contentsOfFile: "/proc/\(console.process.processIdentifier)/status", encoding: .utf8)
      return Int(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }?.filter(\.isNumber) ?? "") ?? 0
    }
    try browser.open("\(console.url)/#/query?sql=select+*+from+message+limit+10&run=1")
    try browser.wait("document.querySelectorAll('.results tr').length === 11")
    let before = try memory()
    try go("query?sql=select+*+from+message&run=1")
    let isComplete =
      "/^1,000,000 rows, .* ms; there are more/.test(document.querySelector('[data-state]')?.textContent)"
    try browser.wait(isComplete, seconds: 300)
    #expect(try browser.text("[data-state]").contains("(web.max_page_rows)"))
    // Neither side holds them as values.
    #expect(try memory() - before < 64 << 10, "kB")
    let heap = try #require(try browser.evaluate("performance.memory.usedJSHeapSize") as? Double)
    #expect(heap > 20e6 && heap < 300e6)
    for share in [0.5, 1, 0.25, 0] {
      try browser.evaluate(
        "(() => { const box = document.querySelector('.results'); box.scrollTop = (box.scrollHeight - box.clientHeight) * \(share); })()"
      )
      try browser.wait(
        """
        (() => { const ids = [...document.querySelectorAll('.results td:first-child')].map(one => Number(one.textContent));
        return ids.length > 5 && ids.length < 100 && ids.every((id, place) => !place || id === ids[place - 1] + 1)
          && Math.abs(ids[0] - \(share) * (1e6 - ids.length)) < 1000; })()
        """)
    }
    try browser.evaluate("document.querySelector('.results').focus()")
    try browser.press("End", code: 35)
    try browser.wait("[...document.querySelectorAll('.results tr')].at(-1).firstChild.textContent === '1000000'")
    // All are sorted, not those alone that the page has.
    let last = try Database(other.path("a.db")).count("select max(id) from message")
    for value in ["1", "\(last)"] {
      try browser.evaluate("document.querySelector('.results th button').click()")
      try browser.wait(
        "\(isComplete) && document.querySelector('.results td').textContent === '\(value)'", seconds: 300)
    }
    expectNoTrouble(browser, console)
  }

  @Test func aQueryThatTakesTooLongShowsWhatItGave() throws {
    let other = try TemporaryFolder()
    try SampleDatabase.copy(to: other.path("a.db"))
    let console = try ConsoleProcess(
      ["serve", "--database", "a.db", "--set", "web.query_seconds=4"], folder: other)
    let endless = "with+recursive+n(x)+as+(select+1+union+all+select+x%2B1+from+n)"
    let slow = "select+x,+hex(zeroblob(3000))+from+n+where+x+%25+2000+=+0"
    try browser.open("\(console.url)/#/query?sql=\(endless)+\(slow)&run=1")
    try browser.wait("document.querySelector('[data-state] .bad')?.textContent.includes('took too long')")
    #expect(try browser.text("[data-state]").contains("; and then: "))
    #expect(try browser.text(".results td") == "2000")
    // Who wants to wait may, and may think better of it.
    try browser.press(button: "Wait for N s")
    try browser.wait("document.querySelector('[data-state]').textContent.includes('rows so far…')")
    try browser.press(button: "Cancel")
    try browser.wait("document.querySelector('[data-state] .bad')?.textContent.includes('cancelled')")
    #expect(browser.problems == [])
  }

  @Test func sqlIsFormattedAndMeansTheSame() throws {
    try show("query")
    try browser.wait("document.querySelector('.CodeMirror')")
    func format(_ sql: String, _ language: String = "SQLite") throws -> String {
      let call = "import('./sqlformat.js').then(one => one.formatSQL(\(browser.quoted(sql)), '\(language)'))"
      return try browser.evaluate(call) as? String ?? ""
    }
    #expect(
      try format("select a,b from t where x='a  --b' and y between 1 and 2 or z in (select 1)--end\n limit 3;")
        == "select a, b\nfrom t\nwhere\n  x = 'a  --b'\n  and y between 1 and 2\n  or z in (\n    select 1\n  )\n  --end\nlimit 3;"
    )
    #expect(
      try format("select - -1,count( * ),t . a::text,[my  table] from t")
        == "select - -1, count(*), t.a::text, [my  table]\nfrom t")
    #expect(
      try format("select ['a]  b'], 'it\\'s  -- ' from t", "ClickHouse") == "select ['a]  b'], 'it\\'s  -- '\nfrom t")
    // Nothing but blanks is changed, and that once, in all queries that there are; `it  is` has blanks of its own.
    let folders = ["protocol", "Examples/dns/Sources/dnscap"]
    let files = try folders.flatMap { folder in
      let folder = Place.root.appending(path: folder)
      return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    }.filter { $0.pathExtension == "sql" }
    #expect(files.count >= 7)
    for file in files {
      let language = file.path.contains("clickhouse") ? "ClickHouse" : "SQLite"
      for text in try String(contentsOf: file, encoding: .utf8).split(separator: ";\n").map(String.init) {
        let formatted = try format(text, language)
        #expect(formatted.filter { !$0.isWhitespace } == text.filter { !$0.isWhitespace })
        #expect(try format(formatted, language) == formatted)
      }
    }
    // They give the same.
    let examples = try #require(try console.ask("/api/v1/description").object["examples"] as? [[String: String]])
    for query in examples.compactMap({ $0["query"] }) {
      let answers = try [query, try format(query)].map { try console.post("/api/v1/capture/query", ["query": $0]) }
      let rows = try answers.map { try $0.rows as NSArray }
      #expect(rows[0] == rows[1], "\(query)")
    }
    // By key and by button.
    let editor = "document.querySelector('.CodeMirror').CodeMirror"
    for press in [{ try browser.press(button: "Format") }, { try browser.press("F", code: 70, modifiers: 9) }] {
      try browser.evaluate("\(editor).setValue('select 1 from message limit 1'); \(editor).focus()")
      try press()
      try browser.wait("\(editor).getValue() === 'select 1\\nfrom message\\nlimit 1'")
    }
    #expect(browser.problems == [])
  }

  @Test func aSavedQueryIsReplacedOnlyWhenAsked() throws {
    func save(_ sql: String, as name: String) throws {
      try browser.evaluate("document.querySelector('.CodeMirror').CodeMirror.setValue('\(sql)')")
      try browser.press(button: "Save")
      try browser.wait("document.querySelector('#dialog input')")
      try browser.type(name)
      try browser.click("#dialog button.main")
    }
    func saved() throws -> [String?] {
      try #require(try console.ask("/api/v1/queries").object["queries"] as? [[String: String]]).map { $0["query"] }
    }
    try show("query")
    try browser.wait("document.querySelector('.CodeMirror')")
    try save("select 1", as: "one")
    try browser.wait("document.querySelector('[data-state]').textContent === 'saved as one'")
    try save("select 2", as: "one")
    try browser.wait("document.querySelector('#dialog h1')?.textContent === \"Replace 'one'?\"")
    try browser.press(button: "Cancel")
    #expect(try saved() == ["select 1"])
    try save("select 2", as: "one")
    try browser.press(button: "Replace")
    try browser.wait("document.querySelector('[data-state]').textContent === 'saved as one'")
    #expect(try saved() == ["select 2"])
    #expect(browser.problems == [])
    // Somebody else has saved one that this page does not know of.
    #expect(try console.post("/api/v1/queries/save", ["name": "two", "query": "select 3"]).status == 200)
    try save("select 4", as: "two")
    try browser.press(button: "Replace")
    try browser.wait("document.querySelector('[data-state]').textContent === 'saved as two'")
    #expect(try saved() == ["select 2", "select 4"])
  }

  @Test func aSavedQueryIsThereForOthers() throws {
    try open("select 42 as answer")
    try browser.press(button: "Save")
    try browser.wait("document.querySelector('#dialog input')")
    try browser.type("the answer")
    try browser.click("#dialog button.main")
    try browser.wait("document.querySelector('[data-state]').textContent === 'saved as the answer'")
    // Another browser, another day.
    let other = try Browser()
    try other.open("\(console.url)/#/query")
    try other.wait(
      "document.querySelector('.CodeMirror') && document.querySelector('select[aria-label=Saved]').length === 2")
    try other.set("0", in: "select[aria-label=Saved]")
    #expect(
      try other.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()") as? String
        == "select 42 as answer")
    try other.press(button: "Forget…")
    try other.press(button: "Forget")
    try other.wait("document.querySelector('select[aria-label=Saved]').length === 1")
    #expect((try console.ask("/api/v1/queries").object["queries"] as? [Any])?.isEmpty == true)
    #expect(browser.problems == [] && other.problems == [])
  }
}
