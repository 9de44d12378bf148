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
