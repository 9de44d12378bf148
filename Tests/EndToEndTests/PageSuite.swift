import Foundation
import Testing

/// A console on a sample's database, and a browser for its page.
struct ConsoleInBrowser {
  let folder: TemporaryFolder
  let console: ConsoleProcess
  let browser: Browser

  /// - Parameters:
  ///   - sample: whose database is served, as `a.db`.
  ///   - width: of the page, in pixels; the window's, if nil.
  init(_ sample: String = "node-v25-ascending.pcap", width: Int? = nil) throws {
    folder = try TemporaryFolder()
    console = try ConsoleProcess.serving(sample, in: folder)
    browser = try Browser()
    if let width { try browser.resize(width, 900) }
  }
}

/// Tests of a page of the console in a real browser.
protocol PageSuite {
  var page: ConsoleInBrowser { get }
}

extension PageSuite {
  var folder: TemporaryFolder { page.folder }
  var console: ConsoleProcess { page.console }
  var browser: Browser { page.browser }

  /// Shows a page: `messages?id=3`.
  func show(_ place: String) throws { try browser.open("\(console.url)/#/\(place)") }

  /// Goes from the page that is shown to another, as its links do.
  func go(_ place: String) throws { try browser.evaluate("location.hash = \(browser.quoted("#/\(place)")); 0") }

  /// Holds back requests of the page that have a text in their address or their body; `held` has the signals that end them.
  func hold(_ text: String) throws {
    try browser.evaluate(
      """
      (() => { const former = window.fetch;
      const held = window.held = [];
      const isLetGo = new Promise(resolve => { window.letGo = resolve; });
      window.answered = 0;
      window.fetch = async (address, options) => {
        if (!`${address} ${options?.body}`.includes(\(browser.quoted(text)))) return former(address, options);
        held.push(options?.signal);
        await isLetGo;
        // Whoever waits for the answer has dealt with it some tasks later.
        return former(address, options).finally(() => setTimeout(() => { window.answered += 1; }, 100));
      }; })()
      """)
  }

  /// Lets requests go that are held back, and waits until the page has dealt with the answers.
  func letGo() throws {
    try browser.wait("held.length > 0")
    let held = try browser.evaluate("letGo(), held.length") as? Int ?? 0
    try browser.wait("answered >= \(held)")
  }
}

/// Nothing went wrong on a page, and it asked nobody else.
func expectNoTrouble(_ browser: Browser, _ console: ConsoleProcess, _ location: SourceLocation = #_sourceLocation) {
  #expect(browser.problems == [], sourceLocation: location)
  let others = browser.requests.filter {
    !$0.hasPrefix(console.url) && !$0.hasPrefix("about:") && !$0.hasPrefix("data:")
  }
  #expect(others == [], sourceLocation: location)
  #expect(browser.requests.contains { $0.hasPrefix(console.url) }, sourceLocation: location)
}
