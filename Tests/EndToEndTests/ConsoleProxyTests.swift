import Foundation
import Testing

/// The console below a path of a reverse proxy, as the README configures it.
@Suite(.enabled(if: ReverseProxy.isPossible)) struct ConsoleProxyTests {
  private let folder: TemporaryFolder
  private let path = "/monitor/nanocap/"

  init() throws { folder = try TemporaryFolder() }

  private func answer(_ url: String, _ options: String...) throws -> String {
    try run(URL(filePath: "/usr/bin/env"), ["curl", "-sS", "-i", "--max-time", "20"] + options + [url]).output
  }

  @Test(.enabled(if: Browser.isPossible)) func everyPageWorksBelowAPath() throws {
    let console = try ConsoleProcess.serving(in: folder)
    let proxy = try ReverseProxy(of: console, at: path)
    let browser = try Browser()
    for (place, condition) in [
      ("overview", "document.querySelector('[data-panel=traffic] canvas') && document.querySelector('.bar')"),
      ("messages?id=3", "document.querySelector('.hex')"),
      ("connections?flow=1", "document.querySelector('.rung')"),
      ("query?sql=select%201%20as%20one&run=1", "document.querySelectorAll('.results tr').length === 2"),
      ("query", "document.querySelector('.CodeMirror')"),
      ("schema?table=message", "document.querySelector('[data-table=message]')"),
      ("capture", "document.querySelector('#view progress')"),
    ] {
      try browser.open(proxy.url + "#/" + place)
      try browser.wait(condition)
      // The status comes by events only.
      try browser.wait("document.querySelector('#state').textContent === 'idle'")
    }
    try browser.open(proxy.url + "#/query?sql=select%207%20as%20one")
    try browser.wait("document.querySelector('[data-download=csv]')?.href.includes('query=select')")
    let text = "fetch(document.querySelector('[data-download=csv]').href).then(answer => answer.text())"
    #expect(try browser.evaluate(text) as? String == "one\r\n7\r\n")
    #expect(browser.problems == [])
    #expect(browser.requests.allSatisfy { $0.hasPrefix(proxy.url) || $0.hasPrefix("about:") || $0.hasPrefix("data:") })
    // Requests that change something have an origin, which is the proxy's.
    let stop = "fetch('api/v1/capture/stop', {method: 'POST'}).then(answer => answer.text())"
    #expect(try browser.evaluate(stop) as? String == "{}")
  }

  @Test func eventsAreNotKeptBack() throws {
    let console = try ConsoleProcess.serving(in: folder)
    let proxy = try ReverseProxy(of: console, at: path)
    #expect(try console.ask("/api/v1/events", "--max-time", "1").header("X-Accel-Buffering") == "no")
    let text = try run(
      URL(filePath: "/usr/bin/env"), ["curl", "-sN", "--max-time", "5", proxy.url + "api/v1/events"]
    ).output
    #expect(text.components(separatedBy: "event: status").count > 2, "\(text.prefix(300))")
  }

  @Test func theTokenLeadsBackToThePage() throws {
    try SampleDatabase.copy(to: folder.path("a.db"))
    let console = try ConsoleProcess(
      ["serve", "--database", "a.db", "--set", "web.token=long-enough-secret"], folder: folder)
    let proxy = try ReverseProxy(of: console, at: path)
    #expect(try answer(proxy.url).contains(" 401 "))
    let (jar, token) = (folder.path("cookies"), proxy.url + "?token=long-enough-secret")
    let page = try answer(token, "-L", "-c", jar, "-b", jar)
    #expect(page.contains(" 303 ") && page.contains("<title>nanocap</title>"), "\(page.prefix(500))")
    // For this path alone: other programs of the proxy do not get it.
    let cookie = try #require(
      try String(contentsOfFile: jar, encoding: .utf8).split(separator: "\n").first { $0.contains("nanocap_token") })
    #expect(cookie.contains("\t/monitor/nanocap"), "\(cookie)")
    #expect(try answer(proxy.url + "api/v1/status", "-b", jar).contains(" 200 "))
  }

  @Test func theProxysNameIsOneThatWasConfigured() throws {
    try SampleDatabase.copy(to: folder.path("a.db"))
    let console = try ConsoleProcess(
      ["serve", "--database", "a.db", "--set", "web.hosts=monitor.example.org"], folder: folder)
    let proxy = try ReverseProxy(of: console, at: path)
    let own = ["-H", "Host: monitor.example.org", "-H", "Origin: https://monitor.example.org"]
    #expect(try answer(proxy.url + "api/v1/status", own[0], own[1], own[2], own[3]).contains(" 200 "))
    #expect(try answer(proxy.url + "api/v1/status", "-H", "Host: other.example.org").contains("web.hosts"))
    // A proxy that puts its own name for the console there makes every page another site's.
    let wrong = try ReverseProxy(of: console, at: path, passesHost: false)
    #expect(try answer(wrong.url + "api/v1/status", own[0], own[1], own[2], own[3]).contains("pass on the header Host"))
  }
}
