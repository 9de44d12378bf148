import Foundation
import Testing

/// The page of one of several databases, in a real browser.
@Suite(.enabled(if: Browser.isPossible), .serialized) struct OtherDatabasesPageTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "captures"), withIntermediateDirectories: true)
    for (sample, name, day) in [("node-v24-bootstrap.pcap", "old.db", 1.0), ("node-v25-ascending.pcap", "new.db", 2.0)]
    {
      let path = folder.path("captures/\(name)")
      try SampleDatabase.copy(of: sample, to: path)
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: day * 86_400)], ofItemAtPath: path)
    }
  }

  @Test func anotherDatabaseIsChosenAndTheAddressLeadsBackToIt() throws {
    let console = try ConsoleProcess(["serve", "--database", "captures"], folder: folder)
    let browser = try Browser(size: "1440,900")
    let shown = "document.querySelector('#database select')?.selectedOptions[0].textContent"
    try browser.open("\(console.url)/#/messages")
    try browser.wait("\(shown) === 'new.db'")
    try browser.evaluate(
      "(() => { const box = document.querySelector('#database select'); box.value = [...box.options].find(one => one.textContent === 'old.db').value; box.dispatchEvent(new Event('change')); })()"
    )
    try browser.wait("location.pathname === '/databases/old.db/' && \(shown) === 'old.db'")
    let count = try Database(folder.path("captures/old.db")).values("select count(*) from message").first.flatMap(
      \.self)
    let told = "document.querySelector('[data-count]')?.textContent.replaceAll(/[^0-9]/g, '')"
    try browser.wait("\(told) === '\(count ?? "")'")
    try browser.reload()
    try browser.wait("\(told) === '\(count ?? "")' && location.hash === '#/messages'")
    #expect(browser.problems == [])
  }
}
