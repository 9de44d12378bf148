import Foundation
import Testing

/// The page on which captures are started, and files handed over, in a real browser.
@Suite(.enabled(if: Browser.isPossible), .serialized) struct CapturePageTests: PageSuite {
  let page: ConsoleInBrowser

  init() throws { page = try ConsoleInBrowser() }

  private func messages() throws -> Int { try console.ask("/api/v1/count/packet").object["count"] as? Int ?? 0 }

  /// Drops files with these contents anywhere on the page.
  private func drop(_ files: [(name: String, content: Data)]) throws {
    let made = files.map { file in
      "files.items.add(new File([Uint8Array.from(atob('\(file.content.base64EncodedString())'), c => c.charCodeAt(0))], '\(file.name)'));"
    }
    try browser.evaluate(
      """
      (() => { const files = new DataTransfer(); \(made.joined())
      const event = kind => new DragEvent(kind, {dataTransfer: files, bubbles: true, cancelable: true});
      document.body.dispatchEvent(event('dragover'));
      document.body.dispatchEvent(event('drop')); })()
      """)
  }

  @Test func droppedCapturesAreImportedOneAfterAnother() throws {
    let before = try messages()
    let other = try Data(contentsOf: Place.samples.appending(path: "node-v24-bootstrap.pcap"))
    // A second capture: the first packets of the same, which is another file.
    try browser.open("\(console.url)/#/overview")
    try browser.wait("document.querySelector('[data-tile=messages]')")
    try drop([("of a node (1).pcap", other), ("part.pcap", other.prefix(24))])
    try browser.wait("location.hash === '#/capture'")
    try browser.wait("document.querySelector('#view').textContent.includes('part.pcap')")
    try console.wait(60) { $0["importing"] as? Bool == false }
    #expect(try messages() == before + 1441)
    #expect(FileManager.default.fileExists(atPath: folder.path("of_a_node_1_.pcap")))
    let files = try console.query("select source from run order by id").rows.map { $0[0] as? String ?? "" }
    #expect(files.count == 3 && files[1].hasSuffix("of_a_node_1_.pcap"), "\(files)")
    // What cannot be imported is told.
    try drop([("text.txt", Data("no capture at all".utf8))])
    try browser.wait("document.querySelector('#view [role=alert]')?.textContent.startsWith('text.txt: ')")
    #expect(!FileManager.default.fileExists(atPath: folder.path("text.txt")))
    #expect(browser.problems.allSatisfy { $0.contains("409") }, "\(browser.problems)")
  }

  @Test func interfaceAndFilterAreChosenAndChecked() throws {
    try browser.open("\(console.url)/#/capture")
    try browser.wait(
      "[...document.querySelectorAll('select[aria-label=interface] option')].some(one => one.value === 'lo')")
    try browser.wait(
      "document.querySelector('select[aria-label=interface] option[value=lo]').textContent.includes('packets/s')")
    let field = "document.querySelector('input[aria-label=\"capture filter\"]')"
    try browser.evaluate("\(field).focus()")
    try browser.type("tcp prot 1")
    try browser.wait(
      "[...document.querySelectorAll('#view .bad')].some(one => !one.hidden && one.textContent.includes('syntax error'))"
    )
    #expect(try browser.evaluate("\(field).hasAttribute('aria-invalid')") as? Bool == true)
    try browser.evaluate("\(field).value = ''")
    try browser.type("tcp port 1")
    try browser.wait("!\(field).hasAttribute('aria-invalid')")
    #expect(browser.problems == [])
  }

  @Test(.enabled(if: Cable.isPossible)) func captureIsStartedFromThePage() throws {
    try browser.open("\(console.url)/#/capture")
    try browser.wait(
      "[...document.querySelectorAll('select[aria-label=interface] option')].some(one => one.value === 'lo')")
    try browser.evaluate("document.querySelector('select[aria-label=interface]').value = 'lo'")
    try browser.evaluate("document.querySelector('input[aria-label=\"capture filter\"]').value = 'tcp port 1'")
    try browser.evaluate("document.querySelector('input[aria-label=seconds]').value = '600'")
    try browser.press(button: "Start capture")
    try browser.wait("document.querySelector('#view').textContent.includes('Capturing on lo')")
    try browser.press(button: "Stop")
    try browser.wait("document.querySelector('#view').textContent.includes('The last run ended: stopped')")
    let run = try console.query("select source, filter from run order by id desc limit 1").rows[0]
    #expect(run[0] as? String == "lo" && run[1] as? String == "tcp port 1", "\(run)")
    #expect(browser.problems == [])
  }

  @Test(.enabled(if: Cable.isPossible)) func rotatedCapturesAreFollowed() throws {
    try browser.open("\(console.url)/#/capture")
    let name = "document.querySelector('#database')?.textContent"
    try browser.wait("\(name)")
    let first = try #require(browser.evaluate(name) as? String)
    let isDisabled = "[...document.querySelectorAll('button')].find(one => one.textContent === 'Rotate').disabled"
    #expect(try browser.evaluate(isDisabled) as? Bool == true)
    #expect(try console.post("/api/v1/capture/start", ["interface": "lo", "filter": "tcp port 1"]).status == 200)
    try browser.wait("document.querySelector('#view').textContent.includes('Capturing on lo')")
    try browser.press(button: "Rotate")
    try browser.wait("\(name) !== '\(first)' && \(name).endsWith('Z.db')")
    // What other pages show is of that file from then on.
    try browser.open("\(console.url)/#/overview")
    try browser.wait("document.querySelector('[data-tile=messages]')?.textContent.includes('0')")
    let second = try #require(browser.evaluate(name) as? String)
    #expect(try console.post("/api/v1/capture/rotate").status == 200)
    try browser.wait("\(name) !== '\(second)'")
    #expect(try console.post("/api/v1/capture/stop").status == 200)
    #expect(browser.problems == [])
  }
}
