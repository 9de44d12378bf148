import Foundation
import Testing

/// A headless Chromium, driven by its DevTools protocol over a pair of pipes; ended with this object.
final class Browser {
  private let process = Process()
  private let commands = Pipe()
  private let answers = Pipe()
  private let profile: TemporaryFolder
  private var received = Data()
  private var lastID = 0
  private var session: String?
  /// What went wrong on the page: exceptions, errors on its console, refused loads.
  private(set) var problems: [String] = []
  /// Addresses that the page has asked for.
  private(set) var requests: [String] = []
  /// Requests that are not answered yet, but for that of the server's events, which has no end.
  private var unanswered: Set<String> = []

  static let isPossible = (try? system("chromium", "--version").status) == 0

  /// - Parameters:
  ///   - prefix: a command that runs the browser, such as one that enters a network.
  ///   - blocking: patterns of addresses that are not loaded.
  init(
    prefix: [String] = [], size: String = "1300,900", isDark: Bool = false, blocking: [String] = []
  ) throws {
    profile = try TemporaryFolder()
    process.executableURL = URL(filePath: "/usr/bin/env")
    // The protocol is spoken on the descriptors 3 and 4.
    process.arguments =
      prefix + [
        "sh", "-c",
        """
        exec chromium --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars \
        --user-data-dir='\(profile.url.path)' --window-size=\(size) --remote-debugging-pipe about:blank \
        3<&0 4>&1 </dev/null >/dev/null 2>&1
        """,
      ]
    // Chromium leaves folders where temporary files are.
    process.environment = ProcessInfo.processInfo.environment.merging(["TMPDIR": profile.url.path]) { $1 }
    process.standardInput = commands
    process.standardOutput = answers
    process.standardError = FileHandle.nullDevice
    try process.run()
    let targets = try #require(try call("Target.getTargets")["targetInfos"] as? [[String: Any]])
    let page = try #require(targets.first { $0["type"] as? String == "page" }?["targetId"])
    session = try call("Target.attachToTarget", ["targetId": page, "flatten": true])["sessionId"] as? String
    for domain in ["Page", "Runtime", "Network", "Log"] { try call("\(domain).enable") }
    if !blocking.isEmpty { try call("Network.setBlockedURLs", ["urls": blocking]) }
    if isDark {
      try call("Emulation.setEmulatedMedia", ["features": [["name": "prefers-color-scheme", "value": "dark"]]])
    }
  }

  deinit {
    // The processes that it has started are of its group, and write into the profile until they have ended.
    let group = -process.processIdentifier
    kill(group, SIGKILL)
    process.waitUntilExit()
    for _ in 0..<200 where kill(group, 0) == 0 { Thread.sleep(forTimeInterval: 0.05) }
  }

  // MARK: The page

  func open(_ url: String) throws {
    // From elsewhere: a new fragment alone would load nothing.
    try call("Page.navigate", ["url": "about:blank"])
    try call("Page.navigate", ["url": url])
  }

  /// The same in a network that has just been made: Chromium breaks loads off when an interface comes up.
  func openInNewNetwork(_ url: String) throws {
    try EndToEndTests.wait(30) {
      problems = []
      try open(url)
      Thread.sleep(forTimeInterval: 2)
      return try evaluate("document.querySelectorAll('#view > *').length > 0") as? Bool == true
    }
  }

  /// The value of an expression.
  @discardableResult
  func evaluate(_ script: String) throws -> Any? {
    let result = try call(
      "Runtime.evaluate", ["expression": script, "awaitPromise": true, "returnByValue": true, "userGesture": true])
    if let exception = result["exceptionDetails"] { Issue.record("\(script): \(exception)") }
    return (result["result"] as? [String: Any])?["value"]
  }

  /// What went wrong on the page since the last time, which is forgotten then.
  func takeProblems() -> [String] {
    defer { problems = [] }
    return problems
  }

  func text(_ selector: String) throws -> String {
    try evaluate("document.querySelector(\(quoted(selector)))?.textContent ?? ''") as? String ?? ""
  }

  /// Waits until an expression is true. One that cannot be evaluated, as an element is not there, is not true yet.
  func wait(_ condition: String, seconds: Double = 30, _ location: SourceLocation = #_sourceLocation) throws {
    var time = FairTime()
    let isTrue = "(() => { try { return Boolean(\(condition)); } catch (problem) { return String(problem); } })()"
    while true {
      let state = try evaluate(isTrue)
      if state as? Bool == true { return }
      guard time.advance() < seconds else {
        let page = try evaluate("document.body.innerText.slice(0, 600)") as? String ?? ""
        Issue.record(
          "not in \(seconds) seconds: \(condition)\n\(state as? String ?? "")\non: \(page)\n\(problems)",
          sourceLocation: location)
        return
      }
      Thread.sleep(forTimeInterval: 0.05)
    }
  }

  /// Waits until a page of the console is there with all that it asks for.
  func waitForAnswers(_ location: SourceLocation = #_sourceLocation) throws {
    try wait("document.querySelector('#view')?.children.length", location)
    // An answer may be what the next question follows from.
    var quiet = 0
    try EndToEndTests.wait(30) {
      try evaluate("0")
      quiet = unanswered.isEmpty ? quiet + 1 : 0
      return quiet > 5
    }
  }

  /// A side or a length of an element's box, in pixels; -1 where there is no such element.
  func box(_ selector: String, _ side: String) throws -> Double {
    try evaluate("document.querySelector(\(quoted(selector)))?.getBoundingClientRect().\(side)") as? Double ?? -1
  }

  /// Waits until the page of messages shows one with its bytes.
  func waitForMessage(_ id: some CustomStringConvertible) throws {
    try wait("document.querySelector('.detail h1')?.textContent.includes('message \(id)')")
    try wait("document.querySelector('.hex')")
  }

  /// Clicks with the mouse in the middle of an element.
  func click(_ selector: String, _ location: SourceLocation = #_sourceLocation) throws {
    // A link to another page of the console is followed in a task of its own: until then the former page is shown.
    let watching = """
      (() => { const find = () => document.querySelector(\(quoted(selector)));
      const element = find(), link = element.closest('a');
      const leads = link?.getAttribute('href')?.startsWith('#/') && link.hash !== location.hash;
      window.isHit = () => false;
      window.watch?.abort();
      window.watch = new AbortController();
      // On the document: the page may draw the element anew before the mouse is there.
      const listen = (kind, isHit) => document.addEventListener(
        kind, event => { if (find()?.contains(event.target)) window.isHit = () => isHit(event); },
        {capture: true, signal: window.watch.signal});
      listen('click', () => true);
      // What acts when the button goes down, and may be gone when it goes up, keeps the browser from acting.
      listen('mousedown', event => event.defaultPrevented);
      window.followed = !leads || new Promise(followed => addEventListener('hashchange', () => followed(true), {once: true}));
      element.scrollIntoView({block: 'center'});
      const box = element.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; })()
      """
    for _ in 0..<20 {
      try wait("document.querySelector(\(quoted(selector)))", location)
      let place = try #require(try evaluate(watching) as? [Double], sourceLocation: location)
      try drag(from: (place[0], place[1]), to: (place[0], place[1]))
      // What comes to the page meanwhile may have moved the element away from under the mouse.
      guard try evaluate("window.isHit?.() ?? true") as? Bool == true else { continue }
      let limit = "new Promise(ended => setTimeout(() => ended(false), 30_000))"
      let isFollowed = try evaluate("Promise.race([window.followed ?? true, \(limit)])") as? Bool == true
      #expect(isFollowed, "the link leads nowhere", sourceLocation: location)
      return
    }
    Issue.record("\(selector) is never where the mouse is", sourceLocation: location)
  }

  /// Moves the mouse from one place of the window to another while its button is down.
  func drag(from start: (x: Double, y: Double), to end: (x: Double, y: Double)) throws {
    for (kind, place) in [("mousePressed", start), ("mouseMoved", end), ("mouseReleased", end)] {
      try call(
        "Input.dispatchMouseEvent",
        ["type": kind, "x": place.x, "y": place.y, "button": "left", "buttons": 1, "clickCount": 1])
    }
  }

  /// Gives a field another value, as whoever leaves it does.
  func set(_ value: String, in selector: String) throws {
    let field = "document.querySelector(\(quoted(selector)))"
    try evaluate("\(field).value = \(quoted(value)); \(field).dispatchEvent(new Event('change')); 0")
  }

  /// Presses the button of that text, whatever number is in it, once it may be pressed.
  func press(button title: String, _ location: SourceLocation = #_sourceLocation) throws {
    let button =
      "[...document.querySelectorAll('button')].find(one => one.textContent.replace(/\\d+/, 'N') === \(quoted(title)) && !one.disabled)"
    try wait(button, location)
    try evaluate("\(button).click()")
  }

  /// Keeps files that are downloaded from now on in a folder, which need not exist.
  func saveDownloads(in folder: String) throws {
    try call("Page.setDownloadBehavior", ["behavior": "allow", "downloadPath": folder])
  }

  func type(_ text: String) throws { try call("Input.insertText", ["text": text]) }

  /// Presses a key.
  /// - Parameters:
  ///   - control: whether the control key is down.
  ///   - modifiers: which others are: 1 for Alt, 8 for Shift, or their sum.
  func press(_ key: String, code: Int, control: Bool = false, modifiers: Int = 0) throws {
    let name = key.count == 1 && key.first?.isLetter == true ? "Key\(key.uppercased())" : key
    for kind in ["keyDown", "keyUp"] {
      var event: [String: Any] = [
        "type": kind, "key": key, "code": name, "windowsVirtualKeyCode": code,
        "modifiers": modifiers + (control ? 2 : 0),
      ]
      // What sends a form is the character.
      if key == "Enter", kind == "keyDown", !control { event["text"] = "\r" }
      try call("Input.dispatchKeyEvent", event)
    }
  }

  func screenshot(to file: String) throws {
    let image = try #require(try call("Page.captureScreenshot", ["format": "png"])["data"] as? String)
    try #require(Data(base64Encoded: image)).write(to: URL(filePath: file))
  }

  /// Gives the page so much room, in pixels.
  func resize(_ width: Int, _ height: Int) throws {
    try call(
      "Emulation.setDeviceMetricsOverride",
      ["width": width, "height": height, "deviceScaleFactor": 1, "mobile": false])
  }

  func reload() throws { try call("Page.reload") }

  // MARK: The protocol

  @discardableResult
  private func call(_ method: String, _ parameters: [String: Any] = [:]) throws -> [String: Any] {
    lastID += 1
    var message: [String: Any] = ["id": lastID, "method": method, "params": parameters]
    if let session { message["sessionId"] = session }
    try commands.fileHandleForWriting.write(contentsOf: JSONSerialization.data(withJSONObject: message) + [0])
    while true {
      let answer = try read()
      guard answer["id"] as? Int == lastID else {
        note(answer)
        continue
      }
      if let error = answer["error"] { Issue.record("\(method): \(error)") }
      return answer["result"] as? [String: Any] ?? [:]
    }
  }

  private func read() throws -> [String: Any] {
    while true {
      if let end = received.firstIndex(of: 0) {
        let message = received[received.startIndex..<end]
        received = Data(received[received.index(after: end)...])
        return try JSONSerialization.jsonObject(with: message) as? [String: Any] ?? [:]
      }
      let part = answers.fileHandleForReading.availableData
      try #require(!part.isEmpty, "the browser has ended")
      received += part
    }
  }

  private func note(_ event: [String: Any]) {
    let details = event["params"] as? [String: Any] ?? [:]
    switch event["method"] as? String {
    case "Runtime.exceptionThrown": problems.append("\(details["exceptionDetails"] ?? details)")
    case "Runtime.consoleAPICalled":
      if ["error", "warning", "assert"].contains(details["type"] as? String) {
        problems.append("\(details["args"] ?? "")")
      }
    case "Log.entryAdded":
      let entry = details["entry"] as? [String: Any] ?? [:]
      if entry["level"] as? String == "error" { problems.append("\(entry["text"] ?? "") \(entry["url"] ?? "")") }
    case "Network.requestWillBeSent":
      if let url = (details["request"] as? [String: Any])?["url"] as? String { requests.append(url) }
      if details["type"] as? String != "EventSource", let id = details["requestId"] as? String { unanswered.insert(id) }
    case "Network.loadingFinished", "Network.loadingFailed":
      if let id = details["requestId"] as? String { unanswered.remove(id) }
    default: break
    }
  }

  func quoted(_ text: String) -> String {
    (try? JSONEncoder().encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "''"
  }
}
