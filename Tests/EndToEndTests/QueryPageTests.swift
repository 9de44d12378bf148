import Foundation
import Testing

/// The page on which queries are written, in a real browser.
@Suite(.enabled(if: Browser.isPossible), .serialized) struct QueryPageTests {
  private let folder: TemporaryFolder
  private let console: ConsoleProcess
  private let browser: Browser

  init() throws {
    folder = try TemporaryFolder()
    console = try ConsoleProcess.serving(in: folder)
    browser = try Browser()
    try browser.resize(1440, 900)
  }

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
    let text =
      "new Promise(done => { const make = URL.createObjectURL; URL.createObjectURL = blob => { blob.text().then(done); return make(blob); }; document.querySelector('[data-download=csv]').click(); })"
    let csv = try browser.evaluate(text) as? String ?? ""
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
    try browser.evaluate(
      "(() => { const kind = document.querySelector('[aria-label=\"kind of chart\"]'); kind.value = 'bar'; kind.dispatchEvent(new Event('change')); })()"
    )
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
    #expect(abs(try browser.box(".results th:nth-child(1)", "width") - width - 120) < 20)
    #expect(browser.problems == [])
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
    try other.evaluate(
      "(() => { const saved = document.querySelector('select[aria-label=Saved]'); saved.value = '0'; saved.dispatchEvent(new Event('change')); })()"
    )
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
